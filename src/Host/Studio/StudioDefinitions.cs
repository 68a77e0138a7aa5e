using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Host.Pages.Publishing;
using DoubleRandom.Workflows.Definitions;
using DoubleRandom.Workflows.Publishing;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Studio;

/// <summary>One line of the list of definitions.</summary>
internal sealed record StudioDefinitionSummary(
    IReadOnlyList<StudioLink> Links, string Id, string DefinitionId, string Name, string? Description, int Version, bool IsLatest, bool IsPublished,
    bool IsReadonly, string? ProviderName, string MaterializerName, bool IsMaterializerAvailable, DateTime CreatedAt);

/// <summary>What the list of definitions is asked for; names as the Studio sends them.</summary>
internal sealed class StudioDefinitionQuery
{
    /// <summary>AllVersions, Draft, Latest, Published, LatestOrPublished, LatestAndPublished, a number, or empty: all.</summary>
    public string? VersionOptions { get; init; }

    public string[]? DefinitionIds { get; init; }

    public string[]? Ids { get; init; }

    public string? SearchTerm { get; init; }

    public bool? IsSystem { get; init; }

    /// <summary>From 0.</summary>
    public int? Page { get; init; }

    public int? PageSize { get; init; }

    public string? OrderBy { get; init; }

    public string? OrderDirection { get; init; }
}

/// <summary>Workflow definitions as the Studio reads them, from the versions the engine runs.</summary>
internal sealed class StudioDefinitions(DbContext db, ActivityCatalog catalog, CurrentActor current)
{
    private const string ToolVersion = "3.8.2.0";

    private readonly Dictionary<string, (int Version, string Id)?> _inForce = new(StringComparer.Ordinal);

    public async Task<StudioPaged<StudioDefinitionSummary>> ListAsync(StudioDefinitionQuery query, CancellationToken cancellationToken)
    {
        var rows = InVersion(db.Set<DefinitionVersion>().AsNoTracking(), query.VersionOptions);
        if (query.Ids is { Length: > 0 } ids) rows = rows.Where(v => ids.Take(StudioWire.MaxRows).Contains(v.Id));
        if (query.DefinitionIds is { Length: > 0 } definitions) rows = rows.Where(v => definitions.Take(StudioWire.MaxRows).Contains(v.DefinitionId));
        if (query.SearchTerm?.Trim() is { Length: > 0 } term) rows = rows.Where(v => v.Name.Contains(term) || v.DefinitionId.Contains(term));
        // The house keeps no definitions of its own apart from the shipped and the drawn ones.
        if (query.IsSystem == true) rows = rows.Where(v => false);

        var count = await rows.OrderBy(v => v.Id).Take(StudioWire.MaxCount).CountAsync(cancellationToken);
        var size = Math.Clamp(query.PageSize ?? StudioWire.MaxRows, 1, StudioWire.MaxRows);
        var skip = (int)Math.Min((long)Math.Max(query.Page ?? 0, 0) * size, StudioWire.MaxCount);
        var descending = query.OrderDirection is "Descending";
        rows = query.OrderBy switch
        {
            "Version" => descending ? rows.OrderByDescending(v => v.Version).ThenBy(v => v.Id) : rows.OrderBy(v => v.Version).ThenBy(v => v.Id),
            "Created" => descending ? rows.OrderByDescending(v => v.CreatedAt).ThenBy(v => v.Id) : rows.OrderBy(v => v.CreatedAt).ThenBy(v => v.Id),
            _ => descending ? rows.OrderByDescending(v => v.DefinitionId).ThenByDescending(v => v.Version) : rows.OrderBy(v => v.DefinitionId).ThenBy(v => v.Version),
        };
        var page = await rows.Skip(skip).Take(size)
            .Select(v => new { v.Id, v.DefinitionId, v.Name, v.Description, v.Version, v.IsLatest, v.IsPublished, v.CreatedAt }).ToListAsync(cancellationToken);
        // The Studio's list has no column for a version to come: it is said before what the definition says of itself.
        var listed = page.Where(v => v.IsLatest).Select(v => v.DefinitionId).ToList();
        var coming = await db.Set<DefinitionChange>().AsNoTracking().Where(c => listed.Contains(c.DefinitionId) && (c.Status == ChangeStatus.Confirmed || c.Status == ChangeStatus.Proposed)).ToListAsync(cancellationToken);
        string? Said(string definitionId, bool isLatest, string? description)
            => isLatest && coming.Find(c => c.DefinitionId == definitionId) is { } change ? string.Join("；", new[] { PublishingWords.Of(change), description }.Where(s => !string.IsNullOrEmpty(s))) : description;
        return new(
            [.. page.Select(v => new StudioDefinitionSummary(Links(v.DefinitionId), v.Id, v.DefinitionId, v.Name, Said(v.DefinitionId, v.IsLatest, v.Description), v.Version, v.IsLatest, v.IsPublished,
                false, null, "Json", true, v.CreatedAt))],
            count, ListLinks());
    }

