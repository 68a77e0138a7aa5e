using DoubleRandom.Basics;
using DoubleRandom.Documents.Issuing;
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
        services.AddScoped<NumberAllotter>().AddScoped<DocumentQueries>();
        services.AddScoped<IssueDocumentHandler>().AddScoped<ServeDocumentHandler>().AddScoped<VoidDocumentHandler>();
        return services;
    }
}
