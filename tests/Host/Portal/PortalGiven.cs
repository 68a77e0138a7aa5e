using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Portal;

/// <summary>What the portal shows, made by the real handlers.</summary>
internal static class PortalGiven
{
    public const string Beacon = "03 07 11 19 26 30 + 08";

    public static readonly string SupervisorNonce = Hashing.Sha256Hex("监督人的随机数");
    public static readonly string WitnessNonce = Hashing.Sha256Hex("见证人的随机数");
    public static readonly Actor Planner = TestHost.Person("计划员钱一", "planner");
    public static readonly Actor Operator = TestHost.Person("操作员孙二", "draw-operator");
    public static readonly Actor OtherOperator = TestHost.Person("操作员李三", "draw-operator");
    public static readonly Actor Supervisor = TestHost.Person("监督员周四", "supervisor");
    public static readonly Actor Witness = TestHost.Person("见证员吴五", "witness");
    public static readonly Actor Head = TestHost.Person("科长郑六", "section-head");
    public static readonly Actor Publisher = TestHost.Person("发布员王七", "publisher");
    public static readonly string[] Staff = ["钱一", "孙二", "李三", "周四", "吴五", "郑六", "王七"];

    public static async Task<Campaign> CampaignAsync(this TestHost host)
    {
        var created = await host.HandleAsync((CreateCampaignHandler h) => h.HandleAsync(
            new("2026", 3, "工贸企业有限空间作业抽查", ["YJ-01"], new(2026, 10, 9), new(2026, 10, 30), Sampling.Undirected, 100, new(2026, 1, 1), "0.03", 100, 2, 2), host.Change(Planner), default));
        var id = created.Value.Id;
        Assert.Null((await host.HandleAsync((FillSchemeHandler h) => h.HandleAsync(new(id, new("工贸", "十月", "防事故", "3 户", "随机", "不得泄露", "公示")), host.Change(Planner), default))).Refusal);
        Assert.Null((await host.HandleAsync((ApproveCampaignHandler h) => h.HandleAsync(new(id), host.Change(TestHost.Person("副局长冯八", "deputy-director")), default))).Refusal);
        return created.Value;
    }

    /// <summary>A hundred objects, three to be drawn, the order not yet locked.</summary>
    public static async Task<string> OrderedDrawAsync(this TestHost host, Guid campaign, string? reason = null, Actor? by = null)
        => (await host.HandleAsync((OrderDrawsHandler h) => h.HandleAsync(new(
            campaign, [new("object", "工贸", [.. Enumerable.Range(1, 100).Select(i => $"CX{i:D5}")], [new("CX99999", "3", "赵某举报")])],
            "中国福利彩票双色球开奖号码", new(2026, 9, 18), host.Time.UtcNow.AddHours(1)), host.Change(by ?? Operator, reason), default))).Value[0].Number;

    /// <summary>Sixty objects in three strata by risk, three of them to be drawn, and the officers; nothing is committed yet.</summary>
    public static async Task<List<string>> StratifiedDrawsAsync(this TestHost host, Guid campaign)
    {
        StratumPool[] strata =
        [
            new("一般风险", [.. Enumerable.Range(1, 40).Select(i => $"CX{i:D5}")], 1), new("较大风险", [.. Enumerable.Range(41, 15).Select(i => $"CX{i:D5}")], 3),
            new("重大风险", [.. Enumerable.Range(56, 5).Select(i => $"CX{i:D5}")], 9),
        ];
        var ordered = await host.HandleAsync((OrderDrawsHandler h) => h.HandleAsync(new(
            campaign, [new("object", strata, [new("CX99999", "EXCL-3", "风险评估报告")], "按安全风险等级分层"), new("officer", "执法人员", ["R001", "R002", "R003", "R004"], [new("R009", "执法证件：暂扣", null)])],
            "中国福利彩票双色球开奖号码", new(2026, 9, 18), host.Time.UtcNow.AddHours(1)), host.Change(Operator), default));
        Assert.Null(ordered.Refusal?.ToString());
        return [.. ordered.Value.Select(d => d.Number)];
    }

    public static async Task CommitAsync(this TestHost host, Guid campaign)
    {
        Ok(await host.HandleAsync((CommitNonceHandler h) => h.HandleAsync(new(campaign, DrawCommitment.Supervisor, Hashing.Sha256Hex(SupervisorNonce)), host.Change(Supervisor), default)));
        Ok(await host.HandleAsync((CommitNonceHandler h) => h.HandleAsync(new(campaign, DrawCommitment.Witness, Hashing.Sha256Hex(WitnessNonce)), host.Change(Witness), default)));
    }

