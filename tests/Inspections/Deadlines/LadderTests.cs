using DoubleRandom.Basics;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Inspections.Deadlines;

/// <summary>On which days a ladder tells, and what becomes of the clocks that run when it is changed.</summary>
public sealed class LadderTests
{
    private static readonly Actor Officer = TestHost.Person("李四", "officer");

    private static Task<Deadline> OpenAsync(TestHost host, string rule, string caseNo, DateOnly anchor, DateOnly? today = null) => OpenAsync(host, new OpenDeadline(rule, caseNo, "inspection", Guid.NewGuid(), anchor, "officer", Officer.Id, Officer.Name), today ?? anchor);

    private static async Task<Deadline> OpenAsync(TestHost host, OpenDeadline command, DateOnly today)
    {
        await SweepAsync(host, today);
        var opened = await host.HandleAsync((OpenDeadlineHandler h) => h.HandleAsync(command, host.Change(Officer), default));
        Assert.Null(opened.Refusal);
        return opened.Value;
    }

    private static Task<Swept> SweepAsync(TestHost host, DateOnly today)
    {
        host.Time.Set(new DateTimeOffset(today, new TimeOnly(8, 0), TimeSpan.FromHours(8)));
        return host.Services.GetRequiredService<DeadlineSweep>().RunAsync(today);
    }

    private static async Task SweepThroughAsync(TestHost host, DateOnly from, DateOnly to)
    {
        for (var day = from; day <= to; day = day.AddDays(1)) await SweepAsync(host, day);
    }

    /// <summary>Who was told of the case on which day and why, in order of time.</summary>
    private static async Task<List<string>> ToldAsync(TestHost host, string caseNo)
        => [.. (await host.ReadAsync(db => db.Set<Alert>().AsNoTracking().Where(a => a.CaseNo == caseNo).OrderBy(a => a.CreatedAt).ThenBy(a => a.Id).ToListAsync())).Select(a => $"{a.CreatedOn:MM-dd} {a.WhyMe}")];

    private static async Task AgreeAsync(TestHost host, string? ladder)
    {
        var proposed = await host.HandleAsync((ProposeLadderHandler h) => h.HandleAsync(new ProposeLadder(ladder is null ? null : DeadlineRungs.Read(ladder), "试行"), host.Change(TestHost.Person("赵六", "escalation")), default));
        Assert.Null(proposed.Refusal);
        var decided = await host.HandleAsync((DecideLadderHandler h) => h.HandleAsync(new DecideLadder(proposed.Value.Id, true, null), host.Change(TestHost.Person("法制", "legal")), default));
        Assert.Null(decided.Refusal);
    }

    [Theory, BothDatabases]
    public async Task OwnTarget_OfTheRecheck_IsTheSeventhDayWhereverTheLastDayRollsTo(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        // Ten days from 30 August end on a Wednesday; from 24 September in the holiday, and on 8 October.
        var plain = await OpenAsync(host, "recheck", "2026-0001", new DateOnly(2026, 8, 30));
        await SweepThroughAsync(host, new DateOnly(2026, 8, 31), new DateOnly(2026, 9, 10));
        var rolled = await OpenAsync(host, "recheck", "2026-0002", new DateOnly(2026, 9, 24));
        Assert.Equal((new DateOnly(2026, 9, 9), new DateOnly(2026, 10, 8)), (plain.DueOn, rolled.DueOn));

        await SweepThroughAsync(host, new DateOnly(2026, 9, 24), new DateOnly(2026, 10, 9));

        Assert.Contains("09-06 您是该事项的经办人，起算后第 7 日（内部目标）提醒您", await ToldAsync(host, "2026-0001"));
        Assert.Contains("10-01 您是该事项的经办人，起算后第 7 日（内部目标）提醒您", await ToldAsync(host, "2026-0002"));
    }

    [Theory, BothDatabases]
    public async Task OwnTarget_OfTheRecheck_WaitsAsLongAsTheClockStood(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var leader = TestHost.Person("赵六", "deputy-director");
        var recheck = await OpenAsync(host, "recheck", "2026-0001", new DateOnly(2026, 8, 30));
        await SweepThroughAsync(host, new DateOnly(2026, 8, 31), new DateOnly(2026, 9, 3));
        Assert.Null((await host.HandleAsync((PauseDeadlineHandler h) => h.HandleAsync(new PauseDeadline(recheck.Id, "检测检验", "检测委托书1号"), host.Change(leader), default))).Refusal);
        await SweepThroughAsync(host, new DateOnly(2026, 9, 4), new DateOnly(2026, 9, 6));
        var resumed = await host.HandleAsync((ResumeDeadlineHandler h) => h.HandleAsync(new ResumeDeadline(recheck.Id), host.Change(leader), default));
        Assert.Null(resumed.Refusal);

        // Three days stood still: the tenth of ten days is Saturday 12 September, the seventh Wednesday the 9th.
        Assert.Equal(new DateOnly(2026, 9, 14), resumed.Value.DueOn);
        await SweepThroughAsync(host, new DateOnly(2026, 9, 7), new DateOnly(2026, 9, 14));
        Assert.Equal(["09-09 您是该事项的经办人，起算后第 7 日（内部目标）提醒您"], (await ToldAsync(host, "2026-0001")).Where(t => t.Contains("内部目标", StringComparison.Ordinal)));
    }

