using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Draws.Protocol;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>The drawn persons of a campaign in ticket order, with what the registers and the decided requests say about each.</summary>
internal static class RosterPeople
{
    /// <param name="tickets">Numbers of each part in ticket order.</param>
    public static async Task<IReadOnlyList<RosterPerson>> ReadAsync(DbContext db, Campaign campaign, ILookup<TeamPart, string> tickets, CancellationToken cancellationToken)
    {
        var officers = await db.Set<Officer>().AsNoTracking().ToDictionaryAsync(o => o.Number, cancellationToken);
        var experts = await db.Set<Expert>().AsNoTracking().ToDictionaryAsync(e => e.Number, cancellationToken);
        // All requests, and only then those granted: what is granted in this very act is not in the database yet.
        var requests = (await db.Set<RosterRequest>().Where(r => r.CampaignId == campaign.Id).ToListAsync(cancellationToken)).Where(r => r.Granted == true).ToList();
        var absences = (await db.Set<LeavePeriod>().AsNoTracking().Where(l => l.Status == "已批准").ToListAsync(cancellationToken))
            .Select(l => (l.PersonNumber, new Absence(l.From, l.To, $"{l.Kind}（{l.From:MM-dd} 至 {l.To:MM-dd}）")))
            .Concat(requests.Where(r => r.Kind is RosterRequestKind.Absence).Select(r => (PersonNumber: r.PersonNumber!, new Absence(r.FromOn!.Value, r.ToOn!.Value, "已批准不能参加"))))
            .Concat(await ElsewhereAsync(db, campaign, cancellationToken))
            .ToLookup(p => p.Item1, p => p.Item2, StringComparer.Ordinal);
        var ties = (await db.Set<Relation>().AsNoTracking().ToListAsync(cancellationToken))
            .Select(r => (r.PersonNumber, new Tie(r.InspecteeNumber, r.From, r.To, $"利害关系：{r.Kind}")))
            .Concat(requests.Where(r => r.Kind is RosterRequestKind.Recusal).Select(r => (PersonNumber: r.PersonNumber!, new Tie(r.InspecteeNumber!, DateOnly.MinValue, null, "已决定回避"))))
            .ToLookup(p => p.Item1, p => p.Item2, StringComparer.Ordinal);
        var lastYear = await LastYearAsync(db, campaign, cancellationToken);
        var without = await LeaderChoice.WithoutCertificateAsync(db, campaign, cancellationToken);

        List<RosterPerson> people = [];
        foreach (var part in (ReadOnlySpan<TeamPart>)[TeamPart.Leader, TeamPart.Officer, TeamPart.Expert])
        {
            var position = 0;
            foreach (var number in tickets[part])
            {
                position++;
                if (part is TeamPart.Expert && experts.TryGetValue(number, out var expert))
                {
                    people.Add(new RosterPerson(number, expert.Name, part, position, expert.AppointedFrom, expert.Status is "在聘" ? expert.AppointedTo : null,
                        CandidatePools.Lacks(expert, campaign), [.. absences[number]], [.. ties[number]], new HashSet<string>()));
                }
                else if (part is not TeamPart.Expert && officers.TryGetValue(number, out var officer))
                {
                    var waived = part is TeamPart.Leader && without(number);
                    var validTo = officer.StaffKind is not "在编执法人员" ? null : waived ? RosterPerson.Always : officer.CertificateStatus is "有效" ? officer.CertificateValidTo : null;
                    var visited = part is TeamPart.Officer ? lastYear[number].ToHashSet(StringComparer.Ordinal) : [];
                    people.Add(new RosterPerson(number, officer.Name, part, position, null, validTo, waived ? null : CandidatePools.Lacks(officer, campaign), [.. absences[number]], [.. ties[number]], visited, officer.CertificateNo));
                }
            }
        }
        return people;
    }

