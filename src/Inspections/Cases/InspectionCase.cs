using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Cases;

/// <summary>
/// Where one inspectee's check stands. Unreachable, Closed and EntryRefused are ends of the visit without a checklist:
/// they are counted as checked and get their result code (domain 6.3).
/// </summary>
public enum InspectionStatus { Opened, Refused, Approved, Planned, OnSite, FindingsLocked, Unreachable, Closed, EntryRefused, Archived }

/// <summary>A person's part in the group. The two-officer quorum counts Officer only, never the leader (domain C2).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TeamPart>))]
public enum TeamPart { Leader, Officer, Expert }

/// <param name="Number">Number in the officer or expert register.</param>
/// <param name="CertificateNo">执法证号 as drawn; the register is asked again on the day of the check.</param>
/// <param name="CertificateValidTo">Last day of the certificate, inclusive.</param>
public sealed record TeamMember(string Number, string Name, TeamPart Part, string? CertificateNo = null, DateOnly? CertificateValidTo = null);

/// <summary>一户一查: the check of one drawn inspectee under one campaign, from opening to the archive.</summary>
public sealed class InspectionCase
{
    public const int NumberMaxLength = 40;
    public const int NameMaxLength = 200;
    public const int LeadMaxLength = 2000;

    public Guid Id { get; set; }

    /// <summary>The campaign's number and the sequence in it: 2026-07-001. Unique; names the audit chain.</summary>
    public required string InspectionNo { get; set; }

    public Guid CampaignId { get; set; }

    public required string CampaignNo { get; set; }

    public required string InspecteeNumber { get; set; }

    public required string InspecteeName { get; set; }

    /// <summary>统一社会信用代码; null for a natural person's stall without one.</summary>
    public string? CreditCode { get; set; }

    public string? Address { get; set; }

    /// <summary>Codes of the item list this check is held for, <c>;</c> between.</summary>
    public required string ItemCodes { get; set; }

    /// <summary>Versions of the items as they were drawn, as <see cref="Items.KeptItems"/> writes them; null: the day of the check decides.</summary>
    public string? ItemVersions { get; set; }

    public InspectionStatus Status { get; set; }

    /// <summary>线索来源和内容 of a special check; null for a drawn one.</summary>
    public string? Lead { get; set; }

    public required string LeaderNumber { get; set; }

    /// <summary>JSON array of <see cref="TeamMember"/>.</summary>
    public required string TeamJson { get; set; }

    public DateOnly PlannedOn { get; set; }

    public DateTime OpenedAt { get; set; }

    public DateOnly? ApprovedOn { get; set; }

    public string? ApprovedByName { get; set; }

    /// <summary>Why the yearly cap was exceeded, in the director's words; such checks are counted apart (国办发〔2024〕54号).</summary>
    public string? CapWaiverReason { get; set; }

    public string? RefusalReason { get; set; }

    /// <summary>现场检查方案: scope, focus and division of work; its time is <see cref="PlannedOn"/>.</summary>
    public string? SiteScope { get; set; }

    public string? SiteFocus { get; set; }

    public string? SiteDivision { get; set; }

    public DateOnly? SitePlanOn { get; set; }

    /// <summary>Who ticked that the inspectee's file was read before the visit (S000-13).</summary>
    public string? FileReadByName { get; set; }

    /// <summary>被检查单位负责人陈述, taken down with the checklist: part of the on-site record.</summary>
    public string? SiteStatement { get; set; }

    public Guid? OfficerConfirmedById { get; set; }

    public string? OfficerConfirmedByName { get; set; }

    public Guid? ExpertConfirmedById { get; set; }

    public string? ExpertConfirmedByName { get; set; }

    public DateTime? LockedAt { get; set; }

    /// <summary>End of this object's check: the anchor of the twenty working days to publish (domain C5).</summary>
    public DateOnly? CheckedOn { get; set; }

    /// <summary>提请立案 for a refused entry (安全生产法 art. 108); such a visit has no finding that could say so.</summary>
    public bool NoEntryFiling { get; set; }

