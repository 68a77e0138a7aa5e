using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Campaigns;

/// <param name="Words">What became of the seat, in one sentence; no name of an object, for it goes out by mail before the visit.</param>
/// <param name="Concerned">Numbers of who leaves, who comes and who leads.</param>
internal sealed record SeatChange(string Words, IReadOnlyList<string> Concerned);

/// <summary>
/// 锁定后递补: the next eligible in ticket order takes the seat; team, open work items and clocks of the case follow. Only until the group has arrived: who was there
/// stays on record as having been there.
/// </summary>
internal static class LockedSeats
{
    public static string NameOf(TeamPart part) => part switch { TeamPart.Leader => "带队人员", TeamPart.Officer => "执法人员", _ => "专家" };

    /// <summary>The group is still to go.</summary>
    public static bool IsAhead(InspectionCase? opened) => opened is null or { Status: InspectionStatus.Opened or InspectionStatus.Approved or InspectionStatus.Planned };

    public static async Task<IReadOnlyList<SeatChange>> ApplyAsync(DbContext db, Roster roster, RosterRequest request, IAuditTrail audit, ChangeContext change, CancellationToken cancellationToken)
    {
        var visits = request.Kind is RosterRequestKind.Absence
            ? roster.Visits.Where(v => v.PlannedOn >= request.FromOn && v.PlannedOn <= request.ToOn)
            : roster.Visits.Where(v => v.InspecteeNumber == request.InspecteeNumber);
        List<SeatChange> changes = [];
        foreach (var visit in visits.ToList())
        {
            if (roster.SeatOf(visit, request.PersonNumber) is not { } seat) continue;
            var opened = await CaseOfAsync(db, roster.Campaign, visit, cancellationToken);
            if (!IsAhead(opened)) continue;
            var leader = roster.SeatsOf(visit).FirstOrDefault(s => s.Part is TeamPart.Leader)?.PersonNumber;
            if (roster.ReplaceOrKeep(visit, seat, request.Kind is RosterRequestKind.Recusal ? $"回避：{request.Reason}" : request.Reason) is not { } successor)
            {
                changes.Add(new SeatChange($"第 {visit.Sequence} 户没有可递补的人员，请在现场检查方案中改期", [leader ?? seat.PersonNumber]));
                continue;
            }
            changes.Add(new SeatChange($"第 {visit.Sequence} 户由{successor.PersonName}递补{seat.PersonName}", [seat.PersonNumber, successor.PersonNumber, leader ?? successor.PersonNumber]));
            if (opened is not null) await FollowAsync(db, roster, visit, opened, audit, change, cancellationToken);
        }
        return changes;
    }

    public static async Task<InspectionCase?> CaseOfAsync(DbContext db, Campaign campaign, InspectionAssignment visit, CancellationToken cancellationToken)
        => (await db.WithStagedAsync<InspectionCase>(c => c.CampaignId == campaign.Id && c.InspecteeNumber == visit.InspecteeNumber, cancellationToken)).FirstOrDefault();

    /// <summary>The case takes over the team its visit has now; whatever was open for somebody who left goes to who came for him.</summary>
    public static async Task FollowAsync(DbContext db, Roster roster, InspectionAssignment visit, InspectionCase opened, IAuditTrail audit, ChangeContext change, CancellationToken cancellationToken)
    {
        var team = MergedVisits.Join(AssignmentQueries.Team(roster.SeatsOf(visit)), (await MergedVisits.IntoAsync(db, roster.Campaign.Id, cancellationToken))[visit.InspecteeNumber]);
        var before = opened.Team;
        var byId = roster.HistoryOf(visit).ToDictionary(s => s.Id);
        (opened.TeamJson, opened.LeaderNumber) = (JsonSerializer.Serialize(team), team.First(m => m.Part is TeamPart.Leader).Number);
        opened.Revision++;
        foreach (var seat in roster.SeatsOf(visit).Where(s => before.All(m => m.Number != s.PersonNumber)).ToList())
        {
            var left = seat;
            while (left.ReplacesId is { } id && byId.TryGetValue(id, out var earlier) && before.All(m => m.Number != left.PersonNumber)) left = earlier;
            if (before.All(m => m.Number != left.PersonNumber)) continue;
            await db.HandOverAsync(opened.Id, left.PersonNumber, seat.PersonNumber, change, cancellationToken);
            audit.Record(change, opened.Chain, "递补检查人员", opened.InspectionNo, new JsonObject { ["out"] = left.PersonNumber, ["in"] = seat.PersonNumber, ["position"] = seat.TicketPosition, ["reason"] = left.EndedReason });
        }
    }
}

/// <summary>Who sits in a visit's seats now, for steps that were told an earlier team.</summary>
public static class SeatSuccessors
{
    /// <summary>The numbers with those who left their seat replaced by who took it; the order stays.</summary>
    /// <param name="caseNo">Number of the inspection; of anything else nobody is replaced.</param>
    public static async Task<IReadOnlyList<string>> OfAsync(DbContext db, string caseNo, IReadOnlyList<string> numbers, CancellationToken cancellationToken)
    {
        var seats = await db.Set<InspectionCase>().Where(c => c.InspectionNo == caseNo)
            .Join(db.Set<InspectionAssignment>(), c => new { c.CampaignId, c.InspecteeNumber }, a => new { a.CampaignId, a.InspecteeNumber }, (_, a) => a.Id)
            .Join(db.Set<AssignmentSeat>(), id => id, s => s.AssignmentId, (_, s) => s).AsNoTracking().ToListAsync(cancellationToken);
        if (seats.All(s => s.IsActive)) return numbers;
        var active = seats.Where(s => s.IsActive).Select(s => s.PersonNumber).ToHashSet(StringComparer.Ordinal);
        return [.. numbers.Select(Now).Distinct(StringComparer.Ordinal)];

        string Now(string number)
        {
            if (active.Contains(number) || seats.Where(s => s.PersonNumber == number).MaxBy(s => s.EndedAt) is not { } seat) return number;
            while (!seat.IsActive && seats.FirstOrDefault(s => s.ReplacesId == seat.Id) is { } next) seat = next;
            return seat.IsActive ? seat.PersonNumber : number;
        }
    }
}
