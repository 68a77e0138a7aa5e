using DoubleRandom.Inspections.Archives;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.Papers;

internal static class PaperServices
{
    public static IServiceCollection AddPapers(this IServiceCollection services) => services.AddScoped<PaperDesk>().AddScoped<VoidNumberHandler>().AddScoped<IssueDemandFormHandler>().AddScoped<ICaseDocuments, CaseDocuments>();
}
