using System.Data.Common;
using System.Globalization;
using System.Text;
using DoubleRandom.Basics;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.WorkItems;
using Npgsql;

namespace DoubleRandom.Host.Pages.Inbox;

/// <summary>One range of an index in which items of an inbox lie: a person's, a role's, a named person's places …</summary>
/// <param name="From">Tables; <c>w</c> is the work item. They are joined in this order (<c>CROSS JOIN</c>: SQLite's planner would go through every open item).</param>
/// <param name="Key">Column of the list's order, and <paramref name="Id"/> which breaks ties: together the end of the index the range is read from.</param>
/// <param name="DueKey">Column of the last day.</param>
/// <param name="IsSorted">No index gives it in the list's order, and there may be many.</param>
/// <param name="Item">How the work item is found, where the range itself needs nothing of it; null: it is in <paramref name="From"/>.</param>
internal sealed record InboxRange(string From, string Where, string Key = "w.due_key", string Id = "w.id", string DueKey = "w.due_key", bool IsNewestFirst = false, string? Principal = null, string? Item = null, bool IsSorted = false)
{
    /// <summary>SQLite's own number of the item's row, which its index carries: a line is then found in one step.</summary>
    public string Row => Item is null ? "w.rowid" : $"(SELECT w.rowid FROM work_items w WHERE {Item})";

    /// <summary>The lines of the range that meet the conditions; the table of items is looked at only where something of it is asked.</summary>
    public string Lines(string filter, bool needsItem)
    {
        var conditions = filter.Replace(InboxSql.DueKey, DueKey, StringComparison.Ordinal);
        // What is done is neither late nor due soon, whatever its last day was.
        if (IsNewestFirst && filter.Contains(InboxSql.DueKey, StringComparison.Ordinal)) conditions += " AND w.queue IS NOT NULL";
        return Item is null || !(needsItem || conditions.Contains("w.", StringComparison.Ordinal)) ? $"{From} WHERE {Where}{conditions}" : $"{From} CROSS JOIN work_items w WHERE {Where} AND {Item}{conditions}";
    }
}

/// <summary>
/// The inbox in hand-made SQL. An inbox is a few ranges of indexes; a page reads the first lines of each and merges them, so its cost does not grow with
/// what is open, nor with the page's number. It is asked without EF, whose context costs more to set up than the page to read. Left to LINQ, the ranges become one condition with OR, and the database sorts all that matches.
/// </summary>
internal sealed class InboxSql(DatabaseSettings settings, SqliteReaders readers)
{
    /// <summary>Stands in a filter for the last day's column, which each range has its own of.</summary>
    public const string DueKey = "{due}";

    private readonly bool _isPostgres = settings.IsPostgres;
    private readonly List<(string Name, object Value)> _parameters = [];

    public string Parameter(object value)
    {
        // By its place: PostgreSQL's driver then sends the text as it stands instead of looking for names in it each time.
        var name = string.Create(CultureInfo.InvariantCulture, $"${_parameters.Count + 1}");
        _parameters.Add((name, value));
        return name;
    }

