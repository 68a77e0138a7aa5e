using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Engine.Storage;

namespace DoubleRandom.Engine.Execution;

/// <summary>Where a running instance would stand in another version of its definition. Nothing that was done is done again.</summary>
/// <param name="Blocked">Why the instance keeps its version; null when it can move.</param>
/// <param name="Choices">Waiting steps that the other version lacks or has otherwise: a person says where each goes on.</param>
public sealed record MigrationPlan(Refusal? Blocked, IReadOnlyList<MigrationChoice> Choices)
{
    internal BurstState.Loaded? State { get; init; }

    internal IReadOnlyList<BurstState.Live> Dropped { get; init; } = [];

    internal IReadOnlyList<ChosenStep> Chosen { get; init; } = [];

    /// <summary>Nothing stands against the move, and every choice is made.</summary>
    public bool IsReady => Blocked is null && Choices.All(c => c.ChosenId is not null);

    /// <param name="Owner">The live container in which the step begins.</param>
    /// <param name="IsRevisit">The version before had the step too: it is entered as by a backward edge, and its end is not counted.</param>
    internal sealed record ChosenStep(CompiledNode Node, Guid Owner, bool IsRevisit);
}

/// <param name="ExecutionId">The waiting step.</param>
/// <param name="Why">What is different in the other version.</param>
/// <param name="Candidates">Steps of the other version that wait as well and stand in the same container.</param>
/// <param name="ChosenId">The activity id that was chosen.</param>
public sealed record MigrationChoice(Guid ExecutionId, string NodeId, string Step, Refusal Why, IReadOnlyList<MigrationCandidate> Candidates, string? ChosenId);

/// <param name="IsDone">The case has done this step already: chosen, it is done once more.</param>
public sealed record MigrationCandidate(string ActivityId, string Step, bool IsDone);

/// <summary>
/// Plans the move of one instance. Live executions are matched by node id; a flowchart's counters are matched by node and by connection, and
/// what is new behind a step that is done counts as passed by without having run.
/// </summary>
public static class InstanceMigration
{
    /// <param name="chosen">By waiting execution the activity id of the other version where it goes on.</param>
    public static MigrationPlan Plan(CompiledWorkflow from, CompiledWorkflow to, WorkflowInstanceRow instance, IReadOnlyDictionary<Guid, string> chosen)
    {
        if (instance.Status is not WorkflowStatus.Running) return Blocked(Refusal.Conflict("engine.already-done"));
        if (from.Definition.DefinitionId != to.Definition.DefinitionId) return Blocked(Refusal.Invalid("migration.other-definition", null, from.Definition.Name, to.Definition.Name));
        var state = BurstState.Read(instance.State);
        if (state.Properties[Burst.TriggerKey]?.GetValue<string>() is { } triggerId) (from, to) = (from.StartedBy(triggerId), to.StartedBy(triggerId));
        return new Planner(from, to, state, chosen).Plan();
    }

    private static MigrationPlan Blocked(Refusal refusal) => new(refusal, []);

    private sealed class Planner(CompiledWorkflow from, CompiledWorkflow to, BurstState.Loaded state, IReadOnlyDictionary<Guid, string> chosen)
    {
        private readonly Dictionary<Guid, BurstState.Live> _live = state.Executions.ToDictionary(e => e.Id);
        private readonly List<MigrationChoice> _choices = [];
        private readonly List<BurstState.Live> _kept = [];
        private readonly List<BurstState.Live> _dropped = [];
        private readonly List<MigrationPlan.ChosenStep> _chosen = [];

        public MigrationPlan Plan()
        {
            // Containers stand before what they hold, so a container is looked at first.
            foreach (var live in state.Executions)
            {
                if (Map(live) is { } blocked) return Blocked(blocked);
            }
            List<BurstState.Live> moved = [];
            foreach (var live in _kept)
            {
                var data = live.Data.DeepClone().AsObject();
                if (Carry(live, data) is { } blocked) return Blocked(blocked);
                moved.Add(live with { Data = data });
            }
            return new MigrationPlan(null, _choices) { State = state with { Executions = moved }, Dropped = _dropped, Chosen = _chosen };
        }

