using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Documents.Issuing;
using DoubleRandom.Documents.Rendering;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.Rectification;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Inspections.Transfers;
using DoubleRandom.Inspections.Visits;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.Papers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Workflows.Given;

namespace DoubleRandom.Tests.Workflows.Papers;

/// <summary>Documents issued by a workflow's step out of the rows of a case of the sample county.</summary>
public sealed class PapersTests
{
    private static readonly Guid CaseId = Guid.Parse("01990000-0000-7000-8000-0000000000c1");
    private static readonly Guid CampaignId = Guid.Parse("01990000-0000-7000-8000-0000000000c2");
    private static readonly Guid OrderId = Guid.Parse("01990000-0000-7000-8000-0000000000c3");
    private static readonly Guid PlanId = Guid.Parse("01990000-0000-7000-8000-0000000000c5");
    private static readonly Guid FindingId = Guid.Parse("01990000-0000-7000-8000-0000000000c4");

    [Theory, BothDatabases]
    public async Task Step_ApprovedCase_IssuesTheApprovalAndGivesItsNumberOn(string database)
    {
        await using var host = await HostAsync(database);
        await ArrangeAsync(host);
        var step = Node("D", "Inspection.IssueDocument", ("template", Literal("D04")), ("subjectId", Feel("input.CaseId")));
        step["number"] = new JsonObject { ["typeName"] = "Object", ["memoryReference"] = new JsonObject { ["id"] = "v" } };
        await host.PublishAsync("issue", [step, Node("W", "Elsa.RunTask")], "D.Done>W");

        var id = await host.StartAsync("issue", "2026-07-003", new JsonObject { ["CaseId"] = CaseId.ToString() });

        var document = Assert.Single(await host.ReadAsync(db => db.Set<OfficialDocument>().AsNoTracking().ToListAsync()));
        Assert.Equal(("（崇）应急检审〔2026〕1号", "2026-07-003", "马国栋", DocumentStatus.Issued), (document.Number, document.CaseNo, document.SignedByName, document.Status));
        var page = System.Net.WebUtility.HtmlDecode(document.Html);
        Assert.All(["甘肃宏兴化工商贸有限公司", "91620823MA6ELGLN0T", "安全生产法第六十五条", "王彦龙（62082326010）", "安全专家1人：顾振华", "2026年度已检查0次，本次为第1次（公布的年度频次上限：", "每年2次", "同意。马国栋"],
            c => Assert.Contains(c, page, StringComparison.Ordinal));
        var instance = await host.InstanceAsync(id);
        Assert.Equal(0, instance.IncidentCount);
        Assert.Contains("（崇）应急检审〔2026〕1号", System.Text.RegularExpressions.Regex.Unescape(instance.State), StringComparison.Ordinal);
    }

    [Theory, BothDatabases]
    public async Task Step_NothingDecided_IsAnIncidentThatNamesItAndUsesNoNumber(string database)
    {
        await using var host = await HostAsync(database);
        await ArrangeAsync(host);
        await host.RunAsync(async services => (await services.GetRequiredService<DbContext>().Set<InspectionCase>().SingleAsync()).ApprovedOn = null);
        await host.PublishAsync("issue", [Node("D", "Inspection.IssueDocument", ("template", Literal("D04")), ("subjectId", Feel("input.CaseId")))]);

        var id = await host.StartAsync("issue", "2026-07-003", new JsonObject { ["CaseId"] = CaseId.ToString() });
        var incident = await host.ReadAsync(db => db.Set<IncidentRow>().AsNoTracking().SingleAsync(i => i.InstanceId == id));
        await host.RunAsync(async services => (await services.GetRequiredService<DbContext>().Set<InspectionCase>().SingleAsync()).ApprovedOn = new DateOnly(2026, 9, 17));
        var retried = await host.RunAsync((s, ct) => s.GetRequiredService<WorkflowRuntime>().RetryIncidentAsync(incident.Id, host.Change(), ct));

        Assert.Contains("《行政检查审批表》缺少局长的审批意见", incident.Message, StringComparison.Ordinal);
        Assert.Null(retried.Refusal);
        Assert.Equal("（崇）应急检审〔2026〕1号", (await host.ReadAsync(db => db.Set<OfficialDocument>().AsNoTracking().SingleAsync())).Number);
    }

