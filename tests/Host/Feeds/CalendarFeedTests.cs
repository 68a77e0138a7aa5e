using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using DoubleRandom.Host.Feeds;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Tests.Host.Pages;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Tests.Host.Feeds;

/// <summary>日历订阅 and the month of deadlines.</summary>
public sealed class CalendarFeedTests
{
    private static async Task OpenAsync(PageHost host, string caseNo, string role, string name, string? section = null)
        => Assert.Null((await host.Data.HandleAsync((OpenDeadlineHandler h) => h.HandleAsync(
            new OpenDeadline("result.publish", caseNo, "inspection", Guid.NewGuid(), new DateOnly(2026, 9, 18), role, Section: section, SubjectName: name), host.Data.Change(), default))).Refusal);

    [Theory, BothDatabases]
    public async Task Feed_OfAPerson_IsValidAndEndsWhenItIsStopped(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        await OpenAsync(host, "2026-07-001", "officer", "永兴商行;分店,东街\\西门（全县规模最大的粮油副食品批发零售兼营商行）");
        await OpenAsync(host, "2026-07-002", "legal", "别人的事");
        var reader = await host.SignInAsync("李志强", ["officer"]);
        await reader.GetAsync("/profile");
        await reader.PostAsync("feed", ("feed", "open"));
        var path = new Uri(Regex.Match(reader.Html, "http[^\"]+/feeds/[0-9a-f]+\\.ics").Value).AbsolutePath;

        var anonymous = host.Anonymous();
        var feed = Encoding.UTF8.GetString(await anonymous.BytesAsync(path));

        Assert.All(feed.Split("\r\n"), line => Assert.InRange(Encoding.UTF8.GetByteCount(line), 0, 75));
        Assert.DoesNotContain('\n', feed.Replace("\r\n", "", StringComparison.Ordinal));
        var lines = feed.Replace("\r\n ", "", StringComparison.Ordinal).Split("\r\n");
        Assert.Equal(("BEGIN:VCALENDAR", "END:VCALENDAR", ""), (lines[0], lines[^2], lines[^1]));
        Assert.Contains("DTSTART;VALUE=DATE:20261022", lines);
        Assert.Contains("DTEND;VALUE=DATE:20261023", lines);
        Assert.Contains("TZID:Asia/Shanghai", lines);
        Assert.Contains(lines, l => l.StartsWith("SUMMARY:", StringComparison.Ordinal) && l.Contains(@"永兴商行\;分店\,东街\\西门", StringComparison.Ordinal));
        Assert.Single(lines, l => l == "BEGIN:VEVENT");
        Assert.DoesNotContain("别人的事", feed, StringComparison.Ordinal);
        Assert.Contains("STATUS:CONFIRMED", lines);
        Assert.Contains("X-MICROSOFT-CDO-ALLDAYEVENT:TRUE", lines);
        Assert.Contains("REFRESH-INTERVAL;VALUE=DURATION:PT1H", lines);
        var own = await host.Data.ReadAsync(db => db.Set<Deadline>().AsNoTracking().SingleAsync(d => d.CaseNo == "2026-07-001"));
        Assert.Contains(lines, l => l.StartsWith("URL:http", StringComparison.Ordinal) && l.EndsWith($"/deadlines/{own.Id}", StringComparison.Ordinal));
        var uid = Assert.Single(lines, l => l.StartsWith("UID:", StringComparison.Ordinal));

        // Done, it is taken out of the programs that have it: the same event, of a later sequence, cancelled.
        Assert.Null((await host.Data.HandleAsync((CancelDeadlineHandler h) => h.HandleAsync(new CancelDeadline(own.Id, "不再需要"), host.Data.Change(), default))).Refusal);
        var after = Encoding.UTF8.GetString(await anonymous.BytesAsync(path)).Replace("\r\n ", "", StringComparison.Ordinal).Split("\r\n");
        Assert.Equal(uid, Assert.Single(after, l => l.StartsWith("UID:", StringComparison.Ordinal)));
        Assert.Contains("STATUS:CANCELLED", after);
        static int Sequence(string[] of) => int.Parse(of.Single(l => l.StartsWith("SEQUENCE:", StringComparison.Ordinal))[9..], CultureInfo.InvariantCulture);
        Assert.True(Sequence(after) > Sequence(lines));
        Assert.DoesNotContain(path.Split('/')[^1].Split('.')[0], await host.Data.ReadAsync(db => db.Set<CalendarFeed>().Select(f => f.TokenSha256).SingleAsync()), StringComparison.Ordinal);

        await reader.GetAsync("/profile");
        Assert.DoesNotContain("/feeds/", reader.Html, StringComparison.Ordinal);
        await reader.PostAsync("feed", ("feed", "close"));
        await anonymous.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, anonymous.Status);
        await anonymous.GetAsync("/feeds/short.ics");
        Assert.Equal(HttpStatusCode.NotFound, anonymous.Status);
    }

    [Theory, BothDatabases]
    public async Task Month_ShowsWhatRunsOutEachDay(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        await OpenAsync(host, "2026-07-001", "officer", "永兴商行");
        await OpenAsync(host, "2026-07-002", "legal", "别人的事");
        var reader = await host.SignInAsync("李志强", ["officer"]);

        await reader.GetAsync("/deadlines/month?month=2026-10");
        Assert.Contains("本月到期 1 项", reader.Text);
        Assert.Contains("国庆节", reader.Text);
        await reader.GetAsync("/deadlines/month?month=2026-10&scope=all");
        Assert.Contains("本月到期 2 项", reader.Text);
        await reader.GetAsync("/deadlines/month?month=nonsense&scope=nonsense");
        Assert.Equal(HttpStatusCode.OK, reader.Status);
    }

    [Theory, BothDatabases]
    public async Task Deadline_Page_ExplainsAndIsPausedByALeader(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        await OpenAsync(host, "2026-07-001", "officer", "永兴商行", "执法一科");
        var id = await host.Data.ReadAsync(db => db.Set<Deadline>().Select(d => d.Id).SingleAsync());
        var officer = await host.SignInAsync("李志强", ["officer"]);
        await officer.GetAsync($"/deadlines/{id}");
        Assert.Contains("跳过中秋节（9月25日至27日）、国庆节（10月1日至7日）", officer.Text);
        Assert.Contains("今后的提醒 2026-10-09 到期前 10 个工作日告知经办人（站内、邮件）", officer.Text);
        Assert.DoesNotContain("负责人决定", officer.Text);

        var head = await host.SignInAsync("杨玉梅", ["section-head"]);
        await head.GetAsync($"/deadlines/{id}");
        await head.PostAsync("pause", ("reason", "鉴定"), ("document", "鉴字1号"), ("from", "2026-09-18"), ("until", "2026-09-17"));
        Assert.Equal(HttpStatusCode.BadRequest, head.Status);
        Assert.Contains("早于起始日", head.Text);
        await head.PostAsync("fact", ("event", "检查结束"), ("on", "2026-09-16"), ("document", "现场检查记录"));
        Assert.Contains("由2026-09-18更正为2026-09-16（现场检查记录）", head.Text);
        await head.GetAsync("/deadlines/moved?cause=all");
        Assert.Contains("更正起算事实", head.Text);
        await head.GetAsync($"/deadlines/{Guid.NewGuid()}");
        Assert.Equal(HttpStatusCode.NotFound, head.Status);
    }
}
