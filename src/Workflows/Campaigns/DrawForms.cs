using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Forms;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.Campaigns;

/// <summary>The ceremony and what follows it until the list is locked. A party's nonce never passes through a form before the reveal.</summary>
internal static class DrawForms
{
    public static IReadOnlyList<Form> All { get; } =
    [
        new("draw.commit", "提交承诺", PrepareCommitAsync, CommitAsync),
        new("draw.beacon", "录入公开信标", PrepareBeaconAsync, EnterBeaconAsync),
        new("draw.confirm-beacon", "核对公开信标", PrepareConfirmAsync, ConfirmBeaconAsync),
        new("draw.reveal", "揭示随机数", PrepareRevealAsync, RevealAsync),
        new("draw.recusals", "汇总回避申报与不能参加事由", PrepareRecusalsAsync, FileAsync),
        new("draw.decide-recusals", "决定回避与递补", PrepareDecisionAsync, DecideAsync),
        new("draw.lock", "锁定检查名单", PrepareLockAsync, LockAsync),
        new("draw.countersign", "监督人会签", PrepareCountersignAsync, CountersignAsync),
    ];

    private static async Task<FormView> PrepareCommitAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
        => new(
        [
            .. await CeremonyAsync(item, services, cancellationToken),
            new("commitment", "承诺", Required: true, RequiredFor: ["提交承诺"],
                Help: "先自行生成 32 字节随机数，写成 64 位小写十六进制并妥善保存；这里只填写该 64 个字符的 SHA-256。随机数在揭示前不得告诉任何人，也不录入系统；遗失即无法揭示，本次抽取作废"),
            VoidReason,
        ]);

    private static async Task<Result<JsonObject>> CommitAsync(FormSubmission form, CancellationToken cancellationToken)
    {
        if (form.Outcome is "作废") return await VoidAsync(form, cancellationToken);
        var committed = await form.Get<CommitNonceHandler>().HandleAsync(new CommitNonce(form.SubjectId, PartyOf(form.Item), form.Text("commitment")), form.Change, cancellationToken);
        return Numbers(committed);
    }

    private static async Task<FormView> PrepareBeaconAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
        => new([.. await CeremonyAsync(item, services, cancellationToken), new("text", "信标原文", FieldKind.Multiline, Required: true, Help: "照公布的原文录入，不加说明")]);

    private static async Task<Result<JsonObject>> EnterBeaconAsync(FormSubmission form, CancellationToken cancellationToken)
        => Numbers(await form.Get<EnterBeaconHandler>().HandleAsync(new EnterBeacon(form.SubjectId, form.Text("text")), form.Change, cancellationToken));

    /// <summary>The text entered first is not shown: who confirms reads it at its source.</summary>
    private static async Task<FormView> PrepareConfirmAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
        => new([.. await CeremonyAsync(item, services, cancellationToken), new("text", "信标原文", FieldKind.Multiline, Required: true, Help: "对照公布处再录入一遍；与第一次不同的，系统不予通过", RequiredFor: ["一致"])]);

    private static async Task<Result<JsonObject>> ConfirmBeaconAsync(FormSubmission form, CancellationToken cancellationToken)
        => Numbers(await form.Get<ConfirmBeaconHandler>().HandleAsync(new ConfirmBeacon(form.SubjectId, form.Text("text"), form.Outcome is "一致"), form.Change, cancellationToken));

    private static async Task<FormView> PrepareRevealAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
        => new([.. await CeremonyAsync(item, services, cancellationToken), new("nonce", "随机数", Required: true, Help: "提交承诺时保存的 64 位小写十六进制", RequiredFor: ["揭示"]), VoidReason]);

    private static async Task<Result<JsonObject>> RevealAsync(FormSubmission form, CancellationToken cancellationToken)
        => form.Outcome is "作废" ? await VoidAsync(form, cancellationToken) : Numbers(await form.Get<RevealNonceHandler>().HandleAsync(new RevealNonce(form.SubjectId, PartyOf(form.Item), form.Text("nonce")), form.Change, cancellationToken));

    private static FormField VoidReason => new("reason", "作废理由", FieldKind.Multiline, Required: true, Help: "过了抽取时间未能承诺，或不能揭示时，整个抽取公开作废，另行下达下一轮", RequiredFor: ["作废"]);

    /// <summary>The second party finds the ceremony void already: his step is only closed.</summary>
    private static async Task<Result<JsonObject>> VoidAsync(FormSubmission form, CancellationToken cancellationToken)
    {
        if (await DrawRounds.LastIsVoidAsync(form.Get<DbContext>(), form.SubjectId, cancellationToken)) return new JsonObject { ["draws"] = new JsonArray() };
        return Numbers(await form.Get<VoidDrawsHandler>().HandleAsync(new VoidDraws(form.SubjectId), form.Change with { Reason = form.Text("reason") }, cancellationToken));
    }

