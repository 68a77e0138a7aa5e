using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Rectification;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Publications.Contents;

/// <summary>What the publications about one check share.</summary>
internal static class CaseTexts
{
    public static async Task<string> ItemNamesAsync(this DbContext db, InspectionCase inspection, CancellationToken cancellationToken)
    {
        var names = (await KeptItems.ItemsAsync(db, inspection.Items, inspection.ItemVersions, inspection.PlannedOn, cancellationToken)).ToDictionary(i => i.Code, i => i.Name, StringComparer.Ordinal);
        return string.Join('、', inspection.Items.Select(c => names.GetValueOrDefault(c, c)));
    }

    /// <summary>The body in whose name the group checks.</summary>
    public static async Task<string?> BodyAsync(this DbContext db, InspectionCase inspection, CancellationToken cancellationToken)
        => (await OfficeProfile.CurrentAsync(db, cancellationToken))?.Name ?? (await db.Set<Officer>().FindAsync([inspection.LeaderNumber], cancellationToken))?.Department;

    /// <summary>Names that may stand in what was written down about the inspectee and are starred outside.</summary>
    public static async Task<IReadOnlyList<string>> PersonNamesAsync(this DbContext db, string inspecteeNumber, CancellationToken cancellationToken, params IEnumerable<string?> more)
    {
        var entry = await db.Set<Inspectee>().FindAsync([inspecteeNumber], cancellationToken);
        return [.. more.Append(entry?.LegalRepresentative).Append(entry?.SafetyContact).OfType<string>().Where(n => n.Length > 1).Distinct()];
    }
}

/// <summary>抽查检查结果 of one object (S001-38, D42): within twenty working days of the end of the check.</summary>
internal sealed class InspectionResultContent(DbContext db) : IPublicationContent
{
    public PublicationKind Kind => PublicationKind.InspectionResult;

    public async Task<Result<PublicationText>> WriteAsync(Guid subjectId, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindCaseAsync(subjectId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (inspection.ResultCodes is not { } codes) return Refusal.Conflict("publications.result-missing", inspection.InspectionNo);
        var lines = (await FindingsSummary.LoadAsync(db, inspection, cancellationToken)).Lines.OrderBy(f => f.BookletNo);
        var results = await CodeTables.NamesAsync(db, CodeTables.Results, cancellationToken);
        var content = PublicationText.Of(
            ("检查编号", inspection.InspectionNo),
            ("抽查任务", inspection.CampaignNo),
            ("检查对象", inspection.InspecteeName),
            ("统一社会信用代码", inspection.CreditCode),
            ("检查事项", await db.ItemNamesAsync(inspection, cancellationToken)),
            ("检查机关", await db.BodyAsync(inspection, cancellationToken)),
            ("检查日期", PublicationText.Day(inspection.CheckedOn)),
            ("检查结果", string.Join('；', codes.Split(';').Select(c => results.GetValueOrDefault(c, c)))),
            ("后续处置", inspection.FollowUp),
            ("发现问题", PublicationText.Table(lines.Select(f => PublicationText.Of(
                ("问题", f.Description), ("依据", f.Basis), ("隐患等级", FindingWords.Grades[f.Grade]),
                ("处置", string.Join('、', f.Disposals.Select(d => FindingWords.Disposals[d]))), ("整改期限", PublicationText.Day(f.DueOn)))))));
        return new PublicationText($"{inspection.InspecteeName}检查结果", inspection.InspectionNo, content, inspection.Id, inspection.InspecteeNumber,
            PersonNames: await db.PersonNamesAsync(inspection.InspecteeNumber, cancellationToken, inspection.FeedbackReceiver),
            Author: inspection.ResultEnteredById is { } author ? new PublicationAuthor(author, inspection.ResultEnteredByName ?? "") : null);
    }
}

/// <summary>整改情况 (S000-17): not only what was found, also how it was put right.</summary>
internal sealed class RectificationContent(DbContext db) : IPublicationContent
{
    public PublicationKind Kind => PublicationKind.Rectification;

    public async Task<Result<PublicationText>> WriteAsync(Guid subjectId, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindCaseAsync(subjectId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        var orders = await db.WithStagedAsync<RectificationOrder>(o => o.CaseId == inspection.Id, cancellationToken);
        if (orders.MaxBy(o => o.Sequence) is not { ReinspectedOn: { } on } order) return Refusal.Conflict("rectification.not-reinspected", inspection.InspectionNo);
        var judged = (await db.WithStagedAsync<Reinspection>(r => r.OrderId == order.Id, cancellationToken)).MaxBy(r => r.RecordedAt)!;
        var lines = (await db.WithStagedAsync<RectificationLine>(l => l.OrderId == order.Id, cancellationToken)).OrderBy(l => l.Position).ToList();
        var findings = (await db.WithStagedAsync<Finding>(f => f.CaseId == inspection.Id, cancellationToken)).ToDictionary(f => f.Id);
        var content = PublicationText.Of(
            ("检查编号", inspection.InspectionNo),
            ("检查对象", inspection.InspecteeName),
            ("统一社会信用代码", inspection.CreditCode),
            ("检查机关", await db.BodyAsync(inspection, cancellationToken)),
            ("责令整改日期", PublicationText.Day(order.IssuedOn)),
            ("整改期限", PublicationText.Day(order.DueOn)),
            ("复查日期", PublicationText.Day(on)),
            ("复查结论", order.Status is RectificationStatus.Closed ? "全部整改完毕" : $"共{lines.Count}项，{lines.Count(l => l.Passed is true)}项已整改，{lines.Count(l => l.Passed is false)}项未整改"),
            ("整改项目", PublicationText.Table(lines.Select(l => PublicationText.Of(
                ("问题", findings.GetValueOrDefault(l.FindingId)?.Description), ("整改要求", l.Requirement), ("整改期限", PublicationText.Day(l.DueOn)), ("复查结果", l.Passed is true ? "已整改" : "未整改"))))));
        return new PublicationText($"{inspection.InspecteeName}整改情况", inspection.InspectionNo, content, inspection.Id, inspection.InspecteeNumber,
            PersonNames: await db.PersonNamesAsync(inspection.InspecteeNumber, cancellationToken, inspection.FeedbackReceiver), Author: new PublicationAuthor(judged.RecordedById, judged.RecordedByName));
    }
}
