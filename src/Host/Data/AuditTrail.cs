using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NpgsqlTypes;

namespace DoubleRandom.Host.Data;

/// <summary>One link of an audit chain. Never changed, never deleted: the database's triggers refuse both.</summary>
public sealed class AuditEntry
{
    public const string NoHash = "0000000000000000000000000000000000000000000000000000000000000000";

    public required string Chain { get; set; }

    /// <summary>1, 2, 3 … within the chain, without gaps.</summary>
    public long Sequence { get; set; }
    public DateTime At { get; set; }
    public Guid ById { get; set; }
    public required string ByName { get; set; }
    public required string Action { get; set; }
    public required string Subject { get; set; }

    /// <summary>Canonical JSON (RFC 8785), or null.</summary>
    public string? Data { get; set; }
    public string? Reason { get; set; }
    public Guid OperationId { get; set; }

    /// <summary>Hash of the link before; 64 zeros for the first.</summary>
    public required string PreviousHash { get; set; }
    public required string Hash { get; set; }

    /// <summary>SHA-256 of the canonical JSON of everything above: a stranger can recompute it from an export.</summary>
    public string ComputeHash() => Hashing.Sha256Hex(new StringBuilder(600)
        .Append("{\"action\":").AppendText(Action)
        .Append(",\"at\":").AppendText(At.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture))
        .Append(",\"byId\":").AppendText(ById.ToString())
        .Append(",\"byName\":").AppendText(ByName)
        .Append(",\"chain\":").AppendText(Chain)
        .Append(",\"data\":").AppendText(Data)
        .Append(",\"operationId\":").AppendText(OperationId.ToString())
        .Append(",\"previousHash\":").AppendText(PreviousHash)
        .Append(",\"reason\":").AppendText(Reason)
        .Append(CultureInfo.InvariantCulture, $",\"sequence\":{Sequence}")
        .Append(",\"subject\":").AppendText(Subject)
        .Append('}').ToString());
}

internal sealed class AuditEntryMapping : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.ToTable("audit_entries");
        builder.HasKey(e => new { e.Chain, e.Sequence });
        builder.Property(e => e.Sequence).ValueGeneratedNever();
        builder.Property(e => e.Chain).HasMaxLength(120);
        builder.Property(e => e.ByName).HasMaxLength(100);
        builder.Property(e => e.Action).HasMaxLength(100);
        builder.Property(e => e.Subject).HasMaxLength(400);
        builder.Property(e => e.PreviousHash).HasMaxLength(64);
        builder.Property(e => e.Hash).HasMaxLength(64);
    }
}

/// <summary>
/// Collects the entries of one unit of work; they are linked and numbered when it commits, so that a chain many share is held only briefly.
/// The last link of a case's chain goes along with the unit's first read: the case's own instance is locked by then anyway.
/// </summary>
internal sealed class AuditTrail(Unit unit, UnitSql sql, Db db, DatabaseSettings database) : IAuditTrail
{
    // Opening fifty thousand cases touches as many chains: so many locks would not fit the server's table, and so many reads are one.
    private const int MostHeld = 100;

    private static readonly SqlText LastOfMany = new(LastOf("json_each($1) AS j"), [NpgsqlDbType.Text]);
    private static readonly SqlText LastOfManyPostgres = new(LastOf("unnest($1) AS j(value)"), [NpgsqlDbType.Array | NpgsqlDbType.Text]);

    private static readonly ConcurrentDictionary<string, (SqlText Hold, SqlText Last)> Texts = new(StringComparer.Ordinal);

