using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.Forms;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Workflows.Campaigns.CampaignWalk;

namespace DoubleRandom.Tests.Workflows.Campaigns;

/// <summary>What the plan decides reaches the draw and the cases: exclusions, caps over all departments, merged items, and the versions of items that were drawn.</summary>
public sealed class PlanCarryOverTests
{
    private const string CityPlan = "崇城管抽计〔2026〕1号";
    private static readonly DateTimeOffset March = new(2026, 3, 2, 9, 0, 0, TimeSpan.FromHours(8));

    [Theory, BothDatabases]
    public async Task Freeze_LeavesOutWhatThePlanExcludesAndWhoHasHadHisVisits(string database)
    {
        await using var host = await CountyAsync(database, March, publishes: false);
        var set = await host.HandleAsync((SetPlanRulesHandler h) => h.HandleAsync(new SetPlanRules(new DateOnly(2026, 3, 2), 0.03m, 0.10m, 1, 30, 1, "国办发〔2024〕54号"), host.Change(Director), default));
        Assert.Null(set.Refusal);
        await host.ApprovePlanAsync();
        var campaign = await host.StartCampaignAsync();
        var whole = await PoolAsync(host, campaign);
        var (visited, excluded) = (whole.Ids.First(), whole.Ids.Skip(1).First());

        host.Time.Set(March.AddHours(1));
        Assert.Equal("plan-exclusions.document", (await ExcludeAsync(host, excluded, "3", null)).Refusal?.Code);
        Assert.Equal("plan-exclusions.code", (await ExcludeAsync(host, excluded, "5", null)).Refusal?.Code);
        Assert.Equal("plan-exclusions.no-object", (await ExcludeAsync(host, "无此户", "1", null)).Refusal?.Code);
        var late = await ExcludeAsync(host, excluded, "3", "风险评估报告〔2026〕2号");
        Assert.Null((await host.HandleAsync((PlanExclusionHandler h) => h.HandleAsync(new ConfirmExclusion(late.Value.Id), host.Change(Deputy), default))).Refusal);
        Assert.Equal("plan-exclusions.twice", (await ExcludeAsync(host, excluded, "1", null)).Refusal?.Code);
        // Drawn already by another department this year, for another item: the office's cap is one visit.
        await host.RunAsync(services =>
        {
            services.GetRequiredService<DbContext>().Add(new InspectionCase { Id = Guid.NewGuid(), InspectionNo = "2026-77-001", CampaignId = Guid.NewGuid(), CampaignNo = "2026-77", InspecteeNumber = visited, InspecteeName = "甲", ItemCodes = "SJ-01", LeaderNumber = "R002", TeamJson = "[]", PlannedOn = new(2026, 2, 3) });
            return Task.CompletedTask;
        });
        await host.DoAsync("scheme", Planner, "提交", await host.DefaultsAsync("scheme"));
        await host.DoAsync("approve", Deputy, "批准");
        var freeze = await host.DefaultsAsync("freeze");
        // Left out after the plan was approved: told with a reason, or not drawn.
        Assert.Equal("campaigns.list-shrunk", (await host.TryAsync("freeze", Operator, "冻结", freeze.DeepClone().AsObject()))?.Code);
        freeze["reason"] = "计划批准后经评估不宜抽查一户";
        await host.DoAsync("freeze", Operator, "冻结", freeze);

        var exclusions = await host.ReadAsync(db => db.Set<DrawExclusion>().AsNoTracking().Where(e => db.Set<Draw>().Any(d => d.Id == e.DrawId && d.CampaignId == campaign && d.Kind == "object")).ToListAsync());
        Assert.Equal(("EXCL-3", "不宜随机抽查（风险评估报告〔2026〕2号）"), exclusions.Where(e => e.CandidateId == excluded).Select(e => (e.Reason, e.Evidence ?? "")).Single());
        Assert.Equal(("本年各部门检查次数已达总上限", "1"), exclusions.Where(e => e.CandidateId == visited).Select(e => (e.Reason, e.Evidence ?? "")).Single());
        Assert.Equal(whole.Size - 2, await host.ReadAsync(db => db.Set<Draw>().Where(d => d.CampaignId == campaign && d.Kind == "object").Select(d => d.Size).SingleAsync()));
    }