    /// <summary>The body told of an inspectee that was not found, has closed or refused; null: none.</summary>
    public string? NoEntryTransferTo { get; set; }

    /// <summary>现场反馈 (S000-38): when it was given; null: not yet.</summary>
    public DateTime? FeedbackAt { get; set; }

    public string? FeedbackByName { get; set; }

    /// <summary>签收, or else 拒签 with the reason and a witness.</summary>
    public bool? FeedbackSigned { get; set; }

    public string? FeedbackReceiver { get; set; }

    public string? FeedbackReceiverPost { get; set; }

    /// <summary>What the inspectee's person in charge said to it.</summary>
    public string? FeedbackStatement { get; set; }

    /// <summary>处置意见和工作建议 (S000-39).</summary>
    public string? FeedbackAdvice { get; set; }

    public string? FeedbackRefusal { get; set; }

    public string? FeedbackWitness { get; set; }

    /// <summary>The visit is over, feedback given or no entry had; null while something is left to do on the spot.</summary>
    public DateOnly? VisitEndedOn { get; set; }

    /// <summary>RESULT codes, <c>;</c> between, ascending.</summary>
    public string? ResultCodes { get; set; }

    public string? FollowUp { get; set; }

    public Guid? ResultEnteredById { get; set; }

    public string? ResultEnteredByName { get; set; }

    public DateOnly? ResultEnteredOn { get; set; }

    public string? ArchiveNo { get; set; }

    public DateOnly? ArchivedOn { get; set; }

    /// <summary>JSON array of <c>FileEntry</c>: the index of the bound file.</summary>
    public string? FileIndexJson { get; set; }

    public int Revision { get; set; }

    public string Chain => $"case/{InspectionNo}";

    public IReadOnlyList<string> Items => ItemCodes.Split(';', StringSplitOptions.RemoveEmptyEntries);

    public IReadOnlyList<TeamMember> Team => JsonSerializer.Deserialize<TeamMember[]>(TeamJson)!;

    public IReadOnlyList<string> OfficerNumbers => [.. Team.Where(m => m.Part is TeamPart.Officer).Select(m => m.Number)];

    public IReadOnlyList<string> ExpertNumbers => [.. Team.Where(m => m.Part is TeamPart.Expert).Select(m => m.Number)];
}

internal sealed class InspectionCaseMapping : IEntityTypeConfiguration<InspectionCase>
{
    public void Configure(EntityTypeBuilder<InspectionCase> builder)
    {
        builder.ToTable("inspection_cases");
        builder.HasKey(c => c.Id);
        builder.Property(c => c.InspectionNo).HasMaxLength(InspectionCase.NumberMaxLength);
        builder.Property(c => c.CampaignNo).HasMaxLength(InspectionCase.NumberMaxLength);
        builder.Property(c => c.InspecteeNumber).HasMaxLength(InspectionCase.NumberMaxLength);
        builder.Property(c => c.InspecteeName).HasMaxLength(InspectionCase.NameMaxLength);
        builder.Property(c => c.CreditCode).HasMaxLength(18);
        builder.Property(c => c.LeaderNumber).HasMaxLength(InspectionCase.NumberMaxLength);
        builder.Property(c => c.Lead).HasMaxLength(InspectionCase.LeadMaxLength);
        builder.Property(c => c.ResultCodes).HasMaxLength(40);
        builder.Property(c => c.ArchiveNo).HasMaxLength(60);
        builder.Property(c => c.NoEntryTransferTo).HasMaxLength(InspectionCase.NameMaxLength);
        builder.Property(c => c.Revision).IsConcurrencyToken();
        builder.Ignore(c => c.Chain).Ignore(c => c.Items).Ignore(c => c.Team).Ignore(c => c.OfficerNumbers).Ignore(c => c.ExpertNumbers);
        builder.HasIndex(c => c.InspectionNo).IsUnique();
        builder.HasIndex(c => c.CampaignId);
        builder.HasIndex(c => new { c.CampaignNo, c.InspectionNo });
        builder.HasIndex(c => new { c.InspecteeNumber, c.PlannedOn });
        builder.HasIndex(c => new { c.Status, c.CheckedOn });
    }
}
