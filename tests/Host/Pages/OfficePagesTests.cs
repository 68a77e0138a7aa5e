using System.Net;
using System.Text;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.Definitions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Pages;

/// <summary>The pages around the case: supervision, reminders, registers, profile, errors.</summary>
public sealed class OfficePagesTests
{
    [Theory, BothDatabases]
    public async Task DeadlineRule_TriedProposedAndApproved_OnThePages(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        var legal = await host.SignInAsync("冯雅琴", ["legal"]);
        await legal.GetAsync("/deadlines/rules?q=公示检查结果");
        Assert.Contains("检查结束之后 20 个工作日", legal.Text);
        await legal.GetAsync("/deadlines/rules/result.publish");
        Assert.Contains("国庆节前最后一个工作日发生 2026-09-30", legal.Text);

        (string, string)[] typed = [("amount", "15"), ("unit", "WorkingDays"), ("direction", "After"), ("extensionTimes", "0"), ("citation", "崇信县实施方案（2026年修订）"), ("effectiveFrom", "2026-09-21"), ("rungs", "3 经办人\n-1 督办员"), ("reason", "缩短公示时间")];
        await legal.PostAsync("propose", [("act", "try"), .. typed]);
        Assert.Contains("试算：尚未提出。", legal.Text);
        Assert.Contains("20个工作日", legal.Text);
        Assert.Contains("起算15个工作日", legal.Text);
        Assert.DoesNotContain("这样提出会被退回", legal.Text);
        await legal.PostAsync("propose", [("act", "try"), .. typed.Where(t => t.Item1 is not ("citation" or "effectiveFrom")), ("citation", ""), ("effectiveFrom", "2026-09-01")]);
        Assert.Contains("起算15个工作日", legal.Text);
        Assert.Contains("这样提出会被退回，请先改正：", legal.Text);
        Assert.Contains("时限规则须写明依据", legal.Text);
        Assert.Contains("生效日期不得早于今天", legal.Text);
        await legal.PostAsync("propose", [("act", "try"), .. typed.Where(t => t.Item1 != "amount"), ("amount", "36500")]);
        Assert.Contains("期限长度应为 1 至 1000 的整数", legal.Text);
        Assert.Contains("value=\"36500\"", legal.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("maxlength=\"4\"", legal.Html, StringComparison.Ordinal);
        await legal.PostAsync("propose", [("act", "propose"), .. typed.Where(t => t.Item1 != "citation"), ("citation", "")]);
        Assert.Equal(HttpStatusCode.BadRequest, legal.Status);
        Assert.Contains("时限规则须写明依据", legal.Text);
        await legal.PostAsync("propose", [("act", "propose"), .. typed.Where(t => t.Item1 != "rungs"), ("rungs", "三 经办人")]);
        Assert.Contains("每行须以距到期的工作日数、自然日数或者起算后第几日开头", legal.Text);
        await legal.PostAsync("propose", [("act", "propose"), .. typed]);
        Assert.Contains("由您提出，须由另一人批准", legal.Text);

        var deputy = await host.SignInAsync("马国栋", ["deputy-director"]);
        await deputy.GetAsync("/deadlines/rules/result.publish");
        await deputy.PostAsync("decide", ("decision", "agree"));
        Assert.Contains("已批准。", deputy.Text);
        Assert.Equal("3:owner;-1:escalation", await host.Data.ReadAsync(db => db.Set<DeadlineRuleVersion>().Select(r => r.Rungs).SingleAsync()));
        await deputy.GetAsync("/deadlines/rules/no.such");
        Assert.Equal(HttpStatusCode.NotFound, deputy.Status);
    }

    [Theory, BothDatabases]
    public async Task GeneralLadder_ProposedByOneAndApprovedByAnother_OnThePage(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        var escalation = await host.SignInAsync("宋文涛", ["escalation"]);
        await escalation.GetAsync("/deadlines/ladder");
        await escalation.PostAsync("ladder", ("ladder", "三 经办人"), ("why", "试行"));
        Assert.Contains("每行须以距到期的工作日数、自然日数或者起算后第几日开头", escalation.Text);
        await escalation.PostAsync("ladder", ("ladder", "5 经办人\n-1 督办员 经 邮件 短信"), ("why", "减少打扰"));
        Assert.Contains("修改已提出，等待另一人批准。", escalation.Text);
        Assert.Contains("由您提出，须由另一人批准。", escalation.Text);
        Assert.Contains("有改动", escalation.Text);
        Assert.Contains("不再有", escalation.Text);
        await escalation.PostAsync("policy", ("quietFrom", "22:00"), ("quietTo", "07:00"), ("digestAbove", "9"), ("daysOff", "1"), ("reason", "冬季"));
        Assert.Contains("已保存。", escalation.Text);
        Assert.Contains("周末和节假日全天不发，下一个工作日合并发出。", escalation.Text);

        var clerk = await host.SignInAsync("王彦龙", ["officer"]);
        await clerk.GetAsync("/deadlines/ladder");
        Assert.Contains("批准以前仍按现行阶梯", clerk.Text);
        Assert.DoesNotContain("name=\"decision\"", clerk.Html, StringComparison.Ordinal);
        var legal = await host.SignInAsync("冯雅琴", ["legal"]);
        await legal.GetAsync("/deadlines/ladder");
        var proposal = await host.Data.ReadAsync(db => db.Set<LadderProposal>().AsNoTracking().SingleAsync());
        await legal.PostAsync($"decide-{proposal.Id}", ("decision", "reject"), ("opinion", ""));
        Assert.Contains("退回须写明意见。", legal.Text);
        await legal.PostAsync($"decide-{proposal.Id}", ("decision", "agree"), ("opinion", "同意试行"));
        Assert.Contains("已批准，0 项在办的时限改按新阶梯提醒。", legal.Text);
        Assert.Contains("逾期 1 个工作日告知督办员（站内、邮件、短信）", legal.Text);
        Assert.Contains("减少打扰", legal.Text);
        var policy = await host.Data.ReadAsync(db => db.Set<AlertPolicy>().AsNoTracking().SingleAsync());
        Assert.Equal(("5:owner;-1:escalation/mail,sms", 9), (policy.Ladder, policy.DigestAbove));
    }

    [Theory, BothDatabases]
    public async Task AlertRecord_SaysWhatWaitsForAWayAndSendsAllRefusedOnesAgain(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        await host.Data.RunAsync(services =>
        {
            var db = services.GetRequiredService<DbContext>();
            for (var i = 0; i < 3; i++)
            {
                var alert = new Alert { Id = Guid.NewGuid(), DeadlineId = Guid.NewGuid(), CaseNo = $"2026-07-00{i}", Chain = "case/x", RecipientKey = "person:x", Text = "到期", WhyMe = "您是经办人", CreatedAt = host.Data.Change().At };
                db.Add(alert);
                db.Add(new AlertDelivery { AlertId = alert.Id, Way = i == 0 ? "mail" : "wecom", RecipientName = "李志强", CreatedAt = alert.CreatedAt, MessageKey = $"alert/{i}" });
                db.Add(new OutboxMessage { Id = Guid.NewGuid(), Kind = i == 0 ? "mail" : "wecom", DedupeKey = $"alert/{i}", Payload = "{}", CreatedAt = alert.CreatedAt, NextAttemptAt = alert.CreatedAt, Attempts = i, FailedAt = i == 0 ? null : alert.CreatedAt, LastError = i == 0 ? null : "拒收（errcode 93000）" });
            }
            // A step of a process told somebody, and the mail did not arrive: it belongs to no alert.
            db.Add(new OutboxMessage { Id = Guid.NewGuid(), Kind = "mail", DedupeKey = "notify/1", Payload = """{"to":"gone@example.org","name":"王五","subject":"请复核线索"}""", CreatedAt = host.Data.Change().At, NextAttemptAt = host.Data.Change().At, Attempts = 1, FailedAt = host.Data.Change().At, LastError = "550 5.1.1 no such user" });
            return Task.CompletedTask;
        });
        var escalation = await host.SignInAsync("宋文涛", ["escalation"]);
        await escalation.GetAsync("/escalation");
        Assert.Contains("有 3 条提醒没有送达。", escalation.Text);
        await escalation.GetAsync("/escalation/alerts");
        Assert.Contains("邮件未配置，1 条提醒在等候", escalation.Text);
        await escalation.GetAsync("/escalation/alerts?show=failed");
        Assert.Contains("errcode 93000", escalation.Text);
        Assert.Contains("王五：请复核线索 邮件没有送达 550 5.1.1 no such user", escalation.Text);
        Assert.Contains("重发全部被退回的（3）", escalation.Text);
        await escalation.PostAsync("resend", ("message", "all"));
        Assert.Contains("已安排重发 3 条。", escalation.Text);
        Assert.Contains("没有提醒。", escalation.Text);

        // The mail has left, and comes back to whoever reads the sender's mailbox.
        var mail = await host.Data.ReadAsync(db => db.Set<OutboxMessage>().AsNoTracking().SingleAsync(m => m.DedupeKey == "alert/0"));
        await host.Data.RunAsync(async services => (await services.GetRequiredService<DbContext>().Set<OutboxMessage>().SingleAsync(m => m.Id == mail.Id)).SentAt = mail.CreatedAt);
        await escalation.GetAsync($"/escalation/alerts?bounce={mail.Id}");
        Assert.Contains("发给李志强", escalation.Text);
        await escalation.PostAsync("bounce", ("reason", ""));
        Assert.Contains("请写明退信中说的原因", escalation.Text);
        await escalation.PostAsync("bounce", ("reason", "550 5.1.1 <b>收件人</b>不存在"));
        Assert.Contains("退信已登记", escalation.Text);
        Assert.Contains("退信（宋文涛登记）：550 5.1.1 <b>收件人</b>不存在", escalation.Text);

        var auditor = await host.SignInAsync("审计", ["auditor"]);
        await auditor.GetAsync($"/escalation/alerts?show=failed&bounce={mail.Id}");
        Assert.DoesNotContain("重发", auditor.Text);
        Assert.DoesNotContain("登记退信", auditor.Text);
    }

    [Theory, BothDatabases]
    public async Task Calendar_LocalDayAndNotice_ArePreviewedAndSet(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        await host.Data.HandleAsync((OpenDeadlineHandler h) => h.HandleAsync(new OpenDeadline("result.publish", "2026-07-001", "inspection", Guid.NewGuid(), new DateOnly(2026, 9, 17), "officer", SubjectName: "永兴商行"), host.Data.Change(), default));
        var admin = await host.SignInAsync("系统管理员", ["admin"]);
        await admin.GetAsync("/deadlines/calendar?year=2026");
        Assert.Contains("国庆节", admin.Text);
        (string, string)[] festival = [("on", "2026-09-22"), ("kind", "Off"), ("name", "古尔邦节"), ("scope", "张家川回族自治县"), ("document", "甘政办发〔2026〕3号")];
        await admin.PostAsync("add", [("act", "try"), .. festival]);
        Assert.Contains("将有 1 项时限变动。尚未设置，请确认。", admin.Text);
        await admin.PostAsync("add", [("act", "add"), .. festival]);
        Assert.Contains("已设置，1 项时限变动。", admin.Text);
        await admin.PostAsync("add", [("act", "add"), .. festival]);
        Assert.Equal(HttpStatusCode.Conflict, admin.Status);

        await admin.PostAsync("withdraw-2026-09-22", ("act", "try"), ("reason", "误设"));
        Assert.Contains("撤销 2026-09-22 后将有 1 项时限变动。尚未撤销，请确认。", admin.Text);
        Assert.Contains("value=\"误设\"", WebUtility.HtmlDecode(admin.Html));
        Assert.Contains("古尔邦节）改为上班", admin.Text);

        await admin.PostAsync("preview", [("file", "notice.csv", Encoding.UTF8.GetBytes("日期,类型,名称\n2027-01-01,休,元旦\n2027-13-02,休,元旦\n"))]);
        Assert.Contains("文件有误，没有导入。", admin.Text);
        Assert.Contains("第 3 行", admin.Text);
        await admin.PostAsync("preview", [("file", "notice.csv", Encoding.UTF8.GetBytes("日子,类型\n2027-01-01,休\n"))]);
        Assert.Contains("请按模板填写", admin.Text);
        Assert.DoesNotContain("第 0 行", admin.Text);
        await admin.PostAsync("preview", [("file", "notice.csv", [])]);
        Assert.Contains("日历文件为空", admin.Text);
        Assert.DoesNotContain("没有选择文件", admin.Text);
        Assert.Contains("/deadlines/calendar/template.csv", admin.Html);
        var template = await admin.BytesAsync("/deadlines/calendar/template.csv");
        Assert.Equal(Encoding.UTF8.GetPreamble(), template[..3]);
        // The template itself leaves out all of 2026 but three days.
        await admin.PostAsync("preview", [("file", "template.csv", template)]);
        Assert.Contains("新增 0，更改 0，未变 3，减少 36；", admin.Text);
        Assert.Contains("2026-02-23 放假（春节）：改为上班", admin.Text);
        Assert.Contains("2026-02-14 补班（春节）：改为休息", admin.Text);
        await admin.PostAsync("preview", [("file", "notice.csv", Encoding.UTF8.GetBytes("日期,类型,名称\n2027-01-01,休,元旦\n2027-01-04,休,元旦\n"))]);
        Assert.Contains("尚未导入，请确认。", admin.Text);
        await admin.PostAsync("load", ("csv", "日期,类型,名称\n2027-01-01,休,元旦\n2027-01-04,休,元旦\n"));
        Assert.Contains("已导入，0 项时限变动。", admin.Text);

        var auditor = await host.SignInAsync("审计", ["auditor"]);
        await auditor.GetAsync("/deadlines/calendar?year=2026");
        Assert.Contains("古尔邦节", auditor.Text);
        Assert.DoesNotContain("导入放假通知", auditor.Text);
    }

    [Theory, BothDatabases]
    public async Task Escalation_LateMatter_StandsUnderItsRuleAndIsAcknowledged(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        await host.Data.HandleAsync((OpenDeadlineHandler h) => h.HandleAsync(new OpenDeadline("result.publish", "2026-07-001", "inspection", Guid.NewGuid(), new DateOnly(2026, 8, 3), "officer", Section: "执法一科", SubjectName: "永兴商行"), host.Data.Change(), default));
        await host.Data.HandleAsync((OpenDeadlineHandler h) => h.HandleAsync(new OpenDeadline("lead.transfer", "2026-07-002", "inspection", Guid.NewGuid(), new DateOnly(2026, 9, 17), "officer", Section: "执法二科"), host.Data.Change(), default));
        await host.Data.Services.GetRequiredService<DeadlineSweep>().RunAsync(new DateOnly(2026, 9, 18));
        var escalation = await host.SignInAsync("督办员", ["escalation"]);

        await escalation.GetAsync("/escalation?days=20");
        Assert.Contains("已逾期 14 个工作日", escalation.Text);
        Assert.Contains("崇信县实施方案；检查结果20个工作日内公示", escalation.Text);
        Assert.True(escalation.Text.IndexOf("2026-07-001", StringComparison.Ordinal) < escalation.Text.IndexOf("2026-07-002", StringComparison.Ordinal));
        await escalation.GetAsync("/escalation?days=20&rule=lead.transfer&after=20260101.00000000-0000-0000-0000-000000000000");
        Assert.DoesNotContain("/cases/2026-07-001", escalation.Html);
        Assert.Contains("/cases/2026-07-002", escalation.Html);

        await escalation.GetAsync("/notifications");
        Assert.Contains("永兴商行", escalation.Text);
        Assert.Contains("您是督办员，逾期第 1 个工作日起告知您", escalation.Text);
        var mine = await host.Data.ReadAsync(db => db.Set<Alert>().AsNoTracking().Where(a => a.RecipientRole == "escalation").Select(a => a.Id).ToListAsync());
        await escalation.PostAsync("acknowledge", ("alert", mine[0].ToString()));
        Assert.Contains("已记录知悉。", escalation.Text);
        Assert.DoesNotContain("没有未读的提醒", escalation.Text);
        await escalation.PostAsync("acknowledge", [("all", "1"), ("shown", "x")]);
        Assert.Equal(HttpStatusCode.NotFound, escalation.Status);
        await escalation.PostAsync("acknowledge", [("all", "1"), .. mine.Select(id => ("shown", id.ToString()))]);
        Assert.Contains("没有未读的提醒", escalation.Text);
        Assert.Contains($"已记录知悉 {mine.Count - 1} 条。", escalation.Text);
    }

    [Theory, BothDatabases]
    public async Task Registers_ImportIsTriedThenConfirmed(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        var planner = await host.SignInAsync("计划员", ["planner"]);
        var officer = await host.SignInAsync("王芳", ["officer"]);
        var sample = await File.ReadAllBytesAsync(Repository.Path("samples/chongxin/专家.csv"));
        var text = Encoding.UTF8.GetString(sample);
        var broken = Encoding.UTF8.GetBytes(text.TrimEnd('\n') + "\n=坏行\n");

        await planner.GetAsync("/registers/experts/import");
        await planner.PostAsync("import", [("file", "专家.csv", broken)], ("kind", "experts"));
        Assert.StartsWith("/registers/imports/", planner.Path, StringComparison.Ordinal);
        var job = planner.Path;
        Assert.Contains("确认导入 12 条", planner.Text);
        Assert.Contains("不合格 1 行", planner.Text);
        Assert.Equal(0, await host.Data.ReadAsync(db => db.Set<Expert>().CountAsync()));
        Assert.Contains("\n'=坏行,", Encoding.UTF8.GetString(await planner.BytesAsync($"{job}/refusals.csv")), StringComparison.Ordinal);
        Assert.Equal("PK", Encoding.ASCII.GetString((await planner.BytesAsync($"{job}/refusals.xlsx"))[..2]));
        await planner.GetAsync(job);
        await planner.PostAsync("decide", ("act", "import"), ("reason", "首次建库"));
        Assert.Contains("已导入：新增 12，更新 0，未变 0，拒绝 1。", planner.Text);
        Assert.Equal(HttpStatusCode.NotFound, (await officer.GetAsync(job)).Status);
        await planner.GetAsync("/registers/imports");
        Assert.Contains("新增 12，更新 0，不合格 1", planner.Text);
        Assert.Equal("首次建库", await host.Data.ReadAsync(db => db.Set<RegisterChange>().Select(c => c.Reason).SingleAsync()));
        Assert.Equal("PK", Encoding.ASCII.GetString((await planner.BytesAsync("/registers/experts/template.xlsx"))[..2]));
        await planner.GetAsync("/registers/experts");
        Assert.Contains("共 12 条", planner.Text);
        // The form has more columns than the office's file: those of the file stand in their order.
        var columns = text.ReplaceLineEndings("\n").TrimStart('\uFEFF').Split('\n')[0].Split(',');
        Assert.Equal(columns, Encoding.UTF8.GetString(await planner.BytesAsync("/registers/experts/export.csv")).TrimStart('\uFEFF').Split('\n')[0].Split(',').Intersect(columns));
        var expert = await host.Data.ReadAsync(db => db.Set<Expert>().AsNoTracking().OrderBy(e => e.Number).FirstAsync());
        await planner.GetAsync($"/registers/experts/{expert.Number}");
        Assert.Contains(expert.Phone!, planner.Text);
        await officer.GetAsync($"/registers/experts/{expert.Number}");
        Assert.Contains(expert.Specialities, officer.Text);
        Assert.DoesNotContain(expert.Phone!, officer.Text);
        await officer.GetAsync("/registers/experts/import");
        Assert.Contains("检查对象和抽查事项由所属科室的名录员或负责人导入本科室的", officer.Text);
        Assert.Equal(HttpStatusCode.Forbidden, (await officer.GetAsync("/registers/experts/export.csv")).Status);
        Assert.Contains("没有权限", officer.Text);
    }

    [Theory, BothDatabases]
    public async Task Registers_ListOfAThousand_IsReadByPagesAndSearched(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        await using (var file = File.OpenRead(Repository.Path("samples/chongxin/检查对象.csv")))
        {
            var bytes = new MemoryStream();
            await file.CopyToAsync(bytes);
            await host.Data.RunAsync((s, ct) => s.GetRequiredService<ImportFileHandler>().HandleAsync(new ImportFile("inspectees", new MemoryStream(bytes.ToArray())), host.Data.Change(), ct));
        }
        var auditor = await host.SignInAsync("审计", ["auditor"]);

        await auditor.GetAsync("/registers");
        Assert.Contains("检查对象 1031", auditor.Text);
        var seen = new HashSet<string>();
        var url = "/registers/inspectees";
        for (var i = 0; i < 3; i++)
        {
            await auditor.GetAsync(url);
            var keys = System.Text.RegularExpressions.Regex.Matches(auditor.Html, "href=\"/registers/inspectees/([^\"]+)\"").Select(m => m.Groups[1].Value).ToList();
            Assert.Equal(50, keys.Count);
            Assert.All(keys, k => Assert.True(seen.Add(k)));
            url = WebUtility.HtmlDecode(System.Text.RegularExpressions.Regex.Match(auditor.Html, "href=\"([^\"]*)\" rel=\"next\"").Groups[1].Value);
        }
        await auditor.GetAsync($"/registers/inspectees?q={seen.First()}");
        Assert.Contains("符合条件 1 条，共 1031 条", auditor.Text);
        Assert.Equal(HttpStatusCode.OK, (await auditor.GetAsync($"/registers/inspectees/{seen.First()}")).Status);
    }

    [Fact]
    public async Task Profile_PasswordIsChangedWithTheOldOneAndOtherSessionsEnd()
    {
        await using var host = await PageHost.StartAsync(Databases.Sqlite);
        var here = await host.SignInAsync("王芳", ["officer"], "R011");
        var elsewhere = host.Anonymous();
        await elsewhere.GetAsync("/signin");
        await elsewhere.PostAsync("signin", ("Input.UserName", $"u{DoubleRandom.Basics.Hashing.Sha256Hex("王芳")[..8]}"), ("Input.Password", PageHost.Password));
        Assert.Equal("/inbox", elsewhere.Path);

        await here.GetAsync("/profile");
        await here.PostAsync("password", ("old", "wrong-password"), ("new", "another-horse-7"), ("again", "another-horse-7"));
        Assert.Contains("原口令不对", here.Text);
        await here.PostAsync("password", ("old", PageHost.Password), ("new", "another-horse-7"), ("again", "another-horse-8"));
        Assert.Contains("两次输入的新口令不一致", here.Text);
        await here.PostAsync("password", ("old", PageHost.Password), ("new", "another-horse-7"), ("again", "another-horse-7"));
        Assert.Contains("口令已修改", here.Text);

        Assert.StartsWith("/signin", (await elsewhere.GetAsync("/inbox")).Path, StringComparison.Ordinal);
        Assert.Equal("/inbox", (await here.GetAsync("/inbox")).Path);
    }

    [Fact]
    public async Task Errors_PersonsGetAPageProgramsAStatus()
    {
        await using var host = await PageHost.StartAsync(Databases.Sqlite);
        var officer = await host.SignInAsync("王芳", ["officer"]);

        await officer.GetAsync("/no/such/page");
        Assert.Equal(HttpStatusCode.NotFound, officer.Status);
        Assert.Contains("没有这个页面", officer.Text);
        Assert.Contains("王芳", officer.Text);
        await officer.GetAsync("/api/no-such");
        Assert.Equal((HttpStatusCode.NotFound, false), (officer.Status, officer.Html.Contains("<html", StringComparison.Ordinal)));
        // A definition that is no JSON: the page that draws it fails, and says nothing of the inside.
        await host.OpenItemAsync("2026-07-001");
        await host.Data.RunAsync(async s => (await s.GetDb().Set<DefinitionVersion>().FirstAsync()).Json = "broken");
        await officer.GetAsync("/cases/2026-07-001");
        Assert.Equal(HttpStatusCode.InternalServerError, officer.Status);
        Assert.Contains("系统出了问题", officer.Text);
        Assert.DoesNotContain("Json", officer.Text);
        Assert.DoesNotContain("   at ", officer.Html);
    }

    [Fact]
    public async Task Language_English_IsChosenByTheReader()
    {
        await using var host = await PageHost.StartAsync(Databases.Sqlite);
        var officer = await host.SignInAsync("王芳", ["officer"]);

        await officer.GetAsync("/language/en?returnTo=/inbox");

        Assert.Equal("/inbox", officer.Path);
        Assert.Contains("Sign out", officer.Text);
        Assert.Contains("lang=\"en\"", officer.Html);
        await officer.GetAsync("/language/en?returnTo=//elsewhere.example");
        Assert.StartsWith("/", officer.Path, StringComparison.Ordinal);
        Assert.Equal(host.Address.Authority, officer.Authority);
    }
}
