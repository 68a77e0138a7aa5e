using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Documents.Issuing;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Definitions;
using DoubleRandom.Workflows.Drawings;
using DoubleRandom.Workflows.Forms;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Simulation;

/// <summary>Reads what came of a trial out of its sandbox, before that is thrown away.</summary>
internal sealed class SimulationReader(Sandbox sandbox, SimulationPlan plan, DbContext db)
{
    /// <summary>The most lines and documents one report keeps: it stays in memory for some time.</summary>
    public const int MaxEntries = 1_500;
    public const int MaxDocuments = 120;

    private readonly List<SimulationEntry> _entries = [];
    private readonly List<SimulatedDocument> _documents = [];
    private Dictionary<Guid, WorkflowInstanceRow> _instances = [];

    public async Task<SimulationReport> ReadAsync(SimulationRun run, SimulationRequest request, DateOnly from, SimulationEnd end, IReadOnlyList<LintFinding> findings, CancellationToken cancellationToken)
    {
        _instances = await db.Set<WorkflowInstanceRow>().AsNoTracking().ToDictionaryAsync(i => i.Id, cancellationToken);
        var deadlines = await db.Set<Deadline>().AsNoTracking().ToDictionaryAsync(d => d.Id, cancellationToken);
        await TasksAsync(deadlines, cancellationToken);
        Deadlines(deadlines.Values);
        await AlertsAsync(deadlines, cancellationToken);
        await DocumentsAsync(cancellationToken);
        await PublicationsAsync(cancellationToken);
        var mails = await NoticesAsync(cancellationToken);
        await IncidentsAsync(cancellationToken);
        foreach (var stuck in run.Stuck)
            Add(stuck.At, EntryKind.Stuck, stuck.Item.Title, RoleName(stuck.Item.Role), stuck.Why, flow: FlowOf(stuck.Item.InstanceId));
        var ordered = _entries.OrderBy(e => e.At).ThenBy(e => e.Kind).ToList();
        return new SimulationReport(request, plan.World.Tried.Name, from, sandbox.Time.Today, end, run.Steps, mails, _instances.Values.Any(i => i.DefinitionId == plan.World.Tried.DefinitionId),
            ordered.Count > MaxEntries ? ordered[..MaxEntries] : ordered, _documents, await WaitsAsync(cancellationToken), findings, await DrawingAsync(cancellationToken), ordered.Count > MaxEntries);
    }

    private void Add(DateTime at, EntryKind kind, string title, string? who = null, string? detail = null, DateOnly? due = null, string? why = null, string? result = null, string? flow = null, int? document = null)
        => _entries.Add(new SimulationEntry(at, sandbox.Time.DateOf(at), kind, title, who, detail, due, why, result, flow, document));

    private string? FlowOf(Guid? instanceId) => instanceId is { } id && _instances.TryGetValue(id, out var instance) ? plan.World.NameOf(instance.DefinitionId) : null;

    private static string RoleName(string role) => Roles.Find(role)?.Name ?? role;

    private async Task TasksAsync(Dictionary<Guid, Deadline> deadlines, CancellationToken cancellationToken)
    {
        var forms = sandbox.Services.GetRequiredService<FormCatalogue>();
        foreach (var item in await db.Set<WorkItem>().AsNoTracking().ToListAsync(cancellationToken))
        {
            var deadline = item.DeadlineId is { } id ? deadlines.GetValueOrDefault(id) : null;
            var result = item.Status switch
            {
                WorkItemStatus.Completed => $"{sandbox.Time.DateOf(item.CompletedAt!.Value).Iso()} {item.CompletedByName}：{item.Outcome}",
                WorkItemStatus.Open => "没有办",
                _ => "已失效",
            };
            Add(item.CreatedAt, EntryKind.Task, item.Title, RoleName(item.Role) + (item.AssigneeNumbers.Count > 0 ? "（指定人员）" : ""),
                $"表单：{forms.Find(item.FormKey)?.Title ?? item.FormKey}；办理意见：{string.Join('、', item.Outcomes)}", item.DueOn, deadline is null ? null : Derivation(deadline), result, FlowOf(item.InstanceId));
        }
    }

