using DoubleRandom.Host.Clock;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.Evidence;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace DoubleRandom.Host.Background;

/// <summary>
/// Removes bytes that no row names: their transaction was refused or never came. A day old at least, so that an upload and the row that
/// names it never race with it.
/// </summary>
internal sealed class EvidenceSweep(EvidenceOptions options, IServiceScopeFactory scopes, MachineTime machine, ILogger<EvidenceSweep> logger)
{
    public static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    /// <returns>How many files were removed.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(options.Folder)) return 0;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        var before = machine.UtcNow - Patience;
        var removed = 0;
        foreach (var path in Directory.EnumerateFiles(options.Folder, "*", SearchOption.AllDirectories))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (File.GetLastWriteTimeUtc(path) > before) continue;
            var name = Path.GetFileName(path);
            var isBytes = EvidenceStore.IsHash(name);
            // Nothing that the store did not write is touched.
            if (!isBytes && !name.StartsWith(EvidenceStore.IncomingPrefix, StringComparison.Ordinal)) continue;
            if (isBytes && await IsNamedAsync(db, name, cancellationToken)) continue;
            File.Delete(path);
            removed++;
        }
        if (removed > 0) logger.EvidenceSwept(removed);
        return removed;
    }

    /// <summary>Looked for in every column that holds such a hash, and in what was handed in with a form.</summary>
    private static async Task<bool> IsNamedAsync(Db db, string sha256, CancellationToken cancellationToken)
    {
        foreach (var column in HashColumns(db.Model))
        {
            var table = column.DeclaringType.GetTableName();
#pragma warning disable EF1002 // Names from our own model; the value is a parameter.
            var found = await db.Database.SqlQueryRaw<int>($"SELECT COUNT(*) AS \"Value\" FROM {table} WHERE {column.GetColumnName()} = {{0}}", sha256).ToListAsync(cancellationToken);
#pragma warning restore EF1002
            if (found[0] > 0) return true;
        }
        return await db.Set<WorkItem>().AnyAsync(w => w.ValuesJson != null && w.ValuesJson.Contains(sha256), cancellationToken);
    }

    private static IEnumerable<IProperty> HashColumns(IModel model)
        => model.GetEntityTypes().SelectMany(e => e.GetProperties()).Where(p => p.ClrType == typeof(string) && p.Name.EndsWith("Sha256", StringComparison.Ordinal));
}

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Removed {Count} evidence files that no row names")]
    public static partial void EvidenceSwept(this ILogger logger, int count);
}
