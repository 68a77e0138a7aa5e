using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Planning;

/// <summary>Opens the plan of a number whose lines are in the plan register; for an approved one with a reason: the next version (S001-39).</summary>
public sealed record OpenPlan(string PlanNo);

public sealed class OpenPlanHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<AnnualPlan>> HandleAsync(OpenPlan command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.IsAny(Roles.Planner, Roles.SectionHead)) return Refusal.Forbidden("plans.not-planner");
        var lines = await PlanLines.OfAsync(db, command.PlanNo, cancellationToken);
        if (lines.Count == 0) return Refusal.NotFound("plans.unknown", command.PlanNo);
        var plan = await db.Set<AnnualPlan>().FirstOrDefaultAsync(p => p.PlanNo == command.PlanNo, cancellationToken);
        if (plan is null)
        {
            plan = new AnnualPlan { Id = Ids.New(change), PlanNo = command.PlanNo, Year = lines[0].Year, Version = 1, CreatedById = change.By.Id, CreatedAt = change.At };
            db.Add(plan);
            audit.Record(change, plan.Chain, "建立年度计划", plan.PlanNo, new JsonObject { ["lines"] = lines.Count });
            return plan;
        }
        if (plan.Status is not (PlanStatus.GovernmentApproved or PlanStatus.Published)) return Refusal.Conflict("plans.exists", plan.PlanNo, PlanText.Of(plan.Status));
        if (string.IsNullOrWhiteSpace(change.Reason)) return Refusal.Invalid("plans.change-reason", "reason", plan.PlanNo);
        PlanText.Clear(plan);
        (plan.Status, plan.Version, plan.ChangeReason) = (PlanStatus.Draft, plan.Version + 1, change.Reason);
        plan.Revision++;
        audit.Record(change, plan.Chain, "提出计划调整", plan.PlanNo, new JsonObject { ["version"] = plan.Version, ["reason"] = change.Reason });
        return plan;
    }
}

/// <summary>编制 done: the lines are checked and handed to the legal office.</summary>
public sealed record SubmitPlan(Guid PlanId, PlanCapacity Capacity, string? Explanation);

public sealed class SubmitPlanHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<AnnualPlan>> HandleAsync(SubmitPlan command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.Is(Roles.Planner)) return Refusal.Forbidden("plans.not-planner");
        if (await db.Set<AnnualPlan>().FindAsync([command.PlanId], cancellationToken) is not { } plan) return Refusal.NotFound("plans.not-found");
        if (plan.Status is not PlanStatus.Draft) return Refusal.Conflict("plans.wrong-status", plan.PlanNo, PlanText.Of(plan.Status));
        var capacity = command.Capacity;
        if (capacity.Officers < 0 || capacity.WorkingDays is < 0 or > 366 || capacity.OtherEnforcementDays < 0 || capacity.NonEnforcementDays < 0) return Refusal.Invalid("plans.capacity", "officers");
        var lines = await PlanLines.OfAsync(db, plan.PlanNo, cancellationToken);
        if (await PlanLines.CheckAsync(db, lines, cancellationToken) is { } bad) return bad;
        // A plan the persons cannot carry may be approved, but not without somebody saying why.
        if (!capacity.Suffices(lines) && string.IsNullOrWhiteSpace(command.Explanation)) return Refusal.Invalid("plans.over-capacity", "explanation", PlanCapacity.Wanted(lines), capacity.InspectionDays);

        PlanText.Clear(plan);
        (plan.CapacityJson, plan.Explanation) = (JsonSerializer.Serialize(capacity), command.Explanation);
        (plan.SubmittedById, plan.SubmittedByName, plan.SubmittedAt) = (change.By.Id, change.By.Name, change.At);
        plan.SubmittedHash = Hashing.Sha256Hex(PlanLines.Write(lines));
        plan.Revision++;
        audit.Record(change, plan.Chain, "提交年度计划", plan.PlanNo, new JsonObject
        {
            ["version"] = plan.Version,
            ["lines"] = lines.Count,
            ["visits"] = lines.Sum(l => l.SampleSize),
            ["wantedDays"] = PlanCapacity.Wanted(lines),
            ["inspectionDays"] = capacity.InspectionDays,
            ["linesHash"] = plan.SubmittedHash,
        });
        return plan;
    }
}

/// <summary>The three that decide on a plan, in their order.</summary>
public enum PlanStep { Review, Approve, Government }

/// <param name="Agree">False sends it back to be compiled anew.</param>
/// <param name="DocumentNo">批准文号, where the government gives one.</param>
public sealed record DecidePlan(Guid PlanId, PlanStep Step, bool Agree, string? Opinion, string? DocumentNo = null);

