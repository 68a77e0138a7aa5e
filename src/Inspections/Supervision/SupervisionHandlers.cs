using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Supervision;

/// <summary>发出督办单 on a matter that is late. One order at a time for a matter.</summary>
/// <param name="Requirement">What is asked of the section.</param>
public sealed record OrderSupervision(Guid DeadlineId, string Requirement);

public sealed class OrderSupervisionHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<SupervisionOrder>> HandleAsync(OrderSupervision command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.Is(Roles.Escalation)) return Refusal.Forbidden("supervision.not-escalation");
        if (SupervisionText.Check(command.Requirement, nameof(command.Requirement)) is { } bad) return bad;
        var deadline = await db.Set<Deadline>().FindAsync([command.DeadlineId], cancellationToken);
        if (deadline is null) return Refusal.NotFound("deadlines.not-found");
        if (!deadline.IsRunning || deadline.DueOn >= change.On) return Refusal.Conflict("supervision.not-late", deadline.Title);
        if (await db.Set<SupervisionOrder>().FirstOrDefaultAsync(o => o.DeadlineId == deadline.Id && o.Status != SupervisionStatus.Closed, cancellationToken) is { } open)
            return Refusal.Conflict("supervision.already-ordered", deadline.Title, open.OrderNo);

        var prefix = string.Create(CultureInfo.InvariantCulture, $"督{change.On.Year}-");
        // The unique index holds it: of two at once the later runs again with the next number.
        var last = await db.Set<SupervisionOrder>().Where(o => o.OrderNo.StartsWith(prefix)).MaxAsync(o => (string?)o.OrderNo, cancellationToken);
        var next = last is null ? 1 : int.Parse(last.AsSpan(prefix.Length), CultureInfo.InvariantCulture) + 1;
        var order = new SupervisionOrder
        {
            Id = Ids.New(change),
            OrderNo = string.Create(CultureInfo.InvariantCulture, $"{prefix}{next:000}"),
            DeadlineId = deadline.Id,
            CaseNo = deadline.CaseNo,
            Title = deadline.Title,
            Requirement = command.Requirement.Trim(),
            OrderedOn = change.On,
            OrderedById = change.By.Id,
            OrderedByName = change.By.Name,
        };
        db.Add(order);
        audit.Record(change, order.Chain, "发出督办单", order.OrderNo, new JsonObject { ["title"] = order.Title, ["requirement"] = order.Requirement });
        return order;
    }
}

/// <summary>回复督办: the section says why it is late, what it does, and by when it will be done.</summary>
public sealed record AnswerSupervision(Guid OrderId, string Cause, string Measures, DateOnly PromisedOn);

public sealed class AnswerSupervisionHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<SupervisionOrder>> HandleAsync(AnswerSupervision command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.IsAny(Roles.SectionHead, Roles.DeputyDirector)) return Refusal.Forbidden("supervision.not-section");
        if (SupervisionText.Check(command.Cause, nameof(command.Cause)) is { } noCause) return noCause;
        if (SupervisionText.Check(command.Measures, nameof(command.Measures)) is { } noMeasures) return noMeasures;
        if (command.PromisedOn < change.On) return Refusal.Invalid("supervision.promised-past", nameof(command.PromisedOn));
        var order = await db.Set<SupervisionOrder>().FindAsync([command.OrderId], cancellationToken);
        if (order is null) return Refusal.NotFound("supervision.not-found");
        if (order.Status == SupervisionStatus.Closed) return Refusal.Conflict("supervision.closed", order.OrderNo);
        if (order.OrderedById == change.By.Id) return Refusal.Forbidden("supervision.own-order", order.OrderNo);
        (order.Cause, order.Measures, order.PromisedOn) = (command.Cause.Trim(), command.Measures.Trim(), command.PromisedOn);
        (order.AnsweredById, order.AnsweredByName, order.AnsweredOn) = (change.By.Id, change.By.Name, change.On);
        order.Status = SupervisionStatus.Answered;
        order.Revision++;
        audit.Record(change, order.Chain, "回复督办单", order.OrderNo, new JsonObject { ["cause"] = order.Cause, ["measures"] = order.Measures });
        return order;
    }
}

/// <summary>核销督办单, once the late matter is done, extended or no longer needed; or asked again.</summary>
/// <param name="Close">False: 继续督办, the section answers again.</param>
public sealed record DecideSupervision(Guid OrderId, bool Close, string Opinion);

public sealed class DecideSupervisionHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<SupervisionOrder>> HandleAsync(DecideSupervision command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.Is(Roles.Escalation)) return Refusal.Forbidden("supervision.not-escalation");
        if (SupervisionText.Check(command.Opinion, nameof(command.Opinion)) is { } bad) return bad;
        var order = await db.Set<SupervisionOrder>().FindAsync([command.OrderId], cancellationToken);
        if (order is null) return Refusal.NotFound("supervision.not-found");
        if (order.Status == SupervisionStatus.Closed) return Refusal.Conflict("supervision.closed", order.OrderNo);
        if (order.Status != SupervisionStatus.Answered) return Refusal.Conflict("supervision.not-answered", order.OrderNo);
        if (command.Close && await db.Set<Deadline>().FindAsync([order.DeadlineId], cancellationToken) is { IsRunning: true } deadline && deadline.DueOn < change.On)
            return Refusal.Conflict("supervision.still-late", order.OrderNo, order.Title);
        order.Opinion = command.Opinion.Trim();
        (order.Status, order.ClosedOn) = command.Close ? (SupervisionStatus.Closed, change.On) : (SupervisionStatus.Ordered, (DateOnly?)null);
        order.Revision++;
        audit.Record(change, order.Chain, command.Close ? "核销督办单" : "继续督办", order.OrderNo, new JsonObject { ["opinion"] = order.Opinion });
        return order;
    }
}

internal static class SupervisionText
{
    public static Refusal? Check(string text, string field)
        => string.IsNullOrWhiteSpace(text) ? Refusal.Invalid("supervision.text-needed", field)
            : text.Trim().Length > SupervisionOrder.TextMaxLength ? Refusal.Invalid("supervision.text-too-long", field, SupervisionOrder.TextMaxLength) : null;
}
