using DoubleRandom.Basics;
using DoubleRandom.Documents;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Host.Archive;
using DoubleRandom.Host.Background;
using DoubleRandom.Host.Clock;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections;
using DoubleRandom.Inspections.Evidence;
using DoubleRandom.Workflows;

namespace DoubleRandom.Host;

internal static class HostServices
{
    /// <summary>Everything but the web: what the server, a command and a test host share. A line for each room.</summary>
    public static IServiceCollection AddDoubleRandom(this IServiceCollection services, DatabaseSettings settings)
    {
        Texts.Register(typeof(HostServices).Assembly);
        services.AddData(settings);
        services.AddClock();
        services.AddKeys(settings);
        services.AddSingleton(new EvidenceOptions(Path.Combine(settings.Folder, "evidence")));
        services.AddInspections();
        services.AddDocuments();
        services.AddWorkflows();
        services.AddAccounts();
        services.AddDuties();
        services.AddSingleton<OfficeArchive>();
        return services;
    }
}
