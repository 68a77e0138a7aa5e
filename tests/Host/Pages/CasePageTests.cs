using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using DoubleRandom.Documents.Issuing;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Tests.Support;
using DoubleRandom.Tests.Workflows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Pages;

public sealed class CasePageTests
{
    [Theory, BothDatabases]
    public async Task Case_OfAnInspection_ShowsWhereItIsWhoActsAndHowLong(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        var check = await CheckedCase.AddAsync(host.Data, 1, "RectifyByDate", "Suspend");
        var item = await host.OpenItemAsync(check.InspectionNo);
        await host.Data.HandleAsync((OpenDeadlineHandler h) => h.HandleAsync(new OpenDeadline("result.publish", check.InspectionNo, "inspection", check.Id, new DateOnly(2026, 9, 18), "officer", Section: "执法一科"), host.Data.Change(), default));
        var director = await host.SignInAsync("马国栋", ["director"], "R001");

        await director.GetAsync($"/cases/{check.InspectionNo}");

        Assert.Equal(HttpStatusCode.OK, director.Status);
        Assert.Contains("审批行政检查", director.Text);
        Assert.Contains("aria-current=\"step\"", director.Html);
        Assert.Contains("class=\"node waiting\"", director.Html);
        Assert.Contains("剩 20 个工作日", director.Text);
        Assert.Contains("（国庆节", director.Text);
        Assert.Contains("责令限期整改", director.Text);
        Assert.Contains("重大隐患", director.Text);
        Assert.Contains("芮志强", director.Text);
        Assert.Contains($"/work-items/{item.Id}", director.Html);

        await director.GetAsync($"/work-items/{item.Id}");
        await director.PostAsync("work", ("f.opinion", "同意检查"), ("outcome", "同意"));
        Assert.Equal($"/cases/{check.InspectionNo}", director.Path);
        Assert.Contains("“审批行政检查”已办理：同意。", director.Text);
        Assert.Contains("办理“审批行政检查”：同意", director.Text);
        Assert.Contains("class=\"node visited\"", director.Html);
        await director.GetAsync($"/cases/{check.InspectionNo}?all=1");
        Assert.Contains("步骤开始", director.Text);
    }

    [Theory, BothDatabases]
    public async Task Acts_AreOfferedToWhoMayAndAMistakeIsTakenBackByALeader(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        var check = await CheckedCase.AddAsync(host.Data, 1, "SimplePenalty");
        Assert.Null((await host.Data.HandleAsync((RecordSimplePenaltyHandler h) => h.HandleAsync(
            new(check.Id, check.FindingIds, ["R011", "R013"], PenaltyKind.Warning, 0, "未张贴警示标志", "aq-99", "谢世荣", "机加工车间", true, true), host.Data.Change(CheckedCase.First), default))).Refusal);
        var officer = await host.SignInAsync("芮志强", ["officer", "case-officer"], "R011");
        var stranger = await host.SignInAsync("路人", ["officer"], "R099");
        var head = await host.SignInAsync("杨玉梅", ["section-head"], "R007");
        var url = $"/cases/{check.InspectionNo}/acts";

        await stranger.GetAsync(url);
        Assert.DoesNotContain("name=\"document\"", stranger.Html, StringComparison.Ordinal);
        Assert.Contains("由这些人登记：本案检查组成员和处罚案件承办人（信建军、芮志强、张鹏程）", stranger.Text);

        await officer.GetAsync(url);
        Assert.DoesNotContain("\"hearing.set|", officer.Html, StringComparison.Ordinal);
        Assert.Contains("现在还不能登记的", officer.Text);
        Assert.Contains("确定听证日期", officer.Text);
        await officer.PostAsync("act", ("act", $"investigated.first|{check.Id}|"), ("on", "2026-09-18"), ("document", "先行调查报告1号"));
        Assert.Contains("已登记", officer.Text);

        var clock = await host.Data.ReadAsync(db => db.Set<Deadline>().SingleAsync(d => d.RuleKey == "file.case.urgent"));
        await officer.GetAsync($"/deadlines/{clock.Id}");
        Assert.DoesNotContain("撤销误登记", officer.Text);
        await head.GetAsync($"/deadlines/{clock.Id}");
        Assert.Contains("凭“先行调查报告1号”登记起算", head.Text);
        await head.PostAsync("withdraw", ("form", "withdraw"), ("mistake", "登记到了另一案件"));
        Assert.Contains("已撤销，不再计时和提醒。", head.Text);
        Assert.Equal(DeadlineStatus.Cancelled, await host.Data.ReadAsync(db => db.Set<Deadline>().Where(d => d.Id == clock.Id).Select(d => d.Status).SingleAsync()));

        await host.Data.RunAsync(async s => (await s.GetRequiredService<DbContext>().Set<InspectionCase>().SingleAsync()).Status = InspectionStatus.Archived);
        await head.GetAsync(url);
        Assert.DoesNotContain("\"resume.asked|", head.Html, StringComparison.Ordinal);
        Assert.Contains("已归档，不再登记", head.Text);
    }

