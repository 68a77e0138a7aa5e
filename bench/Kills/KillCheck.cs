using System.Globalization;
using DoubleRandom.Engine.Dispatching;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Bench.Kills;

/// <summary>What must hold after any number of kills.</summary>
internal static class KillCheck
{
    public static async Task<(IReadOnlyList<string> Broken, string Counts)> FindBrokenAsync(Product product, IReadOnlyList<string> acked)
    {
        // What a kill left undelivered is taken up by the next start.
        await product.Services.GetRequiredService<ChildPump>().DrainAsync();
        List<string> broken = [];
        var instances = await product.ReadAsync(db => db.Set<WorkflowInstanceRow>().AsNoTracking().ToListAsync());
        var items = await product.ReadAsync(db => db.Set<WorkItem>().AsNoTracking().ToListAsync());
        var bookmarks = await product.ReadAsync(db => db.Set<BookmarkRow>().AsNoTracking().ToListAsync());
        var dispatches = await product.ReadAsync(db => db.Set<DispatchRow>().AsNoTracking().ToListAsync());
        var history = await product.ReadAsync(db => db.Set<BurstRow>().AsNoTracking().OrderBy(b => b.Revision).ToListAsync());
        var audit = await product.ReadAsync(db => db.Set<AuditEntry>().AsNoTracking().GroupBy(a => a.Chain).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count));

        var (instanceIds, itemsById) = (instances.Select(i => i.Id).ToHashSet(), items.ToDictionary(i => i.Id));
        foreach (var line in acked)
        {
            var id = Guid.Parse(line.Split(' ')[1]);
            if (line.StartsWith("item ", StringComparison.Ordinal) ? itemsById.GetValueOrDefault(id)?.Status is not WorkItemStatus.Completed : !instanceIds.Contains(id)) broken.Add($"answered and lost: {line}");
        }
        if (acked.Distinct().Count() != acked.Count) broken.Add("an item was completed twice");

        var completedOf = items.Where(i => i.Status is WorkItemStatus.Completed).GroupBy(i => i.InstanceId).ToDictionary(g => g.Key, g => g.Count());
        var openOf = items.Where(i => i.Status is WorkItemStatus.Open).GroupBy(i => i.InstanceId).ToDictionary(g => g.Key, g => g.Count());
        foreach (var instance in instances)
        {
            var completed = completedOf.GetValueOrDefault(instance.Id);
            var open = openOf.GetValueOrDefault(instance.Id);
            // One burst for the start, one for each completed item, one for each child's signal: a revision is never skipped or used twice.
            var (bursts, wantsOpen, chain) = instance.DefinitionId switch
            {
                Product.DefinitionId => (1 + completed, 1, 1 + completed),
                Product.FamilyId => (1 + completed + completed * Product.ChildCount, 1 - completed, 1 + completed),
                _ => (1, 0, 0),
            };
            if (instance.Revision != bursts) broken.Add($"instance {instance.Id}: revision {instance.Revision}, {bursts} bursts expected");
            if (open != wantsOpen) broken.Add($"instance {instance.Id} ({instance.DefinitionId}): {open} open items");
            var running = instance.Status is WorkflowStatus.Running;
            if (running != (wantsOpen > 0)) broken.Add($"instance {instance.Id} ({instance.DefinitionId}): {instance.Status}");
            if (chain > 0 && audit.GetValueOrDefault($"case/{instance.CorrelationId}") != chain) broken.Add($"chain case/{instance.CorrelationId}: {audit.GetValueOrDefault($"case/{instance.CorrelationId}")} entries, {chain} expected");
        }
        if (!items.Where(i => i.Status is WorkItemStatus.Open).Select(i => i.BookmarkId).ToHashSet().SetEquals(bookmarks.Select(b => b.Id))) broken.Add("open items and bookmarks are not the same");
        var histories = history.GroupBy(b => b.InstanceId).ToDictionary(g => g.Key, g => InstanceHistory.Of(g).Lines.Select(j => j.Sequence).ToList());
        foreach (var (instance, lines) in histories.Where(h => !h.Value.SequenceEqual(Enumerable.Range(1, h.Value.Count).Select(n => (long)n)))) broken.Add($"journal of {instance}: {lines.Count} lines from {lines[0]} to {lines[^1]}");
        if (histories.Count != instances.Count) broken.Add($"{instances.Count} instances, {histories.Count} journals");
        foreach (var d in dispatches.Where(d => d.StartedAt is null || !instanceIds.Contains(d.ChildInstanceId))) broken.Add($"dispatch {d.Id} without its child");
        var children = instances.Count(i => i.DefinitionId == Product.ChildId);
        if (children != dispatches.Count) broken.Add($"{dispatches.Count} dispatches, {children} children");
        if (await product.ReadAsync(db => db.Set<SignalRow>().CountAsync(s => s.ConsumedAt == null)) is > 0 and var signals) broken.Add($"{signals} signals undelivered");
        if (await product.ReadAsync(db => db.Set<IncidentRow>().CountAsync()) is > 0 and var incidents) broken.Add($"{incidents} incidents");
        broken.AddRange((await product.ReadAsync(db => AuditCheck.FindBrokenAsync(db, CancellationToken.None))).Select(c => $"audit chain {c}"));
        if (!product.Settings.IsPostgres && await product.ReadAsync(db => db.Database.SqlQueryRaw<string>("PRAGMA integrity_check").ToListAsync()) is var check && check is not ["ok"]) broken.Add($"integrity_check: {string.Join("; ", check)}");
        return (broken, string.Create(CultureInfo.InvariantCulture, $"{instances.Count} instances, {items.Count(i => i.Status is WorkItemStatus.Completed)} items completed, {audit.Values.Sum()} audit entries in {audit.Count} chains"));
    }
}
