using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Forms;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.Campaigns;

internal static class CampaignForms
{
    public static IReadOnlyList<Form> All { get; } =
    [
        new("campaign.scheme", "制定实施方案", PrepareSchemeAsync, FillSchemeAsync),
        new("campaign.co-launch", "会同单位会签", PrepareCoLaunchAsync, SignCoLaunchAsync),
        new("campaign.approve", "审批实施方案", PrepareApprovalAsync, ApproveAsync),
        new("campaign.freeze", "冻结候选名单", PrepareFreezeAsync, FreezeAsync),
        new("campaign.report", "撰写执法检查报告", PrepareReportAsync, ReportAsync),
        new("campaign.approve-report", "审定执法检查报告", PrepareReportApprovalAsync, ApproveReportAsync),
    ];

    internal static FormField Note(string name, string label, string? text) => new(name, label, FieldKind.Note, Default: text ?? "");

    internal static async Task<(DbContext Db, Campaign Campaign)> FindAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<DbContext>();
        return (db, await db.Set<Campaign>().AsNoTracking().SingleAsync(c => c.Id == item.SubjectId, cancellationToken));
    }

    internal static FormField Head(Campaign campaign) => Note("campaign", "抽查任务", string.Create(CultureInfo.InvariantCulture,
        $"{campaign.CampaignNo} {campaign.Title}，{campaign.PeriodFrom:yyyy-MM-dd} 至 {campaign.PeriodTo:yyyy-MM-dd}；基数 {campaign.BaseCount} × {campaign.Ratio} = {campaign.SampleSize} 户；每组执法人员 {campaign.OfficersPerGroup} 人、专家 {campaign.ExpertsPerGroup} 人"));

    private static async Task<FormView> PrepareSchemeAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var (db, campaign) = await FindAsync(item, services, cancellationToken);
        var inspectionItem = await ObjectPool.ItemAsync(db, campaign.ItemCodes.Split(';')[0], campaign.PeriodFrom, cancellationToken);
        var old = campaign.Scheme;
        List<FormField> fields = [Head(campaign)];
        if (campaign.ReturnReason is { } returned) fields.Add(Note("returned", "退回意见", returned));
        return new FormView(
        [
            .. fields,
            Part("project", "抽查项目", old?.Project ?? inspectionItem?.Name ?? campaign.Title),
            Part("time", "实施时间", old?.Time ?? $"{Day(campaign.PeriodFrom)}至{Day(campaign.PeriodTo)}"),
            Part("purpose", "抽查目的", old?.Purpose ?? (inspectionItem is null ? null : $"依据{inspectionItem.Clauses}，检查{inspectionItem.Content}的落实情况")),
            Part("headCount", "执法人员数量", old?.HeadCount ?? $"每组带队人员 1 人、执法人员 {campaign.OfficersPerGroup} 人{(campaign.ExpertsPerGroup == 0 ? "" : $"、安全专家 {campaign.ExpertsPerGroup} 人")}"),
            Part("method", "执法检查方式", old?.Method ?? inspectionItem?.Methods.Replace(";", "、", StringComparison.Ordinal)),
            Part("secrecy", "保密要求", old?.Secrecy ?? "名单公布前不得向检查对象透露；检查中知悉的商业秘密和个人信息应当保密"),
            Part("use", "检查结果运用", old?.UseOfResults ?? "检查结果依法公示，归入检查对象名下；发现违法行为的依法处理"),
            new("announcement", "拟检查公告", FieldKind.Choice, Required: true, Default: campaign.Announcement.ToString(), Options:
            [
                new(nameof(AnnouncementPolicy.NamesAfterVisit), "检查后公布名单"),
                new(nameof(AnnouncementPolicy.CountAndPeriod), "只公布户数和期限"),
                new(nameof(AnnouncementPolicy.FullList), "检查前公布名单"),
            ]),
            new("stratify", "对象分层", FieldKind.Choice, Required: true, Default: campaign.StratifyBy.ToString(), Options: [.. Enum.GetValues<StratifyBy>().Select(by => new FieldOption(by.ToString(), by is StratifyBy.None ? "不分层，全部对象一起抽" : $"{StrataRule.NameOf(by)}（{StrataRule.Default(by).ToText()}）"))],
                Help: "各层应抽户数按“层内户数 × 权重”分摊，取整后余下的按余数从大到小补足；权重越大，抽得越多"),
            new("weights", "各层权重", FieldKind.Multiline, Default: campaign.StrataWeights, Help: "不填为上面括号内的权重；要改的写成“信用D级=6；信用A级=1”，权重为 1 至 100 的整数"),
            .. await LeadersFieldAsync(db, campaign, cancellationToken),
            .. await CoUnitsFieldAsync(db, campaign, services, cancellationToken),
        ]);

        static FormField Part(string name, string label, string? text) => new(name, label, FieldKind.Multiline, Required: true, Default: text);
    }

    /// <summary>指派: only where the profile appoints its leaders (S004-18); where they are drawn there is nothing to choose.</summary>
    private static async Task<FormField[]> LeadersFieldAsync(DbContext db, Campaign campaign, CancellationToken cancellationToken)
    {
        var choice = await LeaderChoice.OfAsync(db, campaign, cancellationToken);
        if (choice.Rule.Drawn) return [];
        var chosen = choice.Named.Count > 0 ? choice.Named.Select(a => a.PersonNumber) : choice.Fit.Select(o => o.Number);
        return
        [
            new("leaders", "检查组组长", FieldKind.Choices, Required: true, Default: new JsonArray([.. chosen.Select(n => (JsonNode)n)]),
                Help: $"由发起单位指派{choice.Rule.Post}带队，不抽取；证件、回避、请假和当日已有检查与抽取的人员一样核对，指派随抽取公布",
                Options: [.. choice.Fit.Select(o => new FieldOption(o.Number, $"{o.Name}（{o.Section} {o.Post}）"))]),
        ];
    }

    /// <summary>Who was left out is no longer appointed, who came is.</summary>
    private static async Task<Refusal?> AppointAsync(FormSubmission form, CancellationToken cancellationToken)
    {
        if (form.Values["leaders"] is null) return null;
        var db = form.Get<DbContext>();
        var (handler, wanted) = (form.Get<LeaderAppointmentHandler>(), form.Texts("leaders"));
        var named = await db.Set<LeaderAppointment>().AsNoTracking().Where(a => a.CampaignId == form.SubjectId && !a.IsWaiver).ToListAsync(cancellationToken);
        foreach (var gone in named.Where(a => !wanted.Contains(a.PersonNumber)))
        {
            if ((await handler.HandleAsync(new WithdrawLeader(gone.Id), form.Change, cancellationToken)).Refusal is { } refusal) return refusal;
        }
        foreach (var number in wanted.Where(n => named.All(a => a.PersonNumber != n)))
        {
            if ((await handler.HandleAsync(new AppointLeader(form.SubjectId, number, "实施方案指派"), form.Change, cancellationToken)).Refusal is { } refusal) return refusal with { Field = "leaders" };
        }
        return null;
    }

    /// <summary>会同单位: sections and teams whose head has an account, besides the one that initiates.</summary>
    private static async Task<FormField[]> CoUnitsFieldAsync(DbContext db, Campaign campaign, IServiceProvider services, CancellationToken cancellationToken)
    {
        var line = await PlanLines.ApprovedLineAsync(db, campaign.PlanNo, campaign.PlanLineNo, cancellationToken);
        var named = (await CoLaunch.OfAsync(db, campaign.Id, cancellationToken)).ConvertAll(c => c.Unit);
        List<string> units = [.. CoLaunch.Units(services.GetRequiredService<IStaff>()).Where(u => u != line?.Section || named.Contains(u))];
        if (units.Count == 0) return [];
        return
        [
            new("coUnits", "会同单位", FieldKind.Choices, Default: new JsonArray([.. named.Where(units.Contains).Select(n => (JsonNode)n)]),
                Help: "会同执法大队、专业大队或者其他科室启动的勾选；各单位负责人都会签以后才报局领导审批，有一个单位退回的，方案退回修改。不勾选则直接报批。没有列出的单位，请系统管理员先设置该单位科室负责人的账户", Options: [.. units.Select(u => new FieldOption(u, u))]),
        ];
    }

    private static async Task<FormView> PrepareCoLaunchAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<DbContext>();
        var asked = await db.Set<CoLaunch>().AsNoTracking().SingleAsync(c => c.Id == item.SubjectId, cancellationToken);
        var campaign = await db.Set<Campaign>().AsNoTracking().SingleAsync(c => c.Id == asked.CampaignId, cancellationToken);
        return new FormView(
        [
            Head(campaign), Note("unit", "会签单位", asked.Unit), .. SchemeNotes(campaign.Scheme),
            Note("co", "会同单位", CoLaunchText(await CoLaunch.OfAsync(db, campaign.Id, cancellationToken))),
            new("opinion", "意见", FieldKind.Multiline, Required: true, RequiredFor: ["退回"]),
        ]);
    }

    private static async Task<Result<JsonObject>> SignCoLaunchAsync(FormSubmission form, CancellationToken cancellationToken)
    {
        var signed = await form.Get<SignCoLaunchHandler>().HandleAsync(new SignCoLaunch(form.SubjectId, form.Outcome is "会签", form.Optional("opinion")), form.Change, cancellationToken);
        return signed.Refusal is { } refusal ? refusal : new JsonObject { ["unit"] = signed.Value.Unit };
    }

    private static FormField[] SchemeNotes(Scheme? s) =>
    [
        Note("project", "抽查项目", s?.Project), Note("time", "实施时间", s?.Time), Note("purpose", "抽查目的", s?.Purpose), Note("headCount", "执法人员数量", s?.HeadCount),
        Note("method", "执法检查方式", s?.Method), Note("secrecy", "保密要求", s?.Secrecy), Note("use", "检查结果运用", s?.UseOfResults),
    ];

    internal static string CoLaunchText(IReadOnlyList<CoLaunch> units)
        => units.Count == 0 ? "无" : string.Join("；", units.Select(u => $"{u.Unit}{u.Agreed switch { null => "（待会签）", true => $"（{u.SignedByName}已会签{(u.Opinion is { } said ? $"：{said}" : "")}）", _ => $"（{u.SignedByName}退回：{u.Opinion}）" }}"));

    private static async Task<Result<JsonObject>> FillSchemeAsync(FormSubmission form, CancellationToken cancellationToken)
    {
        var scheme = new Scheme(form.Text("project"), form.Text("time"), form.Text("purpose"), form.Text("headCount"), form.Text("method"), form.Text("secrecy"), form.Text("use"));
        var strata = StrataRule.Parse(Enum.Parse<StratifyBy>(form.Optional("stratify") ?? nameof(StratifyBy.None)), form.Optional("weights"));
        if (strata.Refusal is { } badWeights) return badWeights;
        var filled = await form.Get<FillSchemeHandler>().HandleAsync(new FillScheme(form.SubjectId, scheme, Enum.Parse<AnnouncementPolicy>(form.Text("announcement")), strata.Value, form.Texts("coUnits")), form.Change, cancellationToken);
        if (filled.Refusal is { } refusal) return refusal;
        return await AppointAsync(form, cancellationToken) is { } notAppointed ? notAppointed : new JsonObject { ["campaignNo"] = filled.Value.CampaignNo };
    }

    private static async Task<FormView> PrepareApprovalAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var (db, campaign) = await FindAsync(item, services, cancellationToken);
        var leaders = await LeaderChoice.OfAsync(db, campaign, cancellationToken);
        return new FormView(
        [
            Head(campaign), .. SchemeNotes(campaign.Scheme),
            Note("strata", "对象分层", campaign.StratifyBy is StratifyBy.None ? StrataRule.NameOf(StratifyBy.None) : $"{StrataRule.NameOf(campaign.StratifyBy)}：{campaign.StrataRule.ToText()}"),
            Note("leaders", "检查组组长", leaders.ToText()),
            Note("co", "会同单位", CoLaunchText(await CoLaunch.OfAsync(db, campaign.Id, cancellationToken))),
            new("opinion", "意见", FieldKind.Multiline, Required: true, RequiredFor: ["退回"]),
        ]);
    }

    private static async Task<Result<JsonObject>> ApproveAsync(FormSubmission form, CancellationToken cancellationToken)
    {
        var approved = await form.Get<ApproveCampaignHandler>().HandleAsync(new ApproveCampaign(form.SubjectId, form.Outcome is "批准", form.Optional("opinion")), form.Change, cancellationToken);
        return approved.Refusal is { } refusal ? refusal : new JsonObject { ["campaignNo"] = approved.Value.CampaignNo };
    }

    private static async Task<FormView> PrepareFreezeAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var (_, campaign) = await FindAsync(item, services, cancellationToken);
        var preview = await services.GetRequiredService<FreezeCampaignHandler>().PreviewAsync(campaign, services.GetRequiredService<TimeProvider>().Today, cancellationToken);
        var calendar = await services.GetRequiredService<CalendarSource>().CurrentAsync(cancellationToken);
        var today = services.GetRequiredService<TimeProvider>().Today;
        var next = calendar.Add(today, 1).On;
        return new FormView(
        [
            Head(campaign),
            Note("pools", "候选名单", preview.Refusal is { } bad ? Texts.Of(bad) : string.Join("；", preview.Value.Select(p => $"{string.Join("、", p.Strata.Select(s => $"{s.Name} {s.Ids.Count}"))}，排除 {p.Exclusions.Count}"))),
            Note("excluded", "不列入名单的检查对象", preview.Refusal is not null ? null : Excluded(preview.Value)),
            new("beaconSource", "公开信标", Required: true, Help: "冻结时还不存在、事后任何人可查的数值：写明公布者、内容和时间", Default: $"上海证券交易所公布的上证综合指数 {Iso(next)} 收盘点位，保留四位小数"),
            new("beaconOn", "信标公布日期", FieldKind.Date, Required: true, Default: Iso(next)),
            new("plannedOn", "抽取日期", FieldKind.Date, Required: true, Help: "各方须在抽取时间前提交承诺；信标在抽取时间后录入", Default: Iso(next)),
            new("plannedAt", "抽取时间", FieldKind.Time, Required: true, Default: "15:30"),
            new("reason", "需要说明的理由", FieldKind.Multiline, Help: "上一轮作废后重新下达，或者符合条件的对象比计划批准时减少的，写明理由；理由随抽取公布"),
        ]);
    }

    /// <summary>Who matches and is left out, by reason: exclusions of the plan and of the register by their code, closed firms, reached caps.</summary>
    private static string Excluded(IReadOnlyList<CandidatePool> pools)
        => pools.First(p => p.Kind is "object").Exclusions.GroupBy(e => e.Reason).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => string.Create(CultureInfo.InvariantCulture, $"{(PlanExclusion.Codes.FirstOrDefault(c => g.Key == $"EXCL-{c.Code}") is { Code: not null } code ? $"{code.Code} {code.Meaning}" : g.Key)} {g.Count()} 户")).ToList() is { Count: > 0 } reasons
            ? string.Join("；", reasons) : "无";

    private static async Task<Result<JsonObject>> FreezeAsync(FormSubmission form, CancellationToken cancellationToken)
    {
        var at = form.Get<TimeProvider>().InstantOf(form.Date("plannedOn")!.Value, form.Time("plannedAt")!.Value);
        var change = form.Optional("reason") is { } reason ? form.Change with { Reason = reason } : form.Change;
        var frozen = await form.Get<FreezeCampaignHandler>().HandleAsync(new FreezeCampaign(form.SubjectId, form.Text("beaconSource"), form.Date("beaconOn")!.Value, at), change, cancellationToken);
        if (frozen.Refusal is { } refusal) return refusal;
        return new JsonObject { ["draws"] = new JsonArray([.. frozen.Value.Select(d => (JsonNode)d.Number)]) };
    }

    private static async Task<FormView> PrepareReportAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var (db, campaign) = await FindAsync(item, services, cancellationToken);
        List<FormField> fields = [Head(campaign)];
        if (campaign.ReturnReason is { } returned) fields.Add(Note("returned", "退回意见", returned));
        return new FormView(
        [
            .. fields,
            Note("figures", "检查情况", await FiguresAsync(db, campaign, cancellationToken)),
            new("report", "分析和建议", FieldKind.Multiline, Required: true, Help: "问题成因、处理意见和政策建议；检查概况、问题和处理的数字由系统写入通报", Default: campaign.ReportText),
        ]);
    }

    private static async Task<string> FiguresAsync(DbContext db, Campaign campaign, CancellationToken cancellationToken)
    {
        var cases = await db.Set<InspectionCase>().AsNoTracking().Where(c => c.CampaignId == campaign.Id).ToListAsync(cancellationToken);
        var ids = cases.Select(c => c.Id).ToList();
        var findings = await db.Set<Finding>().AsNoTracking().Where(f => ids.Contains(f.CaseId)).ToListAsync(cancellationToken);
        var merged = (await MergedVisits.FromAsync(db, campaign.Id, cancellationToken)).Count;
        var fewer = (await FewerVisits.OfAsync(db, campaign.Id, cancellationToken)).Count;
        return $"应查 {campaign.SampleSize - fewer} 户{(fewer == 0 ? "" : $"（抽取 {campaign.SampleSize} 户，没有可以递补的对象减少 {fewer} 户）")}，已查 {cases.Count(c => c.CheckedOn is not null)} 户{(merged == 0 ? "" : $"，并入其他任务检查 {merged} 户")}，未批准检查 {cases.Count(c => c.Status is InspectionStatus.Refused)} 户；"
            + $"发现问题 {findings.Count} 项，涉及 {findings.Select(f => f.CaseId).Distinct().Count()} 户。";
    }

    private static async Task<Result<JsonObject>> ReportAsync(FormSubmission form, CancellationToken cancellationToken)
    {
        var written = await form.Get<WriteCampaignReportHandler>().HandleAsync(new WriteCampaignReport(form.SubjectId, form.Text("report")), form.Change, cancellationToken);
        return written.Refusal is { } refusal ? refusal : new JsonObject { ["campaignNo"] = written.Value.CampaignNo };
    }

    private static async Task<FormView> PrepareReportApprovalAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var (db, campaign) = await FindAsync(item, services, cancellationToken);
        return new FormView(
        [
            Head(campaign), Note("figures", "检查情况", await FiguresAsync(db, campaign, cancellationToken)), Note("report", $"分析和建议（{campaign.ReportByName}）", campaign.ReportText),
            new("opinion", "意见", FieldKind.Multiline, Required: true, RequiredFor: ["退回"]),
        ]);
    }

    private static async Task<Result<JsonObject>> ApproveReportAsync(FormSubmission form, CancellationToken cancellationToken)
    {
        var approved = await form.Get<ApproveCampaignReportHandler>().HandleAsync(new ApproveCampaignReport(form.SubjectId, form.Outcome is "同意", form.Optional("opinion")), form.Change, cancellationToken);
        return approved.Refusal is { } refusal ? refusal : new JsonObject { ["campaignNo"] = approved.Value.CampaignNo };
    }

    internal static string Iso(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);

    private static string Day(DateOnly day) => $"{day.Year}年{day.Month}月{day.Day}日";
}
