using DoubleRandom.Host.Demo;
using DoubleRandom.Workflows.Campaigns;
using DoubleRandom.Workflows.Inspections;
using DoubleRandom.Workflows.Plans;
using DoubleRandom.Workflows.Publications;
using DoubleRandom.Workflows.Simulation;
using DoubleRandom.Workflows.Supervision;

namespace DoubleRandom.Host.Simulation;

/// <summary>What the sample case begins with.</summary>
internal enum StartKind { Process, Check, Plan, Campaign, Supervision, Withdrawal }

/// <param name="Key">As the form hands it in.</param>
/// <param name="DefinitionId">The workflow that begins.</param>
internal sealed record SimulationStart(string Key, StartKind Kind, string DefinitionId, string Name, string About);

/// <summary>How the sample case goes where the forms of a check leave the choice.</summary>
internal sealed record SimulationCourse(string Key, string Name, DemoBranch Branch);

/// <summary>What a person asks of a trial.</summary>
/// <param name="Late">Every step with a deadline is done six working days after it.</param>
/// <param name="Outcomes">Opinion by <see cref="ReachedStep.Key"/>, for the first time the step comes up; what is missing goes the ordinary way.</param>
internal sealed record SimulationRequest(string DefinitionId, int Version, SimulationStart Start, SimulationCourse Course, bool Late, IReadOnlyDictionary<string, string> Outcomes);

/// <summary>What can be asked about a version: where a sample case may begin, how it may go, which steps of people it meets.</summary>
internal sealed class SimulationPlan
{
    public static readonly SimulationCourse Smooth = new("smooth", "没有发现问题", DemoBranch.NothingFound);

    private static readonly SimulationCourse[] OfACheck =
    [
        Smooth,
        new("rectified", "责令改正，按期完成", DemoBranch.Rectified),
        new("extended", "申请延期后改正", DemoBranch.Extended),
        new("overdue", "逾期未改，立案处罚", DemoBranch.NotRectified),
        new("on-the-spot", "当场处罚", DemoBranch.SimplePenalty),
        new("major", "重大隐患挂牌督办", DemoBranch.MajorHazard),
        new("transferred", "移送其他部门", DemoBranch.Transferred),
        new("disputed", "专家提出异议", DemoBranch.Disputed),
        new("unreachable", "无法联系", DemoBranch.Unreachable),
        new("refused", "拒绝检查", DemoBranch.EntryRefused),
    ];

    public SimulationPlan(DraftWorld world)
    {
        World = world;
        var id = world.Tried.DefinitionId;
        List<SimulationStart> starts = [.. world.Startable.Select(d => new SimulationStart($"process/{d}", StartKind.Process, d, world.NameOf(d), "由人发起，编号由系统给出"))];
        Add(StartKind.Check, StartCheckHandler.DefinitionId, "对一户样例企业检查一次");
        Add(StartKind.Campaign, StartCampaignHandler.DefinitionId, "按样例年度计划抽查七户");
        Add(StartKind.Plan, StartPlanHandler.DefinitionId, "编制样例年度计划");
        Add(StartKind.Supervision, StartSupervisionHandler.DefinitionId, "样例检查逾期后发督办单");
        Add(StartKind.Withdrawal, StartWithdrawalHandler.DefinitionId, "样例检查公示后提请撤回");
        // What only a wider workflow leads to begins with the narrowest that does.
        Starts = [.. starts.OrderByDescending(s => s.DefinitionId == id)];
        // The sample case is a check: that comes late, or whose result is public.
        Courses = Starts.Any(s => s.Kind is StartKind.Supervision or StartKind.Withdrawal || TreeOf(s).SelectMany(world.StepsOf).Any(step => step.Form is "visit.check-in" or "visit.checklist")) ? OfACheck : [Smooth with { Name = "按通常意见办理" }];

        void Add(StartKind kind, string definitionId, string about)
        {
            if (world.Reaches(definitionId, id)) starts.Add(new SimulationStart(kind.ToString(), kind, definitionId, world.NameOf(definitionId), about));
        }
    }

    public DraftWorld World { get; }

    public IReadOnlyList<SimulationStart> Starts { get; }

    public IReadOnlyList<SimulationCourse> Courses { get; }

    /// <summary>The steps of people that the sample case may meet: of the version under trial first.</summary>
    public IReadOnlyList<ReachedStep> Steps => [.. Starts.SelectMany(TreeOf).Distinct().OrderByDescending(d => d == World.Tried.DefinitionId).SelectMany(World.StepsOf)];

    private IReadOnlyList<string> TreeOf(SimulationStart start) => World.TreeOf(start.DefinitionId);
}
