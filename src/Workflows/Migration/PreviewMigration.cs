using DoubleRandom.Basics;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Inspections.People;
using DoubleRandom.Workflows.Definitions;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Migration;

/// <summary>Who may move running cases to another version. Moving decides no case; it says by which drawing the rest is done.</summary>
public static class MigrationPowers
{
    public static bool MayMigrate(Actor actor) => actor.IsAny(Roles.ProcessManager, Roles.DeputyDirector, Roles.Director);
}

/// <summary>试算: what moving the running instances of a definition to its published version would do, case by case. Nothing is written.</summary>
public sealed record PreviewMigration(string DefinitionId);

/// <summary>Where an instance would stand.</summary>
public enum MigrationOutcome { Stays, CanMove, NeedsChoice }

/// <param name="Reason">Why it stays, in Chinese; what differs, where a choice is needed.</param>
public sealed record MigrationLine(Guid InstanceId, string CaseNo, string Name, int FromVersion, MigrationOutcome Outcome, string Reason, IReadOnlyList<MigrationChoice> Choices);

/// <param name="Truncated">There are more running instances than one preview looks at.</param>
public sealed record MigrationPreview(string DefinitionId, string Name, string ToVersionId, int ToVersion, IReadOnlyList<MigrationLine> Lines, bool Truncated)
{
    /// <summary>For example 37 个在办案件：30 个保留第 3 版，5 个可以迁移，2 个需要选择。</summary>
    public string Summary
    {
        get
        {
            if (Lines.Count == 0) return $"没有按其他版本办理的在办案件，都已是第 {ToVersion} 版";
            var kept = Lines.Select(l => l.FromVersion).Distinct().ToList() is [var only] ? $"保留第 {only} 版" : "保留原来的版本";
            return $"{Lines.Count}{(Truncated ? "+" : "")} 个在办案件：{Count(MigrationOutcome.Stays)} 个{kept}，{Count(MigrationOutcome.CanMove)} 个可以迁移，{Count(MigrationOutcome.NeedsChoice)} 个需要选择";
        }
    }

    private int Count(MigrationOutcome outcome) => Lines.Count(l => l.Outcome == outcome);
}

public sealed class PreviewMigrationHandler(DbContext db, IDefinitionSource definitions)
{
    /// <summary>One preview reads the state of each instance.</summary>
    private const int MaxInstances = 2_000;

    public async Task<Result<MigrationPreview>> HandleAsync(PreviewMigration command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!MigrationPowers.MayMigrate(change.By)) return Refusal.Forbidden("case-migration.may-not");
        var published = await db.Set<DefinitionVersion>().AsNoTracking().SingleOrDefaultAsync(v => v.DefinitionId == command.DefinitionId && v.IsPublished, cancellationToken);
        if (published is null) return Refusal.NotFound("workflows.not-published", command.DefinitionId);
        var to = (await definitions.FindVersionAsync(published.Id, cancellationToken))!;
        var instances = await db.Set<WorkflowInstanceRow>().AsNoTracking()
            .Where(i => i.DefinitionId == command.DefinitionId && i.Status == WorkflowStatus.Running && i.DefinitionVersionId != published.Id)
            .OrderBy(i => i.CreatedAt).ThenBy(i => i.Id).Take(MaxInstances + 1).ToListAsync(cancellationToken);
        List<MigrationLine> lines = [];
        foreach (var instance in instances.Take(MaxInstances))
        {
            var from = (await definitions.FindVersionAsync(instance.DefinitionVersionId, cancellationToken))!;
            var plan = InstanceMigration.Plan(from, to, instance, new Dictionary<Guid, string>());
            var (outcome, reason) = plan switch
            {
                { Blocked: { } blocked } => (MigrationOutcome.Stays, Texts.Of(blocked)),
                { Choices.Count: > 0 } => (MigrationOutcome.NeedsChoice, string.Join(' ', plan.Choices.Select(c => Texts.Of(c.Why)))),
                _ => (MigrationOutcome.CanMove, ""),
            };
            lines.Add(new MigrationLine(instance.Id, instance.CorrelationId ?? instance.Id.ToString(), instance.Name ?? published.Name, instance.Version, outcome, reason, plan.Choices));
        }
        return new MigrationPreview(command.DefinitionId, published.Name, published.Id, published.Version, lines, instances.Count > MaxInstances);
    }
}