    public static async Task ExecuteAsync(this TestHost host, Guid campaign)
    {
        host.Time.Advance(TimeSpan.FromHours(2));
        await host.EnterAsync(campaign);
        await host.ConfirmAsync(campaign);
        await host.RevealAsync(campaign, DrawCommitment.Supervisor);
        await host.RevealAsync(campaign, DrawCommitment.Witness);
        Assert.Null((await host.HandleAsync((ExecuteDrawsHandler h) => h.HandleAsync(new(campaign), host.Change(Operator), default))).Refusal);
    }

    public static async Task EnterAsync(this TestHost host, Guid campaign)
        => Ok(await host.HandleAsync((EnterBeaconHandler h) => h.HandleAsync(new(campaign, Beacon), host.Change(Operator), default)));

    public static async Task ConfirmAsync(this TestHost host, Guid campaign)
        => Ok(await host.HandleAsync((ConfirmBeaconHandler h) => h.HandleAsync(new(campaign, Beacon), host.Change(OtherOperator), default)));

    public static async Task RevealAsync(this TestHost host, Guid campaign, string party)
    {
        var (nonce, by) = party == DrawCommitment.Supervisor ? (SupervisorNonce, Supervisor) : (WitnessNonce, Witness);
        Ok(await host.HandleAsync((RevealNonceHandler h) => h.HandleAsync(new(campaign, party, nonce), host.Change(by), default)));
    }

    public static async Task<Guid> DraftAsync(this TestHost host, PublicationKind kind, string title, string subjectNo, JsonObject content, Guid? caseId = null, DateOnly? expiresOn = null, params string[] names)
    {
        var drafted = await host.HandleAsync((DraftPublicationHandler h) => h.HandleAsync(new(kind, title, subjectNo, content, caseId, null, null, expiresOn, names), host.Change(Planner), default));
        Assert.Null(drafted.Refusal?.ToString());
        return drafted.Value.Id;
    }

    public static async Task<Guid> PublishAsync(this TestHost host, PublicationKind kind, string title, string subjectNo, JsonObject content, Guid? caseId = null, DateOnly? expiresOn = null, params string[] names)
    {
        var id = await host.DraftAsync(kind, title, subjectNo, content, caseId, expiresOn, names);
        Assert.Null((await host.HandleAsync((ReviewPublicationHandler h) => h.HandleAsync(new(id, true), host.Change(Head), default))).Refusal?.ToString());
        Assert.Null((await host.HandleAsync((PublishHandler h) => h.HandleAsync(new(id, "门户网站"), host.Change(Publisher), default))).Refusal?.ToString());
        return id;
    }

    public static async Task WithdrawAsync(this TestHost host, Guid id, string reason)
        => Assert.Null((await host.HandleAsync((WithdrawPublicationHandler h) => h.HandleAsync(new WithdrawPublication(id, reason), host.Change(Publisher), default))).Refusal?.ToString());

    public static Task OfficerAsync(this TestHost host, string number, string name) => host.RunAsync(services =>
    {
        services.GetRequiredService<DbContext>().Add(new Officer { Number = number, Name = name, Department = "县应急管理局", StaffKind = "在编执法人员", CertificateStatus = "有效", IdNumber = "620102198001011234", Phone = "13812345678" });
        return Task.CompletedTask;
    });

    /// <param name="checkedOn">Null: nobody has been there yet.</param>
    public static async Task<Guid> CaseAsync(this TestHost host, Campaign campaign, string no, string name, string? creditCode, DateOnly? checkedOn)
    {
        var id = Ids.New(host.Time.UtcNow);
        await host.RunAsync(services =>
        {
            services.GetRequiredService<DbContext>().Add(new InspectionCase
            {
                Id = id,
                InspectionNo = no,
                CampaignId = campaign.Id,
                CampaignNo = campaign.CampaignNo,
                InspecteeNumber = "CX00007",
                InspecteeName = name,
                CreditCode = creditCode,
                ItemCodes = "YJ-01",
                Status = checkedOn is null ? InspectionStatus.Approved : InspectionStatus.FindingsLocked,
                LeaderNumber = "R001",
                TeamJson = "[]",
                PlannedOn = new(2026, 10, 12),
                OpenedAt = host.Time.UtcNow,
                CheckedOn = checkedOn,
                ResultCodes = checkedOn is null ? null : "1",
            });
            return Task.CompletedTask;
        });
        return id;
    }

    private static void Ok(Result<List<Draw>> result) => Assert.Null(result.Refusal?.ToString());
}
