using System.Diagnostics;
using System.Globalization;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Dispatching;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Host.Demo;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Campaigns;
using DoubleRandom.Workflows.Forms;
using DoubleRandom.Workflows.Inspections;
using DoubleRandom.Workflows.Plans;
using DoubleRandom.Workflows.Publications;
using DoubleRandom.Workflows.Publishing;
using DoubleRandom.Workflows.Rectification;
using DoubleRandom.Workflows.Supervision;
using DoubleRandom.Workflows.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Simulation;

/// <summary>A work item that could not be done, and why.</summary>
internal sealed record StuckItem(WorkItem Item, DateTime At, string Why);

/// <summary>
/// Runs one sample case through: the clock is set to the next thing due (a work item's day, a timer, a deadline's reminder), the sweeps do what
/// they do in the office, the work items are answered. Bounded in steps, in office time and in the machine's.
/// </summary>
internal sealed class SimulationRun(Sandbox sandbox, SimulationRequest request, Action<string> progress)
{
    public const int MaxSteps = 400;
    public const int MaxDays = 1_100;
    public static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(90);
    public static readonly TimeOnly Opening = new(9, 0);

    private const int SmallestPlanLine = 8;
    private const int DaysBeforeVisits = 28;
    private static readonly TimeSpan BetweenActs = TimeSpan.FromMinutes(2);

    private readonly IUnitOfWork _units = sandbox.Services.GetRequiredService<IUnitOfWork>();
    private readonly ChildPump _pump = sandbox.Services.GetRequiredService<ChildPump>();
    private readonly DeadlineSweep _sweep = sandbox.Services.GetRequiredService<DeadlineSweep>();
    private readonly StartDueRechecks _rechecks = sandbox.Services.GetRequiredService<StartDueRechecks>();
    private readonly AlertDispatch _alerts = sandbox.Services.GetRequiredService<AlertDispatch>();
    private readonly SimulatedAnswers _answers = new(sandbox, request);
    private readonly Dictionary<Guid, StuckItem> _stuck = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private bool _began;

    public int Steps { get; private set; }

    public IReadOnlyCollection<StuckItem> Stuck => _stuck.Values;

