using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Campaigns;

public enum CampaignStatus { Draft, Approved }

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

    /// <summary>One or two (S000-09).</summary>
    public int ExpertsPerGroup { get; set; }

    public AnnouncementPolicy Announcement { get; set; }

    public string? SchemeJson { get; set; }

    public CampaignStatus Status { get; set; }

    public Guid CreatedById { get; set; }

    public DateTime CreatedAt { get; set; }

    public Guid? ApprovedById { get; set; }

    public string? ApprovedByName { get; set; }

    public DateTime? ApprovedAt { get; set; }

    public int Revision { get; set; }

    /// <summary>The audit chain of the campaign and its draws.</summary>
    public string Chain => $"campaign/{CampaignNo}";

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
        builder.HasIndex(c => c.CampaignNo).IsUnique();
        builder.Property(c => c.CampaignNo).HasMaxLength(16);
        builder.Property(c => c.PlanNo).HasMaxLength(60);
        builder.Property(c => c.Title).HasMaxLength(200);
        builder.Property(c => c.ItemCodes).HasMaxLength(400);
        builder.Property(c => c.Ratio).HasMaxLength(40);
        builder.Property(c => c.ApprovedByName).HasMaxLength(60);
        builder.Property(c => c.Revision).IsConcurrencyToken();
    }
}
