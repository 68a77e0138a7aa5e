using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Penalties;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Deadlines;

/// <summary>撤销误登记: a leader takes back a clock that a person's entry on 登记起止事项 started by mistake. What the entry ended besides stays ended.</summary>
public sealed record WithdrawClockAct(Guid DeadlineId, string Reason);

public sealed class WithdrawClockActHandler(DbContext db, IAuditTrail audit, CancelDeadlineHandler cancel)
{
    public const int ReasonMaxLength = 200;

    public async Task<Result<Deadline>> HandleAsync(WithdrawClockAct command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (DeadlineWords.CheckReason(command.Reason) is { } unsaid) return unsaid;
        var reason = command.Reason.Trim();
        if (reason.Length > ReasonMaxLength) return Refusal.Invalid("deadlines.words-too-long", nameof(command.Reason), ReasonMaxLength);
        if (await db.Set<Deadline>().FindAsync([command.DeadlineId], cancellationToken) is not { } deadline) return Refusal.NotFound("deadlines.not-found");
        if (await db.CheckLeaderAsync(deadline, change.By, cancellationToken) is { } refusal) return refusal;
        if (await EntryOfAsync(deadline, cancellationToken) is not { } entry) return Refusal.Conflict("clock-acts.not-entered", deadline.Title);
        var cancelled = await cancel.HandleAsync(new CancelDeadline(deadline.Id, $"误登记，{change.By.Name}撤销：{reason}"), change, cancellationToken);
        if (cancelled.Refusal is not null) return cancelled;
        // The urging opened the way to the court; taken back, it does so no more.
        if (deadline.RuleKey == "fine.urge" && await db.Set<PenaltyCase>().FindAsync([deadline.SubjectId], cancellationToken) is { } penalty)
        {
            penalty.UrgedOn = null;
            penalty.Revision++;
        }
        audit.Record(change with { Reason = reason }, deadline.Chain, "撤销误登记", deadline.Title,
            new JsonObject { ["reason"] = reason, ["document"] = entry.Document, ["on"] = entry.On.Iso(), ["recordedBy"] = entry.RecordedByName });
        return deadline;
    }

    /// <summary>The fact a person entered to start the clock; null: a step of a process or another handler started it.</summary>
    public async Task<DeadlineFact?> EntryOfAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        if (!ClockAct.All.Any(a => a.IsByHand && a.Opens.Contains(deadline.RuleKey))) return null;
        // A later correction has its paper too: only what it was started with tells.
        var first = await db.Set<DeadlineFact>().AsNoTracking().Where(f => f.DeadlineId == deadline.Id && !f.IsEnd).OrderBy(f => f.RecordedAt).ThenBy(f => f.Id).FirstOrDefaultAsync(cancellationToken);
        return first?.Document is null ? null : first;
    }
}