    public async Task<SimulationEnd> RunAsync(CancellationToken cancellationToken)
    {
        var from = sandbox.Time.Today;
        await StartAsync(cancellationToken);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Steps >= MaxSteps) return SimulationEnd.TooManySteps;
            if (_clock.Elapsed > MaxTime) return SimulationEnd.Slow;
            await _pump.DrainAsync(cancellationToken);
            await BeginWhatFollowsAsync(cancellationToken);
            if (!await IsRunningAsync(cancellationToken)) return SimulationEnd.Finished;
            var (item, at) = await NextAsync(cancellationToken);
            if (at is null) return _stuck.Count > 0 ? SimulationEnd.Stuck : SimulationEnd.Waiting;
            if (sandbox.Time.DateOf(at.Value.UtcDateTime).DayNumber - from.DayNumber > MaxDays) return SimulationEnd.TooLong;
            // An order whose term ran out over night has gone on to its re-inspection: what comes next is asked anew.
            if (await MoveAsync(at.Value, cancellationToken)) continue;
            if (item is not null) await DoAsync(item, cancellationToken);
        }
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        var planner = sandbox.People["zhuwenbin"];
        string? refused = request.Start.Kind switch
        {
            StartKind.Process => await ActAsync(planner, (s, c, ct) => s.GetRequiredService<StartProcessHandler>().HandleAsync(new StartProcess(request.Start.DefinitionId), c, ct), cancellationToken),
            StartKind.Plan or StartKind.Campaign => await ActAsync(planner, (s, c, ct) => s.GetRequiredService<StartPlanHandler>().HandleAsync(new StartPlan(PlanNo), c, ct), cancellationToken),
            _ => await ActAsync(planner, async (s, c, ct) => await s.GetRequiredService<StartCheckHandler>().HandleAsync(await SampleCheck.OfAsync(s, ct), c, ct), cancellationToken),
        };
        if (refused is not null) throw new SimulationStoppedException($"样例案件没有发起：{refused}");
    }

    private string PlanNo => string.Create(CultureInfo.InvariantCulture, $"崇应急抽计〔{sandbox.Time.Today.Year}〕1号");

    /// <summary>What a person begins once something else stands: the campaign under the published plan, the supervision of what is late, the withdrawal of what is public.</summary>
    private async Task BeginWhatFollowsAsync(CancellationToken cancellationToken)
    {
        string? refused = null;
        if (request.Start.Kind is StartKind.Campaign && !_began && await ReadAsync(db => db.Set<AnnualPlan>().AnyAsync(p => p.Status == PlanStatus.Published, cancellationToken)))
        {
            _began = true;
            // The line has its months; the campaign is begun in good time before them.
            var period = await ReadAsync(db => db.Set<PlanLine>().Where(l => l.PlanNo == PlanNo && l.LineNo == SmallestPlanLine).Select(l => l.PeriodFrom).SingleAsync(cancellationToken));
            await MoveAsync(new DateTimeOffset(sandbox.Time.InstantOf(period.AddDays(-DaysBeforeVisits), Opening), TimeSpan.Zero), cancellationToken);
            refused = await ActAsync(sandbox.People["zhuwenbin"], (s, c, ct) => s.GetRequiredService<StartCampaignHandler>().HandleAsync(new StartCampaign(PlanNo, SmallestPlanLine), c, ct), cancellationToken);
        }
        else if (request.Start.Kind is StartKind.Supervision && !_began
            && await ReadAsync(db => db.Set<Deadline>().AsNoTracking().Where(d => d.Status == DeadlineStatus.Overdue).OrderBy(d => d.DueOn).ThenBy(d => d.Id).FirstOrDefaultAsync(cancellationToken)) is { } late)
        {
            _began = true;
            refused = await ActAsync(sandbox.People["songwentao"], (s, c, ct) => s.GetRequiredService<StartSupervisionHandler>().HandleAsync(
                new Inspections.Supervision.OrderSupervision(late.Id, "试运行样例：已逾期，请说明原因和措施。"), c, ct), cancellationToken);
        }
        else if (request.Start.Kind is StartKind.Withdrawal && !_began
            && await ReadAsync(db => db.Set<Publication>().AsNoTracking().Where(p => p.Status == PublicationStatus.Published).OrderBy(p => p.PublishedOn).ThenBy(p => p.Id).FirstOrDefaultAsync(cancellationToken)) is { } shown)
        {
            _began = true;
            refused = await ActAsync(sandbox.People["duoliqun"], (s, c, ct) => s.GetRequiredService<StartWithdrawalHandler>().HandleAsync(
                new ProposeWithdrawal(shown.Id, ProposeWithdrawalHandler.GroundsOf(shown.Kind)[0], sandbox.Time.Today, "试运行样例：核实材料"), c, ct), cancellationToken);
        }
        if (refused is not null) throw new SimulationStoppedException($"样例案件没有继续发起：{refused}");
        if (_began) await _pump.DrainAsync(cancellationToken);
    }

    private Task<bool> IsRunningAsync(CancellationToken cancellationToken)
        => request.Start.Kind is StartKind.Campaign && !_began ? Task.FromResult(true)
            : ReadAsync(db => db.Set<WorkflowInstanceRow>().AnyAsync(i => i.Status == WorkflowStatus.Running, cancellationToken));

    /// <summary>The next thing due, and the work item where it is one; no instant: nothing will ever come.</summary>
    private async Task<(WorkItem? Item, DateTimeOffset? At)> NextAsync(CancellationToken cancellationToken)
    {
        var (items, timer, check) = await ReadAsync(async db => (
            await db.Set<WorkItem>().AsNoTracking().Where(i => i.Status == WorkItemStatus.Open).OrderBy(i => i.CreatedAt).ThenBy(i => i.Id).ToListAsync(cancellationToken),
            await db.Set<BookmarkRow>().Where(b => b.DueAt != null).MinAsync(b => b.DueAt, cancellationToken),
            await db.Set<Deadline>().Where(d => d.NextCheckOn != null).MinAsync(d => d.NextCheckOn, cancellationToken)));
        WorkItem? next = null;
        DateTimeOffset? at = null;
        foreach (var item in items.Where(i => !_stuck.ContainsKey(i.Id)))
        {
            var when = await _answers.WhenAsync(item, cancellationToken);
            if (at is null || when < at) (next, at) = (item, when);
        }
        if (timer is { } due && (at is null || due <= at.Value.UtcDateTime)) (next, at) = (null, new DateTimeOffset(DateTime.SpecifyKind(due, DateTimeKind.Utc), TimeSpan.Zero));
        // A reminder comes in the morning, before the day's work; when nothing else can ever come, reminders to the end of the ladder do.
        if (check is { } day && new DateTimeOffset(sandbox.Time.InstantOf(day, Opening), TimeSpan.Zero) is var morning && morning > sandbox.Time.GetUtcNow() && (at is null || morning <= at)) (next, at) = (null, morning);
        return (next, at);
    }

    /// <summary>Sets the clock, never back; a new day begins with the sweep and the re-inspections that fell due.</summary>
    /// <returns>Whether a re-inspection fell due.</returns>
    private async Task<bool> MoveAsync(DateTimeOffset at, CancellationToken cancellationToken)
    {
        var before = sandbox.Time.Today;
        if (at > sandbox.Time.GetUtcNow()) sandbox.Time.Set(at);
        if (sandbox.Time.Today == before) return false;
        await _sweep.RunAsync(sandbox.Time.Today, cancellationToken);
        await _alerts.RunAsync(cancellationToken);
        var due = await _rechecks.RunAsync(cancellationToken);
        await _pump.DrainAsync(cancellationToken);
        return due > 0;
    }

    private async Task DoAsync(WorkItem item, CancellationToken cancellationToken)
    {
        progress(string.Create(CultureInfo.InvariantCulture, $"{sandbox.Time.Today:yyyy-MM-dd} {item.Title}（第 {Steps + 1} 步）"));
        string? why = null;
        try
        {
            await SignAsync(item, cancellationToken);
            foreach (var (by, answer) in await _answers.AnswerAsync(item, cancellationToken))
            {
                var refused = await ActAsync(by, (s, c, ct) => s.GetRequiredService<CompleteWorkItemHandler>().HandleAsync(new CompleteWorkItem(item.Id, answer.Outcome, answer.Values), c, ct), cancellationToken);
                if (refused is null)
                {
                    Steps++;
                    sandbox.Time.Advance(BetweenActs);
                    return;
                }
                // The first person's refusal says most: the others are only asked because it may have been about him.
                why ??= $"{by.Name}办理“{answer.Outcome}”：{refused}";
            }
            why ??= "没有可以办理的人员";
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            why = e switch
            {
                DemoStoppedException => e.Message,
                RefusedException refused => Texts.Of(refused.Refusal),
                _ => $"表单“{FormName(item)}”在这一步打不开。通常是步骤的“办理对象”没有填，或填的不是这个表单所办的案件。（{e.Message}）",
            };
        }
        _stuck[item.Id] = new StuckItem(item, sandbox.Time.UtcNow, why);
    }

    /// <summary>会签: all who are asked agree; how it goes on when they do not is the person's own decision and can be named among the answers.</summary>
    private async Task SignAsync(WorkItem item, CancellationToken cancellationToken)
    {
        if (item.SignRule is SignRule.None) return;
        foreach (var signer in await ReadAsync(db => db.Set<WorkItemSigner>().AsNoTracking().Where(s => s.WorkItemId == item.Id && s.EndedAt == null).OrderBy(s => s.PersonName).ToListAsync(cancellationToken)))
        {
            if (sandbox.People.Values.FirstOrDefault(p => p.Id == signer.PersonId) is { } person) await ActAsync(person, (s, c, ct) => s.GetRequiredService<SignWorkItemHandler>().HandleAsync(new SignWorkItem(item.Id, true, "同意"), c, ct), cancellationToken);
        }
    }

    private string FormName(WorkItem item) => sandbox.Services.GetRequiredService<FormCatalogue>().Find(item.FormKey)?.Title ?? item.FormKey;

    private async Task<string?> ActAsync<T>(Actor by, Func<IServiceProvider, ChangeContext, CancellationToken, Task<Result<T>>> act, CancellationToken cancellationToken) where T : notnull
    {
        var change = ChangeContext.Now(sandbox.Time, by, operationId: Ids.New(sandbox.Time.UtcNow));
        var result = await _units.RunAsync((s, ct) => act(s, change, ct), cancellationToken);
        return result.Refusal is { } refusal ? Texts.Of(refusal) : null;
    }

    private async Task<T> ReadAsync<T>(Func<DbContext, Task<T>> read)
    {
        await using var scope = sandbox.Services.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<DbContext>());
    }
}
