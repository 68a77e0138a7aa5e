using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Documents.Issuing;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Papers;

/// <summary>Papers of a penalty case. The subject is the penalty; of the on-the-spot decision (D28) it is the inspection.</summary>
internal static class PenaltyPapers
{
    public static IReadOnlyList<(string Code, PaperBuilder Build)> All { get; } =
    [
        ("D21", FilingAsync), ("D22", InvestigationAsync), ("D23", ReviewAsync), ("D24", DiscussionAsync), ("D25", NoticeAsync), ("D26", HearingAsync),
        ("D28", SimpleAsync), ("D29", DecisionAsync), ("D44", ClosingAsync), ("D45", ServiceAsync), .. EnforcementPapers.All,
    ];

    private static async Task<Result<Paper>> FilingAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await FindAsync(s, id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var (penalty, data) = found.Value;
        if (penalty.FiledOn is not { } filedOn) return PaperWords.NotDecided("立案审批表", "立案的批准");
        var findings = await FindingsAsync(s, penalty, cancellationToken);
        data["source"] = $"随机抽查发现（检查编号{penalty.InspectionNo}）";
        data["facts"] = penalty.Facts?.Wide() ?? Blank(findings.Select(f => $"{f.Place.Wide()}：{f.Description.Wide()}").Numbered()) ?? penalty.Cause.Wide();
        data["clause"] = penalty.ViolatedClause?.Wide() ?? Blank(findings.Select(f => f.Basis.Wide()).Distinct().Listed());
        data["opinion"] = $"{penalty.FilingOpinion?.Wide() ?? "同意立案"}　{penalty.FiledByName}　{filedOn.Chinese()}";
        data["filedOn"] = filedOn.Chinese();
        return Of(penalty, data, penalty.FiledByName);
    }

    private static async Task<Result<Paper>> InvestigationAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await FindAsync(s, id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var (penalty, data) = found.Value;
        if (penalty.InvestigatedOn is null) return PaperWords.NotDecided("案件调查报告", "调查终结的结论");
        data["investigatedOn"] = penalty.InvestigatedOn.Value.Chinese();
        data["discretion"] = penalty.Discretion?.Wide();
        data["proposal"] = Proposal(penalty, penalty.ProposedFen);
        return Of(penalty, data, penalty.OfficerNames);
    }

    private static async Task<Result<Paper>> NoticeAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await FindAsync(s, id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var (penalty, data) = found.Value;
        if (penalty.BasisKey is null) return PaperWords.NotDecided("行政处罚告知书", "拟作出的处罚");
        data["proposal"] = Proposal(penalty, penalty.ProposedFen);
        data["daysText"] = penalty.StatementUntil is { } until ? $"于{until.Chinese()}前（含当日）" : "三个工作日";
        data["contact"] = Contact(s);
        return Of(penalty, data);
    }

    private static async Task<Result<Paper>> HearingAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await FindAsync(s, id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var (penalty, data) = found.Value;
        if (penalty.BasisKey is null) return PaperWords.NotDecided("行政处罚听证告知书", "拟作出的处罚");
        if (!penalty.HearingEligible) return PaperWords.NotDecided("行政处罚听证告知书", "可以要求听证的处罚种类或者数额");
        data["proposal"] = Proposal(penalty, penalty.ProposedFen);
        data["contact"] = Contact(s);
        return Of(penalty, data);
    }

    private static async Task<Result<Paper>> ReviewAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await FindAsync(s, id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var (penalty, data) = found.Value;
        if (penalty.LegalOpinion is not { } opinion || penalty.LegalOn is not { } on) return PaperWords.NotDecided("重大执法决定法制审核意见书", "法制审核意见");
        data["subject"] = $"{s.Office.Bureau}对本案有管辖权；承办人员{penalty.OfficerNames.Replace(";", "、", StringComparison.Ordinal)}均持有有效行政执法证件，人数不少于两人。";
        data["law"] = Blank(string.Join("；", new[] { penalty.ViolatedClause, penalty.PenaltyClause }.OfType<string>().Select(c => c.Wide())));
        var steps = new List<string>();
        if (penalty.FiledOn is { } filed) steps.Add($"{filed.Chinese()}立案");
        if (penalty.InvestigatedOn is { } investigated) steps.Add($"{investigated.Chinese()}调查终结");
        if (penalty.NoticeOn is { } noticed) steps.Add($"{noticed.Chinese()}告知陈述、申辩权利" + (penalty.HearingEligible ? "和听证权利" : ""));
        if (penalty.StatementWaived is { } waived) steps.Add(waived ? "当事人放弃陈述、申辩" : $"当事人已陈述、申辩，复核意见：{penalty.StatementReview?.Wide()}");
        if (penalty.HearingHeldOn is { } heard) steps.Add($"{heard.Chinese()}举行听证");
        else if (penalty.HearingRequested is false) steps.Add("当事人未要求听证");
        data["procedure"] = Blank(steps.Listed());
        data["discretion"] = penalty.Discretion?.Wide();
        data["opinion"] = (opinion switch { LegalOpinion.Agree => "同意", LegalOpinion.Amend => "修改", _ => "退回" }) + (penalty.LegalText is { Length: > 0 } text ? $"。{text.Wide()}" : "") + $"　{penalty.LegalByName}　{on.Chinese()}";
        return Of(penalty, data, penalty.LegalByName);
    }

