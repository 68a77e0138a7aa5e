using DoubleRandom.Basics;
using DoubleRandom.Host.Pages.Parts;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Cases;

/// <param name="After">Number of the last line of the page before.</param>
public sealed record CaseQuestion(string? Text, InspectionStatus? Status, string? CampaignNo, bool LateOnly, string? After);

/// <param name="Waiting">Titles of the open steps.</param>
public sealed record CaseLine(string Number, string Inspectee, string CampaignNo, InspectionStatus Status, DateOnly PlannedOn, DueView? Due, string? Deadline, IReadOnlyList<string> Waiting);

/// <param name="Secret">Checks still to come that the reader need not know of; they are not among the others.</param>
public sealed record CaseListView(int Matching, int All, int Secret, int Late, IReadOnlyList<string> Campaigns, IReadOnlyList<CaseLine> Lines, string? Next);

/// <summary>检查案件, the newest numbers first.</summary>
public sealed class CaseListQueries(DbContext db, NeedToKnow needs, DueReader dues)
{
    public const int PageSize = 25;

    public async Task<CaseListView> ReadAsync(CaseQuestion question, Actor reader, CancellationToken cancellationToken)
    {
        var today = dues.Today;
        var every = db.Set<InspectionCase>().AsNoTracking();
        var all = await needs.KnownAsync(every, reader, cancellationToken);
        var running = db.Set<Deadline>().AsNoTracking().Where(d => (d.Status == DeadlineStatus.Open || d.Status == DeadlineStatus.Overdue) && d.PausedOn == null);
        var late = all.Where(c => running.Any(d => d.CaseNo == c.InspectionNo && d.DueOn < today));
        var matching = question.LateOnly ? late : all;
        if (question.Text is { } text) matching = matching.Where(c => c.InspectionNo.Contains(text) || c.InspecteeName.Contains(text) || c.CreditCode!.Contains(text) || c.TeamJson.Contains(text));
        if (question.Status is { } status) matching = matching.Where(c => c.Status == status);
        if (question.CampaignNo is { } campaign) matching = matching.Where(c => c.CampaignNo == campaign);
        var count = await matching.CountAsync(cancellationToken);
        if (question.After is { Length: > 0 } after) matching = matching.Where(c => c.InspectionNo.CompareTo(after) < 0);
        var page = await matching.OrderByDescending(c => c.InspectionNo).Take(PageSize + 1).ToListAsync(cancellationToken);
        var next = page.Count > PageSize ? page[PageSize - 1].InspectionNo : null;
        if (next is not null) page.RemoveAt(PageSize);

        var numbers = page.Select(c => c.InspectionNo).ToList();
        var clocks = (await running.Where(d => numbers.Contains(d.CaseNo)).ToListAsync(cancellationToken)).ToLookup(d => d.CaseNo);
        var items = (await db.Set<WorkItem>().AsNoTracking().Where(i => i.Status == WorkItemStatus.Open && numbers.Contains(i.CaseNo)).Select(i => new { i.CaseNo, i.Title }).ToListAsync(cancellationToken)).ToLookup(i => i.CaseNo, i => i.Title);
        var lines = new List<CaseLine>();
        foreach (var c in page)
        {
            var first = clocks[c.InspectionNo].MinBy(d => (d.DueOn, d.DueAt ?? DateTime.MaxValue));
            lines.Add(new CaseLine(c.InspectionNo, c.InspecteeName, c.CampaignNo, c.Status, c.PlannedOn, first is null ? null : await dues.ReadAsync(first, cancellationToken), first?.Title, [.. items[c.InspectionNo].Distinct()]));
        }
        var campaigns = await all.Select(c => c.CampaignNo).Distinct().OrderByDescending(n => n).Take(200).ToListAsync(cancellationToken);
        var known = await all.CountAsync(cancellationToken);
        return new CaseListView(count, known, NeedToKnow.KnowsAll(reader) ? 0 : await every.CountAsync(cancellationToken) - known, await late.CountAsync(cancellationToken), campaigns, lines, next);
    }
}
