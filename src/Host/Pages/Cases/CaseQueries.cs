using System.Text.Json.Nodes;
using DoubleRandom.Documents.Issuing;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Host.Data;
using DoubleRandom.Host.Pages.Parts;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Evidence;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Hazards;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Inspections.Rectification;
using DoubleRandom.Inspections.Transfers;
using DoubleRandom.Inspections.Visits;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Definitions;
using DoubleRandom.Workflows.Drawings;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Cases;

/// <param name="Name">The definition's name.</param>
public sealed record FlowLine(Guid Id, string Name, int Version, bool IsRunning, int Incidents, bool IsRoot);

/// <param name="Kind">css class of the line: plain or <c>bad</c>.</param>
public sealed record TimelineLine(DateTime At, string Who, string What, string? Detail, string Kind);

public sealed record DeadlineLine(Deadline Deadline, DueView? Due, IReadOnlyList<DeadlinePause> Pauses, IReadOnlyList<SkippedDay> Skipped, int Counted);

/// <param name="Name">The holiday's name, 周末, or the pause.</param>
public sealed record SkippedDay(string On, string Name);

public sealed record OpenStep(WorkItem Item, DueView? Due);

/// <param name="Step">What the step is called.</param>
/// <param name="Outcomes">Ways on behind the step, when it is skipped.</param>
/// <param name="Variables">What the step sees and a person may put right; empty once the incident is resolved.</param>
public sealed record IncidentLine(IncidentRow Incident, string Step, string Flow, IReadOnlyList<string> Outcomes, IReadOnlyList<ScopedVariable> Variables);

/// <summary>A matter that follows from a check.</summary>
public sealed record FollowUp(string Kind, string Number, string Text, string State);

/// <summary>What a case page shows, whatever the case is: the check of an inspectee, a campaign, a plan.</summary>
public sealed record CaseView(
    string Number, string Title, InspectionCase? Inspection, Campaign? Campaign, IReadOnlyList<FlowLine> Flows, Guid? FlowId, string Drawing, IReadOnlyList<FlowStep> Steps, IReadOnlyList<OpenStep> Open,
    IReadOnlyList<DeadlineLine> Deadlines, IReadOnlyList<IncidentLine> Incidents, IReadOnlyList<Visit> Visits, IReadOnlyList<Finding> Findings, IReadOnlyList<Dispute> Disputes,
    int ChecksDone, int ChecksAll, IReadOnlyList<FollowUp> FollowUps, IReadOnlyList<Publication> Publications, IReadOnlyList<DocumentLine> Documents, IReadOnlyList<EvidenceItem> Evidence, IReadOnlyList<TimelineLine> Timeline, bool TimelineIsCut);

/// <summary>The case = the root instance and its children, joined by the correlation id; and what the domain knows under that number.</summary>
public sealed class CaseQueries(DbContext db, DueReader dues, DocumentQueries documents, IDefinitionSource source)
{
    private const int TimelineMax = 400;

