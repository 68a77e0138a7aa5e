using DoubleRandom.Inspections.Draws.Protocol;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Draws;

/// <summary>A draw as it is handed out: its files so far.</summary>
public sealed record DrawExport(string Number, string Kind, DrawStatus Status, DrawFiles Files)
{
    /// <summary>The name of the folder they are handed out in: number and kind.</summary>
    public string Folder => $"{Number}-{Kind}";
}

/// <summary>The public files of draws, for the portal and the <c>draw export</c> command.</summary>
public static class DrawQueries
{
    /// <summary>The files so far of a draw by its register number; null when there is none of that number.</summary>
    public static async Task<DrawExport?> ExportAsync(DbContext db, string number, CancellationToken cancellationToken)
        => await db.Set<Draw>().AsNoTracking().FirstOrDefaultAsync(d => d.Number == number, cancellationToken) is { } draw ? Of(draw) : null;

    /// <summary>Numbers of all draws, void ones included, in order.</summary>
    public static async Task<IReadOnlyList<string>> NumbersAsync(DbContext db, CancellationToken cancellationToken)
        => [.. (await db.Set<Draw>().AsNoTracking().Select(d => d.Number).ToListAsync(cancellationToken)).Order(StringComparer.Ordinal)];

    /// <summary>All rounds of a campaign, void ones included.</summary>
    public static async Task<IReadOnlyList<DrawExport>> OfCampaignAsync(DbContext db, Guid campaignId, CancellationToken cancellationToken)
        => [.. (await db.Set<Draw>().AsNoTracking().Where(d => d.CampaignId == campaignId).ToListAsync(cancellationToken)).OrderBy(d => d.Number, StringComparer.Ordinal).Select(Of)];

    private static DrawExport Of(Draw draw) => new(draw.Number, draw.Kind, draw.Status, draw.Files());
}
