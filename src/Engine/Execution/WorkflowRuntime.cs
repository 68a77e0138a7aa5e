using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Engine.Storage;

namespace DoubleRandom.Engine.Execution;

/// <param name="InstanceId">Chosen by the caller, so that the same start a second time meets its own row.</param>
/// <param name="Trigger">The trigger that came, when an event or a timer starts the instance.</param>
public sealed record StartWorkflow(
    string DefinitionId, Guid InstanceId, string? CorrelationId = null, string? Name = null, JsonObject? Input = null, StartedByTrigger? Trigger = null);

/// <param name="ActivityId">The activity that is the trigger; the flowchart starts there and it completes at once.</param>
/// <param name="Payload">What an event brought along.</param>
public sealed record StartedByTrigger(string ActivityId, JsonNode? Payload = null);

/// <summary>A variable as a person put it right.</summary>
public sealed record RevisedVariable(string Name, JsonNode? Value);

/// <summary>What an undo of a migration needs: it is kept as it is.</summary>
/// <param name="State">The live state before.</param>
/// <param name="Pins">The pins of the case before.</param>
/// <param name="Cancelled">The bookmarks of the steps that were left.</param>
/// <param name="RevisionAfter">The instance's revision right after: another one means that it has taken a step.</param>
public sealed record MigrationMemory(string State, string Pins, IReadOnlyList<BookmarkRow> Cancelled, int RevisionAfter);

public sealed record MigratedInstance(BurstReport Report, string FromVersionId, MigrationMemory Memory);

/// <summary>What one burst did.</summary>
public sealed record BurstReport(WorkflowInstanceRow Instance, IReadOnlyList<JournalRow> Journal, IReadOnlyList<BookmarkRow> OpenBookmarks, IReadOnlyList<IncidentRow> Incidents);

/// <summary>
/// Starts and resumes instances inside the caller's unit of work: the instance row is locked, one burst runs, its checkpoint is staged and
/// commits with everything else (law 1). A resume consumes its bookmark; the second one is answered <c>engine.already-done</c> (law 2).
/// </summary>
public sealed class WorkflowRuntime(IWorkflowStore store, IDefinitionSource definitions, IServiceProvider services, IEnumerable<IBurstObserver> observers)
{
    public async Task<Result<BurstReport>> StartAsync(StartWorkflow start, ChangeContext change, CancellationToken cancellationToken)
    {
        var pins = await PinsAsync(start.DefinitionId, cancellationToken);
        return pins.Refusal is { } refusal ? refusal : await StartAsync(start, null, pins.Value, change, cancellationToken);
    }

    /// <summary>Starts dispatched children. What they ask of the database is asked for all at once: a batch is a few round trips however many children it has.</summary>
    /// <returns>The dispatches that are done with; a child that cannot start (nothing is published under its id) waits for its definition and holds up no other.</returns>
    public async Task<IReadOnlyList<DispatchRow>> StartChildrenAsync(IReadOnlyList<DispatchRow> dispatches, ChangeContext change, CancellationToken cancellationToken)
    {
        var family = await store.FindInstancesAsync(dispatches.SelectMany(d => (Guid[])[d.ParentInstanceId, d.ChildInstanceId]), cancellationToken);
        var parents = dispatches.Select(d => d.ParentInstanceId).Distinct().Select(id => family[id]).ToList();
        var roots = await store.FindInstancesAsync(parents.Select(p => p.RootInstanceId), cancellationToken);
        // A child, of this case or of its own, takes its parent's pins.
        var pins = parents.ToDictionary(p => p.Id, p => JsonNode.Parse(roots[p.RootInstanceId].Pins!)!.AsObject());
        List<DispatchRow> done = [];
        foreach (var dispatch in dispatches)
        {
            // The parent was cancelled before its child began: the child of the same case never does.
            var isCancelled = dispatch.RootInstanceId is not null && family[dispatch.ParentInstanceId].SubStatus is WorkflowSubStatus.Cancelled;
            if (!isCancelled && !family.ContainsKey(dispatch.ChildInstanceId))
            {
                var input = dispatch.Input is null ? null : JsonNode.Parse(dispatch.Input)!.AsObject();
                var start = new StartWorkflow(dispatch.DefinitionId, dispatch.ChildInstanceId, dispatch.CorrelationId, null, input);
                if ((await StartAsync(start, dispatch, pins[dispatch.ParentInstanceId], change, cancellationToken)).IsRefused) continue;
            }
            done.Add(dispatch);
        }
        return done;
    }

