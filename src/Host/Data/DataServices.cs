using DoubleRandom.Basics;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Workflows.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Data;

internal static class DataServices
{
    public static IServiceCollection AddData(this IServiceCollection services, DatabaseSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton<SqliteReaders>();
        services.AddSingleton<SqliteWriter>();
        services.AddSingleton<CommitPulse>();
        services.AddSingleton<IUnitOfWork, UnitOfWork>();
        // Pooled: building a context and its options anew costs a step more than what the step writes.
        services.AddDbContextPool<Db>(settings.Configure);
        services.AddScoped<DbContext>(s => s.GetRequiredService<Db>());
        services.AddScoped<Unit>();
        services.AddScoped<UnitSql>();
        services.AddScoped<IUnitFlush, UnitFlush>();
        services.AddScoped<OwnRows>();
        services.AddScoped<INewRows>(s => s.GetRequiredService<OwnRows>());
        services.AddScoped<AuditTrail>();
        services.AddScoped<IAuditTrail>(s => s.GetRequiredService<AuditTrail>());
        services.AddScoped<Outbox>();
        services.AddScoped<IOutbox>(s => s.GetRequiredService<Outbox>());
        services.AddScoped<WorkflowStore>();
        services.AddScoped<IWorkflowStore>(s => s.GetRequiredService<WorkflowStore>());
        services.AddSingleton<WorkItemPlaces>();
        services.AddScoped<IWorkItemOpener, WorkItemOpener>();
        services.AddSingleton<AuditDays>();
        services.AddScoped<Migrator>();
        if (settings.IsPostgres) services.AddScoped<IImportStage, PostgresImportStage>();
        else services.AddScoped<IImportStage, SqliteImportStage>().AddScoped<IDueDeadlines, SqliteDueDeadlines>();
        return services;
    }
}
