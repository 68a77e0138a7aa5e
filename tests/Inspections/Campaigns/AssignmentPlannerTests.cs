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
