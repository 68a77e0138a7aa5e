using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Definitions;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Definitions;

/// <summary>
/// Takes the shipped files of <c>workflows-json/</c> into the database when their hash is new: published as version 1 where the definition
/// is unknown, later as a draft 出厂新版 that a person compares and publishes. The running program never writes the files.
/// </summary>
public sealed record TakeInDefinitions(string Folder);

/// <param name="Published">Definitions that were new and are published now.</param>
/// <param name="Drafts">Definitions that exist already: the new file waits as a draft.</param>
public sealed record TakenIn(IReadOnlyList<string> Published, IReadOnlyList<string> Drafts);

public sealed class TakeInDefinitionsHandler(DbContext db, DefinitionLinter linter, IAuditTrail audit)
{
    public async Task<Result<TakenIn>> HandleAsync(TakeInDefinitions command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(command.Folder)) return Refusal.NotFound("workflows.no-folder", command.Folder);
        List<string> published = [], drafts = [];
        foreach (var file in Directory.EnumerateFiles(command.Folder, "*.json").Order(StringComparer.Ordinal))
        {
            var text = await File.ReadAllTextAsync(file, cancellationToken);
            var hash = Hashing.Sha256Hex(text);
            var definitionId = Path.GetFileNameWithoutExtension(file);
            if (await db.Set<TakenInFile>().FindAsync([definitionId, hash], cancellationToken) is not null) continue;

            var parsed = WorkflowDefinition.Parse(text);
            if (parsed.Refusal is { } refusal) return Refusal.Invalid("workflows.bad-file", Path.GetFileName(file), Path.GetFileName(file), Texts.Of(refusal));
            if (parsed.Value.DefinitionId != definitionId) return Refusal.Invalid("workflows.file-name", definitionId, Path.GetFileName(file), parsed.Value.DefinitionId);
            if (linter.Lint(parsed.Value).FirstOrDefault(f => f.IsError) is { } finding)
                return Refusal.Invalid("workflows.lint-failed", definitionId, Path.GetFileName(file), finding.NodeId, finding.Message);

            var latest = await db.Set<DefinitionVersion>().Where(v => v.DefinitionId == definitionId).OrderByDescending(v => v.Version).FirstOrDefaultAsync(cancellationToken);
            db.Add(new TakenInFile { DefinitionId = definitionId, FileHash = hash, TakenInAt = change.At });
            if (latest is null)
            {
                db.Add(NewVersion(parsed.Value, 1, published: true, change));
                published.Add(definitionId);
                audit.Record(change, "office", "出厂流程定义入库并发布", definitionId, new JsonObject { ["hash"] = hash });
                continue;
            }
            foreach (var old in await db.Set<DefinitionVersion>().Where(v => v.DefinitionId == definitionId && v.IsLatest).ToListAsync(cancellationToken))
                old.IsLatest = false;
            db.Add(NewVersion(parsed.Value, latest.Version + 1, published: false, change));
            drafts.Add(definitionId);
            audit.Record(change, "office", "出厂流程定义新版存为草稿", definitionId, new JsonObject { ["hash"] = hash });
        }
        return new TakenIn(published, drafts);
    }

    private static DefinitionVersion NewVersion(WorkflowDefinition definition, int version, bool published, ChangeContext change)
    {
        var json = definition.Json.DeepClone().AsObject();
        var id = $"{definition.DefinitionId}-v{version}";
        json["id"] = id;
        json["version"] = version;
        json["isLatest"] = true;
        json["isPublished"] = published;
        var text = json.ToJsonString();
        return new DefinitionVersion
        {
            Id = id,
            DefinitionId = definition.DefinitionId,
            Version = version,
            Name = definition.Name,
            Description = json["description"]?.GetValue<string>(),
            Json = text,
            Hash = Hashing.Sha256Hex(text),
            Origin = "file",
            IsLatest = true,
            IsPublished = published,
            CreatedAt = change.At,
            CreatedByName = change.By.Name,
            PublishedAt = published ? change.At : null,
        };
    }
}