    public IReadOnlyList<InboxRange> Ranges(InboxTab tab, Actor actor, IReadOnlyList<StandIn> standIns)
    {
        switch (tab)
        {
            case InboxTab.Mine:
                var me = Parameter(WorkItemQueue.OfPerson(actor.Id));
                List<InboxRange> mine = [Queue(me)];
                if (actor.RegisterNumber is { } number)
                {
                    var named = Parameter(WorkItemQueue.OfNumber(number));
                    mine.Add(Queue(named));
                    mine.Add(new InboxRange("work_items w", $"w.second_queue = {Unseen(named)}"));
                    mine.Add(new InboxRange("work_item_seats s", $"s.number = {Parameter(number)}", "s.due_key", "s.work_item_id", "s.due_key", Item: "w.id = s.work_item_id"));
                }
                mine.Add(new InboxRange("work_item_signers g CROSS JOIN work_items w", $"w.id = g.work_item_id AND g.person_id = {Parameter(actor.Id)} AND g.ended_at IS NULL AND w.status = 'Open' AND w.queue <> {me}"));
                mine.AddRange(standIns.Select(s => Queue(Parameter(WorkItemQueue.OfPerson(s.Principal.Id)), s, $" AND (w.delegated_by_id IS NOT NULL OR (w.assignees IS NULL AND w.role IN ({string.Join(", ", s.Powers.Order(StringComparer.Ordinal).Select(p => Parameter(p)))})))")));
                return mine;
            case InboxTab.Group:
                List<InboxRange> group = [.. actor.Roles.Order(StringComparer.Ordinal).Select(r => Queue(Parameter(WorkItemQueue.OfRole(r))))];
                var seen = actor.Roles.ToHashSet(StringComparer.Ordinal);
                foreach (var standIn in standIns)
                {
                    // A kind that two substitutions cover is read once for each, so a role is taken whole where one of them gives it whole.
                    foreach (var role in standIn.Powers.Order(StringComparer.Ordinal))
                    {
                        if (seen.Add(standIn.Kind is null ? role : $"{role}/{standIn.Kind}") && !seen.Contains($"{role}!")) group.Add(Queue(Parameter(WorkItemQueue.OfRole(role)), standIn));
                        if (standIn.Kind is null) seen.Add($"{role}!");
                    }
                }
                return group;
            case InboxTab.Delegated:
                return [new InboxRange("work_item_delegations d CROSS JOIN work_items w", $"w.id = d.work_item_id AND d.from_id = {Parameter(actor.Id)} AND d.ended_at IS NULL AND w.status = 'Open'")];
            case InboxTab.Started:
                var starter = Parameter(actor.Id);
                return
                [
                    new InboxRange("case_starts c CROSS JOIN work_items w", $"w.case_no = c.case_no AND c.by_id = {starter} AND w.status = 'Open'", IsSorted: true),
                    new InboxRange("case_starts c CROSS JOIN inspection_cases i CROSS JOIN work_items w", $"i.campaign_no = c.case_no AND w.case_no = i.inspection_no AND c.by_id = {starter} AND w.status = 'Open'", IsSorted: true),
                ];
            case InboxTab.Copied:
                return [new InboxRange("work_item_copies c", $"c.person_id = {Parameter(actor.Id)}", "c.at", "c.work_item_id", IsNewestFirst: true, Item: "w.id = c.work_item_id")];
            default:
                return [new InboxRange("work_items w", $"w.completed_by_id = {Parameter(actor.Id)}", "w.completed_at", IsNewestFirst: true)];
        }
    }

    /// <summary>The conditions of the filters, for every range alike.</summary>
    public string Filter(InboxQuestion question, DateOnly today)
    {
        var text = new StringBuilder();
        if (question.Text is { } words)
        {
            var p = Parameter(words);
            text.Append(CultureInfo.InvariantCulture, $" AND ({Contains("w.title", p)} OR {Contains("w.case_no", p)} OR {Contains("COALESCE(w.subject_name, '')", p)})");
        }
        if (question.Kind is { } kind) text.Append(CultureInfo.InvariantCulture, $" AND w.form_key >= {Parameter(kind + ".")} AND w.form_key < {Parameter(kind + "/")}");
        if (question.Campaign is { } campaign)
        {
            var p = Parameter(campaign);
            text.Append(CultureInfo.InvariantCulture, $" AND (w.case_no = {p} OR w.case_no IN (SELECT i.inspection_no FROM inspection_cases i WHERE i.campaign_no = {p}))");
        }
        if (question.Section is { } section)
        {
            text.Append(CultureInfo.InvariantCulture, $" AND {CampaignOf} IN (SELECT m.campaign_no FROM campaigns m JOIN plan_lines l ON l.plan_no = m.plan_no AND l.line_no = m.plan_line_no WHERE l.section = {Parameter(section)})");
        }
        switch (question.Due)
        {
            case DueBucket.Late: text.Append(CultureInfo.InvariantCulture, $" AND {DueKey} < {Parameter(today)}"); break;
            case DueBucket.Today: text.Append(CultureInfo.InvariantCulture, $" AND {DueKey} = {Parameter(today)}"); break;
            case DueBucket.Week: text.Append(CultureInfo.InvariantCulture, $" AND {DueKey} > {Parameter(today)} AND {DueKey} <= {Parameter(today.AddDays(7))}"); break;
            case DueBucket.Later: text.Append(CultureInfo.InvariantCulture, $" AND {DueKey} > {Parameter(today.AddDays(7))} AND {DueKey} < {Parameter(DateOnly.MaxValue)}"); break;
            case DueBucket.None: text.Append(CultureInfo.InvariantCulture, $" AND {DueKey} = {Parameter(DateOnly.MaxValue)}"); break;
            default: break;
        }
        return text.ToString();
    }

