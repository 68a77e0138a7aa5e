using System.Globalization;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Planning;

/// <summary>编制计划行: the planner decides, the register counts. Base, day of the base, pool and sample size follow from item, ratio and period and cannot be typed.</summary>
/// <param name="LineNo">Null: a new line.</param>
/// <param name="RatioBase"><see cref="PlanLine.OfMarket"/> or <see cref="PlanLine.OfRegister"/>.</param>
/// <param name="Ratio">0 to 1; of a full check always 1.</param>
/// <param name="FullCheckCode">One of <see cref="FullCheck.Codes"/>, of a full check.</param>
/// <param name="Budget">经费预算 in whole yuan; null: not estimated.</param>
/// <param name="Seen">The change that had made the line the person saw; another one since then is a conflict.</param>
public sealed record SavePlanLine(
    string PlanNo, int? LineNo, string ItemCode, string LeadUnit, string? Participants, string? Section, string Sampling, string RatioBase, decimal Ratio, string? RatioReason, string? FullCheckReason,
    DateOnly PeriodFrom, DateOnly PeriodTo, int OfficersPerGroup, int ExpertsPerGroup, int? YearlyCap = null, string? MergedItems = null, string? Strata = null, string? StrataWeights = null,
    string? Speciality = null, string? Note = null, Guid? Seen = null, string? FullCheckCode = null, int? Budget = null);

/// <summary>A new line as the item list has it, with what a demand asks for.</summary>
/// <param name="Note">备注 of the line; null: it names the demand.</param>
public sealed record MakeLineOfDemand(string PlanNo, Demand Demand, string? Note = null);

/// <summary>删除计划行: of a plan that is not being reviewed. A version that was approved keeps it.</summary>
public sealed record RemovePlanLine(string PlanNo, int LineNo);

/// <summary>Where a line was saved.</summary>
public sealed record SavedLine(string PlanNo, int LineNo);

public sealed class SavePlanLineHandler(DbContext db, EditEntryHandler edit, IAuditTrail audit)
{
    public async Task<Result<SavedLine>> HandleAsync(SavePlanLine command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.Is(Roles.Planner)) return Refusal.Forbidden("plans.not-planner");
        var planNo = command.PlanNo.Trim();
        if (planNo.Length == 0) return Refusal.Invalid("plans.no-number", "plan");
        if (await LockedAsync(planNo, cancellationToken) is { } locked) return locked;
        if (command.LineNo is { } known && await db.Set<PlanLine>().FindAsync([planNo, known], cancellationToken) is null) return Refusal.NotFound("campaigns.no-line", planNo, known);
        var no = command.LineNo ?? await NextAsync(planNo, cancellationToken);
        if (command.PeriodTo < command.PeriodFrom || command.PeriodFrom.Year != command.PeriodTo.Year) return Refusal.Invalid("plans.period", "from", no, command.PeriodFrom, command.PeriodTo);
        if (await ObjectPool.ItemAsync(db, command.ItemCode, command.PeriodFrom, cancellationToken) is not { } item) return Refusal.Invalid("plans.no-item", "item", no, command.ItemCode);
        var filter = ObjectFilter.Parse(item.ObjectFilter, no.ToString(CultureInfo.InvariantCulture));
        if (filter.Refusal is { } badFilter) return badFilter;
        if (command.RatioBase is not (PlanLine.OfMarket or PlanLine.OfRegister)) return Refusal.Invalid("plans.ratio-base", "ratioBase", no);
        var full = command.Sampling == "全面";
        if (command.Ratio is <= 0 or > 1 && !full) return Refusal.Invalid("plans.bad-ratio", "ratio", no);
        if (command.Budget is < 0 or > PlanLine.BudgetMax) return Refusal.Invalid("plans.budget", "budget", no, PlanLine.BudgetMax);
        if (StrataRule.Parse((StratifyBy)Math.Max(0, PlanLine.StrataNames.ToList().IndexOf(command.Strata ?? "")), command.StrataWeights).Refusal is { } badStrata) return badStrata with { Field = "weights" };