        /// <summary>Finds the execution's place in the other version; a refusal when it has none and no choice can help.</summary>
        private Refusal? Map(BurstState.Live live)
        {
            var old = from.Find(live.NodeId)!;
            var node = to.Find(live.NodeId);
            if (old.Body is ContainerBody && _live.Values.Any(e => e.ParentId == live.Id) || old.Body is WorkflowBody or FlowchartBody)
            {
                if (node is null || node.Type != old.Type || node.Body is null) return Refusal.Conflict("migration.container-gone", old.DisplayText);
                foreach (var variable in old.Variables.Where(v => live.Variables.TryGetPropertyValue(v.Id, out var value) && value is not null))
                {
                    if (node.Variables.FirstOrDefault(v => v.Id == variable.Id) is { } other && other.TypeName != variable.TypeName) return Refusal.Conflict("migration.variable-type", variable.Name, variable.TypeName, other.TypeName);
                }
                _kept.Add(live);
                return null;
            }
            if (Difference(old, node) is not { } why)
            {
                _kept.Add(live);
                return null;
            }
            if (live.Status is ActivityStatus.Faulted) return Refusal.Conflict("migration.incident-first", old.DisplayText);
            var owner = to.Find(_live[live.ParentId!.Value].NodeId)!;
            if (owner.Body is not (FlowchartBody or SequenceBody)) return Refusal.Conflict("migration.step-gone", old.DisplayText, owner.DisplayText);
            var candidates = owner.Children.Where(c => Waits(c) && !_live.Values.Any(e => e.NodeId == c.NodeId && e.Id != live.Id))
                .Select(c => new MigrationCandidate(c.Id, c.DisplayText, c.NodeId != live.NodeId && IsDone(c, _live[live.ParentId!.Value]))).OrderBy(c => c.IsDone).ToList();
            if (candidates.Count == 0) return Refusal.Conflict("migration.step-gone", old.DisplayText, owner.DisplayText);
            var choice = chosen.GetValueOrDefault(live.Id) is { } id && candidates.Exists(c => c.ActivityId == id) ? id : null;
            _choices.Add(new MigrationChoice(live.Id, live.NodeId, old.DisplayText, why, candidates, choice));
            _dropped.Add(live);
            if (choice is not null)
            {
                var target = owner.Children.First(c => c.Id == choice);
                // The same step with other outcomes begins anew; another one that the version before had too is entered like a step back.
                _chosen.Add(new(target, live.ParentId.Value, target.NodeId == live.NodeId ? live.Backward : from.Find(target.NodeId) is not null));
            }
            return null;
        }

        /// <summary>Has the case been through this step, and not only passed it by?</summary>
        private bool IsDone(CompiledNode step, BurstState.Live owner)
        {
            if (from.Find(step.NodeId) is not { } old) return false;
            if (from.Find(owner.NodeId)!.Body is SequenceBody) return owner.Data["i"]?.GetValue<int>() is { } next && from.Find(owner.NodeId)!.Children.ToList().IndexOf(old) < next;
            var scope = new FlowScope(owner.Data);
            return scope.VisitsOf(old) > 0 && (old.Inbound.Count == 0 || old.Inbound.Any(scope.WasFollowed));
        }

        /// <summary>A step where the case stands and waits: an automatic one would act at once, and that could not be undone.</summary>
        private static bool Waits(CompiledNode node) => node.Body is not null
            && (node.Type is "Elsa.RunTask" or "Elsa.Event" || node.Descriptor?.Inputs.Any(i => i.OptionsFrom == "forms") == true);

        private static Refusal? Difference(CompiledNode old, CompiledNode? node)
        {
            if (node is null) return Refusal.Conflict("migration.step-missing", old.DisplayText);
            if (node.Type != old.Type || node.Body is null) return Refusal.Conflict("migration.step-type", old.DisplayText);
            var (before, after) = (Ways(old), Ways(node));
            if (!before.SetEquals(after)) return Refusal.Conflict("migration.step-outcomes", old.DisplayText, string.Join('、', before), string.Join('、', after));
            // A child that runs already is another workflow's.
            return Child(old) == Child(node) ? null : Refusal.Conflict("migration.step-child", old.DisplayText);
        }

        /// <summary>The outcomes the step can end with, and the lines that leave it.</summary>
        private static HashSet<string> Ways(CompiledNode node)
        {
            var ways = node.Outgoing.Select(e => e.Port).ToHashSet(StringComparer.Ordinal);
            if (node.Inputs.GetValueOrDefault("outcomes")?.LiteralList is { } outcomes) ways.UnionWith(outcomes);
            return ways;
        }

        private static string? Child(CompiledNode node) => node.Inputs.GetValueOrDefault("workflowDefinitionId")?.LiteralText;

