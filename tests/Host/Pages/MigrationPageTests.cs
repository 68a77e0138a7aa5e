using System.Net;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Tests.Support;
using DoubleRandom.Tests.Workflows;
using DoubleRandom.Tests.Workflows.Migration;
using DoubleRandom.Workflows.Migration;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Tests.Host.Pages;

public sealed class MigrationPageTests
{
    [Theory, BothDatabases]
    public async Task Migration_PreviewedChosenMovedAndTakenBack(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        await host.Data.PublishAsync("flow", [Given.HumanTask("审", "planner", "同意")]);
        var first = await host.Data.StartAsync("flow", "甲");
        await host.Data.StartAsync("flow", "乙");
        await MigrationTests.PublishNextAsync(host.Data, "flow", 2, [Given.HumanTask("审", "planner", "同意", "退回"), Given.Node("L", "Elsa.WriteLine", ("text", Given.Literal("完")))], "审.同意>L", "审.退回>L");
        var officer = await host.SignInAsync("王芳", ["officer"]);
        var manager = await host.SignInAsync("高明", ["process-manager"]);
        var director = await host.SignInAsync("马国栋", ["director"]);

        Assert.Equal(HttpStatusCode.Forbidden, (await officer.GetAsync("/workflows/migration?definition=flow")).Status);
        await manager.GetAsync("/workflows/migration");
        Assert.Contains("flow", manager.Text);
        await manager.GetAsync("/workflows/migration?definition=flow");
        Assert.Contains("2 个在办案件：0 个保留第 1 版，0 个可以迁移，2 个需要选择", manager.Text);
        var execution = await host.Data.ReadAsync(db => db.Set<BookmarkRow>().Where(b => b.InstanceId == first).Select(b => b.ExecutionId).SingleAsync());
        await manager.PostAsync("migrate", ("case", first.ToString()), ("reason", "按新版本办理"));
        Assert.Contains("请先为这些待办选择", manager.Text);
        await manager.PostAsync("migrate", ("case", first.ToString()), ("reason", "按新版本办理"), ($"step-{execution}", "审"));
        Assert.Contains("已提出 1 件案件的迁移", manager.Text);
        Assert.Equal(1, (await host.Data.InstanceAsync(first)).Version);
        Assert.Contains("须由另一人批准", manager.Text);
        var proposal = await host.Data.ReadAsync(db => db.Set<MigrationProposal>().SingleAsync());
        await manager.PostAsync("decide", ("proposal", proposal.Id.ToString()), ("decision", "agree"));
        Assert.Contains("迁移须由提出人以外的另一人批准", manager.Text);
        await director.GetAsync("/workflows/migration?definition=flow");
        await director.PostAsync("decide", ("proposal", proposal.Id.ToString()), ("decision", "reject"));
        Assert.Contains("退回须写明意见", director.Text);
        await director.PostAsync("decide", ("proposal", proposal.Id.ToString()), ("decision", "agree"));
        Assert.Contains("已迁移 1 件案件", director.Text);
        Assert.Contains("高明 提出，马国栋 批准", director.Text);
        Assert.Equal(2, (await host.Data.InstanceAsync(first)).Version);
        var migration = await host.Data.ReadAsync(db => db.Set<CaseMigration>().SingleAsync());
        await manager.GetAsync("/workflows/migration?definition=flow");
        await manager.PostAsync("undo", ("undo", migration.Id.ToString()), ($"why-{migration.Id}", "再看看"));

        Assert.Contains("已撤销迁移", manager.Text);
        Assert.Equal(1, (await host.Data.InstanceAsync(first)).Version);
    }
}