        var counted = await CountAsync(FullCheck.Narrow(filter.Value, command.Sampling, command.FullCheckCode), full ? PlanLine.OfRegister : command.RatioBase, command.PeriodTo, change.On, cancellationToken);
        if (counted.Base == 0) return Refusal.Invalid("plans.no-base", "item", no, item.Code);
        var ratio = full ? 1m : command.Ratio;
        Dictionary<string, string> cells = new(StringComparer.Ordinal)
        {
            ["计划年度"] = Text(command.PeriodFrom.Year),
            ["计划编号"] = planNo,
            ["行号"] = Text(no),
            ["事项编号"] = item.Code,
            ["事项名称"] = item.Name,
            ["实施依据"] = item.Clauses,
            ["类型"] = item.IsJoint || !string.IsNullOrWhiteSpace(command.Participants) ? "跨部门" : "本部门",
            ["牵头单位"] = command.LeadUnit.Trim(),
            ["参与单位"] = command.Participants?.Trim() ?? "",
            ["承办机构"] = command.Section?.Trim() ?? "",
            ["抽查方式"] = command.Sampling,
            ["检查方式"] = item.Methods,
            ["基数"] = Text(counted.Base),
            ["基数日期"] = counted.On.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["名录库可抽数"] = Text(counted.Pool),
            ["抽查比例"] = ratio.ToString(CultureInfo.InvariantCulture),
            ["比例口径"] = full ? PlanLine.OfRegister : command.RatioBase,
            ["抽查户数"] = Text((int)decimal.Ceiling(counted.Base * ratio)),
            ["全面检查理由"] = full ? command.FullCheckReason?.Trim() ?? "" : "",
            [FullCheck.Header] = full ? command.FullCheckCode ?? "" : "",
            ["检查内容"] = item.Content,
            ["检查频次"] = item.Frequency,
            ["频次上限"] = command.YearlyCap is { } cap ? Text(cap) : "",
            ["时间安排起"] = command.PeriodFrom.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["时间安排止"] = command.PeriodTo.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["每组执法人员数"] = Text(command.OfficersPerGroup),
            ["每组专家数"] = Text(command.ExpertsPerGroup),
            ["是否跨部门联合"] = string.IsNullOrWhiteSpace(command.Participants) ? "否" : "是",
            ["人员专业要求"] = command.Speciality?.Trim() ?? "",
            ["备注"] = command.Note?.Trim() ?? "",
            ["比例理由"] = command.RatioReason?.Trim() ?? "",
            ["合并事项"] = command.MergedItems?.Trim() ?? "",
            ["对象分层"] = command.Strata ?? "",
            ["分层权重"] = command.StrataWeights?.Trim() ?? "",
            ["经费预算"] = command.Budget is { } budget ? Text(budget) : "",
        };
        var saved = await edit.HandleAsync(new EditEntry(RegisterForms.Plan.Kind, command.LineNo is null ? null : $"{planNo}/{Text(no)}", cells, command.Seen), change, cancellationToken);
        return saved.Refusal is { } refusal ? refusal : new SavedLine(planNo, no);
    }

    public async Task<Result<SavedLine>> HandleAsync(MakeLineOfDemand command, ChangeContext change, CancellationToken cancellationToken)
    {
        var demand = command.Demand;
        var (from, to) = (demand.PeriodFrom ?? new DateOnly(demand.RaisedOn.Year, 1, 1), demand.PeriodTo ?? new DateOnly(demand.RaisedOn.Year, 12, 31));
        if (await ObjectPool.ItemAsync(db, demand.ItemCode, from, cancellationToken) is not { } item) return Refusal.Invalid("demands.no-item", "item", demand.ItemCode);
        var filter = ObjectFilter.Parse(item.ObjectFilter, item.Code);
        if (filter.Refusal is { } badFilter) return badFilter;
        var like = await db.Set<PlanLine>().AsNoTracking().Where(l => l.PlanNo == command.PlanNo).OrderByDescending(l => l.ItemCode == item.Code).ThenBy(l => l.LineNo).FirstOrDefaultAsync(cancellationToken);
        var full = item.Sampling == "全面";
        var kind = full ? PlanLine.OfRegister : PlanLine.OfMarket;
        var counted = await CountAsync(filter.Value, kind, to, change.On, cancellationToken);
        // A department that wants more than the list asks for gets it, with its own reason; less than the list it cannot have.
        var wanted = counted.Base == 0 ? item.Ratio : decimal.Ceiling((decimal)(demand.WantedCount ?? 0) / counted.Base * 10_000) / 10_000;
        var ratio = full ? 1m : Math.Clamp(wanted, item.Ratio, 1m);
        var more = ratio != item.Ratio;
        var office = (await OfficeProfile.CurrentAsync(db, cancellationToken))?.Data.Bureau;
        return await HandleAsync(
            new SavePlanLine(command.PlanNo, null, item.Code, like?.LeadUnit ?? office?.ShortName ?? office?.Name ?? item.Department, null, demand.Unit, item.Sampling, kind, ratio, more ? Cut(demand.Reason) : null,
                full ? Cut(demand.Reason, 200) : null, from, to, 2, like?.ItemCode == item.Code ? like.ExpertsPerGroup : 2, item.YearlyCap, Speciality: item.Speciality, Note: command.Note ?? $"需求 {demand.Number}", FullCheckCode: full ? FullCheck.CodeOf(demand.Reason) : null),
            change, cancellationToken);

        static string Cut(string text, int max = PlanLine.ReasonMaxLength) => text.Length <= max ? text : text[..max];
    }

    public async Task<Result<SavedLine>> HandleAsync(RemovePlanLine command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.Is(Roles.Planner)) return Refusal.Forbidden("plans.not-planner");
        if (string.IsNullOrWhiteSpace(change.Reason)) return Refusal.Invalid("registers.say-why", "reason");
        if (await LockedAsync(command.PlanNo, cancellationToken) is { } locked) return locked;
        if (await db.Set<PlanLine>().FindAsync([command.PlanNo, command.LineNo], cancellationToken) is not { } line) return Refusal.NotFound("campaigns.no-line", command.PlanNo, command.LineNo);
        if (await db.Set<Campaign>().AsNoTracking().FirstOrDefaultAsync(c => c.PlanNo == line.PlanNo && c.PlanLineNo == line.LineNo && c.Status != CampaignStatus.Archived, cancellationToken) is { } campaign)
            return Refusal.Conflict("plans.line-in-use", line.LineNo, campaign.CampaignNo);
        var record = new RegisterChange { Id = Ids.New(change), Kind = RegisterForms.Plan.Kind, At = change.At, ById = change.By.Id, ByName = change.By.Name, Act = "删除", Reason = change.Reason, Updated = 1 };
        db.Add(record);
        db.Add(new RegisterVersion { Kind = record.Kind, Key = RegisterForms.Plan.KeyOf(line), ChangeId = record.Id, MadeBy = line.ChangeId, FromAt = line.ChangedAt, ToAt = change.At, Data = EditEntryHandler.DataOf(db, RegisterForms.Plan, line) });
        db.Remove(line);
        foreach (var demand in await db.Set<Demand>().Where(d => d.PlanNo == line.PlanNo && d.LineNo == line.LineNo).ToListAsync(cancellationToken))
        {
            // What was taken in with the line is asked for again.
            (demand.Status, demand.PlanNo, demand.LineNo, demand.ChangedAt) = (Demand.Pending, null, null, change.At);
        }
        foreach (var task in await db.Set<UpperTask>().Where(t => t.PlanNo == line.PlanNo && t.LineNo == line.LineNo).ToListAsync(cancellationToken)) UpperTaskHandler.Forget(task, change);
        audit.Record(change, $"register/{record.Kind}", "删除计划行", RegisterForms.Plan.KeyOf(line), new() { ["reason"] = change.Reason });
        return new SavedLine(line.PlanNo, line.LineNo);
    }

    /// <summary>Who reviews and approves reads what was submitted: lines are not changed under their eyes.</summary>
    private async Task<Refusal?> LockedAsync(string planNo, CancellationToken cancellationToken)
        => await db.Set<AnnualPlan>().AsNoTracking().FirstOrDefaultAsync(p => p.PlanNo == planNo, cancellationToken) is { SubmittedAt: not null, Status: not (PlanStatus.GovernmentApproved or PlanStatus.Published) } plan
            ? Refusal.Conflict("plans.in-review", planNo, plan.Status is PlanStatus.Draft ? "已提交审核" : PlanText.Of(plan.Status)) : null;

    private async Task<int> NextAsync(string planNo, CancellationToken cancellationToken)
        => (await db.Set<PlanLine>().Where(l => l.PlanNo == planNo).Select(l => (int?)l.LineNo).MaxAsync(cancellationToken) ?? 0) + 1;

    private async Task<(int Base, DateOnly On, int Pool)> CountAsync(ObjectFilter filter, string kind, DateOnly periodTo, DateOnly today, CancellationToken cancellationToken)
    {
        var pool = (await PlanLines.PoolSizesAsync(db, [new PoolOf(filter, today, periodTo)], cancellationToken))[0];
        if (kind == PlanLine.OfRegister) return (pool, today, pool);
        var told = (await OfficeProfile.CurrentAsync(db, cancellationToken))?.Data.MarketEntityTotal;
        return (told?.Count ?? await PlanLines.JurisdictionTotalAsync(db, cancellationToken), told?.Date ?? today, pool);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
