using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;

namespace DoubleRandom.Tests.Inspections.Campaigns;

public sealed class AssignmentPlannerTests
{
    private static readonly DateOnly Monday = new(2026, 10, 12);
    private static readonly IReadOnlyList<DateOnly> Week = [.. Enumerable.Range(0, 5).Select(Monday.AddDays)];

    [Fact]
    public void Plan_FewerVisitsThanDays_SpreadsThemInDrawnOrder()
    {
        var plan = AssignmentPlanner.Plan(Request(["a", "b"], Week, People(2, 4, 2))).Value;

        Assert.Equal(["a", "b"], plan.Select(v => v.Inspectee));
        Assert.Equal([Monday, Monday.AddDays(2)], plan.Select(v => v.On));
    }

    [Fact]
    public void Plan_SeatsGoToTheFewestSoFarAndTiesToTheTicketOrder()
    {
        var plan = AssignmentPlanner.Plan(Request(["a", "b", "c"], Week, People(2, 3, 1))).Value;

        Assert.Equal(["L1", "L2", "L1"], plan.Select(v => Of(v, TeamPart.Leader).Single()));
        Assert.Equal(["O1,O2", "O3,O1", "O2,O3"], plan.Select(v => string.Join(",", Of(v, TeamPart.Officer))));
        Assert.All(plan, v => Assert.Equal(["E1"], Of(v, TeamPart.Expert)));
        Assert.All(plan, v => Assert.Empty(v.Missing));
    }

    [Fact]
    public void Plan_WhoIsPassedOver_IsWrittenDownWithTheReason()
    {
        RosterPerson[] people =
        [
            Person("L1", TeamPart.Leader, 1) with { Absences = [new Absence(Monday, Monday, "培训")] },
            Person("L2", TeamPart.Leader, 2),
            Person("O1", TeamPart.Officer, 1) with { Ties = [new Tie("a", new(2020, 1, 1), null, "利害关系：近亲属")] },
            Person("O2", TeamPart.Officer, 2) with { ValidTo = Monday.AddDays(-1) },
            Person("O3", TeamPart.Officer, 3) with { LastYear = new HashSet<string> { "a" } },
            Person("O4", TeamPart.Officer, 4) with { Ties = [new Tie("a", new(2018, 1, 1), new(2021, 1, 1), "已过去")] },
            Person("O5", TeamPart.Officer, 5),
            Person("E1", TeamPart.Expert, 1) with { Lacks = "专业类别不含 工贸" },
            Person("E2", TeamPart.Expert, 2),
        ];

        var visit = AssignmentPlanner.Plan(Request(["a"], [Monday], people)).Value.Single();

        Assert.Equal(["L2", "O4", "O5", "E2"], visit.Seats.Select(s => s.Person.Number));
        Assert.Equal(["L1 培训", "O1 利害关系：近亲属", "O2 执法证件在检查日无效", "O3 上一年度已检查过该对象", "E1 专业类别不含 工贸"], visit.Skips.Select(s => $"{s.Person.Number} {s.Reason}"));
    }

    [Fact]
    public void Plan_TwoVisitsADay_NobodyIsOutTwice()
    {
        var plan = AssignmentPlanner.Plan(Request(["a", "b", "c", "d"], [.. Week.Take(2)], People(2, 4, 2))).Value;

        foreach (var day in plan.GroupBy(v => v.On))
        {
            var out_ = day.SelectMany(v => v.Seats).Select(s => s.Person.Number).ToList();
            Assert.Equal(2, day.Count());
            Assert.Equal(out_.Count, out_.Distinct().Count());
        }
    }

    [Fact]
    public void Plan_MoreThanThePeopleCanCarry_IsRefusedWithTheFigures()
    {
        var refusal = AssignmentPlanner.Plan(Request(["a", "b", "c"], [.. Week.Take(2)], People(1, 9, 9))).Refusal;

        Assert.Equal("campaigns.capacity", refusal!.Code);
        Assert.Equal([3, 2, 2], refusal.Arguments);
    }

