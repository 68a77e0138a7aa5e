using System.Globalization;
using DoubleRandom.Host.Pages.Parts;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Supervision;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Escalation;

/// <param name="Days">Working days ahead that are shown; 0: only what is late or due today.</param>
public sealed record EscalationQuestion(int Days, string? RuleKey, string? Section, string? Text, string? After);

/// <param name="Order">The supervision order that is open on it.</param>
public sealed record EscalationLine(Deadline Deadline, DueView Due, string RuleName, SupervisionOrder? Order);

/// <param name="Late">Past their last day.</param>
public sealed record RuleCount(string RuleKey, string Name, string Citation, int Late, int Today, int Near);

public sealed record EscalationView(int Late, int Today, int Near, int Paused, IReadOnlyList<RuleCount> Rules, IReadOnlyList<string> Sections, int Matching, IReadOnlyList<EscalationLine> Lines, string? Next);

/// <summary>临期与超期: running clocks by the rule that set them.</summary>
public sealed class EscalationQueries(DbContext db, DueReader dues)
{
    public const int PageSize = 30;

    public async Task<EscalationView> ReadAsync(EscalationQuestion question, CancellationToken cancellationToken)
    {
        var calendar = await dues.CalendarAsync(cancellationToken);
        var today = dues.Today;
        var upTo = question.Days == 0 ? today : calendar.Add(today, question.Days).On;
        var near = db.Set<Deadline>().AsNoTracking().NearOrPast(upTo);
        var all = await near.Select(d => new { d.RuleKey, d.Citation, d.DueOn, d.Section }).ToListAsync(cancellationToken);
        var matching = near;
        if (question.RuleKey is { } rule) matching = matching.Where(d => d.RuleKey == rule);
        if (question.Section is { } section) matching = matching.Where(d => d.Section == section);
        if (question.Text is { } text) matching = matching.Where(d => d.Title.Contains(text) || d.CaseNo.Contains(text) || d.OwnerName!.Contains(text));
        var count = await matching.CountAsync(cancellationToken);
        if (question.After?.Split('.') is [var dueText, var idText] && Guid.TryParse(idText, out var id) && DateOnly.TryParseExact(dueText, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var due))
            matching = matching.Where(d => d.DueOn > due || (d.DueOn == due && d.Id > id));
        var page = await matching.Take(PageSize + 1).ToListAsync(cancellationToken);
        string? next = null;
        if (page.Count > PageSize)
        {
            page.RemoveAt(PageSize);
            next = string.Create(CultureInfo.InvariantCulture, $"{page[^1].DueOn:yyyyMMdd}.{page[^1].Id}");
        }
        var ids = page.Select(d => d.Id).ToList();
        var orders = (await db.Set<SupervisionOrder>().AsNoTracking().Where(o => ids.Contains(o.DeadlineId) && o.Status != SupervisionStatus.Closed).ToListAsync(cancellationToken)).ToLookup(o => o.DeadlineId);
        var lines = new List<EscalationLine>();
        foreach (var d in page) lines.Add(new EscalationLine(d, (await dues.ReadAsync(d.DueOn, cancellationToken))!, NameOf(d.RuleKey), orders[d.Id].FirstOrDefault()));
        return new EscalationView(
            all.Count(d => d.DueOn < today), all.Count(d => d.DueOn == today), all.Count(d => d.DueOn > today),
            await db.Set<Deadline>().CountAsync(d => d.PausedOn != null && (d.Status == DeadlineStatus.Open || d.Status == DeadlineStatus.Overdue), cancellationToken),
            [.. all.GroupBy(d => d.RuleKey).Select(g => new RuleCount(g.Key, NameOf(g.Key), g.First().Citation, g.Count(d => d.DueOn < today), g.Count(d => d.DueOn == today), g.Count(d => d.DueOn > today)))
                .OrderByDescending(r => r.Late).ThenByDescending(r => r.Today).ThenByDescending(r => r.Near).ThenBy(r => r.RuleKey, StringComparer.Ordinal)],
            [.. all.Select(d => d.Section).OfType<string>().Distinct().Order(StringComparer.Ordinal)], count, lines, next);
    }

    private static string NameOf(string ruleKey) => DeadlineRules.Embedded.All.FirstOrDefault(r => r.Key == ruleKey)?.Name ?? ruleKey;
}
