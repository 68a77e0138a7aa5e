using System.Data.Common;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Deadlines;
using NpgsqlTypes;

namespace DoubleRandom.Host.Data;

/// <summary>
/// On SQLite a statement costs no round trip and a look-up by key a walk through a tree whose leaves lie anywhere: each row is written by SQLite's own number of it, which the index it is found by
/// carries. That is half the time of one statement for all (docs/speed.md, row e).
/// </summary>
internal sealed class SqliteDueDeadlines(UnitSql sql) : IDueDeadlines
{
    [Flags]
    private enum Has { None = 0, Window = 1, Provisional = 2, Rungs = 4, DueAt = 8, AnchorAt = 16, Owner = 32, Numbers = 64, Section = 128, Overdue = 256, StoodStill = 512 }

    private static readonly SqlText Select = new($"""
        SELECT rowid, {Flag(Has.Window, "is_window")} + {Flag(Has.Provisional, "provisional")} + {Flag(Has.Rungs, "rungs IS NOT NULL")} + {Flag(Has.DueAt, "due_at IS NOT NULL")} + {Flag(Has.AnchorAt, "anchor_at IS NOT NULL")}
            + {Flag(Has.Owner, "owner_id IS NOT NULL")} + {Flag(Has.Numbers, "owner_numbers IS NOT NULL")} + {Flag(Has.Section, "section IS NOT NULL")} + {Flag(Has.StoodStill, "stood_still IS NOT NULL")}
            + {Flag(Has.Overdue, $"status = '{nameof(DeadlineStatus.Overdue)}'")},
            id, rule_key, case_no, chain, subject_kind, subject_id, title, rungs_taken, round, round_on, due_on, anchor_on, unit, direction, owner_role, revision, rungs, due_at, anchor_at, owner_id, owner_numbers, section, stood_still
        FROM deadlines WHERE next_check_on <= $1 AND (next_check_at IS NULL OR next_check_at <= $2) ORDER BY next_check_on, id LIMIT $3
        """, [NpgsqlDbType.Date, NpgsqlDbType.TimestampTz, NpgsqlDbType.Integer]);

    private static readonly SqlText Looked = Update("$5", "$6");
    // A status that stays is not written: its index would be written with it.
    private static readonly SqlText Turned = Update("$7", "$8", ", status = $5, met_on = $6", NpgsqlDbType.Text, NpgsqlDbType.Date);

    private readonly Dictionary<Guid, long> _rows = [];

    public async Task<IReadOnlyList<Deadline>> ReadAsync(ChangeContext now, int most, CancellationToken cancellationToken)
    {
        var due = new RowsRead<Deadline>(Select, [now.On, now.At, most], Read);
        await sql.ReadAsync(cancellationToken, due);
        return due.Rows;
    }

    public Task WriteAsync(IReadOnlyList<LookedAt> looked, CancellationToken cancellationToken)
    {
        foreach (var (row, before) in looked)
        {
            var turned = row.Status != before;
            object?[] values = turned
                ? [row.RungsTaken, row.NextCheckOn, row.NextCheckAt, row.Revision + 1, row.Status.ToString(), row.MetOn, _rows[row.Id], row.Revision]
                : [row.RungsTaken, row.NextCheckOn, row.NextCheckAt, row.Revision + 1, _rows[row.Id], row.Revision];
            sql.Stage(new Statement(turned ? Turned : Looked, values, () => new ConflictException($"The deadline {row.Id} was changed by another transaction.")));
        }
        return Task.CompletedTask;
    }

    private Deadline Read(DbDataReader reader)
    {
        var has = (Has)reader.GetInt32(1);
        DateTime At(int column) => DateTime.SpecifyKind(reader.GetDateTime(column), DateTimeKind.Utc);
        var deadline = new Deadline
        {
            Id = reader.GetGuid(2),
            RuleKey = reader.GetString(3),
            CaseNo = reader.GetString(4),
            Chain = reader.GetString(5),
            SubjectKind = reader.GetString(6),
            SubjectId = reader.GetGuid(7),
            Title = reader.GetString(8),
            RungsTaken = reader.GetString(9),
            Round = reader.GetInt32(10),
            RoundOn = SqliteReaders.DayOf(reader, 11),
            DueOn = SqliteReaders.DayOf(reader, 12),
            AnchorOn = SqliteReaders.DayOf(reader, 13),
            Unit = Enum.Parse<DeadlineUnit>(reader.GetString(14)),
            Direction = Enum.Parse<DeadlineDirection>(reader.GetString(15)),
            OwnerRole = reader.GetString(16),
            Revision = reader.GetInt32(17),
            Rungs = has.HasFlag(Has.Rungs) ? reader.GetString(18) : null,
            DueAt = has.HasFlag(Has.DueAt) ? At(19) : null,
            AnchorAt = has.HasFlag(Has.AnchorAt) ? At(20) : null,
            OwnerId = has.HasFlag(Has.Owner) ? reader.GetGuid(21) : null,
            OwnerNumbers = has.HasFlag(Has.Numbers) ? reader.GetString(22) : null,
            Section = has.HasFlag(Has.Section) ? reader.GetString(23) : null,
            StoodStill = has.HasFlag(Has.StoodStill) ? reader.GetString(24) : null,
            IsWindow = has.HasFlag(Has.Window),
            Provisional = has.HasFlag(Has.Provisional),
            // What has ended is not looked at any more.
            Status = has.HasFlag(Has.Overdue) ? DeadlineStatus.Overdue : DeadlineStatus.Open,
            Citation = "",
            Anchor = "",
            CalendarVersion = "",
            Explanation = "",
            ExplanationJson = "",
        };
        _rows[deadline.Id] = reader.GetInt64(0);
        return deadline;
    }

    /// <summary>Each question about a column costs the driver as much as its answer, so what a row has is told in one number.</summary>
    private static string Flag(Has part, string condition) => FormattableString.Invariant($"CASE WHEN {condition} THEN {(int)part} ELSE 0 END");

    // SQLite numbers parameters in the order in which it meets them.
    private static SqlText Update(string row, string revision, string more = "", params NpgsqlDbType[] types)
        => new($"UPDATE deadlines SET rungs_taken = $1, next_check_on = $2, next_check_at = $3, revision = $4{more} WHERE rowid = {row} AND revision = {revision}",
            [NpgsqlDbType.Text, NpgsqlDbType.Date, NpgsqlDbType.TimestampTz, NpgsqlDbType.Integer, .. types, NpgsqlDbType.Bigint, NpgsqlDbType.Integer]);
}
