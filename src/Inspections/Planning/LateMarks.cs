using System.Text.Json;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Planning;

/// <summary>
/// 不适用随机抽查 that somebody wrote into the register after the plan was approved. What the register said before was approved with the plan; what it says since is one
/// person's word, so it becomes an exclusion of the line that a second person confirms before a list is frozen without the object.
/// </summary>
public static class LateMarks
{
    /// <summary>Condition of the line's own objects; null: its item is on no list in force, or draws nothing.</summary>
    public static async Task<(InspectionItem Item, ObjectFilter Filter)?> ObjectsAsync(DbContext db, PlanLine line, CancellationToken cancellationToken)
        => await ObjectPool.ItemAsync(db, line.ItemCode, line.PeriodFrom, cancellationToken) is { } item && ObjectFilter.Parse(item.ObjectFilter, item.Code) is { IsRefused: false } parsed
            ? (item, FullCheck.Narrow(parsed.Value, line.Sampling, line.FullCheckCode)) : null;

    /// <summary>Objects of the line that were marked since its plan was last approved and are on no confirmed exclusion, ordered by number.</summary>
    public static async Task<IReadOnlyList<Inspectee>> OpenAsync(DbContext db, PlanLine line, CancellationToken cancellationToken)
    {
        var approvedAt = await db.Set<PlanVersion>().Where(v => db.Set<AnnualPlan>().Any(p => p.Id == v.PlanId && p.PlanNo == line.PlanNo)).MaxAsync(v => (DateTime?)v.FixedAt, cancellationToken);
        if (approvedAt is null) return [];
        var changed = await db.Set<Inspectee>().AsNoTracking().Where(i => i.ExclusionCode != null && i.RegistrationStatus == "存续" && i.ChangedAt > approvedAt).OrderBy(i => i.Number).ToListAsync(cancellationToken);
        if (changed.Count == 0 || await ObjectsAsync(db, line, cancellationToken) is not var (_, filter)) return [];
        var settled = (await db.WithStagedAsync<PlanExclusion>(e => e.PlanNo == line.PlanNo && e.LineNo == line.LineNo, cancellationToken)).Where(e => !e.IsLate || e.ConfirmedAt is not null).Select(e => e.InspecteeNumber).ToHashSet(StringComparer.Ordinal);
        List<Inspectee> late = [];
        foreach (var entry in changed.Where(i => filter.Matches(i) && i.IsExcluded(line.BaseDate, line.PeriodTo) && !settled.Contains(i.Number)))
        {
            if (!await WasMarkedAsync(db, entry, approvedAt.Value, cancellationToken)) late.Add(entry);
        }
        return late;
    }

    /// <summary>Whether the entry bore the same code when the plan was approved; its phone number may have changed since.</summary>
    private static async Task<bool> WasMarkedAsync(DbContext db, Inspectee entry, DateTime at, CancellationToken cancellationToken)
    {
        var kind = RegisterForms.Inspectees.Kind;
        var then = await db.Set<RegisterVersion>().AsNoTracking().Where(v => v.Kind == kind && v.Key == entry.Number && v.ToAt > at && (v.FromAt == null || v.FromAt <= at)).OrderBy(v => v.ToAt).Select(v => v.Data).FirstOrDefaultAsync(cancellationToken);
        if (then is null) return false;
        using var data = JsonDocument.Parse(then);
        var column = db.Model.FindEntityType(typeof(Inspectee))!.FindProperty(nameof(Inspectee.ExclusionCode))!.GetColumnName();
        return data.RootElement.TryGetProperty(column, out var code) && code.ValueKind is JsonValueKind.String && code.GetString() == entry.ExclusionCode;
    }
}