    /// <summary>An exclusion is of an object the line would draw; what the register says since the plan's approval leaves nobody out before a second person has confirmed it.</summary>
    [Theory, BothDatabases]
    public async Task Marks_OfTheRegisterSinceTheApproval_AreProposedAndConfirmed_AndExclusionsBelongToTheLine(string database)
    {
        await using var host = await CountyAsync(database, March, publishes: false);
        var ids = await host.ReadAsync(async db =>
        {
            var (_, filter) = (await LateMarks.ObjectsAsync(db, await db.Set<PlanLine>().SingleAsync(l => l.PlanNo == SampleCounty.PlanNo && l.LineNo == 3), default))!.Value;
            return (await db.Set<Inspectee>().AsNoTracking().Where(i => i.RegistrationStatus == "存续" && i.ExclusionCode == null).OrderBy(i => i.Number).ToListAsync()).Where(filter.Matches).Select(i => i.Number).Take(3).ToList();
        });
        var (marked, known, closed) = (ids[0], ids[1], ids[2]);
        await EditAsync(known, ("不适用抽查代码", "1"), ("不适用原因", "法定方式"));
        await EditAsync(closed, ("登记状态", "停业"));
        await host.RunAsync(async services =>
        {
            // The plan counts anew what the register has now.
            foreach (var line in await services.GetRequiredService<DbContext>().Set<PlanLine>().Where(l => l.PlanNo == SampleCounty.PlanNo && l.LineNo == 3).ToListAsync()) line.PoolCount -= 2;
        });
        await host.ApprovePlanAsync();
        var campaign = await host.StartCampaignAsync();
        var whole = await PoolAsync(host, campaign);
        var listed = whole.Ids.Concat(whole.Exclusions.Select(e => e.CandidateId)).ToHashSet();
        var stranger = await host.ReadAsync(async db => (await db.Set<Inspectee>().Select(i => i.Number).ToListAsync()).First(n => !listed.Contains(n)));
        Assert.Equal("plan-exclusions.other-item", (await ExcludeAsync(host, stranger, "1", null)).Refusal?.Code);
        Assert.Equal("plan-exclusions.not-listed", (await ExcludeAsync(host, closed, "1", null)).Refusal?.Code);

        host.Time.Set(March.AddHours(1));
        // Another cell of an entry that was marked before the approval is no new mark.
        await EditAsync(known, ("职务", "经理"));
        Assert.Equal("plan-exclusions.none-marked", (await ProposeAsync()).Refusal?.Code);
        await EditAsync(marked, ("不适用抽查代码", "2"), ("不适用原因", "正在办理举报"));

        var freeze = await host.DefaultsAfterSchemeAsync();
        freeze["reason"] = "一户正在办理举报";
        Assert.Equal("plan-exclusions.marked-late", (await host.TryAsync("freeze", Operator, "冻结", freeze.DeepClone().AsObject()))?.Code);
        Assert.Equal(1, (await ProposeAsync()).Value.Count);
        var proposed = await host.ReadAsync(db => db.Set<PlanExclusion>().AsNoTracking().SingleAsync());
        Assert.Equal((marked, "2", "正在办理举报", true), (proposed.InspecteeNumber, proposed.Code, proposed.Reason, proposed.IsLate));
        Assert.Equal("plan-exclusions.unconfirmed", (await host.TryAsync("freeze", Operator, "冻结", freeze.DeepClone().AsObject()))?.Code);
        Assert.Null((await host.HandleAsync((PlanExclusionHandler h) => h.HandleAsync(new ConfirmExclusion(proposed.Id), host.Change(Deputy), default))).Refusal);
        await host.DoAsync("freeze", Operator, "冻结", freeze);

        var left = await host.ReadAsync(db => db.Set<DrawExclusion>().AsNoTracking().Where(e => e.CandidateId == marked).ToListAsync());
        Assert.Equal(["EXCL-2"], left.Select(e => e.Reason));

        async Task EditAsync(string number, params (string Header, string Value)[] cells)
        {
            var row = await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().SingleAsync(i => i.Number == number));
            var all = DoubleRandom.Inspections.Imports.RegisterForms.Inspectees.All.ToDictionary(c => c.Header, c => c.TextOf(row));
            foreach (var (header, value) in cells) all[header] = value;
            Assert.Null((await host.HandleAsync((EditEntryHandler h) => h.HandleAsync(new EditEntry("inspectees", number, all, row.ChangeId), host.Change(Planner, "核对"), default))).Refusal?.ToString());
        }

