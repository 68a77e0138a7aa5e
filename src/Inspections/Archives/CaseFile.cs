using System.Globalization;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Evidence;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Hazards;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Inspections.Rectification;
using DoubleRandom.Inspections.Transfers;
using DoubleRandom.Inspections.Visits;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Archives;

/// <summary>A document issued in a case, as it is listed in the file.</summary>
/// <param name="Part">One of <see cref="CaseFile.Parts"/>.</param>
public sealed record FiledDocument(string Part, string Title, string? Number, DateOnly On, Guid Id, string? Sha256 = null);

/// <summary>Who keeps documents of cases tells the archive which belong to one. The archive knows no document itself.</summary>
public interface ICaseDocuments
{
    Task<IReadOnlyList<FiledDocument>> OfCaseAsync(string inspectionNo, CancellationToken cancellationToken);
}

/// <summary>The file of one inspection as it would be bound now: number and index.</summary>
public sealed record CaseFile(string ArchiveNo, int CatalogueNo, string KeepingPeriod, IReadOnlyList<FileEntry> Entries)
{
    public const string Approval = "审批与方案";
    public const string OnSite = "现场检查";
    public const string Rectifying = "整改复查";
    public const string Punishing = "行政处罚";
    public const string Supervised = "挂牌督办";
    public const string Transferred = "移送";
    public const string MadePublic = "公示";
    public const string Proof = "证据";

    /// <summary>The order of a bound file: what was decided before, what happened on the spot, what followed, the evidence last.</summary>
    public static IReadOnlyList<string> Parts { get; } = [Approval, OnSite, Rectifying, Punishing, Supervised, Transferred, MadePublic, Proof];
}

/// <summary>Gathers everything that belongs to one inspection.</summary>
public sealed class CaseFileReader(DbContext db, IEnumerable<ICaseDocuments> documents)
{
    public async Task<Result<CaseFile>> ReadAsync(Guid caseId, CancellationToken cancellationToken)
    {
        var found = await db.FindCaseAsync(caseId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (await db.WithStagedAsync<ArchiveVolume>(v => v.CaseId == caseId, cancellationToken) is [var bound])
            return new CaseFile(bound.ArchiveNo, bound.CatalogueNo, ArchiveVolume.KeepingPeriod, bound.Index);
        var last = await db.Set<EnterpriseFile>().FindAsync([inspection.InspecteeNumber], cancellationToken);
        var catalogueNo = (last?.Volumes ?? 0) + 1;
        return new CaseFile($"{inspection.InspecteeNumber}-{catalogueNo.ToString("000", CultureInfo.InvariantCulture)}", catalogueNo, ArchiveVolume.KeepingPeriod, await IndexAsync(inspection, cancellationToken));
    }

    private async Task<IReadOnlyList<FileEntry>> IndexAsync(InspectionCase inspection, CancellationToken cancellationToken)
    {
        var id = inspection.Id;
        var lines = new List<FileEntry>();
        void Add(string part, string title, string? number, DateOnly? on, Guid row, string? sha256 = null) => lines.Add(new FileEntry(0, part, title, number, on, row, sha256));

        foreach (var source in documents)
        {
            foreach (var d in await source.OfCaseAsync(inspection.InspectionNo, cancellationToken)) Add(d.Part, d.Title, d.Number, d.On, d.Id, d.Sha256);
        }
        foreach (var v in (await db.WithStagedAsync<Visit>(v => v.CaseId == id, cancellationToken)).OrderBy(v => v.Attempt)) Add(CaseFile.OnSite, $"第{v.Attempt}次到场记录", null, v.On, v.Id);
        foreach (var f in (await db.WithStagedAsync<Finding>(f => f.CaseId == id && f.Status != FindingStatus.Withdrawn, cancellationToken)).OrderBy(f => f.BookletNo))
            Add(CaseFile.OnSite, $"问题：{Short(f.Description)}", f.BookletNo is { } n ? $"第{n}号" : null, f.ClosedOn ?? inspection.CheckedOn, f.Id);
        foreach (var o in (await db.WithStagedAsync<RectificationOrder>(o => o.CaseId == id, cancellationToken)).OrderBy(o => o.Sequence)) Add(CaseFile.Rectifying, $"第{o.Sequence}次责令限期整改", null, o.IssuedOn, o.Id);
        foreach (var r in (await db.WithStagedAsync<Reinspection>(r => r.CaseId == id, cancellationToken)).OrderBy(r => r.RecordedAt)) Add(CaseFile.Rectifying, $"复查：通过{r.PassedCount}项，未通过{r.FailedCount}项", null, r.On, r.Id);
        foreach (var p in (await db.WithStagedAsync<PenaltyCase>(p => p.CaseId == id, cancellationToken)).OrderBy(p => p.PenaltyNo, StringComparer.Ordinal)) Add(CaseFile.Punishing, $"处罚案件：{Short(p.Cause)}", p.PenaltyNo, p.ClosedOn ?? p.FiledOn, p.Id);
        foreach (var h in (await db.WithStagedAsync<MajorHazard>(h => h.CaseId == id, cancellationToken)).OrderBy(h => h.ProposedOn).ThenBy(h => h.Id)) Add(CaseFile.Supervised, $"重大隐患：{Short(h.Description)}", h.ListNo, h.DelistedOn ?? h.ProposedOn, h.Id);
        foreach (var t in (await db.WithStagedAsync<LeadTransfer>(t => t.CaseId == id, cancellationToken)).OrderBy(t => t.SentOn).ThenBy(t => t.Id)) Add(CaseFile.Transferred, $"移送{t.TargetBody}", null, t.SentOn, t.Id);
        foreach (var p in (await db.WithStagedAsync<Publication>(p => p.CaseId == id && p.PublishedOn != null, cancellationToken)).OrderBy(p => p.PublishedAt)) Add(CaseFile.MadePublic, p.Title, p.SubjectNo, p.PublishedOn, p.Id);
        foreach (var e in (await db.WithStagedAsync<EvidenceItem>(e => e.CaseId == id, cancellationToken)).OrderBy(e => e.TakenAt).ThenBy(e => e.Sha256, StringComparer.Ordinal)) Add(CaseFile.Proof, e.Name, null, null, e.Id, e.Sha256);

        var order = CaseFile.Parts.Select((p, i) => (p, i)).ToDictionary(p => p.p, p => p.i);
        // A stable sort: within a part documents stand first, then the rows in their own order.
        return [.. lines.OrderBy(l => order.GetValueOrDefault(l.Part, order.Count)).Select((l, i) => l with { Position = i + 1 })];
    }

    private static string Short(string text) => text.Length <= 40 ? text : $"{text[..40]}…";
}