    /// <param name="flowId">The instance whose drawing is wanted; null: the one where something waits.</param>
    /// <param name="everything">Every line of the journal, not only what people did and what went wrong.</param>
    public async Task<CaseView?> FindAsync(string number, Guid? flowId, bool everything, CancellationToken cancellationToken)
    {
        var instances = await Read<WorkflowInstanceRow>().Where(i => i.CorrelationId == number).OrderBy(i => i.CreatedAt).ThenBy(i => i.Id).ToListAsync(cancellationToken);
        var inspection = await Read<InspectionCase>().SingleOrDefaultAsync(c => c.InspectionNo == number, cancellationToken);
        var campaign = await Read<Campaign>().SingleOrDefaultAsync(c => c.CampaignNo == number, cancellationToken);
        if (instances.Count == 0 && inspection is null && campaign is null) return null;

        var open = await Read<WorkItem>().Where(i => i.CaseNo == number && i.Status == WorkItemStatus.Open).OrderBy(i => i.CreatedAt).ThenBy(i => i.Id).ToListAsync(cancellationToken);
        var definitions = await DefinitionsAsync(instances, cancellationToken);
        var chosen = instances.FirstOrDefault(i => i.Id == flowId)
            ?? instances.FirstOrDefault(i => i.IncidentCount > 0)
            ?? instances.FirstOrDefault(i => open.Any(o => o.InstanceId == i.Id))
            ?? instances.FirstOrDefault(i => i.Id == i.RootInstanceId)
            ?? instances.FirstOrDefault();
        var (drawing, steps) = await DrawAsync(chosen, chosen is null ? null : definitions.GetValueOrDefault(chosen.DefinitionVersionId), cancellationToken);
        var caseId = inspection?.Id ?? Guid.Empty;
        var checks = Read<CheckResult>().Where(r => r.CaseId == caseId);
        var (timeline, cut) = await TimelineAsync(number, instances, everything, cancellationToken);
        return new CaseView(
            number, inspection?.InspecteeName ?? campaign?.Title ?? instances.FirstOrDefault(i => i.Id == i.RootInstanceId)?.Name ?? number, inspection, campaign,
            [.. instances.Select(i => new FlowLine(i.Id, i.Name ?? i.DefinitionId, i.Version, i.Status is WorkflowStatus.Running, i.IncidentCount, i.Id == i.RootInstanceId))],
            chosen?.Id, drawing, steps,
            await OpenAsync(open, cancellationToken), await DeadlinesAsync(number, cancellationToken), await IncidentsAsync(instances, cancellationToken),
            await Read<Visit>().Where(v => v.CaseId == caseId).OrderBy(v => v.Attempt).ToListAsync(cancellationToken),
            await Read<Finding>().Where(f => f.CaseId == caseId).OrderBy(f => f.BookletNo).ThenBy(f => f.Id).ToListAsync(cancellationToken),
            await Read<Dispute>().Where(d => d.CaseId == caseId).OrderBy(d => d.RaisedAt).ToListAsync(cancellationToken),
            await checks.CountAsync(r => r.Outcome != null, cancellationToken), await checks.CountAsync(cancellationToken),
            inspection is null ? [] : await FollowUpsAsync(inspection, cancellationToken),
            await Read<Publication>().Where(p => p.SubjectNo == number || p.CaseId == caseId).OrderBy(p => p.DraftedAt).ToListAsync(cancellationToken),
            await documents.OfCaseAsync(number, cancellationToken),
            await Read<EvidenceItem>().Where(e => e.CaseId == caseId).OrderBy(e => e.TakenAt).ThenBy(e => e.Id).Take(300).ToListAsync(cancellationToken),
            timeline, cut);
    }

    public Task<EvidenceItem?> EvidenceAsync(string number, Guid id, CancellationToken cancellationToken)
        => Read<EvidenceItem>().SingleOrDefaultAsync(e => e.Id == id && e.InspectionNo == number, cancellationToken);

    private IQueryable<T> Read<T>() where T : class => db.Set<T>().AsNoTracking();

    private async Task<Dictionary<string, JsonObject>> DefinitionsAsync(List<WorkflowInstanceRow> instances, CancellationToken cancellationToken)
    {
        var ids = instances.Select(i => i.DefinitionVersionId).Distinct().ToList();
        var rows = await Read<DefinitionVersion>().Where(d => ids.Contains(d.Id)).Select(d => new { d.Id, d.Json }).ToListAsync(cancellationToken);
        return rows.ToDictionary(r => r.Id, r => JsonNode.Parse(r.Json)!.AsObject());
    }

    /// <summary>A step that was passed and is open again (a way back) is waiting, not passed.</summary>
    private async Task<(string Drawing, IReadOnlyList<FlowStep> Steps)> DrawAsync(WorkflowInstanceRow? instance, JsonObject? definition, CancellationToken cancellationToken)
    {
        if (instance is null || definition is null) return ("", []);
        var history = InstanceHistory.Of(await Read<BurstRow>().Where(b => b.InstanceId == instance.Id).OrderBy(b => b.Revision).ToListAsync(cancellationToken));
        var states = new Dictionary<string, StepState>();
        foreach (var execution in history.Executions)
        {
            if (StateOf(execution.Status) is { } state) states[execution.ActivityId] = state;
        }
        foreach (var id in await Read<BookmarkRow>().Where(b => b.InstanceId == instance.Id).Select(b => b.ActivityId).ToListAsync(cancellationToken)) states[id] = StepState.Waiting;
        foreach (var id in await Read<IncidentRow>().Where(i => i.InstanceId == instance.Id && i.ResolvedAt == null).Select(i => i.ActivityId).ToListAsync(cancellationToken)) states[id] = StepState.Faulted;
        return (WorkflowDrawing.Draw(definition, states), WorkflowDrawing.Steps(definition, states));
    }

