using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Host.Data;

/// <summary>A message that leaves the machine after the transaction that wrote it (law 3).</summary>
public sealed class OutboxMessage
{
    public Guid Id { get; set; }

    /// <summary><c>mail</c>, <c>webhook</c>, <c>pdf</c> …: who sends it.</summary>
    public required string Kind { get; set; }

    /// <summary>Unique: the same message is written, and so sent, once (law 2).</summary>
    public required string DedupeKey { get; set; }
    public required string Payload { get; set; }
    public DateTime CreatedAt { get; set; }
    public DateTime NextAttemptAt { get; set; }
    public int Attempts { get; set; }
    public DateTime? SentAt { get; set; }

    /// <summary>Set when it was given up: a person looks at <see cref="LastError"/>.</summary>
    public DateTime? FailedAt { get; set; }
    public string? LastError { get; set; }
}

internal sealed class OutboxMessageMapping : IEntityTypeConfiguration<OutboxMessage>
{
    public void Configure(EntityTypeBuilder<OutboxMessage> builder)
    {
        builder.ToTable("outbox_messages");
        builder.HasKey(m => m.Id);
        builder.Property(m => m.Id).ValueGeneratedNever();
        builder.Property(m => m.Kind).HasMaxLength(40);
        builder.Property(m => m.DedupeKey).HasMaxLength(200);
        builder.HasIndex(m => m.DedupeKey).IsUnique();
        builder.HasIndex(m => new { m.SentAt, m.NextAttemptAt });
    }
}

/// <summary>Collects the messages of one unit of work; a key already known is dropped by the database.</summary>
internal sealed class Outbox(Unit unit) : IOutbox
{
    private readonly Dictionary<string, OutboxMessage> _messages = [];

    public void Enqueue(ChangeContext change, string kind, string dedupeKey, JsonObject payload)
    {
        unit.DemandOpen();
        _messages.TryAdd(dedupeKey, new OutboxMessage
        {
            Id = Ids.New(change),
            Kind = kind,
            DedupeKey = dedupeKey,
            Payload = payload.ToJsonString(),
            CreatedAt = change.At,
            NextAttemptAt = change.At,
        });
    }

    public void Stage(UnitSql sql, Db db)
    {
        if (_messages.Count == 0) return;
        var rows = RowSql.Of<OutboxMessage>(db);
        foreach (var message in _messages.Values) sql.Stage(rows.InsertOrNothing(message, "dedupe_key"));
        _messages.Clear();
    }
}