    [Theory, BothDatabases]
    public async Task Cases_List_FiltersAndCounts(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        var first = await CheckedCase.AddAsync(host.Data, 1, "RectifyByDate");
        await CheckedCase.AddAsync(host.Data, 2, "RectifyByDate");
        await host.Data.HandleAsync((OpenDeadlineHandler h) => h.HandleAsync(new OpenDeadline("result.publish", first.InspectionNo, "inspection", first.Id, new DateOnly(2026, 8, 3), "officer"), host.Data.Change(), default));
        var auditor = await host.SignInAsync("审计", ["auditor"]);

        await auditor.GetAsync("/cases");
        Assert.Contains("共 2 件 ‼ 其中逾期 1 件", auditor.Text);
        await auditor.GetAsync("/cases?late=1");
        Assert.Contains("符合条件 1 件，共 2 件", auditor.Text);
        Assert.Contains(first.InspectionNo, auditor.Text);
        await auditor.GetAsync("/cases?state=Archived&q=%E8%8A%AE&campaign=none&after=zzz");
        Assert.Contains("没有符合条件的案件", auditor.Text);
        await auditor.GetAsync("/cases/2099-01-001");
        Assert.Equal(HttpStatusCode.NotFound, auditor.Status);
        Assert.Contains("没有编号为 2099-01-001 的案件", auditor.Text);
    }

    [Theory, BothDatabases]
    public async Task Incident_IsShownAndRetriedOrSkippedByWhoMay(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        var decide = Given.Node("decide", "Elsa.FlowDecision", ("condition", Given.Feel("variables.Answer.none > 3")));
        decide["metadata"] = new JsonObject { ["displayText"] = "需限期整改？" };
        await host.Data.PublishAsync("undecided", [decide, Given.Node("E", "Elsa.End")], "decide.True>E");
        var id = await host.Data.StartAsync("undecided", "2026-07-009");
        var head = await host.SignInAsync("杨玉梅", ["section-head"]);
        var director = await host.SignInAsync("马国栋", ["director"]);
        var officer = await host.SignInAsync("王芳", ["officer"]);

        await officer.GetAsync("/cases/2026-07-009");
        Assert.Contains("“需限期整改？”这一步没有完成", officer.Text);
        Assert.DoesNotContain("name=\"retry\"", officer.Html);
        await head.GetAsync("/cases/2026-07-009");
        Assert.DoesNotContain("name=\"skip\"", head.Html);
        await head.PostAsync("incident", ("retry", (await OpenIncidentAsync(host, id)).Id.ToString()));
        Assert.Contains("已重试，但这一步仍没有完成", head.Text);
        var incident = await OpenIncidentAsync(host, id);
        await director.GetAsync("/cases/2026-07-009");
        await director.PostAsync("incident", ("skip", $"{incident.Id}|True"));
        Assert.Contains("跳过步骤须写明理由", director.Text);
        await director.PostAsync("incident", ("skip", $"{incident.Id}|True"), ($"reason-{incident.Id}", "人工判断为是"));

        Assert.Equal(WorkflowStatus.Finished, (await host.Data.InstanceAsync(id)).Status);
        Assert.Contains("人工判断为是", director.Text);
    }