    /// <param name="dispatch">The parent's dispatch, when a child is started.</param>
    /// <param name="pins">Of the case.</param>
    private async Task<Result<BurstReport>> StartAsync(StartWorkflow start, DispatchRow? dispatch, JsonObject pins, ChangeContext change, CancellationToken cancellationToken)
    {
        // A child named by an expression could not be pinned at the root's start: it takes what is published now.
        var pinned = pins[start.DefinitionId]?.GetValue<string>();
        if ((pinned ?? await definitions.PublishedVersionOfAsync(start.DefinitionId, cancellationToken)) is not { } versionId) return Refusal.NotFound("engine.not-published", start.DefinitionId);
        var workflow = (await definitions.FindVersionAsync(versionId, cancellationToken))!;
        if (workflow.ActivationStrategy is not ActivationStrategy.Always && await IsRunningAsync(workflow, start, cancellationToken)) return Refusal.Conflict("engine.runs-already", workflow.Definition.Name, start.CorrelationId ?? "");
        var isCase = dispatch?.RootInstanceId is null;
        var instance = new WorkflowInstanceRow
        {
            Id = start.InstanceId,
            DefinitionId = start.DefinitionId,
            DefinitionVersionId = versionId,
            Version = workflow.Definition.Version,
            CorrelationId = start.CorrelationId,
            Name = start.Name ?? workflow.Definition.Name,
            RootInstanceId = dispatch?.RootInstanceId ?? start.InstanceId,
            ParentInstanceId = dispatch?.ParentInstanceId,
            ParentExecutionId = dispatch?.ParentExecutionId,
            ParentIndex = dispatch?.Index ?? 0,
            Pins = isCase ? pins.ToJsonString() : null,
            Status = WorkflowStatus.Running,
            SubStatus = WorkflowSubStatus.Executing,
            CreatedAt = change.At,
            UpdatedAt = change.At,
        };
        var burst = new Burst(workflow, instance, true, [], services, observers, change, cancellationToken);
        if (dispatch?.WaitForCompletion == true) burst.Properties["$wait"] = true;
        burst.Checkpoint.PublishedVersions = dispatch is null ? [.. pins.Select(p => p.Value!.GetValue<string>())] : pinned is null ? [versionId] : [];
        await burst.StartAsync(start.Input ?? [], start.Trigger?.ActivityId, start.Trigger?.Payload);
        return Commit(burst);
    }

    public async Task<Result<BurstReport>> ResumeAsync(Guid instanceId, Guid bookmarkId, JsonObject? input, ChangeContext change, CancellationToken cancellationToken)
    {
        // Under the instance's lock: another resume may have consumed the bookmark a moment ago.
        if (await store.LockAsync(instanceId, cancellationToken) is not { } locked) return Refusal.Conflict("engine.already-done");
        var opened = await OpenAsync(locked, change, cancellationToken);
        if (opened.Refusal is { } refusal) return refusal;
        if (opened.Value.OpenBookmarks.FirstOrDefault(b => b.Id == bookmarkId) is not { } bookmark) return Refusal.Conflict("engine.already-done");
        await opened.Value.ResumeAsync(bookmark, input);
        return Commit(opened.Value);
    }

