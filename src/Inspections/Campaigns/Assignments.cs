using System.Globalization;
using DoubleRandom.Inspections.Cases;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>
/// Proposed until the list is locked; Replaced: a reserve took the place of this object (递补), or nobody was left to (减少户数), and it stays on record; Merged: another campaign's visit to the same
/// object does this one's items too (并入).
/// </summary>
public enum AssignmentStatus { Proposed, Locked, Replaced, Merged }

/// <summary>One drawn object with its visit date; its team is the active <see cref="AssignmentSeat"/> rows.</summary>
public sealed class InspectionAssignment
{
    public Guid Id { get; set; }

    public Guid CampaignId { get; set; }

    /// <summary>Number of the visit in the campaign, from 1 in drawn order; a reserve takes over the number of the object it replaces.</summary>
    public int Sequence { get; set; }

    public required string InspecteeNumber { get; set; }

    public required string InspecteeName { get; set; }

    /// <summary>Place in the ticket order of the object draw, from 1; above the sample size: a reserve.</summary>
    public int DrawPosition { get; set; }

    public DateOnly PlannedOn { get; set; }

    public AssignmentStatus Status { get; set; }

    /// <summary>The assignment this one took the place of.</summary>
    public Guid? ReplacesId { get; set; }

    public string? ReplacedReason { get; set; }

    /// <summary>The other campaign's visit that serves this one.</summary>
    public Guid? MergedIntoId { get; set; }

    public int Revision { get; set; }
}

/// <summary>A seat of a team. A person who drops out keeps his row, ended with the reason; the successor's row names it.</summary>
public sealed class AssignmentSeat
{
    public Guid Id { get; set; }

    public Guid AssignmentId { get; set; }

    public Guid CampaignId { get; set; }

    public TeamPart Part { get; set; }

    public required string PersonNumber { get; set; }

    public required string PersonName { get; set; }

    public string? CertificateNo { get; set; }

    public DateOnly? CertificateValidTo { get; set; }

    /// <summary>Place in the ticket order of the kind, from 1.</summary>
    public int TicketPosition { get; set; }

    /// <summary>Seats the person had in this campaign before this one.</summary>
    public int SeatsBefore { get; set; }

    public DateTime TakenAt { get; set; }

    public Guid? ReplacesId { get; set; }

    public bool IsActive { get; set; }

    public string? EndedReason { get; set; }

    public string? EndedByName { get; set; }

    public DateTime? EndedAt { get; set; }
}

/// <summary>Somebody who was next for a seat and was passed over, with the reason. Personal: never published.</summary>
public sealed class SeatSkip
{
    public Guid Id { get; set; }

    public Guid AssignmentId { get; set; }

    public Guid CampaignId { get; set; }

    public int Sequence { get; set; }

    public TeamPart Part { get; set; }

    public required string PersonNumber { get; set; }

    public required string PersonName { get; set; }

    public DateOnly On { get; set; }

    public required string Reason { get; set; }

    public DateTime At { get; set; }
}

/// <summary>One visit of a campaign as locked: what an inspection is opened from.</summary>
public sealed record AssignedVisit(int Sequence, string InspecteeNumber, string InspecteeName, DateOnly PlannedOn, AssignmentStatus Status, IReadOnlyList<TeamMember> Team)
{
    public string LeaderNumber => Team.First(m => m.Part is TeamPart.Leader).Number;

    public IReadOnlyList<string> OfficerNumbers => [.. Team.Where(m => m.Part is TeamPart.Officer).Select(m => m.Number)];

    public IReadOnlyList<string> ExpertNumbers => [.. Team.Where(m => m.Part is TeamPart.Expert).Select(m => m.Number)];
}

/// <summary>An object of a campaign that another campaign is about to visit too: one visit can serve both (S004-26).</summary>
/// <param name="On">The visit's date in this campaign.</param>
/// <param name="CanMerge">The other list is locked and its cases are not opened yet: its visit can take this one's items.</param>
public sealed record SharedVisit(string InspecteeNumber, string InspecteeName, DateOnly On, string OtherCampaignNo, string OtherTitle, DateOnly OtherOn, Guid OtherId = default, bool CanMerge = false)
{
    /// <summary>What to do about it.</summary>
    public string Advice => CanMerge ? string.Create(CultureInfo.InvariantCulture, $"{InspecteeName}：本任务 {On:yyyy-MM-dd}，任务 {OtherCampaignNo}“{OtherTitle}” {OtherOn:yyyy-MM-dd}；可申报并入该任务，合为一次检查")
        : On == OtherOn ? $"{InspecteeName}：任务 {OtherCampaignNo}“{OtherTitle}”同日检查，请一次上门"
        : string.Create(CultureInfo.InvariantCulture, $"{InspecteeName}：本任务 {On:yyyy-MM-dd}，任务 {OtherCampaignNo}“{OtherTitle}” {OtherOn:yyyy-MM-dd}；可申报改期为同一天，一次上门");
}

