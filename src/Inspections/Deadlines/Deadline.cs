using System.Globalization;
using System.Text.Json.Serialization;
using DoubleRandom.Basics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Deadlines;

/// <summary>Where a deadline stands; Overdue ones are still to be met.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeadlineStatus>))]
public enum DeadlineStatus { Open, Met, Cancelled, Overdue }

/// <summary>办理时限: the truth about what is due (law 4 of the house). A scheduler only wakes; what is due is read here.</summary>
public sealed class Deadline
{
    public const int TitleMaxLength = 200;

    public Guid Id { get; set; }

    public required string RuleKey { get; set; }

    /// <summary>应急, 城管, 市监: whose rule it was opened with; <c>*</c> for one that holds for all.</summary>
    public string Profile { get; set; } = "*";

    /// <summary>The rule's citation on the day it was opened.</summary>
    public required string Citation { get; set; }

    public required string CaseNo { get; set; }

    /// <summary>The audit chain its changes are written to.</summary>
    public required string Chain { get; set; }

    /// <summary>What it is about: <c>inspection</c>, <c>penalty</c>, <c>hazard</c> …</summary>
    public required string SubjectKind { get; set; }

    public Guid SubjectId { get; set; }

    public Guid? InstanceId { get; set; }

    public Guid? WorkItemId { get; set; }

    public required string Title { get; set; }

    /// <summary>The event's name as the explanation says it.</summary>
    public required string Anchor { get; set; }

    public DateOnly AnchorOn { get; set; }

    /// <summary>For a rule of hours: the moment of the event, UTC.</summary>
    public DateTime? AnchorAt { get; set; }

    /// <summary>Which of its recorded events (<see cref="DeadlineFact"/>) it counts from.</summary>
    public AnchorChoice AnchorChoice { get; set; }

    public int? Amount { get; set; }

    public DeadlineUnit Unit { get; set; }

    public DeadlineDirection Direction { get; set; }

    public bool Rollover { get; set; }

    /// <summary>届满即止 (<see cref="DeadlineRule.Window"/>): no reminders, never overdue; the day after its last one it is closed.</summary>
    public bool IsWindow { get; set; }

    /// <summary>The ladder that held on the day it was opened, as <see cref="DeadlineRungs"/> writes it; null: the shipped one.</summary>
    public string? Rungs { get; set; }

    /// <summary>Named in the document, or granted by an extension.</summary>
    public DateOnly? ExplicitDueOn { get; set; }

    public DateOnly OpenedOn { get; set; }

    /// <summary>0; one more with each later last day that a person decided, which starts the ladder of reminders anew.</summary>
    public int Round { get; set; }

    /// <summary>Extensions granted.</summary>
    public int Extensions { get; set; }

    /// <summary>The day the round began: reminders that would lie before it are not sent.</summary>
    public DateOnly RoundOn { get; set; }

    /// <summary>
    /// The steps of the ladder taken in this round, as their <see cref="DeadlineRung.Code"/> parted by `;`; empty: none. Written in one statement with the revision, in the
    /// transaction of what was told: of two sweeps one finds the row changed, and nobody is told twice.
    /// </summary>
    public string RungsTaken { get; set; } = "";

    /// <summary>
    /// 已恢复的中止: the stretches that stood still (<see cref="DeadlinePause"/>), each as its two days, parted by `;`; null: none. Also those an extension has taken in: a step that
    /// is counted from the event waits as long as the clock stood.
    /// </summary>
    public string? StoodStill { get; set; }

    public DateOnly DueOn { get; set; }

    /// <summary>For a rule of hours: the moment its time is over, UTC; <see cref="DueOn"/> is that day.</summary>
    public DateTime? DueAt { get; set; }

    /// <summary>Counted over days of a year whose notice is not published.</summary>
    public bool Provisional { get; set; }

    public required string CalendarVersion { get; set; }

    /// <summary>In Chinese: start, days skipped and made up, pauses, end.</summary>
    public required string Explanation { get; set; }

    public required string ExplanationJson { get; set; }

    /// <summary>Role whose holders deal with it.</summary>
    public required string OwnerRole { get; set; }

    /// <summary>The person who deals with it, when it is one.</summary>
    public Guid? OwnerId { get; set; }

    public string? OwnerName { get; set; }

    /// <summary>Register numbers of the persons who deal with it, `;` before, between and after; null: every holder of the role.</summary>
    public string? OwnerNumbers { get; set; }

    public string? Section { get; set; }

    public DeadlineStatus Status { get; set; }

    public DateOnly? MetOn { get; set; }

    public string? ClosedReason { get; set; }

    /// <summary>Set while the clock stands still.</summary>
    public DateOnly? PausedOn { get; set; }

    /// <summary>The day on which the sweep has to look at it next; null: no more.</summary>
    public DateOnly? NextCheckOn { get; set; }

    /// <summary>For a rule of hours: the moment on <see cref="NextCheckOn"/>, UTC.</summary>
    public DateTime? NextCheckAt { get; set; }

    public int Revision { get; set; }

