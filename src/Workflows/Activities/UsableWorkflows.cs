using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Workflows.Definitions;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Activities;

/// <summary>Definitions that may be used as activities, as the designer's toolbox shows them.</summary>
public sealed class UsableWorkflows(DbContext db)
{
    /// <summary>Every version that was once published, for the nodes drawn with it; only the one in force can be taken from the toolbox.</summary>
    public async Task<IReadOnlyList<ActivityDescriptor>> AllAsync(CancellationToken cancellationToken)
    {
        // Versions are kept without blanks, so the text tells which are worth reading.
        var rows = await db.Set<DefinitionVersion>().AsNoTracking().Where(v => v.PublishedAt != null && v.Json.Contains("\"usableAsActivity\":true"))
            .OrderBy(v => v.DefinitionId).ThenBy(v => v.Version).Select(v => new { v.Json, v.IsPublished }).ToListAsync(cancellationToken);
        List<ActivityDescriptor> usable = [];
        foreach (var row in rows)
        {
            var definition = WorkflowDefinition.Parse(row.Json).Value;
            if (WorkflowUse.IsUsable(definition)) usable.Add(WorkflowUse.Describe(definition) with { IsBrowsable = row.IsPublished });
        }
        return usable;
    }
}
