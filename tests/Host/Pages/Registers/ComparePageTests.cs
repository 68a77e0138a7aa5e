using System.Net;
using System.Text;
using DoubleRandom.Inspections.People;
using DoubleRandom.Tests.Support;

namespace DoubleRandom.Tests.Host.Pages.Registers;

public sealed class ComparePageTests
{
    [Theory, BothDatabases]
    public async Task Compare_ThePlannerSeesWhoDiffers_OthersTheFigure(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        await host.Data.ImportSampleAsync("officers");
        var planner = await host.SignInAsync("朱文斌", [Roles.Planner]);
        var auditor = await host.SignInAsync("丁海燕", [Roles.Auditor]);

        await planner.GetAsync("/registers/quality");
        Assert.Contains("还没有与人事花名册比对", planner.Text);
        await planner.GetAsync("/registers/compare");
        await planner.PostAsync("compare", ("list", "人事花名册"), ("on", "2026-09-18"));
        Assert.Equal(HttpStatusCode.BadRequest, planner.Status);
        await planner.GetAsync("/registers/compare");
        await planner.PostAsync("compare", [("file", "花名册.csv", Encoding.UTF8.GetBytes("姓名,执法证号\n马国栋,62082326001\n新来的,X1\n"))], ("list", "人事花名册"), ("on", "2026-09-18"));
        Assert.Contains("应在册 2 人，已在册 1 人", planner.Text);
        Assert.Contains("新来的", planner.Text);
        var shown = planner.Path;

        await auditor.GetAsync("/registers/quality");
        Assert.Contains("50%", auditor.Text);
        Assert.Contains("人事花名册 2026-09-18：应在册 2 人，缺 1 人", auditor.Text);
        await auditor.GetAsync("/registers/compare");
        Assert.Contains("2 人，已在册 1 人", auditor.Text);
        Assert.DoesNotContain("name=\"file\"", auditor.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await auditor.GetAsync(shown)).Status);
    }
}