public sealed class DecidePlanHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<AnnualPlan>> HandleAsync(DecidePlan command, ChangeContext change, CancellationToken cancellationToken)
    {
        var (role, before, after, done) = command.Step switch
        {
            PlanStep.Review => (Roles.Legal, PlanStatus.Draft, PlanStatus.Reviewed, "法制审核通过"),
            PlanStep.Approve => (Roles.Director, PlanStatus.Reviewed, PlanStatus.Approved, "批准年度计划"),
            _ => (Roles.Government, PlanStatus.Approved, PlanStatus.GovernmentApproved, "本级政府批准年度计划"),
        };
        if (!change.By.Is(role)) return Refusal.Forbidden("plans.not-approver", Roles.Find(role)!.Name);
        if (await db.Set<AnnualPlan>().FindAsync([command.PlanId], cancellationToken) is not { } plan) return Refusal.NotFound("plans.not-found");
        if (plan.Status != before || plan.SubmittedAt is null) return Refusal.Conflict("plans.wrong-status", plan.PlanNo, PlanText.Of(plan.Status));
        if (plan.SubmittedById == change.By.Id) return Refusal.Forbidden("plans.own", plan.PlanNo);
        plan.Revision++;
        if (!command.Agree)
        {
            if (string.IsNullOrWhiteSpace(command.Opinion)) return Refusal.Invalid("plans.return-reason", "opinion");
            PlanText.Clear(plan);
            (plan.Status, plan.ReturnReason) = (PlanStatus.Draft, $"{change.By.Name}：{command.Opinion}");
            audit.Record(change, plan.Chain, "退回年度计划", plan.PlanNo, new JsonObject { ["opinion"] = command.Opinion });
            return plan;
        }
        // 局长 fixes the lines: from then on the register may change again, for the next version.
        if (command.Step is not PlanStep.Government && plan.SubmittedHash is { } submitted && Hashing.Sha256Hex(PlanLines.Write(await PlanLines.OfAsync(db, plan.PlanNo, cancellationToken))) != submitted)
            return Refusal.Conflict("plans.lines-changed", plan.PlanNo);
        switch (command.Step)
        {
            case PlanStep.Review:
                (plan.ReviewedByName, plan.ReviewOpinion, plan.ReviewedOn) = (change.By.Name, command.Opinion, change.On);
                break;
            case PlanStep.Approve:
                (plan.ApprovedByName, plan.ApprovalOpinion, plan.ApprovedOn, plan.ReturnReason) = (change.By.Name, command.Opinion, change.On, null);
                if (await FixAsync(plan, change, cancellationToken) is { } bad) return bad;
                break;
            default:
                (plan.GovernmentByName, plan.GovernmentNo, plan.GovernmentOn) = (change.By.Name, command.DocumentNo, change.On);
                if (await db.Set<PlanVersion>().FindAsync([plan.Id, plan.Version], cancellationToken) is { } version) (version.GovernmentByName, version.GovernmentNo, version.GovernmentOn) = (change.By.Name, command.DocumentNo, change.On);
                break;
        }
        plan.Status = after;
        audit.Record(change, plan.Chain, done, plan.PlanNo, new JsonObject { ["version"] = plan.Version, ["opinion"] = command.Opinion });
        return plan;
    }

    /// <summary>The director approves what he sees: the lines are checked once more and kept as they are now.</summary>
    private async Task<Refusal?> FixAsync(AnnualPlan plan, ChangeContext change, CancellationToken cancellationToken)
    {
        var lines = await PlanLines.OfAsync(db, plan.PlanNo, cancellationToken);
        if (await PlanLines.CheckAsync(db, lines, cancellationToken) is { } bad) return bad;
        var earlier = await db.Set<PlanVersion>().Where(v => v.PlanId == plan.Id).OrderByDescending(v => v.Version).ToListAsync(cancellationToken);
        // Sent back by nobody after the director, so a version is fixed once; the government's step has no way back.
        var json = PlanLines.Write(lines);
        db.Add(new PlanVersion
        {
            PlanId = plan.Id,
            Version = plan.Version,
            LinesJson = json,
            LinesHash = Hashing.Sha256Hex(json),
            DifferenceJson = earlier is [var last, ..] ? PlanLines.Difference(PlanLines.Read(last), lines) : "[]",
            Reason = plan.ChangeReason,
            FixedByName = change.By.Name,
            FixedAt = change.At,
        });
        return null;
    }
}

/// <summary>公布: follows from the publication; nobody presses it.</summary>
public sealed record MarkPlanPublished(Guid PlanId);

public sealed class MarkPlanPublishedHandler(DbContext db, PlanClocks clocks, IAuditTrail audit)
{
    public async Task<Result<AnnualPlan>> HandleAsync(MarkPlanPublished command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<AnnualPlan>().FindAsync([command.PlanId], cancellationToken) is not { } plan) return Refusal.NotFound("plans.not-found");
        if (plan.Status is PlanStatus.Published) return plan;
        if (plan.Status is not PlanStatus.GovernmentApproved) return Refusal.Conflict("plans.wrong-status", plan.PlanNo, PlanText.Of(plan.Status));
        (plan.Status, plan.PublishedOn) = (PlanStatus.Published, change.On);
        if (await db.Set<PlanVersion>().FindAsync([plan.Id, plan.Version], cancellationToken) is { } version) version.PublishedOn = change.On;
        plan.Revision++;
        audit.Record(change, plan.Chain, "年度计划已公布", plan.PlanNo, new JsonObject { ["version"] = plan.Version });
        return await clocks.PublishedAsync(plan, change, cancellationToken) is { } stuck ? stuck : plan;
    }
}

public static class PlanText
{
    public static string Of(PlanStatus status) => status switch
    {
        PlanStatus.Draft => "草拟",
        PlanStatus.Reviewed => "已审核",
        PlanStatus.Approved => "已批准",
        PlanStatus.GovernmentApproved => "政府已批准",
        _ => "已公布",
    };

    /// <summary>What the approvals of a version said; a new round starts without them.</summary>
    internal static void Clear(AnnualPlan plan)
    {
        (plan.SubmittedById, plan.SubmittedByName, plan.SubmittedAt, plan.SubmittedHash) = (null, null, null, null);
        (plan.ReviewedByName, plan.ReviewOpinion, plan.ReviewedOn) = (null, null, null);
        (plan.ApprovedByName, plan.ApprovalOpinion, plan.ApprovedOn) = (null, null, null);
        (plan.GovernmentByName, plan.GovernmentNo, plan.GovernmentOn, plan.PublishedOn, plan.ReturnReason) = (null, null, null, null, null);
    }
}
