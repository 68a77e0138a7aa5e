using DoubleRandom.Basics;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Inspections.Deadlines;

public sealed class DeadlineSweepTests
{
    private static readonly Actor Officer = TestHost.Person("李四", "officer");
    private static readonly Actor Head = TestHost.Person("王五", "section-head");
    private static readonly Actor Admin = TestHost.Person("管理员", "admin");

    private static OpenDeadline Publish(string caseNo, Guid? subject = null)
        => new("result.publish", caseNo, "inspection", subject ?? Guid.NewGuid(), new DateOnly(2026, 9, 18), "officer", Officer.Id, Officer.Name, "执法一科");

    private static async Task<Deadline> OpenAsync(TestHost host, OpenDeadline command)
        => (await host.HandleAsync((OpenDeadlineHandler h) => h.HandleAsync(command, host.Change(Officer), default))).Value;

    private static async Task<WorkingCalendar> CalendarAsync(TestHost host)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<CalendarSource>().CurrentAsync(default);
    }

    private static async Task<Swept> SweepAsync(TestHost host, DateOnly today)
    {
        host.Time.Set(new DateTimeOffset(today, new TimeOnly(8, 0), TimeSpan.FromHours(8)));
        return await host.Services.GetRequiredService<DeadlineSweep>().RunAsync(today);
    }

    private static Task<List<Alert>> AlertsAsync(TestHost host) => host.ReadAsync(db => db.Set<Alert>().OrderByDescending(a => a.Rung).ThenBy(a => a.RecipientKey).ToListAsync());

    [Theory, BothDatabases]
    public async Task Sweep_EveryDayTwice_TellsEachRungAndRecipientOnce(string database)
    {
        await using var host = await TestHost.StartAsync(database, s => s.AddSingleton<IDirectory, Office>());
        var deadline = await OpenAsync(host, Publish("2026-0001"));
        Assert.Equal(new DateOnly(2026, 10, 22), deadline.DueOn);

        for (var day = new DateOnly(2026, 9, 18); day <= new DateOnly(2026, 11, 2); day = day.AddDays(1))
        {
            await SweepAsync(host, day);
            await SweepAsync(host, day);
            await host.Services.GetRequiredService<AlertDispatch>().RunAsync();
        }

        var alerts = await AlertsAsync(host);
        Assert.Equal(
            [
                (10, $"person:{Officer.Id}", new DateOnly(2026, 10, 9)), (5, $"person:{Officer.Id}", new DateOnly(2026, 10, 15)), (2, $"person:{Officer.Id}", new DateOnly(2026, 10, 20)),
                (0, $"person:{Officer.Id}", new DateOnly(2026, 10, 22)), (0, Holder("section-head"), new DateOnly(2026, 10, 22)),
                (-1, Holder("escalation"), new DateOnly(2026, 10, 23)), (-1, Holder("section-head"), new DateOnly(2026, 10, 23)),
                (-2, Holder("deputy-director"), new DateOnly(2026, 10, 26)), (-2, Holder("escalation"), new DateOnly(2026, 10, 26)), (-2, Holder("section-head"), new DateOnly(2026, 10, 26)),
                (-5, Holder("auditor"), new DateOnly(2026, 10, 29)), (-5, Holder("escalation"), new DateOnly(2026, 10, 29)),
            ],
            alerts.OrderByDescending(a => a.Rung).ThenBy(a => a.RecipientId == Officer.Id ? "" : a.RecipientRole, StringComparer.Ordinal).Select(a => (a.Rung, a.RecipientKey, a.CreatedOn)));
        Assert.Contains("剩 10 个工作日", alerts[0].Text, StringComparison.Ordinal);
        Assert.Equal(DeadlineStatus.Overdue, await host.ReadAsync(db => db.Set<Deadline>().Select(d => d.Status).SingleAsync()));
        Assert.Equal(12, await host.ReadAsync(db => db.Set<OutboxMessage>().CountAsync(m => m.Kind == "mail")));

        static string Holder(string role) => $"person:{TestHost.Person(role).Id}";
    }

    [Theory, BothDatabases]
    public async Task Sweep_MoreThanABatchAfterDaysOff_LooksAtAllAndSendsTheLastReminderOnly(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await host.RunAsync(async services =>
        {
            for (var i = 0; i < DeadlineSweep.BatchSize + 7; i++)
                Assert.False((await services.GetRequiredService<OpenDeadlineHandler>().HandleAsync(Publish($"2026-{i:0000}"), host.Change(Officer), default)).IsRefused);
        });

        var swept = await SweepAsync(host, new DateOnly(2026, 10, 20));

        Assert.Equal(DeadlineSweep.BatchSize + 7, swept.Fired);
        Assert.All(await AlertsAsync(host), a => Assert.Equal(2, a.Rung));
        Assert.All(await host.ReadAsync(db => db.Set<Deadline>().Select(d => d.RungsTaken).ToListAsync()), taken => Assert.Equal("10;5;2", taken));
        Assert.Equal(0, (await SweepAsync(host, new DateOnly(2026, 10, 20))).Looked);
    }

    [Theory, BothDatabases]
    public async Task Window_OfTheParty_EndsWithoutAnAlert(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var deadline = await OpenAsync(host, Publish("2026-0001") with { RuleKey = "hearing.request" });
        for (var day = deadline.DueOn.AddDays(-7); day <= deadline.DueOn.AddDays(10); day = day.AddDays(1)) await SweepAsync(host, day);

        Assert.Empty(await AlertsAsync(host));
        var ended = await host.ReadAsync(db => db.Set<Deadline>().SingleAsync());
        Assert.Equal((DeadlineStatus.Met, deadline.DueOn, null), (ended.Status, ended.MetOn, ended.NextCheckOn));
        Assert.Contains("期限届满", await host.ReadAsync(db => db.Set<AuditEntry>().Select(r => r.Action).ToListAsync()));
    }

    [Theory, BothDatabases]
    public async Task Met_BeforeItsRungs_IsNeverTold(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var deadline = await OpenAsync(host, Publish("2026-0001"));
        await host.HandleAsync((MeetDeadlineHandler h) => h.HandleAsync(new MeetDeadline(deadline.Id), host.Change(Officer), default));

        Assert.Equal(new Swept(0, 0, 0), await SweepAsync(host, new DateOnly(2026, 12, 1)));
        Assert.Empty(await AlertsAsync(host));
    }

    [Theory, BothDatabases]
    public async Task PauseAndResume_ByAnotherLeader_MovesTheLastDay(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var deadline = await OpenAsync(host, Publish("2026-0001"));
        var refused = await host.HandleAsync((PauseDeadlineHandler h) => h.HandleAsync(new PauseDeadline(deadline.Id, "鉴定", "崇应急鉴〔2026〕1号"), host.Change(Officer), default));
        Assert.Equal("deadlines.leader-needed", refused.Refusal?.Code);

        await host.HandleAsync((PauseDeadlineHandler h) => h.HandleAsync(new PauseDeadline(deadline.Id, "鉴定", "崇应急鉴〔2026〕1号"), host.Change(Head), default));
        Assert.Equal(0, (await SweepAsync(host, new DateOnly(2026, 10, 9))).Looked);
        host.Time.Set(new DateTimeOffset(2026, 10, 9, 9, 0, 0, TimeSpan.FromHours(8)));
        var resumed = (await host.HandleAsync((ResumeDeadlineHandler h) => h.HandleAsync(new ResumeDeadline(deadline.Id), host.Change(Head), default))).Value;

        // Ten working days lay between: the same twenty now run from 10-09.
        Assert.Equal(EmbeddedCalendars.Calendar.Add(new DateOnly(2026, 10, 9), 20).On, resumed.DueOn);
        Assert.Contains("中止（鉴定）不计", resumed.Explanation, StringComparison.Ordinal);
    }

    [Theory, BothDatabases]
    public async Task Extend_AfterReminders_RemindsAgainBeforeTheNewDay(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var deadline = await OpenAsync(host, Publish("2026-0001") with { RuleKey = "case.decide", AnchorOn = new DateOnly(2026, 7, 25) });
        await SweepAsync(host, new DateOnly(2026, 10, 21));
        var extended = await host.HandleAsync((ExtendDeadlineHandler h) => h.HandleAsync(new ExtendDeadline(deadline.Id, new DateOnly(2026, 11, 20), "案情复杂", Document: "延长办案期限审批表1号"), host.Change(TestHost.Person("信建军", "deputy-director")), default));
        Assert.Equal(new DateOnly(2026, 11, 20), extended.Value.DueOn);

        await SweepAsync(host, new DateOnly(2026, 11, 18));

        Assert.Equal([(0, 2), (1, 2)], (await AlertsAsync(host)).OrderBy(a => a.Round).Select(a => (a.Round, a.Rung)));
    }

    [Theory, BothDatabases]
    public async Task LastDayMovedLater_WhenItWasToldOverdue_IsToldAgainOnTheNewDays(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var deadline = await OpenAsync(host, Publish("2026-0001"));
        for (var day = deadline.DueOn; day <= deadline.DueOn.AddDays(1); day = day.AddDays(1)) await SweepAsync(host, day);
        Assert.Equal(DeadlineStatus.Overdue, (await host.ReadAsync(db => db.Set<Deadline>().SingleAsync())).Status);

        // The hearing that stopped it is told of only now: it was not late at all.
        var moved = (await host.HandleAsync((PauseDeadlineHandler h) => h.HandleAsync(
            new PauseDeadline(deadline.Id, "听证", "听证笔录1号", new DateOnly(2026, 10, 12), new DateOnly(2026, 10, 16)), host.Change(Head), default))).Value;
        Assert.Equal((DeadlineStatus.Open, new DateOnly(2026, 10, 28)), (moved.Status, moved.DueOn));
        for (var day = deadline.DueOn.AddDays(2); day <= new DateOnly(2026, 10, 29); day = day.AddDays(1))
        {
            await SweepAsync(host, day);
            await SweepAsync(host, day);
        }

        var told = (await AlertsAsync(host)).Where(a => a.Rung is 0 or -1).Select(a => (a.Round, a.Rung, a.CreatedOn)).Distinct().Order();
        Assert.Equal([(0, -1, new DateOnly(2026, 10, 23)), (0, 0, new DateOnly(2026, 10, 22)), (1, -1, new DateOnly(2026, 10, 29)), (1, 0, new DateOnly(2026, 10, 28))], told);
    }

    [Theory, BothDatabases]
    public async Task LocalHoliday_AddedAndWithdrawn_MovesOpenDeadlinesThereAndBack(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var deadline = await OpenAsync(host, Publish("2026-0001"));
        var festival = new AddCalendarException(new DateOnly(2026, 9, 22), SpecialDayKind.Off, "古尔邦节", "张家川回族自治县", "甘政办发〔2026〕3号");
        Task<Result<CalendarLoaded>> AddAsync(AddCalendarException command, Actor by) => host.HandleAsync((CalendarExceptionHandler h) => h.HandleAsync(command, host.Change(by), default));
        Task<DateOnly> DueAsync() => host.ReadAsync(db => db.Set<Deadline>().Select(d => d.DueOn).SingleAsync());

        Assert.Equal("calendars.not-your-role", (await AddAsync(festival, Officer)).Refusal?.Code);
        Assert.Equal("calendars.no-document", (await AddAsync(festival with { Document = " " }, Admin)).Refusal?.Code);
        Assert.Equal("calendars.already-off", (await AddAsync(festival with { On = new DateOnly(2026, 10, 1) }, Admin)).Refusal?.Code);
        Assert.Equal("calendars.make-up-on-statutory", (await AddAsync(festival with { On = new DateOnly(2027, 10, 2), Kind = SpecialDayKind.Working }, Admin)).Refusal?.Code);
        Assert.Equal("calendars.already-working", (await AddAsync(festival with { Kind = SpecialDayKind.Working }, Admin)).Refusal?.Code);
        Assert.Equal(deadline.Id, Assert.Single((await AddAsync(festival with { DryRun = true }, Admin)).Value.Moved).DeadlineId);
        Assert.Equal(deadline.DueOn, await DueAsync());

        Assert.Single((await AddAsync(festival, Admin)).Value.Moved);
        Assert.Equal(EmbeddedCalendars.Calendar.Add(deadline.DueOn, 1).On, await DueAsync());
        Assert.Equal("calendars.exception-exists", (await AddAsync(festival, Admin)).Refusal?.Code);
        Assert.Contains("古尔邦节", await host.ReadAsync(db => db.Set<Deadline>().Select(d => d.Explanation).SingleAsync()), StringComparison.Ordinal);
        Assert.Equal(Alert.MovedRung, Assert.Single(await AlertsAsync(host)).Rung);

        // The notice of the year is loaded again: the local day stays.
        await host.HandleAsync((LoadCalendarYearHandler h) => h.HandleAsync(new LoadCalendarYear("日期,类型,名称\n2026-10-01,休,国庆节\n"), host.Change(Admin), default));
        var calendar = await CalendarAsync(host);
        Assert.False(calendar.IsWorkingDay(festival.On));

        var tried = await host.HandleAsync((CalendarExceptionHandler h) => h.HandleAsync(new WithdrawCalendarException(festival.On, "", DryRun: true), host.Change(Admin), default));
        Assert.Equal(deadline.Id, Assert.Single(tried.Value.Moved).DeadlineId);
        Assert.False((await CalendarAsync(host)).IsWorkingDay(festival.On));
        Assert.Equal("calendars.no-reason", (await host.HandleAsync((CalendarExceptionHandler h) => h.HandleAsync(new WithdrawCalendarException(festival.On, ""), host.Change(Admin), default))).Refusal?.Code);
        Assert.False((await host.HandleAsync((CalendarExceptionHandler h) => h.HandleAsync(new WithdrawCalendarException(festival.On, "误设"), host.Change(Admin), default))).IsRefused);
        Assert.True((await CalendarAsync(host)).IsWorkingDay(festival.On));
    }

    [Theory, BothDatabases]
    public async Task LoadCalendarYear_NoticeMovesADeadline_TellsTheOwnerOnce(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        host.Time.Set(new DateTimeOffset(2026, 12, 21, 9, 0, 0, TimeSpan.FromHours(8)));
        var deadline = await OpenAsync(host, Publish("2026-0001") with { RuleKey = "report.close", AnchorOn = new DateOnly(2026, 12, 21) });
        Assert.True(deadline.Provisional);
        Assert.Equal(new DateOnly(2027, 1, 5), deadline.DueOn);
        const string Notice = "日期,类型,名称\n2027-01-01,休,元旦\n2027-01-02,休,元旦\n2027-01-03,休,元旦\n2027-01-04,休,元旦\n";

        async Task<CalendarLoaded> LoadAsync() => (await host.HandleAsync((LoadCalendarYearHandler h) => h.HandleAsync(new LoadCalendarYear(Notice), host.Change(Admin), default))).Value;
        var loaded = await LoadAsync();
        var again = await LoadAsync();

        var moved = Assert.Single(loaded.Moved);
        Assert.Equal((new DateOnly(2027, 1, 5), new DateOnly(2027, 1, 6)), (moved.From, moved.To));
        Assert.Equal((0, 0, 4), (again.Added, again.Updated, again.Unchanged));
        Assert.Empty(again.Moved);
        var row = await host.ReadAsync(db => db.Set<Deadline>().SingleAsync());
        Assert.Equal((new DateOnly(2027, 1, 6), false), (row.DueOn, row.Provisional));
        Assert.Equal(Alert.MovedRung, Assert.Single(await AlertsAsync(host)).Rung);
        Assert.Empty(await host.ReadAsync(db => AuditCheck.FindBrokenAsync(db, default)));
    }

    [Theory, BothDatabases]
    public async Task LoadCalendarYear_DaysLeftOut_AreListedWithWhatTheyBecome(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var notice = EmbeddedCalendars.Years.Single(y => y.Year == 2026);
        async Task<CalendarLoaded> TryAsync(Func<SpecialDay, bool> keeps)
        {
            using var csv = new StringWriter();
            await CalendarCsv.WriteAsync([notice with { Days = [.. notice.Days.Where(keeps)] }], csv);
            return (await host.HandleAsync((LoadCalendarYearHandler h) => h.HandleAsync(new LoadCalendarYear(csv.ToString(), DryRun: true), host.Change(Admin), default))).Value;
        }

        Assert.Empty((await TryAsync(_ => true)).Removed);
        var holiday = new DateOnly(2026, 2, 23);
        var without = await TryAsync(d => d.On != holiday);
        Assert.Equal((0, 0, notice.Days.Count - 1), (without.Added, without.Updated, without.Unchanged));
        Assert.Equal(new RemovedDay(holiday, SpecialDayKind.Off, "春节", WasWorking: false, IsWorking: true), Assert.Single(without.Removed));
        var noMakeUp = (await TryAsync(d => d.Kind == SpecialDayKind.Off)).Removed;
        Assert.Equal(notice.Days.Where(d => d.Kind == SpecialDayKind.Working).Select(d => d.On), noMakeUp.Select(d => d.On));
        Assert.All(noMakeUp, d => Assert.Equal((true, false), (d.WasWorking, d.IsWorking)));
        Assert.Equal(0, await host.ReadAsync(db => db.Set<CalendarYear>().CountAsync()));
    }

    [Theory, BothDatabases]
    public async Task LoadCalendarYear_ProvisionalWithoutStatutoryDays_WarnsOfEach(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        async Task<CalendarLoaded> TryAsync(params IEnumerable<SpecialDay> days)
        {
            using var csv = new StringWriter();
            await CalendarCsv.WriteAsync([new CalendarYearDays(2027, CalendarStatus.Provisional, "", [.. days])], csv);
            return (await host.HandleAsync((LoadCalendarYearHandler h) => h.HandleAsync(new LoadCalendarYear(csv.ToString(), DryRun: true), host.Change(Admin), default))).Value;
        }

        var statutory = StatutoryHolidays.Of(2027);
        Assert.Empty((await TryAsync(statutory)).Warnings);
        var one = await TryAsync(statutory[0]);
        var warning = Assert.Single(one.Warnings);
        Assert.Contains("2027 年的暂定文件没有写明法定节假日", warning, StringComparison.Ordinal);
        Assert.All(statutory.Skip(1), d => Assert.Contains(d.On.Iso(), warning, StringComparison.Ordinal));
        Assert.DoesNotContain(statutory[0].On.Iso(), warning, StringComparison.Ordinal);
        Assert.Equal(statutory.Skip(1).Select(d => d.On), one.Removed.Select(d => d.On));
    }

    [Theory, BothDatabases]
    public async Task LoadCalendarYear_OneBadRow_ChangesNothing(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var loaded = (await host.HandleAsync((LoadCalendarYearHandler h) => h.HandleAsync(new LoadCalendarYear("日期,类型,名称\n2027-01-01,休,元旦\n2027-13-01,休,元旦\n"), host.Change(Admin), default))).Value;
        Assert.Equal((3, "bad-format"), (loaded.Errors.Single().Row, loaded.Errors.Single().Code));
        Assert.Equal(0, await host.ReadAsync(db => db.Set<CalendarYear>().CountAsync()));
    }

    [Theory, BothDatabases]
    public async Task Alerts_OfARole_AreSeenAndAcknowledgedByItsHolders(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await OpenAsync(host, Publish("2026-0001"));
        await SweepAsync(host, new DateOnly(2026, 10, 23));
        var escalation = TestHost.Person("赵六", "escalation");
        var mine = await host.ReadAsync(db => db.Set<Alert>().OpenFor(escalation).ToListAsync());

        var refused = await host.HandleAsync((AcknowledgeAlertHandler h) => h.HandleAsync(new AcknowledgeAlert(mine.Single().Id), host.Change(Officer), default));
        Assert.Equal("alerts.not-yours", refused.Refusal?.Code);
        await host.HandleAsync((AcknowledgeAlertHandler h) => h.HandleAsync(new AcknowledgeAlert(mine.Single().Id), host.Change(escalation), default));

        Assert.Empty(await host.ReadAsync(db => db.Set<Alert>().OpenFor(escalation).ToListAsync()));
        // A head of another section is not told.
        Assert.Empty(await host.ReadAsync(db => db.Set<Alert>().OpenFor(Head with { Section = "执法二科" }).ToListAsync()));
        Assert.NotEmpty(await host.ReadAsync(db => db.Set<Alert>().OpenFor(Head with { Section = "执法一科" }).ToListAsync()));
        Assert.Single(await host.ReadAsync(db => db.Set<Deadline>().Late(new DateOnly(2026, 10, 23)).ToListAsync()));
    }

    /// <summary>One person a role, each with an address.</summary>
    private sealed class Office : IDirectory
    {
        public IReadOnlyList<Recipient> WithRole(string role, string? section) => [new Recipient(TestHost.Person(role).Id, role, $"{role}@example.org")];

        public Recipient? Person(Guid id) => new(id, "某人", "person@example.org");

        public Recipient? WithNumber(string registerNumber) => new(Guid.Empty, registerNumber, $"{registerNumber}@example.org");
    }
}
