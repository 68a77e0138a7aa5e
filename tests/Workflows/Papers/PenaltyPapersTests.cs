using System.Text.Json.Nodes;
using DoubleRandom.Documents.Issuing;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using static DoubleRandom.Tests.Support.CheckedCase;
using static DoubleRandom.Tests.Workflows.Shipped;

namespace DoubleRandom.Tests.Workflows.Papers;

/// <summary>What the papers of a penalty and of a listed hazard say when their workflows are walked.</summary>
public sealed class PenaltyPapersTests
{
    [Fact]
    public async Task Penalty_Walked_PapersSayWhatWasDecidedAndTheDecisionIsServed()
    {
        await using var host = await HostAsync(Databases.Sqlite, "penalty");
        var made = await AddAsync(host, 1, "FileCase");
        await host.StartAsync("penalty", made.InspectionNo, new JsonObject { ["CaseId"] = made.Id.ToString(), ["CaseNo"] = made.InspectionNo, ["Source"] = "检查发现" });
        await host.DoAsync("penalty.file", "提请立案", First, new JsonObject { ["cause"] = "安全设备不符合标准", ["findings"] = List([.. made.FindingIds.Select(f => f.ToString())]), ["clause"] = "《安全生产法》第三十六条第一款", ["officers"] = List("R011", "R013"), ["party"] = "单位" });
        await host.DoAsync("penalty.approve-filing", "批准立案", Director, new JsonObject { ["opinion"] = "同意立案" });
        await host.DoAsync("penalty.investigate", "调查终结", First, new JsonObject { ["facts"] = "砂轮机未安装防护罩", ["clause"] = "《安全生产法》第三十六条第一款", ["evidence"] = List(made.EvidenceHash) });
        await host.DoAsync("penalty.propose", "提出", First, new JsonObject { ["basis"] = "aq-99", ["kinds"] = List("Fine"), ["amount"] = "20000", ["discretion"] = "一般情节" });
        await host.DoAsync("penalty.notice", "已送达", First, new JsonObject { ["noticeOn"] = "2026-09-18", ["how"] = "直接送达", ["to"] = "谢世荣" });
        await host.DoAsync("penalty.statement", "放弃", First, new JsonObject { ["writtenWaiver"] = true });
        await host.DoAsync("penalty.review", "同意", Legal, new JsonObject { ["opinion"] = "程序合法" });
        await host.DoAsync("penalty.decide", "处罚", Director, new JsonObject { ["kinds"] = List("Fine"), ["amount"] = "20000", ["reason"] = "事实清楚，依法处罚" });
        await host.DoAsync("penalty.serve", "已送达", First, new JsonObject { ["servedOn"] = "2026-09-18", ["how"] = "直接送达", ["to"] = "谢世荣", ["place"] = "厂区办公室" });
        await host.DoAsync("penalty.payment", "已缴清", First, new JsonObject { ["receipts"] = new JsonArray(new JsonObject { ["amount"] = "20000", ["paidOn"] = "2026-09-18", ["receiptNo"] = "票001" }) });
        await host.DoAsync("penalty.close", "同意结案", Director, new JsonObject { ["kind"] = "Executed", ["note"] = "已缴清" });

        var papers = await host.ReadAsync(db => db.Set<OfficialDocument>().AsNoTracking().ToDictionaryAsync(d => d.Template));
        void Says(string template, params string[] contents) => Assert.All(contents, c => Assert.Contains(c, System.Net.WebUtility.HtmlDecode(papers[template].Html), StringComparison.Ordinal));
        Says("D21", "安全设备不符合标准", "第三十六条第一款", "同意立案");
        Says("D22", "砂轮机未安装防护罩", "一般情节", "罚款人民币贰万元整（¥20,000.00）");
        Says("D23", "程序合法", "2026年9月18日立案");
        Says("D25", "砂轮机未安装防护罩", "罚款人民币贰万元整", "有陈述和申辩的权利");
        Says("D29", "砂轮机未安装防护罩", "罚款人民币贰万元整", "20,000.00元", "15日内", "崇信县人民政府", "崇信县人民法院");
        Says("D44", "票001", "处罚决定已履行完毕");
        Says("D45", "直接送达", "谢世荣", "厂区办公室", papers["D29"].Number!);
        Assert.Equal((DocumentStatus.Served, ServiceMethod.Direct, "谢世荣"), (papers["D29"].Status, papers["D29"].ServedHow, papers["D29"].Receiver));
    }

    [Fact]
    public async Task Penalty_NotPunished_TheDecisionIsGivenInWritingWithItsReasons()
    {
        await using var host = await HostAsync(Databases.Sqlite, "penalty");
        var made = await AddAsync(host, 1, "FileCase");
        await ProposeAsync(host, made);
        await host.DoAsync("penalty.review", "同意", Legal, new JsonObject { ["opinion"] = "程序合法" });
        await host.DoAsync("penalty.decide", "不予处罚", Director, new JsonObject { ["notPunishedAs"] = "NoPenalty", ["reason"] = "违法行为轻微并及时改正，没有造成危害后果" });

        var papers = await host.ReadAsync(db => db.Set<OfficialDocument>().AsNoTracking().ToDictionaryAsync(d => d.Template));
        var page = System.Net.WebUtility.HtmlDecode(papers["D30"].Html);
        Assert.All(["砂轮机未安装防护罩", "违法行为轻微并及时改正", "第三十三条", "进行教育", "崇信县人民政府"], c => Assert.Contains(c, page, StringComparison.Ordinal));
        Assert.False(papers.ContainsKey("D29"));
    }