    /// <summary>An order is due on a day of rest, which a local holiday made of it.</summary>
    [Theory, BothDatabases]
    public async Task LastDay_ThatIsADayOfRest_IsRemindedOfOnTheWorkingDayBeforeAndSaysSo(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await OpenAsync(host, new OpenDeadline("rectify", "2026-0001", "inspection", Guid.NewGuid(), new DateOnly(2026, 9, 1), "officer", Officer.Id, Officer.Name, ExplicitDueOn: new DateOnly(2026, 9, 12)), new DateOnly(2026, 9, 1));

        await SweepThroughAsync(host, new DateOnly(2026, 9, 2), new DateOnly(2026, 9, 13));

        var told = await ToldAsync(host, "2026-0001");
        Assert.Contains("09-11 您是该事项的经办人，到期日休息，此前最后一个工作日提醒您", told);
        Assert.DoesNotContain(told, t => t.Contains("到期当天", StringComparison.Ordinal));
    }

    /// <summary>A fact told late moves a matter that stays overdue: nobody is told that its end is near.</summary>
    [Theory, BothDatabases]
    public async Task StepsBeforeTheLastDay_OfAMatterThatStaysOverdue_AreNotMadeUp(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var leader = TestHost.Person("赵六", "deputy-director");
        // Opened when it was over since Friday 4 September: the steps before that day were none of its round.
        var recheck = await OpenAsync(host, "recheck", "2026-0001", new DateOnly(2026, 8, 25), new DateOnly(2026, 9, 7));
        await SweepThroughAsync(host, new DateOnly(2026, 9, 7), new DateOnly(2026, 9, 11));
        var before = await ToldAsync(host, "2026-0001");
        Assert.Null((await host.HandleAsync((PauseDeadlineHandler h) => h.HandleAsync(new PauseDeadline(recheck.Id, "检测检验", "检测委托书1号", new DateOnly(2026, 8, 26), new DateOnly(2026, 9, 1)), host.Change(leader), default))).Refusal);
        var moved = await host.ReadAsync(db => db.Set<Deadline>().AsNoTracking().SingleAsync(d => d.Id == recheck.Id));
        Assert.Equal((new DateOnly(2026, 9, 10), DeadlineStatus.Overdue), (moved.DueOn, moved.Status));

        await SweepThroughAsync(host, new DateOnly(2026, 9, 11), new DateOnly(2026, 9, 11));

        Assert.DoesNotContain((await ToldAsync(host, "2026-0001")).Skip(before.Count), t => t.Contains("距到期", StringComparison.Ordinal) || t.Contains("内部目标", StringComparison.Ordinal));
    }

    [Theory, BothDatabases]
    public async Task CalendarDays_OfTheCourtsThreeMonths_AreThirtyAndTen(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var court = await OpenAsync(host, "court.apply", "2026-0001", new DateOnly(2026, 6, 15));
        Assert.Equal(new DateOnly(2026, 9, 15), court.DueOn);

        await SweepThroughAsync(host, new DateOnly(2026, 8, 1), new DateOnly(2026, 9, 15));

        Assert.Equal(["08-16 您是该事项的经办人，距到期 30 日起提醒您", "09-05 您是该事项的经办人，距到期 10 日起提醒您"], (await ToldAsync(host, "2026-0001")).Where(t => t.Contains(" 日起", StringComparison.Ordinal) && t.Contains("经办人", StringComparison.Ordinal)));
    }