    private static async Task<FormView> PrepareRecusalsAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var (db, campaign) = await CampaignForms.FindAsync(item, services, cancellationToken);
        var visits = await AssignmentQueries.VisitsAsync(db, campaign.Id, cancellationToken);
        var people = visits.SelectMany(v => v.Team).DistinctBy(m => m.Number).OrderBy(m => m.Part).ThenBy(m => m.Number, StringComparer.Ordinal).Select(m => new FieldOption(m.Number, $"{m.Name}（{m.Number}，{PartName(m.Part)}）")).ToList();
        return new FormView(
        [
            CampaignForms.Head(campaign),
            CampaignForms.Note("roster", "检查名单", await RosterTextAsync(db, campaign, visits, cancellationToken)),
            .. SharedNote(await AssignmentQueries.SharedAsync(db, campaign.Id, cancellationToken)),
            new("requests", "申报", FieldKind.Rows, Columns:
            [
                new("kind", "种类", FieldKind.Choice, Required: true, Options: [.. Enum.GetValues<RosterRequestKind>().Select(k => new FieldOption(k.ToString(), RosterRequest.NameOf(k)))]),
                new("person", "人员", FieldKind.Choice, Help: "回避、不能参加时选择", Options: people),
                new("object", "检查对象", FieldKind.Choice, Help: "回避、对象递补、改期、并入时选择", Options: [.. visits.Select(v => new FieldOption(v.InspecteeNumber, $"{v.Sequence}. {v.InspecteeName}"))]),
                new("from", "起始日期或新日期", FieldKind.Date, Help: "不能参加的第一天；改期的新日期"),
                new("to", "截止日期", FieldKind.Date, Help: "不能参加的最后一天；不填为任务期末"),
                new("reason", "理由", Required: true),
                new("proof", "证明材料", Help: "不能参加、对象递补时必填"),
            ]),
        ]);
    }

    /// <summary>Two departments about to visit one inspectee are told, while a date can still be changed.</summary>
    private static FormField[] SharedNote(IReadOnlyList<SharedVisit> shared)
        => shared.Count == 0 ? [] : [CampaignForms.Note("shared", "其他任务也将检查的对象", string.Join("\n", shared.Select(s => s.Advice)))];

    private static async Task<Result<JsonObject>> FileAsync(FormSubmission form, CancellationToken cancellationToken)
    {
        var lines = form.Rows("requests").Select(r => new RosterRequestLine(
            Enum.Parse<RosterRequestKind>(Cell(r, "kind")!), Cell(r, "person"), Cell(r, "object"), Day(Cell(r, "from")), Day(Cell(r, "to")), Cell(r, "reason") ?? "", Cell(r, "proof"))).ToList();
        if (form.Outcome is "无人申报") return lines.Count > 0 ? Refusal.Invalid("campaigns.requests-given", "requests") : new JsonObject { ["filed"] = 0 };
        var filed = await form.Get<FileRosterRequestsHandler>().HandleAsync(new FileRosterRequests(form.SubjectId, lines), form.Change, cancellationToken);
        return filed.Refusal is { } refusal ? refusal : new JsonObject { ["filed"] = filed.Value.Count };
    }

    private static async Task<FormView> PrepareDecisionAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var (db, campaign) = await CampaignForms.FindAsync(item, services, cancellationToken);
        var open = await db.Set<RosterRequest>().AsNoTracking().Where(r => r.CampaignId == campaign.Id && r.Granted == null).OrderBy(r => r.Sequence).ToListAsync(cancellationToken);
        var visits = await AssignmentQueries.VisitsAsync(db, campaign.Id, cancellationToken);
        return new FormView(
        [
            CampaignForms.Head(campaign),
            new("decisions", "决定", FieldKind.Rows, Required: true, FixedRows: true,
                Default: new JsonArray([.. open.Select(r => (JsonNode)new JsonObject { ["request"] = r.Sequence, ["what"] = Words(r, visits) })]),
                Columns:
                [
                    new("request", "序号", FieldKind.Number, ReadOnly: true),
                    new("what", "申报", FieldKind.Multiline, ReadOnly: true),
                    new("decision", "决定", FieldKind.Choice, Required: true, Options: [new("同意", "同意"), new("不同意", "不同意")]),
                    new("opinion", "意见"),
                ]),
        ]);
    }

    private static async Task<Result<JsonObject>> DecideAsync(FormSubmission form, CancellationToken cancellationToken)
    {
        var decisions = form.Rows("decisions").Select(r => new RosterDecision(r["request"]!.GetValue<int>(), Cell(r, "decision") is "同意", Cell(r, "opinion"))).ToList();
        var decided = await form.Get<DecideRosterRequestsHandler>().HandleAsync(new DecideRosterRequests(form.SubjectId, decisions), form.Change, cancellationToken);
        return decided.Refusal is { } refusal ? refusal : new JsonObject { ["decided"] = decided.Value.Count, ["effects"] = new JsonArray([.. decided.Value.Select(r => (JsonNode?)r.Effect)]) };
    }

    private static async Task<FormView> PrepareLockAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var (db, campaign) = await CampaignForms.FindAsync(item, services, cancellationToken);
        var notes = await RosterNotesAsync(item, services, cancellationToken);
        var waiting = await db.Set<RosterRequest>().CountAsync(r => r.CampaignId == campaign.Id && r.AwaitsRound, cancellationToken);
        if (waiting == 0) return new(notes);
        // As the register stands now: whoever locks sees whether anybody is left to be drawn.
        var pool = await services.GetRequiredService<FreezeCampaignHandler>().PreviewAsync(campaign, services.GetRequiredService<TimeProvider>().Today, cancellationToken);
        var left = pool.IsRefused ? 0 : pool.Value[0].Size;
        return new(
        [
            .. notes,
            CampaignForms.Note("waiting", "候补用完", left > 0
                ? $"{waiting} 户等待补充抽取，名录库中还有 {left} 户可以抽取：请选择“补充抽取”"
                : $"{waiting} 户没有可以递补的对象，名录库中也没有可以补充抽取的：可以先由名录员补录再选择“补充抽取”，或者在下面写明理由后锁定，户数相应减少，理由随抽取公布"),
            .. left > 0 ? [] : (FormField[])[new("fewer", "减少户数的理由", FieldKind.Multiline, Help: $"不超过 {RosterRequest.TextMaxLength / 2} 字；只在锁定时使用")],
        ]);
    }

    private static async Task<Result<JsonObject>> LockAsync(FormSubmission form, CancellationToken cancellationToken)
    {
        // 补充申报 goes back to the declarations, 补充抽取 to the freeze; nothing is locked by either.
        if (form.Outcome is "补充抽取" && await WhyNoSupplementAsync(form, cancellationToken) is { } refusal) return refusal;
        if (form.Outcome is not "锁定") return new JsonObject();
        var locked = await form.Get<LockRosterHandler>().HandleAsync(new LockRoster(form.SubjectId, form.Optional("fewer")), form.Change, cancellationToken);
        return locked.Refusal is { } notLocked ? notLocked : new JsonObject { ["rosterHash"] = locked.Value.RosterHash };
    }

    /// <summary>A round is ordered only when somebody waits for it and somebody can be drawn: from the freeze there is no way back to the lock.</summary>
    private static async Task<Refusal?> WhyNoSupplementAsync(FormSubmission form, CancellationToken cancellationToken)
    {
        var (db, campaign) = await CampaignForms.FindAsync(form.Item, form.Services, cancellationToken);
        var waiting = await db.Set<RosterRequest>().CountAsync(r => r.CampaignId == campaign.Id && r.AwaitsRound, cancellationToken);
        if (waiting == 0) return Refusal.Conflict("campaigns.no-supplement", campaign.CampaignNo);
        var pool = await form.Get<FreezeCampaignHandler>().PreviewAsync(campaign, form.Change.On, cancellationToken);
        return pool.Refusal ?? (pool.Value[0].Size == 0 ? Refusal.Conflict("campaigns.supplement-empty", waiting, 0, campaign.ItemCodes.Split(';')[0]) : null);
    }

    private static async Task<FormView> PrepareCountersignAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var (_, campaign) = await CampaignForms.FindAsync(item, services, cancellationToken);
        return new([.. await RosterNotesAsync(item, services, cancellationToken), CampaignForms.Note("hash", "名单哈希", campaign.RosterHash)]);
    }

    private static async Task<Result<JsonObject>> CountersignAsync(FormSubmission form, CancellationToken cancellationToken)
    {
        var signed = await form.Get<CountersignRosterHandler>().HandleAsync(new CountersignRoster(form.SubjectId), form.Change, cancellationToken);
        return signed.Refusal is { } refusal ? refusal : new JsonObject { ["rosterHash"] = signed.Value.RosterHash };
    }

    private static string PartyOf(WorkItem item) => item.Role == Roles.Supervisor ? DrawCommitment.Supervisor : DrawCommitment.Witness;

    /// <summary>The lists, the beacon's source and how far the parties are.</summary>
    private static async Task<IReadOnlyList<FormField>> CeremonyAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var (db, campaign) = await CampaignForms.FindAsync(item, services, cancellationToken);
        var time = (TimeProvider)services.GetService(typeof(TimeProvider))!;
        var draws = await db.Set<Draw>().AsNoTracking().Where(d => d.CampaignId == campaign.Id && d.Status != DrawStatus.Void && d.Status != DrawStatus.Drawn).OrderBy(d => d.Number).ToListAsync(cancellationToken);
        List<FormField> notes = [CampaignForms.Head(campaign)];
        if (draws is not [var first, ..]) return [.. notes, CampaignForms.Note("draws", "抽取", "本轮抽取已作废，请选择“作废”结束这一步，等待重新下达")];
        var local = TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(first.PlannedAt, DateTimeKind.Utc), time.LocalTimeZone);
        notes.Add(CampaignForms.Note("draws", "抽取", string.Join("\n", draws.Select(d => $"{d.Number} {StrataText(d)}，名单哈希 {Hashing.Sha256Hex(d.CandidatesFile)}"))));
        notes.Add(CampaignForms.Note("beacon", "公开信标", string.Create(CultureInfo.InvariantCulture, $"{first.BeaconSource}，{first.BeaconOn:yyyy-MM-dd} 公布；抽取时间 {local:yyyy-MM-dd HH:mm}")));
        var parties = await db.Set<DrawCommitment>().AsNoTracking().Where(c => c.DrawId == first.Id).OrderBy(c => c.Sequence).ToListAsync(cancellationToken);
        notes.Add(CampaignForms.Note("parties", "参与方", string.Join("；", parties.Select(p => $"{p.Name}{(p.PersonName is null ? "" : $"（{p.PersonName}）")} {(p.RevealedAt is not null ? "已揭示" : p.Commitment is not null ? "已承诺" : "未承诺")}"))));
        return notes;
    }

    private static string StrataText(Draw draw) => string.Join("，", draw.Strata.Select(s => $"{s.Name}：名单 {s.Size}，抽取 {s.Count}"));

    private static async Task<IReadOnlyList<FormField>> RosterNotesAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var (db, campaign) = await CampaignForms.FindAsync(item, services, cancellationToken);
        var visits = await AssignmentQueries.VisitsAsync(db, campaign.Id, cancellationToken);
        List<FormField> notes = [CampaignForms.Head(campaign), CampaignForms.Note("roster", "检查名单", await RosterTextAsync(db, campaign, visits, cancellationToken))];
        var decided = await db.Set<RosterRequest>().AsNoTracking().Where(r => r.CampaignId == campaign.Id).OrderBy(r => r.Sequence).ToListAsync(cancellationToken);
        if (decided.Count > 0) notes.Add(CampaignForms.Note("requests", "申报与决定", string.Join("\n", decided.Select(r => $"{Words(r, visits)}：{(r.Granted is null ? "未决定" : r.Granted == true ? $"同意，{r.Effect}" : $"不同意，{r.Opinion}")}"))));
        return notes;
    }

    private static async Task<string> RosterTextAsync(DbContext db, Campaign campaign, IReadOnlyList<AssignedVisit> visits, CancellationToken cancellationToken)
    {
        var skips = await db.Set<SeatSkip>().AsNoTracking().CountAsync(s => s.CampaignId == campaign.Id, cancellationToken);
        return string.Join("\n", visits.Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.Sequence}. {v.InspecteeName}（{v.InspecteeNumber}）{v.PlannedOn:yyyy-MM-dd}：{string.Join("、", v.Team.Select(m => $"{m.Name}（{PartName(m.Part)}）"))}")))
            + $"\n共 {visits.Count} 户；依次轮到而不能参加的 {skips} 人次，理由均已记录";
    }

    private static string Words(RosterRequest request, IReadOnlyList<AssignedVisit> visits)
    {
        var who = visits.SelectMany(v => v.Team).FirstOrDefault(m => m.Number == request.PersonNumber)?.Name ?? request.PersonNumber;
        var visit = visits.FirstOrDefault(v => v.InspecteeNumber == request.InspecteeNumber);
        var days = request.FromOn is { } from ? $"{CampaignForms.Iso(from)}{(request.ToOn is { } to ? $" 至 {CampaignForms.Iso(to)}" : "")}" : "";
        string?[] parts = [who, visit?.InspecteeName ?? request.InspecteeNumber, days, request.Reason, request.Proof];
        return $"{request.Sequence}. {RosterRequest.NameOf(request.Kind)}：{string.Join("，", parts.Where(p => !string.IsNullOrEmpty(p)))}";
    }

    private static string PartName(TeamPart part) => part switch { TeamPart.Leader => "带队", TeamPart.Officer => "执法人员", _ => "专家" };

    private static string? Cell(JsonObject row, string name) => row[name]?.GetValue<string>();

    private static DateOnly? Day(string? text) => text is null ? null : DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static Result<JsonObject> Numbers(Result<List<Draw>> draws)
        => draws.Refusal is { } refusal ? refusal : new JsonObject { ["draws"] = new JsonArray([.. draws.Value.Select(d => (JsonNode)d.Number)]) };
}
