using DoubleRandom.Host.Data;

namespace DoubleRandom.Host.Invariants;

/// <summary>Something that holds whenever no unit of work is running; a broken one is a fault of the program or of a hand in the database.</summary>
/// <param name="Id">Stable and public.</param>
/// <param name="Name">What holds, in Chinese.</param>
/// <param name="FindBrokenAsync">One line for each row that breaks it, naming the row.</param>
internal sealed record Invariant(string Id, string Name, Func<Db, IServiceProvider, CancellationToken, Task<IReadOnlyList<string>>> FindBrokenAsync);

public sealed record CheckedInvariant(string Id, string Name, bool Ok, IReadOnlyList<string> Broken);

public sealed record InvariantReport(bool Ok, IReadOnlyList<CheckedInvariant> Checks);

/// <summary>The catalogue, looked through in one go: after a fault, in the tests, every night.</summary>
internal static class InvariantCatalogue
{
    private const int MaxBroken = 100;

    public static readonly IReadOnlyList<Invariant> All = [.. EngineInvariants.All, .. RecordInvariants.All, .. CaseInvariants.All, .. NumberInvariants.All];

    public static async Task<InvariantReport> CheckAsync(IServiceProvider services, CancellationToken cancellationToken = default)
    {
        List<CheckedInvariant> done = [];
        foreach (var invariant in All)
        {
            // A context each: what one check read does not stay in memory for the next.
            await using var scope = services.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<Db>();
            db.ChangeTracker.QueryTrackingBehavior = Microsoft.EntityFrameworkCore.QueryTrackingBehavior.NoTracking;
            var broken = await invariant.FindBrokenAsync(db, scope.ServiceProvider, cancellationToken);
            done.Add(new CheckedInvariant(invariant.Id, invariant.Name, broken.Count == 0, broken.Count > MaxBroken ? [.. broken.Take(MaxBroken), $"…共 {broken.Count} 处"] : broken));
        }
        return new InvariantReport(done.All(c => c.Ok), done);
    }
}
