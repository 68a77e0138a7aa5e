using System.Globalization;
using DoubleRandom.Host.Pages.Parts;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Hazards;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Inspections.Supervision;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Escalation;

/// <param name="Days">Working days ahead that are shown; 0: only what is late or due today.</param>
/// <param name="LateOnly">Only what is past its last day.</param>
/// <param name="PausedOnly">Instead of what runs what stands still, however far its last day.</param>
public sealed record EscalationQuestion(int Days, string? RuleKey, string? Section, string? Text, string? After, bool LateOnly = false, bool PausedOnly = false)
{
    /// <summary>Asks for matters no section is known for.</summary>
    public const string NoSection = "-";
}

/// <param name="Owner">The names of the persons who deal with it, else the role.</param>
/// <param name="Order">The supervision order that is open on it.</param>
public sealed record EscalationLine(Deadline Deadline, DueView Due, string Owner, string RuleName, SupervisionOrder? Order);

/// <param name="Late">Past their last day.</param>
public sealed record RuleCount(string RuleKey, string Name, string Citation, int Late, int Today, int Near);

/// <param name="Section">Null: matters no section is known for.</param>
/// <param name="MostLate">Working days of the longest overdue; 0 without one.</param>
public sealed record SectionCount(string? Section, int Late, int Today, int Near, int MostLate);

/// <summary>How many are so late or so near.</summary>
/// <param name="Level">How it is shown.</param>
public sealed record DayBand(string Words, DueLevel Level, int Count);

public sealed record EscalationView(int Late, int Today, int Near, int Paused, int Exposures, IReadOnlyList<RuleCount> Rules, IReadOnlyList<SectionCount> BySection, IReadOnlyList<DayBand> Bands, IReadOnlyList<string> Sections, int Matching, IReadOnlyList<EscalationLine> Lines, string? Next);

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
        var matching = question.PausedOnly ? Paused().OrderBy(d => d.DueOn).ThenBy(d => d.Id) : near;
        if (question.RuleKey is { } rule) matching = matching.Where(d => d.RuleKey == rule);
        if (question.Section is { } section) matching = section == EscalationQuestion.NoSection ? matching.Where(d => d.Section == null) : matching.Where(d => d.Section == section);
        if (question.LateOnly) matching = matching.Where(d => d.DueOn < today);
        if (question.Text is { } text) matching = await NamedAsync(matching, text, cancellationToken);
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
        var numbers = page.SelectMany(NumbersOf).Distinct().ToList();
        var names = await db.Set<Officer>().AsNoTracking().Where(o => numbers.Contains(o.Number)).ToDictionaryAsync(o => o.Number, o => o.Name, cancellationToken);
        foreach (var d in page)
        {
            var owner = d.OwnerName ?? (d.OwnerNumbers is null ? Roles.Find(d.OwnerRole)?.Name ?? d.OwnerRole : string.Join('、', NumbersOf(d).Select(n => names.GetValueOrDefault(n) ?? n)));
            lines.Add(new EscalationLine(d, await dues.ReadAsync(d, cancellationToken), owner, NameOf(d.RuleKey), orders[d.Id].FirstOrDefault()));
        }
        return new EscalationView(
            all.Count(d => d.DueOn < today), all.Count(d => d.DueOn == today), all.Count(d => d.DueOn > today),
            await Paused().CountAsync(cancellationToken),
            await db.Set<ExposureProposal>().CountAsync(p => p.Decision == ExposureDecision.Waiting, cancellationToken),
            [.. all.GroupBy(d => d.RuleKey).Select(g => new RuleCount(g.Key, NameOf(g.Key), g.First().Citation, g.Count(d => d.DueOn < today), g.Count(d => d.DueOn == today), g.Count(d => d.DueOn > today)))
                .OrderByDescending(r => r.Late).ThenByDescending(r => r.Today).ThenByDescending(r => r.Near).ThenBy(r => r.RuleKey, StringComparer.Ordinal)],
            [.. all.GroupBy(d => d.Section).Select(g => new SectionCount(g.Key, g.Count(d => d.DueOn < today), g.Count(d => d.DueOn == today), g.Count(d => d.DueOn > today), g.Min(d => d.DueOn) is var oldest && oldest < today ? calendar.CountBetween(oldest, today) : 0))
                .OrderByDescending(s => s.Late).ThenByDescending(s => s.MostLate).ThenByDescending(s => s.Today).ThenBy(s => s.Section, StringComparer.Ordinal)],
            Bands(all.GroupBy(d => d.DueOn).Select(g => (Days: g.Key <= today ? -calendar.CountBetween(g.Key, today) : calendar.CountBetween(today, g.Key), g.Key, Count: g.Count())), today),
            [.. all.Select(d => d.Section).OfType<string>().Distinct().Order(StringComparer.Ordinal)], count, lines, next);
    }

    private IQueryable<Deadline> Paused() => db.Set<Deadline>().AsNoTracking().Where(d => d.PausedOn != null && (d.Status == DeadlineStatus.Open || d.Status == DeadlineStatus.Overdue));

    /// <summary>By title, number, or owner as the list names it: the person, the persons of the register, or the role.</summary>
    private async Task<IQueryable<Deadline>> NamedAsync(IQueryable<Deadline> matching, string text, CancellationToken cancellationToken)
    {
        var roles = Roles.All.Where(r => r.Name.Contains(text, StringComparison.Ordinal)).Select(r => r.Key).ToArray();
        var places = (await db.Set<Officer>().Where(o => o.Name.Contains(text)).OrderBy(o => o.Number).Select(o => o.Number).Take(MostNamesakes).ToListAsync(cancellationToken)).Select(n => $";{n};").ToArray();
        return matching.Where(d => d.Title.Contains(text) || d.CaseNo.Contains(text) || d.OwnerName!.Contains(text)
            || (d.OwnerName == null && d.OwnerNumbers == null && EF.Parameter(roles).Contains(d.OwnerRole)) || (d.OwnerName == null && EF.Parameter(places).Any(p => d.OwnerNumbers!.Contains(p))));
    }

    private const int MostNamesakes = 20;

    private static IReadOnlyList<DayBand> Bands(IEnumerable<(int Days, DateOnly On, int Count)> days, DateOnly today)
    {
        var counts = days.ToList();
        int Sum(Func<int, DateOnly, bool> holds) => counts.Where(d => holds(d.Days, d.On)).Sum(d => d.Count);
        return
        [
            new(Wording.T("逾期 10 个工作日以上"), DueLevel.Late, Sum((d, on) => on < today && d < -10)),
            new(Wording.T("逾期 3 至 10 个工作日"), DueLevel.Late, Sum((d, on) => on < today && d is >= -10 and < -2)),
            new(Wording.T("逾期 2 个工作日以内"), DueLevel.Late, Sum((d, on) => on < today && d >= -2)),
            new(Wording.T("今天到期"), DueLevel.Today, Sum((_, on) => on == today)),
            new(Wording.T("2 个工作日内到期"), DueLevel.Near, Sum((d, on) => on > today && d <= 2)),
            new(Wording.T("更晚到期"), DueLevel.Far, Sum((d, on) => on > today && d > 2)),
        ];
    }

    private static string[] NumbersOf(Deadline deadline) => deadline.OwnerNumbers?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static string NameOf(string ruleKey) => DeadlineRules.Embedded.All.FirstOrDefault(r => r.Key == ruleKey)?.Name ?? ruleKey;
}
