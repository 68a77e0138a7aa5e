using System.Security.Cryptography;
using System.Text;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Planning;

/// <summary>抽查需求: handed in by 31 March, later as ad-hoc (S004-12, -13).</summary>
public sealed class Demand : IRegisterEntry
{
    public const string Accepted = "已采纳";
    public const string Refused = "不采纳";
    public const string Withdrawn = "已撤回";
    public const string Pending = "待处理";
    public const int ReasonMaxLength = 400;

    public required string Number { get; set; }

    public required string Unit { get; set; }

    public string? Person { get; set; }

    public DateOnly RaisedOn { get; set; }

    public required string ItemCode { get; set; }

    public string? ItemName { get; set; }

    public required string Reason { get; set; }

    public int? WantedCount { get; set; }

    public DateOnly? PeriodFrom { get; set; }

    public DateOnly? PeriodTo { get; set; }

    public bool IsUrgent { get; set; }

    /// <summary>Why it comes after the window; null: it came in time.</summary>
    public string? LateReason { get; set; }

    public string? Handling { get; set; }

    /// <summary>已采纳, 不采纳 and 已撤回 are ends; every other word waits for the planner.</summary>
    public string? Status { get; set; }

    /// <summary>The plan line it was taken into.</summary>
    public string? PlanNo { get; set; }

    public int? LineNo { get; set; }

    /// <summary>The account that handed it in; null: it was imported.</summary>
    public Guid? RaisedById { get; set; }

    public string? DecidedByName { get; set; }

    public DateOnly? DecidedOn { get; set; }

    /// <summary>What its papers are about: a demand has no id but its number.</summary>
    public Guid PaperId => PaperIdOf(Number);

    public static Guid PaperIdOf(string number) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"demand/{number}")).AsSpan(0, 16), bigEndian: true);

    public bool IsOpen => Status is not (Accepted or Refused or Withdrawn);

    public Guid? ChangeId { get; set; }

    public DateTime? ChangedAt { get; set; }
}

internal sealed class DemandMapping : IEntityTypeConfiguration<Demand>
{
    public void Configure(EntityTypeBuilder<Demand> builder)
    {
        builder.ToTable("demands");
        builder.HasKey(e => e.Number);
        builder.Property(e => e.Number).HasMaxLength(32);
        builder.Property(e => e.Unit).HasMaxLength(100);
        builder.Property(e => e.Person).HasMaxLength(60);
        builder.Property(e => e.ItemCode).HasMaxLength(20);
        builder.Property(e => e.ItemName).HasMaxLength(200);
        builder.Property(e => e.Reason).HasMaxLength(Demand.ReasonMaxLength);
        builder.Property(e => e.LateReason).HasMaxLength(Demand.ReasonMaxLength);
        builder.Property(e => e.PlanNo).HasMaxLength(60);
        builder.Property(e => e.DecidedByName).HasMaxLength(60);
        builder.Ignore(e => e.IsOpen);
        builder.Ignore(e => e.PaperId);
        builder.Property(e => e.Handling).HasMaxLength(400);
        builder.Property(e => e.Status).HasMaxLength(20);
    }
}
