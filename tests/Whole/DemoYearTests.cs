using System.Text.Json;
using System.Text.RegularExpressions;
using DoubleRandom.Documents.Issuing;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Hazards;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Inspections.Rectification;
using DoubleRandom.Inspections.Supervision;
using DoubleRandom.Inspections.Transfers;
using DoubleRandom.Inspections.Visits;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Tests.Whole;

/// <summary>The whole way, once: what the sample county's year leaves behind, on both databases.</summary>
public sealed partial class DemoYearTests
{
    private const int WholeLine = 1;
    private const int HalfLine = 2;

    [Theory, BothDatabases]
    public async Task Demo_PrintsEachStepInOneLineAndAnAccountForEachPerson(string database)
    {
        var year = await DemoYear.OfAsync(database);

        Assert.True(year.ExitCode == 0, $"{year.Errors}\n{string.Join('\n', year.Lines.TakeLast(20))}");
        var summary = year.Lines.ToList().FindIndex(l => l.StartsWith("共办理", StringComparison.Ordinal));
        Assert.True(summary > 500, $"only {summary} steps");
        Assert.All(year.Lines.Take(summary), l => Assert.Matches(StepLine(), l));
        Assert.Equal("http://127.0.0.1:5080", year.Lines[summary + 1]);
        Assert.All(year.Lines.Skip(summary + 2), l => Assert.Equal(3, l.Split('\t').Length));
        Assert.Contains(year.Lines.Take(summary), l => OrderNumber().IsMatch(l.Split('\t')[3]));
    }

    [Theory, BothDatabases]
    public async Task WholeCampaign_IsArchived_EachOfItsCasesFinishedWithEveryChild(string database)
    {
        var year = await DemoYear.OfAsync(database);
        await year.ReadAsync(async db =>
        {
            var campaign = await db.Set<Campaign>().AsNoTracking().SingleAsync(c => c.PlanLineNo == WholeLine);
            Assert.Equal(CampaignStatus.Archived, campaign.Status);
            var cases = await db.Set<InspectionCase>().AsNoTracking().Where(c => c.CampaignId == campaign.Id).ToListAsync();
            Assert.Equal(31, cases.Count);
            Assert.All(cases, c => Assert.Equal(InspectionStatus.Archived, c.Status));
            var numbers = cases.Select(c => c.InspectionNo).ToHashSet();
            var instances = (await db.Set<WorkflowInstanceRow>().AsNoTracking().ToListAsync()).Where(i => numbers.Contains(i.CorrelationId ?? "")).ToList();
            Assert.Equal(31, instances.Count(i => i.Id == i.RootInstanceId));
            Assert.All(instances, i => Assert.Equal(WorkflowStatus.Finished, i.Status));
            Assert.Empty(await db.Set<IncidentRow>().Where(i => i.ResolvedAt == null).ToListAsync());
            return 0;
        });
    }

    [Theory, BothDatabases]
    public async Task Journals_OfTheWholeCampaign_NamePersonAndTimeOfEveryStep(string database)
    {
        var year = await DemoYear.OfAsync(database);
        await year.ReadAsync(async db =>
        {
            var campaign = await db.Set<Campaign>().AsNoTracking().SingleAsync(c => c.PlanLineNo == WholeLine);
            var numbers = await db.Set<InspectionCase>().Where(c => c.CampaignId == campaign.Id).Select(c => c.InspectionNo).ToListAsync();
            var done = await db.Set<WorkItem>().AsNoTracking().Where(i => numbers.Contains(i.CaseNo)).ToListAsync();
            Assert.All(done, i => Assert.Equal(WorkItemStatus.Completed, i.Status));
            var instances = done.Select(i => i.InstanceId).ToHashSet();
            var decided = InstanceHistory.Of(await db.Set<BurstRow>().AsNoTracking().Where(b => instances.Contains(b.InstanceId)).OrderBy(b => b.Revision).ToListAsync()).Lines.Where(j => j.EventName == "Decided").ToList();
            Assert.Equal(done.Count, decided.Count);
            var names = await db.Set<Account>().ToDictionaryAsync(a => a.DisplayName);
            Assert.All(decided, j => Assert.True(names.ContainsKey(j.ByName!) && j.At.Year == 2026));
            return 0;
        });
    }