        Task<Result<MarkedExcluded>> ProposeAsync() => host.HandleAsync((PlanExclusionHandler h) => h.HandleAsync(new ExcludeMarked(SampleCounty.PlanNo, 3), host.Change(Planner), default));
    }

    /// <summary>Shipped rules: who is trusted is drawn once a year; strata of conduct go by the cases; and nothing is frozen from registers nobody has looked at.</summary>
    [Theory, BothDatabases]
    public async Task Freeze_GoesByCreditCapsByTheCasesAndByFreshRegisters(string database)
    {
        await using var host = await CountyAsync(database, March, publishes: false);
        await host.ApprovePlanAsync();
        var campaign = await host.StartCampaignAsync();
        var entries = await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().ToDictionaryAsync(i => i.Number));
        var ids = (await PoolAsync(host, campaign)).Ids.ToList();
        var (trusted, other) = (ids.First(n => entries[n].CreditGrade == "A"), ids.First(n => entries[n].CreditGrade == "B"));
        var clean = ids.Where(n => n != trusted && n != other && entries[n] is { Complaints12Months: < 3, Penalties24Months: null or 0, OpenHazards: null or 0 }).Take(3).ToList();
        await host.RunAsync(async services =>
        {
            var db = services.GetRequiredService<DbContext>();
            var visit = Guid.NewGuid();
            foreach (var (number, at) in (IEnumerable<(string, int)>)[(trusted, 1), (other, 2)])
                db.Add(new InspectionCase { Id = at == 1 ? visit : Guid.NewGuid(), InspectionNo = $"2026-77-00{at}", CampaignId = Guid.NewGuid(), CampaignNo = "2026-77", InspecteeNumber = number, InspecteeName = "甲", ItemCodes = "SJ-01", LeaderNumber = "R002", TeamJson = "[]", PlannedOn = new(2026, 2, 3), CheckedOn = new(2026, 2, 3) });
            foreach (var (number, at, decided) in (IEnumerable<(string, int, DateOnly)>)[(clean[0], 1, new(2025, 6, 1)), (clean[1], 2, new(2023, 6, 1))])
                db.Add(new PenaltyCase { Id = Guid.NewGuid(), PenaltyNo = $"罚{at}", CaseId = visit, InspectionNo = "2026-77-001", InspecteeNumber = number, Cause = "未培训", PartyName = "甲", FindingIds = "", OfficerNumbers = "", OfficerNames = "", Outcome = PenaltyOutcome.Punish, DecidedOn = decided });
            db.Add(new Finding { Id = Guid.NewGuid(), CaseId = visit, InspectionNo = "2026-77-001", InspecteeNumber = clean[2], BookletNo = 1, EntryCode = "GM-01", Description = "无台账", Place = "车间", Basis = "第四条", DisposalCodes = nameof(Disposal.RectifyByDate), Requirement = "补齐", EvidenceHashes = "", FoundByName = "甲", Status = FindingStatus.Rectifying });
            (await db.Set<Campaign>().SingleAsync(c => c.Id == campaign)).StratifyBy = StratifyBy.Conduct;
        });

        var pool = await PoolAsync(host, campaign);
        Assert.Equal(("本年检查次数已达其信用等级的上限", "A级 1 次"), pool.Exclusions.Where(e => e.CandidateId == trusted).Select(e => (e.Reason, e.Evidence ?? "")).Single());
        Assert.Contains(other, pool.Ids);
        Assert.Equal(["投诉违法较多", "其他对象", "投诉违法较多"], clean.Select(n => pool.Strata.Single(s => s.Ids.Contains(n)).Name));
        var told = entries[clean[0]];
        (told.UpdatedOn, told.Penalties24Months, told.VisitsThisYear) = (new DateOnly(2026, 1, 5), 2, 4);
        Assert.Equal(new InspecteeFigures(3, 0, 4), await host.ReadAsync(db => InspecteeFigures.OfAsync(db, told, host.Time.Today, default)));
        told.UpdatedOn = new DateOnly(2023, 12, 31);
        Assert.Equal(new InspecteeFigures(1, 0, 0), await host.ReadAsync(db => InspecteeFigures.OfAsync(db, told, host.Time.Today, default)));

        host.Time.Set(March.AddDays(366));
        Assert.Equal("campaigns.register-stale", (await FreezeAsync())?.Code);
        var list = new RecordVerification("甲", [new Verified(trusted, true, null)]);
        Assert.Null((await host.HandleAsync((RecordVerificationHandler h) => h.HandleAsync(list, host.Change(Planner), default))).Refusal);
        Assert.Equal("执法检查人员名录库", (await FreezeAsync())?.Arguments[0]);
        Assert.Null((await host.HandleAsync((EditEntryHandler h) => h.HandleAsync(new EditEntries("officers", ["R002"], "职级", "二级调研员"), host.Change(Planner, "核对"), default))).Refusal);
        Assert.NotEqual("campaigns.register-stale", (await FreezeAsync())?.Code);

        async Task<Refusal?> FreezeAsync() => (await host.HandleAsync((FreezeCampaignHandler h) => h.HandleAsync(new FreezeCampaign(campaign, "上证指数", host.Time.Today.AddDays(1), host.Time.UtcNow.AddDays(1)), host.Change(Operator), default))).Refusal;
    }

    /// <summary>An item's version is replaced, and its checklist, between draw and visit: the case keeps what was drawn.</summary>
    [Theory, BothDatabases]
    public async Task Items_ReplacedAfterTheDraw_StayWithTheCaseAsTheyWereDrawn(string database)
    {
        await using var host = await CountyAsync(database, March, publishes: false);
        var campaign = await host.DrawnAsync(10, CityPlan);
        await host.RunAsync(async services =>
        {
            var db = services.GetRequiredService<DbContext>();
            var first = await db.Set<InspectionItem>().SingleAsync(i => i.Code == "CG-02" && i.Version == 1);
            first.EffectiveTo = new DateOnly(2026, 3, 3);
            var second = (InspectionItem)db.Entry(first).CurrentValues.ToObject();
            (second.Version, second.EffectiveFrom, second.EffectiveTo, second.Name, second.Content, second.YearlyCap) = (2, new DateOnly(2026, 3, 4), null, "渣土运输监督检查（新）", "新的内容", 9);
            db.Add(second);
            foreach (var entry in await db.Set<ChecklistEntry>().Where(e => e.ItemCode == "CG-02").ToListAsync())
                (entry.TemplateVersion, entry.EffectiveFrom, entry.Content) = (entry.TemplateVersion + 1, new DateOnly(2026, 3, 4), $"新：{entry.Content}");
        });
        await host.LockAsync();
        var opened = await host.HandleAsync((OpenCampaignCasesHandler h) => h.HandleAsync(new OpenCampaignCases(campaign), host.Change(Planner), default));
        var inspection = opened.Value.Cases[0];

        Assert.Equal(13, opened.Value.Cases.Count);
        Assert.Equal("CG-02@1", inspection.ItemVersions);
        Assert.True(inspection.PlannedOn >= new DateOnly(2026, 4, 1));
        Assert.Equal(2, (await host.ReadAsync(db => CheckFrequency.LoadAsync(db, inspection, default))).Caps.Single(c => c.ItemCode == "CG-02").Cap);
        await using var scope = host.Services.CreateAsyncScope();
        var form = scope.ServiceProvider.GetRequiredService<FormCatalogue>().Find("case.site-plan")!;
        var view = await form.Prepare(new WorkItem { SubjectId = inspection.Id, CaseNo = "", NodeId = "", ActivityId = "", Title = "", FormKey = "", OutcomesJson = "[]", Role = "" }, scope.ServiceProvider, default);
        Assert.DoesNotContain("新的内容", view.Fields.Single(f => f.Name == "scope").Default!.GetValue<string>(), StringComparison.Ordinal);
        var options = view.Fields.Single(f => f.Name == "checklist").Options!;
        Assert.NotEmpty(options);
        Assert.DoesNotContain(options, o => o.Text.StartsWith("新：", StringComparison.Ordinal));
        // A check nobody drew goes by its day.
        Assert.Equal([2], (await host.ReadAsync(db => KeptItems.ItemsAsync(db, ["CG-02"], null, inspection.PlannedOn, default))).Select(i => i.Version));
    }

    /// <summary>YJ-10 with YJ-02 and YJ-03 merged: everybody is drawn once and checked for what applies to him.</summary>
    [Theory, BothDatabases]
    public async Task MergedItems_AreCheckedInOneVisitWhereTheyApply(string database)
    {
        await using var host = await CountyAsync(database, March, publishes: false);
        await host.RunAsync(async services => (await services.GetRequiredService<DbContext>().Set<PlanLine>().SingleAsync(l => l.PlanNo == SampleCounty.PlanNo && l.LineNo == 3)).MergedItems = "YJ-02;YJ-03");
        var campaign = await host.DrawnAsync();
        await host.LockAsync();
        var cases = (await host.HandleAsync((OpenCampaignCasesHandler h) => h.HandleAsync(new OpenCampaignCases(campaign), host.Change(Planner), default))).Value.Cases;

        var confined = ObjectFilter.Parse((await host.ReadAsync(db => db.Set<InspectionItem>().SingleAsync(i => i.Code == "YJ-02"))).ObjectFilter, "YJ-02").Value;
        var dust = ObjectFilter.Parse((await host.ReadAsync(db => db.Set<InspectionItem>().SingleAsync(i => i.Code == "YJ-03"))).ObjectFilter, "YJ-03").Value;
        var entries = await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().ToDictionaryAsync(i => i.Number));
        Assert.Equal(101, cases.Select(c => c.InspecteeNumber).Distinct().Count());
        Assert.All(cases, c => Assert.Equal((string[])["YJ-10", .. confined.Matches(entries[c.InspecteeNumber]) ? ["YJ-02"] : Array.Empty<string>(), .. dust.Matches(entries[c.InspecteeNumber]) ? ["YJ-03"] : Array.Empty<string>()], c.Items));
        Assert.Contains(cases, c => c.Items.Count > 1);
        Assert.Contains(cases, c => c.Items.Count == 1);
        var both = cases.First(c => c.Items.Count > 1);
        var kept = await host.ReadAsync(db => db.Set<Campaign>().Where(c => c.Id == campaign).Select(c => c.ChecklistJson).SingleAsync());
        Assert.Equal(both.Items.Order(StringComparer.Ordinal), (await host.ReadAsync(db => KeptItems.ChecklistAsync(db, both.Items, kept, both.PlannedOn, default))).Select(e => e.ItemCode).Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>Two departments are about to visit one object: the second hands its visit over to the first, whose one case has both departments' items, officers and checklists.</summary>
    [Theory, BothDatabases]
    public async Task Visits_OfTwoCampaignsToOneObject_AreMergedIntoOneCase(string database)
    {
        await using var host = await CountyAsync(database, March, publishes: false);
        var city = await host.DrawnAsync(10, CityPlan);
        await host.DoAsync("recusals", Operator, "无人申报");
        await host.DoAsync("lock", Operator, "锁定");
        var shared = (await host.VisitsAsync(city))[2];
        // The other department's list as a draw of its own would have left it.
        var other = Guid.NewGuid();
        await host.RunAsync(async services =>
        {
            var db = services.GetRequiredService<DbContext>();
            var kept = await KeptItems.OfAsync(db, ["YJ-06"], shared.PlannedOn, default);
            db.Add(new Campaign { Id = other, CampaignNo = "2026-80", PlanNo = SampleCounty.PlanNo, PlanLineNo = 1, Title = "综合抽查", ItemCodes = "YJ-06", ItemVersions = kept.Versions, ChecklistJson = kept.ChecklistJson, Ratio = "0.03", PeriodFrom = new(2026, 4, 1), PeriodTo = new(2026, 6, 30), Status = CampaignStatus.Drawn, SampleSize = 2, OfficersPerGroup = 2 });
            var visit = new InspectionAssignment { Id = Guid.NewGuid(), CampaignId = other, Sequence = 1, InspecteeNumber = shared.InspecteeNumber, InspecteeName = shared.InspecteeName, DrawPosition = 1, PlannedOn = shared.PlannedOn.AddDays(2), Status = AssignmentStatus.Merged };
            visit.MergedIntoId = await db.Set<InspectionAssignment>().Where(a => a.CampaignId == city && a.InspecteeNumber == shared.InspecteeNumber).Select(a => (Guid?)a.Id).SingleAsync();
            db.Add(visit);
            foreach (var number in (string[])["R011", "R013"])
            {
                var officer = await db.Set<Officer>().SingleAsync(o => o.Number == number);
                db.Add(new AssignmentSeat { Id = Guid.NewGuid(), CampaignId = other, AssignmentId = visit.Id, Part = TeamPart.Officer, PersonNumber = number, PersonName = officer.Name, CertificateNo = officer.CertificateNo, CertificateValidTo = officer.CertificateValidTo, IsActive = true });
            }
        });
        await host.DoAsync("countersign", Supervisor, "会签");
        var cases = (await host.HandleAsync((OpenCampaignCasesHandler h) => h.HandleAsync(new OpenCampaignCases(city), host.Change(Planner), default))).Value.Cases;

        var one = cases.Single(c => c.InspecteeNumber == shared.InspecteeNumber);
        Assert.Equal(["CG-02", "YJ-06"], one.Items);
        Assert.Equal("CG-02@1;YJ-06@1", one.ItemVersions);
        Assert.Equal([.. shared.OfficerNumbers, "R011", "R013"], one.OfficerNumbers);
        Assert.Equal(["CG-02", "YJ-06"], (await host.ReadAsync(db => MergedVisits.ChecklistAsync(db, one, default))).Select(e => e.ItemCode).Distinct().Order(StringComparer.Ordinal));
        Assert.All(cases.Where(c => c.Id != one.Id), c => Assert.Equal(["CG-02"], c.Items));
        Assert.Empty(await host.VisitsAsync(other));
        Assert.Equal(shared.InspecteeNumber, Assert.Single(await host.ReadAsync(db => MergedVisits.FromAsync(db, other, default))).Key);
        Assert.Equal([one.Id], await host.ReadAsync(db => MergedVisits.CasesOf(db, other).Select(c => c.Id).ToListAsync()));
        // Done for both lines once the one case is.
        await host.RunAsync(async services => (await services.GetRequiredService<DbContext>().Set<InspectionCase>().SingleAsync(c => c.Id == one.Id)).CheckedOn = new DateOnly(2026, 4, 20));
        var progress = await host.ReadAsync(db => PlanProgress.OfYearAsync(db, 2026, new DateOnly(2026, 4, 21), default));
        Assert.Equal([(1, 1), (1, 13)], progress.Where(p => p.Drawn > 0).OrderBy(p => p.Drawn).Select(p => (p.Visited, p.Drawn)));
        Assert.Equal((1, await host.ReadAsync(db => db.Set<Inspectee>().CountAsync(i => i.RegistrationStatus == "存续"))), await host.ReadAsync(db => PlanProgress.CoverageAsync(db, 2026, default)));
        Assert.Equal([1, 2, 12, null, null, null], ((string?[])["每年不少于1次", "每年2次", "每年不少于12次", "有线索即查", "每年至少一次", null]).Select(PlanProgress.TimesAYear));
    }

    /// <summary>The declaration between draw and lock: offered for a locked list within the days of the rules, decided by the director.</summary>
    [Theory, BothDatabases]
    public async Task Merge_DeclaredAndGranted_TakesTheVisitOffTheListOnTheOtherDay(string database)
    {
        await using var host = await CountyAsync(database, March, publishes: false);
        var city = await host.DrawnAsync(10, CityPlan);
        var mine = await host.VisitsAsync(city);
        var (target, otherId) = (mine[4], Guid.NewGuid());
        Assert.Equal("campaigns.request-merge", (await DeclareAsync(target.InspecteeNumber))?.Code);
        // A day on which the department's few officers are not out already.
        var on = Enumerable.Range(1, 20).Select(target.PlannedOn.AddDays).First(d => mine.All(v => v.PlannedOn != d));
        await host.RunAsync(services =>
        {
            var db = services.GetRequiredService<DbContext>();
            var campaign = Guid.NewGuid();
            db.Add(new Campaign { Id = campaign, CampaignNo = "2026-80", PlanNo = SampleCounty.PlanNo, PlanLineNo = 1, Title = "综合抽查", ItemCodes = "YJ-06", Ratio = "0.03", PeriodFrom = new(2026, 4, 1), PeriodTo = new(2026, 6, 30), Status = CampaignStatus.Locked });
            db.Add(new InspectionAssignment { Id = otherId, CampaignId = campaign, Sequence = 1, InspecteeNumber = target.InspecteeNumber, InspecteeName = target.InspecteeName, DrawPosition = 1, PlannedOn = on, Status = AssignmentStatus.Locked });
            return Task.CompletedTask;
        });
        Assert.Contains("可申报并入该任务", Assert.Single(await host.ReadAsync(db => AssignmentQueries.SharedAsync(db, city, default))).Advice, StringComparison.Ordinal);
        Assert.Null(await DeclareAsync(target.InspecteeNumber));
        await host.DoAsync("decideRecusals", Director, "已决定", new() { ["decisions"] = new JsonArray(new JsonObject { ["request"] = 1, ["decision"] = "同意" }) });
        await host.DoAsync("lock", Operator, "锁定");

        var merged = await host.ReadAsync(db => db.Set<InspectionAssignment>().AsNoTracking().SingleAsync(a => a.CampaignId == city && a.InspecteeNumber == target.InspecteeNumber));
        Assert.Equal((AssignmentStatus.Merged, (Guid?)otherId, on), (merged.Status, merged.MergedIntoId, merged.PlannedOn));
        Assert.Equal(12, (await host.VisitsAsync(city)).Count);
        var seats = await host.ReadAsync(db => db.Set<AssignmentSeat>().AsNoTracking().Where(s => s.AssignmentId == merged.Id && s.IsActive).ToListAsync());
        Assert.Equal([TeamPart.Officer, TeamPart.Officer], seats.Select(s => s.Part));
        var request = await host.ReadAsync(db => db.Set<RosterRequest>().AsNoTracking().SingleAsync());
        Assert.StartsWith("第 5 户并入任务 2026-80", request.Effect, StringComparison.Ordinal);
        Assert.Empty(await host.ReadAsync(db => AssignmentQueries.SharedAsync(db, city, default)));

        Task<Refusal?> DeclareAsync(string inspectee) => host.TryAsync("recusals", Operator, "提交", new()
        {
            ["requests"] = new JsonArray(new JsonObject { ["kind"] = nameof(RosterRequestKind.Merge), ["object"] = inspectee, ["reason"] = "一次上门" }),
        });
    }

    private static Task<Result<PlanExclusion>> ExcludeAsync(TestHost host, string inspectee, string code, string? document)
        => host.HandleAsync((PlanExclusionHandler h) => h.HandleAsync(new ExcludeFromLine(SampleCounty.PlanNo, 3, inspectee, code, "不宜随机抽查", document), host.Change(Planner), default));

    private static async Task<CandidatePool> PoolAsync(TestHost host, Guid campaign)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var found = await scope.ServiceProvider.GetRequiredService<DbContext>().Set<Campaign>().AsNoTracking().SingleAsync(c => c.Id == campaign);
        return (await scope.ServiceProvider.GetRequiredService<FreezeCampaignHandler>().PreviewAsync(found, host.Time.Today, default)).Value[0];
    }
}
