using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Hazards;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Inspections.Credit;

/// <summary>提出列入建议: by the legal section, on a fact that stands in the record.</summary>
public sealed record ProposeDiscredit(Guid SubjectId, DiscreditGround Ground, string Facts);

/// <summary>不列入: examined, and why not.</summary>
public sealed record DeclineDiscredit(Guid SubjectId, string Reason);

/// <summary>告知: the party was told the facts, the reasons and its right to be heard.</summary>
public sealed record ServeDiscreditNotice(Guid SubjectId, DateOnly ServedOn, string To);

public sealed record RecordDiscreditStatement(Guid SubjectId, bool Waived, bool WrittenWaiver = false, string? Text = null, string? Review = null);

/// <summary>决定列入: by the director who did not propose it, after the party could be heard.</summary>
public sealed record DecideDiscredit(Guid SubjectId, bool Listed, string Opinion);

/// <summary>申请信用修复: recorded by the legal section when the least period of publicity has passed.</summary>
public sealed record RequestRepair(Guid EntryId, string Commitment, string Proof);

/// <summary>决定信用修复: by the director; the repair, or the removal from the list, is an entry of its own.</summary>
public sealed record DecideRepair(Guid RepairId, bool Granted, string Opinion);

public sealed class ProposeDiscreditHandler(DbContext db, IAuditTrail audit)
{
    public Task<Result<DiscreditProposal>> HandleAsync(ProposeDiscredit command, ChangeContext change, CancellationToken cancellationToken)
        => AddAsync(command.SubjectId, command.Ground, command.Facts, change, cancellationToken);

    public Task<Result<DiscreditProposal>> HandleAsync(DeclineDiscredit command, ChangeContext change, CancellationToken cancellationToken)
        => AddAsync(command.SubjectId, null, command.Reason, change, cancellationToken);