    private static async Task<Result<Paper>> DiscussionAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await FindAsync(s, id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var (penalty, data) = found.Value;
        if (penalty.DiscussedOn is not { } on || penalty.Discussion.Count == 0) return PaperWords.NotDecided("行政处罚集体讨论记录", "集体讨论的意见");
        data["heldAt"] = on.Chinese();
        data["attendance"] = string.Join("、", penalty.Discussion.Select(m => m.Member));
        data["opinions"] = new JsonArray([.. penalty.Discussion.Select(m => (JsonNode)new JsonObject { ["member"] = m.Member, ["opinion"] = m.Opinion.Wide() })]);
        data["decision"] = Blank(penalty.DiscussionConclusion?.Wide()) ?? Proposal(penalty, penalty.ProposedFen);
        return Of(penalty, data, s.Change.By.Name);
    }

    private static async Task<Result<Paper>> DecisionAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await FindAsync(s, id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var (penalty, data) = found.Value;
        if (penalty.DecidedOn is null || penalty.Outcome is not PenaltyOutcome.Punish) return PaperWords.NotDecided("行政处罚决定书", "处罚决定");
        data["decision"] = Proposal(penalty, penalty.AmountFen);
        Fine(s, penalty, data);
        data["statement"] = penalty.StatementWaived switch
        {
            true => "你（单位）在规定期限内未提出陈述、申辩。",
            false => $"你（单位）提出的陈述、申辩意见，我局已经复核：{penalty.StatementReview?.Wide()}。",
            _ => null,
        };
        data["procedure"] = penalty.NoticeOn is { } noticed ? $"我局于{noticed.Chinese()}向你（单位）告知了拟作出行政处罚的内容及事实、理由、依据，以及依法享有的陈述、申辩{(penalty.HearingEligible ? "和要求听证" : "")}的权利。" : null;
        return Of(penalty, data, penalty.DecidedByName);
    }

    private static async Task<Result<Paper>> SimpleAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var simple = (await s.Db.Set<PenaltyCase>().Where(p => (p.CaseId == id || p.Id == id) && p.Procedure == PenaltyProcedure.Simple && p.DecidedOn != null).ToListAsync(cancellationToken)).MaxBy(p => p.PenaltyNo, StringComparer.Ordinal);
        if (simple is null) return PaperWords.NotDecided("当场行政处罚决定书", "当场处罚的决定");
        var found = await FindAsync(s, simple.Id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var (penalty, data) = found.Value;
        data["penalty"] = Proposal(penalty, penalty.AmountFen);
        data["clause"] = Blank(string.Join("；", new[] { penalty.ViolatedClause, penalty.PenaltyClause }.OfType<string>().Select(c => c.Wide())));
        data["punishedAt"] = penalty.DecidedOn!.Value.Chinese();
        data["place"] = data["inspectee"]?["address"]?.ToString();
        Fine(s, penalty, data);
        return Of(penalty, data, penalty.DecidedByName);
    }

