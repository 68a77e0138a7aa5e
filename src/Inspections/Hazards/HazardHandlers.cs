using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Credit;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Inspections.Hazards;

/// <summary>提请挂牌督办 (S000-19): major findings of one locked check, by the section's head.</summary>
/// <param name="FindingIds">Findings graded major; each is listed once.</param>
public sealed record ProposeListing(Guid CaseId, IReadOnlyList<Guid> FindingIds, string Description, string Criterion, string ResponsibleUnit);

/// <summary>决定挂牌: by the government, with a term of a year at most.</summary>
/// <param name="ListNo">Number of the notice, 县安委〔2026〕3号.</param>
/// <param name="DueOn">Last day of the treatment; inclusive.</param>
public sealed record ListHazard(Guid HazardId, string ListNo, DateOnly DueOn, string SupervisingUnit, string Stoppage, DateOnly PlanDueOn);

public sealed record RefuseListing(Guid HazardId, string Reason);

/// <summary>治理方案: 五落实, every one of them.</summary>
public sealed record RecordTreatmentPlan(Guid HazardId, string Responsibility, string Measures, string Funds, string Schedule, string Contingency);

/// <summary>进展报告 (monthly).</summary>
public sealed record ReportProgress(Guid HazardId, DateOnly On, string Text, int Percent);

/// <summary>申请验收: the treatment is reported done.</summary>
public sealed record ReportCompletion(Guid HazardId, string Report);

/// <summary>申请延期: twenty working days before the term ends at the latest; once, and within a year of the listing.</summary>
public sealed record RequestHazardExtension(Guid HazardId, DateOnly NewDueOn, string Reason);

public sealed record DecideHazardExtension(Guid HazardId, bool Granted, string Opinion);

/// <summary>验收: by the deputy director with the experts named. Failed, it goes back to treatment under the same term.</summary>
public sealed record AcceptTreatment(Guid HazardId, bool Passed, IReadOnlyList<string> Members, string Opinion);

/// <summary>公开曝光 (S000-20): concealed, overdue or insufficiently fixed; confirmed by a person.</summary>
public sealed record ExposeHazard(Guid HazardId, ExposureReason Reason, string Facts);

/// <summary>摘牌: by the government, only after it was accepted.</summary>
public sealed record DelistHazard(Guid HazardId, string DelistNo, string ResumeConditions);

public sealed class ProposeListingHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<MajorHazard>> HandleAsync(ProposeListing command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (change.RequireAny(Roles.SectionHead) is { } forbidden) return forbidden;
        var found = await db.FindCaseAsync(command.CaseId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (inspection.RequireStatus(InspectionStatus.FindingsLocked) is { } wrong) return wrong;
        if (CaseRows.IsBlank(command.Description)) return Refusal.Invalid("hazards.incomplete", "description", "隐患情况");
        if (CaseRows.IsBlank(command.Criterion)) return Refusal.Invalid("hazards.incomplete", "criterion", "判定标准条款");
        if (CaseRows.IsBlank(command.ResponsibleUnit)) return Refusal.Invalid("hazards.incomplete", "responsibleUnit", "治理责任单位");
        var ids = command.FindingIds.Distinct().ToList();
        if (ids.Count == 0) return Refusal.Invalid("hazards.no-finding", "findings");
        var findings = (await db.WithStagedAsync<Finding>(f => f.CaseId == inspection.Id && f.Status != FindingStatus.Withdrawn, cancellationToken)).ToDictionary(f => f.Id);
        if (ids.Any(i => !findings.TryGetValue(i, out var f) || f.Grade is not HazardGrade.Major)) return Refusal.Invalid("hazards.not-major", "findings");
        var listed = await db.WithStagedAsync<MajorHazard>(h => h.CaseId == inspection.Id && h.Status != HazardStatus.ListingRefused, cancellationToken);
        if (listed.FirstOrDefault(h => h.Findings.Intersect(ids).Any()) is { } already) return Refusal.Conflict("hazards.already", already.InspecteeName);

        var hazard = new MajorHazard
        {
            Id = Ids.New(change),
            FindingId = ids[0],
            FindingIds = string.Join(';', ids),
            CaseId = inspection.Id,
            InspectionNo = inspection.InspectionNo,
            InspecteeNumber = inspection.InspecteeNumber,
            InspecteeName = inspection.InspecteeName,
            Status = HazardStatus.Proposed,
            Description = command.Description,
            Criterion = command.Criterion,
            ResponsibleUnit = command.ResponsibleUnit,
            ProposedOn = change.On,
            ProposedByName = change.By.Name,
        };
        db.Add(hazard);
        audit.Record(change, hazard.Chain, "提请挂牌督办", inspection.InspectionNo, new JsonObject { ["criterion"] = command.Criterion, ["findings"] = ids.Count });
        return hazard;
    }
}

