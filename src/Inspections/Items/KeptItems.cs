using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Items;

/// <summary>抽取时的清单: the items and checklists a draw was frozen with. What is put in force later does not touch what was drawn (S001-08).</summary>
/// <param name="Versions"><c>code@version</c> joined by “;”: a version of an item stays in the list.</param>
/// <param name="ChecklistJson">The entries themselves.</param>
public sealed record KeptItems(string Versions, string ChecklistJson)
{
    public const int MaxLength = 1000;

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What is in force on a day.</summary>
    public static async Task<KeptItems> OfAsync(DbContext db, IReadOnlyList<string> codes, DateOnly on, CancellationToken cancellationToken)
        => new(string.Join(';', (await ItemsAsync(db, codes, null, on, cancellationToken)).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i.Code}@{i.Version}"))),
            JsonSerializer.Serialize(await ChecklistAsync(db, codes, null, on, cancellationToken), Readable));

    /// <param name="kept">As <see cref="Versions"/>; null: nothing was drawn, the day decides.</param>
    /// <returns>In the order of the codes; one that is not on the list is left out.</returns>
    public static async Task<IReadOnlyList<InspectionItem>> ItemsAsync(DbContext db, IReadOnlyList<string> codes, string? kept, DateOnly on, CancellationToken cancellationToken)
    {
        var versions = (kept ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('@')).ToDictionary(p => p[0], p => int.Parse(p[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);
        var all = await db.Set<InspectionItem>().AsNoTracking().Where(i => codes.Contains(i.Code)).ToListAsync(cancellationToken);
        return [.. codes.Select(code => all.Where(i => i.Code == code && (versions.TryGetValue(code, out var version) ? i.Version == version : i.IsInForce(on)))
            .MaxBy(i => i.Version)).OfType<InspectionItem>()];
    }

    /// <param name="kept">As <see cref="ChecklistJson"/>; null: nothing was drawn, the day decides.</param>
    /// <returns>The entries of the items' checklists, each in the newest version in force, in their order.</returns>
    public static async Task<IReadOnlyList<ChecklistEntry>> ChecklistAsync(DbContext db, IReadOnlyList<string> codes, string? kept, DateOnly on, CancellationToken cancellationToken)
    {
        if (kept is not null) return [.. JsonSerializer.Deserialize<List<ChecklistEntry>>(kept, Readable)!.Where(e => codes.Contains(e.ItemCode))];
        var entries = await db.Set<ChecklistEntry>().AsNoTracking().Where(e => codes.Contains(e.ItemCode) && e.EffectiveFrom <= on).ToListAsync(cancellationToken);
        return [.. entries.GroupBy(e => e.TemplateCode).SelectMany(g => g.Where(e => e.TemplateVersion == g.Max(x => x.TemplateVersion)))
            .OrderBy(e => e.TemplateCode, StringComparer.Ordinal).ThenBy(e => e.Sequence)];
    }
}
