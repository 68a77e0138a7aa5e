using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Evidence;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Visits;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Rectification;

/// <summary>下达责令限期整改: every open finding to be rectified, and those that failed before.</summary>
/// <param name="NewDueOn">Last day for findings that failed; mandatory when there are any.</param>
public sealed record IssueRectification(Guid CaseId, DateOnly? NewDueOn = null);

/// <summary>申请延期: so long before expiry at the latest as the rule <c>rectify.extend</c> says, ten days as shipped.</summary>
public sealed record RequestExtension(Guid OrderId, string Reason, string InterimMeasures, DateOnly ProposedDueOn);

public sealed record DecideExtension(Guid ExtensionId, bool Granted, DateOnly? NewDueOn, string Opinion);

public sealed record LineResult(Guid FindingId, bool Passed, string? Note = null, IReadOnlyList<string>? EvidenceHashes = null);

/// <summary>跟踪整改: what the group sees of the work; with the request, the re-inspection is due.</summary>
public sealed record RecordProgress(Guid OrderId, string Text, bool AsksReinspection = false);

/// <summary>复查: two officers or more judge every line of the order.</summary>
/// <param name="AllPassed">How the person who acts reads the whole; it must agree with the lines. Null: not said.</param>
public sealed record RecordReinspection(Guid OrderId, IReadOnlyList<string> Officers, IReadOnlyList<LineResult> Lines, string Opinion, bool? AllPassed = null);

public sealed class IssueRectificationHandler(DbContext db, IAuditTrail audit, ClockActs clocks)
{
    public async Task<Result<RectificationOrder>> HandleAsync(IssueRectification command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindCaseAsync(command.CaseId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (!change.By.IsSystem && inspection.RequireGroup(change) is { } forbidden) return forbidden;
        if (inspection.RequireStatus(InspectionStatus.FindingsLocked) is { } wrong) return wrong;
        var lines = (await db.WithStagedAsync<Finding>(f => f.CaseId == inspection.Id && (f.Status == FindingStatus.Open || f.Status == FindingStatus.Failed), cancellationToken))
            .Where(f => f.NeedsRectification).OrderBy(f => f.BookletNo).ToList();
        if (lines.Count == 0) return Refusal.Conflict("rectification.nothing", inspection.InspectionNo);
        if (lines.Any(f => f.Status is FindingStatus.Failed) && (command.NewDueOn is not { } again || again <= change.On)) return Refusal.Invalid("rectification.no-new-due", "newDueOn");

        var earlier = (await db.WithStagedAsync<RectificationOrder>(o => o.CaseId == inspection.Id, cancellationToken)).Count;
        var order = new RectificationOrder
        {
            Id = Ids.New(change),
            CaseId = inspection.Id,
            InspectionNo = inspection.InspectionNo,
            InspecteeNumber = inspection.InspecteeNumber,
            Sequence = earlier + 1,
            Status = RectificationStatus.Issued,
            IssuedOn = change.On,
            IssuedByName = change.By.Name,
        };
        db.Add(order);
        var position = 0;
        foreach (var finding in lines)
        {
            var due = finding.Status is FindingStatus.Failed ? command.NewDueOn!.Value : finding.DueOn!.Value;
            db.Add(new RectificationLine { Id = Ids.New(change), OrderId = order.Id, FindingId = finding.Id, Position = ++position, Requirement = finding.Requirement, FirstDueOn = due, DueOn = due });
            order.DueOn = due > order.DueOn ? due : order.DueOn;
            finding.Status = FindingStatus.Rectifying;
            finding.DueOn = due;
            finding.Revision++;
        }
        audit.Record(change, inspection.Chain, "下达责令限期整改", inspection.InspectionNo, new JsonObject { ["lines"] = position, ["dueOn"] = order.DueOn.ToString("O", CultureInfo.InvariantCulture) });
        return await clocks.HappenedAsync("order.due", ClockActs.Of(inspection), order.DueOn, change, cancellationToken) is { } no ? no : order;
    }
}

public sealed class RecordProgressHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<RectificationProgress>> HandleAsync(RecordProgress command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<RectificationOrder>().FindAsync([command.OrderId], cancellationToken) is not { } order) return Refusal.NotFound("rectification.not-found");
        var inspection = (await db.FindCaseAsync(order.CaseId, cancellationToken)).Value;
        if (inspection.RequireGroup(change) is { } forbidden) return forbidden;
        if (order.Status is not RectificationStatus.Issued) return Refusal.Conflict("rectification.ended", order.InspectionNo);
        if (CaseRows.IsBlank(command.Text)) return Refusal.Invalid("rectification.no-progress", "progress");
        var progress = new RectificationProgress
        {
            Id = Ids.New(change),
            OrderId = order.Id,
            On = change.On,
            Text = command.Text,
            AsksReinspection = command.AsksReinspection,
            RecordedByName = change.By.Name,
            RecordedAt = change.At,
        };
        db.Add(progress);
        audit.Record(change, inspection.Chain, command.AsksReinspection ? "申请复查" : "记录整改进展", order.InspectionNo, new JsonObject { ["progress"] = command.Text });
        return progress;
    }
}