public sealed class DecideListingHandler(DbContext db, IAuditTrail audit, Periods periods, RecordCreditEntryHandler credit, ClockActs clocks)
{
    public async Task<Result<MajorHazard>> HandleAsync(ListHazard command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindHazardAsync(command.HazardId, change, [Roles.Government], [HazardStatus.Proposed], cancellationToken);
        if (found.Refusal is { } no) return no;
        var hazard = found.Value;
        if (CaseRows.IsBlank(command.ListNo)) return Refusal.Invalid("hazards.incomplete", "listNo", "挂牌文号");
        if (CaseRows.IsBlank(command.SupervisingUnit)) return Refusal.Invalid("hazards.incomplete", "supervisingUnit", "督办单位");
        if (CaseRows.IsBlank(command.Stoppage)) return Refusal.Invalid("hazards.incomplete", "stoppage", "停产停业范围");
        var latest = await periods.LastDayAsync("major.term", change.On, hazard.CaseId, cancellationToken);
        if (command.DueOn <= change.On || command.DueOn > latest) return Refusal.Invalid("hazards.bad-term", "dueOn", latest);
        if (command.PlanDueOn <= change.On || command.PlanDueOn > command.DueOn) return Refusal.Invalid("hazards.bad-plan-due", "planDueOn", command.DueOn);
        if ((await db.WithStagedAsync<MajorHazard>(h => h.ListNo == command.ListNo, cancellationToken)).Count > 0) return Refusal.Conflict("hazards.number-taken", command.ListNo);
        hazard.Status = HazardStatus.Listed;
        hazard.ListNo = command.ListNo;
        hazard.ListedOn = change.On;
        hazard.ListedByName = change.By.Name;
        hazard.SupervisingUnit = command.SupervisingUnit;
        hazard.Stoppage = command.Stoppage;
        hazard.DueOn = command.DueOn;
        hazard.PlanDueOn = command.PlanDueOn;
        hazard.Revision++;
        audit.Record(change, hazard.Chain, "决定挂牌督办", command.ListNo, new JsonObject { ["dueOn"] = command.DueOn.Iso(), ["supervisingUnit"] = command.SupervisingUnit });
        var entered = await credit.HandleAsync(new RecordCreditEntry(CreditKind.HazardListing, hazard.Id), change, cancellationToken);
        if (entered.Refusal is { } refused) return refused;
        var subject = await clocks.OfAsync(hazard, cancellationToken);
        if (await clocks.HappenedAsync("hazard.listed", subject, change.On, change, cancellationToken) is { } stuck) return stuck;
        return await clocks.HappenedAsync("hazard.due", subject, command.DueOn, change, cancellationToken) is { } late ? late : hazard;
    }

    public async Task<Result<MajorHazard>> HandleAsync(RefuseListing command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindHazardAsync(command.HazardId, change, [Roles.Government], [HazardStatus.Proposed], cancellationToken);
        if (found.Refusal is { } no) return no;
        var hazard = found.Value;
        if (CaseRows.IsBlank(command.Reason)) return Refusal.Invalid("hazards.incomplete", "reason", "不予挂牌理由");
        hazard.Status = HazardStatus.ListingRefused;
        hazard.RefusalReason = command.Reason;
        hazard.Revision++;
        audit.Record(change, hazard.Chain, "不予挂牌督办", hazard.InspectionNo, new JsonObject { ["reason"] = command.Reason });
        return hazard;
    }
}

public sealed class TreatHazardHandler(DbContext db, IAuditTrail audit, Periods periods, ClockActs clocks)
{
    public async Task<Result<MajorHazard>> HandleAsync(RecordTreatmentPlan command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await FindForGroupAsync(command.HazardId, change, [HazardStatus.Listed], cancellationToken);
        if (found.Refusal is { } no) return no;
        var hazard = found.Value;
        if (CaseRows.IsBlank(command.Responsibility)) return Refusal.Invalid("hazards.incomplete", "responsibility", "责任落实");
        if (CaseRows.IsBlank(command.Measures)) return Refusal.Invalid("hazards.incomplete", "measures", "措施落实");
        if (CaseRows.IsBlank(command.Funds)) return Refusal.Invalid("hazards.incomplete", "funds", "资金落实");
        if (CaseRows.IsBlank(command.Schedule)) return Refusal.Invalid("hazards.incomplete", "schedule", "时限落实");
        if (CaseRows.IsBlank(command.Contingency)) return Refusal.Invalid("hazards.incomplete", "contingency", "预案落实");
        hazard.Status = HazardStatus.Treating;
        hazard.PlanOn = change.On;
        hazard.PlanResponsibility = command.Responsibility;
        hazard.PlanMeasures = command.Measures;
        hazard.PlanFunds = command.Funds;
        hazard.PlanSchedule = command.Schedule;
        hazard.PlanContingency = command.Contingency;
        hazard.Revision++;
        // The ledger of progress begins with the plan.
        db.Add(new HazardProgress { Id = Ids.New(change), HazardId = hazard.Id, On = change.On, Text = "报送治理方案", Percent = 0, RecordedByName = change.By.Name, RecordedAt = change.At });
        audit.Record(change, hazard.Chain, "报送治理方案", hazard.ListNo!, new JsonObject { ["late"] = change.On > hazard.PlanDueOn });
        return hazard;
    }

