using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.Forms;
using DoubleRandom.Workflows.WorkItems;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Workflows.Given;

namespace DoubleRandom.Tests.Workflows.Forms;

public sealed class GeneralFormsTests
{
    [Theory, BothDatabases]
    public async Task Opinion_OfAnyRoleWithItsOwnOutcomes_IsReadByWhoComesAfter(string database)
    {
        await using var host = await HostAsync(database);
        JsonObject first = Opinion("专家核查", "expert", "符合", "不符合"), second = Opinion("科室意见", "planner", "采纳");
        first["data"] = Feel("{事项: \"三号电梯钢丝绳\"}");
        first["result"] = new JsonObject { ["typeName"] = "Object", ["memoryReference"] = new JsonObject { ["id"] = "v" } };
        await host.PublishAsync("flow", [first, second, Node("L", "Elsa.WriteLine", ("text", Feel("Answer.outcome + \"：\" + Answer.opinion")))], "专家核查.不符合>科室意见", "专家核查.符合>L", "科室意见.采纳>L");
        var id = await host.StartAsync("flow", "甲");

        Assert.Equal(["事项：三号电梯钢丝绳"], await NotesAsync(host, "专家核查"));
        await DoneAsync(host, "专家核查", "不符合", TestHost.Person("李工", "expert"));
        var note = Assert.Single(await NotesAsync(host, "科室意见"));
        Assert.Matches("^专家核查：李工（.+）不符合：断丝超过限值$", note);
        await DoneAsync(host, "科室意见", "采纳", TestHost.Person("张三", "planner"));

        Assert.Equal(["不符合：断丝超过限值"], await host.LinesAsync(id));
        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(id)).Status);
    }

    [Theory, BothDatabases]
    public async Task Opinion_WhenTheCaseTakesItsNumberMidway_IsStillReadByWhoComesAfter(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("flow", [Opinion("专家核查", "expert", "符合"), Node("N", "Elsa.Correlate", ("correlationId", Literal("案2026-1"))), Opinion("科室意见", "planner", "采纳")],
            "专家核查.符合>N", "N.Done>科室意见");
        await host.StartAsync("flow", "甲");
        var before = (await ItemAsync(host, "专家核查")).CaseNo;
        await DoneAsync(host, "专家核查", "符合", TestHost.Person("李工", "expert"));

        var after = (await ItemAsync(host, "科室意见")).CaseNo;
        Assert.NotEqual(before, after);
        Assert.Equal("案2026-1", after);
        Assert.Matches("^专家核查：李工（.+）符合：断丝超过限值$", Assert.Single(await NotesAsync(host, "科室意见")));
    }

    private static JsonObject Opinion(string id, string role, params string[] outcomes)
    {
        var step = HumanTask(id, role, outcomes);
        step["form"] = Literal(GeneralForms.Opinion);
        return step;
    }

    private static Task<WorkItem> ItemAsync(TestHost host, string title) => host.ReadAsync(db => db.Set<WorkItem>().AsNoTracking().SingleAsync(i => i.Title == title && i.Status == WorkItemStatus.Open));

    private static async Task<List<string>> NotesAsync(TestHost host, string title)
    {
        var item = await ItemAsync(host, title);
        await using var scope = host.Services.CreateAsyncScope();
        var view = await scope.ServiceProvider.GetRequiredService<FormCatalogue>().Find(GeneralForms.Opinion)!.Prepare(item, scope.ServiceProvider, default);
        return [.. view.Fields.Where(f => f.Kind is FieldKind.Note).Select(f => $"{f.Label}：{f.Default}")];
    }

    private static async Task DoneAsync(TestHost host, string title, string outcome, Actor by)
    {
        var item = await ItemAsync(host, title);
        var done = await host.HandleAsync((CompleteWorkItemHandler h) => h.HandleAsync(new CompleteWorkItem(item.Id, outcome, new JsonObject { ["opinion"] = "断丝超过限值" }), host.Change(by), default));
        Assert.Null(done.Refusal?.ToString());
    }
}