    private void Deadlines(IEnumerable<Deadline> deadlines)
    {
        foreach (var d in deadlines)
        {
            var result = d.Status switch
            {
                DeadlineStatus.Met when d.MetOn is { } on => d.IsWindow ? "期间届满" : $"{on.Iso()} 办结{(on > d.DueOn ? "，逾期" : "")}",
                DeadlineStatus.Cancelled => "已撤销",
                DeadlineStatus.Overdue => "逾期未办",
                _ => "尚未办结",
            };
            // No step of any drawing ends it: nobody in the trial could have.
            if (d.Status is DeadlineStatus.Overdue or DeadlineStatus.Open && ActOf(d.RuleKey) is { } act) result += $"（流程中没有这一步：由人员在案件的“登记起止事项”登记“{act}”才办结，试运行不代为登记）";
            Add(MadeAt(d.Id), EntryKind.Deadline, d.Title, RoleName(d.OwnerRole), null, d.DueOn, Derivation(d), result, FlowOf(d.InstanceId));
        }
    }

    private static string? ActOf(string rule) => ClockAct.All.FirstOrDefault(a => a.IsByHand && a.Meets.Contains(rule))?.Name;

    /// <summary>The instant in a version-7 id: a deadline keeps only the day.</summary>
    private static DateTime MadeAt(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        bytes = bytes[..6];
        var milliseconds = 0L;
        foreach (var part in bytes) milliseconds = milliseconds << 8 | part;
        return DateTime.UnixEpoch.AddMilliseconds(milliseconds);
    }

    private static string Derivation(Deadline deadline) => $"{deadline.Explanation}（{deadline.Citation}）";

    private async Task AlertsAsync(Dictionary<Guid, Deadline> deadlines, CancellationToken cancellationToken)
    {
        foreach (var told in (await db.Set<Alert>().AsNoTracking().ToListAsync(cancellationToken)).GroupBy(a => (a.DeadlineId, a.Round, a.Rung, a.Text)))
        {
            var first = told.MinBy(a => a.CreatedAt)!;
            var readers = told.Select(a => a.RecipientRole is { } role ? RoleName(role)
                : sandbox.People.Values.FirstOrDefault(p => p.Id == a.RecipientId || (a.RecipientNumber is not null && p.RegisterNumber == a.RecipientNumber))?.Name ?? "经办人").Distinct();
            Add(first.CreatedAt, EntryKind.Alert, Rung(told.Key.Rung), string.Join('、', readers), first.Text, deadlines.GetValueOrDefault(first.DeadlineId)?.DueOn);
        }
    }

    private static string Rung(int rung) => rung switch
    {
        Alert.MovedRung => "期限变动",
        Alert.SecrecyRung => "名单保密",
        Alert.SeatRung => "检查组变动",
        Alert.UrgeRung => "催办",
        _ when DeadlineRung.Of(rung) is (RungUnit.SinceStart, var since) => $"起算后第 {since} 日（内部目标）催办",
        _ when DeadlineRung.Of(rung) is (RungUnit.CalendarDays, var before) => $"到期前 {before} 日催办",
        > 0 => $"到期前 {rung} 个工作日催办",
        0 => "到期当日催办",
        _ => $"逾期 {-rung} 个工作日督办",
    };

    private async Task DocumentsAsync(CancellationToken cancellationToken)
    {
        foreach (var document in await db.Set<OfficialDocument>().AsNoTracking().OrderBy(d => d.SignedAt).ThenBy(d => d.Id).ToListAsync(cancellationToken))
        {
            int? at = null;
            if (_documents.Count < MaxDocuments)
            {
                at = _documents.Count;
                _documents.Add(new SimulatedDocument(document.Title, document.Number, document.Html));
            }
            Add(document.SignedAt, EntryKind.Document, document.Title, document.SignedByName, document.Number is { } number ? $"文号样例：{number}" : "内部文书，不编文号", document: at);
        }
    }

    private async Task PublicationsAsync(CancellationToken cancellationToken)
    {
        foreach (var publication in await db.Set<Publication>().AsNoTracking().Where(p => p.PublishedAt != null).ToListAsync(cancellationToken))
        {
            Add(publication.PublishedAt!.Value, EntryKind.Publication, publication.Title, publication.PublisherName, $"公示类型：{PublicationKinds.Names[publication.Kind]}；审核：{publication.ReviewerName}",
                publication.DueOn, result: publication.ExpiresOn is { } until ? $"公示至 {until.Iso()}" : null);
        }
    }

