using System.Text.Json.Nodes;
using DoubleRandom.Documents.Issuing;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using static DoubleRandom.Tests.Workflows.Inspections.InspectionWalk;

namespace DoubleRandom.Tests.Workflows.Inspections;

public sealed class InspectionPapersTests
{
    [Theory, BothDatabases]
    public async Task Check_WithEverythingThatCanFollow_IssuesItsPapersInOrder(string database)
    {
        await using var walk = await InspectionWalk.StartAsync(database, papers: true);
        await walk.ToTheChecklistAsync();
        await walk.DoAsync("visit.checklist", "提交", First, await walk.ChecklistAsync(
            walk.Issue("GM-01", "一般", "移送其他部门", "县消防救援大队"), walk.Issue("GM-02", "重大", "责令暂时停产停业或停止使用"), walk.Issue("GM-03", "一般", "责令限期整改")));
        await walk.ConfirmAsync();
        await walk.FeedbackAsync();
        await walk.EnterAsync("5");
        await walk.PublishAsync();
        await walk.DoAsync("transfer.approve", "移送", OtherDeputy);
        await walk.DoAsync("transfer.receipt", "收到回执", First, new JsonObject { ["receipts"] = new JsonArray(new JsonObject { ["targetBody"] = "县消防救援大队", ["receivedOn"] = "2026-09-18", ["receiver"] = "李接收" }) });
        await walk.DoAsync("rectification.track", "申请延期", First, new JsonObject { ["reason"] = "设备到货延迟", ["interimMeasures"] = "停用该处", ["proposedDueOn"] = "2026-11-20" });
        await walk.DoAsync("rectification.extension", "同意延期", OtherDeputy, new JsonObject { ["newDueOn"] = "2026-11-20", ["opinion"] = "情况属实" });
        await walk.DoAsync("rectification.track", "申请复查", First, new JsonObject { ["progress"] = "已全部完成" });
        await walk.DoAsync("rectification.reinspect", "全部合格", First, new JsonObject
        {
            ["officers"] = new JsonArray("R011", "R013"),
            ["lines"] = new JsonArray(new JsonObject { ["no"] = "1", ["passed"] = "已整改" }, new JsonObject { ["no"] = "2", ["passed"] = "已整改" }),
            ["opinion"] = "整改完毕",
        });
        await walk.PublishAsync();
        await walk.DoAsync("case.archive", "归档", First, new JsonObject { ["complete"] = true });

        var papers = await walk.Host.ReadAsync(db => db.Set<OfficialDocument>().AsNoTracking().OrderBy(d => d.Id).ToListAsync());
        Assert.Equal(["D04", "D07", "D08", "D09", "D10", "D11", "D12", "D13", "D14", "D35", "D42", "D46"], papers.Select(d => d.Template).Order(StringComparer.Ordinal));
        Assert.Contains("我们马上整改。", papers.Single(d => d.Template == "D09").Html, StringComparison.Ordinal);
        Assert.Contains("CX00001-001", papers.Single(d => d.Template == "D46").Html, StringComparison.Ordinal);
        var result = await walk.Host.ReadAsync(db => db.Set<DoubleRandom.Inspections.Publications.Publication>().AsNoTracking().SingleAsync(p => p.Kind == DoubleRandom.Inspections.Publications.PublicationKind.Rectification));
        Assert.Contains(papers.Single(d => d.Template == "D14").Number!, result.MaskedJson, StringComparison.Ordinal);
    }
}