    /// <summary>Whether its time is over.</summary>
    internal bool IsPast(ChangeContext now) => DueAt is { } due ? now.At > due : now.On > DueOn;

    public bool IsRunning => Status is DeadlineStatus.Open or DeadlineStatus.Overdue;

    internal DeadlineTerms Terms(IEnumerable<DeadlinePause> pauses)
        => new(AnchorOn, Anchor, Amount, Unit, Direction, Rollover, ExplicitDueOn,
            // An extension names a new last day: what stood still before it is already in it.
            [.. pauses.Where(p => p.ResumedOn is not null && p.Counts).OrderBy(p => p.PausedOn).Select(p => new PausedDays(p.PausedOn, p.ResumedOn!.Value, p.Reason))], Extensions, AnchorAt);

    internal IEnumerable<int> Taken() => RungsTaken.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(code => int.Parse(code, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));

    /// <summary>The steps were told, or passed over because a later one was due at the same time.</summary>
    internal void Note(IEnumerable<int> codes) => RungsTaken = string.Join(';', Taken().Concat(codes));

    /// <summary>From this day on the ladder is taken anew.</summary>
    internal void BeginRound(DateOnly on) => (Round, RoundOn, RungsTaken) = (Round + 1, on, "");

    internal void Remember(IEnumerable<DeadlinePause> pauses)
        => StoodStill = string.Join(';', pauses.Where(p => p.ResumedOn is not null).OrderBy(p => p.PausedOn).Select(p => $"{p.PausedOn.Iso()}/{p.ResumedOn!.Value.Iso()}")) is { Length: > 0 } still ? still : null;

