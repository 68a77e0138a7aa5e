using System.Collections.Concurrent;
using System.Diagnostics;
using DoubleRandom.Basics;
using DoubleRandom.Host.Clock;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Workflows.Publishing;
using DoubleRandom.Workflows.Simulation;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Simulation;

internal enum SimulationState { Running, Done, Cancelled, Failed }

/// <summary>One trial: what was asked, how far it is, what came of it.</summary>
internal sealed class SimulationJob(Guid id, SimulationRequest request, string name, Actor by, DateTime startedAt, CancellationTokenSource stop)
{
    private volatile string _progress = "正在准备样例数据";

    public Guid Id => id;

    public SimulationRequest Request => request;

    public string Name => name;

    public Actor By => by;

    public DateTime StartedAt => startedAt;

    public SimulationState State { get; private set; }

    public string Progress => _progress;

    public SimulationReport? Report { get; private set; }

    /// <summary>Why it failed, in words.</summary>
    public string? Failure { get; private set; }

    public Task Work { get; set; } = Task.CompletedTask;

    public void Cancel() => stop.Cancel();

    public void Say(string progress) => _progress = progress;

    public void End(SimulationState state, SimulationReport? report = null, string? failure = null) => (Report, Failure, State) = (report, failure, state);
}

/// <summary>
/// The trials of this server: they run beside it, two at a time, and what came of them is kept in memory for a while. Nothing of a trial is
/// written to the office's database, so nothing of it is there after a restart.
/// </summary>
internal sealed class Simulations(DatabaseSettings settings, IServiceScopeFactory scopes, MachineTime machine, TimeProvider time, ILogger<Simulations> logger) : IHostedService, IDisposable
{
    public const int MaxRunning = 2;
    public const int MaxKept = 30;

    private readonly ConcurrentDictionary<Guid, SimulationJob> _jobs = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();

    public string Folder { get; } = Path.Combine(settings.Folder, "sandbox");

    /// <summary>Who draws a workflow and who decides about it.</summary>
    public static bool MayRun(Actor actor) => ProcessRights.MayEdit(actor) || ProcessRights.MayDecide(actor);

    public SimulationJob? Find(Guid id) => _jobs.GetValueOrDefault(id);

    /// <summary>What can be asked about a version; null where there is none.</summary>
    public async Task<SimulationPlan?> PlanAsync(string definitionId, int version, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<DraftWorldReader>().ReadAsync(definitionId, version, cancellationToken) is { } world ? new SimulationPlan(world) : null;
    }

    /// <summary>Starts a trial; it goes on by itself.</summary>
    public Result<SimulationJob> Start(SimulationPlan plan, SimulationRequest request, Actor by)
    {
        if (!MayRun(by)) return Refusal.Forbidden("simulation.not-yours");
        lock (_gate)
        {
            if (_jobs.Values.Count(j => j.State is SimulationState.Running) >= MaxRunning) return Refusal.Conflict("simulation.busy", MaxRunning);
            foreach (var old in _jobs.Values.Where(j => j.State is not SimulationState.Running).OrderByDescending(j => j.StartedAt).Skip(MaxKept - 1)) _jobs.TryRemove(old.Id, out _);
            var stop = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            var job = new SimulationJob(Ids.New(machine.UtcNow), request, plan.World.Tried.Name, by, machine.UtcNow, stop);
            _jobs[job.Id] = job;
            job.Work = Task.Run(() => RunAsync(job, plan, stop), CancellationToken.None);
            return job;
        }
    }

    /// <summary>What earlier programs left behind when they were killed.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Sandbox.RemoveLeftOvers(Folder);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_jobs.Values.Select(j => j.Work)).WaitAsync(cancellationToken);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync(SimulationJob job, SimulationPlan plan, CancellationTokenSource stop)
    {
        var clock = Stopwatch.StartNew();
        using (stop)
        {
            try
            {
                job.End(SimulationState.Done, await ReportAsync(job, plan, stop.Token));
                logger.SimulationDone(job.Request.DefinitionId, job.Report!.Tasks, clock.ElapsedMilliseconds);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                job.End(SimulationState.Cancelled);
            }
            catch (SimulationStoppedException e)
            {
                job.End(SimulationState.Failed, failure: e.Message);
            }
#pragma warning disable CA1031 // Whatever a draft makes the engine do, the person is told and the server goes on.
            catch (Exception e)
#pragma warning restore CA1031
            {
                logger.SimulationFailed(e, job.Request.DefinitionId);
                job.End(SimulationState.Failed, failure: $"试运行没有进行下去：{e.Message}");
            }
        }
    }

    private async Task<SimulationReport> ReportAsync(SimulationJob job, SimulationPlan plan, CancellationToken cancellationToken)
    {
        OfficeRules rules;
        IReadOnlyList<Workflows.Definitions.LintFinding> findings;
        IWorkingCalendar calendar;
        await using (var scope = scopes.CreateAsyncScope())
        {
            rules = await OfficeRules.ReadAsync(scope.ServiceProvider.GetRequiredService<DbContext>(), cancellationToken);
            calendar = await scope.ServiceProvider.GetRequiredService<CalendarSource>().CurrentAsync(cancellationToken);
            findings = await scope.ServiceProvider.GetRequiredService<DefinitionChecks>().FindAsync(plan.World.Tried, cancellationToken);
        }
        // A plan belongs to a year and a campaign to its plan: both begin with the year.
        var wholeYear = job.Request.Start.Kind is StartKind.Plan or StartKind.Campaign;
        var from = calendar.Add(wholeYear ? new DateOnly(time.Today.Year, 1, 5) : time.Today, 0).On;
        await using var sandbox = await Sandbox.OpenAsync(Path.Combine(Folder, job.Id.ToString("N")), plan.World, rules, new DateTimeOffset(time.InstantOf(from, SimulationRun.Opening), TimeSpan.Zero), wholeYear, cancellationToken);
        var run = new SimulationRun(sandbox, job.Request, job.Say);
        var end = await run.RunAsync(cancellationToken);
        await using var inside = sandbox.Services.CreateAsyncScope();
        return await new SimulationReader(sandbox, plan, inside.ServiceProvider.GetRequiredService<DbContext>()).ReadAsync(run, job.Request, from, end, findings, cancellationToken);
    }
}

internal static class SimulationServices
{
    public static IServiceCollection AddSimulation(this IServiceCollection services)
        => services.AddSingleton<Simulations>().AddHostedService(s => s.GetRequiredService<Simulations>());
}

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Trial of {DefinitionId}: {Tasks} tasks in {Milliseconds} ms")]
    public static partial void SimulationDone(this ILogger logger, string definitionId, int tasks, long milliseconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "The trial of {DefinitionId} failed")]
    public static partial void SimulationFailed(this ILogger logger, Exception exception, string definitionId);
}