    private static async Task<Result<Paper>> ClosingAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await FindAsync(s, id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var (penalty, data) = found.Value;
        if (penalty.ClosedOn is not { } on || penalty.Closing is not { } closing) return PaperWords.NotDecided("结案审批表", "结案的批准");
        var decision = await s.Documents.LastAsync(penalty.Id, "D29", cancellationToken);
        data["handling"] = (decision?.Number is { } number ? $"《行政处罚决定书》{number}：" : "") + (penalty.Outcome is PenaltyOutcome.Punish ? Proposal(penalty, penalty.AmountFen) : penalty.DecisionReason?.Wide());
        var payments = await s.Db.Set<PenaltyPayment>().Where(p => p.PenaltyId == penalty.Id).ToListAsync(cancellationToken);
        data["execution"] = string.Join("；", new[] { Of(closing) }
            .Concat(payments.OrderBy(p => p.PaidOn).Select(p => $"{p.PaidOn.Chinese()}缴款{ChineseMoney(p.AmountFen)}，票据号{p.ReceiptNo}"))
            .Concat(penalty.ClosingNote is { Length: > 0 } note ? [note.Wide()] : []));
        data["archiveNumber"] = penalty.PenaltyNo;
        data["opinion"] = $"同意结案。{s.Change.By.Name}　{on.Chinese()}";
        return Of(penalty, data);
    }

    private static async Task<Result<Paper>> ServiceAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await FindAsync(s, id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var (penalty, data) = found.Value;
        if (penalty.ServedOn is not { } on) return PaperWords.NotDecided("送达回证", "送达登记");
        if (await s.Documents.LastAsync(penalty.Id, "D29", cancellationToken) is not { } decision) return PaperWords.NotDecided("送达回证", "已签发的行政处罚决定书");
        data["documentTitle"] = decision.Title;
        data["documentNumber"] = decision.Number;
        data["method"] = penalty.ServedHow?.Wide();
        data["recipient"] = penalty.ServedTo;
        data["place"] = penalty.ServedPlace ?? decision.ServedPlace ?? data["inspectee"]?["address"]?.ToString();
        data["servedAt"] = on.Chinese();
        data["witness"] = decision.ServiceNote;
        if (decision.Status is not DocumentStatus.Issued) return Of(penalty, data);
        var method = Enum.GetValues<ServiceMethod>().Cast<ServiceMethod?>().FirstOrDefault(m => (penalty.ServedHow ?? "").Contains(DocumentPowers.Of(m!.Value)[..2], StringComparison.Ordinal)) ?? ServiceMethod.Direct;
        var service = new ServeDocument(decision.Id, on, method, penalty.ServedTo ?? "", data["place"]?.ToString() ?? "", method is ServiceMethod.LeftBehind ? "拒收情况和见证人见送达回证" : null);
        return new Paper(data, penalty.InspectionNo, penalty.Chain, null, service);
    }

    internal static Result<Paper> Of(PenaltyCase penalty, JsonObject data, string? signedBy = null) => new Paper(data, penalty.InspectionNo, penalty.Chain, signedBy);