    [Theory, BothDatabases]
    public async Task Incident_VariableRevised_TheStepRunsAgainWithIt(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        await host.Data.PublishAsync("undecided", [Given.Node("decide", "Elsa.FlowDecision", ("condition", Given.Feel("Answer = \"是\" or Answer + 1 > 2"))), Given.Node("E", "Elsa.End")], "decide.True>E");
        var id = await host.Data.StartAsync("undecided", "2026-07-010");
        var incident = await OpenIncidentAsync(host, id);
        var head = await host.SignInAsync("杨玉梅", ["section-head"]);
        var director = await host.SignInAsync("马国栋", ["director"]);

        await head.GetAsync("/cases/2026-07-010");
        Assert.DoesNotContain("name=\"revise\"", head.Html);
        await director.GetAsync("/cases/2026-07-010");
        await director.PostAsync("incident", ("revise", incident.Id.ToString()), ($"variable-{incident.Id}", "Answer"), ($"value-{incident.Id}", "是"));
        Assert.Contains("修改变量须写明理由", director.Text);
        await director.PostAsync("incident", ("revise", incident.Id.ToString()), ($"variable-{incident.Id}", "Answer"), ($"value-{incident.Id}", "{"), ($"why-{incident.Id}", "补正"));
        Assert.Contains("值应为JSON", director.Text);
        await director.PostAsync("incident", ("revise", incident.Id.ToString()), ($"variable-{incident.Id}", "Answer"), ($"value-{incident.Id}", "是"), ($"why-{incident.Id}", "补正"));

        var instance = await host.Data.InstanceAsync(id);
        Assert.Equal((WorkflowStatus.Finished, 0), (instance.Status, instance.IncidentCount));
        Assert.Contains("修改变量 Answer 后重试", director.Text);
        var entry = await host.Data.ReadAsync(db => db.Set<AuditEntry>().AsNoTracking().SingleAsync(e => e.Action == "修改变量后重试异常步骤"));
        Assert.Contains("补正", entry.Reason, StringComparison.Ordinal);
    }

    [Theory, BothDatabases]
    public async Task Document_OfACase_IsReadInThePageAndDownloaded(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        var check = await CheckedCase.AddAsync(host.Data, 1, "FileCase");
        var issued = await IssueAsync(host, check);
        var auditor = await host.SignInAsync("审计", ["auditor"]);

        await auditor.GetAsync($"/cases/{check.InspectionNo}");
        Assert.Contains("崇应急结〔2026〕1号", auditor.Text);
        await auditor.GetAsync($"/documents/{issued.Id}");
        Assert.Contains("下载 Word 文件", auditor.Text);
        Assert.Contains(issued.Sha256, auditor.Text);
        Assert.Equal("PK"u8.ToArray(), (await auditor.BytesAsync($"/documents/{issued.Id}.docx"))[..2]);
        await auditor.GetAsync($"/documents/{issued.Id}/page");
        Assert.Contains("同意结案", auditor.Text);
        Assert.Equal(HttpStatusCode.NotFound, (await auditor.GetAsync($"/documents/{Guid.Empty}")).Status);
    }

