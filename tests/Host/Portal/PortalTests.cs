using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Draws.Protocol;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Hazards;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Portal;

/// <summary>What citizens see: what is published, in its masked form, and nothing else.</summary>
public sealed class PortalTests
{
    private static readonly JsonObject Result = new() { ["文号"] = "应急公示〔2026〕5号", ["检查对象"] = "崇信县宏达面粉厂", ["检查结果"] = "未发现问题", ["联系人"] = "陈大文 13812345678", ["发现的问题"] = new JsonArray(new JsonObject { ["问题"] = "无", ["依据"] = "—" }) };

    [Theory, BothDatabases]
    public async Task Pages_OfAllSections_AreThereWithoutSigningIn(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await using var site = await WebSite.StartAsync(host);

        Assert.Equal("/portal", (await site.Http.GetAsync("/")).Headers.Location?.ToString());
        foreach (var path in new[] { "", "/items", "/plans", "/announcements", "/draws", "/results", "/penalties", "/hazards", "/discredit", "/reports", "/algorithm", "/search?q=面粉" })
        {
            var page = await site.GetPageAsync("/portal" + path);
            Assert.Contains("工作人员登录", page, StringComparison.Ordinal);
            Assert.Single(System.Text.RegularExpressions.Regex.Matches(page, "<h1"));
            Assert.Contains("portal/portal.css", page, StringComparison.Ordinal);
        }
        Assert.Equal("text/css", (await site.Http.GetAsync("/portal/portal.css")).Content.Headers.ContentType?.MediaType);
    }

    [Theory, BothDatabases]
    public async Task ListedHazard_WhoseExposureWasDecided_IsShownSoWithDayAndReason(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await using var site = await WebSite.StartAsync(host);
        var inspection = await host.CaseAsync(await host.CampaignAsync(), "2026-01-001", "崇信县宏达面粉厂", "91620823MA74ABCD0X", new(2026, 9, 17));
        var id = Guid.CreateVersion7();
        await host.RunAsync(services =>
        {
            var finding = new Finding { Id = Guid.CreateVersion7(), CaseId = inspection, InspectionNo = "2026-01-001", InspecteeNumber = "CX00007", BookletNo = 1, EntryCode = "GM-01", Description = "除尘系统未设泄爆", Place = "车间", Basis = "第七条", DisposalCodes = nameof(Disposal.RectifyByDate), Requirement = "停产整改", EvidenceHashes = "", FoundByName = "甲" };
            services.GetRequiredService<DbContext>().Add(finding);
            services.GetRequiredService<DbContext>().Add(new MajorHazard
            {
                Id = id,
                FindingId = finding.Id,
                CaseId = inspection,
                InspectionNo = "2026-01-001",
                InspecteeNumber = "CX00007",
                InspecteeName = "崇信县宏达面粉厂",
                Description = "除尘系统未设泄爆",
                Criterion = "工贸判定标准第七条",
                ResponsibleUnit = "崇信县宏达面粉厂",
                ProposedOn = new(2026, 9, 1),
                ProposedByName = "韩科长",
                Status = HazardStatus.Treating,
                ListNo = "崇安委督〔2026〕1号",
                ListedOn = new(2026, 9, 2),
                SupervisingUnit = "县应急管理局",
                DueOn = new(2026, 9, 10),
            });
            return Task.CompletedTask;
        });
        var drafted = await host.HandleAsync((DraftPublicationOfHandler h) => h.HandleAsync(new(PublicationKind.HazardListing, id, new PublicationAuthor(PortalGiven.Planner.Id, "计划员"), null, null), host.Change(PortalGiven.Planner), default));
        Assert.Null(drafted.Refusal?.ToString());
        Assert.Null((await host.HandleAsync((ReviewPublicationHandler h) => h.HandleAsync(new(drafted.Value.Id, true), host.Change(PortalGiven.Head), default))).Refusal?.ToString());
        Assert.Null((await host.HandleAsync((PublishHandler h) => h.HandleAsync(new(drafted.Value.Id, "门户网站"), host.Change(PortalGiven.Publisher), default))).Refusal?.ToString());
        string[] pages = ["/portal/hazards", $"/portal/publications/{drafted.Value.Id}"];
        foreach (var path in pages) Assert.DoesNotContain("公开曝光", (await site.GetPageAsync(path)).Replace("决定公开曝光的隐患", "", StringComparison.Ordinal), StringComparison.Ordinal);

        await host.RunAsync(async services =>
        {
            var hazard = await services.GetRequiredService<DbContext>().Set<MajorHazard>().SingleAsync(h => h.Id == id);
            (hazard.ExposedOn, hazard.Exposure) = (new DateOnly(2026, 9, 15), ExposureReason.Overdue);
        });

        Assert.Contains("2026-09-15 公开曝光", await site.GetPageAsync(pages[0]), StringComparison.Ordinal);
        Assert.Contains("已于 2026-09-15 公开曝光。原因：逾期不整改", await site.GetPageAsync(pages[1]), StringComparison.Ordinal);

        await host.WithdrawAsync(drafted.Value.Id, "挂牌错误");
        foreach (var path in pages) Assert.DoesNotContain("2026-09-15", await site.GetPageAsync(path), StringComparison.Ordinal);
    }