    public async Task<Result<MajorHazard>> HandleAsync(ReportProgress command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await FindForGroupAsync(command.HazardId, change, [HazardStatus.Treating], cancellationToken);
        if (found.Refusal is { } no) return no;
        var hazard = found.Value;
        if (CaseRows.IsBlank(command.Text)) return Refusal.Invalid("hazards.incomplete", "progress", "治理进展");
        if (command.Percent is < 0 or > 100) return Refusal.Invalid("hazards.bad-percent", "progress", command.Percent);
        if (command.On < hazard.ListedOn || command.On > change.On) return Refusal.Invalid("hazards.bad-date", "progress", hazard.ListedOn!.Value, change.On);
        db.Add(new HazardProgress { Id = Ids.New(change), HazardId = hazard.Id, On = command.On, Text = command.Text, Percent = command.Percent, RecordedByName = change.By.Name, RecordedAt = change.At });
        hazard.Revision++;
        audit.Record(change, hazard.Chain, "报告治理进展", hazard.ListNo!, new JsonObject { ["percent"] = command.Percent.ToString(CultureInfo.InvariantCulture) });
        return await clocks.HappenedAsync("hazard.reported", await clocks.OfAsync(hazard, cancellationToken), command.On, change, cancellationToken) is { } stuck ? stuck : hazard;
    }

    public async Task<Result<MajorHazard>> HandleAsync(ReportCompletion command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await FindForGroupAsync(command.HazardId, change, [HazardStatus.Treating], cancellationToken);
        if (found.Refusal is { } no) return no;
        var hazard = found.Value;
        if (CaseRows.IsBlank(command.Report)) return Refusal.Invalid("hazards.incomplete", "report", "治理完成报告");
        hazard.CompletedOn = change.On;
        hazard.CompletionReport = command.Report;
        hazard.Revision++;
        audit.Record(change, hazard.Chain, "申请验收", hazard.ListNo!, new JsonObject { ["overdue"] = change.On > hazard.DueOn });
        return hazard;
    }

    public async Task<Result<MajorHazard>> HandleAsync(RequestHazardExtension command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await FindForGroupAsync(command.HazardId, change, [HazardStatus.Treating], cancellationToken);
        if (found.Refusal is { } no) return no;
        var hazard = found.Value;
        if (hazard.Extensions > 0) return Refusal.Conflict("hazards.extended", hazard.ListNo!);
        if (CaseRows.IsBlank(command.Reason)) return Refusal.Invalid("hazards.incomplete", "reason", "延期理由");
        var due = hazard.DueOn!.Value;
        var latest = await periods.LastDayAsync("major.extend", due, hazard.CaseId, cancellationToken);
        if (change.On > latest) return Refusal.Conflict("hazards.extension-late", due, latest);
        var limit = await periods.LastDayAsync("major.term", hazard.ListedOn!.Value, hazard.CaseId, cancellationToken);
        if (command.NewDueOn <= due || command.NewDueOn > limit) return Refusal.Invalid("hazards.bad-extension", "newDueOn", due, limit);
        hazard.ExtensionAskedFor = command.NewDueOn;
        hazard.ExtensionAskedOn = change.On;
        hazard.ExtensionReason = command.Reason;
        hazard.Revision++;
        audit.Record(change, hazard.Chain, "申请延长治理期限", hazard.ListNo!, new JsonObject { ["newDueOn"] = command.NewDueOn.Iso(), ["reason"] = command.Reason });
        return hazard;
    }

    private async Task<Result<MajorHazard>> FindForGroupAsync(Guid id, ChangeContext change, HazardStatus[] allowed, CancellationToken cancellationToken)
    {
        var found = await db.FindHazardAsync(id, change, [Roles.Officer], allowed, cancellationToken);
        if (found.Refusal is not null) return found;
        var inspection = (await db.FindCaseAsync(found.Value.CaseId, cancellationToken)).Value;
        return inspection.RequireGroup(change) is { } stranger ? stranger : found;
    }
}