        /// <summary>Carries what a container keeps over a wait into the other version.</summary>
        private Refusal? Carry(BurstState.Live live, JsonObject data)
        {
            var (old, node) = (from.Find(live.NodeId)!, to.Find(live.NodeId)!);
            switch (node.Body)
            {
                case FlowchartBody:
                    return CarryFlow(live, old, node, data);
                case SequenceBody:
                    var current = _live.Values.FirstOrDefault(e => e.ParentId == live.Id);
                    var id = _chosen.Find(c => c.Owner == live.Id)?.Node.Id ?? (current is null ? null : from.Find(current.NodeId)!.Id);
                    var place = node.Children.ToList().FindIndex(c => c.Id == id);
                    // While the choice is open the place is not known yet; it is once the move is made.
                    if (place >= 0) data["i"] = place + 1;
                    return null;
                case TogetherBody or ParallelForEachBody:
                    return old.Children.Select(c => c.Id).SequenceEqual(node.Children.Select(c => c.Id)) ? null : Refusal.Conflict("migration.branches-changed", node.DisplayText);
                default:
                    return null;
            }
        }

        private Refusal? CarryFlow(BurstState.Live live, CompiledNode old, CompiledNode node, JsonObject data)
        {
            var before = new FlowScope(live.Data);
            foreach (var bag in new[] { "n", "e", "f" }) data.Remove(bag);
            var after = new FlowScope(data);
            var known = old.Children.ToDictionary(c => c.Id, StringComparer.Ordinal);
            var edges = old.Edges.GroupBy(Key).ToDictionary(g => g.Key, g => g.First());
            foreach (var child in node.Children.Where(c => known.ContainsKey(c.Id))) after.Set(child, before.VisitsOf(known[child.Id]));
            foreach (var edge in node.Edges)
            {
                if (edges.TryGetValue(Key(edge), out var same)) after.Set(edge, before.VisitsOf(same), before.WasFollowed(same));
                // Every end of a step visits all its lines; a line drawn since was passed by as often as the others.
                else if (known.TryGetValue(edge.Source.Id, out var source)) after.Set(edge, source.Outgoing.Count > 0 ? source.Outgoing.Max(before.VisitsOf) : before.VisitsOf(source), false);
            }
            PassBy(node, known, after, live.Id);
            foreach (var child in node.Children)
            {
                if (Overdue(child, known, edges, before, after, live.Id) is { } refusal) return refusal;
            }
            return null;
        }

        /// <summary>New steps behind what is done count as passed by, so that what they lead to is not waited for.</summary>
        private void PassBy(CompiledNode chart, Dictionary<string, CompiledNode> known, FlowScope after, Guid chartExecution)
        {
            // Forward edges have no circle, so that many rounds reach the farthest step.
            var added = chart.Children.Where(c => !known.ContainsKey(c.Id) && c.Inbound.Count > 0).ToList();
            for (var round = 0; round < added.Count; round++)
            {
                foreach (var step in added)
                {
                    var visits = step.Inbound.Min(after.VisitsOf);
                    // The chosen step runs now, and is counted when it is done.
                    if (visits > 0 && _chosen.Exists(c => c.Node == step && c.Owner == chartExecution)) visits--;
                    after.Set(step, visits);
                    foreach (var edge in step.Outgoing) after.Set(edge, visits, false);
                }
            }
        }

        /// <summary>A step that would have begun already in the other version, or a join that waits for a branch that will never come.</summary>
        private Refusal? Overdue(CompiledNode step, Dictionary<string, CompiledNode> known, Dictionary<(string, string, string), CompiledEdge> edges, FlowScope before, FlowScope after, Guid chartExecution)
        {
            if (step.Inbound.Count == 0) return null;
            if (step.Type == "Elsa.FlowJoin" && FlowchartBody.JoinMode(step) == "WaitAll"
                && step.Inbound.Any(e => !edges.ContainsKey(Key(e)) && after.VisitsOf(e) > after.VisitsOf(step))) return Refusal.Conflict("migration.join-waits", step.DisplayText);
            if (!known.ContainsKey(step.Id) || _kept.Exists(e => e.NodeId == step.NodeId) || _chosen.Exists(c => c.Node == step && c.Owner == chartExecution)) return null;
            return IsOpen(step, after) && !IsOpen(known[step.Id], before) ? Refusal.Conflict("migration.step-overdue", step.DisplayText) : null;
        }

        /// <summary>All ways to the step have come, and one of them was followed.</summary>
        private static bool IsOpen(CompiledNode step, FlowScope scope)
            => step.Inbound.Count > 0 && step.Inbound.Min(scope.VisitsOf) > scope.VisitsOf(step) && step.Inbound.Any(scope.WasFollowed);

        private static (string, string, string) Key(CompiledEdge edge) => (edge.Source.Id, edge.Port, edge.Target.Id);
    }
}
