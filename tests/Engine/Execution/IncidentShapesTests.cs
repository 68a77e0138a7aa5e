using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Engine.Storage;
using static DoubleRandom.Tests.Engine.TracedRun;
using static DoubleRandom.Tests.Workflows.Given;

namespace DoubleRandom.Tests.Engine.Execution;

/// <summary>Whatever the drawing: a step that fails parks its branch, the rest goes on, and once it is put right the case ends as if nothing had failed.</summary>
public sealed class IncidentShapesTests
{
    static IncidentShapesTests() => EngineTexts.Load();

    [Fact]
    public async Task Retry_InDrawingsOfManyShapes_EndsAsIfNothingHadFailed()
    {
        var parked = 0;
        for (var seed = 0; seed < 250; seed++)
        {
            var (smooth, _) = await RunAsync(seed, true);
            var (rough, incidents) = await RunAsync(seed, null);

            Assert.True(smooth == rough, $"{seed}: {smooth} / {rough}");
            parked += incidents;
        }
        Assert.True(parked > 200, $"{parked}");
    }

    [Fact]
    public async Task Skip_InDrawingsOfManyShapes_GoesOnAndTheCaseEnds()
    {
        var (skipped, retried) = (0, 0);
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var run = await StartAsync(Shapes.Draw(new Shapes(random, fails: true).Row(2)), Variables(("ok", null), ("rounds", new JsonArray())));
            for (var step = 0; run.Instance.Status is WorkflowStatus.Running; step++)
            {
                var open = run.Bookmarks.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                Assert.True(step < 300 && open.Length + run.OpenIncidents.Count > 0, $"{seed}: {run.Bookmarks} | {run.OpenIncidents.Count} | {run.Instance.State}");
                if (open.Length > 0 && (run.OpenIncidents.Count == 0 || random.Next(2) == 0)) await run.ResumeAsync(open[random.Next(open.Length)]);
                else if (random.Next(4) == 0)
                {
                    await run.RetryAsync(new RevisedVariable("ok", random.Next(2) == 0));
                    retried++;
                }
                else
                {
                    await run.SkipAsync(run.WaysOn[random.Next(run.WaysOn.Count)]);
                    skipped++;
                }
            }
            Assert.True(run.Instance is { SubStatus: WorkflowSubStatus.Finished, IncidentCount: 0 } && run.OpenIncidents.Count == 0, $"{seed}: {run.OpenIncidents.Count}");
        }
        Assert.True(skipped > 200 && retried > 30, $"{skipped} {retried}");
    }

    /// <param name="ok">What the decisions ask for; null: nobody can tell, and each that is reached is parked until a person says it is so.</param>
    private static async Task<(string Executed, int Incidents)> RunAsync(int seed, bool? ok)
    {
        var random = new Random(seed);
        var run = await StartAsync(Shape(random), Variables(("ok", ok)));
        List<string> executed = [.. run.Executed.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        var incidents = 0;
        for (var step = 0; run.Instance.Status is WorkflowStatus.Running; step++)
        {
            Assert.True(step < 100, $"{seed}: {string.Join(' ', executed)} | {run.Bookmarks} | {run.OpenIncidents.Count}");
            var open = run.Bookmarks.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (open.Length > 0 && (run.OpenIncidents.Count == 0 || random.Next(2) == 0))
            {
                await run.ResumeAsync(open[random.Next(open.Length)]);
            }
            else
            {
                incidents++;
                await run.RetryAsync(incidents == 1 ? new RevisedVariable("ok", true) : null);
            }
            executed.AddRange(run.Executed.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }
        Assert.Equal((WorkflowSubStatus.Finished, 0), (run.Instance.SubStatus, run.OpenIncidents.Count));
        return (string.Join(' ', executed.Order(StringComparer.Ordinal)), incidents);
    }

    private static JsonObject Shape(Random random)
    {
        List<JsonObject> nodes = [Trace("N0")];
        List<string> edges = [];
        var decisions = new HashSet<int>();
        var count = random.Next(3, 9);
        for (var i = 1; i <= count; i++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"N{i}");
            var kind = random.Next(6);
            if (kind >= 4) decisions.Add(i);
            nodes.Add(kind switch
            {
                0 => Wait(id),
                1 => Sequence(id, Trace(id + "a"), Wait(id + "w"), Trace(id + "b")),
                2 => Node(id, "Elsa.FlowJoin", ("mode", Literal(random.Next(2) == 0 ? "WaitAll" : "WaitAllActive"))),
                3 => Trace(id),
                _ => Node(id, "Elsa.FlowDecision", ("condition", By("ok"))),
            });
            foreach (var from in Enumerable.Range(0, random.Next(1, 3)).Select(_ => random.Next(Math.Max(0, i - 4), i)).Distinct())
            {
                var port = !decisions.Contains(from) ? "Done" : random.Next(3) == 0 ? "False" : "True";
                edges.Add(string.Create(CultureInfo.InvariantCulture, $"N{from}.{port}>N{i}"));
            }
        }
        return Chart("C", [.. nodes], [.. edges]);
    }
}
