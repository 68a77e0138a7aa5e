using System.Text;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Host.Clock;
using DoubleRandom.Host.Data;
using DoubleRandom.Host.Simulation;
using DoubleRandom.Host.Start;
using DoubleRandom.Inspections.People;
using DoubleRandom.Tests.Support;
using DoubleRandom.Tests.Workflows;
using DoubleRandom.Workflows.Definitions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using static DoubleRandom.Tests.Workflows.Given;

namespace DoubleRandom.Tests.Host.Simulation;

/// <summary>Drafts tried in a sandbox: what would come, where it fails, and that nothing of it stays.</summary>
public sealed class SimulationTests
{
    private static readonly Actor Manager = TestHost.Person("陆文静", Roles.ProcessManager);
    private static readonly Dictionary<string, string> Ordinary = [];

    [Theory, BothDatabases]
    public async Task Trial_OfTheShippedCheck_ShowsWhatWouldComeAndChangesNoRowOfTheOffice(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        Assert.Null(await ShippedDefinitions.TakeInAsync(host.Services, TextWriter.Null, default));
        using var simulations = Of(host);
        var plan = (await simulations.PlanAsync("rectification", 1, default))!;
        Assert.Equal(["Check", "Campaign"], plan.Starts.Select(s => s.Key));
        Assert.Contains(plan.Steps, s => s is { DefinitionId: "rectification", Name: "跟踪整改", Role: Roles.Officer } && s.Outcomes.SequenceEqual(["申请复查", "申请延期", "期限届满"]));

        var before = await RowsAsync(host);
        var job = simulations.Start(plan, new SimulationRequest("rectification", 1, plan.Starts[0], plan.Courses.Single(c => c.Key == "rectified"), Late: false, Ordinary), Manager).Value;
        await job.Work;

        var report = job.Report!;
        Assert.Equal((SimulationState.Done, SimulationEnd.Finished, true), (job.State, report.End, report.Reached));
        Assert.DoesNotContain(report.Entries, e => e.Kind is EntryKind.Incident or EntryKind.Stuck);
        Assert.Equal(report.Entries.OrderBy(e => e.At).Select(e => e.At), report.Entries.Select(e => e.At));
        var track = Assert.Single(report.Entries, e => e is { Kind: EntryKind.Task, Title: "跟踪整改" });
        Assert.Equal((new DateOnly(2026, 10, 22), "整改与复查"), (track.DueOn!.Value, track.Flow));
        Assert.Contains("期限为载明的2026年10月22日", track.Why);
        Assert.Contains("申请复查", track.Result);
        var order = Assert.Single(report.Entries, e => e is { Kind: EntryKind.Document, Title: "责令限期整改指令书" });
        Assert.Contains("〔2026〕1号", order.Detail);
        Assert.Contains("责令限期整改指令书", report.Documents[order.Document!.Value].Html);
        Assert.Equal([10, 5, 2], report.Entries.Where(e => e.Kind is EntryKind.Alert && e.DueOn == track.DueOn && e.Detail!.Contains("限期整改")).Select(e => int.Parse(e.Title.AsSpan(4, 2).Trim(), System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(2, report.Entries.Count(e => e.Kind is EntryKind.Publication));
        Assert.True(report.Mails > 0);
        Assert.Contains("node visited", report.Drawing);

        Assert.Equal(before, await RowsAsync(host));
        Assert.Empty(Directory.EnumerateDirectories(simulations.Folder));
    }

    [Fact]
    public async Task Trial_ThatIsLate_ShowsTheLadderToItsEndAndAChosenOpinionHoldsOnce()
    {
        await using var host = await TestHost.StartAsync();
        Assert.Null(await ShippedDefinitions.TakeInAsync(host.Services, TextWriter.Null, default));
        using var simulations = Of(host);
        var plan = (await simulations.PlanAsync("publication", 1, default))!;
        var chosen = new Dictionary<string, string> { ["publication/review"] = "退回", ["inspection/visit"] = "已关闭" };

        var job = simulations.Start(plan, new SimulationRequest("publication", 1, plan.Starts.Single(s => s.Kind is StartKind.Check), plan.Courses[0], Late: true, chosen), Manager).Value;
        await job.Work;

        var report = job.Report!;
        Assert.Equal(SimulationEnd.Finished, report.End);
        Assert.Contains(report.Entries, e => e is { Kind: EntryKind.Alert } && e.Title.StartsWith("逾期", StringComparison.Ordinal) && e.Who!.Contains("督办"));
        var reviews = report.Entries.Where(e => e is { Kind: EntryKind.Task, Title: "审核公示内容" }).Select(e => e.Result!.Split('：')[1]).ToList();
        Assert.Equal(["退回", "通过"], reviews);
        Assert.EndsWith("：已关闭", report.Entries.First(e => e is { Kind: EntryKind.Task, Title: "到场检查" }).Result, StringComparison.Ordinal);

        var withdrawal = (await simulations.PlanAsync("withdrawal", 1, default))!;
        var tried = simulations.Start(withdrawal, new SimulationRequest("withdrawal", 1, withdrawal.Starts.Single(), withdrawal.Courses[0], Late: false, Ordinary), Manager).Value;
        await tried.Work;

        Assert.Equal((SimulationEnd.Finished, true), (tried.Report!.End, tried.Report.Reached));
        Assert.Contains(tried.Report.Entries, e => e is { Kind: EntryKind.Task, Title: "撤回公示" });
    }

    [Theory]
    [InlineData("extended", "跟踪整改：申请延期", "整改复查意见书", "到期前")]
    [InlineData("on-the-spot", "当场处罚：当场处罚", "当场行政处罚决定书", "逾期")]
    [InlineData("major", "决定挂牌督办：挂牌", "重大事故隐患挂牌督办", "到期前")]
    [InlineData("transferred", "审批移送：移送", "案件（线索）移送函", "到期前")]
    [InlineData("disputed", "专家核对问题：提出异议", "问题汇总表", "到期前")]
    public async Task Trial_OfEachCourse_ComesToItsEndWithItsStepsAndPapers(string course, string step, string paper, string alert)
    {
        await using var host = await TestHost.StartAsync();
        Assert.Null(await ShippedDefinitions.TakeInAsync(host.Services, TextWriter.Null, default));
        using var simulations = Of(host);
        var plan = (await simulations.PlanAsync("inspection", 1, default))!;

        var job = simulations.Start(plan, new SimulationRequest("inspection", 1, plan.Starts.First(s => s.Kind is StartKind.Check), plan.Courses.Single(c => c.Key == course), Late: false, Ordinary), Manager).Value;
        await job.Work;

        var report = job.Report!;
        Assert.Equal((SimulationEnd.Finished, 0), (report.End, report.Entries.Count(e => e.Kind is EntryKind.Incident or EntryKind.Stuck)));
        Assert.Contains(report.Entries, e => e.Kind is EntryKind.Task && e.Title == step.Split('：')[0] && e.Result!.EndsWith("：" + step.Split('：')[1], StringComparison.Ordinal));
        Assert.Contains(report.Entries, e => e.Kind is EntryKind.Document && e.Title.Contains(paper, StringComparison.Ordinal) && report.Documents[e.Document!.Value].Html.Length > 500);
        Assert.Contains(report.Entries, e => e.Kind is EntryKind.Alert && e.Title.StartsWith(alert, StringComparison.Ordinal));
        // What only a person's record ends is said to be so: the trial records nothing in his place.
        foreach (var open in report.Entries.Where(e => e.Kind is EntryKind.Deadline && e.Result!.StartsWith("逾期未办", StringComparison.Ordinal))) Assert.Contains("登记起止事项", open.Result);
        if (course == "on-the-spot") Assert.Contains(report.Entries, e => e.Kind is EntryKind.Deadline && e.Title.StartsWith("当场处罚决定报本机关备案", StringComparison.Ordinal) && e.Result!.Contains("登记起止事项", StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateDirectories(simulations.Folder));
    }

    [Fact]
    public async Task Trial_OfADrawingOfItsOwn_GoesThroughForkJoinLoopAndIfAndShowsWhatIsCancelled()
    {
        await using var host = await TestHost.StartAsync();
        Assert.Null(await ShippedDefinitions.TakeInAsync(host.Services, TextWriter.Null, default));
        JsonObject Opinion(string id, string role) => Named(id, Node(id, "Inspection.HumanTask", ("title", Literal(id)), ("role", Literal(role)), ("form", Literal("general.opinion")), ("outcomes", new JsonObject { ["typeName"] = "Object", ["expression"] = new JsonObject { ["type"] = "Object", ["value"] = "[\"提交\"]" } })));
        var opened = Node("O", "Inspection.OpenSpecialCheck", ("result", new JsonObject { ["typeName"] = "Object", ["memoryReference"] = new JsonObject { ["id"] = "v" } }));
        await DraftAsync(host, "recheck",
            [Node("S", "Elsa.Start"), opened, Node("D", "Inspection.OpenDeadline", ("rule", Literal("file.case")), ("subjectId", Feel("Answer.CaseId"))),
             Node("F", "Elsa.FlowFork", ("branches", new JsonObject { ["typeName"] = "Object", ["expression"] = new JsonObject { ["type"] = "Object", ["value"] = "[\"甲\",\"乙\"]" } })),
             Opinion("科室核查", Roles.SectionHead), Opinion("法制复核", Roles.Legal), Node("J", "Elsa.FlowJoin", ("mode", Literal("WaitAll"))),
             Node("L", "Elsa.ForEach", ("items", Feel("[\"消防通道\", \"电气线路\"]")), ("body", Node("Q", "Elsa.Sequence", ("activities", new JsonArray(Opinion("复查一项", Roles.SectionHead)))))),
             Node("W", "Elsa.Delay", ("timeSpan", Literal("3.00:00:00"))),
             Node("I", "Elsa.If", ("condition", Feel("Answer.CaseId != null")), ("then", Node("N", "Inspection.Notify", ("role", Literal(Roles.Director)), ("text", Literal("复查会商已办结"))))),
             Node("C", "Inspection.CancelDeadline", ("rule", Literal("file.case")), ("reason", Literal("会商后不再立案"))), Node("E", "Elsa.End")],
            "S.Done>O", "O.立案>D", "O.不予受理>E", "D.Done>F", "F.甲>科室核查", "F.乙>法制复核", "科室核查.提交>J", "法制复核.提交>J", "J.Done>L", "L.Done>W", "W.Done>I", "I.Done>C", "C.Done>E");
        using var simulations = Of(host);
        var plan = (await simulations.PlanAsync("recheck", 1, default))!;

        var job = simulations.Start(plan, new SimulationRequest("recheck", 1, plan.Starts[0], plan.Courses[0], Late: false, Ordinary), Manager).Value;
        await job.Work;

        var report = job.Report!;
        Assert.Equal((SimulationEnd.Finished, ""), (report.End, string.Join('\n', report.Entries.Where(e => e.Kind is EntryKind.Incident or EntryKind.Stuck).Select(e => $"{e.Title}：{e.Detail}"))));
        Assert.Equal(["复查一项", "复查一项", "法制复核", "科室核查", "立专项检查"], report.Entries.Where(e => e.Kind is EntryKind.Task).Select(e => e.Title).Order(StringComparer.Ordinal));
        Assert.Equal("已撤销", Assert.Single(report.Entries, e => e.Kind is EntryKind.Deadline && e.Title.Contains("立案", StringComparison.Ordinal)).Result);
        Assert.Contains("复查会商已办结", Assert.Single(report.Entries, e => e.Kind is EntryKind.Notice).Detail);
        Assert.True(report.To.DayNumber - report.From.DayNumber >= 3, "the wait was not waited for");
        Assert.DoesNotContain("node faulted", report.Drawing);
        Assert.Empty(report.Waits);
    }

    [Theory, BothDatabases]
    public async Task Trial_OfADraftWithFaults_NamesTheStepInChinese(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        // A form of a check without its case, a paper without its subject, a step without its role, each on its way.
        await DraftAsync(host, "faulty",
            [Node("S", "Elsa.Start"), Node("F", "Elsa.FlowFork", ("branches", new JsonObject { ["typeName"] = "Object", ["expression"] = new JsonObject { ["type"] = "Object", ["value"] = "[\"甲\",\"乙\",\"丙\"]" } })),
             Named("到现场", Node("V", "Inspection.CheckIn")), Named("发函", Node("P", "Inspection.IssueDocument", ("template", Literal("D35")))),
             Named("没有角色", Node("T", "Inspection.HumanTask", ("form", Literal("special.open"))))],
            "S.Done>F", "F.甲>V", "F.乙>P", "F.丙>T");
        using var simulations = Of(host);
        var plan = (await simulations.PlanAsync("faulty", 1, default))!;

        var job = simulations.Start(plan, new SimulationRequest("faulty", 1, plan.Starts[0], plan.Courses[0], Late: false, Ordinary), Manager).Value;
        await job.Work;

        var report = job.Report!;
        Assert.Equal(SimulationEnd.Stuck, report.End);
        Assert.Contains("办理对象", Assert.Single(report.Entries, e => e.Kind is EntryKind.Stuck).Detail);
        Assert.Equal(["faulty：发函", "faulty：没有角色"], report.Entries.Where(e => e.Kind is EntryKind.Incident).Select(e => $"{e.Flow}：{e.Title}").Order(StringComparer.Ordinal));
        Assert.Contains("没有选角色", report.Entries.Single(e => e.Title == "没有角色").Detail);
        Assert.Contains("node faulted", report.Drawing);
        Assert.Contains(report.Waits, w => w.Contains("到场"));
        Assert.NotEmpty(report.Findings);
    }

    [Fact]
    public async Task Trial_OfAComplaintsProcess_IsSignedAndGoesThroughTheCheckItCalls()
    {
        await using var host = await TestHost.StartAsync();
        Assert.Null(await ShippedDefinitions.TakeInAsync(host.Services, TextWriter.Null, default));
        await DraftAsync(host, "complaint",
            [Node("S", "Elsa.Start"),
             Node("O", "Inspection.OpenSpecialCheck", ("signing", Literal("All")), ("signingRole", Literal(Roles.DeputyDirector)), ("result", new JsonObject { ["typeName"] = "Object", ["memoryReference"] = new JsonObject { ["id"] = "v" } })),
             Node("X", "Elsa.ExecuteWorkflow", ("workflowDefinitionId", Literal("inspection")), ("input", Feel("{Item: Answer}"))), Node("E", "Elsa.End")],
            "S.Done>O", "O.立案>X", "O.不予受理>E", "X.Done>E");
        using var simulations = Of(host);
        var plan = (await simulations.PlanAsync("complaint", 1, default))!;

        var job = simulations.Start(plan, new SimulationRequest("complaint", 1, plan.Starts[0], plan.Courses.Single(c => c.Key == "refused"), Late: false, Ordinary), Manager).Value;
        await job.Work;

        var report = job.Report!;
        Assert.Equal((SimulationEnd.Finished, 0), (report.End, report.Entries.Count(e => e.Kind is EntryKind.Incident or EntryKind.Stuck)));
        Assert.Contains(report.Entries, e => e is { Kind: EntryKind.Task, Title: "到场检查" } && e.Result!.EndsWith("：拒绝检查", StringComparison.Ordinal));
        Assert.Contains(report.Entries, e => e is { Kind: EntryKind.Publication });
    }

    [Fact]
    public async Task Trial_OfALoopWithoutEnd_StopsAndOneThatNobodyStartsIsToldBeforehand()
    {
        await using var host = await TestHost.StartAsync();
        await DraftAsync(host, "loop",
            [Node("S", "Elsa.Start"), Node("O", "Inspection.OpenSpecialCheck"), Node("E", "Elsa.End")],
            "S.Done>O", "O.立案>O", "O.不予受理>E");
        await DraftAsync(host, "called", [Node("S", "Elsa.Start")], inputs: new JsonArray(new JsonObject { ["name"] = "CaseId", ["type"] = "String" }));
        using var simulations = Of(host);
        Assert.Empty((await simulations.PlanAsync("called", 1, default))!.Starts);
        Assert.Null(await simulations.PlanAsync("none", 1, default));
        var plan = (await simulations.PlanAsync("loop", 1, default))!;

        var job = simulations.Start(plan, new SimulationRequest("loop", 1, plan.Starts[0], plan.Courses[0], Late: false, Ordinary), Manager).Value;
        await job.Work;

        Assert.Contains(job.Report!.End, new[] { SimulationEnd.TooManySteps, SimulationEnd.Slow });
        Assert.True(job.Report.Tasks <= SimulationRun.MaxSteps);
    }

    [Fact]
    public async Task Trials_AreFewAndCanBeStoppedAndLeaveNothingBehind()
    {
        await using var host = await TestHost.StartAsync();
        Assert.Null(await ShippedDefinitions.TakeInAsync(host.Services, TextWriter.Null, default));
        var simulations = Of(host);
        var left = Directory.CreateDirectory(Path.Combine(simulations.Folder, "left"));
        await File.WriteAllTextAsync(Path.Combine(left.FullName, "lock"), "");
        var running = Directory.CreateDirectory(Path.Combine(simulations.Folder, "running"));
        await using (new FileStream(Path.Combine(running.FullName, "lock"), FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            await simulations.StartAsync(default);
            Assert.False(left.Exists && Directory.Exists(left.FullName));
            Assert.True(Directory.Exists(running.FullName));
        }
        await simulations.StartAsync(default);

        var plan = (await simulations.PlanAsync("campaign", 1, default))!;
        var request = new SimulationRequest("campaign", 1, plan.Starts[0], plan.Courses[0], Late: false, Ordinary);
        Assert.Equal("simulation.not-yours", simulations.Start(plan, request, TestHost.Person("甲", Roles.Planner, Roles.Officer)).Refusal!.Code);
        var first = simulations.Start(plan, request, Manager).Value;
        var second = simulations.Start(plan, request, TestHost.Person("马国栋", Roles.Director)).Value;
        Assert.Equal("simulation.busy", simulations.Start(plan, request, Manager).Refusal!.Code);

        first.Cancel();
        await first.Work;
        Assert.Equal(SimulationState.Cancelled, first.State);
        // The server stops in the middle of the other one.
        await simulations.StopAsync(default);
        Assert.Equal(SimulationState.Cancelled, second.State);
        Assert.Empty(Directory.EnumerateDirectories(simulations.Folder));
        simulations.Dispose();
    }

    private static JsonObject Named(string shown, JsonObject node)
    {
        node["metadata"] = new JsonObject { ["displayText"] = shown };
        return node;
    }

    /// <summary>A definition that was never in force.</summary>
    private static async Task DraftAsync(TestHost host, string id, JsonObject[] nodes, params string[] edges) => await DraftAsync(host, id, nodes, null, edges);

    private static async Task DraftAsync(TestHost host, string id, JsonObject[] nodes, JsonArray? inputs, params string[] edges)
    {
        await host.PublishAsync(id, nodes, edges);
        await host.RunAsync(async services =>
        {
            var row = await services.GetRequiredService<DbContext>().Set<DefinitionVersion>().SingleAsync(v => v.DefinitionId == id);
            (row.IsPublished, row.PublishedAt) = (false, null);
            if (inputs is null) return;
            var json = JsonNode.Parse(row.Json)!;
            json["inputs"] = inputs;
            row.Json = json.ToJsonString();
        });
    }

    private static Simulations Of(TestHost host) => new(
        host.Services.GetRequiredService<DatabaseSettings>(), host.Services.GetRequiredService<IServiceScopeFactory>(), host.Services.GetRequiredService<MachineTime>(),
        host.Time, NullLogger<Simulations>.Instance);

    /// <summary>Every row of every table, as one hash a table.</summary>
    private static async Task<string> RowsAsync(TestHost host) => await host.ReadAsync(async db =>
    {
        var text = new StringBuilder();
        await db.Database.OpenConnectionAsync();
        foreach (var table in db.Model.GetEntityTypes().Select(e => e.GetTableName()!).Distinct().Order(StringComparer.Ordinal))
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = $"SELECT * FROM {table}";
            List<string> rows = [];
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync()) rows.Add(string.Join('\t', Enumerable.Range(0, reader.FieldCount).Select(i => $"{reader.GetValue(i)}")));
            text.Append(table).Append(' ').Append(rows.Count).Append(' ').AppendLine(Hashing.Sha256Hex(string.Join('\n', rows.Order(StringComparer.Ordinal))));
        }
        return text.ToString();
    });
}
