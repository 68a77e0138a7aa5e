using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>草拟、已批准、已抽取、已锁定、已归档. Between approval and draw the draws themselves say how far the ceremony is.</summary>
public enum CampaignStatus { Draft, Approved, Drawn, Locked, Archived }

/// <summary>拟检查公告 against 保密要求, decided for each campaign (C7).</summary>
public enum AnnouncementPolicy { NamesAfterVisit, CountAndPeriod, FullList }

/// <summary>The seven parts of the implementation scheme (S004-14); all are filled before the campaign is approved.</summary>
/// <param name="Project">项目</param>
/// <param name="Time">时间</param>
/// <param name="Purpose">目的</param>
/// <param name="HeadCount">人数</param>
/// <param name="Method">方式</param>
/// <param name="Secrecy">保密要求</param>
/// <param name="UseOfResults">结果运用</param>
public sealed record Scheme(string Project, string Time, string Purpose, string HeadCount, string Method, string Secrecy, string UseOfResults)
{
    /// <summary>The first part that is empty, by its Chinese name.</summary>
    public string? FirstEmpty()
    {
        (string Name, string Text)[] parts =
            [("项目", Project), ("时间", Time), ("目的", Purpose), ("人数", HeadCount), ("方式", Method), ("保密要求", Secrecy), ("结果运用", UseOfResults)];
        return parts.FirstOrDefault(p => string.IsNullOrWhiteSpace(p.Text)).Name;
    }
}

/// <summary>抽查任务: one line of the plan put to work.</summary>
public sealed class Campaign
{
    public Guid Id { get; set; }

    /// <summary><c>YYYY-NN</c>; the number of its documents is another thing.</summary>
    public required string CampaignNo { get; set; }

    public required string PlanNo { get; set; }

    public int PlanLineNo { get; set; }

    public required string Title { get; set; }

    /// <summary>Codes of the items, joined by “;”.</summary>
    public required string ItemCodes { get; set; }

    /// <summary>Versions the first freeze took, as <see cref="Items.KeptItems"/> writes them; null: nothing is frozen yet.</summary>
    public string? ItemVersions { get; set; }

    /// <summary>JSON of the checklist entries as the first freeze found them: an entry of the register is written over when its checklist is renewed.</summary>
    public string? ChecklistJson { get; set; }

    /// <summary>First day of visits, inclusive.</summary>
    public DateOnly PeriodFrom { get; set; }

    /// <summary>Last day of visits, inclusive.</summary>
    public DateOnly PeriodTo { get; set; }

    public Sampling Sampling { get; set; }

    public int BaseCount { get; set; }

    public DateOnly BaseOn { get; set; }

    /// <summary>Decimal as text.</summary>
    public required string Ratio { get; set; }

    /// <summary>All market entities of the jurisdiction: the base of the floor.</summary>
    public int JurisdictionTotal { get; set; }

    public int SampleSize { get; set; }

    /// <summary>Besides the leader; never under two (S000-08, 处罚法 42).</summary>
    public int OfficersPerGroup { get; set; }

    /// <summary>One or two (S000-09); none where the profile asks for none.</summary>
    public int ExpertsPerGroup { get; set; }

    /// <summary>牵头单位 of the plan line.</summary>
    public string? LeadUnit { get; set; }

    /// <summary>应急、城管、市监: whose rules for groups apply (C1).</summary>
    public string? TeamProfile { get; set; }

    /// <summary>What the line asks of the experts; null: nothing.</summary>
    public string? Speciality { get; set; }

    public AnnouncementPolicy Announcement { get; set; }

    public StratifyBy StratifyBy { get; set; }

    /// <summary>As <see cref="Campaigns.StrataRule.ToText"/> writes them; null: the rule's defaults.</summary>
    public string? StrataWeights { get; set; }

    public string? SchemeJson { get; set; }

    public CampaignStatus Status { get; set; }

    public Guid CreatedById { get; set; }

    public DateTime CreatedAt { get; set; }

    public Guid? ApprovedById { get; set; }

    public string? ApprovedByName { get; set; }

    public DateTime? ApprovedAt { get; set; }

    /// <summary>Why scheme or report was sent back and by whom, until it is approved.</summary>
    public string? ReturnReason { get; set; }

    public Guid? LockedById { get; set; }

    public string? LockedByName { get; set; }

    public DateTime? LockedAt { get; set; }

    /// <summary>SHA-256 of the list of visits and seats as locked; written into the audit chain.</summary>
    public string? RosterHash { get; set; }

    public Guid? CountersignedById { get; set; }

    public string? CountersignedByName { get; set; }

    public DateTime? CountersignedAt { get; set; }

    /// <summary>执法检查报告 (S004-24).</summary>
    public string? ReportText { get; set; }

    public Guid? ReportById { get; set; }

    public string? ReportByName { get; set; }

    public DateOnly? ReportOn { get; set; }

    public string? ReportApprovedByName { get; set; }

    public DateOnly? ReportApprovedOn { get; set; }

    public DateOnly? ArchivedOn { get; set; }

    public int Revision { get; set; }

    /// <summary>The audit chain of the campaign and its draws.</summary>
    public string Chain => $"campaign/{CampaignNo}";

    public StrataRule StrataRule => Campaigns.StrataRule.Parse(StratifyBy, StrataWeights).Value;

    public Scheme? Scheme => SchemeJson is null ? null : JsonSerializer.Deserialize<Scheme>(SchemeJson);
}

internal sealed class CampaignMapping : IEntityTypeConfiguration<Campaign>
{
    public void Configure(EntityTypeBuilder<Campaign> builder)
    {
        builder.ToTable("campaigns");
        builder.HasKey(c => c.Id);
        builder.Ignore(c => c.Chain);
        builder.Ignore(c => c.Scheme);
        builder.Ignore(c => c.StrataRule);
        builder.Property(c => c.StrataWeights).HasMaxLength(400);
        builder.HasIndex(c => c.CampaignNo).IsUnique();
        builder.Property(c => c.CampaignNo).HasMaxLength(16);
        builder.Property(c => c.PlanNo).HasMaxLength(60);
        builder.Property(c => c.Title).HasMaxLength(200);
        builder.Property(c => c.ItemCodes).HasMaxLength(400);
        builder.Property(c => c.ItemVersions).HasMaxLength(Items.KeptItems.MaxLength);
        builder.Property(c => c.Ratio).HasMaxLength(40);
        builder.Property(c => c.ApprovedByName).HasMaxLength(60);
        builder.Property(c => c.LeadUnit).HasMaxLength(100);
        builder.Property(c => c.TeamProfile).HasMaxLength(20);
        builder.Property(c => c.Speciality).HasMaxLength(100);
        builder.Property(c => c.ReturnReason).HasMaxLength(400);
        builder.Property(c => c.LockedByName).HasMaxLength(60);
        builder.Property(c => c.RosterHash).HasMaxLength(64);
        builder.Property(c => c.CountersignedByName).HasMaxLength(60);
        builder.Property(c => c.ReportByName).HasMaxLength(60);
        builder.Property(c => c.ReportApprovedByName).HasMaxLength(60);
        builder.Property(c => c.Revision).IsConcurrencyToken();
    }
}