public sealed class DecideHazardExtensionHandler(DbContext db, IAuditTrail audit, CancelDeadlineHandler cancel, OpenDeadlineHandler open, ClockActs clocks)
{
    public async Task<Result<MajorHazard>> HandleAsync(DecideHazardExtension command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindHazardAsync(command.HazardId, change, [Roles.Government], [HazardStatus.Treating], cancellationToken);
        if (found.Refusal is { } no) return no;
        var hazard = found.Value;
        if (hazard.ExtensionAskedFor is not { } asked) return Refusal.Conflict("hazards.no-extension", hazard.ListNo!);
        if (CaseRows.IsBlank(command.Opinion)) return Refusal.Invalid("hazards.incomplete", "opinion", "审批意见");
        if (command.Granted) (hazard.DueOn, hazard.Extensions) = (asked, hazard.Extensions + 1);
        hazard.ExtensionAskedFor = null;
        (hazard.ExtensionGranted, hazard.ExtensionDecidedOn, hazard.ExtensionDecidedByName, hazard.ExtensionOpinion) = (command.Granted, change.On, change.By.Name, command.Opinion);
        hazard.Revision++;
        audit.Record(change, hazard.Chain, command.Granted ? "批准延长治理期限" : "不予延长治理期限", hazard.ListNo!, new JsonObject { ["dueOn"] = hazard.DueOn!.Value.Iso(), ["opinion"] = command.Opinion });
        if (!command.Granted) return hazard;
        if (await MoveClocksAsync(hazard, change, cancellationToken) is { } stuck) return stuck;
        return await clocks.HappenedAsync("hazard.due", await clocks.OfAsync(hazard, cancellationToken), hazard.DueOn!.Value, change, cancellationToken) is { } late ? late : hazard;
    }

    /// <summary>The clocks of the term end and run anew to the later day: it is the government that granted it, not a leader of the bureau.</summary>
    private async Task<Refusal?> MoveClocksAsync(MajorHazard hazard, ChangeContext change, CancellationToken cancellationToken)
    {
        var running = (await db.WithStagedAsync<Deadline>(d => d.RuleKey == "major.term" && d.SubjectId == hazard.Id, cancellationToken)).Where(d => d.IsRunning).ToList();
        foreach (var clock in running)
        {
            if ((await cancel.HandleAsync(new CancelDeadline(clock.Id, "批准延长治理期限"), change, cancellationToken)).Refusal is { } no) return no;
            var opened = await open.HandleAsync(new OpenDeadline("major.term", clock.CaseNo, clock.SubjectKind, hazard.Id, clock.AnchorOn, clock.OwnerRole, clock.OwnerId, clock.OwnerName, clock.Section,
                hazard.DueOn, hazard.InspecteeName, clock.InstanceId, Chain: clock.Chain), change, cancellationToken);
            if (opened.Refusal is { } refused) return refused;
        }
        return null;
    }
}

public sealed class AcceptTreatmentHandler(DbContext db, IAuditTrail audit, ClockActs clocks)
{
    public const int MinMembers = 2;

    public async Task<Result<MajorHazard>> HandleAsync(AcceptTreatment command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindHazardAsync(command.HazardId, change, [Roles.DeputyDirector], [HazardStatus.Treating], cancellationToken);
        if (found.Refusal is { } no) return no;
        var hazard = found.Value;
        if (hazard.CompletedOn is null) return Refusal.Conflict("hazards.not-completed", hazard.ListNo!);
        var members = command.Members.Select(m => m.Trim()).Where(m => m.Length > 0).Distinct().ToList();
        if (members.Count < MinMembers) return Refusal.Invalid("hazards.members", "members", MinMembers);
        if (CaseRows.IsBlank(command.Opinion)) return Refusal.Invalid("hazards.incomplete", "opinion", "验收意见");
        hazard.AcceptanceOpinion = command.Opinion;
        hazard.AcceptanceMembers = string.Join('、', members);
        if (command.Passed)
        {
            hazard.Status = HazardStatus.Accepted;
            hazard.AcceptedOn = change.On;
            var ids = hazard.Findings;
            foreach (var finding in await db.WithStagedAsync<Finding>(f => f.CaseId == hazard.CaseId && (f.Status == FindingStatus.Open || f.Status == FindingStatus.Failed), cancellationToken))
            {
                if (!ids.Contains(finding.Id)) continue;
                (finding.Status, finding.ClosedOn) = (FindingStatus.Closed, change.On);
                finding.Revision++;
            }
        }
        else
        {
            hazard.FailedAcceptances++;
            hazard.CompletedOn = null;
        }
        hazard.Revision++;
        audit.Record(change, hazard.Chain, command.Passed ? "验收合格" : "验收不合格", hazard.ListNo!, new JsonObject { ["members"] = hazard.AcceptanceMembers, ["opinion"] = command.Opinion });
        return command.Passed && await clocks.HappenedAsync("hazard.accepted", await clocks.OfAsync(hazard, cancellationToken), change.On, change, cancellationToken) is { } stuck ? stuck : hazard;
    }
}

