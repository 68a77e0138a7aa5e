using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Host.Data;
using DoubleRandom.Host.Outgoing;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Inspections.Alerts;

/// <summary>Who is told, by which way, when, and how many at a time.</summary>
public sealed class AlertDispatchTests
{
    private static readonly Actor Officer = TestHost.Person("李四", "officer");
    private static readonly Actor Escalation = TestHost.Person("赵六", "escalation");

    private static Task<TestHost> StartAsync(string database) => TestHost.StartAsync(database, s => s.AddSingleton<IDirectory, Office>());

    private static Task OpenAsync(TestHost host, int count) => host.RunAsync(async services =>
    {
        for (var i = 0; i < count; i++)
        {
            var opened = await services.GetRequiredService<OpenDeadlineHandler>().HandleAsync(
                new OpenDeadline("result.publish", $"2026-{i:0000}", "inspection", Guid.NewGuid(), new DateOnly(2026, 9, 18), "officer", Officer.Id, Officer.Name, "执法一科"), host.Change(Officer), default);
            Assert.Null(opened.Refusal);
        }
    });

    private static async Task<int> DayAsync(TestHost host, int month, int day, int hour = 9)
    {
        host.Time.Set(new DateTimeOffset(2026, month, day, hour, 0, 0, TimeSpan.FromHours(8)));
        await host.Services.GetRequiredService<DeadlineSweep>().RunAsync(host.Time.Today);
        return await host.Services.GetRequiredService<AlertDispatch>().RunAsync();
    }

    private static Task<Result<AlertPolicy>> SetAsync(TestHost host, ChangeAlertPolicy policy, Actor by)
        => host.HandleAsync((ChangeAlertPolicyHandler h) => h.HandleAsync(policy, host.Change(by), default));

    private static Task<List<OutboxMessage>> MessagesAsync(TestHost host) => host.ReadAsync(db => db.Set<OutboxMessage>().AsNoTracking().OrderBy(m => m.CreatedAt).ThenBy(m => m.DedupeKey).ToListAsync());

    private static ChangeAlertPolicy Policy(int above = 5) => new(new TimeOnly(21, 0), new TimeOnly(7, 30), above, "试行");

    private static Task<Result<LadderProposal>> ProposeAsync(TestHost host, string ladder, Actor by)
        => host.HandleAsync((ProposeLadderHandler h) => h.HandleAsync(new ProposeLadder(DeadlineRungs.Read(ladder), "试行"), host.Change(by), default));

    private static Task<Result<LadderProposal>> DecideAsync(TestHost host, Guid id, Actor by, bool agrees = true, string? opinion = null)
        => host.HandleAsync((DecideLadderHandler h) => h.HandleAsync(new DecideLadder(id, agrees, opinion), host.Change(by), default));

    [Theory, BothDatabases]
    public async Task Mail_ThatBounced_IsSentAgainToTheAddressThatIsEnteredNow(string database)
    {
        await using var server = new SmtpServer { OnRecipient = line => line.Contains("gone@", StringComparison.Ordinal) ? "550 5.1.1 no such user" : null };
        var office = new Movable();
        await using var host = await TestHost.StartAsync(database, s => s.AddSingleton<IDirectory>(office)
            .AddSingleton(new MailOptions("127.0.0.1", server.Port, "bureau@example.org", null, null, false, "https://inspect.example.org")));
        await OpenAsync(host, 1);
        await DayAsync(host, 10, 22);
        Assert.Equal(0, await host.Services.GetRequiredService<OutboxSender>().SendDueAsync());
        var bounced = Assert.Single(await MessagesAsync(host));
        Assert.Contains("5.1.1", bounced.LastError, StringComparison.Ordinal);

        office.Mail = "li@example.org";
        Assert.Null((await host.HandleAsync((ResendMessageHandler h) => h.HandleAsync(new ResendMessage(bounced.Id), host.Change(Escalation), default))).Refusal);

        Assert.Equal(1, await host.Services.GetRequiredService<OutboxSender>().SendDueAsync());
        Assert.Contains("li@example.org", SmtpServer.Header(Assert.Single(server.Received), "To"), StringComparison.Ordinal);
    }