    [Theory, BothDatabases]
    public async Task Publication_IsPublicOnlyWhilePublished_AndItsWithdrawalIsTold(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await using var site = await WebSite.StartAsync(host);
        var campaign = await host.CampaignAsync();
        var inspection = await host.CaseAsync(campaign, "2026-01-001", "崇信县宏达面粉厂", "91620823MA74ABCD0X", new(2026, 9, 17));
        var draft = await host.DraftAsync(PublicationKind.InspectionResult, "草稿不公开", "2026-01-001", (JsonObject)Result.DeepClone(), inspection);
        var id = await host.PublishAsync(PublicationKind.InspectionResult, "宏达面粉厂检查结果", "2026-01-001", (JsonObject)Result.DeepClone(), inspection, null, "陈大文");

        Assert.DoesNotContain("草稿不公开", await site.GetPageAsync("/portal/results"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await site.Http.GetAsync($"/portal/publications/{draft}")).StatusCode);
        var page = await site.GetPageAsync($"/portal/publications/{id}");
        Assert.Contains("应急公示〔2026〕5号", page, StringComparison.Ordinal);
        Assert.Contains("2026-09-18", page, StringComparison.Ordinal);
        Assert.Contains("未发现问题", page, StringComparison.Ordinal);
        Assert.Contains("陈** 138****5678", page, StringComparison.Ordinal);

        await host.OfficerAsync("R008", "郑六");
        await host.OfficerAsync("R009", "王七");
        host.Time.Advance(TimeSpan.FromDays(3));
        await host.WithdrawAsync(id, "数据有误，经科长郑六核实，发布员王七处理");
        var withdrawn = await site.GetPageAsync($"/portal/publications/{id}");
        Assert.Contains("本公示已于 2026-09-21 撤回", withdrawn, StringComparison.Ordinal);
        Assert.Contains("数据有误", withdrawn, StringComparison.Ordinal);
        Assert.DoesNotContain("未发现问题", withdrawn, StringComparison.Ordinal);
        AssertNoStaff(withdrawn);
        Assert.Contains("2026-09-21 撤回", await site.GetPageAsync("/portal/results"), StringComparison.Ordinal);
    }

    [Theory, BothDatabases]
    public async Task Publication_PastItsTime_IsGone(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await using var site = await WebSite.StartAsync(host);
        var id = await host.PublishAsync(PublicationKind.Penalty, "某厂行政处罚", "崇罚2026-1", new JsonObject { ["罚款"] = "二万元" }, expiresOn: new DateOnly(2026, 9, 19));

        host.Time.Advance(TimeSpan.FromDays(1));
        Assert.Contains("二万元", await site.GetPageAsync($"/portal/publications/{id}"), StringComparison.Ordinal);
        host.Time.Advance(TimeSpan.FromDays(1));
        var page = await site.GetPageAsync($"/portal/publications/{id}");
        Assert.Contains("公示期已于 2026-09-19 届满", page, StringComparison.Ordinal);
        Assert.DoesNotContain("二万元", page, StringComparison.Ordinal);
        Assert.DoesNotContain("某厂行政处罚", await site.GetPageAsync("/portal/penalties"), StringComparison.Ordinal);
    }

