using System.Net;
using System.Text.RegularExpressions;
using DoubleRandom.Host.Start;
using DoubleRandom.Tests.Support;

namespace DoubleRandom.Tests.Host.Pages;

public sealed class SimulationPageTests
{
    [Theory, BothDatabases]
    public async Task Trial_IsAskedForWatchedAndReadByWhoDrawsOrDecides(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        Assert.Null(await ShippedDefinitions.TakeInAsync(host.Data.Services, TextWriter.Null, default));
        var officer = await host.SignInAsync("王芳", ["officer"]);
        var legal = await host.SignInAsync("信慧敏", ["legal"]);
        var manager = await host.SignInAsync("陆文静", ["process-manager"]);

        Assert.Equal(HttpStatusCode.Forbidden, (await officer.GetAsync("/workflows/publishing/inspection/simulate?version=1")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await manager.GetAsync("/workflows/publishing/none/simulate?version=1")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await manager.GetAsync($"/workflows/publishing/simulations/{Guid.Empty}")).Status);
        await manager.GetAsync("/workflows/publishing/inspection");
        Assert.Contains("/workflows/publishing/inspection/simulate?version=1", manager.Html);
        await manager.GetAsync("/workflows/publishing/inspection/simulate?version=1");
        Assert.Contains("责令改正，按期完成", manager.Text);
        Assert.Contains("outcome:inspection/visit", manager.Html);

        await manager.PostAsync("simulate", ("start", "Check"), ("course", "smooth"), ("outcome:inspection/visit", "拒绝检查"));
        Assert.StartsWith("/workflows/publishing/simulations/", manager.Path);
        var page = manager.Path;
        for (var left = 240; (await manager.GetAsync(page)).Text.Contains("正在试运行", StringComparison.Ordinal); left--)
        {
            Assert.True(left > 0, "The trial does not end.");
            await Task.Delay(TimeSpan.FromMilliseconds(250));
        }
        Assert.Contains("案件办结", manager.Text);
        Assert.Contains("拒绝检查", manager.Text);
        Assert.Contains("一封也没有发出", manager.Text);
        await manager.GetAsync($"{page}?kind=Document");
        Assert.DoesNotContain("表单：", manager.Text);
        var paper = Regex.Match(manager.Html, "href=\"(/workflows/publishing/simulations/[^\"]+/documents/0)\"").Groups[1].Value;
        Assert.Contains("行政检查审批表", (await legal.GetAsync(paper)).Text);
        Assert.Equal(HttpStatusCode.Forbidden, (await officer.GetAsync(paper)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await legal.GetAsync($"{page}/documents/99")).Status);
    }
}
