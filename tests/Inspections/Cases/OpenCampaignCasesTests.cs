using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Inspections.Cases;

public sealed class OpenCampaignCasesTests
{
    private static readonly Guid CampaignId = new("0199aaaa-0000-7000-8000-000000000008");

    [Theory, BothDatabases]
    public async Task Open_FromTheLockedList_MakesOneCaseForEachObjectWithItsTeamAndNoneTwice(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await AddAsync(host, countersigned: true);

        var first = await OpenAsync(host);
        var again = await OpenAsync(host);

        Assert.Equal(["2026-08-001", "2026-08-002"], first.Value.Cases.Select(c => c.InspectionNo));
        Assert.Equal(first.Value.Cases.Select(c => c.Id), again.Value.Cases.Select(c => c.Id));
        Assert.All(first.Value.Cases, c => Assert.Equal(("R002", "R011;R013", "E01", "YJ-02"), (c.LeaderNumber, string.Join(';', c.OfficerNumbers), string.Join(';', c.ExpertNumbers), c.ItemCodes)));
        Assert.Equal(2, await host.ReadAsync(db => db.Set<InspectionCase>().CountAsync()));
    }

    [Theory, BothDatabases]
    public async Task Open_BeforeTheSupervisorCountersigned_IsRefused(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await AddAsync(host, countersigned: false);

        Assert.Equal("cases.not-locked", (await OpenAsync(host)).Refusal?.Code);
        Assert.Equal(0, await host.ReadAsync(db => db.Set<InspectionCase>().CountAsync()));
    }

    private static Task<Result<OpenedCases>> OpenAsync(TestHost host)
        => host.HandleAsync((OpenCampaignCasesHandler h) => h.HandleAsync(new OpenCampaignCases(CampaignId), host.Change(), default));

    private static Task AddAsync(TestHost host, bool countersigned) => host.RunAsync(services =>
    {
        var db = services.GetRequiredService<DbContext>();
        db.Add(new Campaign
        {
            Id = CampaignId,
            CampaignNo = "2026-08",
            PlanNo = "崇应急抽计〔2026〕1号",
            Title = "有限空间作业专项抽查",
            ItemCodes = "YJ-02",
            Ratio = "0.1",
            Status = CampaignStatus.Locked,
            LockedAt = host.Time.UtcNow,
            CountersignedAt = countersigned ? host.Time.UtcNow : null,
        });
        for (var i = 1; i <= 2; i++)
        {
            var assignment = new InspectionAssignment
            {
                Id = Guid.CreateVersion7(),
                CampaignId = CampaignId,
                Sequence = i,
                InspecteeNumber = $"CX0000{i}",
                InspecteeName = $"第{i}机械厂",
                DrawPosition = i,
                PlannedOn = host.Time.Today.AddDays(i),
                Status = AssignmentStatus.Locked,
            };
            db.Add(assignment);
            foreach (var (part, number, name) in new[] { (TeamPart.Leader, "R002", "信建军"), (TeamPart.Officer, "R011", "芮志强"), (TeamPart.Officer, "R013", "张鹏程"), (TeamPart.Expert, "E01", "赵明义") })
            {
                db.Add(new AssignmentSeat
                {
                    Id = Guid.CreateVersion7(),
                    AssignmentId = assignment.Id,
                    CampaignId = CampaignId,
                    Part = part,
                    PersonNumber = number,
                    PersonName = name,
                    TicketPosition = int.Parse(number[1..], System.Globalization.CultureInfo.InvariantCulture),
                    TakenAt = host.Time.UtcNow,
                    IsActive = true,
                });
            }
        }
        return Task.CompletedTask;
    });
}