    [Fact]
    public async Task Step_RegisterLacksWhatTheFormDemands_NamesTheFieldInChinese()
    {
        await using var host = await HostAsync(Databases.Sqlite);
        await ArrangeAsync(host);
        await host.RunAsync(async services => (await services.GetRequiredService<DbContext>().Set<InspectionCase>().SingleAsync()).SiteFocus = null);

        var refused = await IssueAsync(host, "D07");

        Assert.Equal("documents.missing-field", refused.Refusal?.Code);
        Assert.Contains("《现场检查方案》缺少必填内容“重点内容”", Texts.Of(refused.Refusal!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("D03", "（崇）应急抽〔2026〕1号", "危险化学品经营、使用单位监督检查实施方案", "每组2名执法人员")]
    [InlineData("D04", "（崇）应急检审〔2026〕1号", "随机抽取确定")]
    [InlineData("D07", "（崇）应急检查〔2026〕1号", "二号库房和储存室", "安全风险等级：低", "许可证在有效期内")]
    [InlineData("D08", "（崇）应急检通〔2026〕1号", "许可证；", "有权申请回避")]
    [InlineData("D09", "（崇）应急现记〔2026〕1号", "2026年9月18日8时30分", "强氧化剂与还原剂同库混存", "62082326013")]
    [InlineData("D10", "（崇）应急汇〔2026〕1号", "石生荣", "重大", "检查内容2项，符合1项")]
    [InlineData("D11", "（崇）应急现决〔2026〕1号", "责令暂时停产停业", "第二十条", "崇信县人民法院")]
    [InlineData("D12", "（崇）应急责改〔2026〕1号", "2026年10月18日前", "其中第1项属于重大事故隐患", "崇信县人民政府")]
    [InlineData("D13", "（崇）应急延改〔2026〕1号", "供货地发生洪水", "2026年10月30日", "（崇）应急责改〔2026〕1号")]
    [InlineData("D14", "（崇）应急复查〔2026〕1号", "已整改", "（崇）应急责改〔2026〕1号", "复查合格")]
    [InlineData("D35", "（崇）应急移函〔2026〕1号", "崇信县市场监督管理局", "2026年10月12日前")]
    [InlineData("D42", null, "5．发现问题已责令改正", "2026年9月18日")]
    [InlineData("D46", null, "CX00027-001", "永久", "（崇）应急责改〔2026〕1号")]
    public async Task Issue_FromTheRows_SaysWhatTheyHold(string template, string? number, params string[] contents)
    {
        await using var host = await HostAsync(Databases.Sqlite);
        await ArrangeAsync(host);
        if (template is "D13" or "D14" or "D46") await IssueAsync(host, "D12");

        var issued = await IssueAsync(host, template);

        Assert.Null(issued.Refusal);
        Assert.Equal(number, issued.Value.Number);
        var page = System.Net.WebUtility.HtmlDecode(issued.Value.Html);
        Assert.All(contents, c => Assert.Contains(c, page, StringComparison.Ordinal));
        Assert.DoesNotMatch("[\u4e00-\u9fff][,;:!?()][\u4e00-\u9fff]", page[page.IndexOf("<body", StringComparison.Ordinal)..]);
    }

    [Theory]
    [InlineData("D01", "崇应急〔2026〕1号", "崇信县应急管理局2026年度双随机抽查工作计划", "执法人员22人×国家法定工作日248天", "＝1056人天", "本行政区域市场主体总量1001户", "危险化学品经营、使用单位安全生产监督检查", "100%", "3月至11月")]
    [InlineData("D05", "（崇）应急抽取〔2026〕1号", "28个；SHA-256", "监督人何志远", "CX00027", "甘肃宏兴化工商贸有限公司", "1 法定方式：1", "其余27个按次序递补", "带队：信建军；执法人员：王彦龙")]
    [InlineData("D06", "（崇）应急公告〔2026〕1号", "随机抽取检查对象1户，名单附后", "2026年7月6日至2026年10月30日", "0933-0000001", "CX00027")]
    [InlineData("D43", "崇应急〔2026〕1号", "共抽取检查对象1户", "共发现问题1项", "其中重大事故隐患1项", "下达责令限期整改指令书1份", "移送线索1件", "各企业要举一反三")]
    public async Task Issue_PlanAndCampaign_SaysWhatTheRowsHold(string template, string number, params string[] contents)
    {
        await using var host = await HostAsync(Databases.Sqlite);
        await ArrangeAsync(host);
        await ArrangeCampaignAsync(host);
        var subject = template == "D01" ? PlanId : CampaignId;

        var issued = await host.RunAsync((services, ct) => services.GetRequiredService<PaperDesk>().IssueAsync(template, subject, host.Change(TestHost.Person("信建军", "deputy-director")), ct));

        Assert.Null(issued.Refusal);
        Assert.Equal(number, issued.Value.Number);
        var page = System.Net.WebUtility.HtmlDecode(issued.Value.Html).Replace("<br/>", "", StringComparison.Ordinal).Replace("<br />", "", StringComparison.Ordinal);
        Assert.All(contents, c => Assert.Contains(c, page, StringComparison.Ordinal));
        Assert.DoesNotMatch("[\u4e00-\u9fff][,;:!?()][\u4e00-\u9fff]", page[page.IndexOf("<body", StringComparison.Ordinal)..]);
    }

    [Fact]
    public void Builders_EveryTemplate_HasOneAndNoOther()
        => Assert.Equal(new DocumentTemplates().All.Select(t => t.Code), PaperKinds.All.SelectMany(k => k.Papers.Select(p => p.Code)).Order(StringComparer.Ordinal));

    private static Task<Result<OfficialDocument>> IssueAsync(TestHost host, string template)
        => host.RunAsync((services, ct) => services.GetRequiredService<PaperDesk>().IssueAsync(template, template == "D03" ? CampaignId : CaseId, host.Change(TestHost.Person("王彦龙", "officer")), ct));

    private static async Task ArrangeAsync(TestHost host)
    {
        await host.ImportSampleAsync("organisation", "items");
        await host.RunAsync(services =>
        {
            var db = services.GetRequiredService<DbContext>();
            var (today, now) = (new DateOnly(2026, 9, 18), host.Time.UtcNow);
            db.Add(new Inspectee
            {
                Number = "CX00027",
                Kind = "企业单位",
                Name = "甘肃宏兴化工商贸有限公司",
                CreditCode = "91620823MA6ELGLN0T",
                EntityType = "企业",
                RegionCode = "620823",
                RegisteredAddress = "崇信县花坪乡花坪街100号",
                SiteAddress = "崇信县云川镇文苑路13号4幢105室",
                LegalRepresentative = "马淑芬",
                Post = "法定代表人、总经理",
                Phone = "15462750980",
                SafetyContact = "石生荣",
                SafetyContactPhone = "15417840329",
                RegistrationStatus = "存续",
                SafetySector = "危险化学品",
                RiskGrade = "低",
            });
            db.Add(new Campaign
            {
                Id = CampaignId,
                CampaignNo = "2026-07",
                PlanNo = SampleCounty.PlanNo,
                PlanLineNo = 2,
                Title = "危险化学品经营、使用单位监督检查",
                ItemCodes = "YJ-01",
                PeriodFrom = new DateOnly(2026, 7, 6),
                PeriodTo = new DateOnly(2026, 10, 30),
                Ratio = "1.00",
                OfficersPerGroup = 2,
                ExpertsPerGroup = 1,
                Status = CampaignStatus.Approved,
                ApprovedAt = now,
                ApprovedByName = "信建军",
                SchemeJson = JsonSerializer.Serialize(new Scheme("危险化学品安全监督检查", "2026年7月至10月", "排查隐患", "每组2名执法人员", "实地检查", "不得泄露名单", "结果公示")),
            });
            TeamMember[] team =
            [
                new("R002", "信建军", TeamPart.Leader, "62082326002"), new("R010", "王彦龙", TeamPart.Officer, "62082326010"),
                new("R013", "张鹏程", TeamPart.Officer, "62082326013"), new("E01", "顾振华", TeamPart.Expert),
            ];
            db.Add(new InspectionCase
            {
                Id = CaseId,
                InspectionNo = "2026-07-003",
                CampaignId = CampaignId,
                CampaignNo = "2026-07",
                InspecteeNumber = "CX00027",
                InspecteeName = "甘肃宏兴化工商贸有限公司",
                CreditCode = "91620823MA6ELGLN0T",
                ItemCodes = "YJ-01",
                Status = InspectionStatus.FindingsLocked,
                LeaderNumber = "R002",
                TeamJson = JsonSerializer.Serialize(team),
                PlannedOn = today,
                OpenedAt = now,
                ApprovedOn = new DateOnly(2026, 9, 16),
                ApprovedByName = "马国栋",
                SiteScope = "二号库房和储存室",
                SiteFocus = "储存场所、安全设施",
                SiteDivision = "王彦龙检查台账，张鹏程取证",
                SitePlanOn = today,
                OfficerConfirmedByName = "王彦龙",
                ExpertConfirmedByName = "顾振华",
                LockedAt = now,
                CheckedOn = today,
                ResultCodes = "5",
                FollowUp = "责令限期整改",
            });
            db.Add(new CheckResult { Id = Ids.New(now), CaseId = CaseId, Position = 1, Code = "JC-YJ-01-01", Content = "危险化学品经营许可证在有效期内，经营品种未超出许可范围", Method = "查阅许可证，核对品种目录与库存", Basis = "危险化学品安全管理条例第三十三条", Mandatory = true, Outcome = CheckOutcome.Conforms });
            db.Add(new CheckResult { Id = Ids.New(now), CaseId = CaseId, Position = 2, Code = "JC-YJ-01-07", Content = "分区分类储存，无禁配物质混放混存", Method = "现场查看", Basis = "危险化学品安全管理条例第二十四条", Mandatory = true, Outcome = CheckOutcome.Fails, DefaultGrade = HazardGrade.Major });
            db.Add(new Finding
            {
                Id = FindingId,
                CaseId = CaseId,
                InspectionNo = "2026-07-003",
                InspecteeNumber = "CX00027",
                BookletNo = 1,
                EntryCode = "JC-YJ-01-07",
                Description = "强氧化剂与还原剂同库混存",
                Place = "二号库房",
                Basis = "危险化学品安全管理条例第二十四条",
                Grade = HazardGrade.Major,
                MajorCriterion = "化工和危险化学品生产经营单位重大生产安全事故隐患判定标准（试行）第二十条",
                DisposalCodes = "Suspend;RectifyByDate",
                Requirement = "分库存放",
                DueOn = new DateOnly(2026, 10, 18),
                EvidenceHashes = new string('a', 64),
                FoundByName = "张鹏程",
                FoundAt = now,
                Status = FindingStatus.Rectifying,
            });
            var present = JsonSerializer.Serialize(new PresentPerson[] { new("R010", "王彦龙", "62082326010"), new("R013", "张鹏程", "62082326013") });
            db.Add(new Visit { Id = Ids.New(now), CaseId = CaseId, InspectionNo = "2026-07-003", Attempt = 1, On = today, At = now.AddMinutes(-30), Place = "崇信县云川镇文苑路13号", OfficersJson = present, ExpertsJson = "[]", Notified = true, Note = "", RecordedByName = "王彦龙", RecordedAt = now });
            db.Add(new RectificationOrder { Id = OrderId, CaseId = CaseId, InspectionNo = "2026-07-003", InspecteeNumber = "CX00027", Sequence = 1, IssuedOn = today, IssuedByName = "王彦龙", DueOn = new DateOnly(2026, 10, 18) });
            db.Add(new RectificationLine { Id = Ids.New(now), OrderId = OrderId, FindingId = FindingId, Position = 1, Requirement = "分库存放", FirstDueOn = new DateOnly(2026, 10, 18), DueOn = new DateOnly(2026, 10, 18), Passed = true });
            db.Add(new RectificationExtension { Id = Ids.New(now), OrderId = OrderId, Reason = "供货地发生洪水", InterimMeasures = "停止使用二号库房", RequestedOn = today, ProposedDueOn = new DateOnly(2026, 10, 30), Granted = true, NewDueOn = new DateOnly(2026, 10, 30), Opinion = "理由成立", DecidedByName = "信建军", DecidedAt = now });
            db.Add(new Reinspection { Id = Ids.New(now), OrderId = OrderId, CaseId = CaseId, On = today, OfficersJson = present, PassedCount = 1, Opinion = "复查合格", RecordedByName = "王彦龙", RecordedAt = now });
            db.Add(new LeadTransfer { Id = Ids.New(now), CaseId = CaseId, InspectionNo = "2026-07-003", TargetBody = "崇信县市场监督管理局", Facts = "经营地址与住所不一致", Materials = "照片2张", SentOn = today, ApprovedByName = "信建军", ReplyDueOn = new DateOnly(2026, 10, 12) });
            return Task.CompletedTask;
        });
        await host.RunAsync(services => services.GetRequiredService<DbContext>().Set<InspectionItem>().AnyAsync(i => i.Code == "YJ-01"));
    }

    private static async Task ArrangeCampaignAsync(TestHost host)
    {
        await host.ImportSampleAsync("plan", "officers", "experts");
        await host.RunAsync(async services =>
        {
            var db = services.GetRequiredService<DbContext>();
            var now = host.Time.UtcNow;
            db.Add(new AnnualPlan { Id = PlanId, PlanNo = SampleCounty.PlanNo, Year = 2026, Version = 1, CreatedAt = now, CapacityJson = JsonSerializer.Serialize(new PlanCapacity(22, 248, 2800, 1600)), ApprovedByName = "马国栋", ApprovedOn = new DateOnly(2026, 1, 12) });
            var campaign = await db.Set<Campaign>().SingleAsync();
            (campaign.Announcement, campaign.ReportText, campaign.ReportApprovedByName, campaign.ReportApprovedOn) = (AnnouncementPolicy.FullList, "各企业要举一反三。", "信建军", new DateOnly(2026, 9, 18));
            var draw = new Draw
            {
                Id = Ids.New(now),
                Number = "2026-0001",
                CampaignId = CampaignId,
                CampaignNo = "2026-07",
                Kind = "object",
                Round = 1,
                Status = DrawStatus.Drawn,
                StrataJson = """[{"name":"全部","size":1,"count":1,"weight":1}]""",
                Size = 28,
                Count = 1,
                BaseCount = 28,
                BaseOn = new DateOnly(2025, 12, 31),
                Ratio = "1",
                BeaconSource = "中国体育彩票排列5",
                BeaconOn = new DateOnly(2026, 7, 8),
                BeaconText = "3 7 1 9 4",
                CandidatesFile = "全部\tCX00027\n",
                OrderHash = new string('b', 64),
                ResultFile = """{"seed":"cc","order":[{"stratum":"全部","drawn":["CX00027"],"reserves":[]}]}""",
                OrderedByName = "朱文斌",
                OrderedAt = now,
                DrawnAt = now,
            };
            db.Add(draw);
            db.Add(new DrawCommitment { DrawId = draw.Id, Sequence = 1, Party = DrawCommitment.Supervisor, Name = DrawCommitment.Supervisor, Commitment = new string('d', 64), PersonName = "何志远" });
            db.Add(new DrawExclusion { DrawId = draw.Id, CandidateId = "CX00010", Reason = "1 法定方式" });
            var visit = new InspectionAssignment { Id = Ids.New(now), CampaignId = CampaignId, Sequence = 1, InspecteeNumber = "CX00027", InspecteeName = "甘肃宏兴化工商贸有限公司", DrawPosition = 1, PlannedOn = new DateOnly(2026, 9, 18), Status = AssignmentStatus.Locked };
            db.Add(visit);
            db.Add(new AssignmentSeat { Id = Ids.New(now), AssignmentId = visit.Id, CampaignId = CampaignId, Part = TeamPart.Leader, PersonNumber = "R002", PersonName = "信建军", TicketPosition = 1, TakenAt = now, IsActive = true });
            db.Add(new AssignmentSeat { Id = Ids.New(now), AssignmentId = visit.Id, CampaignId = CampaignId, Part = TeamPart.Officer, PersonNumber = "R010", PersonName = "王彦龙", TicketPosition = 1, TakenAt = now, IsActive = true });
        });
    }
}