    [Theory, BothDatabases]
    public async Task Branches_OfTheLaw_AllHappened(string database)
    {
        var year = await DemoYear.OfAsync(database);
        await year.ReadAsync(async db =>
        {
            var campaign = await db.Set<Campaign>().AsNoTracking().SingleAsync(c => c.PlanLineNo == WholeLine);
            var cases = await db.Set<InspectionCase>().AsNoTracking().Where(c => c.CampaignId == campaign.Id).OrderBy(c => c.InspectionNo).ToListAsync();
            var ids = cases.Select(c => c.Id).ToList();
            var visits = await db.Set<Visit>().AsNoTracking().Where(v => ids.Contains(v.CaseId)).ToListAsync();
            var unreachable = cases.Single(c => c.ResultCodes == "4");
            var attempts = visits.Where(v => v.CaseId == unreachable.Id).Select(v => v.On).Order().ToList();
            Assert.Equal(2, attempts.Count);
            Assert.NotEqual(attempts[0], attempts[1]);
            Assert.Single(cases, c => c.ResultCodes == "9");
            Assert.Single(cases, c => c.ResultCodes!.Contains('6'));

            var requests = await db.Set<RosterRequest>().AsNoTracking().Where(r => r.CampaignId == campaign.Id && r.Granted == true).ToListAsync();
            Assert.Equal(2, requests.Count(r => r.Kind == RosterRequestKind.Recusal));
            Assert.Equal(1, requests.Count(r => r.Kind == RosterRequestKind.Replacement));

            var extensions = await db.Set<RectificationExtension>().AsNoTracking().ToListAsync();
            Assert.Contains(extensions, e => e.Granted == true);
            var reinspections = await db.Set<Reinspection>().AsNoTracking().Where(r => ids.Contains(r.CaseId)).ToListAsync();
            Assert.Contains(reinspections, r => r.FailedCount == 0);
            Assert.Single(reinspections, r => r.FailedCount > 0);

            var penalties = await db.Set<PenaltyCase>().AsNoTracking().Where(p => ids.Contains(p.CaseId)).ToListAsync();
            var ordinary = Assert.Single(penalties, p => p.Procedure == PenaltyProcedure.Ordinary);
            Assert.Equal((PenaltyStatus.Closed, true, true), (ordinary.Status, ordinary.HearingEligible, ordinary.Complex));
            Assert.NotNull(ordinary.LegalOn);
            Assert.NotNull(ordinary.DiscussedOn);
            Assert.Single(penalties, p => p.Procedure == PenaltyProcedure.Simple);

            var hazard = Assert.Single(await db.Set<MajorHazard>().AsNoTracking().Where(h => ids.Contains(h.CaseId)).ToListAsync());
            Assert.Equal(HazardStatus.Delisted, hazard.Status);
            Assert.True(hazard.AcceptedOn > hazard.DueOn);
            Assert.Contains(await db.Set<LeadTransfer>().AsNoTracking().Where(t => ids.Contains(t.CaseId)).ToListAsync(), t => t.ReceivedOn is not null);
            return 0;
        });
    }

    [Theory, BothDatabases]
    public async Task Results_ArePublishedWithinTwentyWorkingDays_ExceptTheOneThatIsEscalated(string database)
    {
        var year = await DemoYear.OfAsync(database);
        await year.ReadAsync(async db =>
        {
            var campaign = await db.Set<Campaign>().AsNoTracking().SingleAsync(c => c.PlanLineNo == WholeLine);
            var cases = await db.Set<InspectionCase>().Where(c => c.CampaignId == campaign.Id).ToDictionaryAsync(c => c.Id);
            var deadlines = await db.Set<Deadline>().AsNoTracking().Where(d => d.RuleKey == "result.publish").ToListAsync();
            var own = deadlines.Where(d => cases.ContainsKey(d.SubjectId)).ToList();
            Assert.Equal(31, own.Count);
            Assert.All(own, d => Assert.Equal((20, DeadlineUnit.WorkingDays, DeadlineStatus.Met), (d.Amount, d.Unit, d.Status)));
            Assert.All(own, d => Assert.Equal(cases[d.SubjectId].CheckedOn, d.AnchorOn));
            var late = Assert.Single(own, d => d.MetOn > d.DueOn);
            Assert.Contains(await db.Set<Alert>().AsNoTracking().ToListAsync(), a => a.DeadlineId == late.Id && a.Rung < 0 && a.RecipientRole == Roles.Escalation);
            Assert.Equal(SupervisionStatus.Closed, (await db.Set<SupervisionOrder>().AsNoTracking().SingleAsync(o => o.DeadlineId == late.Id)).Status);
            Assert.Equal(31, await db.Set<Publication>().CountAsync(p => p.Kind == PublicationKind.InspectionResult && p.Status == PublicationStatus.Published && cases.Keys.Contains(p.CaseId!.Value)));

            var report = await db.Set<Deadline>().AsNoTracking().SingleAsync(d => d.RuleKey == "report.close" && d.SubjectId == campaign.Id);
            Assert.Equal((10, DeadlineUnit.WorkingDays, DeadlineStatus.Met), (report.Amount, report.Unit, report.Status));
            Assert.Equal(cases.Values.Max(c => c.CheckedOn), report.AnchorOn);
            return 0;
        });
    }

    [Theory, BothDatabases]
    public async Task Deadlines_CrossTheNationalDayAndTheYearsEnd_AndSaySo(string database)
    {
        var year = await DemoYear.OfAsync(database);
        var all = await year.ReadAsync(db => db.Set<Deadline>().AsNoTracking().ToListAsync());

        Assert.Contains(all, d => d is { Unit: DeadlineUnit.WorkingDays } && d.AnchorOn < new DateOnly(2026, 10, 1) && d.DueOn > new DateOnly(2026, 10, 8) && d.Explanation.Contains("国庆", StringComparison.Ordinal));
        Assert.Contains(all, d => d.AnchorOn.Year == 2026 && d.DueOn.Year == 2027);
    }