public static class AssignmentQueries
{
    /// <summary>Visits still to come of the campaign to objects that are on the list of another campaign and were not checked there yet.</summary>
    public static async Task<IReadOnlyList<SharedVisit>> SharedAsync(DbContext db, Guid campaignId, CancellationToken cancellationToken)
    {
        var from = await db.Set<Campaign>().Where(c => c.Id == campaignId).Select(c => c.PeriodFrom).FirstOrDefaultAsync(cancellationToken);
        var within = (await Planning.PlanRules.InForceAsync(db, from, cancellationToken)).MergeWithinDays;
        var ahead = db.Set<InspectionAssignment>().AsNoTracking().Where(a => a.Status != AssignmentStatus.Replaced && a.Status != AssignmentStatus.Merged
            && !db.Set<InspectionCase>().Any(c => c.CampaignId == a.CampaignId && c.InspecteeNumber == a.InspecteeNumber && (c.CheckedOn != null || c.Status == InspectionStatus.Refused)));
        var pairs = await ahead.Where(a => a.CampaignId == campaignId)
            .Join(ahead.Where(o => o.CampaignId != campaignId), a => a.InspecteeNumber, o => o.InspecteeNumber, (a, o) => new { a.Sequence, a.InspecteeNumber, a.InspecteeName, a.PlannedOn, o.Id, o.CampaignId, o.Status, Other = o.PlannedOn })
            .Join(db.Set<Campaign>().Where(c => c.Status != CampaignStatus.Archived), p => p.CampaignId, c => c.Id, (p, c) => new
            {
                p.Sequence,
                p.InspecteeNumber,
                p.InspecteeName,
                p.PlannedOn,
                p.Other,
                c.CampaignNo,
                c.Title,
                p.Id,
                CanMerge = p.Status == AssignmentStatus.Locked && c.Status == CampaignStatus.Locked && !db.Set<InspectionCase>().Any(i => i.CampaignId == c.Id),
            })
            .ToListAsync(cancellationToken);
        return [.. pairs.Where(p => Math.Abs(p.PlannedOn.DayNumber - p.Other.DayNumber) <= within).OrderBy(p => p.Sequence).ThenBy(p => p.CampaignNo, StringComparer.Ordinal)
            .Select(p => new SharedVisit(p.InspecteeNumber, p.InspecteeName, p.PlannedOn, p.CampaignNo, p.Title, p.Other, p.Id, p.CanMerge))];
    }

    /// <summary>The visits of a campaign with their present teams, in the order of their numbers; replaced objects and those another campaign's visit serves are left out.</summary>
    public static async Task<IReadOnlyList<AssignedVisit>> VisitsAsync(DbContext db, Guid campaignId, CancellationToken cancellationToken)
    {
        var assignments = await db.Set<InspectionAssignment>().AsNoTracking().Where(a => a.CampaignId == campaignId && a.Status != AssignmentStatus.Replaced && a.Status != AssignmentStatus.Merged).ToListAsync(cancellationToken);
        var seats = (await db.Set<AssignmentSeat>().AsNoTracking().Where(s => s.CampaignId == campaignId && s.IsActive).ToListAsync(cancellationToken)).ToLookup(s => s.AssignmentId);
        return [.. assignments.OrderBy(a => a.Sequence).Select(a => new AssignedVisit(a.Sequence, a.InspecteeNumber, a.InspecteeName, a.PlannedOn, a.Status, Team(seats[a.Id])))];
    }

    internal static IReadOnlyList<TeamMember> Team(IEnumerable<AssignmentSeat> seats)
        => [.. seats.OrderBy(s => s.Part).ThenBy(s => s.TicketPosition).Select(s => new TeamMember(s.PersonNumber, s.PersonName, s.Part, s.CertificateNo, s.CertificateValidTo))];
}

internal sealed class InspectionAssignmentMapping : IEntityTypeConfiguration<InspectionAssignment>
{
    public void Configure(EntityTypeBuilder<InspectionAssignment> builder)
    {
        builder.ToTable("inspection_assignments");
        builder.HasKey(a => a.Id);
        builder.HasIndex(a => new { a.CampaignId, a.InspecteeNumber }).IsUnique();
        builder.Property(a => a.InspecteeNumber).HasMaxLength(32);
        builder.Property(a => a.InspecteeName).HasMaxLength(200);
        builder.Property(a => a.ReplacedReason).HasMaxLength(400);
        builder.Property(a => a.Revision).IsConcurrencyToken();
    }
}

internal sealed class AssignmentSeatMapping : IEntityTypeConfiguration<AssignmentSeat>
{
    public void Configure(EntityTypeBuilder<AssignmentSeat> builder)
    {
        builder.ToTable("assignment_seats");
        builder.HasKey(s => s.Id);
        builder.HasIndex(s => new { s.CampaignId, s.AssignmentId });
        builder.HasIndex(s => s.PersonNumber);
        builder.Property(s => s.PersonNumber).HasMaxLength(32);
        builder.Property(s => s.PersonName).HasMaxLength(60);
        builder.Property(s => s.CertificateNo).HasMaxLength(24);
        builder.Property(s => s.EndedReason).HasMaxLength(400);
        builder.Property(s => s.EndedByName).HasMaxLength(60);
    }
}

internal sealed class SeatSkipMapping : IEntityTypeConfiguration<SeatSkip>
{
    public void Configure(EntityTypeBuilder<SeatSkip> builder)
    {
        builder.ToTable("seat_skips");
        builder.HasKey(s => s.Id);
        builder.HasIndex(s => new { s.CampaignId, s.AssignmentId });
        builder.Property(s => s.PersonNumber).HasMaxLength(32);
        builder.Property(s => s.PersonName).HasMaxLength(60);
        builder.Property(s => s.Reason).HasMaxLength(200);
    }
}
