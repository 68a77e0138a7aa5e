using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Definitions;

/// <summary>Takes a definition from a file as a draft. Publishing is another act, by another person.</summary>
public sealed record ImportDefinition(WorkflowDefinition Definition);

/// <param name="Version">The draft's version; of an unchanged definition, the version it equals.</param>
/// <param name="Unchanged">The file says what the latest version says: nothing was written.</param>
public sealed record ImportedDefinition(string DefinitionId, int Version, bool Unchanged);

public sealed class ImportDefinitionHandler(DbContext db, IAuditTrail audit)
{
    // What a version says about itself; two versions that differ in nothing else are the same drawing.
    private static readonly string[] OfTheVersion = ["id", "version", "isLatest", "isPublished", "createdAt"];

    public async Task<Result<ImportedDefinition>> HandleAsync(ImportDefinition command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.IsSystem && !change.By.IsAny(Roles.Admin, Roles.ProcessManager)) return Refusal.Forbidden("workflows.not-admin");
        var definition = command.Definition;
        var latest = await db.Set<DefinitionVersion>().Where(v => v.DefinitionId == definition.DefinitionId).OrderByDescending(v => v.Version).FirstOrDefaultAsync(cancellationToken);
        if (latest is not null && Drawing(WorkflowDefinition.Parse(latest.Json).Value) == Drawing(definition))
            return new ImportedDefinition(definition.DefinitionId, latest.Version, true);
        var version = (latest?.Version ?? 0) + 1;
        await TakeInDefinitionsHandler.AddDraftAsync(db, definition, version, "import", change, cancellationToken);
        audit.Record(change, "office", "导入流程定义为草稿", definition.DefinitionId, new JsonObject { ["version"] = version });
        return new ImportedDefinition(definition.DefinitionId, version, false);
    }

    private static string Drawing(WorkflowDefinition definition)
    {
        var json = definition.Json.DeepClone().AsObject();
        foreach (var name in OfTheVersion) json.Remove(name);
        return CanonicalJson.Write(json);
    }
}
