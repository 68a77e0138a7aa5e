using System.Text.Json.Serialization;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.WorkItems;

[JsonConverter(typeof(JsonStringEnumConverter<BulkVerb>))]
public enum BulkVerb { Claim, Release, Transfer }

/// <param name="Revision">What the person saw.</param>
public sealed record BulkItem(Guid Id, int? Revision = null);

/// <summary>批量签收、放回、转办.</summary>
/// <param name="To">转办: to whom.</param>
public sealed record BulkAct(BulkVerb Verb, IReadOnlyList<BulkItem> Items, Guid? To = null, string? Opinion = null);

/// <summary>What became of one item.</summary>
/// <param name="Title">Null when there is no such item.</param>
/// <param name="CaseNo">Many items have one title: the number tells them apart.</param>
/// <param name="Refusal">Why nothing was done with it, in the reader's language; null: done.</param>
public sealed record BulkAnswer(Guid Id, string? Title, string? CaseNo, bool Done, string? Code, string? Refusal)
{
    /// <summary>How the answer names the item.</summary>
    public string Name => Title is null ? Id.ToString() : $"{Title} {CaseNo}";
}

/// <summary>
/// One act on many items: each in a transaction of its own, so that what somebody else was quicker at is refused and shown, and the rest is done. All
/// share the press's operation id, so the same press a second time changes nothing.
/// </summary>
public sealed class BulkDesk(IUnitOfWork units)
{
    /// <summary>More at once would keep the person waiting without an answer.</summary>
    public const int Most = 200;

    public async Task<Result<IReadOnlyList<BulkAnswer>>> RunAsync(BulkAct act, ChangeContext change, CancellationToken cancellationToken)
    {
        if (act.Items.Count == 0) return Refusal.Invalid("bulk.nothing", "items");
        if (act.Items.Count > Most) return Refusal.Invalid("bulk.many", "items", Most);
        if (act.Verb is BulkVerb.Transfer && act.To is null) return Refusal.Invalid("work-items.to-unknown", "to");
        if (act.Verb is BulkVerb.Transfer && string.IsNullOrWhiteSpace(act.Opinion)) return Refusal.Invalid("work-items.opinion-needed", "opinion");
        List<BulkAnswer> answers = [];
        foreach (var item in act.Items.DistinctBy(i => i.Id))
        {
            (string? title, string? caseNo) = (null, null);
            var result = await units.RunAsync(async (services, ct) =>
            {
                if (await services.GetRequiredService<WorkItemDesk>().FindAsync(item.Id, null, ct) is { Refusal: null } found) (title, caseNo) = (found.Value.Title, found.Value.CaseNo);
                return act.Verb switch
                {
                    BulkVerb.Claim => await services.GetRequiredService<ClaimWorkItemHandler>().HandleAsync(new ClaimWorkItem(item.Id, item.Revision), change, ct),
                    BulkVerb.Release => await services.GetRequiredService<ReleaseWorkItemHandler>().HandleAsync(new ReleaseWorkItem(item.Id, item.Revision, act.Opinion), change, ct),
                    _ => await services.GetRequiredService<TransferWorkItemHandler>().HandleAsync(new TransferWorkItem(item.Id, act.To!.Value, act.Opinion!, item.Revision), change, ct),
                };
            }, cancellationToken);
            answers.Add(new BulkAnswer(item.Id, title, caseNo, !result.IsRefused, result.Refusal?.Code, result.Refusal is { } refusal ? Texts.Of(refusal) : null));
        }
        return answers;
    }
}