    [Fact]
    public void Plan_WeakDays_AreMadeUpForAndNoDayIsOverfull()
    {
        RosterPerson[] people = [.. People(1, 2, 1).Select(p => p.Part is TeamPart.Leader ? p with { Absences = [new Absence(Monday, Monday.AddDays(1), "病假")] } : p)];

        var plan = AssignmentPlanner.Plan(Request(["a", "b", "c"], Week, people)).Value;

        Assert.Equal([Monday.AddDays(2), Monday.AddDays(3), Monday.AddDays(4)], plan.Select(v => v.On));
    }

    [Fact]
    public void Plan_RelationLeavesASeatEmpty_MovesTheVisitToADayWithAFullTeam()
    {
        RosterPerson[] people =
        [
            Person("L1", TeamPart.Leader, 1), Person("O1", TeamPart.Officer, 1), Person("O2", TeamPart.Officer, 2),
            Person("O3", TeamPart.Officer, 3) with { Absences = [new Absence(Monday, Monday, "培训")] },
            Person("E1", TeamPart.Expert, 1),
        ];
        people[1] = people[1] with { Ties = [new Tie("a", new(2020, 1, 1), null, "利害关系：近亲属")] };

        var visit = AssignmentPlanner.Plan(Request(["a"], Week, people)).Value.Single();

        Assert.Equal((Monday.AddDays(1), 0), (visit.On, visit.Missing.Count));
        Assert.Equal(["O2", "O3"], Of(visit, TeamPart.Officer));
        Assert.Contains(visit.Skips, s => s.Person.Number == "O3" && s.Reason == "培训");
    }

    [Fact]
    public void Substitute_TakesTheNextInTicketOrderAfterTheOneWhoDropsOut()
    {
        var people = People(0, 4, 0);
        var state = new RosterState();
        state.Take("O4", Monday);

        var (seat, skips) = AssignmentPlanner.Substitute(people, state, TeamPart.Officer, 3, "a", Monday);

        Assert.Equal("O1", seat!.Person.Number);
        Assert.Equal(["O4"], skips.Select(s => s.Person.Number));
    }

    [Fact]
    public void Plan_SameInput_GivesTheSameTeams()
    {
        var request = Request([.. Enumerable.Range(1, 40).Select(i => $"o{i}")], [.. Enumerable.Range(0, 30).Select(Monday.AddDays)], People(5, 9, 6));

        Assert.Equal(Text(), Text());

        string Text() => string.Join("\n", AssignmentPlanner.Plan(request).Value.Select(v => $"{v.Inspectee} {v.On} {string.Join(",", v.Seats.Select(s => s.Person.Number))}"));
    }

    /// <summary>What the plan says in one sentence – everybody in the order of seats and tickets, the first who can – done without any care for time, and the same rows.</summary>
    [Fact]
    public void Plan_OfManyRandomCampaigns_IsWhatThePlainRuleGives_AndNobodyGoesWhereHeMayNot()
    {
        var random = new Random(4);
        var asked = 0L;
        for (var run = 0; run < 150; run++)
        {
            var days = Enumerable.Range(0, random.Next(2, 9)).Select(Monday.AddDays).ToList();
            var objects = Enumerable.Range(1, random.Next(1, 20)).Select(i => $"o{i}").ToList();
            var people = People(random.Next(3, 9), random.Next(6, 20), random.Next(6, 12)).Select(p => p with
            {
                ValidTo = random.Next(12) == 0 ? Monday.AddDays(random.Next(-1, 8)) : p.ValidTo,
                ValidFrom = random.Next(15) == 0 ? Monday.AddDays(random.Next(4)) : null,
                Lacks = random.Next(20) == 0 ? "执法事项范围不含 YJ-01" : null,
                Absences = random.Next(6) == 0 ? [new Absence(Monday.AddDays(random.Next(5)), Monday.AddDays(random.Next(3, 9)), "病假"), new Absence(Monday.AddDays(2), Monday.AddDays(4), "培训")] : [],
                Ties = [.. objects.Where(_ => random.Next(8) == 0).Select(o => new Tie(o, Monday.AddDays(-9), random.Next(2) == 0 ? null : Monday.AddDays(3), "利害关系"))],
                LastYear = objects.Where(_ => random.Next(15) == 0).ToHashSet(),
            }).ToList();
            var request = new PlanRequest(objects, days, people, 2, 1);
            var dates = AssignmentPlanner.ProposeDates(request);
            if (dates.IsRefused) continue;

            var plan = AssignmentPlanner.Plan(request).Value;

            Assert.Equal(Lines(Plain(request, dates.Value)), Lines(plan));
            foreach (var visit in plan)
            {
                Assert.All(visit.Seats, s => Assert.Null(s.Person.WhyNot(visit.Inspectee, visit.On)));
                asked += visit.Seats.Count + visit.Skips.Count;
            }
            Assert.All(plan.GroupBy(v => v.On), day => Assert.Equal(day.Sum(v => v.Seats.Count), day.SelectMany(v => v.Seats).Select(s => s.Person.Number).Distinct().Count()));
        }
        Assert.True(asked > 5_000, $"{asked}");
    }