    private static StepState? StateOf(ActivityStatus status) => status switch
    {
        ActivityStatus.Completed => StepState.Visited,
        ActivityStatus.Running or ActivityStatus.Pending => StepState.Waiting,
        ActivityStatus.Faulted => StepState.Faulted,
        _ => null,
    };

    private async Task<IReadOnlyList<OpenStep>> OpenAsync(List<WorkItem> items, CancellationToken cancellationToken)
    {
        var read = await dues.ReadAsync([.. items.Select(i => (i.Id, i.DueOn))], cancellationToken);
        return [.. items.Zip(read, (item, due) => new OpenStep(item, due))];
    }

    private async Task<IReadOnlyList<DeadlineLine>> DeadlinesAsync(string number, CancellationToken cancellationToken)
    {
        var deadlines = await Read<Deadline>().Where(d => d.CaseNo == number).OrderBy(d => d.OpenedOn).ThenBy(d => d.Id).ToListAsync(cancellationToken);
        var ids = deadlines.Select(d => d.Id).ToList();
        var pauses = (await Read<DeadlinePause>().Where(p => ids.Contains(p.DeadlineId)).OrderBy(p => p.PausedOn).ToListAsync(cancellationToken)).ToLookup(p => p.DeadlineId);
        var lines = new List<DeadlineLine>();
        foreach (var d in deadlines)
        {
            var json = JsonNode.Parse(d.ExplanationJson);
            var skipped = (json?["skipped"] as JsonArray ?? []).Select(s => new SkippedDay(s?["on"]?.GetValue<string>() ?? "", s?["name"]?.GetValue<string>() ?? "周末")).ToList();
            lines.Add(new DeadlineLine(d, d.IsRunning && d.PausedOn is null ? await dues.ReadAsync(d, cancellationToken) : null, [.. pauses[d.Id]], skipped, (json?["counted"] as JsonArray)?.Count ?? 0));
        }
        return lines;
    }

    /// <summary>Whether the step of the instance is parked (again).</summary>
    public Task<bool> IsParkedAsync(Guid instanceId, string nodeId, CancellationToken cancellationToken)
        => Read<IncidentRow>().AnyAsync(i => i.InstanceId == instanceId && i.NodeId == nodeId && i.ResolvedAt == null, cancellationToken);

    private async Task<IReadOnlyList<IncidentLine>> IncidentsAsync(List<WorkflowInstanceRow> instances, CancellationToken cancellationToken)
    {
        var ids = instances.Select(i => i.Id).ToList();
        var incidents = await Read<IncidentRow>().Where(i => ids.Contains(i.InstanceId)).OrderBy(i => i.At).ThenBy(i => i.Id).ToListAsync(cancellationToken);
        List<IncidentLine> lines = [];
        foreach (var incident in incidents)
        {
            var instance = instances.First(i => i.Id == incident.InstanceId);
            var workflow = (await source.FindVersionAsync(instance.DefinitionVersionId, cancellationToken))!;
            var node = workflow.Find(incident.NodeId);
            var outcomes = node?.Outgoing.Select(e => e.Port).Distinct().ToList() ?? [];
            lines.Add(new IncidentLine(incident, node?.DisplayText ?? incident.ActivityId, instance.Name ?? instance.DefinitionId, outcomes.Count == 0 ? ["Done"] : outcomes,
                incident.ResolvedAt is null ? ScopedVariable.Of(workflow, instance, incident.ExecutionId) : []));
        }
        return lines;
    }

    private async Task<IReadOnlyList<FollowUp>> FollowUpsAsync(InspectionCase inspection, CancellationToken cancellationToken)
    {
        var lines = new List<FollowUp>();
        foreach (var o in await Read<RectificationOrder>().Where(o => o.CaseId == inspection.Id).OrderBy(o => o.Sequence).ToListAsync(cancellationToken))
            lines.Add(new FollowUp("责令整改", $"{inspection.InspectionNo}/{o.Sequence}", $"{Wording.Day(o.IssuedOn)} 下达，期限 {Wording.Day(o.DueOn)}", CaseWords.Of(o.Status)));
        foreach (var p in await Read<PenaltyCase>().Where(p => p.CaseId == inspection.Id).OrderBy(p => p.PenaltyNo).ToListAsync(cancellationToken))
            lines.Add(new FollowUp("行政处罚", p.PenaltyNo, p.AmountFen > 0 ? $"{p.Cause}；罚款 {Wording.Yuan(p.AmountFen)} 元，已缴 {Wording.Yuan(p.PaidFen)} 元" : p.Cause, CaseWords.Of(p.Status)));
        foreach (var h in await Read<MajorHazard>().Where(h => h.CaseId == inspection.Id).OrderBy(h => h.ProposedOn).ToListAsync(cancellationToken))
            lines.Add(new FollowUp("挂牌督办", h.ListNo ?? "—", h.Description, CaseWords.Of(h.Status)));
        foreach (var t in await Read<LeadTransfer>().Where(t => t.CaseId == inspection.Id).OrderBy(t => t.SentOn).ToListAsync(cancellationToken))
            lines.Add(new FollowUp("线索移送", t.TargetBody, $"{Wording.Day(t.SentOn)} 移送，{Wording.Day(t.ReplyDueOn)} 前回复", t.ReceivedOn is null ? "待回执" : "已收到回执"));
        return lines;
    }

