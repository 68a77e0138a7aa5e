using System.Diagnostics;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Host.Data;
using DoubleRandom.Host.Invariants;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Tests.Support;
using DoubleRandom.Tests.Workflows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Whole;

/// <summary>One draw makes a case for each object. The server is killed in the middle of it and started again: no object without its case, none with two.</summary>
public sealed class FanOutKillTests
{
    private const int Visits = 600;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Theory, BothDatabases]
    public async Task Server_KilledWhileCasesAreStarted_GoesOnWhereItWas(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var campaign = await LockedCampaignAsync(host);
        await host.PublishAsync("fan-visit", [Given.Node("wait", "Elsa.RunTask")]);
        await host.PublishAsync("fan", [
            Given.Node("open", "Inspection.OpenCases", ("subjectId", Given.Literal(campaign.ToString())), ("items", new JsonObject { ["typeName"] = "Object", ["memoryReference"] = new JsonObject { ["id"] = "v" } })),
            Given.Node("fan", "Elsa.BulkDispatchWorkflows", ("workflowDefinitionId", Given.Literal("fan-visit")), ("items", Given.Feel("Answer")), ("correlationIdFunction", Given.Literal("item.CaseNo"))),
        ], "open.Done>fan");
        var parent = await host.StartAsync("fan", "2026-08");
        Assert.Equal(Visits, await host.ReadAsync(db => db.Set<DispatchRow>().CountAsync(d => d.StartedAt == null)));

        // As soon as the first hundred are committed: the others are on their way, or not begun.
        using (var server = Start(host))
        {
            await UntilAsync(async () => await StartedAsync(host) > 0);
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync();
        }
        var seen = await StartedAsync(host);
        Assert.Equal(seen, await host.ReadAsync(db => db.Set<WorkflowInstanceRow>().CountAsync(i => i.ParentInstanceId == parent)));
        using (var server = Start(host))
        {
            await UntilAsync(async () => await StartedAsync(host) == Visits);
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync();
        }

        var cases = await host.ReadAsync(db => db.Set<InspectionCase>().Where(c => c.CampaignId == campaign).Select(c => new { c.InspectionNo, c.InspecteeNumber }).ToListAsync());
        var children = await host.ReadAsync(db => db.Set<WorkflowInstanceRow>().Where(i => i.ParentInstanceId == parent).Select(i => i.CorrelationId!).ToListAsync());
        Assert.Equal((Visits, Visits), (cases.Count, cases.Select(c => c.InspecteeNumber).Distinct().Count()));
        Assert.Equal(cases.Select(c => c.InspectionNo).Order(StringComparer.Ordinal), children.Order(StringComparer.Ordinal));
        Assert.Empty((await InvariantCatalogue.CheckAsync(host.Services)).Checks.SelectMany(c => c.Broken.Select(b => $"{c.Id} {b}")));
    }

    private static Task<int> StartedAsync(TestHost host) => host.ReadAsync(db => db.Set<DispatchRow>().CountAsync(d => d.StartedAt != null));

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        var clock = Stopwatch.StartNew();
        while (!await holds())
        {
            Assert.True(clock.Elapsed < Patience, "The server did not get on.");
            await Task.Delay(20);
        }
    }

    private static Process Start(TestHost host)
    {
        var settings = host.Services.GetRequiredService<DatabaseSettings>();
        var program = Path.Combine(Repository.Root, "src", "Host", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "DoubleRandom.Host.dll");
        var start = new ProcessStartInfo("dotnet", [program, "serve", "--urls", "http://127.0.0.1:0"]) { WorkingDirectory = Path.GetTempPath() };
        start.Environment["DOUBLERANDOM_DATA"] = settings.Folder;
        start.Environment["ConnectionStrings__Postgres"] = settings.Postgres ?? "";
        start.Environment["Logging__LogLevel__Default"] = "Error";
        return Process.Start(start)!;
    }

    /// <summary>A locked and countersigned list with its teams, as a draw leaves it.</summary>
    private static async Task<Guid> LockedCampaignAsync(TestHost host)
    {
        var id = Ids.New(host.Time.UtcNow);
        await host.RunAsync(services =>
        {
            var db = services.GetRequiredService<DbContext>();
            db.Add(new Campaign { Id = id, CampaignNo = "2026-08", PlanNo = "崇应急抽计〔2026〕1号", Title = "全省专项抽查", ItemCodes = "YJ-02", Ratio = "0.1", Status = CampaignStatus.Locked, LockedAt = host.Time.UtcNow, CountersignedAt = host.Time.UtcNow });
            for (var i = 1; i <= Visits; i++)
            {
                var visit = new InspectionAssignment { Id = Ids.New(host.Time.UtcNow), CampaignId = id, Sequence = i, InspecteeNumber = $"CX{i:D6}", InspecteeName = $"第{i}厂", DrawPosition = i, PlannedOn = host.Time.Today.AddDays(i % 200), Status = AssignmentStatus.Locked };
                db.Add(visit);
                foreach (var (part, number) in new[] { (TeamPart.Leader, "R002"), (TeamPart.Officer, "R011"), (TeamPart.Officer, "R013") })
                    db.Add(new AssignmentSeat { Id = Ids.New(host.Time.UtcNow), AssignmentId = visit.Id, CampaignId = id, Part = part, PersonNumber = number, PersonName = "某人", IsActive = true });
            }
            return Task.CompletedTask;
        });
        return id;
    }
}
