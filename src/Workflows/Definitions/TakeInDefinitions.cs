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
/// <param name="Refused">Why files were not taken in, a line for each finding; they are looked at again at the next start.</param>
public sealed record TakenIn(IReadOnlyList<string> Published, IReadOnlyList<string> Drafts, IReadOnlyList<FileFinding> Refused);

public sealed class TakeInDefinitionsHandler(DbContext db, DefinitionLinter linter, IAuditTrail audit)
{
    public async Task<Result<TakenIn>> HandleAsync(TakeInDefinitions command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.IsSystem) return Refusal.Forbidden("workflows.system-only");
        var known = (await db.Set<TakenInFile>().AsNoTracking().ToListAsync(cancellationToken)).Select(f => (f.DefinitionId, f.FileHash)).ToHashSet();
        List<string> published = [], drafts = [];
        List<FileFinding> refused = [];
        // Every start but the first after an update finds nothing new: then nothing is parsed and looked through.
        if (await AreAllKnownAsync(command.Folder, known, cancellationToken)) return new TakenIn(published, drafts, refused);
        var files = await DefinitionFile.ReadAsync(command.Folder, linter, cancellationToken);
        if (files.Refusal is { } refusal) return refusal;
        foreach (var file in files.Value)
        {
            var hash = Hashing.Sha256Hex(file.Text);
            var definitionId = Path.GetFileNameWithoutExtension(file.Name);
            if (known.Contains((definitionId, hash))) continue;
            if (file.HasErrors)
            {
                refused.AddRange(file.Findings.Where(f => f.Finding.IsError));
                continue;
            }
            db.Add(new TakenInFile { DefinitionId = definitionId, FileHash = hash, TakenInAt = change.At });
            var latest = await db.Set<DefinitionVersion>().Where(v => v.DefinitionId == definitionId).OrderByDescending(v => v.Version).FirstOrDefaultAsync(cancellationToken);
            if (latest is null)
            {
                db.Add(NewVersion(file.Definition!, 1, published: true, "file", change));
                published.Add(definitionId);
                audit.Record(change, "office", "出厂流程定义入库并发布", definitionId, new JsonObject { ["hash"] = hash });
                continue;
            }
            await AddDraftAsync(db, file.Definition!, latest.Version + 1, "file", change, cancellationToken);
            drafts.Add(definitionId);
            audit.Record(change, "office", "出厂流程定义新版存为草稿", definitionId, new JsonObject { ["hash"] = hash });
        }
        return new TakenIn(published, drafts, refused);
    }

    private static async Task<bool> AreAllKnownAsync(string folder, HashSet<(string DefinitionId, string FileHash)> known, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder)) return false;
        foreach (var file in Directory.EnumerateFiles(folder, "*.json"))
        {
            if (new FileInfo(file).Length > WorkflowDefinition.MaxBytes) return false;
            if (!known.Contains((Path.GetFileNameWithoutExtension(file), Hashing.Sha256Hex(await File.ReadAllTextAsync(file, cancellationToken))))) return false;
        }
        return true;
    }

    /// <summary>A draft becomes what editors see as the latest; what is published stays.</summary>
    internal static async Task<DefinitionVersion> AddDraftAsync(DbContext db, WorkflowDefinition definition, int version, string origin, ChangeContext change, CancellationToken cancellationToken)
    {
        foreach (var old in await db.Set<DefinitionVersion>().Where(v => v.DefinitionId == definition.DefinitionId && v.IsLatest).ToListAsync(cancellationToken))
            old.IsLatest = false;
        var draft = NewVersion(definition, version, published: false, origin, change);
        db.Add(draft);
        return draft;
    }

    private static DefinitionVersion NewVersion(WorkflowDefinition definition, int version, bool published, string origin, ChangeContext change)
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
            Origin = origin,
            IsLatest = true,
            IsPublished = published,
            CreatedAt = change.At,
            CreatedByName = change.By.Name,
            EditedById = change.By.IsSystem ? null : change.By.Id,
            EditedByName = change.By.IsSystem ? null : change.By.Name,
            EditedAt = change.By.IsSystem ? null : change.At,
            PublishedAt = published ? change.At : null,
        };
    }
}
