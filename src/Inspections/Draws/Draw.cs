using System.Text;
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

    public Guid Id { get; set; }

    /// <summary><c>YYYY-NNNN</c> of the draw register.</summary>
    public required string Number { get; set; }

    public Guid CampaignId { get; set; }

    public required string CampaignNo { get; set; }

    /// <summary><c>object</c>, <c>leader</c>, <c>officer</c> or <c>expert</c>.</summary>
    public required string Kind { get; set; }

    public int Round { get; set; }

    public DrawStatus Status { get; set; }

    public required string Stratum { get; set; }

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

    /// <summary>The published files so far; <c>WriteAsync</c> makes the folder a stranger verifies.</summary>
    public DrawFiles Files()
    {
        return new DrawFiles(Encoding.UTF8.GetBytes(CandidatesFile), Bytes(OrderFile), Bytes(RevealsFile), Bytes(ResultFile));

        static byte[]? Bytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);
    }
}

/// <summary>One party's commitment and, once shown, its nonce. The supervisor's and the witness's nonces are unknown here until they reveal them.</summary>
public sealed class DrawCommitment
{
    public const string System = "系统";
    public const string Supervisor = "监督人";
    public const string Witness = "见证人";

    public Guid DrawId { get; set; }

    /// <summary>The order's order of parties.</summary>
    public int Sequence { get; set; }

    public required string Party { get; set; }

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
        builder.Property(d => d.Stratum).HasMaxLength(60);
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
