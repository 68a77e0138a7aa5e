using System.Text.Json;
using DoubleRandom.Inspections.Cases;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Penalties;

/// <summary>普通程序, 简易程序 (行政处罚法 ch. 5).</summary>
public enum PenaltyProcedure { Ordinary, Simple }

/// <summary>处罚种类 (行政处罚法 art. 9): 警告, 通报批评, 罚款, 没收, 暂扣许可, 降低资质, 吊销许可, 限制经营, 停产停业, 责令关闭, 限制从业, 其他.</summary>
public enum PenaltyKind { Warning, Criticism, Fine, Confiscation, LicenceSuspension, Downgrade, LicenceRevocation, Restriction, BusinessSuspension, Closure, OccupationBan, Other }

public enum PenaltyStatus { FilingProposed, FilingRefused, Investigating, Investigated, Proposed, Noticed, Decided, Served, Closed }

/// <summary>What was decided: 处罚, 不予处罚, 撤案, 移送.</summary>
public enum PenaltyOutcome { Punish, NoPenalty, Dropped, Transfer }

/// <summary>结案方式.</summary>
public enum ClosingKind { Executed, NoPenalty, Dropped, TransferredToPolice, TransferredToOthers, Terminated, CourtEnforced }

/// <summary>法制审核意见: 同意, 修改, 退回.</summary>
public enum LegalOpinion { Agree, Amend, Return }

/// <summary>处罚案件. A step is refused while what the law demands before it is missing (行政处罚法 arts. 42, 44, 45, 57, 58, 63).</summary>
public sealed class PenaltyCase
{
    /// <summary><see cref="Source"/> of a case that follows from the check itself.</summary>
    public const string FromCheck = "检查发现";

    public Guid Id { get; set; }

    /// <summary>案号: the inspection's number, 罚 and a sequence.</summary>
    public required string PenaltyNo { get; set; }

    public Guid CaseId { get; set; }

    public required string InspectionNo { get; set; }

    public required string InspecteeNumber { get; set; }

    public PenaltyProcedure Procedure { get; set; }

    public PenaltyStatus Status { get; set; }

    /// <summary>案件来源: 检查发现, 复查未通过 …</summary>
    public string Source { get; set; } = FromCheck;

    /// <summary>案由.</summary>
    public required string Cause { get; set; }

    public required string PartyName { get; set; }

    /// <summary>A unit, or else a natural person: the limits differ.</summary>
    public bool PartyIsUnit { get; set; }

    /// <summary>Finding ids, <c>;</c> between.</summary>
    public required string FindingIds { get; set; }

    /// <summary>Register numbers of the case officers, <c>;</c> between; two or more.</summary>
    public required string OfficerNumbers { get; set; }

    public required string OfficerNames { get; set; }

    public Guid ProposedById { get; set; }

    public DateOnly? FiledOn { get; set; }

    public string? FiledByName { get; set; }

    public string? FilingOpinion { get; set; }

    public string? Facts { get; set; }

    public string EvidenceHashes { get; set; } = "";

    public string? ViolatedClause { get; set; }

    public DateOnly? InvestigatedOn { get; set; }

    /// <summary><see cref="PenaltyKind"/> names, <c>;</c> between: proposed, then decided.</summary>
    public string KindCodes { get; set; } = "";

    /// <summary>Fen proposed in the notice; the decision may not be heavier because the party pleaded (art. 45).</summary>
    public long ProposedFen { get; set; }

    /// <summary>Fen decided.</summary>
    public long AmountFen { get; set; }

    /// <summary>Fen of 没收违法所得 or value of the goods; proposed, then decided.</summary>
    public long ConfiscatedFen { get; set; }

    /// <summary>Key of the <see cref="PenaltyBasis"/>, or <see cref="PenaltyBasis.OtherKey"/>.</summary>
    public string? BasisKey { get; set; }

    /// <summary>Least and greatest fine of the basis, in fen, as they stood when it was proposed.</summary>
    public long MinFen { get; set; }

    public long MaxFen { get; set; }

    public string? PenaltyClause { get; set; }

    /// <summary>减轻处罚 (art. 32): why less than the least fine is proposed.</summary>
    public string? Mitigation { get; set; }

    public string? Discretion { get; set; }

    /// <summary>情节复杂或者重大: must be discussed by the heads together (art. 57).</summary>
    public bool Complex { get; set; }

    /// <summary>Computed when proposed: the party may ask for a hearing (art. 63).</summary>
    public bool HearingEligible { get; set; }

    public LegalOpinion? LegalOpinion { get; set; }

    public string? LegalText { get; set; }

    public string? LegalByName { get; set; }

    public Guid? LegalById { get; set; }

    public DateOnly? LegalOn { get; set; }

    /// <summary>JSON array of <see cref="MemberOpinion"/>.</summary>
    public string? DiscussionJson { get; set; }

    public DateOnly? DiscussedOn { get; set; }

    public string? DiscussionConclusion { get; set; }

    /// <summary>告知书送达日: the day the party received the notice of what is proposed and of its rights.</summary>
    public DateOnly? NoticeOn { get; set; }

    public string? NoticeHow { get; set; }

    public string? NoticeTo { get; set; }

    /// <summary>Last day to state and defend; inclusive.</summary>
    public DateOnly? StatementUntil { get; set; }

    public bool? StatementWaived { get; set; }

    public string? StatementText { get; set; }

    public string? StatementReview { get; set; }

    /// <summary>Last day to ask for the hearing, five working days (art. 64); inclusive.</summary>
    public DateOnly? HearingUntil { get; set; }

    /// <summary>Null: not answered; false: waived.</summary>
    public bool? HearingRequested { get; set; }