    [Theory, BothDatabases]
    public async Task Document_IsServedAndVoided_ByThoseWhoMay(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        var issued = await IssueAsync(host, await CheckedCase.AddAsync(host.Data, 1, "FileCase"));
        var auditor = await host.SignInAsync("审计", ["auditor"]);
        var officer = await host.SignInAsync("芮志强", ["officer"], "R011");
        var director = await host.SignInAsync("马国栋", ["director"], "R001");
        var page = $"/documents/{issued.Id}";
        var today = issued.SignedOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

        await auditor.GetAsync(page);
        Assert.DoesNotContain("登记送达", auditor.Text, StringComparison.Ordinal);
        await auditor.PostAsync("serve", ("method", "Direct"), ("servedOn", today), ("receiver", "谢世荣"), ("place", "花坪街183号"));
        Assert.Equal(HttpStatusCode.Forbidden, auditor.Status);
        Assert.Contains("您的岗位不能办理此文书", auditor.Text);
        await auditor.PostAsync("void", ("reason", "不想要了"));
        Assert.Equal(HttpStatusCode.Forbidden, auditor.Status);

        await officer.GetAsync(page);
        Assert.DoesNotContain("作废理由", officer.Text, StringComparison.Ordinal);
        await officer.PostAsync("serve", ("method", "LeftBehind"), ("servedOn", today), ("receiver", "谢世荣"), ("place", "花坪街183号"));
        Assert.Equal(HttpStatusCode.BadRequest, officer.Status);
        Assert.Contains("留置送达应写明拒收情况以及见证人或录像", officer.Text);
        Assert.Contains("value=\"花坪街183号\"", WebUtility.HtmlDecode(officer.Html));
        await officer.PostAsync("serve", ("method", "LeftBehind"), ("servedOn", "2026-02-30"), ("receiver", "谢世荣"), ("place", "花坪街183号"), ("note", "当事人拒收，见证人王建国"));
        Assert.Contains("送达日期应在签发日", officer.Text);
        await officer.PostAsync("serve", ("method", "LeftBehind"), ("servedOn", today), ("receiver", "谢世荣"), ("place", "花坪街183号"), ("note", "当事人拒收，见证人王建国"));
        Assert.Contains("文书已登记送达。", officer.Text);
        Assert.Contains("留置送达 谢世荣 花坪街183号 当事人拒收，见证人王建国", officer.Text);
        Assert.DoesNotContain("登记送达", officer.Text.Replace("已登记送达", "", StringComparison.Ordinal), StringComparison.Ordinal);

        await director.GetAsync(page);
        await director.PostAsync("void", ("reason", " "));
        Assert.Contains("作废文书必须写明理由", director.Text);
        await director.PostAsync("void", ("reason", "当事人名称有误"));
        Assert.Contains("文书已作废，文号保留。", director.Text);
        Assert.Contains("已作废 当事人名称有误", director.Text);
        await director.PostAsync("void", ("reason", "再作废一次"));
        Assert.Equal(HttpStatusCode.Conflict, director.Status);
    }

    private static async Task<OfficialDocument> IssueAsync(PageHost host, CheckedCase check)
    {
        var issued = await host.Data.HandleAsync((IssueDocumentHandler h) => h.HandleAsync(
            new IssueDocument("D44", check.Id, check.InspectionNo, $"case/{check.InspectionNo}", new JsonObject
            {
                ["bureau"] = "崇信县应急管理局",
                ["caseTitle"] = "未按规定设置安全警示标志案",
                ["handling"] = "罚款人民币壹万元整",
                ["execution"] = "处罚决定已履行完毕",
                ["archiveNumber"] = "2026-07-001-罚1",
                ["opinion"] = "同意结案",
            }, "崇应急结〔{year}〕{seq}号"), host.Data.Change(CheckedCase.Director), default));
        return issued.Value;
    }

    private static Task<IncidentRow> OpenIncidentAsync(PageHost host, Guid instanceId)
        => host.Data.ReadAsync(db => db.Set<IncidentRow>().AsNoTracking().SingleAsync(i => i.InstanceId == instanceId && i.ResolvedAt == null));
}
