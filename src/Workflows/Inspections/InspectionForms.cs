using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Archives;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Inspections.Transfers;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Forms;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.Inspections;

/// <summary>Forms of one check, from its approval to its archive. The subject is the inspection.</summary>
internal static class InspectionForms
{
    private const string Approved = "批准";
    private const string NotApproved = "不予批准";
    private const int ReplyWorkingDays = 20;

    /// <summary>其他 in the table 后续处置: it wants a note.</summary>
    private const string OtherFollowUp = "9";

    public static IReadOnlyList<Form> All { get; } =
    [
        new("case.approve", "审批行政检查", PrepareApprovalAsync, ApplyApprovalAsync),
        new("case.site-plan", "制定现场检查方案", PrepareSitePlanAsync, ApplySitePlanAsync),
        new("result.enter", "录入检查结果", PrepareResultAsync, ApplyResultAsync),
        new("transfer.approve", "审批移送", PrepareTransferAsync, ApplyTransferAsync),
        new("transfer.receipt", "登记移送回执", PrepareReceiptAsync, ApplyReceiptAsync),
        new("case.archive", "归档", PrepareArchiveAsync, ApplyArchiveAsync),
        .. VisitForms.All,
        .. FindingForms.All,
    ];

    private static async Task<FormView> PrepareApprovalAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var inspection = await services.CaseOfAsync(item, cancellationToken);
        var frequency = await CheckFrequency.LoadAsync(services.Db(), inspection, cancellationToken);
        return new FormView(
        [
            CaseParts.Head(inspection),
            CaseParts.Note("frequency", "检查频次", string.Create(CultureInfo.InvariantCulture, $"{inspection.PlannedOn.Year}年度已批准检查{frequency.Approved}次，本次为第{frequency.Approved + 1}次。{frequency.Words}")),
            new("waiverReason", "超频次理由", FieldKind.Multiline, Required: frequency.IsOverCap, RequiredFor: [Approved], Help: "投诉举报、转办交办、上级部署等；不超频次时不填。"),
            new("reason", "不予批准的理由", FieldKind.Multiline, Required: true, RequiredFor: [NotApproved]),
        ]);
    }

    private static async Task<Result<JsonObject>> ApplyApprovalAsync(FormSubmission s, CancellationToken cancellationToken) => s.Outcome == NotApproved
        ? (await s.Get<RefuseInspectionHandler>().HandleAsync(new RefuseInspection(s.SubjectId, s.Text("reason")), s.Change, cancellationToken)).As(Status)
        : (await s.Get<ApproveInspectionHandler>().HandleAsync(new ApproveInspection(s.SubjectId, s.Optional("waiverReason")), s.Change, cancellationToken)).As(Status);

    private static async Task<FormView> PrepareSitePlanAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var inspection = await services.CaseOfAsync(item, cancellationToken);
        var today = services.Today();
        var first = inspection.Lead is null ? await services.GetRequiredService<PreNotice>().FirstDayAsync(inspection.CampaignNo, cancellationToken) : null;
        var entries = await EntriesAsync(services, inspection, cancellationToken);
        var contents = (await KeptItems.ItemsAsync(services.Db(), inspection.Items, inspection.ItemVersions, inspection.PlannedOn, cancellationToken)).Select(i => $"{i.Name}：{i.Content}");
        var focus = entries.Where(e => e.DefaultGrade == FindingWords.Grades[HazardGrade.Major]).Select(e => e.Content);
        return new FormView(
        [
            CaseParts.Head(inspection),
            new("visitOn", "检查日期", FieldKind.Date, Required: true, Default: ((DateOnly[])[inspection.PlannedOn, today, first ?? today]).Max().Iso(),
                Help: "任务期限内的工作日；改期时，当天不能参加的人员由抽取顺序中下一位递补。"),
            new("dateReason", "改期理由", FieldKind.Multiline, Help: "检查日期是休息日，或者在任务期限以后的，写明理由；其他情形不填。"),
            new("scope", "检查范围", FieldKind.Multiline, Required: true, Default: string.Join('\n', contents)),
            new("focus", "重点内容", FieldKind.Multiline, Required: true, Help: "默认列出不符合时构成重大事故隐患的检查项。", Default: string.Join('\n', focus)),
            new("division", "人员分工", FieldKind.Multiline, Required: true, Default: Division(inspection, entries)),
            new("checklist", "检查项", FieldKind.Choices, Help: "默认全部；必查项不能去掉。", Default: CaseParts.Array(entries.Select(e => e.EntryCode)),
                Options: [.. entries.Select(e => new FieldOption(e.EntryCode, $"{e.Content}{(e.IsMandatory ? "（必查）" : "")}"))]),
            new("extra", "补充检查项", FieldKind.Rows, Help: "根据该单位的特点另外要查的内容。",
                Columns: [new("content", "检查内容", Required: true), new("method", "检查方法"), new("basis", "依据条款", Required: true)]),
            new("fileRead", "已查阅该单位的企业档案（一企一册）", FieldKind.Flag, Required: true),
        ]);
    }

    private static async Task<Result<JsonObject>> ApplySitePlanAsync(FormSubmission s, CancellationToken cancellationToken)
    {
        var inspection = await s.Services.CaseOfAsync(s.Item, cancellationToken);
        var entries = await EntriesAsync(s.Services, inspection, cancellationToken);
        var chosen = s.Texts("checklist");
        var checks = entries.Where(e => chosen.Count == 0 || e.IsMandatory || chosen.Contains(e.EntryCode)).Select(e => new PlannedCheck(
            e.EntryCode, e.Content, e.Method, $"《{e.Basis.Trim('《', '》')}》{e.Clause}", e.IsMandatory, FindingWords.Grades.ValueOf(e.DefaultGrade) ?? HazardGrade.General, MajorCriterion: e.MajorCriterion, Advice: e.Advice))
            .Concat(s.Rows("extra").Select((r, i) => new PlannedCheck(string.Create(CultureInfo.InvariantCulture, $"补-{i + 1}"), Cell(r, "content"), Cell(r, "method"), Cell(r, "basis"))));
        var plan = new RecordSitePlan(s.SubjectId, s.Date("visitOn")!.Value, s.Text("scope"), s.Text("focus"), s.Text("division"), [.. checks], s.Flag("fileRead"), s.Optional("dateReason"));
        return (await s.Get<RecordSitePlanHandler>().HandleAsync(plan, s.Change, cancellationToken)).As(c => new JsonObject { ["visitOn"] = c.PlannedOn.Iso(), ["entries"] = plan.Checklist.Count });
    }

    /// <summary>The checklists of the items as they were drawn; of a special check those in force on the planned day.</summary>
    private static Task<IReadOnlyList<ChecklistEntry>> EntriesAsync(IServiceProvider services, InspectionCase inspection, CancellationToken cancellationToken)
        => MergedVisits.ChecklistAsync(services.Db(), inspection, cancellationToken);

    /// <summary>Who does what, by the checklist's own division among the experts (S000-23).</summary>
    private static string Division(InspectionCase inspection, IReadOnlyList<ChecklistEntry> entries)
    {
        var lines = new List<string>();
        lines.AddRange(inspection.Team.Where(m => m.Part is TeamPart.Leader).Select(m => $"{m.Name}：组长，负责现场组织、会商和检查质量"));
        lines.AddRange(inspection.Team.Where(m => m.Part is TeamPart.Officer).Select((m, i) => $"{m.Name}：执法人员，{(i == 0 ? "出示证件、告知权利义务，制作文书" : "陪同专家检查，取证、记录")}"));
        var parts = entries.Select(e => e.Expert).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList();
        lines.AddRange(inspection.Team.Where(m => m.Part is TeamPart.Expert).Select((m, i) =>
        {
            var groups = i < parts.Count ? entries.Where(e => e.Expert == parts[i]).Select(e => e.Group).OfType<string>().Distinct().ToList() : [];
            return $"{m.Name}：专家，{(groups.Count == 0 ? "核对问题和依据" : $"检查{string.Join('、', groups)}")}";
        }));
        return string.Join('\n', lines);
    }

    private static async Task<FormView> PrepareResultAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var inspection = await services.CaseOfAsync(item, cancellationToken);
        var findings = await services.FindingsAsync(inspection.Id, cancellationToken);
        var suggested = await ResultCodes.SuggestAsync(inspection, services.Db(), cancellationToken);
        var results = await CodeTables.InForceAsync(services.Db(), CodeTables.Results, services.Today(), cancellationToken);
        var followUps = await CodeTables.InForceAsync(services.Db(), CodeTables.FollowUps, services.Today(), cancellationToken);
        var followUp = suggested switch
        {
            ["1"] or ["7"] => "1",
            ["4"] or ["9"] => "2",
            _ when findings.Any(f => f.Has(Disposal.FileCase)) || suggested.Contains("6") => "4",
            _ when findings.Any(f => f.Has(Disposal.Transfer)) => "5",
            _ => "3",
        };
        return new FormView(
        [
            CaseParts.Head(inspection),
            CaseParts.Note("findings", "问题汇总", CaseParts.Lines(findings)),
            new("codes", "检查结果", FieldKind.Choices, Required: true, Options: [.. results.Select(r => new FieldOption(r.Code, $"{r.Code}.{r.Name}"))], Default: CaseParts.Array(suggested)),
            new("followUp", "后续处置", FieldKind.Choice, Required: true, Options: CaseParts.Options([.. followUps.Select(f => f.Name)]), Default: followUps.FirstOrDefault(f => f.Code == followUp)?.Name),
            new("followUpNote", "处置说明", FieldKind.Multiline, Help: "选“其他”时填写。"),
        ]);
    }

    private static async Task<Result<JsonObject>> ApplyResultAsync(FormSubmission s, CancellationToken cancellationToken)
    {
        var note = s.Optional("followUpNote");
        var other = (await CodeTables.AllAsync(s.Services.Db(), CodeTables.FollowUps, cancellationToken)).FirstOrDefault(f => f.Code == OtherFollowUp)?.Name;
        if (s.Text("followUp") == other && note is null) return Refusal.Invalid("forms.required", "followUpNote", "处置说明");
        var followUp = note is null ? s.Text("followUp") : $"{s.Text("followUp")}：{note}";
        return (await s.Get<EnterResultHandler>().HandleAsync(new EnterResult(s.SubjectId, s.Texts("codes"), followUp), s.Change, cancellationToken))
            .As(c => new JsonObject { ["codes"] = c.ResultCodes, ["followUp"] = c.FollowUp });
    }

    private static async Task<FormView> PrepareTransferAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var inspection = await services.CaseOfAsync(item, cancellationToken);
        var calendar = await services.GetRequiredService<CalendarSource>().CurrentAsync(cancellationToken);
        var replyOn = calendar.Add(services.Today(), ReplyWorkingDays).On;
        var findings = (await services.FindingsAsync(inspection.Id, cancellationToken)).Where(f => f.Has(Disposal.Transfer)).ToList();
        var leads = findings.GroupBy(f => f.TransferTo!).Select(g => Lead(g.Key, string.Join('\n', g.Select(CaseParts.Line)))).ToList();
        if (leads.Count == 0 && inspection.NoEntryTransferTo is { } body) leads.Add(Lead(body, $"对{inspection.InspecteeName}实施检查时，{EndingFact(inspection.Status)}"));
        return new FormView(
        [
            CaseParts.Head(inspection),
            new("leads", "移送", FieldKind.Rows, Required: true, FixedRows: true, Default: new JsonArray([.. leads]),
                Columns:
                [
                    new("targetBody", "接收单位", ReadOnly: true), new("facts", "线索（事实）", FieldKind.Multiline, Required: true), new("materials", "移送材料", FieldKind.Multiline, Required: true),
                    new("replyDueOn", "请于此日前函复", FieldKind.Date, Required: true),
                ]),
        ]);

        JsonNode Lead(string targetBody, string facts) => new JsonObject
        {
            ["targetBody"] = targetBody,
            ["facts"] = facts,
            ["materials"] = "现场检查记录、证据材料复印件",
            ["replyDueOn"] = replyOn.Iso(),
        };
    }

    private static string EndingFact(InspectionStatus status) => status switch
    {
        InspectionStatus.Unreachable => "两次通过登记的住所（经营场所）均无法联系",
        InspectionStatus.Closed => "该单位已关闭停业或者已不在登记地址经营",
        _ => "该单位拒绝检查",
    };

    private static async Task<Result<JsonObject>> ApplyTransferAsync(FormSubmission s, CancellationToken cancellationToken)
    {
        var sent = new JsonArray();
        foreach (var row in s.Rows("leads"))
        {
            var made = await s.Get<TransferLeadHandler>().HandleAsync(new TransferLead(s.SubjectId, Cell(row, "targetBody"), Cell(row, "facts"), Cell(row, "materials"),
                DateOnly.ParseExact(Cell(row, "replyDueOn"), "yyyy-MM-dd", CultureInfo.InvariantCulture)), s.Change, cancellationToken);
            if (made.Refusal is { } refusal) return refusal;
            sent.Add((JsonNode)made.Value.Id.ToString());
        }
        return new JsonObject { ["transfers"] = sent };
    }

    private static async Task<FormView> PrepareReceiptAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var inspection = await services.CaseOfAsync(item, cancellationToken);
        var open = await OpenTransfersAsync(services, inspection.Id, cancellationToken);
        return new FormView(
        [
            CaseParts.Head(inspection),
            new("receipts", "回执", FieldKind.Rows, Required: true, FixedRows: true,
                Default: new JsonArray([.. open.Select(t => (JsonNode)new JsonObject { ["targetBody"] = t.TargetBody, ["sentOn"] = t.SentOn.Iso(), ["receivedOn"] = services.Today().Iso() })]),
                Columns:
                [
                    new("targetBody", "接收单位", ReadOnly: true), new("sentOn", "移送日期", ReadOnly: true), new("receivedOn", "接收日期", FieldKind.Date, Required: true),
                    new("receiver", "接收人", Required: true), new("reply", "处理情况", FieldKind.Multiline),
                ]),
        ]);
    }

    private static async Task<Result<JsonObject>> ApplyReceiptAsync(FormSubmission s, CancellationToken cancellationToken)
    {
        var open = await OpenTransfersAsync(s.Services, s.SubjectId, cancellationToken);
        var rows = s.Rows("receipts");
        for (var i = 0; i < open.Count; i++)
        {
            var row = rows[i];
            var kept = await s.Get<RecordTransferReceiptHandler>().HandleAsync(new RecordTransferReceipt(open[i].Id,
                DateOnly.ParseExact(Cell(row, "receivedOn"), "yyyy-MM-dd", CultureInfo.InvariantCulture), Cell(row, "receiver"), row["reply"]?.GetValue<string>()), s.Change, cancellationToken);
            if (kept.Refusal is { } refusal) return refusal;
        }
        return new JsonObject { ["receipts"] = open.Count };
    }

    private static async Task<IReadOnlyList<LeadTransfer>> OpenTransfersAsync(IServiceProvider services, Guid caseId, CancellationToken cancellationToken)
        => await services.Db().Set<LeadTransfer>().Where(t => t.CaseId == caseId && t.ReceivedOn == null).OrderBy(t => t.Id).ToListAsync(cancellationToken);

    private static async Task<FormView> PrepareArchiveAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var inspection = await services.CaseOfAsync(item, cancellationToken);
        var file = (await services.GetRequiredService<CaseFileReader>().ReadAsync(inspection.Id, cancellationToken)).Value;
        return new FormView(
        [
            CaseParts.Head(inspection),
            CaseParts.Note("archiveNo", "档案号", $"{file.ArchiveNo}（保管期限：{file.KeepingPeriod}）"),
            CaseParts.Note("index", "卷内材料", string.Join('\n', file.Entries.Select(e => $"{e.Position}.{e.Part}：{e.Title} {e.Number}".TrimEnd()))),
            new("complete", "已核对，材料齐全", FieldKind.Flag, Required: true),
            new("note", "备考说明", FieldKind.Multiline),
        ]);
    }

    private static async Task<Result<JsonObject>> ApplyArchiveAsync(FormSubmission s, CancellationToken cancellationToken)
    {
        if (!s.Flag("complete")) return Refusal.Invalid("forms.required", "complete", "已核对，材料齐全");
        var file = await s.Get<CaseFileReader>().ReadAsync(s.SubjectId, cancellationToken);
        return file.As(f => new JsonObject { ["archiveNo"] = f.ArchiveNo, ["papers"] = f.Entries.Count });
    }

    internal static string Cell(JsonObject row, string name) => row[name]?.GetValue<string>() ?? "";

    private static JsonObject Status(InspectionCase inspection) => new() { ["status"] = inspection.Status.ToString(), ["inspectionNo"] = inspection.InspectionNo };
}
