using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>A stretch in which a person cannot be sent, both days inclusive.</summary>
public sealed record Absence(DateOnly From, DateOnly To, string Reason);

/// <summary>利害关系 or a decided 回避: keeps the person from this object only.</summary>
/// <param name="To">Null: it goes on.</param>
public sealed record Tie(string InspecteeNumber, DateOnly From, DateOnly? To, string Reason);

/// <summary>One drawn person with everything that decides where he may be sent.</summary>
/// <param name="Position">Place in the ticket order of his kind, from 1.</param>
/// <param name="ValidTo">Last day of certificate or appointment, inclusive.</param>
/// <param name="Lacks">Scope or speciality the item asks for and he has not; null: nothing.</param>
/// <param name="LastYear">Objects he checked in the year before, where the profile wants a change of officers.</param>
public sealed record RosterPerson(
    string Number, string Name, TeamPart Part, int Position, DateOnly? ValidFrom, DateOnly? ValidTo, string? Lacks,
    IReadOnlyList<Absence> Absences, IReadOnlyList<Tie> Ties, IReadOnlySet<string> LastYear, string? CertificateNo = null)
{
    /// <summary>Why he cannot be sent anywhere on the day; null: he can.</summary>
    public string? WhyNotOn(DateOnly on)
    {
        if (ValidTo is null || ValidTo < on || ValidFrom > on) return Part is TeamPart.Expert ? "检查日不在聘期内" : "执法证件在检查日无效";
        if (Lacks is not null) return Lacks;
        return Absences.FirstOrDefault(a => a.From <= on && on <= a.To)?.Reason;
    }

    /// <summary>Why he cannot be sent to the object on the day, besides being out already; null: he can.</summary>
    public string? WhyNot(string inspectee, DateOnly on)
        => WhyNotOn(on)
            ?? Ties.FirstOrDefault(t => t.InspecteeNumber == inspectee && t.From <= on && (t.To is null || on <= t.To))?.Reason
            ?? (LastYear.Contains(inspectee) ? "上一年度已检查过该对象" : null);
}

/// <summary>A seat taken, with what decided it.</summary>
/// <param name="SeatsBefore">Seats of the person in this campaign before this one: the fewest of all who could.</param>
public sealed record PlannedSeat(RosterPerson Person, int SeatsBefore);

/// <summary>Somebody whose turn it was and who could not, and why.</summary>
public sealed record PlannedSkip(RosterPerson Person, string Reason);

/// <param name="Missing">Seats nobody could take; the list cannot be locked with one.</param>
public sealed record PlannedVisit(string Inspectee, DateOnly On, IReadOnlyList<PlannedSeat> Seats, IReadOnlyList<PlannedSkip> Skips, IReadOnlyList<TeamPart> Missing);

/// <param name="Objects">In drawn order.</param>
/// <param name="Days">Working days of the period, ascending.</param>
/// <param name="People">Each kind in its ticket order.</param>
public sealed record PlanRequest(IReadOnlyList<string> Objects, IReadOnlyList<DateOnly> Days, IReadOnlyList<RosterPerson> People, int Officers, int Experts);

/// <summary>Who is out when, and how often: all that a further seat depends on.</summary>
public sealed class RosterState
{
    private readonly Dictionary<string, int> _seats = new(StringComparer.Ordinal);
    private readonly HashSet<(string Person, DateOnly On)> _out = [];

    public int SeatsOf(string person) => _seats.GetValueOrDefault(person);

    public bool IsOut(string person, DateOnly on) => _out.Contains((person, on));

    public void Take(string person, DateOnly on)
    {
        _seats[person] = SeatsOf(person) + 1;
        _out.Add((person, on));
    }

    public void Free(string person, DateOnly on)
    {
        _seats[person] = SeatsOf(person) - 1;
        _out.Remove((person, on));
    }
}

/// <summary>
/// 分组 after DR-1, section “Assignment”: visit dates first, objects in drawn order over the working days; then object by object each seat goes to the
/// eligible person with the fewest seats so far, ties by ticket order. The same input gives the same teams; nothing is random and nobody chooses.
/// </summary>
public static class AssignmentPlanner
{
    private const string AlreadyOut = "当日已有其他检查";

    public static Result<IReadOnlyList<PlannedVisit>> Plan(PlanRequest request)
    {
        var dates = ProposeDates(request);
        if (dates.Refusal is { } refusal) return refusal;
        var state = new RosterState();
        List<PlannedVisit> visits = [];
        for (var i = 0; i < request.Objects.Count; i++) visits.Add(Seat(request, state, request.Objects[i], dates.Value[i]));
        // A visit that relations leave without a full team moves to the first day on which there is one; the skips of the proposed day stay on record.
        for (var i = 0; i < visits.Count; i++)
        {
            if (visits[i].Missing.Count > 0 && Move(request, state, visits[i]) is { } moved) visits[i] = moved;
        }
        return visits;
    }