    public DateOnly? HearingRequestedOn { get; set; }

    /// <summary>The day the party was told when and where the hearing is.</summary>
    public DateOnly? HearingNotifiedOn { get; set; }

    public DateOnly? HearingHeldOn { get; set; }

    public string? HearingPresider { get; set; }

    public string? HearingReport { get; set; }

    public PenaltyOutcome? Outcome { get; set; }

    public string? DecisionReason { get; set; }

    public DateOnly? DecidedOn { get; set; }

    public Guid? DecidedById { get; set; }

    public string? DecidedByName { get; set; }

    public DateOnly? ServedOn { get; set; }

    /// <summary>公告送达: the day the announcement was issued; thirty days later the decision is deemed served.</summary>
    public DateOnly? AnnouncedOn { get; set; }

    public string? ServedHow { get; set; }

    public string? ServedTo { get; set; }

    public string? ServedPlace { get; set; }

    /// <summary>Why it was served after the seven working days (art. 61), when it was.</summary>
    public string? ServedLateReason { get; set; }

    /// <summary>Fifteen calendar days from service, moved to a working day (art. 67); inclusive.</summary>
    public DateOnly? PaymentDueOn { get; set; }

    public long PaidFen { get; set; }

    /// <summary>加处罚款 collected, in fen (art. 72); never more than the fine.</summary>
    public long SurchargeFen { get; set; }

    /// <summary>Why less surcharge was collected than counted: review or suit (art. 73), reduction.</summary>
    public string? SurchargeNote { get; set; }

    /// <summary>催告书送达日 (行政强制法 art. 54).</summary>
    public DateOnly? UrgedOn { get; set; }

    /// <summary>申请人民法院强制执行.</summary>
    public DateOnly? CourtAppliedOn { get; set; }

    public string? Court { get; set; }

    public string? CourtResult { get; set; }

    public ClosingKind? Closing { get; set; }

    public string? ClosingNote { get; set; }

    public DateOnly? ClosedOn { get; set; }

    public int Revision { get; set; }

    public string Chain => $"case/{InspectionNo}";

    public IReadOnlyList<string> Officers => OfficerNumbers.Split(';', StringSplitOptions.RemoveEmptyEntries);

    public IReadOnlyList<PenaltyKind> Kinds => [.. KindCodes.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<PenaltyKind>)];

    public IReadOnlyList<MemberOpinion> Discussion => DiscussionJson is null ? [] : JsonSerializer.Deserialize<MemberOpinion[]>(DiscussionJson)!;

    /// <summary>Art. 58 with the local list: what may be heard, was heard, or is complex.</summary>
    public bool LegalReviewRequired => HearingEligible || Complex || HearingHeldOn is not null || BasisKey == PenaltyBasis.OtherKey;

    public bool HasFine => Kinds.Contains(PenaltyKind.Fine);

    /// <summary>The last day to pay is over and part of the fine is still owed.</summary>
    public bool IsOwed(DateOnly on) => PaymentDueOn < on && PaidFen < AmountFen;
}

public sealed record MemberOpinion(string Member, string Opinion);

/// <summary>缴款.</summary>
public sealed class PenaltyPayment
{
    public Guid Id { get; set; }

    public Guid PenaltyId { get; set; }

    public long AmountFen { get; set; }

    /// <summary>加处罚款, not the fine itself.</summary>
    public bool IsSurcharge { get; set; }

    public DateOnly PaidOn { get; set; }

    /// <summary>票据号; the same receipt is recorded once.</summary>
    public required string ReceiptNo { get; set; }

    public required string RecordedByName { get; set; }

    public DateTime RecordedAt { get; set; }
}

internal sealed class PenaltyCaseMapping : IEntityTypeConfiguration<PenaltyCase>
{
    public void Configure(EntityTypeBuilder<PenaltyCase> builder)
    {
        builder.ToTable("penalty_cases");
        builder.HasKey(p => p.Id);
        builder.Property(p => p.PenaltyNo).HasMaxLength(60);
        builder.Property(p => p.InspectionNo).HasMaxLength(InspectionCase.NumberMaxLength);
        builder.Property(p => p.InspecteeNumber).HasMaxLength(InspectionCase.NumberMaxLength);
        builder.Property(p => p.PartyName).HasMaxLength(InspectionCase.NameMaxLength);
        builder.Property(p => p.KindCodes).HasMaxLength(200);
        builder.Property(p => p.BasisKey).HasMaxLength(40);
        builder.Property(p => p.Revision).IsConcurrencyToken();
        builder.Ignore(p => p.Chain).Ignore(p => p.Officers).Ignore(p => p.Kinds).Ignore(p => p.Discussion).Ignore(p => p.LegalReviewRequired).Ignore(p => p.HasFine);
        builder.HasOne<InspectionCase>().WithMany().HasForeignKey(p => p.CaseId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(p => p.PenaltyNo).IsUnique();
        builder.HasIndex(p => p.CaseId);
        builder.HasIndex(p => p.InspecteeNumber);
        builder.HasIndex(p => new { p.Status, p.PaymentDueOn });
    }
}

internal sealed class PenaltyPaymentMapping : IEntityTypeConfiguration<PenaltyPayment>
{
    public void Configure(EntityTypeBuilder<PenaltyPayment> builder)
    {
        builder.ToTable("penalty_payments");
        builder.HasKey(p => p.Id);
        builder.Property(p => p.ReceiptNo).HasMaxLength(60);
        builder.HasOne<PenaltyCase>().WithMany().HasForeignKey(p => p.PenaltyId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(p => new { p.PenaltyId, p.ReceiptNo }).IsUnique();
    }
}
