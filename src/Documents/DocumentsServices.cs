using DoubleRandom.Basics;
using DoubleRandom.Documents.Rendering;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Documents;

public static class DocumentsServices
{
    /// <summary>The room's texts, templates and handlers.</summary>
    public static IServiceCollection AddDocuments(this IServiceCollection services)
    {
        Texts.Register(typeof(DocumentsServices).Assembly);
        services.AddSingleton<DocumentTemplates>();
        services.AddSingleton<DocumentRenderer>();
        return services;
    }
}