    /// <summary>Days of the campaign's period, and later ones to which its visits were moved, on which other campaigns or special checks have a person out already.</summary>
    private static async Task<IEnumerable<(string, Absence)>> ElsewhereAsync(DbContext db, Campaign campaign, CancellationToken cancellationToken)
    {
        var seats = await db.Set<InspectionAssignment>().AsNoTracking()
            .Where(a => a.CampaignId != campaign.Id && a.PlannedOn >= campaign.PeriodFrom && a.Status != AssignmentStatus.Replaced)
            .Join(db.Set<AssignmentSeat>().AsNoTracking().Where(s => s.IsActive), a => a.Id, s => s.AssignmentId, (a, s) => new { s.PersonNumber, a.PlannedOn, a.InspecteeNumber, a.CampaignId })
            .Join(db.Set<Campaign>(), s => s.CampaignId, c => c.Id, (s, c) => new { s.PersonNumber, s.PlannedOn, s.InspecteeNumber, c.CampaignNo })
            .ToListAsync(cancellationToken);
        var special = await db.Set<InspectionCase>().AsNoTracking().Where(c => c.Lead != null && c.PlannedOn >= campaign.PeriodFrom && c.Status != InspectionStatus.Refused).ToListAsync(cancellationToken);
        return seats.Select(s => (s.PersonNumber, new Absence(s.PlannedOn, s.PlannedOn, $"{AssignmentPlanner.AlreadyOut}（任务 {s.CampaignNo}）", s.InspecteeNumber)))
            .Concat(special.SelectMany(c => c.Team.Select(m => (m.Number, new Absence(c.PlannedOn, c.PlannedOn, $"{AssignmentPlanner.AlreadyOut}（{c.InspectionNo}）", c.InspecteeNumber)))));
    }

    /// <summary>Officer to the objects he checked in the year before; empty where the profile does not ask for a change.</summary>
    private static async Task<ILookup<string, string>> LastYearAsync(DbContext db, Campaign campaign, CancellationToken cancellationToken)
    {
        if (!(await CandidatePools.TeamAsync(db, campaign, cancellationToken)).Officers.RotateYearly) return Array.Empty<(string, string)>().ToLookup(p => p.Item1, p => p.Item2);
        DateOnly first = new(campaign.PeriodFrom.Year - 1, 1, 1), last = new(campaign.PeriodFrom.Year - 1, 12, 31);
        var cases = await db.Set<InspectionCase>().AsNoTracking().Where(c => c.PlannedOn >= first && c.PlannedOn <= last && c.Status != InspectionStatus.Refused).ToListAsync(cancellationToken);
        return cases.SelectMany(c => c.OfficerNumbers.Select(o => (o, c.InspecteeNumber))).ToLookup(p => p.o, p => p.InspecteeNumber, StringComparer.Ordinal);
    }

    /// <summary>The ticket orders of the campaign's draws; leaders that are appointed come in the register's order.</summary>
    public static async Task<Result<DrawnOrders>> OrdersAsync(DbContext db, Campaign campaign, CancellationToken cancellationToken)
    {
        var draws = await db.WithStagedAsync<Draw>(d => d.CampaignId == campaign.Id && d.Status != DrawStatus.Void, cancellationToken);
        if (draws.Count == 0) return Refusal.NotFound("draws.none", campaign.Id);
        if (draws.FirstOrDefault(d => d.Status is not DrawStatus.Drawn) is { } open) return Refusal.Conflict("draws.wrong-status", open.Number);
        List<(TeamPart Part, string Number)> tickets = [];
        List<IReadOnlyList<StratumResult>> objects = [];
        foreach (var draw in draws.OrderBy(d => d.Round).ThenBy(d => d.Number, StringComparer.Ordinal))
        {
            var result = DrawResult.Read(draw.Files().Result!);
            if (result.Refusal is { } bad) return bad;
            if (draw.Kind is "object") objects.Add(result.Value.Order);
            else tickets.AddRange(result.Value.Order.SelectMany(s => s.Drawn.Concat(s.Reserves)).Select(id => (PartOf(draw.Kind), id)));
        }
        if (tickets.All(t => t.Part is not TeamPart.Leader))
            tickets.AddRange((await CandidatePools.PersonsAsync(db, campaign, cancellationToken)).First(p => p.Kind is "leader").Ids.Select(id => (TeamPart.Leader, id)));
        return new DrawnOrders(objects.FirstOrDefault() ?? [], [.. objects.Skip(1).SelectMany(o => o)], tickets.ToLookup(t => t.Part, t => t.Number));
    }

