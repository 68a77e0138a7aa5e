using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Planning;

/// <summary>提出抽查需求 (S004-12, -13): what a department wants drawn, how many and when.</summary>
/// <param name="Unit">提出单位</param>
/// <param name="PeriodFrom">First day wanted; its year is the plan's.</param>
/// <param name="PeriodTo">Last day wanted, inclusive; in the same year.</param>
/// <param name="WantedCount">Objects wanted; null: as the item list has it.</param>
/// <param name="LateReason">Needed once the window of the year has closed.</param>
public sealed record HandInDemand(string Unit, string ItemCode, string Reason, DateOnly PeriodFrom, DateOnly PeriodTo, int? WantedCount = null, bool IsUrgent = false, string? LateReason = null);

public sealed class HandInDemandHandler(DbContext db, DemandWindows windows, IAuditTrail audit)
{
    private const int MaxCount = 1_000_000;

    public async Task<Result<Demand>> HandleAsync(HandInDemand command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.IsAny(Roles.SectionHead, Roles.Planner)) return Refusal.Forbidden("demands.not-section-head");
        if (CaseRows.IsBlank(command.Unit) || command.Unit.Trim().Length > 100) return Refusal.Invalid("demands.unit", "unit", 100);
        if (CaseRows.IsBlank(command.Reason) || command.Reason.Trim().Length > Demand.ReasonMaxLength) return Refusal.Invalid("demands.reason", "reason", Demand.ReasonMaxLength);
        if (command.LateReason?.Length > Demand.ReasonMaxLength) return Refusal.Invalid("demands.reason", "lateReason", Demand.ReasonMaxLength);
        if (command.WantedCount is < 1 or > MaxCount) return Refusal.Invalid("demands.count", "count", MaxCount);
        if (command.PeriodTo < command.PeriodFrom || command.PeriodFrom.Year != command.PeriodTo.Year) return Refusal.Invalid("demands.period", "to", command.PeriodFrom, command.PeriodTo);
        if (command.PeriodTo < change.On) return Refusal.Invalid("demands.past", "to", command.PeriodTo, change.On);
        if (await ObjectPool.ItemAsync(db, command.ItemCode, command.PeriodFrom, cancellationToken) is not { } item) return Refusal.Invalid("demands.no-item", "item", command.ItemCode);
        if (!item.IsRandom) return Refusal.Invalid("demands.not-random", "item", item.Code, item.Name);
        var window = await windows.OfAsync(command.PeriodFrom.Year, cancellationToken);
        var late = window.IsLate(change.On);
        if (late && CaseRows.IsBlank(command.LateReason)) return Refusal.Invalid("demands.late", "lateReason", window.Year, window.ClosesOn);

        var prefix = $"XQ{window.Year.ToString(CultureInfo.InvariantCulture)}-";
        var numbers = (await db.WithStagedAsync<Demand>(d => d.Number.StartsWith(prefix), cancellationToken)).Select(d => d.Number);
        var next = numbers.Select(n => int.TryParse(n.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : 0).DefaultIfEmpty().Max() + 1;
        var demand = new Demand
        {
            Number = prefix + next.ToString("000", CultureInfo.InvariantCulture),
            Unit = command.Unit.Trim(),
            Person = change.By.Name,
            RaisedOn = change.On,
            RaisedById = change.By.Id,
            ItemCode = item.Code,
            ItemName = item.Name,
            Reason = command.Reason.Trim(),
            WantedCount = command.WantedCount,
            PeriodFrom = command.PeriodFrom,
            PeriodTo = command.PeriodTo,
            IsUrgent = command.IsUrgent,
            LateReason = late ? command.LateReason!.Trim() : null,
            Status = Demand.Pending,
            ChangedAt = change.At,
        };
        db.Add(demand);
        audit.Record(change, "register/demands", late ? "提出临时抽查需求" : "提出抽查需求", demand.Number, new JsonObject { ["item"] = item.Code, ["unit"] = demand.Unit, ["wanted"] = demand.WantedCount, ["lateReason"] = demand.LateReason });
        return demand;
    }
}

/// <summary>撤回: by who handed it in, while nobody has decided on it.</summary>
public sealed record WithdrawDemand(string Number);

public sealed class WithdrawDemandHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<Demand>> HandleAsync(WithdrawDemand command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<Demand>().FindAsync([command.Number], cancellationToken) is not { } demand) return Refusal.NotFound("demands.not-found", command.Number);
        if (demand.RaisedById != change.By.Id) return Refusal.Forbidden("demands.not-yours", demand.Number, demand.Person ?? "—");
        if (!demand.IsOpen) return Refusal.Conflict("demands.decided", demand.Number, demand.Status!);
        (demand.Status, demand.DecidedByName, demand.DecidedOn, demand.ChangedAt) = (Demand.Withdrawn, change.By.Name, change.On, change.At);
        audit.Record(change, "register/demands", "撤回抽查需求", demand.Number);
        return demand;
    }
}
