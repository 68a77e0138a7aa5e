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

/// <summary>The last link of a chain. The row is locked while a link is added, so that a chain never forks.</summary>
public sealed class AuditHead
{
    public const string NoHash = "0000000000000000000000000000000000000000000000000000000000000000";

    public required string Chain { get; set; }
    public long Sequence { get; set; }
    public required string Hash { get; set; }
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

internal sealed class AuditHeadMapping : IEntityTypeConfiguration<AuditHead>
{
    public void Configure(EntityTypeBuilder<AuditHead> builder)
    {
        builder.ToTable("audit_heads");
        builder.HasKey(h => h.Chain);
        builder.Property(h => h.Chain).HasMaxLength(120);
        builder.Property(h => h.Sequence).IsConcurrencyToken();
        builder.Property(h => h.Hash).HasMaxLength(64);
        builder.IsRewritten();
    }
}

/// <summary>
/// Collects the entries of one unit of work; they are linked and numbered when it commits, so that a head many share is locked only briefly.
/// The head of a case goes along with the unit's first read: the case's own instance is locked by then anyway.
/// </summary>
internal sealed class AuditTrail(Unit unit, UnitSql sql, Db db, DatabaseSettings database) : IAuditTrail
{
    private const string Find = "SELECT sequence, hash FROM audit_heads WHERE chain = $1";
    private static readonly SqlText FindHead = new(Find, [NpgsqlDbType.Text]);
    private static readonly SqlText LockHead = new(Find + " FOR UPDATE", [NpgsqlDbType.Text]);
    private static readonly SqlText MoveHead = new("UPDATE audit_heads SET sequence = $1, hash = $2 WHERE chain = $3 AND sequence = $4", [NpgsqlDbType.Bigint, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Bigint]);

    private readonly List<(ChangeContext Change, string Chain, string Action, string Subject, string? Data)> _recorded = [];
    private readonly SortedDictionary<string, Head> _heads = new(StringComparer.Ordinal);

    public void Record(ChangeContext change, string chain, string action, string subject, JsonObject? data = null)
    {
        unit.DemandOpen();
        _recorded.Add((change, chain, action, subject, data is null ? null : CanonicalJson.Write(data)));
        if (_heads.ContainsKey(chain)) return;
        var head = _heads[chain] = new Head(chain, database.IsPostgres ? LockHead : FindHead);
        if (chain.StartsWith("case/", StringComparison.Ordinal)) sql.Ride(head);
        else head.IsLate = true;
    }

    /// <summary>Links what was recorded to the heads of its chains.</summary>
    public async Task StageAsync(CancellationToken cancellationToken)
    {
        if (_recorded.Count == 0) return;
        // Heads are locked in one order everywhere: two units can wait for each other but never in a circle.
        foreach (var late in _heads.Values.Where(h => h.IsLate)) sql.Ride(late);
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
        foreach (var head in _heads.Values)
        {
            sql.Stage(head.Found is 0
                ? RowSql.Of<AuditHead>(db).Insert(new AuditHead { Chain = head.Chain, Sequence = head.Sequence, Hash = head.Hash })
                : new Statement(MoveHead, [head.Sequence, head.Hash, head.Chain, head.Found], () => new ConflictException($"The chain {head.Chain} was continued by another transaction.")));
        }
        _recorded.Clear();
        _heads.Clear();
    }

    private sealed class Head(string chain, SqlText sql) : UnitRead(sql, [chain])
    {
        public string Chain => chain;

        public bool IsLate { get; set; }

        /// <summary>The last link's number in the database; 0: the chain is new.</summary>
        public long Found { get; private set; }

        public long Sequence { get; set; }

        public string Hash { get; set; } = AuditHead.NoHash;

        public override void Take(DbDataReader reader)
        {
            if (reader.Read()) (Found, Sequence, Hash) = (reader.GetInt64(0), reader.GetInt64(0), reader.GetString(1));
        }
    }
}

/// <summary>Walks every chain from its first link and says where it does not hold.</summary>
public static class AuditCheck
{
    /// <returns>One line for each chain that is broken, naming the first link that does not fit; empty when all hold.</returns>
    public static async Task<IReadOnlyList<string>> FindBrokenAsync(DbContext db, CancellationToken cancellationToken)
    {
        var heads = await db.Set<AuditHead>().AsNoTracking().ToDictionaryAsync(h => h.Chain, cancellationToken);
        var broken = new Dictionary<string, string>();
        var last = new Dictionary<string, (long Sequence, string Hash)>();
        await foreach (var entry in db.Set<AuditEntry>().AsNoTracking().OrderBy(e => e.Chain).ThenBy(e => e.Sequence).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (broken.ContainsKey(entry.Chain)) continue;
            var (sequence, hash) = last.GetValueOrDefault(entry.Chain, (0, AuditHead.NoHash));
            if (entry.Sequence != sequence + 1 || entry.PreviousHash != hash || entry.Hash != entry.ComputeHash())
                broken[entry.Chain] = $"{entry.Chain} #{entry.Sequence}";
            last[entry.Chain] = (entry.Sequence, entry.Hash);
        }
        foreach (var chain in heads.Keys.Union(last.Keys))
        {
            if (broken.ContainsKey(chain)) continue;
            var end = last.GetValueOrDefault(chain, (0, AuditHead.NoHash));
            if (!heads.TryGetValue(chain, out var head) || (head.Sequence, head.Hash) != end) broken[chain] = $"{chain} #{end.Item1} (head)";
        }
        return [.. broken.Values.Order(StringComparer.Ordinal)];
    }
}