    [Theory, BothDatabases]
    public async Task GeneralLadder_Changed_HoldsForRunningClocksFromThatDayAndMakesUpForNothing(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var began = new DateOnly(2026, 9, 18);
        // Due on 22 October; its ten-day reminder was on the 9th.
        await OpenAsync(host, "result.publish", "2026-0001", began);
        // Overdue since 9 October: told on the first and second day past it, the fifth is still to come.
        await OpenAsync(host, "report.close", "2026-0002", began);
        var archived = await OpenAsync(host, "archive", "2026-0003", began);
        await SweepThroughAsync(host, began, new DateOnly(2026, 10, 14));
        var before = await ToldAsync(host, "2026-0001");
        Assert.Equal(["10-09 您是该事项的经办人，距到期 10 个工作日起提醒您"], before);
        var late = (await ToldAsync(host, "2026-0002")).Count;

        // Eight days before is gone for the first, the third day past it for the second; four before is to come, the fourth past it is today.
        await AgreeAsync(host, "10:owner;8:owner;4:owner;0:owner;-2:escalation;-3:section-head;-4:director");
        await SweepAsync(host, new DateOnly(2026, 10, 14));
        Assert.Equal(before, await ToldAsync(host, "2026-0001"));
        await SweepThroughAsync(host, new DateOnly(2026, 10, 15), new DateOnly(2026, 10, 22));

        Assert.Equal([.. before, "10-16 您是该事项的经办人，距到期 4 个工作日起提醒您", "10-22 您是该事项的经办人，到期当天提醒您"], await ToldAsync(host, "2026-0001"));
        Assert.Equal(["10-14 您是局长，逾期第 4 个工作日起告知您"], (await ToldAsync(host, "2026-0002")).Skip(late));
        Assert.Equal(archived.Rungs, await host.ReadAsync(db => db.Set<Deadline>().Where(d => d.Id == archived.Id).Select(d => d.Rungs).SingleAsync()));

        // Back to the shipped one: what it has and is to come is told, what was told is not.
        await AgreeAsync(host, null);
        await SweepThroughAsync(host, new DateOnly(2026, 10, 23), new DateOnly(2026, 10, 26));
        var last = (await ToldAsync(host, "2026-0001")).Where(t => t.StartsWith("10-2", StringComparison.Ordinal)).ToList();
        Assert.Equal(["10-22 到期当天", "10-23 第 1", "10-23 第 1", "10-26 第 2", "10-26 第 2", "10-26 第 2"], last.Select(t => t[..6] + (t.Contains("到期当天", StringComparison.Ordinal) ? "到期当天" : t[t.IndexOf("第 ", StringComparison.Ordinal)..][..3])));
    }

    [Fact]
    public void Rungs_WrittenAndRead_AreTheSame()
    {
        const string ladder = "30d:owner;7s:owner/sms;10:owner;0:owner,section-head;-1:escalation/mail,sms";
        Assert.Equal(ladder, DeadlineRungs.Write(DeadlineRungs.Read(ladder)));
        Assert.Equal(5, DeadlineRungs.Read(ladder).Select(r => r.Code).Distinct().Count());
        Assert.All(DeadlineRungs.Read(ladder), r => Assert.Equal((r.Unit, r.Rung), DeadlineRung.Of(r.Code)));
    }

    [Theory, BothDatabases]
    public async Task Rung_ThatFitsNoRule_IsRefused(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var legal = TestHost.Person("法制", "legal");
        ProposeDeadlineRule Rule(string key, DeadlineUnit unit, DeadlineDirection direction, string ladder)
            => new(key, "*", host.Time.Today.AddDays(1), 10, unit, direction, false, false, "某办法第一条", DeadlineRungs.Read(ladder), "试行");
        async Task<string?> CodeAsync(ProposeDeadlineRule rule) => (await host.HandleAsync((ProposeDeadlineRuleHandler h) => h.HandleAsync(rule, host.Change(legal), default))).Refusal?.Code;
        Assert.Equal("deadline-rules.rung-days", await CodeAsync(Rule("transfer.do", DeadlineUnit.Hours, DeadlineDirection.After, "3d:owner")));
        Assert.Equal("deadline-rules.rung-days", await CodeAsync(Rule("recheck", DeadlineUnit.CalendarDays, DeadlineDirection.After, "-3d:owner")));
        Assert.Equal("deadline-rules.rung-target", await CodeAsync(Rule("notice.pre", DeadlineUnit.WorkingDays, DeadlineDirection.Before, "7s:owner")));
        Assert.Null(await CodeAsync(Rule("recheck", DeadlineUnit.CalendarDays, DeadlineDirection.After, "7s:owner;3d:owner;0:owner")));
        var general = await host.HandleAsync((ProposeLadderHandler h) => h.HandleAsync(new ProposeLadder(DeadlineRungs.Read("7s:owner;0:owner"), "试行"), host.Change(TestHost.Person("赵六", "escalation")), default));
        Assert.Equal("deadline-rules.rung-target", general.Refusal?.Code);
    }
}
