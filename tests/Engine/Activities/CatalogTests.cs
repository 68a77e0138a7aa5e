using DoubleRandom.Engine.Activities;
using static DoubleRandom.Tests.Engine.TracedRun;
using static DoubleRandom.Tests.Workflows.Given;

namespace DoubleRandom.Tests.Engine.Activities;

public sealed class CatalogTests
{
    static CatalogTests() => EngineTexts.Load();

    /// <summary>Marked ● or ○ in section 6.3 of the contract, the script activities left out.</summary>
    [Theory]
    [InlineData("Flowchart Sequence Start End Finish Complete Fault FlowDecision FlowSwitch FlowFork FlowJoin If Switch ForEach For While ParallelForEach Parallel Fork Break")]
    [InlineData("SetVariable SetName Correlate WriteLine RunTask Event PublishEvent Delay StartAt Timer Cron DispatchWorkflow ExecuteWorkflow BulkDispatchWorkflows")]
    public void EveryActivityOfTheContract_IsThere(string names)
    {
        var catalog = new ActivityCatalog().AddElsa();

        Assert.All(names.Split(' '), n => Assert.NotNull(catalog.BodyOf($"Elsa.{n}")));
    }

    [Fact]
    public async Task SetName_AndCorrelate_WriteWhatTheInstanceIsCalledAndTheCaseItBelongsTo()
    {
        var run = await StartAsync(Sequence("S", Node("N", "Elsa.SetName", ("value", By("\"投诉 \" + no"))), Node("C", "Elsa.Correlate", ("correlationId", By("no"))), Wait("W")), Variables(("no", "LC2026-0001")));

        Assert.Equal(("投诉 LC2026-0001", "LC2026-0001"), (run.Instance.Name, run.Instance.CorrelationId));
    }
}
