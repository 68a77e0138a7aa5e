using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Hazards;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Credit;

/// <summary>
/// 记入信用档案: what was decided elsewhere becomes an entry (S001-37, S003-15). It judges nothing itself: a row that is not decided is refused.
/// The same source a second time answers the entry that is there.
/// </summary>
/// <param name="Kind">Inspection, Penalty, HazardListing, Exposure or ListedAsDiscredited; the others come with a repair.</param>
/// <param name="SubjectId">Id of the inspection, penalty, hazard, or of what a proposal to list follows from.</param>
public sealed record RecordCreditEntry(CreditKind Kind, Guid SubjectId);

public sealed class RecordCreditEntryHandler(DbContext db, IAuditTrail audit, Periods periods, Deadlines.ClockActs clocks)
{
    public async Task<Result<CreditEntry>> HandleAsync(RecordCreditEntry command, ChangeContext change, CancellationToken cancellationToken)
    {
        var built = command.Kind switch
        {
            CreditKind.Inspection => await OfInspectionAsync(command.SubjectId, cancellationToken),
            CreditKind.Penalty => await OfPenaltyAsync(command.SubjectId, cancellationToken),
            CreditKind.HazardListing or CreditKind.Exposure => await OfHazardAsync(command, cancellationToken),
            CreditKind.ListedAsDiscredited => await OfListingAsync(command.SubjectId, cancellationToken),
            _ => Refusal.Invalid("credit.kind", "kind", command.Kind),
        };
        if (built.Refusal is { } no) return no;
        var (source, inspectee, chain) = (built.Value.SourceNo, built.Value.InspecteeNumber, built.Value.Chain);
        if (await db.WithStagedAsync<CreditEntry>(e => e.InspecteeNumber == inspectee && e.Kind == command.Kind && e.SourceNo == source, cancellationToken) is [var there]) return there;
        var entry = new CreditEntry
        {
            Id = Ids.New(change),
            InspecteeNumber = inspectee,
            Kind = command.Kind,
            SourceNo = source,
            Text = built.Value.Text,
            On = built.Value.On,
            Serious = built.Value.Serious,
            ExpiresOn = built.Value.ExpiresOn,
            EarliestRepairOn = built.Value.EarliestRepairOn,
            RecordedByName = change.By.Name,
            RecordedAt = change.At,
        };
        db.Add(entry);
        audit.Record(change, chain, "记入信用档案", source, new JsonObject { ["kind"] = command.Kind.ToString(), ["text"] = entry.Text });
        if (entry.EarliestRepairOn is null) return entry;
        var name = (await db.Set<Inspectee>().FindAsync([inspectee], cancellationToken))?.Name ?? inspectee;
        var subject = new Deadlines.ClockSubject(entry.Id, "credit", chain["case/".Length..], chain, $"{name}（{source}）", []);
        return await clocks.HappenedAsync(entry.Serious ? "credit.entered.serious" : "credit.entered", subject, entry.On, change, cancellationToken) is { } stuck ? stuck : entry;
    }

    private async Task<Result<Fact>> OfInspectionAsync(Guid id, CancellationToken cancellationToken)
    {
        var found = await db.FindCaseAsync(id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (inspection.ResultCodes is not { } codes || inspection.CheckedOn is not { } on) return Refusal.Conflict("credit.not-decided", inspection.InspectionNo);
        var results = await CodeTables.NamesAsync(db, CodeTables.Results, cancellationToken);
        var words = string.Join("、", codes.Split(';').Select(c => results.GetValueOrDefault(c, c)));
        return new Fact(inspection.InspecteeNumber, inspection.InspectionNo, $"随机抽查结果：{words}", on, inspection.Chain);
    }

    /// <summary>As long as the decision is public: three months after a warning or criticism, a year after anything heavier; a repair after three months (信用修复管理办法).</summary>
    private async Task<Result<Fact>> OfPenaltyAsync(Guid id, CancellationToken cancellationToken)
    {
        var found = await db.FindPenaltyAsync(id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var penalty = found.Value;
        if (penalty is not { Status: PenaltyStatus.Closed, Outcome: PenaltyOutcome.Punish, DecidedOn: { } on }) return Refusal.Conflict("credit.not-decided", penalty.PenaltyNo);
        var text = string.Join("、", penalty.Kinds.Select(k => k is PenaltyKind.Fine ? $"罚款{PenaltyWords.Yuan(penalty.AmountFen)}元" : PenaltyWords.Of(k)));
        var light = penalty.Kinds.All(k => k is PenaltyKind.Warning or PenaltyKind.Criticism);
        return new Fact(penalty.InspecteeNumber, penalty.PenaltyNo, $"行政处罚：{text}；案由：{penalty.Cause}", on, penalty.Chain,
            ExpiresOn: on.AddMonths(light ? 3 : 12), EarliestRepairOn: await periods.LastDayAsync("credit.repair", on, penalty.CaseId, cancellationToken));
    }

    private async Task<Result<Fact>> OfHazardAsync(RecordCreditEntry command, CancellationToken cancellationToken)
    {
        if (await db.Set<MajorHazard>().FindAsync([command.SubjectId], cancellationToken) is not { } hazard) return Refusal.NotFound("hazards.not-found");
        var on = command.Kind is CreditKind.Exposure ? hazard.ExposedOn : hazard.ListedOn;
        if (on is not { } day || hazard.ListNo is not { } no) return Refusal.Conflict("credit.not-decided", hazard.InspectionNo);
        return new Fact(hazard.InspecteeNumber, no, command.Kind is CreditKind.Exposure ? $"重大隐患公开曝光：{hazard.Description}" : $"重大隐患挂牌督办：{hazard.Description}", day, hazard.Chain);
    }

    private async Task<Result<Fact>> OfListingAsync(Guid id, CancellationToken cancellationToken)
    {
        var proposal = await db.LatestProposalAsync(id, cancellationToken);
        if (proposal is not { Status: DiscreditStatus.Listed, DecidedOn: { } on }) return Refusal.Conflict("credit.not-decided", proposal?.SourceNo ?? "");
        return new Fact(proposal.InspecteeNumber, proposal.SourceNo, $"列入{DiscreditProposal.RegisterFlag}名单：{proposal.Facts}", on, proposal.Chain,
            true, proposal.ListedUntil, await periods.LastDayAsync("credit.repair.serious", on, proposal.SubjectId, cancellationToken));
    }

    private sealed record Fact(
        string InspecteeNumber, string SourceNo, string Text, DateOnly On, string Chain, bool Serious = false, DateOnly? ExpiresOn = null, DateOnly? EarliestRepairOn = null);
}
