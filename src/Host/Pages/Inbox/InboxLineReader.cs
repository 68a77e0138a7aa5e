using System.Data.Common;
using System.Globalization;
using DoubleRandom.Basics;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.WorkItems;

namespace DoubleRandom.Host.Pages.Inbox;

/// <param name="DueOn">Last day as the item has it; of a completed one too.</param>
/// <param name="Key">Place in the list's order: a day, or an instant where the newest come first.</param>
internal sealed record InboxRow(InboxLine Line, DateOnly? DueOn, object Key);

/// <summary>
/// The columns of a line and how they are read. Each question about a column costs SQLite four locked steps of the processor, whatever the answer; of a page that was a fifth. So what
/// a line has is told in one number, and only what is there is read.
/// </summary>
internal static class InboxLineReader
{
    [Flags]
    private enum Has { None = 0, Subject = 1, Holder = 2, Names = 4, Outcome = 8, End = 16, Suspension = 32, Urging = 64, BackNote = 128, Delegation = 256, Signing = 512 }

    private static readonly (Has Part, string Lacks)[] Parts =
    [
        (Has.Subject, "w.subject_name IS NULL"), (Has.Holder, "w.claimed_by_id IS NULL"), (Has.Names, "w.assignees IS NULL"), (Has.Outcome, "w.outcome IS NULL"), (Has.End, "w.completed_at IS NULL"),
        (Has.Suspension, "w.suspended_at IS NULL"), (Has.Urging, "w.urged_count = 0"), (Has.BackNote, "w.back_note IS NULL"), (Has.Delegation, "w.delegated_by_name IS NULL"), (Has.Signing, $"w.sign_rule = '{nameof(SignRule.None)}'"),
    ];

    /// <summary>What of the table of items <see cref="Columns"/> is made of.</summary>
    public const string Source = "w.id, w.title, w.case_no, w.form_key, w.created_on, w.revision, w.subject_name, w.due_on, w.claimed_by_id, w.claimed_by_name, w.outcome, w.completed_at, w.urged_count, w.back_note, w.delegated_by_name, w.assignees, w.suspended_at, w.sign_rule";

    /// <summary>Follow whether the reader stands in, the key, the group and the number of the range.</summary>
    public static string Columns { get; } = $"""
        {string.Join(" + ", Parts.Select(p => string.Create(CultureInfo.InvariantCulture, $"CASE WHEN {p.Lacks} THEN 0 ELSE {(int)p.Part} END")))},
        w.id, w.title, w.case_no, w.form_key, w.created_on, w.revision, w.subject_name, w.due_on, w.claimed_by_id, w.claimed_by_name, w.outcome, w.completed_at, w.urged_count, w.back_note, w.delegated_by_name
        """;

    /// <param name="reader">On the first row.</param>
    public static List<InboxRow> Read(DbDataReader reader, IReadOnlyList<InboxRange> ranges, Actor actor, bool isGrouped)
    {
        List<InboxRow> rows = [];
        do
        {
            var range = ranges[reader.GetInt32(3)];
            var has = (Has)reader.GetInt32(4);
            string? Text(Has part, int column) => has.HasFlag(part) ? reader.GetString(column) : null;
            Guid? holder = has.HasFlag(Has.Holder) ? reader.GetGuid(13) : null;
            var completed = has.HasFlag(Has.End) ? DateTime.SpecifyKind(reader.GetDateTime(16), DateTimeKind.Utc) : (DateTime?)null;
            var line = new InboxLine(
                reader.GetGuid(5), reader.GetString(6), reader.GetString(7), Text(Has.Subject, 11), InboxQueries.KindOf(reader.GetString(8)), null, SqliteReaders.DayOf(reader, 9),
                holder == actor.Id && completed is null, has.HasFlag(Has.Names), holder is null || holder == actor.Id || reader.IsDBNull(14) ? null : reader.GetString(14), Text(Has.Outcome, 15), completed,
                has.HasFlag(Has.Suspension), has.HasFlag(Has.Urging) ? reader.GetInt32(17) : 0, Text(Has.BackNote, 18), Text(Has.Delegation, 19), has.HasFlag(Has.Signing),
                range.From.StartsWith("work_item_signers", StringComparison.Ordinal), range.Principal, reader.GetInt32(10), isGrouped ? reader.GetString(2) : "");
            object key = range.IsNewestFirst ? DateTime.SpecifyKind(reader.GetDateTime(1), DateTimeKind.Utc) : SqliteReaders.DayOf(reader, 1);
            rows.Add(new InboxRow(line, key is not DateOnly last ? reader.IsDBNull(12) ? null : SqliteReaders.DayOf(reader, 12) : last == DateOnly.MaxValue ? null : last, key));
        }
        while (reader.Read());
        return rows;
    }
}