    /// <summary>Among officers who always can, lots alone decide: over many campaigns everybody sits as often as the others, and with whom.</summary>
    [Fact]
    public void Plan_OverManyTicketOrders_GivesNobodyMoreVisitsNorTheSamePartner()
    {
        const int Officers = 12, Runs = 1_200, Visits = 5;
        var seats = new int[Officers];
        var pairs = new int[Officers, Officers];
        var objects = Enumerable.Range(1, Visits).Select(i => $"o{i}").ToList();
        for (var run = 0; run < Runs; run++)
        {
            var order = DoubleRandom.Inspections.Draws.Protocol.Tickets.Order(
                DoubleRandom.Inspections.Draws.Protocol.Tickets.Key(DoubleRandom.Basics.Hashing.Sha256Hex($"编组{run}"), "officer", 1, "执法人员"), [.. Enumerable.Range(0, Officers).Select(i => $"{i}")]);
            RosterPerson[] people = [Person("L", TeamPart.Leader, 1), .. order.Select((id, i) => Person(id, TeamPart.Officer, i + 1))];
            foreach (var visit in AssignmentPlanner.Plan(new PlanRequest(objects, [.. Enumerable.Range(0, Visits).Select(Monday.AddDays)], people, 2, 0)).Value)
            {
                var team = visit.Seats.Where(s => s.Person.Part is TeamPart.Officer).Select(s => int.Parse(s.Person.Number, System.Globalization.CultureInfo.InvariantCulture)).Order().ToArray();
                foreach (var officer in team) seats[officer]++;
                pairs[team[0], team[1]]++;
            }
        }
        // Ten seats among twelve: each has a chance of 10/12 a campaign; a pair of 5/66.
        const double P = 10d / Officers, Q = (double)Visits / (Officers * (Officers - 1) / 2);
        var seatsOff = (Officers - 1d) / Officers * seats.Sum(s => Math.Pow(s - Runs * P, 2) / (Runs * P * (1 - P)));
        var pairsOff = Enumerable.Range(0, Officers).SelectMany(a => Enumerable.Range(a + 1, Officers - a - 1).Select(b => Math.Pow(pairs[a, b] - Runs * Q, 2) / (Runs * Q * (1 - Q)))).Sum();
        // χ² of 11 and of about 65 degrees of freedom, one in ten thousand.
        Assert.InRange(seatsOff, 0, 37.4);
        Assert.InRange(pairsOff, 0, 116);
    }

