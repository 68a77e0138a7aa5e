using System.Net;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Tests.Host.Pages;

/// <summary>Handing work over from plain pages, without scripts.</summary>
public sealed class HandOverPagesTests
{
    [Theory, BothDatabases]
    public async Task Inbox_ManyAtOnce_AnswersForEach(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        var (one, two) = (await host.OpenItemAsync("2026-07-001"), await host.OpenItemAsync("2026-07-002"));
        var (ma, li) = (await host.SignInAsync("马国栋", ["director"]), await host.SignInAsync("李四", ["director"]));
        await ma.GetAsync("/inbox?tab=group");
        await li.GetAsync("/inbox?tab=group");
        await li.PostAsync("claim", ("claim", $"{two.Id}.{two.Revision}"));

        await ma.PostAsync("claim", ("bulk", "Claim"), ("pick", $"{one.Id}.{one.Revision}"), ("pick", $"{two.Id}.{two.Revision}"));

        Assert.Contains("选中 2 件：办成 1 件，未办 1 件。", ma.Text);
        Assert.Contains("已由 李四 签收", ma.Text);
        // What is refused as a whole keeps what was ticked, chosen and written.
        await ma.GetAsync("/inbox?tab=mine");
        await ma.PostAsync("claim", ("bulk", "Transfer"), ("pick", $"{one.Id}.{one.Revision + 1}"), ("to", ""), ("opinion", "下周外出"));
        Assert.Matches($"name=\"pick\" value=\"{one.Id}\\.\\d+\" checked", ma.Html);
        Assert.Contains("value=\"下周外出\"", WebUtility.HtmlDecode(ma.Html), StringComparison.Ordinal);
        await ma.GetAsync("/inbox?tab=mine&due=none&group=case");
        Assert.DoesNotContain("tab=done&due", WebUtility.HtmlDecode(ma.Html), StringComparison.Ordinal);
        Assert.Contains("2026-07-001", ma.Text);
        await ma.PostAsync("save-filter", ("name", "无时限"), ("shared", ""));
        Assert.Contains("已保存为“无时限”。", ma.Text);
        await ma.GetAsync("/inbox?tab=nothing&due=x&group=y&after=20260101.zz.&section=%27");
        Assert.Equal(HttpStatusCode.OK, ma.Status);
    }

    [Theory, BothDatabases]
    public async Task WorkItem_Transferred_LeavesTheInbox_AndAnOldPageIsToldByWhom(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        var item = await host.OpenItemAsync("2026-07-001");
        var (ma, li) = (await host.SignInAsync("马国栋", ["director"]), await host.SignInAsync("李四", ["director"]));
        var to = await host.Data.ReadAsync(db => db.Set<Account>().Where(a => a.DisplayName == "李四").Select(a => a.Id).SingleAsync());
        await li.GetAsync($"/work-items/{item.Id}");
        await ma.GetAsync($"/work-items/{item.Id}");
        await ma.PostAsync("verb-Transfer", ("to", to.ToString()), ("opinion", ""));
        Assert.Contains("请填写意见", ma.Text);
        await ma.PostAsync("verb-Transfer", ("to", to.ToString()), ("opinion", "我出差"));

        Assert.Contains("转办成功", ma.Text);
        Assert.Equal(to, (await host.Data.ReadAsync(db => db.Set<WorkItem>().AsNoTracking().SingleAsync(i => i.Id == item.Id))).ClaimedById);
        await li.PostAsync("verb-Suspend", ("opinion", "等材料"));
        Assert.Contains("刚由马国栋转办：李四", li.Text);

        // Suspended from one window and resumed from two: the second is told who was quicker, by the page the verb stood on.
        await li.GetAsync($"/work-items/{item.Id}");
        await li.PostAsync("verb-Suspend", ("opinion", "等材料"));
        await ma.GetAsync($"/work-items/{item.Id}");
        host.Data.Time.Advance(TimeSpan.FromMinutes(1));
        await li.PostAsync("verb-Resume");
        await ma.PostAsync("verb-Resume");
        Assert.Equal(HttpStatusCode.Conflict, ma.Status);
        Assert.Contains("刚由李四恢复", ma.Text);

        // 不同意 without a reason is refused and stays 不同意.
        var yang = await host.SignInAsync("杨玉梅", ["section-head"]);
        var signer = await host.Data.ReadAsync(db => db.Set<Account>().Where(a => a.DisplayName == "杨玉梅").Select(a => a.Id).SingleAsync());
        await li.PostAsync("verb-AddSigners", ("people", signer.ToString()), ("rule", "Share"), ("share", "0"), ("opinion", "请票决"));
        Assert.Contains($"value=\"{signer}\" checked", li.Html, StringComparison.Ordinal);
        Assert.Contains("value=\"Share\" checked", li.Html, StringComparison.Ordinal);
        await li.PostAsync("verb-AddSigners", ("people", signer.ToString()), ("rule", "Share"), ("share", "67"), ("opinion", "请票决"));
        await yang.GetAsync($"/work-items/{item.Id}");
        Assert.Contains("李四请您签署意见：请票决", yang.Text);
        await yang.PostAsync("verb-Sign", ("agrees", "false"), ("opinion", ""));
        Assert.Contains("value=\"false\" checked", yang.Html, StringComparison.Ordinal);
        await yang.PostAsync("verb-Sign", ("agrees", "false"), ("opinion", "证据不足"));
        Assert.Contains("您已签署。由李四汇总后决定。", yang.Text);

        var officer = await host.SignInAsync("王五", ["officer"]);
        await officer.GetAsync("/workload");
        Assert.Equal(HttpStatusCode.Forbidden, officer.Status);
        await ma.GetAsync("/workload");
        Assert.Contains("李四", ma.Text);
    }
}