    public static TeamPart PartOf(string kind) => kind switch
    {
        "leader" => TeamPart.Leader,
        "expert" => TeamPart.Expert,
        _ => TeamPart.Officer,
    };
}

/// <param name="Strata">The object draw: in each stratum the sample and, after it, the reserves in order.</param>
/// <param name="Supplements">Supplementary rounds, the earlier first: who is next when the reserves of a stratum are used up.</param>
internal sealed record DrawnOrders(IReadOnlyList<StratumResult> Strata, IReadOnlyList<StratumResult> Supplements, ILookup<TeamPart, string> People)
{
    /// <summary>The sample, in drawn order: strata in the order's order.</summary>
    public IReadOnlyList<string> Objects { get; } = [.. Strata.SelectMany(s => s.Drawn)];

    /// <summary>Who may take the place of an object: the reserves of its own stratum, in order, then what a supplementary round drew; each with its place after all that were drawn.</summary>
    public IEnumerable<(string Number, int Position)> ReservesFor(string number)
    {
        var before = Objects.Count;
        foreach (var stratum in Strata)
        {
            if (stratum.Drawn.Contains(number) || stratum.Reserves.Contains(number))
            {
                for (var i = 0; i < stratum.Reserves.Count; i++) yield return (stratum.Reserves[i], before + i + 1);
            }
            before += stratum.Reserves.Count;
        }
        foreach (var next in Supplements.SelectMany(s => s.Drawn.Concat(s.Reserves))) yield return (next, ++before);
    }
}

/// <summary>
/// The visits and seats of a campaign while they are changed: every change re-runs eligibility for the one visit it concerns, the successor is the
/// next eligible in ticket order, and who was passed over is written down.
/// </summary>
internal sealed class Roster
{
    private readonly DbContext _db;
    private readonly ChangeContext _change;
    private readonly IReadOnlyList<RosterPerson> _people;
    private readonly DrawnOrders _orders;
    private readonly RosterState _state = new();
    private readonly List<InspectionAssignment> _assignments;
    private readonly Dictionary<Guid, List<AssignmentSeat>> _seats;

    private Roster(DbContext db, Campaign campaign, ChangeContext change, DrawnOrders orders, IReadOnlyList<RosterPerson> people, List<InspectionAssignment> assignments, List<AssignmentSeat> seats)
    {
        (_db, Campaign, _change, _orders, _people, _assignments) = (db, campaign, change, orders, people, assignments);
        _seats = seats.GroupBy(s => s.AssignmentId).ToDictionary(g => g.Key, g => g.ToList());
        // Who goes along to another campaign's visit is out that day too.
        foreach (var assignment in _assignments.Where(a => a.Status is not AssignmentStatus.Replaced))
        {
            foreach (var seat in SeatsOf(assignment)) _state.Take(seat.PersonNumber, assignment.PlannedOn);
        }
    }

    public Campaign Campaign { get; }

    public IEnumerable<InspectionAssignment> Visits => _assignments.Where(a => a.Status is not (AssignmentStatus.Replaced or AssignmentStatus.Merged)).OrderBy(a => a.Sequence);

    /// <summary>Visits that another campaign makes.</summary>
    public int MergedVisits => _assignments.Count(a => a.Status is AssignmentStatus.Merged);

    /// <summary>Objects that dropped out and whose place nobody could take.</summary>
    public int DroppedVisits => _assignments.Count(a => a.Status is AssignmentStatus.Replaced && _assignments.TrueForAll(b => b.ReplacesId != a.Id));

    public static async Task<Result<Roster>> LoadAsync(DbContext db, Campaign campaign, ChangeContext change, CancellationToken cancellationToken)
    {
        var orders = await RosterPeople.OrdersAsync(db, campaign, cancellationToken);
        if (orders.Refusal is { } bad) return bad;
        var people = await RosterPeople.ReadAsync(db, campaign, orders.Value.People, cancellationToken);
        var assignments = await db.WithStagedAsync<InspectionAssignment>(a => a.CampaignId == campaign.Id, cancellationToken);
        var seats = await db.WithStagedAsync<AssignmentSeat>(s => s.CampaignId == campaign.Id, cancellationToken);
        return new Roster(db, campaign, change, orders.Value, people, assignments, seats);
    }