public sealed class RequestExtensionHandler(DbContext db, IAuditTrail audit, Periods periods, ClockActs clocks)
{
    public async Task<Result<RectificationExtension>> HandleAsync(RequestExtension command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<RectificationOrder>().FindAsync([command.OrderId], cancellationToken) is not { } order) return Refusal.NotFound("rectification.not-found");
        var inspection = (await db.FindCaseAsync(order.CaseId, cancellationToken)).Value;
        if (inspection.RequireGroup(change) is { } forbidden) return forbidden;
        if (order.Status is not RectificationStatus.Issued) return Refusal.Conflict("rectification.ended", order.InspectionNo);
        if (CaseRows.IsBlank(command.Reason) || CaseRows.IsBlank(command.InterimMeasures)) return Refusal.Invalid("rectification.extension-incomplete", "reason");
        var last = await periods.LastDayAsync("rectify.extend", order.DueOn, order.CaseId, cancellationToken);
        if (change.On > last) return Refusal.Conflict("rectification.extension-late", order.DueOn, last);
        if (command.ProposedDueOn <= order.DueOn) return Refusal.Invalid("rectification.extension-shorter", "proposedDueOn", order.DueOn);
        if ((await db.WithStagedAsync<RectificationExtension>(e => e.OrderId == order.Id && e.Granted == null, cancellationToken)).Count > 0) return Refusal.Conflict("rectification.extension-open", order.InspectionNo);
        var extension = new RectificationExtension
        {
            Id = Ids.New(change),
            OrderId = order.Id,
            Reason = command.Reason,
            InterimMeasures = command.InterimMeasures,
            RequestedOn = change.On,
            ProposedDueOn = command.ProposedDueOn,
            RecordedById = change.By.Id,
        };
        db.Add(extension);
        audit.Record(change, inspection.Chain, "申请整改延期", order.InspectionNo, new JsonObject { ["proposed"] = command.ProposedDueOn.ToString("O", CultureInfo.InvariantCulture), ["reason"] = command.Reason });
        return await clocks.HappenedAsync("extension.asked", ClockActs.Of(inspection), extension.RequestedOn, change, cancellationToken) is { } no ? no : extension;
    }
}

public sealed class DecideExtensionHandler(DbContext db, IAuditTrail audit, CalendarSource calendars, DeadlineMoving moving, ClockActs clocks)
{
    public async Task<Result<RectificationExtension>> HandleAsync(DecideExtension command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (change.RequireAny(Roles.SectionHead, Roles.DeputyDirector) is { } forbidden) return forbidden;
        if (await db.Set<RectificationExtension>().FindAsync([command.ExtensionId], cancellationToken) is not { } extension) return Refusal.NotFound("rectification.not-found");
        if (extension.RecordedById == change.By.Id) return Refusal.Forbidden("rectification.own-request");
        if (extension.Granted is not null) return Refusal.Conflict("rectification.extension-decided");
        if (CaseRows.IsBlank(command.Opinion)) return Refusal.Invalid("cases.no-reason", "opinion");
        var order = (await db.Set<RectificationOrder>().FindAsync([extension.OrderId], cancellationToken))!;
        if (command.Granted)
        {
            if (order.Status is not RectificationStatus.Issued) return Refusal.Conflict("rectification.ended", order.InspectionNo);
            if (command.NewDueOn is not { } due || due <= order.DueOn) return Refusal.Invalid("rectification.extension-shorter", "newDueOn", order.DueOn);
            // What had run out before the request came stays run out.
            foreach (var line in await db.WithStagedAsync<RectificationLine>(l => l.OrderId == order.Id && l.Passed == null && l.DueOn >= extension.RequestedOn, cancellationToken))
            {
                line.DueOn = due;
                if (await db.Set<Finding>().FindAsync([line.FindingId], cancellationToken) is not { } finding) continue;
                finding.DueOn = due;
                finding.Revision++;
            }
            order.DueOn = due;
            order.Revision++;
            extension.NewDueOn = due;
        }
        extension.Granted = command.Granted;
        extension.Opinion = command.Opinion;
        extension.DecidedByName = change.By.Name;
        extension.DecidedAt = change.At;
        if (command.Granted) await MoveClocksAsync(order, extension, change, cancellationToken);
        audit.Record(change, $"case/{order.InspectionNo}", command.Granted ? "同意整改延期" : "不同意整改延期", order.InspectionNo, new JsonObject { ["dueOn"] = order.DueOn.ToString("O", CultureInfo.InvariantCulture), ["opinion"] = command.Opinion });
        var subject = ClockActs.Of((await db.FindCaseAsync(order.CaseId, cancellationToken)).Value);
        if (await clocks.HappenedAsync("extension.answered", subject, change.On, change, cancellationToken) is { } no) return no;
        return command.Granted && await clocks.HappenedAsync("order.due", subject, order.DueOn, change, cancellationToken) is { } stuck ? stuck : extension;
    }

