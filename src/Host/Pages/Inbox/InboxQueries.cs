using System.Data.Common;
using DoubleRandom.Basics;
using DoubleRandom.Host.Data;
using DoubleRandom.Host.Pages.Parts;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Inbox;

/// <summary>我的, 本组, 我发起的, 委派出去的, 抄送我的, 已办</summary>
public enum InboxTab { Mine, Group, Started, Delegated, Copied, Done }

/// <summary>已逾期, 今天到期, 七日内到期, 更晚, 无时限. Calendar days: a bucket is a pile, the line says the working days.</summary>
public enum DueBucket { All, Late, Today, Week, Later, None }

public enum InboxGroup { None, Case, Campaign, Inspectee }

/// <param name="Kind">First part of the form's key (<c>visit</c>, <c>penalty</c> …); null: all.</param>
/// <param name="Section">The section whose line of the plan the case belongs to.</param>
/// <param name="After">Key of the last line of the page before.</param>
public sealed record InboxQuestion(
    InboxTab Tab, string? Text = null, string? Kind = null, string? After = null, string? Campaign = null, DueBucket Due = DueBucket.All, string? Section = null, InboxGroup Group = InboxGroup.None);

/// <param name="Principal">For whom the reader would act.</param>
/// <param name="HolderName">Who has it, when it is not the reader.</param>
/// <param name="Group">What it is grouped under.</param>
public sealed record InboxLine(
    Guid Id, string Title, string CaseNo, string? SubjectName, string Kind, DueView? Due, DateOnly CreatedOn, bool IsMine, bool IsNamed, string? HolderName, string? Outcome, DateTime? CompletedAt,
    bool IsSuspended, int Urged, string? BackNote, string? DelegatedByName, bool IsSigning, bool AsksSignature, string? Principal, int Revision, string Group)
{
    public bool MayClaim => HolderName is null && !IsMine && !AsksSignature && !IsSuspended && CompletedAt is null;

    public bool MayRelease => IsMine && DelegatedByName is null && !IsSuspended;
}

/// <param name="Counts">Items of each tab under the same filter.</param>
/// <param name="All">Items of this tab without the filter.</param>
/// <param name="Late">Of the matching ones, those whose last day is past.</param>
public sealed record InboxView(IReadOnlyDictionary<InboxTab, int> Counts, int All, int Late, IReadOnlyList<InboxLine> Lines, string? Next, bool HasStandIns)
{
    public int Matching(InboxTab tab) => Counts[tab];
}

/// <summary>待办 of a person: what is reserved to or claimed by him, what anybody of his roles may take, what he has set going, given away and done.</summary>
internal sealed class InboxQueries(DbContext db, DatabaseSettings settings, SqliteReaders readers, DueReader dues, WorkItemPeople people)
{
    public const int PageSize = 25;

    private (Guid Person, IReadOnlyList<StandIn> StandIns)? _known;

    public async Task<InboxView> ReadAsync(Actor actor, InboxQuestion question, CancellationToken cancellationToken)
    {
        var isFiltered = false;
        var numbers = await AskAsync<List<int>>(actor, [], (sql, standIns, first) =>
        {
            var filter = sql.Filter(question, dues.Today);
            isFiltered = filter.Length > 0;
            List<string> counts = [];
            foreach (var tab in Enum.GetValues<InboxTab>()) counts.Add(InboxSql.Count(sql.Ranges(tab, actor, standIns), filter));
            var own = sql.Ranges(question.Tab, actor, standIns);
            counts.Add(isFiltered ? InboxSql.Count(own, "") : "0");
            counts.Add(sql.CountLate(own, filter, dues.Today));
            return ($"SELECT {first}, {string.Join(", ", counts)}", r => [.. Enumerable.Range(1, r.FieldCount - 1).Select(r.GetInt32)]);
        }, cancellationToken);
        var tabs = Enum.GetValues<InboxTab>().ToDictionary(t => t, t => numbers[(int)t]);

        var (rows, next) = await PageAsync(actor, question, PageSize, cancellationToken);
        var ends = await dues.ReadAsync([.. rows.Select(r => (r.Line.Id, r.Line.CompletedAt is null ? r.DueOn : null))], cancellationToken);
        List<InboxLine> lines = [.. rows.Zip(ends, (row, due) => row.Line with { Due = due })];
        return new InboxView(tabs, isFiltered ? numbers[^2] : tabs[question.Tab], numbers[^1], lines, next, _known is { StandIns.Count: > 0 });
    }

    /// <summary>Everything the person can do something about: mine and my group's.</summary>
    public Task<int> CountOpenAsync(Actor actor, CancellationToken cancellationToken) => AskAsync<int>(actor, 0, (sql, standIns, first)
        => ($"SELECT {first}, {InboxSql.Count(sql.Ranges(InboxTab.Mine, actor, standIns), "")} + {InboxSql.Count(sql.Ranges(InboxTab.Group, actor, standIns), "")}", r => r.GetInt32(1)), cancellationToken);