    public IEnumerable<AssignmentSeat> SeatsOf(InspectionAssignment assignment) => _seats.TryGetValue(assignment.Id, out var seats) ? seats.Where(s => s.IsActive) : [];

    public InspectionAssignment? VisitTo(string? inspectee) => Visits.FirstOrDefault(a => a.InspecteeNumber == inspectee);

    public AssignmentSeat? SeatOf(InspectionAssignment assignment, string? person) => SeatsOf(assignment).FirstOrDefault(s => s.PersonNumber == person);

    /// <summary>Seats the visit still lacks.</summary>
    public IReadOnlyList<TeamPart> MissingIn(InspectionAssignment assignment)
    {
        var seats = SeatsOf(assignment).ToLookup(s => s.Part);
        return
        [
            .. Enumerable.Repeat(TeamPart.Leader, Math.Max(0, 1 - seats[TeamPart.Leader].Count())),
            .. Enumerable.Repeat(TeamPart.Officer, Math.Max(0, Campaign.OfficersPerGroup - seats[TeamPart.Officer].Count())),
            .. Enumerable.Repeat(TeamPart.Expert, Math.Max(0, Campaign.ExpertsPerGroup - seats[TeamPart.Expert].Count())),
        ];
    }

    /// <summary>The person leaves the seat; the next eligible in ticket order takes it.</summary>
    /// <returns>The successor's name, or null when there is none.</returns>
    public string? Replace(InspectionAssignment assignment, AssignmentSeat seat, string reason)
    {
        End(assignment, seat, reason);
        return Fill(assignment, seat.Part, seat.TicketPosition, seat.Id)?.PersonName;
    }

    /// <summary>The person leaves the seat when there is somebody to take it; else he keeps it, for a team without him is no team either and another date may do.</summary>
    public AssignmentSeat? ReplaceOrKeep(InspectionAssignment assignment, AssignmentSeat seat, string reason)
    {
        End(assignment, seat, reason);
        if (Fill(assignment, seat.Part, seat.TicketPosition, seat.Id) is { } successor) return successor;
        (seat.IsActive, seat.EndedReason, seat.EndedByName, seat.EndedAt) = (true, null, null, null);
        _state.Take(seat.PersonNumber, assignment.PlannedOn);
        return null;
    }

    /// <summary>All seats the visit has or had, to follow who came for whom.</summary>
    public IReadOnlyList<AssignmentSeat> HistoryOf(InspectionAssignment assignment) => _seats.TryGetValue(assignment.Id, out var seats) ? seats : [];

    /// <summary>Why the person cannot take his seat on the visit's day; null: he can. That this campaign sends him is no reason.</summary>
    public string? WhyNot(InspectionAssignment assignment, AssignmentSeat seat)
        => _people.FirstOrDefault(p => p.Part == seat.Part && p.Number == seat.PersonNumber) is { } person ? person.WhyNot(assignment.InspecteeNumber, assignment.PlannedOn) : "已不在名录中";

    /// <summary>Another date: those who can stay, the others are replaced, and empty seats are tried again.</summary>
    public void Reschedule(InspectionAssignment assignment, DateOnly on)
    {
        var (team, empty) = (SeatsOf(assignment).ToList(), MissingIn(assignment));
        foreach (var seat in team) _state.Free(seat.PersonNumber, assignment.PlannedOn);
        assignment.PlannedOn = on;
        assignment.Revision++;
        Reseat(assignment, team, empty);
    }

