using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Host.Demo;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Evidence;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Forms;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Simulation;

/// <summary>Answers the work items of a trial as the sample county's people would: the outcomes asked for, else the course's, else the step's first.</summary>
internal sealed class SimulatedAnswers(Sandbox sandbox, SimulationRequest request)
{
    private const int LateDays = 6;

    // Of the office's one campaign every object has its own branch; here the first has the course that is tried.
    private readonly DemoScript _script = new((_, position) => position <= 1 ? request.Course.Branch : DemoBranch.NothingFound);
    private readonly Dictionary<Guid, DateTimeOffset> _when = [];
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <summary>The instant at which the item is done, not before now.</summary>
    public async Task<DateTimeOffset> WhenAsync(WorkItem item, CancellationToken cancellationToken)
    {
        if (!_when.TryGetValue(item.Id, out var at)) _when[item.Id] = at = await PlanAsync(item, cancellationToken);
        return at;
    }

    private async Task<DateTimeOffset> PlanAsync(WorkItem item, CancellationToken cancellationToken)
    {
        await using var scope = sandbox.Services.CreateAsyncScope();
        DateOnly day;
        try
        {
            day = await _script.WhenAsync(item, scope.ServiceProvider, cancellationToken);
        }
        catch (Exception e) when (e is InvalidOperationException or NullReferenceException)
        {
            // A form that was drawn where its case is missing: answering it tells what is wrong.
            day = item.CreatedOn;
        }
        if (request.Late && item.DueOn is { } due && (await scope.ServiceProvider.GetRequiredService<CalendarSource>().CurrentAsync(cancellationToken)).Add(due, LateDays).On is var late && late > day) day = late;
        var hour = DemoScript.NotBefore(item.FormKey) is var named && named > SimulationRun.Opening ? named : SimulationRun.Opening;
        return new DateTimeOffset(sandbox.Time.InstantOf(day, hour), TimeSpan.Zero);
    }

    /// <summary>Who may do it, best first, each with the same answer.</summary>
    public async Task<IReadOnlyList<(Actor By, DemoAnswer Answer)>> AnswerAsync(WorkItem item, CancellationToken cancellationToken)
    {
        await using var scope = sandbox.Services.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var definition = await services.GetRequiredService<DbContext>().Set<WorkflowInstanceRow>().AsNoTracking().Where(i => i.Id == item.InstanceId).Select(i => i.DefinitionId).SingleAsync(cancellationToken);
        var key = $"{definition}/{item.ActivityId}";
        // The first time only: a step that sends back would send back for ever.
        var chosen = request.Outcomes.TryGetValue(key, out var asked) && item.Outcomes.Contains(asked) && _used.Add($"{key}/{item.RootInstanceId}") ? asked : null;
        var answer = await _script.AnswerAsync(item, services, sandbox.Time.Today, cancellationToken, chosen);
        await CompleteAsync(item, answer, services, cancellationToken);
        var first = sandbox.People[answer.UserName];
        return [(first, answer), .. sandbox.People.Values.Where(p => p.Id != first.Id && item.MayAct(p) is null).Select(p => (p, answer)), (first, await FullerAsync(item, answer, services, cancellationToken))];
    }

    /// <summary>The same with every reason and remark given: some are asked for only where something is unusual.</summary>
    private async Task<DemoAnswer> FullerAsync(WorkItem item, DemoAnswer answer, IServiceProvider services, CancellationToken cancellationToken)
    {
        var fuller = answer with { Values = answer.Values.DeepClone().AsObject() };
        var view = await services.GetRequiredService<FormCatalogue>().Find(item.FormKey)!.Prepare(item, services, cancellationToken);
        foreach (var field in view.Fields.Where(f => !f.ReadOnly && f.Kind is FieldKind.Text or FieldKind.Multiline && IsBlank(fuller.Values[f.Name]))) fuller.Values[field.Name] = await SampleAsync(field, services, cancellationToken);
        return fuller;
    }

    /// <summary>Whatever the form still asks for is filled with the first choice or a sample.</summary>
    private async Task CompleteAsync(WorkItem item, DemoAnswer answer, IServiceProvider services, CancellationToken cancellationToken)
    {
        if (item.FormKey == "special.open") await SampleCheck.FillAsync(answer.Values, services, cancellationToken);
        var view = await services.GetRequiredService<FormCatalogue>().Find(item.FormKey)!.Prepare(item, services, cancellationToken);
        foreach (var field in view.Fields.Where(f => f.Required && !f.ReadOnly && f.Kind is not FieldKind.Note && (f.RequiredFor is null || f.RequiredFor.Contains(answer.Outcome))))
        {
            if (IsBlank(answer.Values[field.Name])) answer.Values[field.Name] = await SampleAsync(field, services, cancellationToken);
        }
    }

    private static bool IsBlank(JsonNode? node) => node is null or JsonArray { Count: 0 } || (node is JsonValue v && v.TryGetValue<string>(out var text) && string.IsNullOrWhiteSpace(text));

    private async Task<JsonNode?> SampleAsync(FormField field, IServiceProvider services, CancellationToken cancellationToken)
    {
        switch (field.Kind)
        {
            case FieldKind.Text or FieldKind.Multiline: return $"（试运行样例：{field.Label}）";
            case FieldKind.Date: return sandbox.Time.Today.Iso();
            case FieldKind.Time: return "09:00";
            case FieldKind.Number: return 1;
            case FieldKind.Yuan: return "1000";
            case FieldKind.Choice: return field.Options is [var first, ..] ? first.Value : null;
            case FieldKind.Choices: return field.Options is [var one, ..] ? new JsonArray(one.Value) : null;
            case FieldKind.Flag: return true;
            case FieldKind.Files:
                using (var png = new MemoryStream(DemoPhoto.Png(1)))
                {
                    var stored = await services.GetRequiredService<EvidenceStore>().PutAsync(png, Ids.New(sandbox.Time.UtcNow), cancellationToken);
                    return stored.Refusal is null ? new JsonArray(stored.Value.Sha256) : null;
                }
            case FieldKind.Rows:
                var row = new JsonObject();
                foreach (var column in field.Columns ?? []) row[column.Name] = column.Default?.DeepClone() ?? await SampleAsync(column, services, cancellationToken);
                return new JsonArray((JsonNode)row);
            default: return null;
        }
    }
}