    public async Task<DefinitionVersion?> FindAsync(string definitionId, string? versionOptions, CancellationToken cancellationToken)
        => await InVersion(db.Set<DefinitionVersion>().AsNoTracking().Where(v => v.DefinitionId == definitionId), versionOptions).OrderByDescending(v => v.Version).FirstOrDefaultAsync(cancellationToken);

    public async Task<DefinitionVersion?> FindVersionAsync(string id, CancellationToken cancellationToken)
        => await db.Set<DefinitionVersion>().AsNoTracking().SingleOrDefaultAsync(v => v.Id == id, cancellationToken);

    public async Task<IReadOnlyList<JsonObject>> FindVersionsAsync(string[] ids, CancellationToken cancellationToken)
        => [.. (await db.Set<DefinitionVersion>().AsNoTracking().Where(v => ids.Take(50).Contains(v.Id)).OrderBy(v => v.Id).ToListAsync(cancellationToken)).Select(Show)];

    /// <summary>Definitions as a folder of files in one.</summary>
    /// <param name="withConsumers">With every definition that starts or uses one of them, in the version in force, else the latest.</param>
    public async Task<byte[]> ExportManyAsync(string[] ids, bool withConsumers, CancellationToken cancellationToken)
    {
        var rows = await db.Set<DefinitionVersion>().AsNoTracking().Where(v => ids.Take(StudioWire.MaxRows).Contains(v.Id)).OrderBy(v => v.Id).ToListAsync(cancellationToken);
        if (withConsumers)
        {
            var consumers = await ConsumersAsync(rows.Select(r => r.DefinitionId), cancellationToken);
            rows.AddRange((await db.Set<DefinitionVersion>().AsNoTracking().Where(v => consumers.Contains(v.DefinitionId) && (v.IsPublished || v.IsLatest)).ToListAsync(cancellationToken))
                .GroupBy(v => v.DefinitionId).Select(g => g.OrderByDescending(v => v.IsPublished).First()).OrderBy(v => v.Id, StringComparer.Ordinal));
        }
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var row in rows)
            {
                await using var entry = zip.CreateEntry($"{row.DefinitionId}-v{row.Version}.json").Open();
                await entry.WriteAsync(Encoding.UTF8.GetBytes(row.Read().ToJson()), cancellationToken);
            }
        }
        return bytes.ToArray();
    }

    /// <summary>Other definitions whose published or latest version starts one of the given ones or uses it as a step, and those that start or use them.</summary>
    public async Task<IReadOnlyList<string>> ConsumersAsync(IEnumerable<string> definitionIds, CancellationToken cancellationToken)
    {
        var rows = await db.Set<DefinitionVersion>().AsNoTracking().Where(v => v.IsLatest || v.IsPublished).OrderBy(v => v.DefinitionId).Take(StudioWire.MaxRows)
            .Select(v => new { v.DefinitionId, v.Json }).ToListAsync(cancellationToken);
        var named = rows.Select(r => (r.DefinitionId, Definition: WorkflowDefinition.Parse(r.Json).Value))
            .Select(r => (r.DefinitionId, Names: DefinitionLinter.ChildrenOf(r.Definition).Concat(WorkflowUse.In(r.Definition).Select(u => u.DefinitionId)).ToHashSet(StringComparer.Ordinal))).ToList();
        var asked = definitionIds.ToHashSet(StringComparer.Ordinal);
        var reached = new HashSet<string>(asked, StringComparer.Ordinal);
        while (named.Where(n => !reached.Contains(n.DefinitionId) && n.Names.Overlaps(reached)).Select(n => n.DefinitionId).ToList() is { Count: > 0 } more) reached.UnionWith(more);
        return [.. reached.Except(asked, StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>Which version is in force, and which will be from which day: in words, for whoever has the drawing open.</summary>
    public async Task<string> StandingAsync(string definitionId, CancellationToken cancellationToken)
    {
        var versions = await db.Set<DefinitionVersion>().AsNoTracking().Where(v => v.DefinitionId == definitionId && (v.IsLatest || v.IsPublished)).Select(v => new { v.Version, v.IsLatest, v.IsPublished, v.PublishedAt }).ToListAsync(cancellationToken);
        var coming = await db.Set<DefinitionChange>().AsNoTracking().FirstOrDefaultAsync(c => c.DefinitionId == definitionId && (c.Status == ChangeStatus.Confirmed || c.Status == ChangeStatus.Proposed), cancellationToken);
        var said = versions.Find(v => v.IsPublished) is { } inForce ? $"正在使用：第 {inForce.Version} 版" : "还没有生效的版本";
        if (coming is not null) said += $"；{PublishingWords.Of(coming)}";
        if (versions.Find(v => v.IsLatest) is { PublishedAt: null } draft && coming?.Version != draft.Version) said += $"；这里是第 {draft.Version} 版草稿";
        return said + "。";
    }

    /// <summary>True when no other definition has the name.</summary>
    public async Task<bool> IsNameUniqueAsync(string name, string? definitionId, CancellationToken cancellationToken)
        => !await db.Set<DefinitionVersion>().AnyAsync(v => v.Name == name && v.DefinitionId != definitionId && (v.IsLatest || v.IsPublished), cancellationToken);

    private static IQueryable<DefinitionVersion> InVersion(IQueryable<DefinitionVersion> rows, string? options) => options switch
    {
        "Draft" => rows.Where(v => !v.IsPublished),
        "Latest" => rows.Where(v => v.IsLatest),
        "Published" => rows.Where(v => v.IsPublished),
        "LatestOrPublished" => rows.Where(v => v.IsLatest || v.IsPublished),
        "LatestAndPublished" => rows.Where(v => v.IsLatest && v.IsPublished),
        _ => int.TryParse(options, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? rows.Where(v => v.Version == version) : rows,
    };

    public JsonObject Show(DefinitionVersion row)
    {
        var json = JsonNode.Parse(row.Json)!.AsObject();
        json["links"] = new JsonArray([.. Links(row.DefinitionId).Select(l => (JsonNode)new JsonObject { ["href"] = l.Href, ["rel"] = l.Rel, ["method"] = l.Method })]);
        // The row is the truth about the version; the file's own marks were those of the day it was written.
        json["id"] = row.Id;
        json["definitionId"] = row.DefinitionId;
        json["name"] = row.Name;
        json["version"] = row.Version;
        json["isLatest"] = row.IsLatest;
        json["isPublished"] = row.IsPublished;
        json["createdAt"] = row.CreatedAt;
        json["toolVersion"] ??= ToolVersion;
        json["materializerName"] ??= "Json";
        json["customProperties"] ??= new JsonObject();
        json["options"] ??= new JsonObject();
        foreach (var list in (string[])["variables", "inputs", "outputs", "outcomes"]) json[list] ??= new JsonArray();
        json["root"] = ShowActivity(json["root"]!.AsObject(), "Workflow1");
        return json;
    }

    /// <summary>
    /// Node ids are paths, and journal and badges are found by them; the engine makes them the same way. A type the engine does not know is
    /// shown as Elsa's own “not found” activity, whole inside it, at its place in the drawing.
    /// </summary>
    internal JsonObject ShowActivity(JsonObject activity, string parent)
    {
        var id = activity["id"]?.GetValue<string>() ?? "";
        var nodeId = $"{parent}:{id}";
        var type = activity["type"]?.GetValue<string>() ?? "";
        if (catalog.Find(type) is not { } descriptor)
        {
            // A workflow used as an activity is a type of the designer's own list.
            if (WorkflowUse.Of(activity) is not { } use) return NotFound(activity, id, nodeId, type);
            var used = activity.DeepClone().AsObject();
            used["nodeId"] = nodeId;
            // Without these the designer takes the step for none that can be opened.
            // The newer one in force is what the designer offers to upgrade to.
            var (latest, latestId) = InForce(use.DefinitionId) ?? (use.Version, use.Candidates.First());
            used["latestAvailablePublishedVersion"] = latest;
            used["latestAvailablePublishedVersionId"] = latestId;
            return used;
        }
        var shown = activity.DeepClone().AsObject();
        shown["nodeId"] = nodeId;
        shown["version"] ??= descriptor.Version;
        shown["customProperties"] ??= new JsonObject();
        shown["metadata"] ??= new JsonObject();
        if (activity["activities"] is JsonArray children) shown["activities"] = new JsonArray([.. children.OfType<JsonObject>().Select(c => (JsonNode)ShowActivity(c, nodeId))]);
        if (activity["branches"] is JsonArray branches) shown["branches"] = new JsonArray([.. branches.Select(b => b is JsonObject branch ? ShowActivity(branch, nodeId) : b?.DeepClone())]);
        foreach (var entry in (shown["cases"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (entry["activity"] is JsonObject held && held["type"] is not null) entry["activity"] = ShowActivity(held, nodeId);
        }
        if (type == "Elsa.Flowchart")
        {
            shown["activities"] ??= new JsonArray();
            // The designer knows only the present form of a connection; old files have another.
            if (shown["connections"] is JsonArray connections) for (var i = 0; i < connections.Count; i++) if (connections[i] is JsonObject { } old && old["source"] is JsonValue) connections[i] = Present(old);
            shown["connections"] ??= new JsonArray();
        }
        foreach (var port in descriptor.Ports.Where(p => p.IsEmbedded))
        {
            var key = StudioWire.Camel(port.Name);
            if (activity[key] is JsonObject embedded && embedded["type"] is not null) shown[key] = ShowActivity(embedded, nodeId);
        }
        return shown;
    }

    private (int Version, string Id)? InForce(string definitionId)
    {
        if (_inForce.TryGetValue(definitionId, out var known)) return known;
        var row = db.Set<DefinitionVersion>().AsNoTracking().Where(v => v.DefinitionId == definitionId && v.IsPublished).Select(v => new { v.Version, v.Id }).FirstOrDefault();
        return _inForce[definitionId] = row is null ? null : (row.Version, row.Id);
    }

    private static JsonObject Present(JsonObject old)
    {
        var (source, port, target) = FlowConnection.Read(old);
        var present = new JsonObject { ["source"] = new JsonObject { ["activity"] = source, ["port"] = port }, ["target"] = new JsonObject { ["activity"] = target, ["port"] = old["targetPort"]?.DeepClone() ?? "In" } };
        foreach (var (name, value) in old.Where(p => p.Key is not ("source" or "sourcePort" or "target" or "targetPort"))) present[name] = value?.DeepClone();
        present["vertices"] ??= new JsonArray();
        return present;
    }

    public StudioDefinitionSummary Summary(DefinitionVersion v)
        => new(Links(v.DefinitionId), v.Id, v.DefinitionId, v.Name, v.Description, v.Version, v.IsLatest, v.IsPublished, false, null, "Json", true, v.CreatedAt);

    private static JsonObject NotFound(JsonObject activity, string id, string nodeId, string type) => new()
    {
        ["id"] = id,
        ["nodeId"] = nodeId,
        ["name"] = activity["name"]?.DeepClone(),
        ["type"] = DesignerJson.NotFoundType,
        ["version"] = 1,
        ["customProperties"] = new JsonObject(),
        ["metadata"] = activity["metadata"]?.DeepClone() ?? new JsonObject(),
        ["missingTypeName"] = type,
        ["missingTypeVersion"] = activity["version"]?.DeepClone() ?? 1,
        ["originalActivityJson"] = activity.ToJsonString(),
    };

    // The Studio shows its editing buttons where their links stand: to those who may draw, and to nobody else.
    private IReadOnlyList<StudioLink> Links(string definitionId) =>
    [
        new($"/workflow-definitions/by-definition-id/{definitionId}", "self", "GET"),
        new($"/workflow-definitions/{definitionId}/versions", "versions", "GET"),
        new($"/workflow-definitions/{definitionId}/export", "export", "GET"),
        .. StudioAccess.MayEdit(current)
            ? new StudioLink[]
            {
                new($"/workflow-definitions/{definitionId}/publish", "publish", "POST"),
                new($"/workflow-definitions/{definitionId}/retract", "retract", "POST"),
                new($"/workflow-definitions/{definitionId}", "delete", "DELETE"),
                new($"/workflow-definitions/{definitionId}/import", "import", "PUT"),
                new($"/workflow-definitions/{definitionId}/update-references", "update-references", "POST"),
            }
            : [],
    ];

    private IReadOnlyList<StudioLink> ListLinks() =>
    [
        new("/workflow-definitions", "self", "GET"),
        .. StudioAccess.MayEdit(current)
            ? new StudioLink[]
            {
                new("/workflow-definitions", "create", "POST"), new("/workflow-definitions/import", "import", "PUT"), new("/workflow-definitions/import-files", "import-files", "POST"),
                new("/bulk-actions/delete/workflow-definitions/by-definition-id", "bulk-delete-by-definition-id", "POST"), new("/bulk-actions/delete/workflow-definitions/by-id", "bulk-delete-by-id", "POST"),
                new("/bulk-actions/publish/workflow-definitions/by-definition-ids", "bulk-publish", "POST"), new("/bulk-actions/retract/workflow-definitions/by-definition-ids", "bulk-retract", "POST"),
            }
            : [],
    ];
}
