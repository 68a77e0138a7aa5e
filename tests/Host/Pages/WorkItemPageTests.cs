using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Tests.Host.Pages;

public sealed class WorkItemPageTests
{
    private static readonly byte[] Png = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    [Theory, BothDatabases]
    public async Task Form_AllKinds_ReachTheHandler(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        var item = await host.OpenItemAsync("2026-07-001");
        var director = await host.SignInAsync("马国栋", ["director"]);

        await director.GetAsync($"/work-items/{item.Id}");
        Assert.Contains("“退回”时必填", director.Text);
        await director.PostAsync("work", [("f.photos", @"C:\照片\现场.png", Png)],
            ("f.opinion", "情况属实"), ("f.on", "2026-09-21"), ("f.at", "09:30"), ("f.count", "12"), ("f.fine", "1,234.50"), ("f.grade", "major"), ("f.items", "A1"), ("f.items", "A2"), ("f.told", "true"),
            ("f.found.0.what", "线路老化"), ("f.found.0.money", "5"), ("outcome", "同意"));

        Assert.Equal("/cases/2026-07-001", director.Path);
        var done = await ItemAsync(host, item.Id);
        Assert.Equal((WorkItemStatus.Completed, "同意"), (done.Status, done.Outcome));
        var values = JsonNode.Parse(done.ValuesJson!)!;
        Assert.Equal("[{\"what\":\"线路老化\",\"money\":500}]", values["found"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal((123450, 12, true, 2), (values["fine"]!.GetValue<long>(), values["count"]!.GetValue<int>(), values["told"]!.GetValue<bool>(), values["items"]!.AsArray().Count));
        var hash = values["photos"]![0]!.GetValue<string>();
        Assert.Equal(Png, await File.ReadAllBytesAsync(Path.Combine(host.Data.Folder, "evidence", hash[..2], hash)));
        await director.GetAsync($"/work-items/{item.Id}");
        Assert.Contains("已由 马国栋 于 2026-09-18 09:00 办理：同意", director.Text);
        Assert.Contains("1,234.50 元", director.Text);
    }

    [Fact]
    public async Task Form_Refused_KeepsWhatWasEnteredAndSaysWhereItIsWrong()
    {
        await using var host = await PageHost.StartAsync(Databases.Sqlite);
        var item = await host.OpenItemAsync("2026-07-001");
        var director = await host.SignInAsync("马国栋", ["director"]);

        await director.GetAsync($"/work-items/{item.Id}");
        await director.PostAsync("work", [("f.photos", "现场.png", Png)], ("f.opinion", "需补充<材料>"), ("f.fine", "十元"), ("f.count", "多"), ("f.grade", "major"), ("f.found.0.money", "8"), ("outcome", "退回"));

        Assert.Equal(HttpStatusCode.BadRequest, director.Status);
        Assert.Contains("有 4 处需要更正", director.Text);
        Assert.Contains("请填写“退回原因”。", director.Text);
        Assert.Contains("“人数”应填整数。", director.Text);
        Assert.Contains("“罚款”应填金额", director.Text);
        Assert.Contains("请填写“问题第1行“内容””。", director.Text);
        Assert.Contains("需补充&lt;材料&gt;</textarea>", Unescape(director.Html));
        Assert.Contains("value=\"十元\"", WebUtility.HtmlDecode(director.Html));
        Assert.Contains("现场.png", director.Text);
        Assert.Equal(WorkItemStatus.Open, (await ItemAsync(host, item.Id)).Status);

        await director.PostAsync("work", ("f.opinion", "需补充"), ("f.reason", "缺图"), ("outcome", "退回"));
        Assert.Single(JsonNode.Parse((await ItemAsync(host, item.Id)).ValuesJson!)!["photos"]!.AsArray());
    }

    [Fact]
    public async Task Form_RefusedByTheDomain_StandsAtItsField()
    {
        await using var host = await PageHost.StartAsync(Databases.Sqlite);
        var item = await host.OpenItemAsync("2026-07-001");
        var director = await host.SignInAsync("马国栋", ["director"]);

        await director.GetAsync($"/work-items/{item.Id}");
        await director.PostAsync("work", ("f.opinion", "越权"), ("outcome", "同意"));

        Assert.Contains("id=\"f-opinion-error\"", director.Html);
        Assert.Contains("“意见”超过 3 个字，请缩短。", director.Text);
    }

    [Theory, BothDatabases]
    public async Task Form_SecondPress_SaysDoneAndChangesNothing(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        var item = await host.OpenItemAsync("2026-07-001");
        var director = await host.SignInAsync("马国栋", ["director"]);
        await director.GetAsync($"/work-items/{item.Id}");
        var (path, hidden) = (director.Path, director.Fields("work"));

        await director.SendAsync(hidden, [], ("f.opinion", "好"), ("outcome", "同意"));
        await director.GetAsync(path);
        await director.SendAsync(hidden, [], ("f.opinion", "好"), ("outcome", "同意"));

        Assert.Contains("已办理，无需再次提交", director.Text);
        Assert.Equal(1, (await ItemAsync(host, item.Id)).Revision);
    }

    [Fact]
    public async Task Form_StalePage_SaysSoAndKeepsTheText()
    {
        await using var host = await PageHost.StartAsync(Databases.Sqlite);
        var item = await host.OpenItemAsync("2026-07-001");
        var director = await host.SignInAsync("马国栋", ["director"]);
        await director.GetAsync($"/work-items/{item.Id}");
        await host.Data.RunAsync(async s => (await s.GetDb().Set<WorkItem>().SingleAsync()).Revision++);

        await director.PostAsync("work", ("f.opinion", "写了很久"), ("outcome", "同意"));

        Assert.Equal(HttpStatusCode.Conflict, director.Status);
        Assert.Contains("您填写的内容仍在下面", director.Text);
        Assert.Contains("写了很久</textarea>", WebUtility.HtmlDecode(director.Html));
        await director.PostAsync("work", ("f.opinion", "写了很久"), ("outcome", "同意"));
        Assert.Equal(WorkItemStatus.Completed, (await ItemAsync(host, item.Id)).Status);
    }

    [Fact]
    public async Task Form_WithoutTheAntiforgeryToken_IsNotTaken()
    {
        await using var host = await PageHost.StartAsync(Databases.Sqlite);
        var item = await host.OpenItemAsync("2026-07-001");
        var director = await host.SignInAsync("马国栋", ["director"]);
        await director.GetAsync($"/work-items/{item.Id}");

        await director.SendAsync([("_handler", "work")], [], ("f.opinion", "好"), ("outcome", "同意"));

        Assert.Equal(HttpStatusCode.BadRequest, director.Status);
        Assert.Contains("页面已过期", director.Text);
        Assert.Contains("刚才的提交没有执行", director.Text);
        Assert.Equal(WorkItemStatus.Open, (await ItemAsync(host, item.Id)).Status);
    }

    [Fact]
    public async Task Form_ThatThePageNoLongerHas_IsAnsweredByAPageThatSaysWhatToDo()
    {
        await using var host = await PageHost.StartAsync(Databases.Sqlite);
        var item = await host.OpenItemAsync("2026-07-001");
        var director = await host.SignInAsync("马国栋", ["director"]);
        foreach (var (path, form) in ((string, string?)[])[($"/work-items/{item.Id}", "gone"), ("/escalation/exposures", "decide-1"), ("/inbox?tab=group", null)])
        {
            await director.GetAsync(path);

            await director.PressGoneAsync(form);

            Assert.Equal(HttpStatusCode.BadRequest, director.Status);
            Assert.Contains("刚才的提交没有执行", director.Text);
            Assert.Contains("重新打开这一页", director.Text);
            Assert.Contains($"href=\"{path}\"", director.Html);
            if (form is not null) Assert.Contains("这张表单已经不在了", director.Text);
        }
    }

    [Fact]
    public async Task Form_ProgramRenamedToAPicture_IsRefused()
    {
        await using var host = await PageHost.StartAsync(Databases.Sqlite);
        var item = await host.OpenItemAsync("2026-07-001");
        var director = await host.SignInAsync("马国栋", ["director"]);
        await director.GetAsync($"/work-items/{item.Id}");

        await director.PostAsync("work", [("f.photos", "a.png", Encoding.UTF8.GetBytes("<html><script>alert(1)</script>"))], ("f.opinion", "好"), ("outcome", "同意"));

        Assert.Contains("文件“a.png”不是可接收的类型", director.Text);
        Assert.Equal(WorkItemStatus.Open, (await ItemAsync(host, item.Id)).Status);
    }

    [Fact]
    public async Task Item_OfAnotherRole_IsShownWithoutAForm()
    {
        await using var host = await PageHost.StartAsync(Databases.Sqlite);
        var item = await host.OpenItemAsync("2026-07-001");
        var officer = await host.SignInAsync("王芳", ["officer"], "R001");

        await officer.GetAsync($"/work-items/{item.Id}");

        Assert.DoesNotContain("name=\"outcome\"", officer.Html);
        await officer.PostAsync("work", ("outcome", "同意"));
        Assert.Equal(HttpStatusCode.Forbidden, officer.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await officer.GetAsync($"/work-items/{Guid.Empty}")).Status);
    }

    [Fact]
    public async Task AddRow_KeepsTheRest()
    {
        await using var host = await PageHost.StartAsync(Databases.Sqlite);
        var item = await host.OpenItemAsync("2026-07-001");
        var director = await host.SignInAsync("马国栋", ["director"]);
        await director.GetAsync($"/work-items/{item.Id}");

        await director.PostAsync("work", ("f.found.1.what", "第二行"), ("add", "found"));

        Assert.Contains("name=\"f.found.2.what\"", director.Html);
        Assert.Contains("第二行", WebUtility.HtmlDecode(director.Html));
    }

    /// <summary>Chinese is written as references; the characters of mark-up stay escaped.</summary>
    private static string Unescape(string html) => System.Text.RegularExpressions.Regex.Replace(html, "&#x([0-9A-F]+);", m => char.ConvertFromUtf32(Convert.ToInt32(m.Groups[1].Value, 16)));

    private static Task<WorkItem> ItemAsync(PageHost host, Guid id) => host.Data.ReadAsync(db => db.Set<WorkItem>().AsNoTracking().SingleAsync(i => i.Id == id));
}