public sealed class ExposeHazardHandler(DbContext db, IAuditTrail audit, RecordCreditEntryHandler credit)
{
    public async Task<Result<MajorHazard>> HandleAsync(ExposeHazard command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindHazardAsync(command.HazardId, change, [Roles.DeputyDirector, Roles.Director], [HazardStatus.Listed, HazardStatus.Treating], cancellationToken);
        if (found.Refusal is { } no) return no;
        var hazard = found.Value;
        if (CaseRows.IsBlank(command.Facts)) return Refusal.Invalid("hazards.incomplete", "facts", "曝光事由");
        var holds = command.Reason switch
        {
            ExposureReason.Overdue => change.On > hazard.DueOn,
            ExposureReason.Insufficient => hazard.FailedAcceptances > 0,
            _ => true,
        };
        if (!holds) return Refusal.Conflict("hazards.no-exposure", hazard.ListNo!);
        hazard.ExposedOn = change.On;
        hazard.Exposure = command.Reason;
        hazard.Revision++;
        audit.Record(change, hazard.Chain, "决定公开曝光", hazard.ListNo!, new JsonObject { ["reason"] = command.Reason.ToString(), ["facts"] = command.Facts });
        var entered = await credit.HandleAsync(new RecordCreditEntry(CreditKind.Exposure, hazard.Id), change, cancellationToken);
        return entered.Refusal is { } refused ? refused : hazard;
    }
}

public sealed class DelistHazardHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<MajorHazard>> HandleAsync(DelistHazard command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindHazardAsync(command.HazardId, change, [Roles.Government], [HazardStatus.Accepted], cancellationToken);
        if (found.Refusal is { } no) return no;
        var hazard = found.Value;
        if (CaseRows.IsBlank(command.DelistNo)) return Refusal.Invalid("hazards.incomplete", "delistNo", "摘牌文号");
        if (CaseRows.IsBlank(command.ResumeConditions)) return Refusal.Invalid("hazards.incomplete", "resumeConditions", "恢复生产条件");
        hazard.Status = HazardStatus.Delisted;
        hazard.DelistNo = command.DelistNo;
        hazard.ResumeConditions = command.ResumeConditions;
        hazard.DelistedOn = change.On;
        hazard.DelistedByName = change.By.Name;
        hazard.Revision++;
        audit.Record(change, hazard.Chain, "决定摘牌", command.DelistNo);
        return hazard;
    }
}

internal static class HazardRows
{
    /// <summary>The row, when the person holds one of the roles and the row stands where the step begins.</summary>
    public static async Task<Result<MajorHazard>> FindHazardAsync(this DbContext db, Guid id, ChangeContext change, string[] roles, HazardStatus[] allowed, CancellationToken cancellationToken)
    {
        if (change.RequireAny(roles) is { } forbidden) return forbidden;
        if (await db.Set<MajorHazard>().FindAsync([id], cancellationToken) is not { } hazard) return Refusal.NotFound("hazards.not-found");
        return allowed.Contains(hazard.Status) ? hazard : Refusal.Conflict("hazards.wrong-state", hazard.InspecteeName, Of(hazard.Status));
    }

    public static string Of(HazardStatus status) => status switch
    {
        HazardStatus.Proposed => "待挂牌",
        HazardStatus.ListingRefused => "不予挂牌",
        HazardStatus.Listed => "已挂牌",
        HazardStatus.Treating => "治理中",
        HazardStatus.Accepted => "验收合格",
        _ => "已摘牌",
    };

    public static IServiceCollection AddHazards(this IServiceCollection services) => services
        .AddScoped<ProposeListingHandler>().AddScoped<DecideListingHandler>().AddScoped<TreatHazardHandler>().AddScoped<DecideHazardExtensionHandler>()
        .AddScoped<AcceptTreatmentHandler>().AddScoped<ExposeHazardHandler>().AddScoped<DelistHazardHandler>().AddScoped<ExposureProposer>().AddScoped<DecideExposureHandler>();
}
