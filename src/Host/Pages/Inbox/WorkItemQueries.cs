using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Host.Pages.Parts;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Forms;
using DoubleRandom.Workflows.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Inbox;

/// <param name="Refusal">Why the person may not decide; null: he may.</param>
/// <param name="As">As whom he would act, when it is for somebody else.</param>
/// <param name="Form">The form made ready; null when the person may not act.</param>
/// <param name="Inspection">The check it belongs to, when it is about one.</param>
/// <param name="Signers">Who was asked to sign, removed ones too.</param>
/// <param name="Verbs">What else the person may do with it.</param>
/// <param name="Pauses">The reasons for which its deadline may be stopped with it; empty: it may not.</param>
public sealed record WorkItemView(
    WorkItem Item, string FormTitle, Refusal? Refusal, string? As, FormView? Form, DueView? Due, Deadline? Deadline, InspectionCase? Inspection, IReadOnlyList<AnswerLine> Answers,
    IReadOnlyList<WorkItemAct> Acts, IReadOnlyList<WorkItemSigner> Signers, SignTally? Tally, Delegation? Asked, IReadOnlyList<Verb> Verbs, IReadOnlyList<BackTarget> BackTargets,
    IReadOnlyList<Colleague> Colleagues, IReadOnlyList<string> Pauses);

/// <param name="Text">What was entered, as people read it.</param>
public sealed record AnswerLine(string Label, string Text);

/// <summary>What can be done with an item besides deciding it.</summary>
public enum Verb { Claim, Release, Transfer, Delegate, Return, Recall, AddSigners, RemoveSigner, Sign, SendBack, TakeBack, Suspend, Resume, Urge, Copy, Terminate }

/// <param name="Unfit">Why the item may not be transferred to the person; null: it may.</param>
public sealed record Colleague(Guid Id, string Name, string? Section, bool HoldsRole, string? Unfit);

