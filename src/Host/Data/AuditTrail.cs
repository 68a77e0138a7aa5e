using System.Data.Common;
using System.Globalization;
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
    public string ComputeHash() => Hashing.Sha256Hex(CanonicalJson.Write(new JsonObject
    {
        ["chain"] = Chain,
        ["sequence"] = Sequence,
        ["at"] = At.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        ["byId"] = ById.ToString(),
        ["byName"] = ByName,
        ["action"] = Action,
        ["subject"] = Subject,
        ["data"] = Data,
        ["reason"] = Reason,
        ["operationId"] = OperationId.ToString(),
        ["previousHash"] = PreviousHash,
    }));
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
    private static readonly SqlText Last = new("SELECT sequence, hash FROM audit_entries WHERE chain = $1 ORDER BY sequence DESC LIMIT 1", [NpgsqlDbType.Text]);

    // Until the transaction ends nobody else adds to the chain. A statement of its own: what follows sees what was committed while it waited.
    private static readonly SqlText Hold = new("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [NpgsqlDbType.Text]);

    private readonly List<(ChangeContext Change, string Chain, string Action, string Subject, string? Data)> _recorded = [];
    private readonly SortedDictionary<string, Head> _heads = new(StringComparer.Ordinal);

    public void Record(ChangeContext change, string chain, string action, string subject, JsonObject? data = null)
    {
        unit.DemandOpen();
        _recorded.Add((change, chain, action, subject, data is null ? null : CanonicalJson.Write(data)));
        if (_heads.ContainsKey(chain)) return;
        var head = _heads[chain] = new Head(chain);
        if (chain.StartsWith("case/", StringComparison.Ordinal)) Ride(head);
        else head.IsLate = true;
    }

    private void Ride(Head head)
    {
        if (database.IsPostgres) sql.Ride(new Wait(head.Chain));
        sql.Ride(head);
    }

    /// <summary>Links what was recorded to the last links of its chains.</summary>
    public async Task StageAsync(CancellationToken cancellationToken)
    {
        if (_recorded.Count == 0) return;
        // Chains are held in one order everywhere: two units can wait for each other but never in a circle.
        foreach (var late in _heads.Values.Where(h => h.IsLate)) Ride(late);
        if (sql.HasRiders) await sql.ReadAsync(cancellationToken);
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

    /// <summary>The last link of a chain, as it will be after this unit.</summary>
    private sealed class Head(string chain) : UnitRead(Last, [chain])
    {
        public string Chain => chain;

        public bool IsLate { get; set; }

        public long Sequence { get; set; }

        public string Hash { get; set; } = AuditEntry.NoHash;

        public override void Take(DbDataReader reader)
        {
            if (reader.Read()) (Sequence, Hash) = (reader.GetInt64(0), reader.GetString(1));
        }
    }

    private sealed class Wait(string chain) : UnitRead(Hold, [chain])
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
