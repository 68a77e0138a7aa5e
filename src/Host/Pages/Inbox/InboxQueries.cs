using System.Globalization;
using DoubleRandom.Basics;
using DoubleRandom.Host.Pages.Parts;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Inbox;

/// <summary>我的, 本组, 已办</summary>
public enum InboxTab { Mine, Group, Done }

/// <param name="Kind">First part of the form's key (<c>visit</c>, <c>penalty</c> …); null: all.</param>
/// <param name="After">Key of the last line of the page before.</param>
public sealed record InboxQuestion(InboxTab Tab, string? Text, string? Kind, string? After);

public sealed record InboxLine(
    Guid Id, string Title, string CaseNo, string? SubjectName, string Kind, DueView? Due, DateOnly CreatedOn, bool IsClaimed, bool IsNamed, string? Outcome, DateTime? CompletedAt);

/// <param name="Counts">All items of each tab, whatever the filter.</param>
/// <param name="Matching">Items of this tab that match the filter.</param>
/// <param name="Late">Of the matching ones, those whose last day is past.</param>
/// <param name="Kinds">Kinds present in this tab.</param>
public sealed record InboxView(IReadOnlyDictionary<InboxTab, int> Counts, int Matching, int Late, IReadOnlyList<string> Kinds, IReadOnlyList<InboxLine> Lines, string? Next);

/// <summary>待办 of a person: what is reserved to or claimed by him, what anybody of his roles may take, what he has done.</summary>
public sealed class InboxQueries(DbContext db, DueReader dues)
{
    public const int PageSize = 25;

    public async Task<InboxView> ReadAsync(Actor actor, InboxQuestion question, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<InboxTab, int>();
        foreach (var tab in Enum.GetValues<InboxTab>()) counts[tab] = await Of(tab, actor).CountAsync(cancellationToken);
        var all = Of(question.Tab, actor);
        var keys = await all.Select(i => i.FormKey).Distinct().ToListAsync(cancellationToken);
        var matching = Matching(all, question);
        var today = dues.Today;
        var count = await matching.CountAsync(cancellationToken);
        var late = question.Tab is InboxTab.Done ? 0 : await matching.CountAsync(i => i.DueOn < today, cancellationToken);
        var (items, next) = question.Tab is InboxTab.Done
            ? await DonePageAsync(matching, question.After, cancellationToken)
            : await OpenPageAsync(matching, question.After, cancellationToken);
        var lines = new List<InboxLine>();
        foreach (var i in items)
        {
            lines.Add(new InboxLine(i.Id, i.Title, i.CaseNo, i.SubjectName, KindOf(i.FormKey), await dues.ReadAsync(i.DueOn, cancellationToken), i.CreatedOn,
                i.ClaimedById is not null, i.Assignees is not null, i.Outcome, i.CompletedAt));
        }
        return new InboxView(counts, count, late, [.. keys.Select(KindOf).Distinct().Order(StringComparer.Ordinal)], lines, next);
    }

    public static string KindOf(string formKey) => formKey.Split('.')[0];

    private IQueryable<WorkItem> Of(InboxTab tab, Actor actor)
    {
        var items = db.Set<WorkItem>().AsNoTracking();
        return tab switch
        {
            InboxTab.Mine => items.OpenFor(actor).MineOf(actor),
            InboxTab.Group => items.OpenFor(actor).GroupOf(actor),
            _ => items.Where(i => i.Status == WorkItemStatus.Completed && i.CompletedById == actor.Id),
        };
    }

    private static IQueryable<WorkItem> Matching(IQueryable<WorkItem> items, InboxQuestion question)
    {
        if (question.Text is { } text) items = items.Where(i => i.Title.Contains(text) || i.CaseNo.Contains(text) || i.SubjectName!.Contains(text));
        if (question.Kind is { } kind)
        {
            var prefix = kind + ".";
            items = items.Where(i => i.FormKey.StartsWith(prefix));
        }
        return items;
    }

    /// <summary>The longest overdue first, then by last day; items without one come last, the oldest first.</summary>
    private static async Task<(List<WorkItem> Items, string? Next)> OpenPageAsync(IQueryable<WorkItem> items, string? after, CancellationToken cancellationToken)
    {
        if (Key(after, out var dueText, out var id))
        {
            if (DateOnly.TryParseExact(dueText, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var due))
                items = items.Where(i => i.DueOn == null || i.DueOn > due || (i.DueOn == due && i.Id > id));
            else
                items = items.Where(i => i.DueOn == null && i.Id > id);
        }
        var page = await items.OrderBy(i => i.DueOn == null).ThenBy(i => i.DueOn).ThenBy(i => i.Id).Take(PageSize + 1).ToListAsync(cancellationToken);
        return Cut(page, i => $"{i.DueOn?.ToString("yyyyMMdd", CultureInfo.InvariantCulture) ?? "none"}.{i.Id}");
    }

    private static async Task<(List<WorkItem> Items, string? Next)> DonePageAsync(IQueryable<WorkItem> items, string? after, CancellationToken cancellationToken)
    {
        if (Key(after, out var ticks, out var id) && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= DateTime.MaxValue.Ticks)
        {
            var instant = new DateTime(at, DateTimeKind.Utc);
            items = items.Where(i => i.CompletedAt < instant || (i.CompletedAt == instant && i.Id < id));
        }
        var page = await items.OrderByDescending(i => i.CompletedAt).ThenByDescending(i => i.Id).Take(PageSize + 1).ToListAsync(cancellationToken);
        return Cut(page, i => string.Create(CultureInfo.InvariantCulture, $"{i.CompletedAt!.Value.Ticks}.{i.Id}"));
    }

    private static (List<WorkItem> Items, string? Next) Cut(List<WorkItem> page, Func<WorkItem, string> key)
    {
        if (page.Count <= PageSize) return (page, null);
        page.RemoveAt(PageSize);
        return (page, key(page[^1]));
    }

    private static bool Key(string? after, out string first, out Guid id)
    {
        var parts = after?.Split('.') ?? [];
        first = parts.Length == 2 ? parts[0] : "";
        return Guid.TryParse(parts.Length == 2 ? parts[1] : null, out id);
    }
}
