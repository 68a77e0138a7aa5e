using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Forms;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.WorkItems;

/// <summary>办理: completes a work item with one of its outcomes and the form's values; the case moves in the same transaction.</summary>
/// <param name="Revision">The revision the person saw; another one means the page is stale. Null: not checked (demo, API without page).</param>
public sealed record CompleteWorkItem(Guid WorkItemId, string Outcome, JsonObject Values, int? Revision = null);

/// <param name="CaseStatus">Status of the instance after the burst (Running, Finished).</param>
/// <param name="Incidents">What went wrong behind the step, in Chinese; the case shows it and waits for a retry.</param>
public sealed record CompletedWorkItem(Guid WorkItemId, Guid RootInstanceId, string CaseNo, string CaseStatus, IReadOnlyList<string> Incidents);

public sealed class CompleteWorkItemHandler(DbContext db, IWorkItemOpener items, WorkItemDesk desk, WorkItemPeople people, FormCatalogue forms, WorkflowRuntime runtime, IUnitFlush flush, IAuditTrail audit, BackDesk back, IServiceProvider services)
{
    public async Task<Result<CompletedWorkItem>> HandleAsync(CompleteWorkItem command, ChangeContext change, CancellationToken cancellationToken)
    {
        var item = await items.OpenAsync(command.WorkItemId, cancellationToken);
        if (item is null) return Refusal.NotFound("work-items.not-found");
        if (item.Status is WorkItemStatus.Completed && item.OperationId is { } done && done == change.OperationId)
            return new CompletedWorkItem(item.Id, item.RootInstanceId, item.CaseNo, "Running", []);
        if (command.Revision is { } seen && seen != item.Revision) return await desk.StaleAsync(item, cancellationToken);
        // A day that has come needs nobody's hand; everything else a person does.
        if (change.By.IsSystem && item.Status is not WorkItemStatus.Open) return await desk.StaleAsync(item, cancellationToken);
        if (!change.By.IsSystem)
        {
            var capacity = await people.CapacityAsync(item, change, cancellationToken);
            if (capacity.Refusal is { } refusal) return refusal;
            // A substitute's act is labelled wherever it is written down.
            change = change with { By = capacity.Value.As };
        }
        if (!item.Outcomes.Contains(command.Outcome)) return Refusal.Invalid("work-items.unknown-outcome", "outcome", command.Outcome, string.Join("、", item.Outcomes));

        // Whatever a definition calls its outcomes: an act takes only those it knows (law 8 of the house).
        if (!FormOutcomes.Allows(item.FormKey, command.Outcome)) return Refusal.Invalid("work-items.unknown-outcome", "outcome", command.Outcome, string.Join("、", FormOutcomes.Of(item.FormKey)));

        if (await db.CheckSignaturesAsync(item, command.Outcome, cancellationToken) is { } unsigned) return unsigned;

        var form = forms.Find(item.FormKey) ?? throw new InvalidOperationException($"Work item {item.Id} names the unknown form {item.FormKey}.");
        var values = FormCheck.Check(await form.Prepare(item, services, cancellationToken), command.Values, command.Outcome);
        if (values.Refusal is { } bad) return bad;

        var applied = await form.Apply(new FormSubmission(item, command.Outcome, values.Value, change, services), cancellationToken);
        if (applied.Refusal is { } no) return no;

        item.Status = WorkItemStatus.Completed;
        item.CompletedAt = change.At;
        item.CompletedById = change.By.Id;
        item.CompletedByName = change.By.Name;
        item.Outcome = command.Outcome;
        item.ValuesJson = values.Value.ToJsonString();
        item.OperationId = change.OperationId == Guid.Empty ? null : change.OperationId;
        item.Revision++;
        if (item.HasSeats()) await db.ReseatAsync(item, cancellationToken);
        audit.Record(change, $"case/{item.CaseNo}", $"办理“{item.Title}”：{command.Outcome}", item.NodeId, values.Value);

        // The steps that follow read the domain with queries: what the form changed must be visible to them.
        await flush.FlushAsync(cancellationToken);
        var resumed = await runtime.ResumeAsync(item.InstanceId, item.BookmarkId, new JsonObject { ["outcome"] = command.Outcome, ["result"] = applied.Value.DeepClone() }, change, cancellationToken);
        if (resumed.Refusal is { } gone) return gone;
        if (item.BackFromId is not null) await back.WelcomeAsync(item, cancellationToken);
        return new CompletedWorkItem(item.Id, item.RootInstanceId, item.CaseNo, resumed.Value.Instance.Status.ToString(), [.. resumed.Value.Incidents.Select(i => i.Message)]);
    }
}
