using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Inspections.Visits;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Workflows.Campaigns.CampaignWalk;

namespace DoubleRandom.Tests.Workflows.Campaigns;

/// <summary>On which days a drawn visit may be: within its period and year, on a working day, announced before; and its team is one that can come.</summary>
public sealed class SitePlanDayTests
{
    [Theory, BothDatabases]
    public async Task AVisitsDay_IsWithinThePeriodAfterTheAnnouncement_AndTheTeamFollows(string database)
    {
        await using var host = await CountyAsync(database, March);
        var id = await host.DrawnAsync();
        var drawnOn = host.Time.Today;
        await host.LockAsync();
        await using var scope = host.Services.CreateAsyncScope();
        var calendar = await scope.ServiceProvider.GetRequiredService<CalendarSource>().CurrentAsync(default);
        var campaign = await host.ReadAsync(db => db.Set<Campaign>().AsNoTracking().SingleAsync());
        var visits = await host.VisitsAsync(id);
        var visit = visits[4];
        var inspection = await host.ReadAsync(db => db.Set<InspectionCase>().AsNoTracking().SingleAsync(c => c.InspecteeNumber == visit.InspecteeNumber));
        await host.RunAsync(s => s.GetRequiredService<DbContext>().Set<InspectionCase>().Where(c => c.Id == inspection.Id).ExecuteUpdateAsync(u => u.SetProperty(c => c.Status, InspectionStatus.Approved)));
        var leader = new Actor(Guid.NewGuid(), "带队局长", new HashSet<string> { "deputy-director" }, visit.LeaderNumber);

        Task<Result<InspectionCase>> PlanAsync(DateOnly on, string? reason = null) => host.HandleAsync((RecordSitePlanHandler h) => h.HandleAsync(
            new RecordSitePlan(inspection.Id, on, "全部", "有限空间", "一人记录一人取证", [new PlannedCheck("A-1", "出入口")], FileRead: true, DateReason: reason), host.Change(leader), default));
        async Task<string?> WhyNotAsync(DateOnly on, string? reason = null) => (await PlanAsync(on, reason)).Refusal?.Code;
        Task AnnouncedAsync(DateOnly on) => host.RunAsync(s => s.GetRequiredService<DbContext>().Set<Publication>().ExecuteUpdateAsync(u => u.SetProperty(p => p.PublishedOn, on)));

        Assert.All(visits, v => Assert.True(v.PlannedOn >= calendar.Add(drawnOn, 3).On));
        Assert.Equal("cases.not-announced", await WhyNotAsync(visit.PlannedOn));
        await host.RunAsync(s =>
        {
            s.GetRequiredService<DbContext>().Add(new Publication { Id = Guid.NewGuid(), Kind = PublicationKind.Announcement, Status = PublicationStatus.Published, Title = "拟检查公告", SubjectNo = campaign.CampaignNo, ContentJson = "{}", MaskedJson = "{}", AuthorName = "宣传员", PublishedOn = calendar.Subtract(visit.PlannedOn, 2).On });
            return Task.CompletedTask;
        });
        Assert.Equal("cases.announced-late", await WhyNotAsync(visit.PlannedOn));
        await AnnouncedAsync(drawnOn);
        var rest = visit.PlannedOn.AddDays(1);
        while (calendar.IsWorkingDay(rest)) rest = rest.AddDays(1);
        Assert.Equal("cases.plan-rest-day", await WhyNotAsync(rest));
        Assert.Equal("cases.plan-past", await WhyNotAsync(host.Time.Today.AddDays(-1)));
        Assert.Equal("cases.plan-late", await WhyNotAsync(calendar.Add(campaign.PeriodTo, 1).On));
        Assert.Equal("cases.plan-year", await WhyNotAsync(new(2027, 3, 1), "企业停产"));
        if (campaign.PeriodFrom > host.Time.Today) Assert.Equal("cases.plan-early", await WhyNotAsync(campaign.PeriodFrom.AddDays(-1)));
        Assert.Equal(visit.Team, (await host.VisitsAsync(id))[4].Team);

        // Another day, on which one of the officers is on leave.
        var (on, away) = (calendar.Add(visit.PlannedOn, 7).On, visit.OfficerNumbers[0]);
        await host.RunAsync(s =>
        {
            s.GetRequiredService<DbContext>().Add(new LeavePeriod { Number = "L-99", PersonNumber = away, Kind = "年休假", From = on, To = on, Status = "已批准" });
            return Task.CompletedTask;
        });
        Assert.Null((await PlanAsync(on)).Refusal?.ToString());
        var moved = (await host.VisitsAsync(id))[4];
        var planned = await host.ReadAsync(db => db.Set<InspectionCase>().AsNoTracking().SingleAsync(c => c.Id == inspection.Id));
        Assert.Equal((on, on), (moved.PlannedOn, planned.PlannedOn));
        Assert.DoesNotContain(away, moved.OfficerNumbers);
        Assert.Equal((2, 2), (moved.OfficerNumbers.Count, moved.ExpertNumbers.Count));
        Assert.Equal(moved.Team.Select(m => m.Number).Order(), planned.Team.Select(m => m.Number).Order());
        var day = (await host.VisitsAsync(id)).Where(v => v.PlannedOn == on).SelectMany(v => v.Team).Select(m => m.Number).ToList();
        Assert.Equal(day.Count, day.Distinct().Count());

        // On the spot too: an announcement put out later than it was thought stops the visit.
        host.Time.Set(new DateTimeOffset(on, new TimeOnly(9, 0), TimeSpan.FromHours(8)));
        var officer = new Actor(Guid.NewGuid(), "执法员", new HashSet<string> { "officer" }, moved.OfficerNumbers[0]);
        Task<Result<Visit>> ArriveAsync() => host.HandleAsync((CheckInHandler h) => h.HandleAsync(new CheckIn(inspection.Id, moved.OfficerNumbers, [], "厂区大门", true, true), host.Change(officer), default));
        await AnnouncedAsync(on);
        Assert.Equal("cases.announced-late", (await ArriveAsync()).Refusal?.Code);
        await AnnouncedAsync(drawnOn);
        Assert.Null((await ArriveAsync()).Refusal?.ToString());

        // 频次: what was approved for another item does not count against this one's cap, as in the draw's list.
        var other = visits[5].InspecteeNumber;
        var next = await host.ReadAsync(db => db.Set<InspectionCase>().AsNoTracking().SingleAsync(c => c.InspecteeNumber == other));
        await ApprovedAsync(host, other, "T2026-3", "YJ-100");
        var before = await host.ReadAsync(db => CheckFrequency.LoadAsync(db, next, default));
        Assert.Equal((12, 0), (before.Approved, before.Caps.Single(c => c.ItemCode == "YJ-10").Approved));
        await ApprovedAsync(host, other, "T2026-4", "YJ-03;YJ-10");
        Assert.Equal("YJ-10", (await host.ReadAsync(db => CheckFrequency.LoadAsync(db, next, default))).Reached?.ItemCode);
        Assert.Equal("cases.over-cap", (await host.HandleAsync((ApproveInspectionHandler h) => h.HandleAsync(new ApproveInspection(next.Id), host.Change(Director), default))).Refusal?.Code);
    }

    private static Task ApprovedAsync(TestHost host, string inspectee, string prefix, string items) => host.RunAsync(services =>
    {
        for (var i = 0; i < 12; i++)
        {
            services.GetRequiredService<DbContext>().Add(new InspectionCase
            {
                Id = Guid.NewGuid(),
                InspectionNo = $"{prefix}{i:D2}-001",
                CampaignNo = $"{prefix}{i:D2}",
                CampaignId = Guid.NewGuid(),
                InspecteeNumber = inspectee,
                InspecteeName = "查过的单位",
                ItemCodes = items,
                LeaderNumber = "R001",
                TeamJson = "[]",
                PlannedOn = new(2026, 2, 3),
                Status = InspectionStatus.Archived,
                ApprovedOn = new(2026, 2, 2),
                CheckedOn = new(2026, 2, 3),
            });
        }
        return Task.CompletedTask;
    });
}
