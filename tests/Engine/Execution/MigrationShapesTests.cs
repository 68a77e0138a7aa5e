using System.Text.Json.Nodes;
using DoubleRandom.Engine.Storage;
using static DoubleRandom.Tests.Engine.TracedRun;

namespace DoubleRandom.Tests.Engine.Execution;

/// <summary>Whatever was drawn and however it was drawn anew: a move does nothing by itself, replays nothing, can be taken back to the byte, and the case comes to its end.</summary>
public sealed class MigrationShapesTests
{
    static MigrationShapesTests() => EngineTexts.Load();

    [Fact]
    public async Task Migrate_BetweenDrawingsOfManyShapes_ReplaysNothingAndFinishes()
    {
        var (moved, chosen, stayed, undone) = (0, 0, 0, 0);
        for (var seed = 0; seed < 600; seed++)
        {
            var random = new Random(seed);
            var shapes = new Shapes(random);
            var (first, ok) = (shapes.Row(2), random.Next(2) == 0);
            var second = shapes.Changed(first);
            var run = await StartAsync(Definition("case", Shapes.Draw(first), Values(ok)));
            for (var steps = random.Next(4); steps > 0 && Open(run).Length > 0; steps--) await run.ResumeAsync(Pick(random, Open(run)));
            if (run.Instance.Status is not WorkflowStatus.Running) continue;
            var next = Definition("case", Shapes.Draw(second), Values(ok), new JsonObject { ["id"] = "case-v2", ["version"] = 2 });
            run.Add(next);

            var plan = run.PlanFor("case-v2", new Dictionary<Guid, string>());
            if (plan.Blocked is not null)
            {
                stayed++;
                continue;
            }
            var choices = plan.Choices.ToDictionary(c => c.ExecutionId, c => c.Candidates[random.Next(c.Candidates.Count)].ActivityId);
            // Two steps cannot go on at one.
            if (choices.Values.Distinct().Count() < choices.Count || !run.PlanFor("case-v2", choices).IsReady) continue;
            var (state, bookmarks, completed) = (run.Instance.State, run.BookmarkRows, run.Completed.ToList());
            var memory = await run.MigrateAsync("case-v2", choices);
            Assert.True(run.Executed.Length == 0 && run.Completed.SequenceEqual(completed), $"{seed}: {run.Executed}");
            moved++;
            if (choices.Count > 0) chosen++;

            if (random.Next(2) == 0)
            {
                await run.UndoAsync(memory);
                undone++;
                Assert.True(WithoutNumber(run.Instance.State) == WithoutNumber(state) && run.BookmarkRows.SequenceEqual(bookmarks), $"{seed}: {state} / {run.Instance.State}");
                await FinishAsync(run, random, seed);
                var same = await StartAsync(Definition("case", Shapes.Draw(first), Values(ok)));
                await FinishAsync(same, random, seed);
                Assert.True(same.Completed.Order(StringComparer.Ordinal).SequenceEqual(run.Completed.Order(StringComparer.Ordinal)), $"{seed}: {string.Join(' ', run.Completed)} / {string.Join(' ', same.Completed)}");
                continue;
            }
            await FinishAsync(run, random, seed);
            HashSet<string> again = [.. Shapes.InLoops(first), .. Shapes.InLoops(second), .. choices.Values];
            // A person may choose a step that was done: it, and what follows it, is done anew on his word.
            if (choices.Values.Any(completed.Contains)) continue;
            Assert.True(run.Completed.GroupBy(id => id).All(g => g.Count() == 1 || again.Contains(g.Key)), $"{seed}: {string.Join(' ', run.Completed)}");
        }
        Assert.True(moved > 100 && chosen > 10 && stayed > 10 && undone > 40, $"{moved} {chosen} {stayed} {undone}");
    }

    private static JsonArray Values(bool ok) => Variables(("ok", ok), ("rounds", new JsonArray()));

    private static async Task FinishAsync(TracedRun run, Random random, int seed)
    {
        for (var step = 0; run.Instance.Status is WorkflowStatus.Running; step++)
        {
            Assert.True(step < 200 && Open(run).Length > 0, $"{seed}: {string.Join(' ', run.Completed)} | {run.Bookmarks} | {string.Join("；", run.OpenIncidents.Select(i => i.Message))}");
            await run.ResumeAsync(Pick(random, Open(run)));
        }
        Assert.True(run.Instance.SubStatus is WorkflowSubStatus.Finished && run.OpenIncidents.Count == 0, $"{seed}");
    }

    private static string[] Open(TracedRun run) => run.Bookmarks.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string Pick(Random random, string[] open) => open[random.Next(open.Length)];

    /// <summary>The number of the journal's last line goes on: that something was moved and taken back stays written.</summary>
    private static string WithoutNumber(string state)
    {
        var json = JsonNode.Parse(state)!.AsObject();
        json.Remove("q");
        return json.ToJsonString();
    }
}