    [Theory, BothDatabases]
    public async Task Search_FindsByNameCreditCodeAndNumber_ButNotAPersonsStall(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await using var site = await WebSite.StartAsync(host);
        var campaign = await host.CampaignAsync();
        var mill = await host.CaseAsync(campaign, "2026-01-001", "崇信县宏达面粉厂", "91620823MA74ABCD0X", new(2026, 9, 17));
        var stall = await host.CaseAsync(campaign, "2026-01-002", "褚卫国早餐摊", null, new(2026, 9, 17));
        await host.PublishAsync(PublicationKind.InspectionResult, "检查结果甲", "2026-01-001", (JsonObject)Result.DeepClone(), mill);
        await host.PublishAsync(PublicationKind.InspectionResult, "检查结果乙", "2026-01-002", (JsonObject)Result.DeepClone(), stall);

        foreach (var query in new[] { "宏达面粉", "91620823ma74abcd0x", "2026-01-001" })
        {
            var page = await site.GetPageAsync($"/portal/results?q={Uri.EscapeDataString(query)}");
            Assert.Contains("检查结果甲", page, StringComparison.Ordinal);
            Assert.DoesNotContain("检查结果乙", page, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("检查结果乙", await site.GetPageAsync("/portal/search?q=" + Uri.EscapeDataString("褚卫国")), StringComparison.Ordinal);
        Assert.DoesNotContain("检查结果", MainOf(await site.GetPageAsync("/portal/search?q=%25%25")), StringComparison.Ordinal);
    }

    [Theory, BothDatabases]
    public async Task Announcement_BeforeTheVisits_HidesOfficersNames(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await using var site = await WebSite.StartAsync(host);
        var campaign = await host.CampaignAsync();
        await host.OfficerAsync("R001", "欧阳秉公");
        var id = await host.PublishAsync(PublicationKind.Announcement, "拟检查公告", campaign.CampaignNo, new JsonObject { ["执法人员"] = new JsonArray("欧阳秉公"), ["户数"] = "3 户" });
        Assert.DoesNotContain("欧阳秉公", await site.GetPageAsync($"/portal/publications/{id}"), StringComparison.Ordinal);

        var inspection = await host.CaseAsync(campaign, "2026-01-001", "崇信县宏达面粉厂", null, null);
        Assert.DoesNotContain("欧阳秉公", await site.GetPageAsync($"/portal/publications/{id}"), StringComparison.Ordinal);

        await host.RunAsync(async services => (await services.GetRequiredService<DbContext>().FindAsync<DoubleRandom.Inspections.Cases.InspectionCase>(inspection))!.CheckedOn = new(2026, 9, 18));
        Assert.Contains("欧阳秉公", await site.GetPageAsync($"/portal/publications/{id}"), StringComparison.Ordinal);
    }

    [Theory, BothDatabases]
    public async Task Draw_AtEachStage_ShowsWhatIsPublicByThenAndNobodysName(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await using var site = await WebSite.StartAsync(host);
        var campaign = await host.CampaignAsync();
        var draw = await host.OrderedDrawAsync(campaign.Id);

        var ordered = await site.GetPageAsync($"/portal/draws/{draw}");
        Assert.Contains("等待各方承诺", ordered, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await site.Http.GetAsync($"/portal/draws/{draw}/files/order.json")).StatusCode);
        await host.CommitAsync(campaign.Id);
        var committed = await site.GetPageAsync($"/portal/draws/{draw}");
        Assert.Contains(Hashing.Sha256Hex(PortalGiven.WitnessNonce), committed, StringComparison.Ordinal);

        await host.ExecuteAsync(campaign.Id);
        var drawn = await site.GetPageAsync($"/portal/draws/{draw}");
        var secret = await host.ReadAsync(db => db.Set<DrawCommitment>().Where(c => c.Party == DrawCommitment.System).Select(c => c.Nonce!).SingleAsync());
        Assert.DoesNotContain(secret, ordered + committed, StringComparison.Ordinal);
        Assert.Contains("开始核验", drawn, StringComparison.Ordinal);
        Assert.Contains(secret, drawn, StringComparison.Ordinal);
        Assert.Contains("风险评估不宜随机抽查 1 个", drawn, StringComparison.Ordinal);
        foreach (var page in new[] { ordered, committed, drawn })
        {
            AssertNoStaff(page);
            Assert.DoesNotContain("赵某", page, StringComparison.Ordinal);
            Assert.DoesNotContain("CX99999", page, StringComparison.Ordinal);
        }
        Assert.Contains(draw, await site.GetPageAsync("/portal/draws"), StringComparison.Ordinal);
        Assert.Contains(draw, await site.GetPageAsync("/portal"), StringComparison.Ordinal);
    }

    [Theory, BothDatabases]
    public async Task Draw_FilesAsDownloaded_VerifyAndCarryValidators(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await using var site = await WebSite.StartAsync(host);
        var campaign = await host.CampaignAsync();
        var draw = await host.OrderedDrawAsync(campaign.Id);
        await host.CommitAsync(campaign.Id);
        await host.ExecuteAsync(campaign.Id);

        var files = await Task.WhenAll(DrawFiles.Names.Select(n => site.Http.GetByteArrayAsync($"/portal/draws/{draw}/files/{n}")));
        var verification = DrawVerifier.Verify(new DrawFiles(files[0], files[1], files[2], files[3]));
        Assert.True(verification.IsGood, verification.Difference?.ToString());
        using var zip = new System.IO.Compression.ZipArchive(new MemoryStream(await site.Http.GetByteArrayAsync($"/portal/draws/{draw}/files/{draw}.zip")));
        Assert.Equal(DrawFiles.Names, zip.Entries.Select(e => e.FullName));

        foreach (var path in new[] { $"/portal/draws/{draw}/files/result.json", $"/portal/draws/{draw}/files/{draw}.zip", $"/portal/draws/{draw}", "/portal" })
        {
            using var first = await site.Http.GetAsync(path);
            Assert.Equal((true, TimeSpan.Zero, TimeSpan.FromSeconds(30)), (first.Headers.CacheControl!.Public, first.Headers.CacheControl.MaxAge!.Value, first.Headers.CacheControl.SharedMaxAge!.Value));
            using var again = new HttpRequestMessage(HttpMethod.Get, path);
            again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
            using var second = await site.Http.SendAsync(again);
            Assert.Equal((HttpStatusCode.NotModified, 0), (second.StatusCode, (await second.Content.ReadAsByteArrayAsync()).Length));
        }
    }

    [Theory, BothDatabases]
    public async Task Draw_MadeVoid_StaysPublicWithItsReasonAndTheNextRound(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await using var site = await WebSite.StartAsync(host);
        var campaign = await host.CampaignAsync();
        await host.OfficerAsync("R009", "吴五");
        var first = await host.OrderedDrawAsync(campaign.Id);
        Assert.Null((await host.HandleAsync((VoidDrawsHandler h) => h.HandleAsync(new(campaign.Id), host.Change(PortalGiven.Supervisor, "见证员吴五未到场"), default))).Refusal);
        var second = await host.OrderedDrawAsync(campaign.Id, "重新下达", PortalGiven.OtherOperator);

        var page = await site.GetPageAsync($"/portal/draws/{first}");
        Assert.Contains("作废，编号保留。理由：见证员吴*未到场", page, StringComparison.Ordinal);
        Assert.Contains($"/portal/draws/{second}", page, StringComparison.Ordinal);
        AssertNoStaff(page);
    }

    [Theory, BothDatabases]
    public async Task ItemsAndPlan_AreShownOnceTheyArePublished(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await using var site = await WebSite.StartAsync(host);
        await host.RunAsync(services =>
        {
            var db = services.GetRequiredService<DbContext>();
            db.Add(Item("YJ-01", "有限空间作业", new(2026, 1, 10)));
            db.Add(Item("YJ-02", "未公布的事项", null));
            PlanLine line = new() { Year = 2026, PlanNo = "崇应急计划2026", LineNo = 1, ItemCode = "YJ-01", ItemName = "有限空间作业", LeadUnit = "县应急管理局", Sampling = "不定向", BaseCount = 1001, BaseDate = new(2025, 12, 31), Ratio = 0.03m, RatioBase = "市场主体总量", SampleSize = 31, PeriodFrom = new(2026, 10, 1), PeriodTo = new(2026, 10, 30), Basis = "安全生产法第六十五条", Content = "作业审批", Method = "实地检查;书面检查", Frequency = "每年1次", YearlyCap = 2, Section = "工贸监管科", Note = "联系电话13800000000" };
            var plan = new AnnualPlan { Id = Guid.NewGuid(), PlanNo = line.PlanNo, Year = 2026, Version = 1, Status = PlanStatus.Published };
            db.Add(line);
            db.Add(plan);
            db.Add(new PlanVersion { PlanId = plan.Id, Version = 1, LinesJson = PlanLines.Write([line]), LinesHash = "", DifferenceJson = "[]", FixedByName = "局长", PublishedOn = new(2026, 1, 31) });
            return Task.CompletedTask;
        });

        var items = await site.GetPageAsync("/portal/items");
        Assert.Contains("有限空间作业", items, StringComparison.Ordinal);
        Assert.DoesNotContain("未公布的事项", items, StringComparison.Ordinal);
        Assert.DoesNotContain("1001", await site.GetPageAsync("/portal/plans"), StringComparison.Ordinal);
        await host.PublishAsync(PublicationKind.AnnualPlan, "2026 年度抽查计划", "崇应急计划2026", new JsonObject { ["说明"] = "全年一次" });
        var plans = await site.GetPageAsync("/portal/plans");
        // The columns a county publishes; a number written into a note by hand is starred.
        foreach (var word in new[] { "1001", "安全生产法第六十五条", "作业审批", "实地检查、书面检查", "每年1次", "同一对象每年最多 2 次", "工贸监管科", "跨部门联合", "2025-12-31" }) Assert.Contains(word, plans, StringComparison.Ordinal);
        Assert.DoesNotContain("13800000000", plans, StringComparison.Ordinal);
    }

    [Theory, BothDatabases]
    public async Task Garbage_IsAnsweredWithoutAFault(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await using var site = await WebSite.StartAsync(host);
        var draw = await host.OrderedDrawAsync((await host.CampaignAsync()).Id);
        string[] garbage = ["%00", "%0a%0d", "%ff%fe", "%ed%a0%80", "'%20or%201=1--", "%3Cscript%3Ealert(1)%3C/script%3E", new('9', 3000), "-1", "%F0%9F%98%80", "..%2f..%2fappsettings.json", "NaN", "%25", "%e2%80%ae"];
        foreach (var g in garbage)
        {
            foreach (var path in new[] { $"/portal/search?q={g}", $"/portal/results?q={g}&page={g}", $"/portal/draws?page={g}", $"/portal/draws/{g}", $"/portal/draws/{g}/files/{g}", $"/portal/draws/{draw}/files/{g}", $"/portal/publications/{g}", $"/portal/{g}", $"/portal/x/{g}/y" })
            {
                using var answer = await site.Http.GetAsync(path);
                var page = await answer.Content.ReadAsStringAsync();
                Assert.True((int)answer.StatusCode is 200 or 400 or 404 or 414, $"{(int)answer.StatusCode} {path}");
                Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
            }
        }
        Assert.Contains("没有找到这个页面", WebUtility.HtmlDecode(await (await site.Http.GetAsync("/portal/no-such-section")).Content.ReadAsStringAsync()), StringComparison.Ordinal);
        using var tagged = new HttpRequestMessage(HttpMethod.Get, "/portal");
        tagged.Headers.TryAddWithoutValidation("If-None-Match", "garbage, W/\"x");
        Assert.Equal(HttpStatusCode.OK, (await site.Http.SendAsync(tagged)).StatusCode);
        using var star = new HttpRequestMessage(HttpMethod.Get, "/portal");
        star.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);
        Assert.NotEqual(HttpStatusCode.InternalServerError, (await site.Http.SendAsync(star)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await site.Http.GetAsync("/portal/results?page=999999999999")).StatusCode);
    }

    internal static InspectionItem Item(string code, string name, DateOnly? publishedOn) => new()
    {
        Code = code,
        Version = 1,
        EffectiveFrom = new(2026, 1, 1),
        Category = "应急管理",
        Name = name,
        LegalBasis = "安全生产法",
        Clauses = "第六十五条",
        Department = "县应急管理局",
        Objects = "工贸企业",
        Content = "有限空间作业审批",
        Sampling = "不定向",
        Methods = "现场检查",
        Ratio = 0.03m,
        Frequency = "每年一次",
        PublishedOn = publishedOn,
    };

    private static string MainOf(string page) => page[page.IndexOf("<main", StringComparison.Ordinal)..page.IndexOf("</main>", StringComparison.Ordinal)].Replace("检查结果</h1>", "", StringComparison.Ordinal);

    private static void AssertNoStaff(string page) => Assert.All(PortalGiven.Staff, name => Assert.DoesNotContain(name, page, StringComparison.Ordinal));
}
