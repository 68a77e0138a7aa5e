using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Planning;

/// <summary>处理抽查需求: into a line of the plan, into a new line made from the item list and the register, or not at all.</summary>
/// <param name="PlanNo">计划编号; null: the demand is refused.</param>
/// <param name="LineNo">An existing line of the same item; null: a new line.</param>
/// <param name="Opinion">Needed to refuse.</param>
public sealed record DecideDemand(string Number, string? PlanNo, int? LineNo = null, string? Opinion = null);

public sealed class DecideDemandHandler(DbContext db, SavePlanLineHandler save, PlanClocks clocks, IAuditTrail audit)
{
    public async Task<Result<Demand>> HandleAsync(DecideDemand command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.Is(Roles.Planner)) return Refusal.Forbidden("demands.not-planner");
        if (await db.Set<Demand>().FindAsync([command.Number], cancellationToken) is not { } demand) return Refusal.NotFound("demands.not-found", command.Number);
        if (!demand.IsOpen) return Refusal.Conflict("demands.decided", demand.Number, demand.Status!);
        if (command.Opinion?.Length > Demand.ReasonMaxLength) return Refusal.Invalid("demands.reason", "opinion", Demand.ReasonMaxLength);
        if (command.PlanNo is not { Length: > 0 } planNo)
        {
            if (CaseRows.IsBlank(command.Opinion)) return Refusal.Invalid("demands.why-not", "opinion", demand.Number);
            demand.Status = Demand.Refused;
        }
        else
        {
            var lineNo = command.LineNo;
            if (lineNo is { } existing)
            {
                if (await db.Set<PlanLine>().FindAsync([planNo, existing], cancellationToken) is not { } line) return Refusal.NotFound("campaigns.no-line", planNo, existing);
                if (line.ItemCode != demand.ItemCode && !PlanLines.MergedOf(line).Contains(demand.ItemCode)) return Refusal.Invalid("demands.other-item", "line", demand.Number, demand.ItemCode, existing, line.ItemCode);
            }
            else
            {
                var made = await save.HandleAsync(new MakeLineOfDemand(planNo, demand), change with { Reason = $"采纳抽查需求 {demand.Number}" }, cancellationToken);
                if (made.Refusal is { } refusal) return refusal;
                lineNo = made.Value.LineNo;
            }
            (demand.Status, demand.PlanNo, demand.LineNo) = (Demand.Accepted, planNo, lineNo);
            if (await clocks.DemandAcceptedAsync(planNo, change, cancellationToken) is { } stuck) return stuck;
        }
        demand.Handling = CaseRows.IsBlank(command.Opinion) ? "纳入年度计划" : command.Opinion!.Trim();
        (demand.DecidedByName, demand.DecidedOn, demand.ChangedAt) = (change.By.Name, change.On, change.At);
        audit.Record(change, "register/demands", demand.Status == Demand.Accepted ? "采纳抽查需求" : "不采纳抽查需求", demand.Number, new JsonObject { ["plan"] = demand.PlanNo, ["line"] = demand.LineNo, ["opinion"] = demand.Handling });
        return demand;
    }
}