    public static string Count(IReadOnlyList<InboxRange> ranges, string filter)
        => ranges.Count == 0 ? "0" : string.Join(" + ", ranges.Select(r => $"(SELECT count(*) FROM {r.Lines(filter, needsItem: false)})"));

    /// <summary>Of the matching ones, those still to be done whose last day is past.</summary>
    public string CountLate(IReadOnlyList<InboxRange> ranges, string filter, DateOnly today)
        => Count(ranges, $"{filter} AND {DueKey} < {Parameter(today)}");

    /// <summary>The lines after the cursor, one more than a page so that it is known whether there is another.</summary>
    /// <param name="first">What stands before the columns in each row; see <see cref="StandsIn"/>.</param>
    public string Page(IReadOnlyList<InboxRange> ranges, string filter, InboxGroup group, InboxCursor? after, int count, string first)
    {
        // Who has no role has no group.
        if (ranges.Count == 0) return "SELECT 0 WHERE 1 = 0";
        var newest = ranges is [{ IsNewestFirst: true }, ..];
        var (direction, compare) = newest ? (" DESC", "<") : ("", ">");
        var by = GroupOf(group);
        var cursor = after is null ? null : by is null ? $"{Parameter(after.Key)}, {Parameter(after.Id)}" : $"{Parameter(after.Group)}, {Parameter(after.Key)}, {Parameter(after.Id)}";
        var sorted = $"{(by is null ? "" : "g, ")}k{direction}, id{direction}";
        // PostgreSQL looks a line up by its key at three times the cost of reading it where its index leads. So what indexes give in order is read with its lines, and the ranges are walked side by
        // side; only what has to be sorted is sorted without them.
        if (_isPostgres && by is null && ranges.All(r => !r.IsSorted)) return Walked(ranges, filter, cursor, newest, count, first);
        // SQLite walks the ranges side by side in their order when nothing stands between; what has to be sorted is better cut short in each range.
        var isWalked = !_isPostgres && by is null;
        var inner = ranges.Select((r, i) =>
        {
            var order = by is null ? $"{r.Key}{direction}, {r.Id}{direction}" : $"{by}, {r.Key}{direction}, {r.Id}{direction}";
            var start = cursor is null ? "" : by is null ? $" AND ({r.Key}, {r.Id}) {compare} ({cursor})"
                : newest ? throw new InvalidOperationException("Lists in order of time are not grouped.") : $" AND ({by}, {r.Key}, {r.Id}) > ({cursor})";
            var range = string.Create(CultureInfo.InvariantCulture, $"SELECT {r.Key} AS k, {by ?? "''"} AS g, {i} AS r, {r.Id} AS id{(_isPostgres ? "" : $", {r.Row} AS row")} FROM {r.Lines(filter, needsItem: by is not null)}{start}");
            return isWalked ? range : string.Create(CultureInfo.InvariantCulture, $"SELECT * FROM ({range} ORDER BY {order} LIMIT {count}) AS r{i}");
        }).ToList();
        // The places first, from the indexes alone; then only the lines that are shown are looked up.
        var all = string.Join(" UNION ALL ", inner);
        var places = inner.Count == 1 && !isWalked ? all : string.Create(CultureInfo.InvariantCulture, $"{(isWalked ? all : $"SELECT * FROM ({all}) AS u")} ORDER BY {sorted} LIMIT {count}");
        return $"SELECT {first}, x.k, x.g, x.r, {InboxLineReader.Columns} FROM ({places}) AS x CROSS JOIN work_items w WHERE {(_isPostgres ? "w.id = x.id" : "w.rowid = x.row")} ORDER BY {sorted.Replace("id", "x.id", StringComparison.Ordinal)}";
    }