    /// <summary>What people did (the audit chains of the number) and what the flow did by itself, the newest first.</summary>
    private async Task<(IReadOnlyList<TimelineLine> Lines, bool IsCut)> TimelineAsync(string number, List<WorkflowInstanceRow> instances, bool everything, CancellationToken cancellationToken)
    {
        string[] chains = [$"case/{number}", $"campaign/{number}", $"plan/{number}"];
        var acts = await Read<AuditEntry>().Where(e => chains.Contains(e.Chain)).OrderByDescending(e => e.At).ThenByDescending(e => e.Sequence).Take(TimelineMax).ToListAsync(cancellationToken);
        var ids = instances.Select(i => i.Id).ToList();
        // Every burst has a line at least, so the last so many bursts hold the last so many lines.
        var bursts = await Read<BurstRow>().Where(b => ids.Contains(b.InstanceId) && (everything || b.IsNotable)).OrderByDescending(b => b.At).ThenByDescending(b => b.Revision).Take(TimelineMax).ToListAsync(cancellationToken);
        var steps = InstanceHistory.Of(bursts.OrderBy(b => b.Revision)).Lines.Where(j => everything || JournalEvents.IsNotable(j.EventName))
            .OrderByDescending(j => j.At).ThenByDescending(j => j.Sequence).Take(TimelineMax).ToList();
        var lines = acts.Select(e => (e.At, Order: e.Sequence, Line: new TimelineLine(e.At, e.ByName, e.Action, e.Reason ?? OpinionOf(e.Data) ?? (IsChinese(e.Subject) ? e.Subject : null), "")))
            .Concat(steps.Select(j => (j.At, Order: j.Sequence, Line: new TimelineLine(j.At, j.ByName, $"{EventName(j.EventName)}：{j.ActivityName ?? j.ActivityId}", j.EventName is "Completed" ? null : j.Message, j.EventName is "Faulted" ? "bad" : "flow"))))
            .OrderByDescending(l => l.At).ThenByDescending(l => l.Order).Select(l => l.Line).ToList();
        return ([.. lines.Take(TimelineMax)], lines.Count > TimelineMax || acts.Count == TimelineMax || steps.Count == TimelineMax);
    }

    /// <summary>What the person wrote, where the act took an opinion.</summary>
    private static string? OpinionOf(string? data)
    {
        if (data is null || JsonNode.Parse(data) is not JsonObject values) return null;
        string[] names = ["opinion", "reason", "requirement", "explanation"];
        return names.Select(n => values[n] is JsonValue v && v.TryGetValue<string>(out var text) && text.Length > 0 ? text : null).FirstOrDefault(t => t is not null);
    }

    /// <summary>Node and row ids say nothing to a reader.</summary>
    private static bool IsChinese(string text) => text.Any(c => c is >= '\u4e00' and <= '\u9fff');

    private static string EventName(string name) => name switch
    {
        "Started" => "步骤开始",
        "Suspended" => "步骤等待",
        "Resumed" => "步骤继续",
        "Completed" => "步骤完成",
        "Canceled" => "步骤取消",
        "Faulted" => "步骤异常",
        "Retried" => "重试步骤",
        "Skipped" => "跳过步骤",
        "VariableRevised" => "修改变量",
        "Migrated" => "流程迁移",
        "MigrationUndone" => "撤销迁移",
        "SentBack" => "退回",
        "TakenBack" => "撤回",
        "CameBack" => "退回后重新报送",
        "Decided" => "作出决定",
        "Line" => "记录",
        _ => name,
    };
}