    internal IReadOnlyList<PausedDays> Still()
        => [.. (StoodStill ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(still => still.Split('/')).Select(days => new PausedDays(DayOf(days[0]), DayOf(days[1]), ""))];

    private static DateOnly DayOf(string iso) => DateOnly.ParseExact(iso, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    internal void Take(CountedDeadline counted, string calendarVersion)
    {
        (DueOn, Provisional, Explanation, ExplanationJson) = (counted.DueOn, counted.Provisional, counted.Explanation, counted.Json);
        (DueAt, CalendarVersion) = (counted.DueAt, calendarVersion);
    }
}

/// <summary>起算事实: an event the clock counts from, as somebody recorded it. A later record of the same event takes the place of the earlier one.</summary>
public sealed class DeadlineFact
{
    public Guid Id { get; set; }

    public Guid DeadlineId { get; set; }

    /// <summary>One of the rule's events.</summary>
    public required string Event { get; set; }

    public DateOnly On { get; set; }

    /// <summary>What shows it: 送达回证, 笔录 …; null for the fact the clock was started with.</summary>
    public string? Document { get; set; }

    /// <summary>The file that was handed in with it, as the case's evidence has it.</summary>
    public string? EvidenceSha256 { get; set; }

    /// <summary>Not what the clock counts from, but what ended it.</summary>
    public bool IsEnd { get; set; }

    public required string RecordedByName { get; set; }

    public DateTime RecordedAt { get; set; }

    /// <summary>A later record says otherwise.</summary>
    public bool IsReplaced { get; set; }
}

/// <summary>期限变动: a last day that moved, why, and how it was counted before and after.</summary>
public sealed class DeadlineMove
{
    public const int WhyMaxLength = 600;

    public Guid Id { get; set; }

    public Guid DeadlineId { get; set; }

    public required string CaseNo { get; set; }

    public required string Title { get; set; }

    public MoveCause Cause { get; set; }

    public DateOnly From { get; set; }

    public DateOnly To { get; set; }

    /// <summary>In Chinese: the days, document or decision that made the difference.</summary>
    public required string Why { get; set; }

    public required string Before { get; set; }

    public required string After { get; set; }

    public required string CalendarBefore { get; set; }

    public required string CalendarAfter { get; set; }

    public DateTime MovedAt { get; set; }

    public DateOnly MovedOn { get; set; }

    public required string MovedByName { get; set; }

    /// <summary>The paper an extension rests on, as the case's evidence has it.</summary>
    public string? EvidenceSha256 { get; set; }
}

/// <summary>工作日历更新, 批准延长, 恢复计时, 补记中止, 更正起算事实, 变更执法领域.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MoveCause>))]
public enum MoveCause { Calendar, Extended, Resumed, Paused, Fact, Profile }

/// <summary>中止: a stretch in which the clock stands still, with the document and person that allow it.</summary>
public sealed class DeadlinePause
{
    /// <summary>What the law lets a clock stand still for; which of them a clock knows its rule says (<see cref="DeadlineRule.Pauses"/>).</summary>
    public static IReadOnlyList<string> Reasons { get; } = ["听证", "鉴定", "检测检验", "公告送达", "等待其他机关处理", "不可抗力", "行政复议、行政诉讼"];

    public Guid Id { get; set; }

    public Guid DeadlineId { get; set; }

    public DateOnly PausedOn { get; set; }

    public DateOnly? ResumedOn { get; set; }

    public required string Reason { get; set; }

    /// <summary>Number or title of the document that allows it.</summary>
    public required string Document { get; set; }

    public required string ApprovedByName { get; set; }

    /// <summary>The document itself, as the case's evidence has it.</summary>
    public string? EvidenceSha256 { get; set; }

    /// <summary>False once an extension's new last day has taken it in.</summary>
    public bool Counts { get; set; } = true;
}

internal sealed class DeadlineMapping : IEntityTypeConfiguration<Deadline>
{
    public void Configure(EntityTypeBuilder<Deadline> builder)
    {
        builder.ToTable("deadlines");
        builder.HasKey(d => d.Id);
        builder.Property(d => d.Id).ValueGeneratedNever();
        builder.Property(d => d.RuleKey).HasMaxLength(60);
        builder.Property(d => d.Profile).HasMaxLength(20);
        builder.Property(d => d.Citation).HasMaxLength(DeadlineRuleVersion.CitationMaxLength);
        builder.Property(d => d.CaseNo).HasMaxLength(60);
        builder.Property(d => d.Chain).HasMaxLength(120);
        builder.Property(d => d.SubjectKind).HasMaxLength(40);
        builder.Property(d => d.Title).HasMaxLength(Deadline.TitleMaxLength);
        builder.Property(d => d.Anchor).HasMaxLength(100);
        builder.Property(d => d.CalendarVersion).HasMaxLength(400);
        builder.Property(d => d.OwnerRole).HasMaxLength(40);
        builder.Property(d => d.OwnerName).HasMaxLength(100);
        builder.Property(d => d.OwnerNumbers).HasMaxLength(400);
        builder.Property(d => d.Section).HasMaxLength(100);
        builder.Property(d => d.Rungs).HasMaxLength(DeadlineRungs.MaxLength);
        builder.Property(d => d.ClosedReason).HasMaxLength(400);
        builder.Property(d => d.Revision).IsConcurrencyToken();
        builder.Ignore(d => d.IsRunning);
        // With the id, so that a batch of a bad day is walked and not sorted out of all that is due.
        builder.HasIndex(d => new { d.NextCheckOn, d.Id }).HasFilter("next_check_on IS NOT NULL");
        builder.HasIndex(d => new { d.Status, d.DueOn });
        builder.HasIndex(d => d.CaseNo);
        builder.HasIndex(d => new { d.SubjectId, d.RuleKey });
    }
}

internal sealed class DeadlineFactMapping : IEntityTypeConfiguration<DeadlineFact>
{
    public void Configure(EntityTypeBuilder<DeadlineFact> builder)
    {
        builder.ToTable("deadline_facts");
        builder.Property(f => f.Id).ValueGeneratedNever();
        builder.Property(f => f.Event).HasMaxLength(100);
        builder.Property(f => f.Document).HasMaxLength(200);
        builder.Property(f => f.EvidenceSha256).HasMaxLength(64);
        builder.Property(f => f.RecordedByName).HasMaxLength(100);
        builder.HasIndex(f => f.DeadlineId);
        builder.HasOne<Deadline>().WithMany().HasForeignKey(f => f.DeadlineId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class DeadlineMoveMapping : IEntityTypeConfiguration<DeadlineMove>
{
    public void Configure(EntityTypeBuilder<DeadlineMove> builder)
    {
        builder.ToTable("deadline_moves");
        builder.Property(m => m.Id).ValueGeneratedNever();
        builder.Property(m => m.CaseNo).HasMaxLength(60);
        builder.Property(m => m.Title).HasMaxLength(Deadline.TitleMaxLength);
        builder.Property(m => m.Why).HasMaxLength(DeadlineMove.WhyMaxLength);
        builder.Property(m => m.CalendarBefore).HasMaxLength(400);
        builder.Property(m => m.CalendarAfter).HasMaxLength(400);
        builder.Property(m => m.MovedByName).HasMaxLength(100);
        builder.Property(m => m.EvidenceSha256).HasMaxLength(64);
        builder.HasIndex(m => m.DeadlineId);
        builder.HasIndex(m => m.MovedAt);
        builder.HasOne<Deadline>().WithMany().HasForeignKey(m => m.DeadlineId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class DeadlinePauseMapping : IEntityTypeConfiguration<DeadlinePause>
{
    public void Configure(EntityTypeBuilder<DeadlinePause> builder)
    {
        builder.ToTable("deadline_pauses");
        builder.HasKey(p => p.Id);
        builder.Property(p => p.Id).ValueGeneratedNever();
        builder.Property(p => p.Reason).HasMaxLength(200);
        builder.Property(p => p.Document).HasMaxLength(200);
        builder.Property(p => p.EvidenceSha256).HasMaxLength(64);
        builder.Property(p => p.ApprovedByName).HasMaxLength(100);
        builder.HasIndex(p => p.DeadlineId);
        builder.HasOne<Deadline>().WithMany().HasForeignKey(p => p.DeadlineId).OnDelete(DeleteBehavior.Restrict);
    }
}
