using System.Net;
using DoubleRandom.Inspections.Evidence;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Tests.Support;
using DoubleRandom.Tests.Workflows.Inspections;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Tests.Host.Pages;

/// <summary>A real check done by officers on the pages: the forms as people see them, with files and tables.</summary>
public sealed class InspectionPagesTests
{
    private static readonly byte[] Png = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    [Theory, BothDatabases]
    public async Task Check_FromTheGateToTheFindings_IsDoneOnThePages(string database)
    {
        var walk = await InspectionWalk.StartAsync(database);
        await walk.ToTheGateAsync();
        await using var host = await PageHost.OverAsync(walk.Host);
        var officer = await host.SignInAsync("芮志强", ["officer"], "R011");

        await officer.GetAsync("/inbox");
        Assert.Contains("到场检查", officer.Text);
        Assert.Contains(InspectionWalk.InspecteeName, officer.Text);
        await officer.GetAsync($"/work-items/{(await walk.ItemAsync("visit.check-in")).Id}");
        await officer.PostAsync("work", ("f.officers", "R011"), ("f.officers", "R013"), ("f.place", "崇信县锦屏镇1号"), ("outcome", "到场"));
        Assert.Equal(HttpStatusCode.BadRequest, officer.Status);
        Assert.Contains("请填写“已出示执法证件", officer.Text);
        await officer.PostAsync("work", ("f.officers", "R011"), ("f.officers", "R013"), ("f.experts", "E01"), ("f.place", "崇信县锦屏镇1号"), ("f.certificatesShown", "true"), ("f.notified", "true"), ("outcome", "到场"));
        Assert.Contains("接着办理下一件", officer.Text);
        Assert.Contains("逐项检查", officer.Text);

        await officer.PostAsync("work", [("f.evidence", "配电箱.png", Png)],
            ("f.results.0.outcome", "不符合"), ("f.results.1.outcome", "符合"), ("f.results.2.outcome", "符合"),
            ("f.issues.0.entry", "GM-01"), ("f.issues.0.description", "未执行作业审批"), ("f.issues.0.place", "污水处理站"), ("f.issues.0.grade", "一般"), ("f.issues.0.disposals", "责令限期整改"),
            ("f.issues.0.requirement", "落实审批制度"), ("f.issues.0.dueOn", "2026-10-15"), ("f.statement", "马上整改。"), ("outcome", "提交"));

        Assert.True(officer.Status is HttpStatusCode.OK, officer.Text);
        var finding = await walk.RowAsync<Finding>(q => q.SingleAsync());
        Assert.Equal(("GM-01", "污水处理站", new DateOnly(2026, 10, 15)), (finding.EntryCode, finding.Place, finding.DueOn));
        var photo = await walk.RowAsync<EvidenceItem>(q => q.SingleAsync());
        Assert.Equal(("配电箱.png", "image/png", "芮志强"), (photo.Name, photo.ContentType, photo.TakenByName));
        await officer.GetAsync($"/cases/{walk.Case.InspectionNo}");
        Assert.Contains("未执行作业审批", officer.Text);
        Assert.Contains("检查表 3 项，已检查 3 项", officer.Text);
        Assert.Equal(Png, await officer.BytesAsync($"/cases/{walk.Case.InspectionNo}/evidence/{photo.Id}"));
    }
}