    private readonly List<(ChangeContext Change, string Chain, string Action, string Subject, string? Data)> _recorded = [];
    private readonly SortedDictionary<string, Head> _heads = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Head> _ahead = new(StringComparer.Ordinal);
    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);

    public void Record(ChangeContext change, string chain, string action, string subject, JsonObject? data = null)
    {
        unit.DemandOpen();
        _recorded.Add((change, chain, action, subject, data is null ? null : CanonicalJson.Write(data)));
        if (_heads.ContainsKey(chain)) return;
        var head = _heads[chain] = _ahead.Remove(chain, out var ahead) ? ahead : new Head("$1", chain);
        if (ahead is not null) return;
        if (chain.StartsWith("case/", StringComparison.Ordinal) && _heads.Count <= MostHeld) Ride(head);
        else head.IsLate = true;
    }

    /// <summary>The reads of a chain's end; to travel with others.</summary>
    /// <param name="chain">SQL for the chain's name, with $1 for <paramref name="id"/>.</param>
    public ChainReads ReadAhead(string chain, Guid id) => Reads(new Head(chain, id));

    public ChainReads ReadAhead(string chain) => Reads(new Head("$1", chain));

    /// <summary>What is recorded in the chain next follows what was read already.</summary>
    public void Remember(string chain, ChainReads reads) => _ahead[chain] = reads.Head;

    /// <summary>A case begins in this unit.</summary>
    public void Begin(string caseNo) => _begun.Add($"case/{caseNo}");

    private ChainReads Reads(Head head) => new(database.IsPostgres ? [new Wait(head), head] : [head], head);

    private void Ride(Head head)
    {
        foreach (var read in Reads(head).Reads) sql.Ride(read);
    }

    /// <summary>Links what was recorded to the last links of its chains.</summary>
    public async Task StageAsync(CancellationToken cancellationToken)
    {
        if (_recorded.Count == 0) return;
        // Chains are held in one order everywhere: two units can wait for each other but never in a circle.
        var lates = _heads.Values.Where(h => h.IsLate).ToList();
        if (lates.Count > MostHeld)
        {
            // Who adds to one of them at the same time is refused by the key, and the unit runs again.
            var chains = lates.Select(h => h.Chain!);
            await sql.ReadAsync(cancellationToken, new Many(database.IsPostgres ? LastOfManyPostgres : LastOfMany, [database.IsPostgres ? chains.ToArray() : JsonSerializer.Serialize(chains)], _heads));
        }
        else
        {
            foreach (var late in lates) Ride(late);
        }
        if (_heads.Values.Where(h => !h.IsTaken).ToList() is { Count: > 0 } open)
        {
            // A case that begins has no chain yet, so its first link needs no look; where it has one, the key refuses the link and the next try looks.
            if (database.IsPostgres && unit.IsFirstTry && open.TrueForAll(h => h.Chain is { } chain && _begun.Contains(chain))) sql.DropRiders();
            else await sql.ReadAsync(cancellationToken);
        }
        var entries = RowSql.Of<AuditEntry>(db);
        foreach (var (change, chain, action, subject, data) in _recorded)
        {
            var head = _heads[chain];
            var entry = new AuditEntry
            {
                Chain = chain,
                Sequence = head.Sequence + 1,
                At = change.At,
                ById = change.By.Id,
                ByName = change.By.Name,
                Action = action,
                Subject = subject,
                Data = data,
                Reason = change.Reason,
                OperationId = change.OperationId,
                PreviousHash = head.Hash,
                Hash = "",
            };
            entry.Hash = entry.ComputeHash();
            (head.Sequence, head.Hash) = (entry.Sequence, entry.Hash);
            sql.Stage(entries.Insert(entry));
        }
        _recorded.Clear();
        _heads.Clear();
    }

    private static string LastOf(string chains) => $"SELECT e.chain, e.sequence, e.hash FROM {chains} JOIN audit_entries e ON e.chain = j.value AND e.sequence = (SELECT max(l.sequence) FROM audit_entries l WHERE l.chain = j.value)";

    private static (SqlText Hold, SqlText Last) TextsOf(string chain, object value) => Texts.GetOrAdd(chain, c => (
        // Until the transaction ends nobody else adds to the chain. A statement of its own: what follows sees what was committed while it waited.
        new SqlText($"SELECT pg_advisory_xact_lock(hashtextextended({c}, 0))", [SqlText.TypeOf(value.GetType())]),
        new SqlText($"SELECT sequence, hash FROM audit_entries WHERE chain = {c} ORDER BY sequence DESC LIMIT 1", [SqlText.TypeOf(value.GetType())])));

    /// <summary>The last link of a chain, as it will be after this unit.</summary>
    internal sealed class Head(string chain, object value) : UnitRead(TextsOf(chain, value).Last, [value])
    {
        public SqlText Hold => TextsOf(chain, value).Hold;

        /// <summary>Null where the database finds the name.</summary>
        public string? Chain => value as string;

        public bool IsLate { get; set; }

        public bool IsTaken { get; private set; }

        public long Sequence { get; set; }

        public string Hash { get; set; } = AuditEntry.NoHash;

        public override void Take(DbDataReader reader)
        {
            IsTaken = true;
            if (reader.Read()) (Sequence, Hash) = (reader.GetInt64(0), reader.GetString(1));
        }

        public void Begin() => IsTaken = true;
    }

    /// <summary>The last links of many chains in one read; a chain that has none is not among them.</summary>
    private sealed class Many(SqlText sql, object?[] values, IReadOnlyDictionary<string, Head> heads) : UnitRead(sql, values)
    {
        public override void Take(DbDataReader reader)
        {
            foreach (var head in heads.Values.Where(h => h.IsLate)) head.Begin();
            while (reader.Read()) (heads[reader.GetString(0)].Sequence, heads[reader.GetString(0)].Hash) = (reader.GetInt64(1), reader.GetString(2));
        }
    }

    internal sealed record ChainReads(IReadOnlyList<UnitRead> Reads, Head Head);

    private sealed class Wait(Head head) : UnitRead(head.Hold, head.Values)
    {
        public override void Take(DbDataReader reader) => reader.Read();
    }
}

/// <summary>Walks every chain from its first link and says where it does not hold.</summary>
public static class AuditCheck
{
    /// <returns>One line for each chain that is broken, naming the first link that does not fit; empty when all hold.</returns>
    public static async Task<IReadOnlyList<string>> FindBrokenAsync(DbContext db, CancellationToken cancellationToken)
    {
        var broken = new Dictionary<string, string>();
        var last = new Dictionary<string, (long Sequence, string Hash)>();
        await foreach (var entry in db.Set<AuditEntry>().AsNoTracking().OrderBy(e => e.Chain).ThenBy(e => e.Sequence).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (broken.ContainsKey(entry.Chain)) continue;
            var (sequence, hash) = last.GetValueOrDefault(entry.Chain, (0, AuditEntry.NoHash));
            if (entry.Sequence != sequence + 1 || entry.PreviousHash != hash || entry.Hash != entry.ComputeHash())
                broken[entry.Chain] = $"{entry.Chain} #{entry.Sequence}";
            last[entry.Chain] = (entry.Sequence, entry.Hash);
        }
        return [.. broken.Values.Order(StringComparer.Ordinal)];
    }
}