    [Theory, BothDatabases]
    public async Task Mail_ThatCameBackLater_CountsAsNotDeliveredAndNothingMoreGoesThereUntilItIsEnteredAnew(string database)
    {
        await using var server = new SmtpServer();
        await using var host = await TestHost.StartAsync(database, s => s.AddSingleton(new MailOptions("127.0.0.1", server.Port, "bureau@example.org", null, null, false, "https://inspect.example.org")));
        var account = (await host.HandleAsync((AddAccountHandler h) => h.HandleAsync(new AddAccount("li", "李四", ["officer"], "correct horse battery", Mail: "gone@example.org"), host.Change(), default))).Value;
        var li = account.ToActor();
        Task OpenForAsync(string caseNo, int day) => host.RunAsync(async services => Assert.Null((await services.GetRequiredService<OpenDeadlineHandler>().HandleAsync(
            new OpenDeadline("result.publish", caseNo, "inspection", Guid.NewGuid(), new DateOnly(2026, 9, day), "officer", li.Id, li.Name, "执法一科"), host.Change(li), default)).Refusal));
        Task<int> LeaveAsync() => host.Services.GetRequiredService<OutboxSender>().SendDueAsync();
        Task<Result<OutboxMessage>> BounceAsync(Guid id, Actor by, string reason = "550 5.1.1\r\nno such user") => host.HandleAsync((ReportBounceHandler h) => h.HandleAsync(new ReportBounce(id, reason), host.Change(by), default));
        await OpenForAsync("2026-0001", 18);
        await DayAsync(host, 10, 22);
        var waiting = Assert.Single(await MessagesAsync(host));
        Assert.Equal("outbox.bounce-not-sent", (await BounceAsync(waiting.Id, Escalation)).Refusal?.Code);
        Assert.Equal(1, await LeaveAsync());

        Assert.Equal("outbox.not-admin", (await BounceAsync(waiting.Id, Officer)).Refusal?.Code);
        Assert.Equal("outbox.bounce-reason", (await BounceAsync(waiting.Id, Escalation, " \r\n")).Refusal?.Code);
        Assert.Equal("outbox.unknown", (await BounceAsync(Guid.NewGuid(), Escalation)).Refusal?.Code);
        Assert.Null((await BounceAsync(waiting.Id, Escalation)).Refusal);
        Assert.Null((await BounceAsync(waiting.Id, Escalation, "第二次登记")).Refusal);

        var bounced = Assert.Single(await MessagesAsync(host));
        Assert.Equal((null, "退信（赵六登记）：550 5.1.1  no such user"), (bounced.SentAt, bounced.LastError));
        Assert.NotNull(bounced.FailedAt);
        // What comes next waits, with the reason, and leaves together with the resent one once the address is right.
        await OpenForAsync("2026-0002", 20);
        Assert.Equal(0, await DayAsync(host, 10, 23));
        Assert.Equal(["邮箱退信，待更正"], await host.ReadAsync(db => db.Set<AlertDelivery>().Where(d => d.MessageKey == null).Select(d => d.Problem).Distinct().ToListAsync()));
        Assert.Null((await host.HandleAsync((ChangeContactHandler h) => h.HandleAsync(new ChangeContact("li@example.org", null), host.Change(li), default))).Refusal);
        Assert.Null((await host.HandleAsync((ResendMessageHandler h) => h.HandleAsync(new ResendMessage(bounced.Id), host.Change(Escalation), default))).Refusal);
        var parked = await host.ReadAsync(db => db.Set<AlertDelivery>().CountAsync(d => d.MessageKey == null));
        Assert.Equal(parked, await DayAsync(host, 10, 23));
        Assert.Equal(parked + 1, await LeaveAsync());
        Assert.Equal(parked + 1, server.Received.Count(m => SmtpServer.Header(m, "To").Contains("li@example.org", StringComparison.Ordinal)));
        // The mail went to an address that is no longer his: what comes back says nothing about the new one.
        await host.RunAsync(async s => (await s.GetRequiredService<DbContext>().Set<OutboxMessage>().SingleAsync(m => m.Id == bounced.Id)).Payload = bounced.Payload);
        Assert.Null((await BounceAsync(bounced.Id, Escalation)).Refusal);
        Assert.Null(await host.ReadAsync(db => db.Set<Account>().Where(a => a.Id == account.Id).Select(a => a.MailBounce).SingleAsync()));
    }