    private static string Walked(IReadOnlyList<InboxRange> ranges, string filter, string? cursor, bool newest, int count, string first)
    {
        var (direction, compare) = newest ? (" DESC", "<") : ("", ">");
        var order = string.Create(CultureInfo.InvariantCulture, $"ORDER BY k{direction}, id{direction} LIMIT {count}");
        List<string> lines = [.. ranges.Select((r, i) => string.Create(CultureInfo.InvariantCulture,
            $"SELECT {r.Key} AS k, {i} AS r, {InboxLineReader.Source} FROM {r.Lines(filter, needsItem: true)}{(cursor is null ? "" : $" AND ({r.Key}, {r.Id}) {compare} ({cursor})")} ORDER BY {r.Key}{direction}, {r.Id}{direction} LIMIT {count}"))];
        return $"SELECT {first}, w.k, '', w.r, {InboxLineReader.Columns} FROM ({(lines is [var only] ? only : $"{string.Join(" UNION ALL ", lines.Select(l => $"({l})"))} {order}")}) AS w ORDER BY w.k{direction}, w.id{direction}";
    }

    /// <summary>What the first column says when it is known that the person stands in for nobody, or for whom.</summary>
    public const string StandsInKnown = "FALSE";

    /// <summary>Whether the person stands in for anybody today, as a column of what is asked for the person alone.</summary>
    public string StandsIn(Actor actor, DateOnly today)
    {
        var on = Parameter(today);
        return $"EXISTS (SELECT 1 FROM substitutions s WHERE s.substitute_id = {Parameter(actor.Id)} AND s.\"from\" <= {on} AND s.\"to\" >= {on} AND s.ended_on IS NULL)";
    }

    public async Task<T> ReadAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        if (!_isPostgres) return readers.Read(sql, _parameters, read);
        await using var connection = settings.NewReader();
        await connection.OpenAsync(cancellationToken);
#pragma warning disable CA2100 // Made of constants and the names of parameters.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var (_, value) in _parameters) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return read(reader);
    }

    /// <summary>The campaign of a check, and of everything else its own number.</summary>
    private const string CampaignOf = "COALESCE((SELECT i.campaign_no FROM inspection_cases i WHERE i.inspection_no = w.case_no), w.case_no)";

    private static string? GroupOf(InboxGroup group) => group switch
    {
        InboxGroup.Case => "w.case_no",
        InboxGroup.Campaign => CampaignOf,
        InboxGroup.Inspectee => "COALESCE(w.subject_name, '')",
        _ => null,
    };

    // PostgreSQL would plan the question anew each time for what it knows of the queue's length; asked for by a question of its own, one plan serves all.
    private string Unseen(string parameter) => _isPostgres ? $"(SELECT {parameter})" : parameter;

    private InboxRange Queue(string parameter, StandIn? standIn = null, string? more = null)
        => new("work_items w", $"w.queue = {Unseen(parameter)}{(standIn?.Kind is { } kind ? $" AND w.form_key LIKE '{kind}.%'" : "")}{more}", Principal: standIn?.Principal.Name);

    private string Contains(string column, string parameter) => _isPostgres ? $"strpos({column}, {parameter}) > 0" : $"instr({column}, {parameter}) > 0";
}

/// <param name="Key">The last line's place in the order: a date, or an instant where the newest come first.</param>
/// <param name="Group">The last line's group; empty without groups.</param>
internal sealed record InboxCursor(object Key, Guid Id, string Group)
{
    public static InboxCursor? Parse(string? text, bool isNewestFirst)
    {
        var parts = text?.Split('.', 3) ?? [];
        if (parts.Length != 3 || !Guid.TryParseExact(parts[1], "N", out var id)) return null;
        if (isNewestFirst)
        {
            return long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTime.MaxValue.Ticks
                ? new InboxCursor(new DateTime(ticks, DateTimeKind.Utc), id, parts[2]) : null;
        }
        return DateOnly.TryParseExact(parts[0], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var due) ? new InboxCursor(due, id, parts[2]) : null;
    }

    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture, $"{(Key is DateTime at ? at.Ticks.ToString(CultureInfo.InvariantCulture) : ((DateOnly)Key).ToString("yyyyMMdd", CultureInfo.InvariantCulture))}.{Id:N}.{Group}");
}