    /// <summary>并入: the visit takes place with the other campaign's, on its day; officers who cannot go then are replaced in ticket order, leader and experts are the other's.</summary>
    /// <returns>What followed, in one sentence.</returns>
    public async Task<string> MergeAsync(InspectionAssignment assignment, CancellationToken cancellationToken)
    {
        if (Visits.Count() == 1) return "任务至少须保留一户自行检查，名单不变";
        var shared = (await AssignmentQueries.SharedAsync(_db, Campaign.Id, cancellationToken)).FirstOrDefault(s => s.InspecteeNumber == assignment.InspecteeNumber && s.CanMerge);
        if (shared is null) return "其他任务的检查已经立案或变动，不能并入，名单不变";
        var (team, on) = (SeatsOf(assignment).Where(s => s.Part is TeamPart.Officer).ToList(), shared.OtherOn);
        foreach (var seat in team) _state.Free(seat.PersonNumber, assignment.PlannedOn);
        if (_people.Count(p => p.Part is TeamPart.Officer && AssignmentPlanner.WhyNot(p, _state, assignment.InspecteeNumber, on) is null) < Campaign.OfficersPerGroup)
        {
            foreach (var seat in team) _state.Take(seat.PersonNumber, assignment.PlannedOn);
            return $"{on:yyyy-MM-dd} 可派的执法人员不足 {Campaign.OfficersPerGroup} 人，不能并入，名单不变";
        }
        foreach (var seat in SeatsOf(assignment).Where(s => s.Part is not TeamPart.Officer).ToList()) End(assignment, seat, $"并入任务 {shared.OtherCampaignNo} 的检查");
        assignment.PlannedOn = on;
        Reseat(assignment, team, []);
        (assignment.Status, assignment.MergedIntoId) = (AssignmentStatus.Merged, shared.OtherId);
        assignment.Revision++;
        return $"第 {assignment.Sequence} 户并入任务 {shared.OtherCampaignNo} {on:yyyy-MM-dd} 的检查，执法人员 {string.Join("、", SeatsOf(assignment).Select(s => s.PersonName))} 同去";
    }

    /// <summary>递补 of the object: the next reserve takes its number, its date and, where eligibility allows, its team.</summary>
    public async Task<InspectionAssignment?> ReplaceObjectAsync(InspectionAssignment assignment, string reason, CancellationToken cancellationToken)
    {
        var known = _assignments.Select(a => a.InspecteeNumber).ToHashSet(StringComparer.Ordinal);
        (Inspectee? next, var position) = (null, 0);
        foreach (var (number, place) in _orders.ReservesFor(assignment.InspecteeNumber).Where(r => !known.Contains(r.Number)))
        {
            // The register may have changed since the freeze: who is no longer registered is passed over by everybody's rule, not by choice.
            (next, position) = (await _db.Set<Inspectee>().FindAsync([number], cancellationToken), place);
            if (next is { RegistrationStatus: "存续" }) break;
            next = null;
        }
        if (next is null) return null;
        var (team, empty) = (SeatsOf(assignment).ToList(), MissingIn(assignment));
        foreach (var seat in team) End(assignment, seat, $"对象递补：{reason}");
        (assignment.Status, assignment.ReplacedReason) = (AssignmentStatus.Replaced, reason);
        assignment.Revision++;
        var successor = new InspectionAssignment
        {
            Id = Ids.New(_change),
            CampaignId = Campaign.Id,
            Sequence = assignment.Sequence,
            InspecteeNumber = next.Number,
            InspecteeName = next.Name,
            DrawPosition = position,
            PlannedOn = assignment.PlannedOn,
            ReplacesId = assignment.Id,
        };
        _assignments.Add(successor);
        _db.Add(successor);
        Reseat(successor, [.. team.Select(s => Copy(s, successor))], empty);
        return successor;
    }

    /// <summary>减少户数: the object leaves the list and nobody takes its place. The last one stays: a campaign without a visit is none.</summary>
    public bool Drop(InspectionAssignment assignment, string reason)
    {
        if (Visits.Count() == 1) return false;
        foreach (var seat in SeatsOf(assignment).ToList()) End(assignment, seat, reason);
        (assignment.Status, assignment.ReplacedReason) = (AssignmentStatus.Replaced, reason);
        assignment.Revision++;
        return true;
    }

    public void Add(InspectionAssignment assignment, PlannedVisit visit)
    {
        foreach (var seat in visit.Seats) Add(Row(assignment, seat, null), assignment);
        foreach (var skip in visit.Skips) Add(assignment, skip);
    }

