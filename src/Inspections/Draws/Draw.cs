using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Draws.Protocol;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Draws;

/// <summary>
/// Ordered: candidates frozen, commitments awaited. Committed: the order is hashed and locked. Revealed: beacon confirmed by two persons and all nonces shown.
/// Drawn and Void are the end; a void draw keeps its number and stays public.
/// </summary>
public enum DrawStatus { Ordered, Committed, Revealed, Drawn, Void }

/// <summary>抽取: one round of one kind for a campaign, after DR-1.</summary>
public sealed class Draw
{
    public const int BeaconMaxLength = 2000;
    public const int NoteMaxLength = 400;

    public Guid Id { get; set; }

    /// <summary><c>YYYY-NNNN</c> of the draw register.</summary>
    public required string Number { get; set; }

    public Guid CampaignId { get; set; }

    public required string CampaignNo { get; set; }

    /// <summary><c>object</c>, <c>leader</c>, <c>officer</c> or <c>expert</c>.</summary>
    public required string Kind { get; set; }

    public int Round { get; set; }

    public DrawStatus Status { get; set; }

    /// <summary>The strata with their counts, fixed with the list and before anything random exists; <see cref="Strata"/> reads it.</summary>
    public required string StrataJson { get; set; }

    /// <summary>By what the list is divided, in the words that are published; null: it is not.</summary>
    public string? StratifiedBy { get; set; }

    /// <summary>Published: why the list is shorter than the plan said, or why another round was ordered.</summary>
    public string? ListNote { get; set; }

    public int Size { get; set; }

    public int Count { get; set; }

    public int BaseCount { get; set; }

    public DateOnly BaseOn { get; set; }

    public required string Ratio { get; set; }

    public required string BeaconSource { get; set; }

    public DateOnly BeaconOn { get; set; }

    public DateTime PlannedAt { get; set; }

    public required string CandidatesFile { get; set; }

    public string? OrderFile { get; set; }

    public string? OrderHash { get; set; }

    public string? RevealsFile { get; set; }

    public string? ResultFile { get; set; }

    public string? BeaconText { get; set; }

    public Guid? BeaconEnteredById { get; set; }

    public string? BeaconEnteredByName { get; set; }

    public Guid? BeaconConfirmedById { get; set; }

    public string? BeaconConfirmedByName { get; set; }

    public Guid OrderedById { get; set; }

    public required string OrderedByName { get; set; }

    public DateTime OrderedAt { get; set; }

    public DateTime? CommittedAt { get; set; }

    public DateTime? DrawnAt { get; set; }

    public Guid? VoidedById { get; set; }

    public string? VoidReason { get; set; }

    public DateTime? VoidedAt { get; set; }

    public int Revision { get; set; }

    public IReadOnlyList<DrawStratum> Strata => DrawStratum.Read(StrataJson);

    /// <summary>The published files so far; <c>WriteAsync</c> makes the folder a stranger verifies.</summary>
    public DrawFiles Files()
    {
        return new DrawFiles(Encoding.UTF8.GetBytes(CandidatesFile), Bytes(OrderFile), Bytes(RevealsFile), Bytes(ResultFile));

        static byte[]? Bytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);
    }
}

/// <summary>A stratum of a draw as it was ordered.</summary>
/// <param name="Weight">Against the other strata; 1 where nothing is weighed.</param>
public sealed record DrawStratum(string Name, int Size, int Count, int Weight)
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="json">As <see cref="Draw.StrataJson"/> keeps it.</param>
    public static IReadOnlyList<DrawStratum> Read(string json) => JsonSerializer.Deserialize<List<DrawStratum>>(json, Json)!;
}

/// <summary>How a round came to be and where the last one stands.</summary>
public static class DrawRounds
{
    /// <summary>Whether the last round of a campaign's ceremonies is void, so that the next one is to be ordered.</summary>
    public static async Task<bool> LastIsVoidAsync(DbContext db, Guid campaignId, CancellationToken cancellationToken)
        => (await db.WithStagedAsync<Draw>(d => d.CampaignId == campaignId, cancellationToken)).OrderBy(d => d.Number, StringComparer.Ordinal).LastOrDefault() is null or { Status: DrawStatus.Void };
}

/// <summary>One party's commitment and, once shown, its nonce. The supervisor's and the witness's nonces are unknown here until they reveal them.</summary>
public sealed class DrawCommitment
{
    public const string System = "系统";
    public const string Supervisor = "监督人";
    public const string Witness = "见证人";
    public const int NameMaxLength = 100;

    public Guid DrawId { get; set; }

    /// <summary>The order's order of parties.</summary>
    public int Sequence { get; set; }

    /// <summary>系统, 监督人 or 见证人: whose step it is.</summary>
    public required string Party { get; set; }

    /// <summary>The party as the office's organisation file names it: what the public proof says.</summary>
    public required string Name { get; set; }

    /// <summary>Null: awaited.</summary>
    public string? Commitment { get; set; }

    /// <summary>Null until it is shown.</summary>
    public string? Nonce { get; set; }

