using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.Publishing;
using DoubleRandom.Workflows.WorkItems;
using Microsoft.EntityFrameworkCore;
using static DoubleRandom.Tests.Workflows.Given;

namespace DoubleRandom.Tests.Workflows.Publishing;

/// <summary>A process that managers drew from the toolbox's ready steps: started by hand, and the law in its first step.</summary>
public sealed class SpecialCheckProcessTests
{
    private static readonly Actor Planner = TestHost.Person("朱文斌", Roles.Planner);

    [Theory, BothDatabases]
    public async Task Start_OfADrawnProcess_OpensTheCaseAndTheReadyStepWaitsForItsRole(string database)
    {
        await using var host = await DrawnAsync(database);
        Assert.Equal("publishing.not-starter", (await StartAsync(host, "special", TestHost.Person("甲", Roles.ProcessManager))).Refusal!.Code);
        Assert.Equal("publishing.not-startable", (await StartAsync(host, "nothing", Planner)).Refusal!.Code);

        var started = await StartAsync(host, "special", Planner);
        Assert.Equal("LC2026-0001", started.Value.CaseNo);
        Assert.Equal("LC2026-0002", (await StartAsync(host, "special", Planner)).Value.CaseNo);

        var item = await host.ReadAsync(db => db.Set<WorkItem>().AsNoTracking().SingleAsync(i => i.CaseNo == "LC2026-0001"));
        Assert.Equal(("special.open", Roles.Planner, "立专项检查"), (item.FormKey, item.Role, item.Title));
        var done = await host.HandleAsync((CompleteWorkItemHandler h) => h.HandleAsync(new CompleteWorkItem(item.Id, "不予受理", new JsonObject { ["lead"] = "来电反映，不属本局管辖" }), host.Change(Planner), default));
        Assert.Null(done.Refusal);
        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(started.Value.InstanceId)).Status);
    }

    [Theory, BothDatabases]
    public async Task Open_ForALead_MakesACaseWithTheNamedGroupAndTellsTheDirector(string database)
    {
        await using var host = await DrawnAsync(database);
        await host.RunAsync(services =>
        {
            var db = (DbContext)services.GetService(typeof(DbContext))!;
            db.Add(new Inspectee { Number = "Q1", Name = "崇信县某化工厂", CreditCode = "91620823MA00000000", Kind = "企业", EntityType = "有限责任公司", RegionCode = "620823", RegisteredAddress = "城关镇1号", LegalRepresentative = "王某", RegistrationStatus = "存续" });
            foreach (var number in new[] { "R1", "R2", "R3" })
                db.Add(new Officer { Number = number, Name = $"执法员{number}", Department = "县应急管理局", StaffKind = "在编执法人员", CertificateNo = $"Z{number}", CertificateStatus = "有效", Scope = "A1", CertificateValidTo = new DateOnly(2030, 1, 1), MayLead = number == "R1" });
            return Task.CompletedTask;
        });
        await StartAsync(host, "special", Planner);
        var item = await host.ReadAsync(db => db.Set<WorkItem>().AsNoTracking().SingleAsync());
        var values = new JsonObject { ["lead"] = "12345 热线反映违规储存", ["inspectee"] = "Q1", ["items"] = new JsonArray("A1"), ["plannedOn"] = "2026-09-21", ["leader"] = "R1", ["officers"] = new JsonArray("R2", "R3"), ["experts"] = new JsonArray() };

        var opened = await host.HandleAsync((OpenSpecialCheckHandler h) => h.HandleAsync(
            new OpenSpecialCheck("Q1", ["A1"], "R1", ["R2", "R3"], [], new DateOnly(2026, 9, 21), values["lead"]!.GetValue<string>()), host.Change(Planner), default));
        Assert.Null(opened.Refusal);
        Assert.Equal(("T2026-001-001", "12345 热线反映违规储存", "R1"), (opened.Value.InspectionNo, opened.Value.Lead, opened.Value.LeaderNumber));

        async Task<string> RefusedAsync(OpenSpecialCheck command, Actor? by = null)
            => (await host.HandleAsync((OpenSpecialCheckHandler h) => h.HandleAsync(command, host.Change(by ?? Planner), default))).Refusal!.Code;
        var good = new OpenSpecialCheck("Q1", ["A1"], "R1", ["R2", "R3"], [], new DateOnly(2026, 9, 21), "线索");
        Assert.Equal("cases.no-lead", await RefusedAsync(good with { Lead = "" }));
        Assert.Equal("cases.no-inspectee", await RefusedAsync(good with { InspecteeNumber = "Q9" }));
        Assert.Equal("cases.no-person", await RefusedAsync(good with { OfficerNumbers = ["R2", "R9"] }));
        Assert.Equal("cases.bad-team", await RefusedAsync(good with { OfficerNumbers = ["R2"] }));
        Assert.Equal("cases.no-certificate", await RefusedAsync(good with { PlannedOn = new DateOnly(2031, 1, 2) }));
        // The rules of a drawn visit: on leave, related, out elsewhere that day.
        await host.RunAsync(services =>
        {
            var db = (DbContext)services.GetService(typeof(DbContext))!;
            db.Add(new Inspectee { Number = "Q2", Name = "另一厂", Kind = "企业", EntityType = "有限责任公司", RegionCode = "620823", RegisteredAddress = "城关镇2号", LegalRepresentative = "李某", RegistrationStatus = "存续" });
            db.Add(new LeavePeriod { Number = "QJ1", PersonNumber = "R3", Kind = "年休假", From = new(2026, 9, 24), To = new(2026, 9, 25), Status = "已批准" });
            db.Add(new Relation { Number = "LH1", PersonKind = "执法人员", PersonNumber = "R4", InspecteeNumber = "Q1", Kind = "近亲属", From = new(2020, 1, 1) });
            foreach (var number in new[] { "R4", "R5" })
                db.Add(new Officer { Number = number, Name = $"执法员{number}", Department = "县应急管理局", StaffKind = "在编执法人员", CertificateNo = $"Z{number}", CertificateStatus = "有效", Scope = "A1", CertificateValidTo = new DateOnly(2030, 1, 1) });
            return Task.CompletedTask;
        });
        Assert.Equal("cases.cannot-go", await RefusedAsync(good with { InspecteeNumber = "Q2" }));
        Assert.Equal("cases.cannot-go", await RefusedAsync(good with { PlannedOn = new(2026, 9, 24) }));
        Assert.Equal("cases.cannot-go", await RefusedAsync(good with { OfficerNumbers = ["R2", "R4"], PlannedOn = new(2026, 9, 28) }));
        var deputy = TestHost.Person("信建军", Roles.DeputyDirector);
        Task<Result<InspectionCase>> ReplaceAsync(string comes, Actor by, string proof = "县医院诊断证明", string leaves = "R3")
            => host.HandleAsync((ReplaceSpecialMemberHandler h) => h.HandleAsync(new ReplaceSpecialMember(opened.Value.Id, leaves, comes, "住院", proof), host.Change(by), default));
        Assert.NotNull((await ReplaceAsync("R5", Planner)).Refusal);
        Assert.Equal("cases.replace-reason", (await ReplaceAsync("R5", deputy, " ")).Refusal?.Code);
        Assert.Equal("cases.cannot-go", (await ReplaceAsync("R4", deputy)).Refusal?.Code);
        Assert.Equal("cases.cannot-go", (await ReplaceAsync("R5", deputy, leaves: "R1")).Refusal?.Code);
        Assert.Equal("cases.in-team", (await ReplaceAsync("R2", deputy)).Refusal?.Code);
        Assert.Equal("cases.no-person", (await ReplaceAsync("R9", deputy)).Refusal?.Code);
        Assert.Equal(["R1", "R2", "R5"], (await ReplaceAsync("R5", deputy)).Value.Team.Select(m => m.Number));
        Assert.NotEmpty(await RefusedAsync(good, TestHost.Person("甲", Roles.Officer)));
    }

    private static Task<Result<StartedProcess>> StartAsync(TestHost host, string id, Actor by)
        => host.HandleAsync((StartProcessHandler h) => h.HandleAsync(new StartProcess(id), host.Change(by), default));

    private static async Task<TestHost> DrawnAsync(string database)
    {
        var host = await HostAsync(database);
        await host.PublishAsync("special",
            [Node("S", "Elsa.Start"), Node("O", "Inspection.OpenSpecialCheck"), Node("N", "Inspection.Notify", ("role", Literal(Roles.Director)), ("text", Literal("已立专项检查"))), Node("E", "Elsa.End")],
            "S.Done>O", "O.立案>N", "O.不予受理>E", "N.Done>E");
        return host;
    }
}