    /// <summary>Whoever of the team can go on the visit's date stays, the others' seats go on in ticket order.</summary>
    private void Reseat(InspectionAssignment assignment, IReadOnlyList<AssignmentSeat> team, IReadOnlyList<TeamPart> empty)
    {
        foreach (var seat in team)
        {
            var person = _people.FirstOrDefault(p => p.Number == seat.PersonNumber);
            var reason = person is null ? "已不在名录中" : AssignmentPlanner.WhyNot(person, _state, assignment.InspecteeNumber, assignment.PlannedOn);
            if (reason is null)
            {
                _state.Take(seat.PersonNumber, assignment.PlannedOn);
                if (!IsKept(seat)) Keep(seat);
                continue;
            }
            if (person is not null) Add(assignment, new PlannedSkip(person, reason));
            if (IsKept(seat)) Close(seat, reason);
            Fill(assignment, seat.Part, seat.TicketPosition, IsKept(seat) ? seat.Id : null);
        }
        foreach (var part in empty) Fill(assignment, part, 0, null);
    }

    private AssignmentSeat? Fill(InspectionAssignment assignment, TeamPart part, int after, Guid? replaces)
    {
        var (seat, skips) = AssignmentPlanner.Substitute(_people, _state, part, after, assignment.InspecteeNumber, assignment.PlannedOn);
        foreach (var skip in skips) Add(assignment, skip);
        if (seat is null) return null;
        var row = Row(assignment, seat, replaces);
        Keep(row);
        return row;
    }

    private void End(InspectionAssignment assignment, AssignmentSeat seat, string reason)
    {
        _state.Free(seat.PersonNumber, assignment.PlannedOn);
        Close(seat, reason);
    }

    private void Close(AssignmentSeat seat, string reason)
        => (seat.IsActive, seat.EndedReason, seat.EndedByName, seat.EndedAt) = (false, reason, _change.By.Name, _change.At);

    private AssignmentSeat Copy(AssignmentSeat seat, InspectionAssignment to) => new()
    {
        Id = Ids.New(_change),
        AssignmentId = to.Id,
        CampaignId = Campaign.Id,
        Part = seat.Part,
        PersonNumber = seat.PersonNumber,
        PersonName = seat.PersonName,
        CertificateNo = seat.CertificateNo,
        CertificateValidTo = seat.CertificateValidTo,
        TicketPosition = seat.TicketPosition,
        SeatsBefore = seat.SeatsBefore,
        TakenAt = _change.At,
        ReplacesId = seat.Id,
        IsActive = true,
    };

    private AssignmentSeat Row(InspectionAssignment assignment, PlannedSeat seat, Guid? replaces) => new()
    {
        Id = Ids.New(_change),
        AssignmentId = assignment.Id,
        CampaignId = Campaign.Id,
        Part = seat.Person.Part,
        PersonNumber = seat.Person.Number,
        PersonName = seat.Person.Name,
        CertificateNo = seat.Person.CertificateNo,
        CertificateValidTo = seat.Person.Part is TeamPart.Expert || seat.Person.ValidTo == RosterPerson.Always ? null : seat.Person.ValidTo,
        TicketPosition = seat.Person.Position,
        SeatsBefore = seat.SeatsBefore,
        TakenAt = _change.At,
        ReplacesId = replaces,
        IsActive = true,
    };

    private void Add(AssignmentSeat seat, InspectionAssignment assignment)
    {
        _state.Take(seat.PersonNumber, assignment.PlannedOn);
        Keep(seat);
    }

    private bool IsKept(AssignmentSeat seat) => _seats.TryGetValue(seat.AssignmentId, out var seats) && seats.Contains(seat);

    private void Keep(AssignmentSeat seat)
    {
        if (!_seats.TryGetValue(seat.AssignmentId, out var seats)) _seats[seat.AssignmentId] = seats = [];
        seats.Add(seat);
        _db.Add(seat);
    }

    private void Add(InspectionAssignment assignment, PlannedSkip skip) => _db.Add(new SeatSkip
    {
        Id = Ids.New(_change),
        AssignmentId = assignment.Id,
        CampaignId = Campaign.Id,
        Sequence = assignment.Sequence,
        Part = skip.Person.Part,
        PersonNumber = skip.Person.Number,
        PersonName = skip.Person.Name,
        On = assignment.PlannedOn,
        Reason = skip.Reason,
        At = _change.At,
    });
}