    /// <summary>A province: thirty thousand officers with ties to every tenth object, fifty thousand visits in a year.</summary>
    [Fact]
    public void Plan_OfAProvince_FillsEverySeatInSeconds()
    {
        var days = Enumerable.Range(0, 250).Select(Monday.AddDays).ToList();
        var objects = Enumerable.Range(1, 50_000).Select(i => $"CX{i:D6}").ToList();
        RosterPerson[] people = [.. Enumerable.Range(1, 400).Select(i => Person($"L{i}", TeamPart.Leader, i)), .. Enumerable.Range(1, 30_000).Select(i => Person($"O{i}", TeamPart.Officer, i) with { LastYear = new EveryTenth(i) })];
        var clock = System.Diagnostics.Stopwatch.StartNew();

        var plan = AssignmentPlanner.Plan(new PlanRequest(objects, days, people, 2, 0)).Value;

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"{clock.Elapsed}");
        Assert.Equal(50_000, plan.Count);
        Assert.All(plan, v => Assert.Empty(v.Missing));
        var load = plan.SelectMany(v => v.Seats).Where(s => s.Person.Part is TeamPart.Officer).CountBy(s => s.Person.Number).ToList();
        Assert.Equal((3, 4), (load.Min(l => l.Value), load.Max(l => l.Value)));
        Assert.InRange(plan.Sum(v => v.Skips.Count), 8_000, 40_000);
    }

    private sealed class EveryTenth(int officer) : IReadOnlySet<string>
    {
        public int Count => 0;

        public bool Contains(string item) => (int.Parse(item.AsSpan(2), System.Globalization.CultureInfo.InvariantCulture) * 31 + officer * 7) % 10 == 0;

        public IEnumerator<string> GetEnumerator() => throw new NotSupportedException();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

        public bool IsProperSubsetOf(IEnumerable<string> other) => throw new NotSupportedException();

        public bool IsProperSupersetOf(IEnumerable<string> other) => throw new NotSupportedException();

        public bool IsSubsetOf(IEnumerable<string> other) => throw new NotSupportedException();

        public bool IsSupersetOf(IEnumerable<string> other) => throw new NotSupportedException();

        public bool Overlaps(IEnumerable<string> other) => throw new NotSupportedException();

        public bool SetEquals(IEnumerable<string> other) => throw new NotSupportedException();
    }

    private static string Lines(IEnumerable<PlannedVisit> plan) => string.Join("\n", plan.Select(v =>
        $"{v.Inspectee} {v.On} {string.Join(",", v.Seats.Select(s => $"{s.Person.Number}×{s.SeatsBefore}"))} | {string.Join(",", v.Skips.Select(s => $"{s.Person.Number}:{s.Reason}"))} | {string.Join(",", v.Missing)}"));

    private static List<PlannedVisit> Plain(PlanRequest request, IReadOnlyList<DateOnly> dates)
    {
        var state = new RosterState();
        List<PlannedVisit> visits = [.. request.Objects.Zip(dates, (o, on) => Seat(o, on))];
        for (var i = 0; i < visits.Count; i++)
        {
            if (visits[i].Missing.Count == 0) continue;
            var visit = visits[i];
            foreach (var seat in visit.Seats) state.Free(seat.Person.Number, visit.On);
            PlannedVisit? moved = null;
            foreach (var day in request.Days.Where(d => d > visit.On).Concat(request.Days.Where(d => d < visit.On)))
            {
                var tried = Seat(visit.Inspectee, day);
                if (tried.Missing.Count == 0)
                {
                    moved = tried with { Skips = [.. visit.Skips, .. tried.Skips] };
                    break;
                }
                foreach (var seat in tried.Seats) state.Free(seat.Person.Number, day);
            }
            if (moved is null) foreach (var seat in visit.Seats) state.Take(seat.Person.Number, visit.On);
            else visits[i] = moved;
        }
        return visits;

        PlannedVisit Seat(string inspectee, DateOnly on)
        {
            List<PlannedSeat> seats = [];
            List<PlannedSkip> skips = [];
            List<TeamPart> missing = [];
            foreach (var (part, count) in new[] { (TeamPart.Leader, 1), (TeamPart.Officer, request.Officers), (TeamPart.Expert, request.Experts) })
            {
                var left = count;
                foreach (var person in request.People.Where(p => p.Part == part).OrderBy(p => state.SeatsOf(p.Number)).ThenBy(p => p.Position).ToList())
                {
                    if (left == 0) break;
                    if (AssignmentPlanner.WhyNot(person, state, inspectee, on) is { } reason)
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
    }

    private static PlanRequest Request(IReadOnlyList<string> objects, IReadOnlyList<DateOnly> days, IReadOnlyList<RosterPerson> people) => new(objects, days, people, 2, 1);

    private static IEnumerable<string> Of(PlannedVisit visit, TeamPart part) => visit.Seats.Where(s => s.Person.Part == part).Select(s => s.Person.Number);

    private static RosterPerson[] People(int leaders, int officers, int experts) =>
    [
        .. Enumerable.Range(1, leaders).Select(i => Person($"L{i}", TeamPart.Leader, i)),
        .. Enumerable.Range(1, officers).Select(i => Person($"O{i}", TeamPart.Officer, i)),
        .. Enumerable.Range(1, experts).Select(i => Person($"E{i}", TeamPart.Expert, i)),
    ];

    private static RosterPerson Person(string number, TeamPart part, int position)
        => new(number, $"人{number}", part, position, null, new DateOnly(2030, 1, 1), null, [], [], new HashSet<string>());
}