    [Theory, BothDatabases]
    public async Task Alert_WithoutAnAddress_IsPutAsideWithTheReasonAndLeavesOnceWhenOneIsEntered(string database)
    {
        var office = new Movable { Mail = null };
        await using var host = await TestHost.StartAsync(database, s => s.AddSingleton<IDirectory>(office));
        await OpenAsync(host, 2);
        Task<List<string?>> ProblemsAsync() => host.ReadAsync(db => db.Set<AlertDelivery>().AsNoTracking().Select(d => d.Problem).ToListAsync());

        Assert.Equal(0, await DayAsync(host, 10, 22, hour: 22));
        Assert.Equal(["没有登记邮箱", "没有登记邮箱"], await ProblemsAsync());
        Assert.Equal(0, await DayAsync(host, 10, 23, hour: 9));
        office.Mail = "li@example.org";
        // At night it is let go of at once, and still leaves in the morning only.
        Assert.Equal(0, await DayAsync(host, 10, 23, hour: 23));
        Assert.All(await ProblemsAsync(), Assert.Null);
        Assert.NotEqual(0, await DayAsync(host, 10, 24));
        Assert.Equal(0, await DayAsync(host, 10, 24));

        var messages = await MessagesAsync(host);
        Assert.All(messages, m => Assert.Equal("li@example.org", JsonNode.Parse(m.Payload)!["to"]!.GetValue<string>()));
        Assert.Equal(await host.ReadAsync(db => db.Set<AlertDelivery>().CountAsync()), messages.Count);
    }

    [Theory, BothDatabases]
    public async Task Robot_ThatIsMended_GetsAllItRefusedByOnePressOfWhoMay(string database)
    {
        await using var host = await StartAsync(database);
        await OpenAsync(host, 3);
        await DayAsync(host, 10, 22);
        var all = (await MessagesAsync(host)).Count;
        await host.RunAsync(async s => await s.GetRequiredService<DbContext>().Set<OutboxMessage>().ExecuteUpdateAsync(u => u.SetProperty(m => m.FailedAt, DateTime.UnixEpoch).SetProperty(m => m.Attempts, 1)));
        Task<Result<int>> ResendAsync(Actor by) => host.HandleAsync((ResendMessageHandler h) => h.HandleAsync(new ResendFailed(), host.Change(by), default));

        Assert.Equal("outbox.not-admin", (await ResendAsync(Officer)).Refusal?.Code);
        Assert.Equal(all, (await ResendAsync(Escalation)).Value);
        Assert.Equal("outbox.none-failed", (await ResendAsync(Escalation)).Refusal?.Code);

        Assert.All(await MessagesAsync(host), m => Assert.Equal((null, 0), (m.FailedAt, m.Attempts)));
    }

    /// <summary>One person everybody knows, whose address somebody corrects.</summary>
    private sealed class Movable : IDirectory
    {
        public string? Mail { get; set; } = "gone@example.org";

        public IReadOnlyList<Recipient> WithRole(string role, string? section) => [];

        public Recipient? Person(Guid id) => id == Officer.Id ? new Recipient(id, Officer.Name, Mail) : null;

        public Recipient? WithNumber(string registerNumber) => null;
    }

