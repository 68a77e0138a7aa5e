using System.Globalization;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Dispatching;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Host.Clock;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Rectification;
using DoubleRandom.Workflows.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Demo;

/// <summary>
/// Drives the office through its year: the earliest of all open work items and events is next, the clock is set to it, and the same handler
/// that the page calls completes it. Everything is decided from the database, so an interrupted run goes on where it stood.
/// </summary>
internal sealed class DemoRun(IServiceProvider services, IReadOnlyList<DemoEvent> events, DemoScript script, TextWriter output)
{
    private static readonly TimeOnly Opening = new(9, 0);

    /// <summary>When the day's sweep begins. Until it is through the clock stands before the opening, so that a run after a kill knows.</summary>
    private static readonly TimeOnly Sweep = new(8, 0);
    private static readonly TimeSpan BetweenActs = TimeSpan.FromMinutes(2);

    private readonly DatabaseClock _clock = services.GetRequiredService<DatabaseClock>();
    private readonly IUnitOfWork _units = services.GetRequiredService<IUnitOfWork>();
    private readonly ChildPump _pump = services.GetRequiredService<ChildPump>();
    private readonly DeadlineSweep _sweep = services.GetRequiredService<DeadlineSweep>();
    private readonly StartDueRechecks _rechecks = services.GetRequiredService<StartDueRechecks>();
    private readonly Dictionary<Guid, DateOnly> _planned = [];
    private Dictionary<string, Actor> _actors = [];
    private DateTime _printedUpTo;

    /// <summary>Steps taken in this run.</summary>
    public int Steps { get; private set; }

    public async Task RunAsync(DateOnly until, CancellationToken cancellationToken)
    {
        _actors = await ReadAsync(db => db.Set<Account>().ToDictionaryAsync(a => a.UserName, a => a.ToActor(), cancellationToken));
        _printedUpTo = _clock.UtcNow;
        // A run that was killed before the day's sweep was through stands before the opening.
        if (TimeOnly.FromDateTime(_clock.GetLocalNow().DateTime) < Opening) await BeginDayAsync(_clock.Today, cancellationToken);
        while (true)
        {
            await _pump.DrainAsync(cancellationToken);
            await StopAtIncidentsAsync(cancellationToken);
            var (item, on) = await NextItemAsync(cancellationToken);
            var (begin, beginOn) = await NextEventAsync(cancellationToken);
            if (begin is not null && beginOn <= until && beginOn <= on)
            {
                await AdvanceAsync(beginOn, cancellationToken);
                await BeginAsync(begin, cancellationToken);
            }
            else if (item is not null && on <= until)
            {
                await AdvanceAsync(on, cancellationToken);
                if (DemoScript.NotBefore(item.FormKey) is var hour && hour > TimeOnly.MinValue) await _clock.SetAsync(_clock.InstantOf(_clock.Today, hour), cancellationToken);
                await CompleteAsync(item, cancellationToken);
            }
            else break;
        }
        await AdvanceAsync(until, cancellationToken);
    }

    private async Task<(WorkItem? Item, DateOnly On)> NextItemAsync(CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var open = await scope.ServiceProvider.GetRequiredService<DbContext>().Set<WorkItem>().AsNoTracking()
            .Where(i => i.Status == WorkItemStatus.Open).OrderBy(i => i.CreatedAt).ThenBy(i => i.Id).ToListAsync(cancellationToken);
        WorkItem? next = null;
        var on = DateOnly.MaxValue;
        foreach (var item in open)
        {
            if (!_planned.TryGetValue(item.Id, out var day)) _planned[item.Id] = day = await script.WhenAsync(item, scope.ServiceProvider, cancellationToken);
            if (day >= on) continue;
            (next, on) = (item, day);
        }
        return (next, on);
    }

    private async Task<(DemoEvent? Event, DateOnly On)> NextEventAsync(CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        DemoEvent? next = null;
        var on = DateOnly.MaxValue;
        foreach (var begin in events)
        {
            if (await begin.WhenAsync(scope.ServiceProvider, cancellationToken) is { } day && day < on) (next, on) = (begin, day);
        }
        return (next, on);
    }

    /// <summary>Every office day in between begins with the sweep, as the waker would have it.</summary>
    private async Task AdvanceAsync(DateOnly to, CancellationToken cancellationToken)
    {
        for (var day = _clock.Today.AddDays(1); day <= to; day = day.AddDays(1))
        {
            await _clock.SetAsync(_clock.InstantOf(day, Sweep), cancellationToken);
            await BeginDayAsync(day, cancellationToken);
        }
    }