    [Theory, BothDatabases]
    public async Task HalfWayCampaigns_Wait_AndEveryActingRoleHasAnOpenItem(string database)
    {
        var year = await DemoYear.OfAsync(database);
        await year.ReadAsync(async db =>
        {
            var half = await db.Set<Campaign>().AsNoTracking().SingleAsync(c => c.PlanLineNo == HalfLine);
            var instance = await db.Set<WorkflowInstanceRow>().AsNoTracking().SingleAsync(i => i.CorrelationId == half.CampaignNo && i.Id == i.RootInstanceId);
            Assert.Equal(WorkflowStatus.Running, instance.Status);
            var roles = (await db.Set<WorkItem>().Where(i => i.Status == WorkItemStatus.Open).Select(i => i.Role).Distinct().ToListAsync()).ToHashSet();
            string[] acting =
            [
                Roles.Planner, Roles.SectionHead, Roles.DeputyDirector, Roles.Director, Roles.DrawOperator, Roles.Supervisor, Roles.Witness, Roles.Officer, Roles.Expert,
                Roles.Legal, Roles.CaseOfficer, Roles.Publisher, Roles.Escalation, Roles.Government,
            ];
            Assert.Empty(acting.Except(roles));
            return 0;
        });
    }

    [Theory, BothDatabases]
    public async Task Documents_AreNumberedWithoutGaps(string database)
    {
        var year = await DemoYear.OfAsync(database);
        var documents = await year.ReadAsync(db => db.Set<OfficialDocument>().AsNoTracking().Where(d => d.Sequence != null).ToListAsync());

        Assert.True(documents.Count > 200);
        foreach (var series in documents.GroupBy(d => (d.CodeWord, d.Year)))
            Assert.Equal(Enumerable.Range(1, series.Count()), series.Select(d => d.Sequence!.Value).Order());
        string[] templates = ["D01", "D03", "D04", "D05", "D06", "D07", "D08", "D09", "D10", "D11", "D12", "D13", "D14", "D21", "D22", "D23", "D24", "D25", "D26", "D28", "D29", "D35", "D37", "D38", "D40", "D42", "D43", "D44", "D45"];
        Assert.Empty(templates.Except(documents.Select(d => d.Template).Concat(await year.ReadAsync(db => db.Set<OfficialDocument>().Select(d => d.Template).Distinct().ToListAsync()))));
    }

    [Theory, BothDatabases]
    public async Task Draws_ExportedByTheCommand_Verify(string database)
    {
        var year = await DemoYear.OfAsync(database);
        var folder = Directory.CreateTempSubdirectory("dr-draws-");
        try
        {
            var exported = await year.CommandAsync("draw", "export", "--all", folder.FullName);
            Assert.True(exported.ExitCode == 0, exported.Errors);
            var complete = folder.GetDirectories().Where(d => File.Exists(Path.Combine(d.FullName, "result.json"))).ToList();
            Assert.True(complete.Count >= 6, $"only {complete.Count} draws");
            foreach (var draw in complete)
            {
                var verified = await year.CommandAsync("draw", "verify", draw.FullName);
                Assert.True(verified.ExitCode == 0, $"{draw.Name}: {verified.Errors}");
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory, BothDatabases]
    public async Task Invariants_OfTheYear_Hold(string database)
    {
        var year = await DemoYear.OfAsync(database);

        var (exitCode, output, errors) = await year.CommandAsync("invariants", "--json");

        Assert.True(exitCode == 0, output + errors);
        using var json = JsonDocument.Parse(output);
        Assert.True(json.RootElement.GetProperty("ok").GetBoolean());
        Assert.True(json.RootElement.GetProperty("checks").GetArrayLength() >= 8);
    }

    [Theory, BothDatabases]
    public async Task Demo_StartedAgain_GoesOnWhereItStoodAndDoublesNothing(string database)
    {
        var year = await DemoYear.OfAsync(database);
        var before = await year.ReadAsync(db => db.Set<WorkItem>().CountAsync());

        var (exitCode, output, errors) = await year.CommandAsync("demo", "--no-serve");

        Assert.True(exitCode == 0, errors);
        Assert.StartsWith("共办理 0 步", output, StringComparison.Ordinal);
        Assert.Equal(before, await year.ReadAsync(db => db.Set<WorkItem>().CountAsync()));
    }

    [GeneratedRegex(@"^2026-\d\d-\d\d\t[^\t]+\t[^\t]+\t[^\t]+$")]
    private static partial Regex StepLine();

    [GeneratedRegex(@"〔2026〕\d+号$")]
    private static partial Regex OrderNumber();
}
