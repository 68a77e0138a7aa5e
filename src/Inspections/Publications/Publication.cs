using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Publications;

/// <summary>公示类型: 事项清单, 年度计划, 拟检查公告, 抽取结果, 检查结果, 整改情况, 处罚信息, 挂牌督办, 摘牌, 失信名单, 检查通报, 更正或撤回.</summary>
public enum PublicationKind { ItemList, AnnualPlan, Announcement, DrawResult, InspectionResult, Rectification, Penalty, HazardListing, HazardDelisting, Discredit, Report, Correction }

public enum PublicationStatus { Draft, Reviewed, Published, Withdrawn }

/// <summary>
/// 公示: written by one person, reviewed by the section's head, put out by a third. Outside only <see cref="MaskedJson"/> is seen (law 12).
/// </summary>
public sealed class Publication
{
    public const int TitleMaxLength = 200;
    public const int ChannelMaxLength = 200;

    public Guid Id { get; set; }

    public PublicationKind Kind { get; set; }

    public PublicationStatus Status { get; set; }

    public required string Title { get; set; }

    /// <summary>The inspection, when it concerns one.</summary>
    public Guid? CaseId { get; set; }

    /// <summary>Number of what it is about: inspection, campaign, plan, penalty or list number.</summary>
    public required string SubjectNo { get; set; }

    /// <summary>What the text was written from: plan, campaign, inspection, penalty or hazard.</summary>
    public Guid? SubjectId { get; set; }

    public string? InspecteeNumber { get; set; }

    /// <summary>Unmasked; for those who work on it.</summary>
    public required string ContentJson { get; set; }

    public required string MaskedJson { get; set; }

    /// <summary>Names of natural persons that are starred, <c>;</c> between.</summary>
    public string PersonNames { get; set; } = "";

    /// <summary>Last day by law; inclusive.</summary>
    public DateOnly? DueOn { get; set; }

    /// <summary>Last day it stays public; null: until replaced.</summary>
    public DateOnly? ExpiresOn { get; set; }

    public Guid AuthorId { get; set; }

    public required string AuthorName { get; set; }

    public DateTime DraftedAt { get; set; }

    /// <summary>Who corrected it last; as bound as the author.</summary>
    public Guid? RevisedById { get; set; }

    public string? RevisedByName { get; set; }

    public string? ReviewerName { get; set; }

    public Guid? ReviewerId { get; set; }

    public string? ReviewOpinion { get; set; }

    public DateTime? ReviewedAt { get; set; }

    public string? PublisherName { get; set; }

    public DateTime? PublishedAt { get; set; }

    public DateOnly? PublishedOn { get; set; }

    public string? Channel { get; set; }

    /// <summary>One of <see cref="ProposeWithdrawalHandler.GroundsOf"/>, while it is proposed or done; null: nobody proposes it.</summary>
    public string? WithdrawalGround { get; set; }

    /// <summary>The day of the decision it rests on; the three working days count from it.</summary>
    public DateOnly? WithdrawalGroundOn { get; set; }

    /// <summary>复议决定书, 判决书 or the office's own decision.</summary>
    public string? WithdrawalDocument { get; set; }

    public Guid? WithdrawalProposedById { get; set; }

    public string? WithdrawalProposedByName { get; set; }

    /// <summary>How often it was proposed: each is a matter of its own.</summary>
    public int WithdrawalsProposed { get; set; }

    public DateTime? WithdrawnAt { get; set; }

    public string? WithdrawnByName { get; set; }

    public string? WithdrawalReason { get; set; }

    public int Revision { get; set; }

    /// <summary>Whether a person's own words stand in it: such a person neither reviews nor publishes it.</summary>
    public bool IsWrittenBy(Actor actor) => AuthorId == actor.Id || RevisedById == actor.Id;

    public string Chain => CaseId is null ? "publications" : $"case/{SubjectNo}";
}

internal sealed class PublicationMapping : IEntityTypeConfiguration<Publication>
{
    public void Configure(EntityTypeBuilder<Publication> builder)
    {
        builder.ToTable("publications");
        builder.HasKey(p => p.Id);
        builder.Property(p => p.Title).HasMaxLength(Publication.TitleMaxLength);
        builder.Property(p => p.SubjectNo).HasMaxLength(60);
        builder.Property(p => p.InspecteeNumber).HasMaxLength(InspectionCase.NumberMaxLength);
        builder.Property(p => p.Channel).HasMaxLength(Publication.ChannelMaxLength);
        builder.Property(p => p.WithdrawalGround).HasMaxLength(40);
        builder.Property(p => p.WithdrawalDocument).HasMaxLength(ProposeWithdrawalHandler.DocumentMaxLength);
        builder.Property(p => p.WithdrawalProposedByName).HasMaxLength(100);
        builder.Property(p => p.Revision).IsConcurrencyToken();
        builder.Ignore(p => p.Chain);
        builder.HasIndex(p => p.CaseId);
        builder.HasIndex(p => new { p.SubjectNo, p.Kind });
        builder.HasIndex(p => new { p.Status, p.PublishedOn });
        builder.HasIndex(p => p.InspecteeNumber);
    }
}
