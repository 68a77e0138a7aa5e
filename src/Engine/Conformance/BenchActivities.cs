using System.Text.Json.Nodes;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Execution;

namespace DoubleRandom.Engine.Conformance;

/// <summary>What the observed workflows are made of. For the tests and <c>doublerandom conformance</c>; never in the toolbox.</summary>
internal sealed class BenchTrace
{
    public List<string> Executed { get; } = [];

    public static ActivityCatalog Catalog(BenchTrace trace) => new ActivityCatalog().AddElsa()
        .Add(new("Bench.Trace", "Bench", "Trace", "traces"), new TraceBody(trace))
        .Add(new("Bench.Wait", "Bench", "Wait", "waits"), new WaitBody(trace))
        .Add(new("Bench.Boom", "Bench", "Boom", "throws"), new BoomBody(trace))
        .Add(new("Bench.Decide", "Bench", "Decide", "decides"), new DecideBody(trace))
        .Add(new("Bench.LoopDecision", "Bench", "LoopDecision", "loops"), new LoopDecisionBody(trace))
        .Add(new("Bench.IncVar", "Bench", "IncVar", "increments"), new IncVarBody(trace));

    private sealed class TraceBody(BenchTrace trace) : ActivityBody
    {
        public override ValueTask RunAsync(ActivityRun run)
        {
            trace.Executed.Add(run.Text("Label") is { Length: > 0 } label ? label : run.ActivityId);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class WaitBody(BenchTrace trace) : ActivityBody
    {
        public override ValueTask RunAsync(ActivityRun run)
        {
            trace.Executed.Add($"{run.ActivityId}:wait");
            run.CreateBookmark(new JsonObject { ["Key"] = run.Text("Key") }, includeExecution: false);
            return ValueTask.CompletedTask;
        }

        public override ValueTask ResumeAsync(ActivityRun run, JsonObject? input)
        {
            trace.Executed.Add($"{run.ActivityId}:resumed");
            run.Complete();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class BoomBody(BenchTrace trace) : ActivityBody
    {
        public override ValueTask RunAsync(ActivityRun run)
        {
            trace.Executed.Add($"{run.ActivityId}!throw");
            throw new InvalidOperationException("boom");
        }
    }

    private sealed class DecideBody(BenchTrace trace) : ActivityBody
    {
        public override ValueTask RunAsync(ActivityRun run)
        {
            var outcome = run.Flag("Value") is true ? "True" : "False";
            trace.Executed.Add($"{run.ActivityId}:{outcome}");
            run.Complete(outcome);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class LoopDecisionBody(BenchTrace trace) : ActivityBody
    {
        public override ValueTask RunAsync(ActivityRun run)
        {
            var key = $"loop:{run.ActivityId}";
            var times = run.InstanceProperties[key]?.GetValue<int>() ?? 0;
            run.InstanceProperties[key] = times + 1;
            var outcome = times < (run.Integer("Times") ?? 0) ? "Again" : "Exit";
            trace.Executed.Add($"{run.ActivityId}:{outcome}");
            run.Complete(outcome);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class IncVarBody(BenchTrace trace) : ActivityBody
    {
        public override ValueTask RunAsync(ActivityRun run)
        {
            var name = run.Text("VarName")!;
            var value = run.Variable(name) is { } known ? int.Parse(known.ToString(), System.Globalization.CultureInfo.InvariantCulture) : -1;
            trace.Executed.Add($"{run.ActivityId}:{name}={value}");
            run.SetVariable(name, value + 1);
            return ValueTask.CompletedTask;
        }
    }
}