    /// <summary>How many visits the persons can carry on a day: one a leader, officers and experts out once.</summary>
    public static int Capacity(PlanRequest request, DateOnly on)
    {
        var free = request.People.Where(p => p.WhyNotOn(on) is null).ToLookup(p => p.Part);
        var visits = Math.Min(free[TeamPart.Leader].Count(), free[TeamPart.Officer].Count() / Math.Max(1, request.Officers));
        return request.Experts == 0 ? visits : Math.Min(visits, free[TeamPart.Expert].Count() / request.Experts);
    }

    /// <summary>Dates in drawn order, spread evenly over the days and never above a day's capacity.</summary>
    public static Result<IReadOnlyList<DateOnly>> ProposeDates(PlanRequest request)
    {
        var capacity = request.Days.Select(d => Capacity(request, d)).ToArray();
        var count = request.Objects.Count;
        if (capacity.Sum() < count) return Refusal.Conflict("campaigns.capacity", count, request.Days.Count, capacity.Sum());
        var taken = new int[capacity.Length];
        var placed = 0;
        for (var day = 0; day < capacity.Length; day++)
        {
            // After each day so many should be placed that the rest goes on at the same pace; a weak day's backlog is made up as soon as there is room.
            var goal = (int)(((long)count * (day + 1) + capacity.Length - 1) / capacity.Length);
            taken[day] = Math.Clamp(goal - placed, 0, capacity[day]);
            placed += taken[day];
        }
        // Only when the last days are weak: what is left goes to the latest days with room.
        for (var day = capacity.Length - 1; placed < count; day--)
        {
            var more = Math.Min(capacity[day] - taken[day], count - placed);
            taken[day] += more;
            placed += more;
        }
        return taken.SelectMany((n, day) => Enumerable.Repeat(request.Days[day], n)).ToList();
    }

    /// <summary>The next eligible in ticket order after the one who drops out, from the end back to the beginning (S004-17).</summary>
    /// <returns>The person, or null when there is none; and who was passed over.</returns>
    public static (PlannedSeat? Seat, IReadOnlyList<PlannedSkip> Skips) Substitute(
        IReadOnlyList<RosterPerson> people, RosterState state, TeamPart part, int afterPosition, string inspectee, DateOnly on)
    {
        List<PlannedSkip> skips = [];
        var order = people.Where(p => p.Part == part).OrderBy(p => p.Position <= afterPosition).ThenBy(p => p.Position);
        foreach (var person in order.Where(p => p.Position != afterPosition))
        {
            if (WhyNot(person, state, inspectee, on) is { } reason)
            {
                skips.Add(new PlannedSkip(person, reason));
                continue;
            }
            var seat = new PlannedSeat(person, state.SeatsOf(person.Number));
            state.Take(person.Number, on);
            return (seat, skips);
        }
        return (null, skips);
    }

    public static string? WhyNot(RosterPerson person, RosterState state, string inspectee, DateOnly on)
        => person.WhyNot(inspectee, on) ?? (state.IsOut(person.Number, on) ? AlreadyOut : null);

    private static PlannedVisit Seat(PlanRequest request, RosterState state, string inspectee, DateOnly on)
    {
        List<PlannedSeat> seats = [];
        List<PlannedSkip> skips = [];
        List<TeamPart> missing = [];
        foreach (var (part, count) in (ReadOnlySpan<(TeamPart, int)>)[(TeamPart.Leader, 1), (TeamPart.Officer, request.Officers), (TeamPart.Expert, request.Experts)])
        {
            var order = request.People.Where(p => p.Part == part).OrderBy(p => state.SeatsOf(p.Number)).ThenBy(p => p.Position).ToList();
            var left = count;
            foreach (var person in order)
            {
                if (left == 0) break;
                if (WhyNot(person, state, inspectee, on) is { } reason)
                {
                    skips.Add(new PlannedSkip(person, reason));
                    continue;
                }
                seats.Add(new PlannedSeat(person, state.SeatsOf(person.Number)));
                state.Take(person.Number, on);
                left--;
            }
            for (; left > 0; left--) missing.Add(part);
        }
        return new PlannedVisit(inspectee, on, seats, skips, missing);
    }

    private static PlannedVisit? Move(PlanRequest request, RosterState state, PlannedVisit visit)
    {
        foreach (var seat in visit.Seats) state.Free(seat.Person.Number, visit.On);
        foreach (var day in request.Days.Where(d => d > visit.On).Concat(request.Days.Where(d => d < visit.On)))
        {
            var tried = Seat(request, state, visit.Inspectee, day);
            if (tried.Missing.Count == 0) return tried with { Skips = [.. visit.Skips, .. tried.Skips] };
            foreach (var seat in tried.Seats) state.Free(seat.Person.Number, day);
        }
        foreach (var seat in visit.Seats) state.Take(seat.Person.Number, visit.On);
        return null;
    }
}