    [Theory, BothDatabases]
    public async Task Ladder_OfTheOffice_NamesPeopleAndWays(string database)
    {
        await using var host = await StartAsync(database);
        Assert.Equal("alerts.policy-not-yours", (await SetAsync(host, Policy(), Officer)).Refusal?.Code);
        Assert.Equal("alerts.policy-not-yours", (await ProposeAsync(host, "5:owner", Officer)).Refusal?.Code);
        Assert.Equal("deadline-rules.rung-way", (await ProposeAsync(host, "5:owner/pigeon", Escalation)).Refusal?.Code);
        Assert.Equal("deadline-rules.rung-role", (await ProposeAsync(host, "5:owner,king", Escalation)).Refusal?.Code);
        Assert.Equal("alerts.ladder-without-owner", (await ProposeAsync(host, "-1:escalation", Escalation)).Refusal?.Code);
        Assert.Equal("alerts.ladder-same", (await ProposeAsync(host, DeadlineRungs.Write(DeadlineRules.Embedded.Ladder), Escalation)).Refusal?.Code);
        Assert.Equal("alerts.digest-range", (await SetAsync(host, Policy(above: 0), Escalation)).Refusal?.Code);
        await OpenAsync(host, 1);
        var both = Escalation with { Roles = new HashSet<string> { "escalation", "legal" } };
        var legal = TestHost.Person("法制", "legal");
        var turnedDown = (await ProposeAsync(host, "5:owner", Escalation)).Value;
        Assert.Equal("alerts.ladder-waiting", (await ProposeAsync(host, "4:owner", Escalation)).Refusal?.Code);
        Assert.Equal("alerts.ladder-not-yours", (await DecideAsync(host, turnedDown.Id, Officer)).Refusal?.Code);
        Assert.Equal("deadline-rules.own", (await DecideAsync(host, turnedDown.Id, both)).Refusal?.Code);
        Assert.Equal("deadline-rules.no-opinion", (await DecideAsync(host, turnedDown.Id, legal, agrees: false)).Refusal?.Code);
        Assert.Null((await DecideAsync(host, turnedDown.Id, legal, agrees: false, "没有督办一级")).Refusal);
        Assert.Equal("deadline-rules.decided", (await DecideAsync(host, turnedDown.Id, legal)).Refusal?.Code);
        Assert.Null(await host.ReadAsync(db => db.Set<AlertPolicy>().AsNoTracking().Select(p => p.Ladder).SingleOrDefaultAsync()));
        var proposed = (await ProposeAsync(host, "0:owner/mail,sms;-1:escalation,section-head/mail,wecom", Escalation)).Value;
        Assert.Null((await DecideAsync(host, proposed.Id, legal)).Refusal);
        await host.RunAsync(async s => await s.GetRequiredService<OpenDeadlineHandler>().HandleAsync(
            new OpenDeadline("result.publish", "2026-0900", "inspection", Guid.NewGuid(), new DateOnly(2026, 9, 18), "officer", Officer.Id, Officer.Name, "执法一科"), host.Change(Officer), default));

        await DayAsync(host, 10, 22);
        await DayAsync(host, 10, 23);

        // The clock that ran before goes by it too.
        var alerts = await host.ReadAsync(db => db.Set<Alert>().AsNoTracking().ToListAsync());
        foreach (var caseNo in (string[])["2026-0000", "2026-0900"])
            Assert.Equal(["-1 escalation", "-1 section-head", "0 "], alerts.Where(a => a.CaseNo == caseNo).Select(a => $"{a.Rung} {a.RecipientRole}").Order(StringComparer.Ordinal));
        Assert.All(alerts, a => Assert.True(a.WhyMe.Length > 6, a.WhyMe));
        var mine = await host.ReadAsync(db => db.Set<AlertDelivery>().AsNoTracking().Where(d => db.Set<Alert>().Any(a => a.Id == d.AlertId && a.CaseNo == "2026-0900")).ToListAsync());
        Assert.Equal(["mail officer", "mail 督办员", "mail 科室负责人", "sms officer", "wecom 企业微信群"], mine.Select(d => $"{d.Way} {d.RecipientName}").Order(StringComparer.Ordinal));
        Assert.Equal("没有登记手机号", mine.Single(d => d.Way == "sms").Problem);
        var groups = (await MessagesAsync(host)).Where(m => m.Kind == "wecom").Select(m => JsonNode.Parse(m.Payload)!["text"]!.GetValue<string>()).ToList();
        Assert.Single(groups, text => text.Contains("2026-0900", StringComparison.Ordinal));
        Assert.Single(groups, text => text.Contains("2026-0000", StringComparison.Ordinal));
    }

    [Theory, BothDatabases]
    public async Task Storm_OfManyAlerts_LeavesAsOneDigestAPerson(string database)
    {
        await using var host = await StartAsync(database);
        await OpenAsync(host, 60);

        var written = await DayAsync(host, 10, 23);

        // Rungs 0 and -1 at once: owner, head and escalation officer each hear of sixty matters or more.
        Assert.Equal(3, written);
        var messages = await MessagesAsync(host);
        Assert.All(messages, m => Assert.StartsWith("digest/", m.DedupeKey, StringComparison.Ordinal));
        Assert.Contains(messages, m => m.Payload.Contains("另有", StringComparison.Ordinal) || JsonNode.Parse(m.Payload)!["text"]!.GetValue<string>().Contains("……另有", StringComparison.Ordinal));
        Assert.Equal(0, await host.ReadAsync(db => db.Set<AlertDelivery>().CountAsync(d => d.MessageKey == null && d.Problem == null)));
        Assert.Equal(0, await DayAsync(host, 10, 23));
        Assert.Equal(3, (await MessagesAsync(host)).Count);
    }

