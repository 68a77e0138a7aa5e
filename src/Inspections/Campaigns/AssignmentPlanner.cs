using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>A stretch in which a person cannot be sent, both days inclusive.</summary>
/// <param name="Except">The one object he can be sent to all the same, because another check takes him there that day; null: none.</param>
public sealed record Absence(DateOnly From, DateOnly To, string Reason, string? Except = null);

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
    /// <summary>The <see cref="ValidTo"/> of who was let off the certificate.</summary>
    public static readonly DateOnly Always = new(9999, 1, 1);

    /// <summary>Why he cannot be sent anywhere on the day; null: he can.</summary>
    /// <param name="inspectee">The object it is asked for; null: any.</param>
    public string? WhyNotOn(DateOnly on, string? inspectee = null)
    {
        if (ValidTo is null || ValidTo < on || ValidFrom > on) return Part is TeamPart.Expert ? "检查日不在聘期内" : "执法证件在检查日无效";
        if (Lacks is not null) return Lacks;
        return Absences.Count == 0 ? null : Absences.FirstOrDefault(a => a.From <= on && on <= a.To && (a.Except is null || a.Except != inspectee))?.Reason;
    }

    /// <summary>Why he cannot be sent to the object on the day, besides being out already; null: he can.</summary>
    public string? WhyNot(string inspectee, DateOnly on)
        => WhyNotOn(on, inspectee)
            ?? (Ties.Count == 0 ? null : Ties.FirstOrDefault(t => t.InspecteeNumber == inspectee && t.From <= on && (t.To is null || on <= t.To))?.Reason)
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
    internal const string AlreadyOut = "当日已有其他检查";

    public static Result<IReadOnlyList<PlannedVisit>> Plan(PlanRequest request)
    {
        var dates = ProposeDates(request);
        if (dates.Refusal is { } refusal) return refusal;
        var seating = new Seating(request);
        var visits = new PlannedVisit[request.Objects.Count];
        for (var i = 0; i < visits.Length; i++) visits[i] = seating.Seat(request.Objects[i], dates.Value[i]);
        // A visit that relations leave without a full team moves to the first day on which there is one; the skips of the proposed day stay on record.
        for (var i = 0; i < visits.Length; i++)
        {
            if (visits[i].Missing.Count > 0 && seating.Move(visits[i]) is { } moved) visits[i] = moved;
        }
        return visits;
    }

    /// <summary>How many visits the persons can carry on each day: one a leader, officers and experts out once.</summary>
    private static int[] Capacities(PlanRequest request)
    {
        // Who comes and goes on a day: the sum up to it is who is there. Certificates end and leave is taken on few days, whoever many the persons are.
        var days = request.Days;
        var change = new int[3, days.Count + 1];
        foreach (var person in request.People)
        {
            if (person.Lacks is not null || person.ValidTo is not { } to) continue;
            var (first, end) = (person.ValidFrom is { } from ? FirstFrom(days, from) : 0, FirstFrom(days, to.AddDays(1)));
            if (first >= end) continue;
            change[(int)person.Part, first]++;
            change[(int)person.Part, end]--;
            if (person.Absences.Count == 0) continue;
            foreach (var day in person.Absences.SelectMany(a => Enumerable.Range(FirstFrom(days, a.From), Math.Max(0, FirstFrom(days, a.To.AddDays(1)) - FirstFrom(days, a.From)))).Distinct().Where(d => d >= first && d < end))
            {
                change[(int)person.Part, day]--;
                change[(int)person.Part, day + 1]++;
            }
        }
        var capacity = new int[days.Count];
        var (leaders, officers, experts) = (0, 0, 0);
        for (var day = 0; day < capacity.Length; day++)
        {
            (leaders, officers, experts) = (leaders + change[(int)TeamPart.Leader, day], officers + change[(int)TeamPart.Officer, day], experts + change[(int)TeamPart.Expert, day]);
            var visits = Math.Min(leaders, officers / Math.Max(1, request.Officers));
            capacity[day] = request.Experts == 0 ? visits : Math.Min(visits, experts / request.Experts);
        }
        return capacity;
    }

    /// <summary>Index of the first day from the given one on; the count when there is none.</summary>
    private static int FirstFrom(IReadOnlyList<DateOnly> days, DateOnly on)
    {
        var (low, high) = (0, days.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (days[middle] < on) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /// <summary>Dates in drawn order, spread evenly over the days and never above a day's capacity.</summary>
    public static Result<IReadOnlyList<DateOnly>> ProposeDates(PlanRequest request)
    {
        var capacity = Capacities(request);
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
}
