using System.Net;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Pages;

public sealed class InboxPageTests
{
    [Fact]
    public async Task Inbox_NotSignedIn_AsksToSignInAndComesBack()
    {
        await using var host = await PageHost.StartAsync(Databases.Sqlite);

        var page = await host.Anonymous().GetAsync("/inbox?tab=done");

        Assert.StartsWith("/signin?returnUrl=", page.Path, StringComparison.Ordinal);
    }

    [Theory, BothDatabases]
    public async Task Inbox_GroupItem_IsClaimedAndReleased(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        await host.OpenItemAsync("2026-07-001");
        var item = await host.OpenItemAsync("2026-07-002");
        await SetDueAsync(host, item.Id, new DateOnly(2026, 9, 16));
        var director = await host.SignInAsync("马国栋", ["director"]);

        await director.GetAsync("/inbox?tab=group");
        Assert.Contains("共 2 件", director.Text);
        Assert.Contains("其中逾期 1 件", director.Text);
        Assert.True(director.Text.IndexOf("2026-07-002", StringComparison.Ordinal) < director.Text.IndexOf("2026-07-001", StringComparison.Ordinal));
        Assert.Contains("已逾期 2 个工作日", director.Text);
        await director.PostAsync("claim", ("claim", item.Id.ToString()));

        Assert.Equal($"/work-items/{item.Id}", director.Path);
        await director.GetAsync("/inbox?tab=mine");
        Assert.Contains("2026-07-002", director.Text);
        Assert.DoesNotContain("2026-07-001", director.Text);
        await director.PostAsync("claim", ("release", item.Id.ToString()));
        Assert.Contains("已退回本组", director.Text);
        Assert.Null((await host.Data.ReadAsync(db => db.Set<WorkItem>().AsNoTracking().SingleAsync(i => i.Id == item.Id))).ClaimedById);
    }

    [Theory, BothDatabases]
    public async Task Inbox_ManyItems_AreReadPageByPageAndCountedHonestly(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        for (var i = 1; i <= 30; i++)
        {
            var item = await host.OpenItemAsync($"2026-07-{i:000}");
            if (i % 3 == 0) await SetDueAsync(host, item.Id, new DateOnly(2026, 10, 10).AddDays(i % 7));
        }
        var director = await host.SignInAsync("马国栋", ["director"]);

        var seen = new List<string>();
        await director.GetAsync("/inbox?tab=group");
        seen.AddRange(Numbers(director.Html));
        await director.GetAsync(System.Net.WebUtility.HtmlDecode(System.Text.RegularExpressions.Regex.Match(director.Html, "href=\"([^\"]*)\" rel=\"next\"").Groups[1].Value));
        seen.AddRange(Numbers(director.Html));

        Assert.Equal(30, seen.Count);
        Assert.Equal(30, seen.Distinct().Count());
        await director.GetAsync("/inbox?tab=group&q=2026-07-01&kind=visit");
        Assert.Contains("符合条件 10 件，本类共 30 件", director.Text);
        await director.GetAsync("/inbox?tab=group&q=%25&after=x.y");
        Assert.Equal(HttpStatusCode.OK, director.Status);
        Assert.Contains("没有符合条件的事项", director.Text);
    }

    [Theory, BothDatabases]
    public async Task Inbox_ClockOfHours_SaysTheTimeOfDayInTheListAndOnTheItem(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        var item = await host.OpenItemAsync("2026-07-001");
        await host.OpenItemAsync("2026-07-002");
        var due = host.Data.Time.UtcNow.AddHours(5);
        var on = DateOnly.FromDateTime(due.AddHours(8));
        await host.Data.RunAsync(async services =>
        {
            var opened = await services.GetRequiredService<OpenDeadlineHandler>().HandleAsync(new OpenDeadline("rectify", "2026-07-001", "inspection", Guid.CreateVersion7(), on.AddDays(-1), "director", null, null, ExplicitDueOn: on), host.Data.Change(), default);
            opened.Value.DueAt = due;
            var row = await services.GetDb().Set<WorkItem>().SingleAsync(i => i.Id == item.Id);
            (row.DeadlineId, row.DueOn) = (opened.Value.Id, on);
        });
        var director = await host.SignInAsync("马国栋", ["director"]);
        var moment = due.AddHours(8).ToString("yyyy-MM-dd HH:mm 前", System.Globalization.CultureInfo.InvariantCulture);

        await director.GetAsync("/inbox?tab=group");
        Assert.Contains(moment, director.Text);
        Assert.Contains("无时限", director.Text);
        await director.GetAsync($"/work-items/{item.Id}");
        Assert.Contains(moment, director.Text);
    }

    private static IEnumerable<string> Numbers(string html) => System.Text.RegularExpressions.Regex.Matches(html, "href=\"/cases/([^\"]+)\"").Select(m => m.Groups[1].Value);

    internal static Task SetDueAsync(PageHost host, Guid itemId, DateOnly due) => host.Data.RunAsync(async services =>
        (await services.GetDb().Set<WorkItem>().SingleAsync(i => i.Id == itemId)).DueOn = due);
}