    [Fact]
    public async Task Penalty_Unpaid_IsDemandedAndTheCourtIsAskedWithWhatIsOwed()
    {
        await using var host = await HostAsync(Databases.Sqlite, "penalty");
        var made = await AddAsync(host, 1, "FileCase");
        await ProposeAsync(host, made);
        await host.DoAsync("penalty.review", "同意", Legal, new JsonObject { ["opinion"] = "程序合法" });
        await host.DoAsync("penalty.decide", "处罚", Director, new JsonObject { ["kinds"] = List("Fine"), ["amount"] = "20000", ["reason"] = "事实清楚，依法处罚" });
        await host.DoAsync("penalty.serve", "已送达", First, new JsonObject { ["servedOn"] = "2026-09-18", ["how"] = "直接送达", ["to"] = "谢世荣", ["place"] = "厂区办公室" });
        Assert.Equal("penalties.not-overdue", (await host.TryAsync("penalty.payment", "制作催告书", First, [])).Refusal?.Code);
        // Ten days after 8 October, the first working day after the fifteenth day.
        host.Time.Set(new(2026, 10, 18, 9, 0, 0, TimeSpan.FromHours(8)));
        await host.DoAsync("penalty.payment", "制作催告书", First, []);
        var demand = await PaperAsync(host, "D32");
        Assert.All(["2026年10月8日", "贰万元整", "截至2026年10月18日为6,000.00元", "上限20,000.00元"], c => Assert.Contains(c, demand, StringComparison.Ordinal));

        host.Time.Set(new(2027, 4, 20, 9, 0, 0, TimeSpan.FromHours(8)));
        await host.DoAsync("penalty.payment", "申请法院强制执行", First, new JsonObject { ["urgedOn"] = "2026-10-20", ["appliedOn"] = "2027-04-20", ["court"] = "崇信县人民法院" });
        var application = await PaperAsync(host, "D33");
        Assert.All(["崇信县人民法院", "贰万元整", "20,000.00元", "2026年10月20日", "未提出陈述、申辩"], c => Assert.Contains(c, application, StringComparison.Ordinal));
        Assert.NotNull(await host.ReadAsync(db => db.Set<DoubleRandom.Inspections.WorkItems.WorkItem>().SingleOrDefaultAsync(i => i.FormKey == "penalty.enforced")));
    }

    private static async Task<string> PaperAsync(TestHost host, string template)
        => System.Net.WebUtility.HtmlDecode(await host.ReadAsync(db => db.Set<OfficialDocument>().Where(d => d.Template == template).Select(d => d.Html).SingleAsync()));

    private static async Task ProposeAsync(TestHost host, CheckedCase made)
    {
        await host.StartAsync("penalty", made.InspectionNo, new JsonObject { ["CaseId"] = made.Id.ToString(), ["CaseNo"] = made.InspectionNo, ["Source"] = "检查发现" });
        await host.DoAsync("penalty.file", "提请立案", First, new JsonObject { ["cause"] = "安全设备不符合标准", ["findings"] = List([.. made.FindingIds.Select(f => f.ToString())]), ["clause"] = "《安全生产法》第三十六条第一款", ["officers"] = List("R011", "R013"), ["party"] = "单位" });
        await host.DoAsync("penalty.approve-filing", "批准立案", Director, new JsonObject { ["opinion"] = "同意立案" });
        await host.DoAsync("penalty.investigate", "调查终结", First, new JsonObject { ["facts"] = "砂轮机未安装防护罩", ["clause"] = "《安全生产法》第三十六条第一款", ["evidence"] = List(made.EvidenceHash) });
        await host.DoAsync("penalty.propose", "提出", First, new JsonObject { ["basis"] = "aq-99", ["kinds"] = List("Fine"), ["amount"] = "20000", ["discretion"] = "一般情节" });
        await host.DoAsync("penalty.notice", "已送达", First, new JsonObject { ["noticeOn"] = "2026-09-18", ["how"] = "直接送达", ["to"] = "谢世荣" });
        await host.DoAsync("penalty.statement", "放弃", First, new JsonObject { ["writtenWaiver"] = true });
    }

    [Fact]
    public async Task Hazard_Listed_NoticeBearsTheAuthoritysNameAndNumber()
    {
        await using var host = await HostAsync(Databases.Sqlite, "major-hazard", "credit");
        var made = await AddAsync(host, 1, "Suspend");
        await host.StartAsync("major-hazard", made.InspectionNo, new JsonObject { ["CaseId"] = made.Id.ToString(), ["CaseNo"] = made.InspectionNo, ["Team"] = new JsonObject { ["officers"] = List("R011", "R013") } });
        await host.DoAsync("hazard.propose", "提请", SectionHead, new JsonObject { ["findings"] = List(made.FindingIds[0].ToString()), ["description"] = "砂轮机未安装防护罩", ["criterion"] = "判定标准第七条", ["responsibleUnit"] = "崇信县第1机械厂" });
        await host.DoAsync("hazard.list", "挂牌", Government, new JsonObject { ["listNo"] = "崇安委〔2026〕3号", ["dueOn"] = "2026-12-31", ["planDueOn"] = "2026-10-09", ["supervisingUnit"] = "崇信县应急管理局", ["stoppage"] = "机加工车间停产" });

        var notice = await host.ReadAsync(db => db.Set<OfficialDocument>().AsNoTracking().SingleAsync(d => d.Template == "D37"));

        Assert.Equal("崇安委〔2026〕3号", notice.Number);
        var page = System.Net.WebUtility.HtmlDecode(notice.Html);
        Assert.All(["崇信县人民政府安全生产委员会文件", "判定标准第七条", "机加工车间停产", "于2026年10月9日前报送", "2026年12月31日止", "督办单位：崇信县应急管理局"], c => Assert.Contains(c, page, StringComparison.Ordinal));
    }
}