    internal static async Task<Result<(PenaltyCase Penalty, JsonObject Data)>> FindAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        if (await s.Db.Set<PenaltyCase>().FindAsync([id], cancellationToken) is not { } penalty) return Refusal.NotFound("papers.no-row", "处罚案件");
        var inspection = (await s.CaseAsync(penalty.CaseId, cancellationToken)).Value;
        var inspectee = await s.InspecteeAsync(inspection, cancellationToken);
        var numbers = penalty.Officers.ToList();
        var register = await s.Db.Set<Officer>().Where(o => numbers.Contains(o.Number)).ToDictionaryAsync(o => o.Number, cancellationToken);
        var team = inspection.Team.ToDictionary(m => m.Number);
        var names = penalty.OfficerNames.Split([';', '、'], StringSplitOptions.RemoveEmptyEntries);
        var officers = numbers.Select((n, i) => (register.TryGetValue(n, out var o) ? o.Name : team.TryGetValue(n, out var m) ? m.Name : names.ElementAtOrDefault(i) ?? n, register.TryGetValue(n, out var held) ? held.CertificateNo : team.TryGetValue(n, out var t) ? t.CertificateNo : null));
        var evidence = await s.EvidenceAsync(penalty.CaseId, cancellationToken);
        var hashes = penalty.EvidenceHashes.Split(';', StringSplitOptions.RemoveEmptyEntries);
        if (hashes.Length == 0) hashes = [.. (await FindingsAsync(s, penalty, cancellationToken)).SelectMany(f => f.EvidenceHashes.Split(';', StringSplitOptions.RemoveEmptyEntries)).Distinct()];
        var proofs = hashes.Select(h => evidence.TryGetValue(h, out var e) ? string.Create(CultureInfo.InvariantCulture, $"证据{e.Number}：{e.Item.Name}（{e.Item.TakenByName}，{s.Time.Chinese(e.Item.TakenAt)}取得）") : $"证据材料（校验值{h[..16]}）").ToList();
        foreach (var code in new[] { "D09", "D10", "D12", "D14" })
        {
            if (await s.Documents.LastAsync(penalty.CaseId, code, cancellationToken) is { } document) proofs.Add($"《{document.Title}》{document.Number}");
        }
        var data = new JsonObject
        {
            ["penaltyNo"] = penalty.PenaltyNo,
            ["caseTitle"] = penalty.Cause.Wide(),
            ["inspectee"] = inspectee,
            ["partyName"] = penalty.PartyName,
            ["isUnit"] = penalty.PartyIsUnit,
            ["party"] = penalty.PartyIsUnit
                ? string.Join("，", new[] { penalty.PartyName, Labelled("统一社会信用代码", inspectee["creditCode"]), Labelled("地址", inspectee["address"]), Labelled("法定代表人（负责人）", inspectee["legalRepresentative"]), Labelled("职务", inspectee["post"]) }.OfType<string>())
                : string.Join("，", new[] { penalty.PartyName, Labelled("所在单位", inspectee["name"]), Labelled("住址", inspectee["address"]) }.OfType<string>()),
            ["officers"] = PaperWords.People(officers),
            ["facts"] = penalty.Facts?.Wide(),
            ["evidence"] = Blank(proofs.Numbered()),
            ["clause"] = penalty.PenaltyClause is null ? penalty.ViolatedClause?.Wide() : $"上述行为违反了{penalty.ViolatedClause?.Wide()}的规定，依据{penalty.PenaltyClause.Wide()}的规定给予行政处罚。",
            ["discretion"] = penalty.Discretion?.Wide(),
            ["amountFen"] = penalty.AmountFen,
        };
        return (penalty, data);
    }

    private static async Task<List<DoubleRandom.Inspections.Findings.Finding>> FindingsAsync(PaperSources s, PenaltyCase penalty, CancellationToken cancellationToken)
    {
        var ids = penalty.FindingIds.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(Guid.Parse).ToHashSet();
        return [.. (await s.FindingsAsync(penalty.CaseId, cancellationToken)).Where(f => ids.Contains(f.Id))];
    }

    /// <summary>处罚种类 with the sum in capitals, which the law and banks ask for.</summary>
    private static string? Proposal(PenaltyCase penalty, long fen)
        => penalty.Kinds.Count == 0 ? null : string.Join("；", penalty.Kinds.Select(k => k is PenaltyKind.Fine ? $"罚款人民币{ChineseMoney(fen)}" : PenaltyWords.Of(k)));

    private static string ChineseMoney(long fen) => $"{Documents.Rendering.ChineseText.Money(fen)}（¥{(fen / 100m).ToString("#,##0.00", CultureInfo.InvariantCulture)}）";

    /// <summary>Fine and how to pay it (行政处罚法 arts. 59, 66–68, 72); of a decision without a fine nothing is said about paying.</summary>
    private static void Fine(PaperSources s, PenaltyCase penalty, JsonObject data)
    {
        data["hasFine"] = penalty.Kinds.Contains(PenaltyKind.Fine);
        data["payment"] = penalty.HasFine ? "自收到本决定书之日起十五日内，到指定银行或者通过电子支付系统缴纳罚款" : "本决定没有罚款，自收到本决定书之日起履行";
        data["account"] = Account(s);
    }

    internal static string? Account(PaperSources s) => s.Office.Payee?.Account is { Length: > 0 } account ? $"{s.Office.Payee.Bank}，账号{account}" : null;

    internal static string? Contact(PaperSources s) => s.Office.Phone is null ? null : $"{s.Office.Address}，电话{s.Office.Phone}";

    private static string Of(ClosingKind closing) => closing switch
    {
        ClosingKind.Executed => "处罚决定已履行完毕",
        ClosingKind.NoPenalty => "不予行政处罚",
        ClosingKind.Dropped => "撤销案件",
        ClosingKind.TransferredToPolice => "移送司法机关",
        ClosingKind.TransferredToOthers => "移送其他机关",
        ClosingKind.CourtEnforced => "人民法院强制执行完毕",
        _ => "终结执行",
    };

    private static string? Labelled(string label, JsonNode? value) => value?.ToString() is { Length: > 0 } text ? $"{label}：{text}" : null;

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