    /// <summary>
    /// Leaves a waiting step and begins an earlier one of the same flowchart anew; the earlier one must lie on every way to the waiting one, as the
    /// target of a backward edge must. What is done stays done and in the journal. The reason stands in the change.
    /// </summary>
    /// <param name="comesBack">Straight back to the waiting step when the earlier one ends as it did before; else on through all that lies between.</param>
    /// <param name="takenBack">The earlier step's own person takes it back; the journal says so.</param>
    public async Task<Result<BurstReport>> SendBackAsync(Guid instanceId, Guid bookmarkId, string toActivityId, bool comesBack, bool takenBack, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await store.LockAsync(instanceId, cancellationToken) is not { } locked) return Refusal.Conflict("engine.already-done");
        var opened = await OpenAsync(locked, change, cancellationToken);
        if (opened.Refusal is { } refusal) return refusal;
        if (opened.Value.OpenBookmarks.FirstOrDefault(b => b.Id == bookmarkId) is not { } bookmark) return Refusal.Conflict("engine.already-done");
        return await opened.Value.SendBackAsync(bookmark, toActivityId, comesBack, takenBack ? "TakenBack" : "SentBack") is { } no ? no : Commit(opened.Value);
    }

    /// <summary>The steps of the same flowchart that lie on every way to the given one, the nearest first: where it may be sent back to, if they were done.</summary>
    public async Task<IReadOnlyList<string>> StepsBeforeAsync(string versionId, string nodeId, CancellationToken cancellationToken)
    {
        if ((await definitions.FindVersionAsync(versionId, cancellationToken))?.Find(nodeId) is not { Parent: { Start: { } start } chart } node) return [];
        var before = chart.Children.Where(c => c != node && FlowGraph.Dominates(c, node, start)).ToList();
        // They follow one another: each lies on every way to the next.
        return [.. before.OrderByDescending(c => before.Count(d => FlowGraph.Dominates(d, c, start))).Select(c => c.Id)];
    }

    /// <summary>Delivers a child's end to the step that waits for it.</summary>
    public async Task<Result<BurstReport>> SignalAsync(SignalRow signal, ChangeContext change, CancellationToken cancellationToken)
    {
        var opened = await OpenAsync(signal.InstanceId!.Value, change, cancellationToken);
        if (opened.Refusal is { } refusal) return refusal;
        await opened.Value.SignalAsync(signal.ExecutionId!.Value, JsonNode.Parse(signal.Payload ?? "{}")!.AsObject());
        return Commit(opened.Value);
    }

    /// <summary>Runs a parked step again.</summary>
    /// <param name="revised">A variable that is put right first.</param>
    public Task<Result<BurstReport>> RetryIncidentAsync(Guid incidentId, ChangeContext change, CancellationToken cancellationToken, RevisedVariable? revised = null)
        => ResolveAsync(incidentId, revised is null ? "重试" : $"修改变量 {revised.Name} 后重试", (burst, incident) => burst.RetryAsync(incident.ExecutionId, revised), change, cancellationToken);

    /// <summary>Goes on behind a parked step as if it had ended with the given outcome; the reason stands in the change.</summary>
    public Task<Result<BurstReport>> SkipIncidentAsync(Guid incidentId, string outcome, ChangeContext change, CancellationToken cancellationToken)
        => ResolveAsync(incidentId, $"跳过：{outcome}", (burst, incident) => burst.SkipAsync(incident.ExecutionId, outcome), change, cancellationToken);

    public async Task<Result<BurstReport>> CancelAsync(Guid instanceId, string reason, ChangeContext change, CancellationToken cancellationToken)
    {
        var opened = await OpenAsync(instanceId, change, cancellationToken);
        if (opened.Refusal is { } refusal) return refusal;
        await opened.Value.CancelInstanceAsync(reason);
        return Commit(opened.Value);
    }

    /// <summary>Moves a running instance to another version of its definition, and pins the version for what its case still starts.</summary>
    /// <param name="chosen">By waiting execution the activity id where it goes on, for steps that the version lacks or has otherwise.</param>
    public async Task<Result<MigratedInstance>> MigrateAsync(Guid instanceId, string toVersionId, IReadOnlyDictionary<Guid, string> chosen, ChangeContext change, CancellationToken cancellationToken)
    {
        var opened = await OpenPairAsync(instanceId, toVersionId, cancellationToken);
        if (opened.Refusal is { } refusal) return refusal;
        var (locked, root, from, to) = opened.Value;
        if (from.Definition.Id == to.Definition.Id) return Refusal.Conflict("migration.same-version", to.Definition.Version);
        var plan = InstanceMigration.Plan(from, to, locked.Instance, chosen);
        if (plan.Blocked is { } blocked) return blocked;
        if (!plan.IsReady) return Refusal.Conflict("migration.needs-choice", string.Join('、', plan.Choices.Where(c => c.ChosenId is null).Select(c => c.Step)));
        var (stateBefore, pinsBefore) = (locked.Instance.State, (root ?? locked.Instance).Pins!);
        (locked.Instance.DefinitionVersionId, locked.Instance.Version, locked.Instance.SubStatus) = (to.Definition.Id, to.Definition.Version, WorkflowSubStatus.Executing);
        var burst = new Burst(to, locked.Instance, false, locked.Bookmarks, services, observers, change, cancellationToken, plan.State);
        Pin(root, locked.Instance, await RepinAsync(pinsBefore, to, cancellationToken), change);
        var cancelled = await burst.MigrateAsync(plan, from.Definition.Version);
        var report = Commit(burst);
        return new MigratedInstance(report, from.Definition.Id, new MigrationMemory(stateBefore, pinsBefore, cancelled, report.Instance.Revision));
    }

    /// <summary>Takes a migration back, as long as the instance has taken no step since.</summary>
    public async Task<Result<BurstReport>> UndoMigrationAsync(Guid instanceId, string fromVersionId, MigrationMemory memory, ChangeContext change, CancellationToken cancellationToken)
    {
        var opened = await OpenPairAsync(instanceId, fromVersionId, cancellationToken);
        if (opened.Refusal is { } refusal) return refusal;
        var (locked, root, _, before) = opened.Value;
        if (locked.Instance.Revision != memory.RevisionAfter) return Refusal.Conflict("migration.moved-on");
        var now = BurstState.Read(locked.Instance.State);
        // The journal goes on counting.
        var state = BurstState.Read(memory.State) with { Sequence = now.Sequence };
        (locked.Instance.DefinitionVersionId, locked.Instance.Version) = (before.Definition.Id, before.Definition.Version);
        var burst = new Burst(before, locked.Instance, false, locked.Bookmarks, services, observers, change, cancellationToken, state);
        Pin(root, locked.Instance, memory.Pins, change);
        burst.UndoMigration(memory.Cancelled, [.. now.Executions.Where(e => state.Executions.All(s => s.Id != e.Id))]);
        return Commit(burst);
    }

    private sealed record Pair(LockedInstance Locked, WorkflowInstanceRow? Root, CompiledWorkflow Now, CompiledWorkflow Other);

    /// <summary>The instance locked after its root, and both versions. The root is null where the instance is it.</summary>
    private async Task<Result<Pair>> OpenPairAsync(Guid instanceId, string versionId, CancellationToken cancellationToken)
    {
        if (await store.FindInstanceAsync(instanceId, cancellationToken) is not { } seen) return Refusal.NotFound("engine.no-instance");
        var root = seen.RootInstanceId == seen.Id ? null : (await store.LockAsync(seen.RootInstanceId, cancellationToken))!.Instance;
        var locked = (await store.LockAsync(instanceId, cancellationToken))!;
        if (locked.Instance.Status is not WorkflowStatus.Running) return Refusal.Conflict("engine.already-done");
        if (await definitions.FindVersionAsync(versionId, cancellationToken) is not { } other) return Refusal.NotFound("migration.no-version", versionId);
        return new Pair(locked, root, (await definitions.FindVersionAsync(locked.Instance.DefinitionVersionId, cancellationToken))!, other);
    }

    /// <summary>What the case still starts of this definition starts in the new version, and so does what only that version names.</summary>
    private async Task<string> RepinAsync(string pinsBefore, CompiledWorkflow to, CancellationToken cancellationToken)
    {
        var pins = JsonNode.Parse(pinsBefore)!.AsObject();
        pins[to.Definition.DefinitionId] = to.Definition.Id;
        foreach (var child in to.ChildDefinitions.Where(c => !pins.ContainsKey(c)))
        {
            if (await definitions.PublishedVersionOfAsync(child, cancellationToken) is { } versionId) pins[child] = versionId;
        }
        return pins.ToJsonString();
    }

    private void Pin(WorkflowInstanceRow? root, WorkflowInstanceRow instance, string pins, ChangeContext change)
    {
        (root ?? instance).Pins = pins;
        if (root is null) return;
        // The instance itself is written by its own burst.
        root.UpdatedAt = change.At;
        root.Revision++;
        store.Stage(new Checkpoint(root, isNew: false));
    }

    /// <summary>Does an instance run that the definition's activation strategy does not want a second of?</summary>
    private Task<bool> IsRunningAsync(CompiledWorkflow workflow, StartWorkflow start, CancellationToken cancellationToken)
        => store.AnyRunningAsync(
            workflow.ActivationStrategy is ActivationStrategy.Correlation ? null : start.DefinitionId,
            workflow.ActivationStrategy is ActivationStrategy.Singleton ? null : start.CorrelationId, cancellationToken);

    private async Task<Result<BurstReport>> ResolveAsync(Guid incidentId, string resolution, Func<Burst, IncidentRow, Task> act, ChangeContext change, CancellationToken cancellationToken)
    {
        var incident = await store.FindIncidentAsync(incidentId, cancellationToken);
        if (incident is null) return Refusal.NotFound("engine.no-incident");
        var opened = await OpenAsync(incident.InstanceId, change, cancellationToken);
        if (opened.Refusal is { } refusal) return refusal;
        incident = await store.FindIncidentAsync(incidentId, cancellationToken);
        if (incident!.ResolvedAt is not null) return Refusal.Conflict("engine.already-done");
        incident.ResolvedAt = change.At;
        incident.ResolvedBy = change.By.Name;
        incident.Resolution = resolution;
        opened.Value.Checkpoint.ResolvedIncidents.Add(incident);
        opened.Value.Instance.IncidentCount--;
        if (opened.Value.IsLive(incident.ExecutionId))
        {
            await act(opened.Value, incident);
        }
        else
        {
            // Another branch went on without the step and cancelled it: nothing is left to run, the incident is only closed.
            incident.Resolution = "步骤已取消";
            opened.Value.Rest();
        }
        return Commit(opened.Value);
    }

    private async Task<Result<Burst>> OpenAsync(Guid instanceId, ChangeContext change, CancellationToken cancellationToken)
        => await store.LockAsync(instanceId, cancellationToken) is { } locked ? await OpenAsync(locked, change, cancellationToken) : Refusal.NotFound("engine.no-instance");

    private async Task<Result<Burst>> OpenAsync(LockedInstance locked, ChangeContext change, CancellationToken cancellationToken)
    {
        var instance = locked.Instance;
        if (instance.Status is not WorkflowStatus.Running) return Refusal.Conflict("engine.already-done");
        var workflow = await definitions.FindVersionAsync(instance.DefinitionVersionId, cancellationToken)
            ?? throw new InvalidOperationException($"实例 {instance.Id} 的定义版本 {instance.DefinitionVersionId} 不存在。");
        instance.SubStatus = WorkflowSubStatus.Executing;
        return new Burst(workflow, instance, false, locked.Bookmarks, services, observers, change, cancellationToken);
    }

    private BurstReport Commit(Burst burst)
    {
        store.Stage(burst.Checkpoint);
        return new BurstReport(burst.Instance, burst.Checkpoint.Journal, burst.OpenBookmarks, burst.Checkpoint.AddedIncidents);
    }

    /// <summary>A root pins the published version of everything it can reach.</summary>
    private async Task<Result<JsonObject>> PinsAsync(string rootDefinitionId, CancellationToken cancellationToken)
    {
        var pins = new JsonObject();
        var queue = new Queue<string>([rootDefinitionId]);
        while (queue.TryDequeue(out var definitionId))
        {
            if (pins.ContainsKey(definitionId)) continue;
            if (await definitions.PublishedVersionOfAsync(definitionId, cancellationToken) is not { } versionId) return Refusal.NotFound("engine.not-published", definitionId);
            pins[definitionId] = versionId;
            foreach (var child in (await definitions.FindVersionAsync(versionId, cancellationToken))!.ChildDefinitions) queue.Enqueue(child);
        }
        return pins;
    }
}