    /// <summary>The system's own nonce until it is shown: readable only with a key that lies outside the database.</summary>
    public string? SealedNonce { get; set; }

    public Guid? PersonId { get; set; }

    public string? PersonName { get; set; }

    public DateTime? CommittedAt { get; set; }

    public DateTime? RevealedAt { get; set; }
}

/// <summary>A commitment that was given once. A party gives one for all lists of a ceremony; a nonce that was shown is no secret and commits to nothing again.</summary>
public sealed class UsedCommitment
{
    public required string Commitment { get; set; }

    public Guid CampaignId { get; set; }

    public required string Party { get; set; }

    public DateTime CommittedAt { get; set; }
}

/// <summary>Seals the system's nonce between commitment and reveal, so that whoever reads the database or a backup cannot foresee a draw.</summary>
public interface INonceSeal
{
    string Seal(string nonce);

    /// <exception cref="InvalidOperationException">The key that sealed it is gone: the draw must be made void.</exception>
    string Open(string seal);
}

/// <summary>Somebody who might have been a candidate and is not, with the reason.</summary>
public sealed class DrawExclusion
{
    public Guid DrawId { get; set; }

    public required string CandidateId { get; set; }

    /// <summary>EXCL 1–4 of an object (S003-19…22) or what a person lacks.</summary>
    public required string Reason { get; set; }

    public string? Evidence { get; set; }

    /// <summary>SHA-256 over the rows in byte order of the ids, in RFC 8785 form: what the audit chain keeps of them.</summary>
    public static string HashOf(IEnumerable<(string CandidateId, string Reason, string? Evidence)> rows)
        => Hashing.Sha256Hex(CanonicalJson.Write(new JsonArray([.. rows.OrderBy(r => r.CandidateId, StringComparer.Ordinal).Select(r => (JsonNode)new JsonArray(r.CandidateId, r.Reason, r.Evidence))])));
}

internal sealed class DrawMapping : IEntityTypeConfiguration<Draw>
{
    public void Configure(EntityTypeBuilder<Draw> builder)
    {
        builder.ToTable("draws");
        builder.HasKey(d => d.Id);
        builder.HasIndex(d => d.Number).IsUnique();
        // One draw per campaign, kind and round, whoever presses at the same time.
        builder.HasIndex(d => new { d.CampaignId, d.Kind, d.Round }).IsUnique();
        builder.Property(d => d.Number).HasMaxLength(16);
        builder.Property(d => d.CampaignNo).HasMaxLength(16);
        builder.Property(d => d.Kind).HasMaxLength(10);
        builder.Ignore(d => d.Strata);
        builder.Property(d => d.StratifiedBy).HasMaxLength(60);
        builder.Property(d => d.ListNote).HasMaxLength(Draw.NoteMaxLength);
        builder.Property(d => d.Ratio).HasMaxLength(40);
        builder.Property(d => d.BeaconSource).HasMaxLength(200);
        builder.Property(d => d.OrderHash).HasMaxLength(64);
        builder.Property(d => d.BeaconText).HasMaxLength(Draw.BeaconMaxLength);
        builder.Property(d => d.BeaconEnteredByName).HasMaxLength(60);
        builder.Property(d => d.BeaconConfirmedByName).HasMaxLength(60);
        builder.Property(d => d.OrderedByName).HasMaxLength(60);
        builder.Property(d => d.VoidReason).HasMaxLength(400);
        builder.Property(d => d.Revision).IsConcurrencyToken();
    }
}

internal sealed class DrawCommitmentMapping : IEntityTypeConfiguration<DrawCommitment>
{
    public void Configure(EntityTypeBuilder<DrawCommitment> builder)
    {
        builder.ToTable("draw_commitments");
        builder.HasKey(c => new { c.DrawId, c.Sequence });
        builder.Property(c => c.Party).HasMaxLength(20);
        builder.Property(c => c.Name).HasMaxLength(DrawCommitment.NameMaxLength);
        builder.Property(c => c.Commitment).HasMaxLength(64);
        builder.Property(c => c.Nonce).HasMaxLength(64);
        builder.Property(c => c.SealedNonce).HasMaxLength(600);
        builder.Property(c => c.PersonName).HasMaxLength(60);
    }
}

internal sealed class UsedCommitmentMapping : IEntityTypeConfiguration<UsedCommitment>
{
    public void Configure(EntityTypeBuilder<UsedCommitment> builder)
    {
        builder.ToTable("used_commitments");
        builder.HasKey(c => c.Commitment);
        builder.Property(c => c.Commitment).HasMaxLength(64);
        builder.Property(c => c.Party).HasMaxLength(20);
    }
}

internal sealed class DrawExclusionMapping : IEntityTypeConfiguration<DrawExclusion>
{
    public void Configure(EntityTypeBuilder<DrawExclusion> builder)
    {
        builder.ToTable("draw_exclusions");
        builder.HasKey(e => new { e.DrawId, e.CandidateId });
        builder.Property(e => e.CandidateId).HasMaxLength(64);
        builder.Property(e => e.Reason).HasMaxLength(60);
        builder.Property(e => e.Evidence).HasMaxLength(400);
    }
}