    private async Task BeginDayAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var since = _clock.UtcNow;
        var swept = await _sweep.RunAsync(day, cancellationToken);
        await _rechecks.RunAsync(cancellationToken);
        if (swept.Fired > 0) await PrintEscalationsAsync(since, cancellationToken);
        await _pump.DrainAsync(cancellationToken);
        await _clock.SetAsync(_clock.InstantOf(day, Opening), cancellationToken);
    }

    private async Task BeginAsync(DemoEvent begin, CancellationToken cancellationToken)
    {
        var change = ChangeContext.Now(_clock, _actors[begin.UserName], operationId: Ids.New(_clock.UtcNow));
        var begun = await _units.RunAsync((scope, ct) => begin.RunAsync(scope, change, ct), cancellationToken);
        if (begun.Refusal is { } refusal) throw new DemoStoppedException($"{begin.What}：{Texts.Of(refusal)}");
        Print(change.On, change.By.Name, begin.What, begun.Value);
        await AfterAsync(cancellationToken);
    }

    private async Task CompleteAsync(WorkItem item, CancellationToken cancellationToken)
    {
        DemoAnswer answer;
        await using (var scope = services.CreateAsyncScope()) answer = await script.AnswerAsync(item, scope.ServiceProvider, _clock.Today, cancellationToken);
        var change = ChangeContext.Now(_clock, _actors[answer.UserName], operationId: Ids.New(_clock.UtcNow));
        var done = await _units.RunAsync((scope, ct) => scope.GetRequiredService<CompleteWorkItemHandler>().HandleAsync(
            new CompleteWorkItem(item.Id, answer.Outcome, answer.Values), change, ct), cancellationToken);
        if (done.Refusal is { } refusal)
        {
            throw new DemoStoppedException(string.Create(CultureInfo.InvariantCulture,
                $"{change.On:yyyy-MM-dd} {item.CaseNo} {item.Title}（{item.FormKey}、{change.By.Name}、{answer.Outcome}）：{refusal}\n{answer.Values.ToJsonString()}"));
        }
        Print(change.On, change.By.Name, $"{item.Title}：{answer.Outcome}{(item.SubjectName is null ? "" : $"（{item.SubjectName}）")}", item.CaseNo);
        await AfterAsync(cancellationToken);
    }

    private async Task AfterAsync(CancellationToken cancellationToken)
    {
        Steps++;
        await PrintDocumentsAsync(cancellationToken);
        await _clock.SetAsync(_clock.GetUtcNow() + BetweenActs, cancellationToken);
    }

    private async Task PrintDocumentsAsync(CancellationToken cancellationToken)
    {
        await _pump.DrainAsync(cancellationToken);
        var documents = await ReadAsync(db => script.DocumentsSinceAsync(db, _printedUpTo, cancellationToken));
        foreach (var document in documents)
        {
            Print(document.On, document.ByName, document.Title, document.Number);
            _printedUpTo = document.At > _printedUpTo ? document.At : _printedUpTo;
        }
    }

    private async Task PrintEscalationsAsync(DateTime since, CancellationToken cancellationToken)
    {
        var told = await ReadAsync(db => db.Set<Alert>().AsNoTracking().Where(a => a.CreatedAt >= since && a.Rung < 0).OrderBy(a => a.Id).ToListAsync(cancellationToken));
        foreach (var deadline in told.GroupBy(a => (a.DeadlineId, a.Rung))) Print(deadline.First().CreatedOn, "系统", $"督办：{deadline.First().Text}", deadline.First().CaseNo);
    }

    /// <summary>A step that was parked would let its case wait for ever: the demonstration says so instead.</summary>
    private async Task StopAtIncidentsAsync(CancellationToken cancellationToken)
    {
        var incident = await ReadAsync(db => db.Set<IncidentRow>().AsNoTracking().Where(i => i.ResolvedAt == null).OrderBy(i => i.Id).FirstOrDefaultAsync(cancellationToken));
        if (incident is not null) throw new DemoStoppedException($"{incident.ActivityId}：{incident.Message}");
    }

    private void Print(DateOnly on, string person, string what, string? number)
        => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{on:yyyy-MM-dd}\t{person}\t{what}\t{(string.IsNullOrEmpty(number) ? "-" : number)}"));

    private async Task<T> ReadAsync<T>(Func<DbContext, Task<T>> read)
    {
        await using var scope = services.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<DbContext>());
    }
}