public sealed class WorkItemQueries(DbContext db, FormCatalogue forms, DueReader dues, WorkItemPeople people, BackDesk back, DeadlineRuleSource rules, TimeProvider time, IServiceProvider services)
{
    public async Task<WorkItemView?> FindAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        if (await db.Set<WorkItem>().AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, cancellationToken) is not { } item) return null;
        var form = forms.Find(item.FormKey);
        var change = ChangeContext.Now(time, actor);
        var capacity = await people.CapacityAsync(item, change, cancellationToken);
        var view = capacity.Refusal is null && form is not null ? await form.Prepare(item, services, cancellationToken) : null;
        var deadline = item.DeadlineId is { } deadlineId ? await db.Set<Deadline>().AsNoTracking().SingleOrDefaultAsync(d => d.Id == deadlineId, cancellationToken) : null;
        var inspection = await db.Set<InspectionCase>().AsNoTracking().SingleOrDefaultAsync(c => c.InspectionNo == item.CaseNo, cancellationToken);
        var due = item.Status is not WorkItemStatus.Open ? null : deadline is not null ? await dues.ReadAsync(deadline, cancellationToken) : await dues.ReadAsync(item.DueOn, cancellationToken);
        var acts = await db.Set<WorkItemAct>().AsNoTracking().Where(a => a.WorkItemId == id).OrderBy(a => a.At).ThenBy(a => a.Id).ToListAsync(cancellationToken);
        var signers = await db.Set<WorkItemSigner>().AsNoTracking().Where(s => s.WorkItemId == id).OrderBy(s => s.AddedAt).ThenBy(s => s.Id).ToListAsync(cancellationToken);
        var delegations = await db.Set<Delegation>().AsNoTracking().Where(d => d.WorkItemId == id && d.EndedAt == null).OrderBy(d => d.Level).ToListAsync(cancellationToken);
        var targets = capacity.Refusal is null ? await back.TargetsAsync(item, cancellationToken) : [];
        var verbs = await VerbsAsync(item, change, capacity.Refusal, signers, delegations, targets, cancellationToken);
        return new WorkItemView(item, form?.Title ?? item.Title, capacity.Refusal, capacity is { Refusal: null, Value.PrincipalId: not null } ? capacity.Value.As.Name : null, view, due, deadline, inspection,
            await AnswersAsync(item, form, cancellationToken), acts, signers, item.SignRule is SignRule.None ? null : SignTally.Of(item.SignRule, item.SignShare, signers),
            delegations.Count > 0 && delegations[^1].ToId == actor.Id ? delegations[^1] : null, verbs, targets, await ColleaguesAsync(item, change, verbs, cancellationToken),
            verbs.Contains(Verb.Suspend) && deadline is { IsRunning: true, PausedOn: null } ? (await rules.CurrentAsync(cancellationToken)).TermsOf(deadline)?.Pauses ?? [] : []);
    }

    /// <summary>Only what the person may do is offered; the handlers decide it again.</summary>
    private async Task<List<Verb>> VerbsAsync(
        WorkItem item, ChangeContext change, Refusal? refusal, List<WorkItemSigner> signers, List<Delegation> delegations, IReadOnlyList<BackTarget> targets, CancellationToken cancellationToken)
    {
        List<Verb> verbs = [];
        var me = change.By;
        if (item.Status is WorkItemStatus.Completed && item.CompletedById == me.Id)
        {
            if (await IsFreshAsync(item, cancellationToken)) verbs.Add(Verb.TakeBack);
            verbs.Add(Verb.Copy);
            return verbs;
        }
        if (item.Status is not WorkItemStatus.Open) return verbs;
        var holds = (await people.CapacityAsync(item, change, cancellationToken, mayHoldOnly: true)).Refusal is null;
        var isSuspended = item.SuspendedAt is not null;
        if (refusal is null)
        {
            if (item.ClaimedById is null) verbs.Add(Verb.Claim);
            if (item.ClaimedById == me.Id) verbs.Add(Verb.Release);
        }
        if (item.DelegatedById is null && !isSuspended && (holds || WorkItemPeople.Leads(me))) verbs.Add(Verb.Transfer);
        if (holds && !isSuspended) verbs.Add(Verb.Delegate);
        if (holds && item.DelegatedById is not null && !isSuspended) verbs.Add(Verb.Return);
        if (delegations.Exists(d => d.FromId == me.Id)) verbs.Add(Verb.Recall);
        if (refusal is null && SignTally.Of(item.SignRule, item.SignShare, signers).Passed is not false) verbs.Add(Verb.AddSigners);
        if (refusal is null && signers.Exists(s => s.EndedAt is null)) verbs.Add(Verb.RemoveSigner);
        if (!isSuspended && signers.Exists(s => s.PersonId == me.Id && s.EndedAt is null)) verbs.Add(Verb.Sign);
        if (refusal is null && targets.Count > 0) verbs.Add(Verb.SendBack);
        if ((holds && (isSuspended || item.DelegatedById is null)) || people.CommandsWork(me, item)) verbs.Add(isSuspended ? Verb.Resume : Verb.Suspend);
        if (item.ClaimedById != me.Id && await UrgeWorkItemHandler.MayAsync(db, item, me, cancellationToken)) verbs.Add(Verb.Urge);
        if (holds) verbs.Add(Verb.Copy);
        if ((people.MayEnd(me, item) || await db.Set<CaseStart>().AnyAsync(s => s.Id == item.RootInstanceId && s.ById == me.Id, cancellationToken))
            && await db.Set<WorkflowInstanceRow>().Where(i => i.Id == item.RootInstanceId).Select(i => i.DefinitionId).SingleOrDefaultAsync(cancellationToken) is { } definition && !TerminateCaseHandler.IsOfTheLaw(definition))
            verbs.Add(Verb.Terminate);
        return verbs;
    }

    /// <summary>Nobody has done anything behind the step yet.</summary>
    private async Task<bool> IsFreshAsync(WorkItem item, CancellationToken cancellationToken)
        => !await db.Set<WorkItem>().AnyAsync(i => i.InstanceId == item.InstanceId && i.CompletedAt > item.CompletedAt, cancellationToken)
            && await db.Set<WorkItem>().AnyAsync(i => i.InstanceId == item.InstanceId && i.Status == WorkItemStatus.Open && i.CreatedAt >= item.CompletedAt, cancellationToken);

    private async Task<IReadOnlyList<Colleague>> ColleaguesAsync(WorkItem item, ChangeContext change, List<Verb> verbs, CancellationToken cancellationToken)
    {
        if (!verbs.Exists(v => v is Verb.Transfer or Verb.Delegate or Verb.AddSigners or Verb.Copy)) return [];
        List<Colleague> all = [];
        foreach (var person in people.Staff.All.Where(p => p.Id != change.By.Id && WorkItemPeople.Works(p)))
        {
            var holds = person.Is(item.Role) && person.Id != item.ClaimedById;
            var unfit = holds && verbs.Contains(Verb.Transfer) ? await people.MayReceiveAsync(item, person, change, forOpinion: false, cancellationToken) : null;
            all.Add(new Colleague(person.Id, person.Name, person.Section ?? person.Department, holds, unfit is null ? null : Texts.Of(unfit)));
        }
        return [.. all.OrderByDescending(c => c.Section == change.By.Section)];
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