    [Theory, BothDatabases]
    public async Task QuietHours_AlertsStandInTheInboxAndLeaveInTheMorning(string database)
    {
        await using var host = await StartAsync(database);
        await OpenAsync(host, 1);

        Assert.Equal(0, await DayAsync(host, 10, 22, hour: 22));
        Assert.NotEmpty(await host.ReadAsync(db => db.Set<Alert>().OpenFor(Officer).ToListAsync()));
        Assert.Equal(0, await DayAsync(host, 10, 23, hour: 7));
        Assert.Empty(await MessagesAsync(host));
        Assert.True(await DayAsync(host, 10, 23, hour: 8) > 0);
        Assert.NotEmpty(await MessagesAsync(host));
    }

    [Theory, BothDatabases]
    public async Task QuietDays_OverAHoliday_AlertsLeaveTogetherOnTheNextWorkingDay(string database)
    {
        await using var host = await StartAsync(database);
        Assert.Null((await SetAsync(host, Policy() with { IsQuietOnDaysOff = true }, Escalation)).Refusal);
        // Calendar days: its reminders fall into the holiday too.
        await host.RunAsync(async services =>
        {
            for (var i = 0; i < 8; i++)
            {
                Assert.Null((await services.GetRequiredService<OpenDeadlineHandler>().HandleAsync(new OpenDeadline("lead.transfer", $"2026-09{i:00}", "inspection", Guid.NewGuid(), new DateOnly(2026, 9, 1).AddDays(i * 4), "officer", Officer.Id, Officer.Name, "执法一科"), host.Change(Officer), default)).Refusal);
            }
        });
        // 30 September is a working day, but this is its night; 1 to 7 October are the holiday, 10 October is a Saturday on which people work.
        Assert.Equal(0, await DayAsync(host, 9, 30, hour: 22));
        foreach (var day in (int[])[1, 3, 7]) Assert.Equal(0, await DayAsync(host, 10, day, hour: 10));
        Assert.NotEmpty(await host.ReadAsync(db => db.Set<Alert>().ToListAsync()));
        Assert.Equal(0, await DayAsync(host, 10, 8, hour: 7));
        Assert.True(await DayAsync(host, 10, 8, hour: 8) > 0);
        var afterwards = (await MessagesAsync(host)).Count;
        Assert.Equal(0, await DayAsync(host, 10, 11, hour: 10));
        Assert.Equal(afterwards, (await MessagesAsync(host)).Count);
        await host.RunAsync(services =>
        {
            var db = services.GetRequiredService<DbContext>();
            var alert = db.Set<Alert>().First(a => a.RecipientId == Officer.Id);
            db.Add(new AlertDelivery { AlertId = alert.Id, Way = AlertWays.DingTalk, RecipientName = "钉钉群", CreatedAt = alert.CreatedAt });
            return Task.CompletedTask;
        });
        Assert.True(await DayAsync(host, 10, 10, hour: 10) > 0);
    }

    [Theory, BothDatabases]
    public async Task Clock_SteppedBackAndForth_TellsNobodyTwice(string database)
    {
        await using var host = await StartAsync(database);
        await OpenAsync(host, 2);
        foreach (var day in (int[])[20, 22, 19, 23, 20, 23, 22]) await DayAsync(host, 10, day);

        var alerts = await host.ReadAsync(db => db.Set<Alert>().AsNoTracking().ToListAsync());
        Assert.Equal(alerts.Count, alerts.Select(a => (a.DeadlineId, a.Round, a.Rung, a.RecipientId)).Distinct().Count());
        Assert.Equal([2, 0, 0, -1, -1], alerts.Where(a => a.CaseNo == "2026-0000").Select(a => a.Rung).OrderDescending());
        var messages = await MessagesAsync(host);
        Assert.Equal(messages.Count, messages.Select(m => m.DedupeKey).Distinct().Count());
    }

    private sealed class Office : IDirectory
    {
        public IReadOnlyList<Recipient> WithRole(string role, string? section)
            => [new Recipient(TestHost.Person(role).Id, DoubleRandom.Inspections.People.Roles.Find(role)!.Name, $"{role}@example.org")];

        public Recipient? Person(Guid id) => new(id, "officer", "officer@example.org");

        public Recipient? WithNumber(string registerNumber) => null;
    }
}