    /// <summary>Mails that a step itself asks for are lines of their own; those that go with an alert are counted.</summary>
    private async Task<int> NoticesAsync(CancellationToken cancellationToken)
    {
        var messages = await db.Set<OutboxMessage>().AsNoTracking().ToListAsync(cancellationToken);
        foreach (var told in messages.Where(m => m.DedupeKey.StartsWith("notify/", StringComparison.Ordinal)).GroupBy(m => m.DedupeKey[..m.DedupeKey.LastIndexOf('/')]))
        {
            var first = told.MinBy(m => m.CreatedAt)!;
            var texts = told.Select(m => JsonNode.Parse(m.Payload)!).ToList();
            Add(first.CreatedAt, EntryKind.Notice, texts[0]["subject"]?.ToString() ?? "通知", string.Join('、', texts.Select(t => t["name"]?.ToString())), texts[0]["text"]?.ToString());
        }
        return messages.Count(m => m.Kind == "mail");
    }

    private async Task IncidentsAsync(CancellationToken cancellationToken)
    {
        foreach (var incident in await db.Set<IncidentRow>().AsNoTracking().ToListAsync(cancellationToken))
        {
            var definition = _instances.GetValueOrDefault(incident.InstanceId)?.DefinitionId ?? "";
            Add(incident.At, EntryKind.Incident, plan.World.StepName(definition, incident.ActivityId), null, incident.Message, flow: FlowOf(incident.InstanceId));
        }
    }

    private async Task<IReadOnlyList<string>> WaitsAsync(CancellationToken cancellationToken)
    {
        var waits = (await db.Set<WorkItem>().AsNoTracking().Where(i => i.Status == WorkItemStatus.Open).OrderBy(i => i.CreatedAt).ThenBy(i => i.Id).ToListAsync(cancellationToken))
            .Select(i => $"待办“{i.Title}”（{RoleName(i.Role)}）");
        var marks = (await db.Set<BookmarkRow>().AsNoTracking().Where(b => b.Name == "Elsa.Event" || b.DueAt != null).OrderBy(b => b.CreatedAt).ToListAsync(cancellationToken))
            .Select(b => (b.DueAt, Step: plan.World.StepName(_instances.GetValueOrDefault(b.InstanceId)?.DefinitionId ?? "", b.ActivityId)))
            .Select(b => b.DueAt is { } due ? string.Create(CultureInfo.InvariantCulture, $"“{b.Step}”等到 {sandbox.Time.DateOf(due):yyyy-MM-dd}") : $"“{b.Step}”等待事件，试运行中没有人发出这个事件");
        return [.. waits.Concat(marks).Take(50)];
    }

    /// <summary>Where the version under trial went: of several instances together, what went wrong in any of them shows.</summary>
    private async Task<string> DrawingAsync(CancellationToken cancellationToken)
    {
        var tried = plan.World.Tried.DefinitionId;
        var own = _instances.Values.Where(i => i.DefinitionId == tried).Select(i => i.Id).ToHashSet();
        if (plan.World.JsonOf(tried) is not { } json) return "";
        var states = new Dictionary<string, StepState>(StringComparer.Ordinal);
        var history = InstanceHistory.Of(await db.Set<BurstRow>().AsNoTracking().Where(b => own.Contains(b.InstanceId)).OrderBy(b => b.Revision).ToListAsync(cancellationToken));
        foreach (var execution in history.Executions)
            if (execution.Status is ActivityStatus.Completed) states[execution.ActivityId] = StepState.Visited;
        foreach (var id in await db.Set<BookmarkRow>().AsNoTracking().Where(b => own.Contains(b.InstanceId)).Select(b => b.ActivityId).ToListAsync(cancellationToken)) states[id] = StepState.Waiting;
        foreach (var id in await db.Set<IncidentRow>().AsNoTracking().Where(i => own.Contains(i.InstanceId)).Select(i => i.ActivityId).ToListAsync(cancellationToken)) states[id] = StepState.Faulted;
        return WorkflowDrawing.Draw(json, states);
    }
}