    /// <summary>Changes whenever the lists of the person do: their counts, and the first pages as they are.</summary>
    public async Task<string> SignatureAsync(Actor actor, CancellationToken cancellationToken)
    {
        var text = await AskAsync<string>(actor, "", (sql, standIns, first) =>
        {
            var counts = Enum.GetValues<InboxTab>().Where(t => t is not InboxTab.Done).Select(t => InboxSql.Count(sql.Ranges(t, actor, standIns), ""));
            return ($"SELECT {first}, {string.Join(", ", counts)}", r => string.Join(',', Enumerable.Range(1, r.FieldCount - 1).Select(r.GetInt32)));
        }, cancellationToken);
        foreach (var tab in (InboxTab[])[InboxTab.Mine, InboxTab.Group, InboxTab.Delegated, InboxTab.Started])
        {
            var (rows, _) = await PageAsync(actor, new InboxQuestion(tab), PageSize, cancellationToken);
            text += string.Concat(rows.Select(r => $"|{r.Line.Id:N}{r.Line.Revision}"));
        }
        return text;
    }

    /// <summary>What the person goes on with: another step of the same case, else the next of his own.</summary>
    public async Task<InboxLine?> NextAsync(Actor actor, string caseNo, CancellationToken cancellationToken)
    {
        foreach (var (tab, text) in ((InboxTab, string?)[])[(InboxTab.Mine, caseNo), (InboxTab.Group, caseNo), (InboxTab.Mine, null)])
        {
            var (rows, _) = await PageAsync(actor, new InboxQuestion(tab, text), 5, cancellationToken);
            if (rows.Find(r => (text is null || r.Line.CaseNo == caseNo) && !r.Line.IsSuspended) is { } found) return found.Line;
        }
        return null;
    }

    /// <summary>Items the API lists.</summary>
    public async Task<(IReadOnlyList<Guid> Ids, string? Next)> IdsAsync(Actor actor, InboxQuestion question, int count, CancellationToken cancellationToken)
    {
        var (rows, next) = await PageAsync(actor, question, count, cancellationToken);
        return ([.. rows.Select(r => r.Line.Id)], next);
    }

    /// <summary>Sections of the plan and campaigns that run, for the filters to choose from.</summary>
    public async Task<(IReadOnlyList<string> Sections, IReadOnlyList<(string No, string Title)> Campaigns)> ChoicesAsync(CancellationToken cancellationToken)
    {
        var sections = await db.Set<PlanLine>().AsNoTracking().Where(l => l.Section != null).Select(l => l.Section!).Distinct().OrderBy(s => s).Take(50).ToListAsync(cancellationToken);
        var campaigns = await db.Set<Campaign>().AsNoTracking().OrderByDescending(c => c.CampaignNo).Take(50).Select(c => new { c.CampaignNo, c.Title }).ToListAsync(cancellationToken);
        return (sections, [.. campaigns.Select(c => (c.CampaignNo, c.Title))]);
    }

    public static string KindOf(string formKey) => formKey.Split('.')[0];

    public static bool IsNewestFirst(InboxTab tab) => tab is InboxTab.Copied or InboxTab.Done;

    /// <summary>
    /// Asks over the ranges of the person's inbox. Nearly nobody stands in for somebody: what is asked first is asked for the person alone, with a first column
    /// that says whether he does, and again only where he does.
    /// </summary>
    /// <param name="none">The answer where there is no row.</param>
    /// <param name="ask">The question, its first column given, and what makes the answer of a reader that stands on the first row.</param>
    private async Task<T> AskAsync<T>(Actor actor, T none, Func<InboxSql, IReadOnlyList<StandIn>, string, (string Text, Func<DbDataReader, T> Read)> ask, CancellationToken cancellationToken)
    {
        var sql = new InboxSql(settings, readers);
        if (_known?.Person != actor.Id)
        {
            var (first, readFirst) = ask(sql, [], sql.StandsIn(actor, dues.Today));
            var (isAlone, answer) = await sql.ReadAsync<(bool, T)>(first, r => !r.Read() || r.GetBoolean(0) ? (false, none) : (true, readFirst(r)), cancellationToken);
            _known = (actor.Id, isAlone ? [] : await people.StandInsAsync(actor, dues.Today, cancellationToken));
            // Without a row nothing was said of it.
            if (_known.Value.StandIns.Count == 0) return answer;
            sql = new InboxSql(settings, readers);
        }
        var (text, read) = ask(sql, _known.Value.StandIns, InboxSql.StandsInKnown);
        return await sql.ReadAsync(text, r => r.Read() ? read(r) : none, cancellationToken);
    }

    private Task<(List<InboxRow> Rows, string? Next)> PageAsync(Actor actor, InboxQuestion question, int size, CancellationToken cancellationToken) => AskAsync<(List<InboxRow> Rows, string? Next)>(actor, ([], null), (sql, standIns, first) =>
    {
        var ranges = sql.Ranges(question.Tab, actor, standIns);
        var newest = IsNewestFirst(question.Tab);
        var text = sql.Page(ranges, sql.Filter(question, dues.Today), newest ? InboxGroup.None : question.Group, InboxCursor.Parse(question.After, newest), size + 1, first);
        return (text, r => Cut(InboxLineReader.Read(r, ranges, actor, isGrouped: !newest && question.Group is not InboxGroup.None), size));
    }, cancellationToken);

    private static (List<InboxRow> Rows, string? Next) Cut(List<InboxRow> rows, int size)
    {
        if (rows.Count <= size) return (rows, null);
        rows.RemoveAt(size);
        return (rows, new InboxCursor(rows[^1].Key, rows[^1].Line.Id, rows[^1].Line.Group).ToString());
    }
}
