using System.Text.Json;
using DoubleRandom.Inspections.Cases;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Findings;

/// <summary>
/// 现场处置 (安全生产法 art. 65): 当场纠正, 责令立即排除, 责令限期整改, 责令暂时停产停业或停止使用, 撤出作业人员, 查封扣押, 移送其他部门, 立案调查, 当场处罚.
/// </summary>
public enum Disposal { CorrectedOnSpot, RemoveAtOnce, RectifyByDate, Suspend, Evacuate, Seize, Transfer, FileCase, SimplePenalty }

/// <summary>Withdrawn: a consultation found it was none. Failed: not fixed at the re-inspection.</summary>
public enum FindingStatus { Open, Rectifying, Failed, Closed, Withdrawn }

/// <summary>问题 (隐患): what was found not to conform. Until the summary is locked it is raw; after, a line of the 问题汇总表.</summary>
public sealed class Finding
{
    public Guid Id { get; set; }

    public Guid CaseId { get; set; }

    public required string InspectionNo { get; set; }

    public required string InspecteeNumber { get; set; }

    /// <summary>Running number in the inspectee's booklet (一企一册), given when the summary is locked.</summary>
    public int? BookletNo { get; set; }

    public required string EntryCode { get; set; }

    public required string Description { get; set; }

    public required string Place { get; set; }

    /// <summary>The clause it offends against; none, no line (S000-32).</summary>
    public required string Basis { get; set; }

    public HazardGrade Grade { get; set; }

    /// <summary>The clause of the 判定标准 that makes it major; mandatory then.</summary>
    public string? MajorCriterion { get; set; }

    /// <summary><see cref="Disposal"/> names, <c>;</c> between.</summary>
    public required string DisposalCodes { get; set; }

    public required string Requirement { get; set; }

    /// <summary>Last day of the rectification, inclusive; null when nothing is ordered by date.</summary>
    public DateOnly? DueOn { get; set; }

    /// <summary>SHA-256 of the evidence, <c>;</c> between; at least one.</summary>
    public required string EvidenceHashes { get; set; }

    /// <summary>The body the lead goes to, with <see cref="Disposal.Transfer"/>.</summary>
    public string? TransferTo { get; set; }

    public required string FoundByName { get; set; }

    public DateTime FoundAt { get; set; }

    public FindingStatus Status { get; set; }

    public DateOnly? ClosedOn { get; set; }

    public int Revision { get; set; }

    public IReadOnlyList<Disposal> Disposals
        => [.. DisposalCodes.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<Disposal>)];

    public bool NeedsRectification => Disposals.Any(IsOrder);

    public bool Has(Disposal disposal) => Disposals.Contains(disposal);

    /// <summary>Orders something to be done by a day: goes into the rectification order and is re-inspected.</summary>
    public static bool IsOrder(Disposal disposal) => disposal is Disposal.RectifyByDate or Disposal.RemoveAtOnce or Disposal.Suspend;
}

/// <summary>争议会商: a disagreement about a finding; documents wait for its outcome (S000-40).</summary>
public sealed class Dispute
{
    public Guid Id { get; set; }

    public Guid CaseId { get; set; }

    /// <summary>Null: the dispute is about the summary as a whole, for example about something it lacks.</summary>
    public Guid? FindingId { get; set; }

    public required string Reason { get; set; }

    /// <summary>Number in the officer or expert register.</summary>
    public string? RaisedByNumber { get; set; }

    public required string RaisedByName { get; set; }

    public DateTime RaisedAt { get; set; }

    /// <summary>Null while open.</summary>
    public DisputeOutcome? Outcome { get; set; }

    public string? Conclusion { get; set; }

    /// <summary>JSON array of <see cref="ConsultOpinion"/>: what each participant said is kept, dissent too.</summary>
    public string? OpinionsJson { get; set; }

    public IReadOnlyList<ConsultOpinion> Opinions => OpinionsJson is null ? [] : JsonSerializer.Deserialize<ConsultOpinion[]>(OpinionsJson)!;

    public string? SettledByName { get; set; }

    public DateTime? SettledAt { get; set; }
}

/// <summary>One participant's opinion in a consultation.</summary>
/// <param name="Number">Number in the officer or expert register; null for a third expert called in.</param>
/// <param name="Reserves">保留意见: goes along with the conclusion and keeps the own view on record.</param>
public sealed record ConsultOpinion(string? Number, string Name, string Opinion, bool Reserves = false);

/// <summary>维持, 修改, 撤销.</summary>
public enum DisputeOutcome { Upheld, Amended, Withdrawn }

internal sealed class FindingMapping : IEntityTypeConfiguration<Finding>
{
    public void Configure(EntityTypeBuilder<Finding> builder)
    {
        builder.ToTable("findings");
        builder.HasKey(f => f.Id);
        builder.Property(f => f.InspectionNo).HasMaxLength(InspectionCase.NumberMaxLength);
        builder.Property(f => f.InspecteeNumber).HasMaxLength(InspectionCase.NumberMaxLength);
        builder.Property(f => f.EntryCode).HasMaxLength(CheckResult.CodeMaxLength);
        builder.Property(f => f.DisposalCodes).HasMaxLength(200);
        builder.Property(f => f.Revision).IsConcurrencyToken();
        builder.Ignore(f => f.Disposals).Ignore(f => f.NeedsRectification);
        builder.HasOne<InspectionCase>().WithMany().HasForeignKey(f => f.CaseId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(f => f.CaseId);
        builder.HasIndex(f => new { f.InspecteeNumber, f.BookletNo }).IsUnique();
        builder.HasIndex(f => new { f.Status, f.DueOn });
    }
}

internal sealed class DisputeMapping : IEntityTypeConfiguration<Dispute>
{
    public void Configure(EntityTypeBuilder<Dispute> builder)
    {
        builder.ToTable("disputes");
        builder.Ignore(d => d.Opinions);
        builder.HasKey(d => d.Id);
        builder.HasIndex(d => d.CaseId);
        builder.HasIndex(d => d.FindingId);
    }
}
