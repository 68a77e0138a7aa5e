using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Planning;

/// <summary>年度计划 line: what is drawn from what, how many, when (S001-14).</summary>
public sealed class PlanLine : IRegisterEntry
{
    public const int ReasonMaxLength = 400;
    public const int MergedMaxLength = 200;
    public const int BudgetMax = 100_000_000;
    public const string OfMarket = "市场主体总量";
    public const string OfRegister = "名录库可抽数";

    /// <summary>对象分层 as the plan writes it, in the order of <see cref="Campaigns.StratifyBy"/>.</summary>
    public static IReadOnlyList<string> StrataNames { get; } = ["不分层", "信用等级", "安全风险", "投诉违法"];

    public int Year { get; set; }

    public required string PlanNo { get; set; }

    public int LineNo { get; set; }

    public required string ItemCode { get; set; }

    public required string ItemName { get; set; }

    public string? Basis { get; set; }

    public string? Kind { get; set; }

    public required string LeadUnit { get; set; }

    public string? Participants { get; set; }

    public string? Section { get; set; }

    public required string Sampling { get; set; }

    public string? Method { get; set; }

    /// <summary>基数 of the ratio.</summary>
    public int BaseCount { get; set; }

    public DateOnly BaseDate { get; set; }

    /// <summary>Entries of the register that may be drawn.</summary>
    public int? PoolCount { get; set; }

    public decimal Ratio { get; set; }

    /// <summary>市场主体总量、名录库可抽数</summary>
    public required string RatioBase { get; set; }

    /// <summary>抽查户数 = 基数 × 比例, rounded up.</summary>
    public int SampleSize { get; set; }

    public string? FullCheckReason { get; set; }

    /// <summary>One of <see cref="FullCheck.Codes"/>; needed for a full check.</summary>
    public string? FullCheckCode { get; set; }

    public string? Content { get; set; }

    public string? Frequency { get; set; }

    public int? YearlyCap { get; set; }

    public DateOnly PeriodFrom { get; set; }

    public DateOnly PeriodTo { get; set; }

    public int OfficersPerGroup { get; set; }

    public int ExpertsPerGroup { get; set; }

    public bool IsJoint { get; set; }

    public string? Speciality { get; set; }

    public string? Note { get; set; }

    /// <summary>Why the ratio is another than the item list's.</summary>
    public string? RatioReason { get; set; }

    /// <summary>Codes of further items that are checked in the same visit where they apply to the object, joined by “;” (S004-26).</summary>
    public string? MergedItems { get; set; }

    /// <summary>One of <see cref="StrataNames"/>; null: 不分层.</summary>
    public string? Strata { get; set; }

    /// <summary>As <see cref="Campaigns.StrataRule.Parse"/> reads them; null: the rule's defaults.</summary>
    public string? StrataWeights { get; set; }

    /// <summary>经费预算 of the line's checks in whole yuan, 0 to <see cref="BudgetMax"/>; null: not estimated (S003-10).</summary>
    public int? Budget { get; set; }

    public Guid? ChangeId { get; set; }

    public DateTime? ChangedAt { get; set; }
}

internal sealed class PlanLineMapping : IEntityTypeConfiguration<PlanLine>
{
    public void Configure(EntityTypeBuilder<PlanLine> builder)
    {
        builder.ToTable("plan_lines");
        builder.HasKey(e => new { e.PlanNo, e.LineNo });
        builder.Property(e => e.PlanNo).HasMaxLength(60);
        builder.Property(e => e.ItemCode).HasMaxLength(20);
        builder.Property(e => e.ItemName).HasMaxLength(200);
        builder.Property(e => e.Basis).HasMaxLength(600);
        builder.Property(e => e.Kind).HasMaxLength(20);
        builder.Property(e => e.LeadUnit).HasMaxLength(100);
        builder.Property(e => e.Participants).HasMaxLength(200);
        builder.Property(e => e.Section).HasMaxLength(100);
        builder.Property(e => e.Sampling).HasMaxLength(10);
        builder.Property(e => e.Method).HasMaxLength(100);
        builder.Property(e => e.RatioBase).HasMaxLength(40);
        builder.Property(e => e.FullCheckReason).HasMaxLength(200);
        builder.Property(e => e.FullCheckCode).HasMaxLength(2);
        builder.Property(e => e.Content).HasMaxLength(600);
        builder.Property(e => e.Frequency).HasMaxLength(60);
        builder.Property(e => e.Speciality).HasMaxLength(100);
        builder.Property(e => e.Note).HasMaxLength(400);
        builder.Property(e => e.RatioReason).HasMaxLength(PlanLine.ReasonMaxLength);
        builder.Property(e => e.MergedItems).HasMaxLength(PlanLine.MergedMaxLength);
        builder.Property(e => e.Strata).HasMaxLength(10);
        builder.Property(e => e.StrataWeights).HasMaxLength(PlanLine.ReasonMaxLength);
    }
}
