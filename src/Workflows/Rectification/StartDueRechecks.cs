using System.Text.Json;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Rectification;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.WorkItems;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DoubleRandom.Workflows.Rectification;

/// <summary>
/// 期限届满，转入复查: the term of an order has run out and nobody asked for the re-inspection; it falls due by itself. What is due is read from the
/// orders, so an extension granted meanwhile counts and a missed round costs nothing.
/// </summary>
public sealed class StartDueRechecks(IUnitOfWork units, TimeProvider time, ILogger<StartDueRechecks> logger)
{
    /// <summary>So many a round; the rest follow in the next.</summary>
    private const int MostARound = 200;

    /// <summary>As the row has it: JSON may write Chinese as escapes.</summary>
    private static readonly string Escaped = JsonEncodedText.Encode(RectificationForms.Expired).ToString();

    /// <returns>How many orders went on to their re-inspection.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken = default)
    {
        var today = time.Today;
        var due = await units.RunAsync<List<Guid>>(async (services, ct) => await DueAsync(services.GetRequiredService<DbContext>(), today, ct), cancellationToken);
        var count = 0;
        foreach (var id in due.Value)
        {
            var change = new ChangeContext(Actor.System, time.UtcNow, today);
            var done = await units.RunAsync((services, ct) => services.GetRequiredService<CompleteWorkItemHandler>().HandleAsync(new CompleteWorkItem(id, RectificationForms.Expired, []), change, ct), cancellationToken);
            if (done.Refusal is { } refusal) logger.RecheckRefused(id, refusal.ToString());
            else count++;
        }
        return count;
    }

    /// <summary>Only of processes whose step knows the outcome: one that was drawn without it waits for a person, as it was meant to.</summary>
    private static Task<List<Guid>> DueAsync(DbContext db, DateOnly today, CancellationToken cancellationToken)
        => (from item in db.Set<WorkItem>()
            where item.Status == WorkItemStatus.Open && item.FormKey == RectificationForms.Track && (item.OutcomesJson.Contains(RectificationForms.Expired) || item.OutcomesJson.Contains(Escaped))
            where db.Set<RectificationOrder>().Any(o => o.CaseId == item.SubjectId && o.Status == RectificationStatus.Issued && o.DueOn < today
                && !db.Set<RectificationOrder>().Any(later => later.CaseId == o.CaseId && later.Sequence > o.Sequence))
            orderby item.Id
            select item.Id).Take(MostARound).ToListAsync(cancellationToken);
}

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The track item {WorkItemId} of an order that ran out stays open: {Refusal}")]
    public static partial void RecheckRefused(this ILogger logger, Guid workItemId, string refusal);
}
