using System.Diagnostics;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Dispatching;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Bench;

/// <summary>Row k: from one locked list to a case with its first work item for each of fifty thousand objects, against the half minute a province waits for it.</summary>
internal static class FanOutBench
{
    private const double Seconds = 30;
    private const int RawCases = 5_000;

    public static async IAsyncEnumerable<BenchRow> RunAsync(BenchPace pace)
    {
        var cases = pace.IsQuick ? 5_000 : 50_000;
        foreach (var db in (string[])["sqlite", "postgres"])
        {
            await using var place = await Place.OpenAsync(db);
            // The first hundred compile and fill caches.
            await FanAsync(place.Product, 100);
            var seconds = await FanAsync(place.Product, cases) * 50_000 / cases;
            var ratio = Math.Round(seconds / Seconds, 3);
            yield return new BenchRow("k", db, 1, Seconds, Math.Round(seconds, 2), ratio, "<=1.00", ratio <= 1, "s",
                $"seconds until 50000 cases of one draw wait for their people, each with instance, bookmark, work item and audit{(cases == 50_000 ? "" : $"; measured on {cases}")}");
            var raw = await FanOutLimit.SecondsAsync(place.Product.Settings, $"K{cases}", RawCases) * 50_000 / RawCases;
            var overRaw = Math.Round(seconds / raw, 2);
            yield return new BenchRow("k-raw", db, 1, Math.Round(raw, 2), Math.Round(seconds, 2), overRaw, "<=4.00", overRaw <= 4, "s", $"against prepared inserts of the same rows, a hundred cases in a transaction, measured on {RawCases} of them");
        }
    }

    /// <summary>Seconds from the start of the campaign's step to the last case that waits for its people.</summary>
    private static async Task<double> FanAsync(Product product, int cases)
    {
        var campaign = await LockedAsync(product, cases);
        await product.PublishFanAsync(campaign);
        var clock = Stopwatch.StartNew();
        await product.StartAsync($"K-{cases}", $"{Product.FanId}-{cases}");
        await product.Services.GetRequiredService<ChildPump>().DrainAsync();
        var seconds = clock.Elapsed.TotalSeconds;
        var waiting = await product.ReadAsync(db => db.Set<WorkItem>().CountAsync(i => i.CaseNo.StartsWith($"K{cases}-") && i.Status == WorkItemStatus.Open));
        if (waiting == cases) return seconds;
        var incident = await product.ReadAsync(db => db.Set<IncidentRow>().Select(i => i.Message).FirstOrDefaultAsync());
        throw new InvalidOperationException($"{waiting} of {cases} cases wait for their people. {incident}");
    }

    /// <summary>A locked and countersigned list with its teams, as a draw leaves it.</summary>
    private static async Task<Campaign> LockedAsync(Product product, int cases)
    {
        var at = product.Time.UtcNow;
        var campaign = new Campaign { Id = Ids.New(at), CampaignNo = $"K{cases}", PlanNo = "K", Title = "全省专项抽查", ItemCodes = "YJ-02", Ratio = "0.1", Status = CampaignStatus.Locked, LockedAt = at, CountersignedAt = at };
        await product.Units.RunAsync<Done>((services, _) =>
        {
            services.GetRequiredService<DbContext>().Add(campaign);
            return Task.FromResult<Result<Done>>(Done.It);
        });
        for (var from = 1; from <= cases; from += 2_000)
        {
            var first = from;
            await product.Units.RunAsync<Done>((services, _) =>
            {
                var db = services.GetRequiredService<DbContext>();
                for (var i = first; i < Math.Min(first + 2_000, cases + 1); i++)
                {
                    var visit = new InspectionAssignment { Id = Ids.New(at), CampaignId = campaign.Id, Sequence = i, InspecteeNumber = $"CX{i:D6}", InspecteeName = $"第{i}厂", DrawPosition = i, PlannedOn = DateOnly.FromDateTime(at).AddDays(i % 200), Status = AssignmentStatus.Locked };
                    db.Add(visit);
                    foreach (var (part, number) in ((TeamPart, string)[])[(TeamPart.Leader, "R1"), (TeamPart.Officer, "R2"), (TeamPart.Officer, "R3")])
                        db.Add(new AssignmentSeat { Id = Ids.New(at), AssignmentId = visit.Id, CampaignId = campaign.Id, Part = part, PersonNumber = number, PersonName = "某人", IsActive = true });
                }
                return Task.FromResult<Result<Done>>(Done.It);
            });
        }
        return campaign;
    }
}
