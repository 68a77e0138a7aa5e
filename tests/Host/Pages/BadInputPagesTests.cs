using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Host.Outgoing;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Pages;

/// <summary>What cannot be is refused with its reason where somebody reads it; what fails later is parked, counted where the escalation officer looks first, and named.</summary>
public sealed class BadInputPagesTests
{
    [Theory, BothDatabases]
    public async Task Calendar_ThatContradictsItselfOrTheLaw_IsRefusedByLineOnThePage(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        var planner = await host.SignInAsync("朱文斌", ["planner"]);
        await planner.GetAsync("/deadlines/calendar?year=2027");
        foreach (var (rows, said) in ((string, string)[])
        [
            ("2027-01-01,休,元旦,已公布\n2027-01-02,休,元旦,暂定\n", "2027 年既有“暂定”又有“已公布”的行，互相矛盾"),
            ("2027-02-06,班,春节,\n", "2027-02-06 是法定节假日"),
            ("2027-01-05,班,元旦,\n", "2027-01-05 是周一至周五，本来就上班"),
            ("2027-01-01,休,元旦,\n2027-01-01,休,元旦,\n", "日期 2027-01-01 在文件中重复"),
            ("1027-01-01,休,元旦,\n", "年份 1027 超出 2000 至 2099 的范围"),
            ("2027-01-01,假,元旦,\n", "类型“假”无效"),
        ])
        {
            await planner.PostAsync("preview", [("file", "notice.csv", Encoding.UTF8.GetBytes($"日期,类型,名称,状态\n{rows}"))]);
            Assert.Contains("文件有误，没有导入。", planner.Text);
            Assert.Contains(said, planner.Text);
        }
    }

    [Theory, BothDatabases]
    public async Task Substitute_WhoIsAbsent_IsRefused_AndOneWhoFailsLaterIsSeenByPrincipalAndHead(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        var (ma, li, director) = (await host.SignInAsync("马国栋", ["deputy-director"]), await host.SignInAsync("李四", ["deputy-director"]), await host.SignInAsync("王五", ["director"]));
        var ids = await host.Data.ReadAsync(db => db.Set<Account>().ToDictionaryAsync(a => a.DisplayName, a => a.Id.ToString()));
        var today = host.Data.Time.Today.Iso();
        (string, string)[] Ask(string principal, string substitute) => [("principal", ids[principal]), ("substitute", ids[substitute]), ("from", today), ("to", today), ("reason", "到市里开会")];
        await li.GetAsync("/substitutions");
        await li.PostAsync("add", Ask("李四", "王五"));
        Assert.Contains("已指定王五代理李四", li.Text);
        await ma.GetAsync("/substitutions");
        await ma.PostAsync("add", Ask("马国栋", "李四"));
        Assert.Equal(HttpStatusCode.BadRequest, ma.Status);
        Assert.Contains("李四", ma.Text);
        Assert.Contains("由王五代理", ma.Text);

        await ma.PostAsync("add", Ask("马国栋", "王五"));
        Assert.Contains("已指定王五代理马国栋", ma.Text);
        // The substitute goes away himself.
        await host.Data.RunAsync(services =>
        {
            services.GetRequiredService<DbContext>().Add(new DoubleRandom.Inspections.WorkItems.Substitution
            {
                Id = Guid.NewGuid(),
                PrincipalId = Guid.Parse(ids["王五"]),
                PrincipalName = "王五",
                SubstituteId = Guid.Parse(ids["李四"]),
                SubstituteName = "李四",
                From = host.Data.Time.Today,
                To = host.Data.Time.Today,
                Reason = "出差",
                CreatedAt = host.Data.Change().At,
                CreatedByName = "王五",
            });
            return Task.CompletedTask;
        });
        await ma.GetAsync("/substitutions");
        Assert.Contains("代理人缺席", ma.Text);
        await director.GetAsync("/workload");
        Assert.Contains("但王五缺席", director.Text);
    }

    [Fact]
    public async Task WebhookThatHangsOrAnswers500_AndMailThatBounces_AreParkedWithTheirReasonAndSeen()
    {
        await using var server = await WebhookServer.StartAsync();
        await using var smtp = new SmtpServer { OnRecipient = _ => "550 5.1.1 no such user" };
        await using var host = await PageHost.OverAsync(await TestHost.StartAsync(Databases.Sqlite, services => services
            .AddSingleton(new MailOptions("127.0.0.1", smtp.Port, "bureau@example.org", null, null, false, "https://inspect.example.org"))
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Robots:WeCom:Url"] = $"{server.Address}/wecom", ["Robots:DingTalk:Url"] = $"{server.Address}/dingtalk" }).Build())));
        await host.Data.RunAsync(services =>
        {
            foreach (var way in (string[])["mail", "wecom", "dingtalk"])
            {
                var alert = new Alert { Id = Guid.NewGuid(), DeadlineId = Guid.NewGuid(), CaseNo = $"2026-{way}", Chain = "case/x", RecipientKey = "person:x", Text = "到期", WhyMe = "您是经办人", CreatedAt = host.Data.Change().At };
                services.GetRequiredService<DbContext>().AddRange(alert, new AlertDelivery { AlertId = alert.Id, Way = way, RecipientName = "李志强", CreatedAt = alert.CreatedAt, MessageKey = $"alert/{way}" });
                services.GetRequiredService<IOutbox>().Enqueue(host.Data.Change(), way, $"alert/{way}", new JsonObject { ["to"] = "gone@example.org", ["name"] = "李志强", ["subject"] = "提醒", ["text"] = "请办理", ["path"] = "/inbox" });
            }
            return Task.CompletedTask;
        });
        server.Answer = async context =>
        {
            if (context.Request.Path.Value == "/wecom") return (500, "boom");
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
            return (200, "");
        };
        var escalation = await host.SignInAsync("宋文涛", ["escalation"]);
        await host.Data.Services.GetRequiredService<OutboxSender>().SendDueAsync();
        await escalation.GetAsync("/escalation/alerts?show=waiting");
        Assert.Matches("企业微信正在重发（第 1 次）.*127.0.0.1 答复 500", escalation.Text);
        Assert.Matches("钉钉正在重发（第 1 次）.*秒内没有答复", escalation.Text);
        await escalation.GetAsync("/escalation");
        Assert.Contains("有 1 条提醒没有送达。", escalation.Text);
        await escalation.GetAsync("/escalation/alerts?show=failed");
        Assert.Matches("邮件没有送达.*no such user", escalation.Text);

        // Tried again and again, and then given up in the open.
        foreach (var wait in OutboxSender.Waits)
        {
            host.Data.Time.Advance(wait);
            server.Answer = _ => Task.FromResult((500, "boom"));
            await host.Data.Services.GetRequiredService<OutboxSender>().SendDueAsync();
        }
        await escalation.GetAsync("/escalation");
        Assert.Contains("有 3 条提醒没有送达。", escalation.Text);
        await escalation.GetAsync("/escalation/alerts?show=failed");
        foreach (var way in (string[])["邮件", "企业微信", "钉钉"]) Assert.Contains($"{way}没有送达", escalation.Text);
    }
}