    private async Task<Result<DiscreditProposal>> AddAsync(Guid subjectId, DiscreditGround? ground, string facts, ChangeContext change, CancellationToken cancellationToken)
    {
        if (change.RequireAny(Roles.Legal) is { } forbidden) return forbidden;
        if (CaseRows.IsBlank(facts)) return Refusal.Invalid("credit.incomplete", "facts", ground is null ? "不列入理由" : "事实和依据");
        var found = await SubjectAsync(subjectId, ground, change.On, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var (sourceNo, inspection) = found.Value;
        if (await db.LatestProposalAsync(subjectId, cancellationToken) is { Status: DiscreditStatus.Proposed or DiscreditStatus.Noticed or DiscreditStatus.Listed } open)
            return Refusal.Conflict("credit.already", open.InspecteeName);
        var proposal = new DiscreditProposal
        {
            Id = Ids.New(change),
            SubjectId = subjectId,
            SourceNo = sourceNo,
            InspectionNo = inspection.InspectionNo,
            InspecteeNumber = inspection.InspecteeNumber,
            InspecteeName = inspection.InspecteeName,
            Status = ground is null ? DiscreditStatus.NotProposed : DiscreditStatus.Proposed,
            Ground = ground,
            Facts = facts,
            ProposedOn = change.On,
            ProposedById = change.By.Id,
            ProposedByName = change.By.Name,
        };
        db.Add(proposal);
        audit.Record(change, proposal.Chain, ground is null ? "不列入失信名单" : "建议列入失信名单", sourceNo, new JsonObject { ["ground"] = ground?.ToString(), ["facts"] = facts });
        return proposal;
    }

    /// <summary>The number and the inspection of what the proposal follows from, when the ground holds by the record.</summary>
    private async Task<Result<(string SourceNo, InspectionCase Inspection)>> SubjectAsync(Guid id, DiscreditGround? ground, DateOnly on, CancellationToken cancellationToken)
    {
        if (await db.Set<PenaltyCase>().FindAsync([id], cancellationToken) is { } penalty)
        {
            if (ground is not (null or DiscreditGround.Punished) || penalty.Outcome is not PenaltyOutcome.Punish) return Refusal.Invalid("credit.ground", "ground", penalty.PenaltyNo);
            return (penalty.PenaltyNo, (await db.FindCaseAsync(penalty.CaseId, cancellationToken)).Value);
        }
        if (await db.Set<MajorHazard>().FindAsync([id], cancellationToken) is { } hazard)
        {
            var holds = ground switch
            {
                null => true,
                DiscreditGround.HazardConcealed => hazard.Exposure is ExposureReason.Concealed,
                DiscreditGround.HazardOverdue => hazard.DueOn < on && hazard.AcceptedOn is null,
                DiscreditGround.HazardInsufficient => hazard.FailedAcceptances > 0,
                _ => false,
            };
            if (!holds) return Refusal.Invalid("credit.ground", "ground", hazard.ListNo ?? hazard.InspectionNo);
            return (hazard.ListNo ?? hazard.InspectionNo, (await db.FindCaseAsync(hazard.CaseId, cancellationToken)).Value);
        }
        var found = await db.FindCaseAsync(id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        if (ground is not null && (ground is not DiscreditGround.RefusedCheck || found.Value.Status is not InspectionStatus.EntryRefused)) return Refusal.Invalid("credit.ground", "ground", found.Value.InspectionNo);
        return (found.Value.InspectionNo, found.Value);
    }
}

public sealed class HearDiscreditHandler(DbContext db, IAuditTrail audit, Periods periods)
{
    public async Task<Result<DiscreditProposal>> HandleAsync(ServeDiscreditNotice command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await FindAsync(command.SubjectId, change, DiscreditStatus.Proposed, cancellationToken);
        if (found.Refusal is { } no) return no;
        var proposal = found.Value;
        if (command.ServedOn < proposal.ProposedOn || command.ServedOn > change.On) return Refusal.Invalid("credit.bad-date", "noticeOn", proposal.ProposedOn, change.On);
        if (CaseRows.IsBlank(command.To)) return Refusal.Invalid("credit.incomplete", "to", "受送达人");
        proposal.Status = DiscreditStatus.Noticed;
        proposal.NoticeOn = command.ServedOn;
        proposal.NoticeTo = command.To;
        proposal.StatementUntil = await periods.LastDayAsync("plead", command.ServedOn, proposal.SubjectId, cancellationToken);
        proposal.Revision++;
        audit.Record(change, proposal.Chain, "告知拟列入失信名单", proposal.SourceNo, new JsonObject { ["on"] = command.ServedOn.Iso(), ["to"] = command.To });
        return proposal;
    }

    public async Task<Result<DiscreditProposal>> HandleAsync(RecordDiscreditStatement command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await FindAsync(command.SubjectId, change, DiscreditStatus.Noticed, cancellationToken);
        if (found.Refusal is { } no) return no;
        var proposal = found.Value;
        if (command.Waived)
        {
            if (!command.WrittenWaiver && change.On <= proposal.StatementUntil) return Refusal.Conflict("credit.statement-running", proposal.InspecteeName, proposal.StatementUntil!.Value);
        }
        else
        {
            if (CaseRows.IsBlank(command.Text)) return Refusal.Invalid("credit.incomplete", "statement", "陈述申辩内容");
            if (CaseRows.IsBlank(command.Review)) return Refusal.Invalid("credit.incomplete", "review", "复核意见");
        }
        proposal.StatementWaived = command.Waived;
        proposal.StatementText = command.Text;
        proposal.StatementReview = command.Review;
        proposal.Revision++;
        audit.Record(change, proposal.Chain, command.Waived ? "放弃陈述申辩" : "听取陈述申辩", proposal.SourceNo, new JsonObject { ["text"] = command.Text, ["review"] = command.Review });
        return proposal;
    }

    private async Task<Result<DiscreditProposal>> FindAsync(Guid subjectId, ChangeContext change, DiscreditStatus status, CancellationToken cancellationToken)
    {
        if (change.RequireAny(Roles.Legal) is { } forbidden) return forbidden;
        if (await db.LatestProposalAsync(subjectId, cancellationToken) is not { } proposal) return Refusal.NotFound("credit.not-found");
        return proposal.Status == status ? proposal : Refusal.Conflict("credit.wrong-state", proposal.InspecteeName);
    }
}

public sealed class DecideDiscreditHandler(DbContext db, IAuditTrail audit, Deadlines.ClockActs clocks)
{
    internal static Deadlines.ClockSubject Of(DiscreditProposal proposal) => new(proposal.Id, "discredit", proposal.InspectionNo, proposal.Chain, proposal.InspecteeName, []);

    /// <summary>Years on the list (安全生产严重失信主体名单管理办法).</summary>
    public const int Years = 3;

    public async Task<Result<DiscreditProposal>> HandleAsync(DecideDiscredit command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (change.RequireAny(Roles.Director) is { } forbidden) return forbidden;
        if (await db.LatestProposalAsync(command.SubjectId, cancellationToken) is not { } proposal) return Refusal.NotFound("credit.not-found");
        if (proposal.ProposedById == change.By.Id) return Refusal.Forbidden("credit.own", proposal.InspecteeName);
        if (proposal.Status is not (DiscreditStatus.Proposed or DiscreditStatus.Noticed)) return Refusal.Conflict("credit.wrong-state", proposal.InspecteeName);
        if (command.Listed && proposal.StatementWaived is null) return Refusal.Conflict("credit.not-heard", proposal.InspecteeName);
        if (CaseRows.IsBlank(command.Opinion)) return Refusal.Invalid("credit.incomplete", "opinion", "决定意见");
        proposal.Status = command.Listed ? DiscreditStatus.Listed : DiscreditStatus.Refused;
        proposal.DecidedOn = change.On;
        proposal.DecidedByName = change.By.Name;
        proposal.Opinion = command.Opinion;
        proposal.ListedUntil = command.Listed ? change.On.AddYears(Years) : null;
        proposal.Revision++;
        if (command.Listed) await db.FlagAsync(proposal.InspecteeNumber, listed: true, change.On, cancellationToken);
        audit.Record(change, proposal.Chain, command.Listed ? "决定列入失信名单" : "不予列入失信名单", proposal.SourceNo, new JsonObject { ["opinion"] = command.Opinion, ["until"] = proposal.ListedUntil?.Iso() });
        return command.Listed && await clocks.HappenedAsync("discredit.listed", Of(proposal), change.On, change, cancellationToken) is { } no ? no : proposal;
    }
}

public sealed class RepairCreditHandler(DbContext db, IAuditTrail audit, Deadlines.ClockActs clocks)
{
    public async Task<Result<CreditRepair>> HandleAsync(RequestRepair command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (change.RequireAny(Roles.Legal) is { } forbidden) return forbidden;
        if (await db.Set<CreditEntry>().FindAsync([command.EntryId], cancellationToken) is not { } entry) return Refusal.NotFound("credit.no-entry");
        if (entry.EarliestRepairOn is not { } earliest) return Refusal.Invalid("credit.not-repairable", "entry", entry.SourceNo);
        if (change.On < earliest) return Refusal.Conflict("credit.too-early", entry.SourceNo, earliest);
        if (CaseRows.IsBlank(command.Commitment)) return Refusal.Invalid("credit.incomplete", "commitment", "信用承诺");
        if (CaseRows.IsBlank(command.Proof)) return Refusal.Invalid("credit.incomplete", "proof", "履行义务的证明");
        if ((await db.WithStagedAsync<CreditRepair>(r => r.EntryId == entry.Id && r.Granted != false, cancellationToken)).Count > 0) return Refusal.Conflict("credit.repair-open", entry.SourceNo);
        var repair = new CreditRepair
        {
            Id = Ids.New(change),
            EntryId = entry.Id,
            InspecteeNumber = entry.InspecteeNumber,
            AskedOn = change.On,
            Commitment = command.Commitment,
            Proof = command.Proof,
            RecordedById = change.By.Id,
            RecordedByName = change.By.Name,
        };
        db.Add(repair);
        audit.Record(change, $"credit/{entry.InspecteeNumber}", "申请信用修复", entry.SourceNo);
        return repair;
    }

    public async Task<Result<CreditRepair>> HandleAsync(DecideRepair command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (change.RequireAny(Roles.Director) is { } forbidden) return forbidden;
        if (await db.Set<CreditRepair>().FindAsync([command.RepairId], cancellationToken) is not { } repair) return Refusal.NotFound("credit.no-entry");
        var entry = (await db.Set<CreditEntry>().FindAsync([repair.EntryId], cancellationToken))!;
        if (repair.Granted is not null) return Refusal.Conflict("credit.repair-decided", entry.SourceNo);
        if (repair.RecordedById == change.By.Id) return Refusal.Forbidden("credit.own-repair", entry.SourceNo);
        if (CaseRows.IsBlank(command.Opinion)) return Refusal.Invalid("credit.incomplete", "opinion", "决定意见");
        repair.Granted = command.Granted;
        repair.DecidedOn = change.On;
        repair.DecidedByName = change.By.Name;
        repair.Opinion = command.Opinion;
        repair.Revision++;
        audit.Record(change, $"credit/{entry.InspecteeNumber}", command.Granted ? "同意信用修复" : "不同意信用修复", entry.SourceNo, new JsonObject { ["opinion"] = command.Opinion });
        if (!command.Granted) return repair;

        var removed = entry.Kind is CreditKind.ListedAsDiscredited;
        db.Add(new CreditEntry
        {
            Id = Ids.New(change),
            InspecteeNumber = entry.InspecteeNumber,
            Kind = removed ? CreditKind.RemovedFromList : CreditKind.Repair,
            SourceNo = entry.SourceNo,
            Text = removed ? $"移出{DiscreditProposal.RegisterFlag}名单" : $"信用修复：{entry.Text}",
            On = change.On,
            RecordedByName = change.By.Name,
            RecordedAt = change.At,
        });
        if (!removed) return repair;
        foreach (var proposal in await db.WithStagedAsync<DiscreditProposal>(p => p.InspecteeNumber == entry.InspecteeNumber && p.SourceNo == entry.SourceNo && p.Status == DiscreditStatus.Listed, cancellationToken))
        {
            proposal.Status = DiscreditStatus.Removed;
            proposal.RemovedOn = change.On;
            proposal.Revision++;
            if (await clocks.HappenedAsync("discredit.removed", DecideDiscreditHandler.Of(proposal), change.On, change, cancellationToken) is { } stuck) return stuck;
        }
        var still = await db.WithStagedAsync<DiscreditProposal>(p => p.InspecteeNumber == entry.InspecteeNumber && p.Status == DiscreditStatus.Listed, cancellationToken);
        if (still.Count == 0) await db.FlagAsync(entry.InspecteeNumber, listed: false, change.On, cancellationToken);
        return repair;
    }
}

internal static class CreditRows
{
    public static async Task<DiscreditProposal?> LatestProposalAsync(this DbContext db, Guid subjectId, CancellationToken cancellationToken)
        => (await db.WithStagedAsync<DiscreditProposal>(p => p.SubjectId == subjectId, cancellationToken)).MaxBy(p => p.Id);

    /// <summary>Sets or takes away the flag in the object register; an inspectee that is not in it has none.</summary>
    public static async Task FlagAsync(this DbContext db, string inspecteeNumber, bool listed, DateOnly on, CancellationToken cancellationToken)
    {
        if (await db.Set<Inspectee>().FindAsync([inspecteeNumber], cancellationToken) is not { } inspectee) return;
        var flags = (inspectee.ListFlags ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Where(f => f != DiscreditProposal.RegisterFlag).ToList();
        if (listed) flags.Add(DiscreditProposal.RegisterFlag);
        inspectee.ListFlags = flags.Count == 0 ? null : string.Join(';', flags);
        inspectee.UpdatedOn = on;
    }

    public static IServiceCollection AddCredit(this IServiceCollection services) => services
        .AddScoped<RecordCreditEntryHandler>().AddScoped<ProposeDiscreditHandler>().AddScoped<HearDiscreditHandler>().AddScoped<DecideDiscreditHandler>().AddScoped<RepairCreditHandler>();
}
