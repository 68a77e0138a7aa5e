using DoubleRandom.Basics;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Workflows.Campaigns.CampaignWalk;

namespace DoubleRandom.Tests.Workflows.Campaigns;

/// <summary>What other campaigns have done already counts for a list, and a seat whose person cannot come any more is told of.</summary>
public sealed class SeatsAfterDrawTests
{
    [Theory, BothDatabases]
    public async Task AList_KnowsTheOtherCampaigns_AndTellsOfSeatsThatCannotBeTaken(string database)
    {
        await using var host = await CountyAsync(database, March, publishes: false);
        await host.ApprovePlanAsync();
        var id = await host.StartCampaignAsync();
        var campaign = await host.ReadAsync(db => db.Set<Campaign>().AsNoTracking().SingleAsync());
        var pools = await PoolsAsync(host, campaign);
        var (alike, same, booked) = (pools[0].Ids.First(), pools[0].Ids.Skip(1).First(), pools.Single(p => p.Kind == "officer").Ids.First());
        await host.RunAsync(async services =>
        {
            var db = services.GetRequiredService<DbContext>();
            for (var i = 0; i < 12; i++)
            {
                // The code of another item begins like this one's; and one visit did several items.
                db.Add(Checked($"T2026-1{i:D2}-001", alike, "YJ-100"));
                db.Add(Checked($"T2026-2{i:D2}-001", same, "YJ-03;YJ-10;YJ-100"));
            }
            // Another campaign sends one officer out on every day of the year.
            var other = new Campaign { Id = Ids.New(host.Time.UtcNow), CampaignNo = "2025-07", PlanNo = "另一计划", Title = "另一任务", ItemCodes = "YJ-01", Ratio = "0.05", PeriodFrom = new(2026, 1, 1), PeriodTo = new(2026, 12, 31), Status = CampaignStatus.Locked };
            db.Add(other);
            for (var on = new DateOnly(2026, 1, 1); on.Year == 2026; on = on.AddDays(1))
            {
                var visit = new InspectionAssignment { Id = Ids.New(host.Time.UtcNow), CampaignId = other.Id, InspecteeNumber = $"Z{on.DayOfYear}", InspecteeName = "别处", PlannedOn = on, Status = AssignmentStatus.Locked, Sequence = on.DayOfYear };
                db.Add(visit);
                db.Add(new AssignmentSeat { Id = Ids.New(host.Time.UtcNow), AssignmentId = visit.Id, CampaignId = other.Id, Part = TeamPart.Officer, PersonNumber = booked, PersonName = "已派出", IsActive = true });
            }
        });

        var objects = (await PoolsAsync(host, campaign))[0];
        Assert.DoesNotContain(objects.Exclusions, e => e.CandidateId == alike && e.Reason == "本年检查次数已达上限");
        Assert.Contains(objects.Exclusions, e => e.CandidateId == same && e.Reason == "本年检查次数已达上限");

        var frozen = await host.DefaultsAfterSchemeAsync();
        frozen["reason"] = "一户本年检查已满";
        await host.DoAsync("freeze", Operator, "冻结", frozen);
        await host.CommitAsync(SupervisorNonce, WitnessNonce);
        await host.BeaconAsync();
        await host.DoAsync("revealSupervisor", Supervisor, "揭示", new() { ["nonce"] = SupervisorNonce });
        await host.DoAsync("revealWitness", Witness, "揭示", new() { ["nonce"] = WitnessNonce });
        var visits = await host.VisitsAsync(id);
        Assert.DoesNotContain(visits, v => v.OfficerNumbers.Contains(booked));
        Assert.Contains(await host.ReadAsync(db => db.Set<SeatSkip>().Where(s => s.PersonNumber == booked).Select(s => s.Reason).ToListAsync()), r => r == "当日已有其他检查（任务 2025-07）");

        await host.DoAsync("recusals", Operator, "无人申报");
        await host.DoAsync("lock", Operator, "锁定");
        Assert.Equal(0, await CheckAsync(host));
        var (last, officer) = (visits[^1], visits[^1].OfficerNumbers[0]);
        await host.RunAsync(services => services.GetRequiredService<DbContext>().Set<Officer>().Where(o => o.Number == officer).ExecuteUpdateAsync(s => s.SetProperty(o => o.CertificateValidTo, last.PlannedOn.AddDays(-1))));
        var expected = visits.Count(v => v.PlannedOn >= last.PlannedOn && v.OfficerNumbers.Contains(officer));
        Assert.Equal(expected, await CheckAsync(host));
        Assert.Equal(0, await CheckAsync(host));
        var told = await host.ReadAsync(db => db.Set<Alert>().AsNoTracking().Where(a => a.Rung == Alert.SeatRung).ToListAsync());
        Assert.Equal(["draw-operator", "planner"], told.Select(a => a.RecipientRole!).Distinct().Order());
        Assert.All(told, a => Assert.Contains("执法证件在检查日无效", a.Text, StringComparison.Ordinal));
        Assert.All(told, a => Assert.DoesNotContain(last.InspecteeName, a.Text, StringComparison.Ordinal));
    }

    private static async Task<int> CheckAsync(TestHost host)
        => (await host.HandleAsync((CheckSeatsHandler h) => h.HandleAsync(new CheckSeats(), ChangeContext.Now(host.Time, Actor.System, "核对"), default))).Value;

    private static async Task<IReadOnlyList<DoubleRandom.Inspections.Draws.CandidatePool>> PoolsAsync(TestHost host, Campaign campaign)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<FreezeCampaignHandler>().PreviewAsync(campaign, host.Time.Today, default)).Value;
    }

    private static InspectionCase Checked(string number, string inspectee, string items) => new()
    {
        Id = Guid.NewGuid(),
        InspectionNo = number,
        CampaignNo = number[..^4],
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
    };
}