    /// <summary>Order and clocks move together, whoever decides: the clock's page alone cannot move them.</summary>
    private async Task MoveClocksAsync(RectificationOrder order, RectificationExtension extension, ChangeContext change, CancellationToken cancellationToken)
    {
        var calendar = await calendars.CurrentAsync(cancellationToken);
        foreach (var clock in (await db.WithStagedAsync<Deadline>(d => d.RuleKey == "rectify" && d.SubjectId == order.CaseId && d.DueOn >= extension.RequestedOn, cancellationToken)).Where(d => d.IsRunning))
            await moving.ExtendAsync(clock, order.DueOn, extension.Opinion!, calendar, change, cancellationToken);
    }
}

public sealed class RecordReinspectionHandler(DbContext db, IAuditTrail audit, ClockActs clocks)
{
    public async Task<Result<Reinspection>> HandleAsync(RecordReinspection command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<RectificationOrder>().FindAsync([command.OrderId], cancellationToken) is not { } order) return Refusal.NotFound("rectification.not-found");
        var inspection = (await db.FindCaseAsync(order.CaseId, cancellationToken)).Value;
        if (inspection.RequireGroup(change) is { } forbidden) return forbidden;
        if (order.Status is not RectificationStatus.Issued) return Refusal.Conflict("rectification.ended", order.InspectionNo);
        if (CaseRows.IsBlank(command.Opinion)) return Refusal.Invalid("cases.no-reason", "opinion");
        var present = await Quorum.OfAsync(db, inspection, command.Officers, change.On, cancellationToken);
        if (present.Refusal is { } quorum) return quorum;
        var lines = (await db.WithStagedAsync<RectificationLine>(l => l.OrderId == order.Id, cancellationToken)).ToDictionary(l => l.FindingId);
        var results = command.Lines.DistinctBy(l => l.FindingId).ToList();
        if (results.Count != lines.Count || results.Any(r => !lines.ContainsKey(r.FindingId))) return Refusal.Invalid("rectification.lines", "lines", lines.Count);
        if (command.AllPassed is { } all && all != results.All(r => r.Passed)) return Refusal.Invalid("rectification.outcome", "lines", results.Count(r => !r.Passed));
        if (await db.CheckEvidenceAsync(inspection.Id, results.SelectMany(r => r.EvidenceHashes ?? []), cancellationToken) is { } unknown) return unknown;
        if (results.FirstOrDefault(r => !r.Passed && CaseRows.IsBlank(r.Note)) is not null) return Refusal.Invalid("rectification.no-note", "lines");

        foreach (var result in results)
        {
            var line = lines[result.FindingId];
            line.Passed = result.Passed;
            line.Note = result.Note;
            line.EvidenceHashes = string.Join(';', result.EvidenceHashes ?? []);
            var finding = (await db.Set<Finding>().FindAsync([result.FindingId], cancellationToken))!;
            finding.Status = result.Passed ? FindingStatus.Closed : FindingStatus.Failed;
            finding.ClosedOn = result.Passed ? change.On : null;
            finding.Revision++;
        }
        var failed = results.Count(r => !r.Passed);
        order.Status = failed == 0 ? RectificationStatus.Closed : RectificationStatus.Failed;
        order.ReinspectedOn = change.On;
        order.Revision++;
        var row = new Reinspection
        {
            Id = Ids.New(change),
            OrderId = order.Id,
            CaseId = order.CaseId,
            On = change.On,
            OfficersJson = JsonSerializer.Serialize(present.Value),
            PassedCount = results.Count - failed,
            FailedCount = failed,
            Opinion = command.Opinion,
            RecordedById = change.By.Id,
            RecordedByName = change.By.Name,
            RecordedAt = change.At,
        };
        db.Add(row);
        audit.Record(change, inspection.Chain, "整改复查", order.InspectionNo, new JsonObject { ["passed"] = row.PassedCount, ["failed"] = failed });
        return failed == 0 && await clocks.HappenedAsync("order.met", ClockActs.Of(inspection), change.On, change, cancellationToken) is { } no ? no : row;
    }
}
