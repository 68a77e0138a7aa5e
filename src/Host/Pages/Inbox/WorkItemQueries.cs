using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Host.Pages.Parts;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Forms;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Inbox;

/// <param name="Refusal">Why the person may not act; null: he may.</param>
/// <param name="Form">The form made ready; null when the person may not act.</param>
/// <param name="Inspection">The check it belongs to, when it is about one.</param>
public sealed record WorkItemView(
    WorkItem Item, string FormTitle, Refusal? Refusal, FormView? Form, DueView? Due, Deadline? Deadline, InspectionCase? Inspection, IReadOnlyList<AnswerLine> Answers);

/// <param name="Text">What was entered, as people read it.</param>
public sealed record AnswerLine(string Label, string Text);

public sealed class WorkItemQueries(DbContext db, FormCatalogue forms, DueReader dues, IServiceProvider services)
{
    public async Task<WorkItemView?> FindAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        if (await db.Set<WorkItem>().AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, cancellationToken) is not { } item) return null;
        var form = forms.Find(item.FormKey);
        var refusal = item.MayAct(actor);
        var view = refusal is null && form is not null ? await form.Prepare(item, services, cancellationToken) : null;
        var deadline = item.DeadlineId is { } deadlineId ? await db.Set<Deadline>().AsNoTracking().SingleOrDefaultAsync(d => d.Id == deadlineId, cancellationToken) : null;
        var inspection = await db.Set<InspectionCase>().AsNoTracking().SingleOrDefaultAsync(c => c.InspectionNo == item.CaseNo, cancellationToken);
        var due = item.Status is WorkItemStatus.Open ? await dues.ReadAsync(deadline?.DueOn ?? item.DueOn, cancellationToken) : null;
        return new WorkItemView(item, form?.Title ?? item.Title, refusal, view, due, deadline, inspection, await AnswersAsync(item, form, cancellationToken));
    }

    /// <summary>What the person goes on with: another step of the same case, else the next of his own.</summary>
    public async Task<WorkItem?> NextAsync(Actor actor, string caseNo, CancellationToken cancellationToken)
    {
        var open = db.Set<WorkItem>().AsNoTracking().OpenFor(actor);
        return await open.Where(i => i.CaseNo == caseNo).OrderBy(i => i.DueOn == null).ThenBy(i => i.DueOn).ThenBy(i => i.Id).FirstOrDefaultAsync(cancellationToken)
            ?? await open.MineOf(actor).OrderBy(i => i.DueOn == null).ThenBy(i => i.DueOn).ThenBy(i => i.Id).FirstOrDefaultAsync(cancellationToken);
    }

    private async Task<IReadOnlyList<AnswerLine>> AnswersAsync(WorkItem item, Form? form, CancellationToken cancellationToken)
    {
        if (item is not { Status: WorkItemStatus.Completed, ValuesJson: { } json } || form is null) return [];
        var values = JsonNode.Parse(json)!.AsObject();
        FormView view;
        try
        {
            // For the labels only: what could be chosen then may no longer be offered now.
            view = await form.Prepare(item, services, cancellationToken);
        }
        catch (InvalidOperationException)
        {
            // The step is over, and a form may find nothing more to prepare; what was decided stands in the record of the case.
            return [];
        }
        return [.. view.Fields.Where(f => values[f.Name] is not null).Select(f => new AnswerLine(f.Label, Read(f, values[f.Name]!)))];
    }

    private static string Read(FormField field, JsonNode value) => field.Kind switch
    {
        FieldKind.Flag => value.GetValue<bool>() ? "是" : "否",
        FieldKind.Yuan => $"{Wording.Yuan(value.GetValue<long>())} 元",
        FieldKind.Choice => Option(field, value.GetValue<string>()),
        FieldKind.Choices => string.Join("、", value.AsArray().Select(v => Option(field, v!.GetValue<string>()))),
        FieldKind.Files => $"{value.AsArray().Count} 个文件",
        FieldKind.Rows => string.Join("\n", value.AsArray().OfType<JsonObject>().Select((row, i)
            => $"{i + 1}. {string.Join("；", field.Columns!.Where(c => row[c.Name] is not null).Select(c => $"{c.Label}：{Read(c, row[c.Name]!)}"))}")),
        _ => value.GetValueKind() is System.Text.Json.JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString(),
    };

    private static string Option(FormField field, string value) => field.Options?.FirstOrDefault(o => o.Value == value)?.Text ?? value;
}
