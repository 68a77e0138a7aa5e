using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Items;

/// <summary>
/// 抽取时的清单: the versions of items and checklists a draw was frozen with. What is put in force later does not touch what was drawn (S001-08): a campaign and its
/// cases carry these two texts, <c>code@version</c> joined by “;”.
/// </summary>
public sealed record KeptItems(string Items, string Checklists)
{
    public const int MaxLength = 1000;

    /// <summary>The versions in force on a day.</summary>
    public static async Task<KeptItems> OfAsync(DbContext db, IReadOnlyList<string> codes, DateOnly on, CancellationToken cancellationToken)
        => new(Write((await ItemsAsync(db, codes, null, on, cancellationToken)).Select(i => (i.Code, i.Version))),
            Write((await ChecklistAsync(db, codes, null, on, cancellationToken)).Select(e => (e.TemplateCode, e.TemplateVersion)).Distinct()));

    /// <param name="kept">As <see cref="Items"/>; null: nothing was drawn, the day decides.</param>
    /// <returns>In the order of the codes; one that is not on the list is left out.</returns>
    public static async Task<IReadOnlyList<InspectionItem>> ItemsAsync(DbContext db, IReadOnlyList<string> codes, string? kept, DateOnly on, CancellationToken cancellationToken)
    {
        var versions = Read(kept);
        var all = await db.Set<InspectionItem>().AsNoTracking().Where(i => codes.Contains(i.Code)).ToListAsync(cancellationToken);
        return [.. codes.Select(code => all.Where(i => i.Code == code && (versions.TryGetValue(code, out var version) ? i.Version == version : i.EffectiveFrom <= on && (i.EffectiveTo is null || i.EffectiveTo >= on)))
            .MaxBy(i => i.Version)).OfType<InspectionItem>()];
    }

    /// <param name="kept">As <see cref="Checklists"/>; null: nothing was drawn, the day decides.</param>
    /// <returns>The entries of one version of each checklist, in their order.</returns>
    public static async Task<IReadOnlyList<ChecklistEntry>> ChecklistAsync(DbContext db, IReadOnlyList<string> codes, string? kept, DateOnly on, CancellationToken cancellationToken)
    {
        var versions = Read(kept);
        var all = await db.Set<ChecklistEntry>().AsNoTracking().Where(e => codes.Contains(e.ItemCode)).ToListAsync(cancellationToken);
        // A checklist that did not exist at the draw is no part of what was drawn.
        var wanted = kept is null
            ? all.Where(e => e.EffectiveFrom <= on).GroupBy(e => e.TemplateCode).SelectMany(g => g.Where(e => e.TemplateVersion == g.Max(x => x.TemplateVersion)))
            : all.Where(e => versions.TryGetValue(e.TemplateCode, out var version) && e.TemplateVersion == version);
        return [.. wanted.OrderBy(e => e.TemplateCode, StringComparer.Ordinal).ThenBy(e => e.Sequence)];
    }

    private static string Write(IEnumerable<(string Code, int Version)> versions) => string.Join(';', versions.Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.Code}@{v.Version}")));

    private static Dictionary<string, int> Read(string? kept)
        => (kept ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('@')).ToDictionary(p => p[0], p => int.Parse(p[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);
}
