using DoubleRandom.Basics;
using DoubleRandom.Engine.Definitions;

namespace DoubleRandom.Workflows.Definitions;

/// <summary>A finding with the file it is in, as <c>workflows lint</c> and the start of the program write it.</summary>
public sealed record FileFinding(string File, LintFinding Finding)
{
    public override string ToString() => $"{File}:{Finding.NodeId}:{Finding.Rule}:{(Finding.IsError ? "" : "（提示）")}{Finding.Message}";
}

/// <summary>A definition as a file: <c>workflows-json/campaign.json</c> holds the definition <c>campaign</c>.</summary>
/// <param name="Definition">Null when the file cannot be read as one.</param>
public sealed record DefinitionFile(string Name, string Text, WorkflowDefinition? Definition, IReadOnlyList<FileFinding> Findings)
{
    public bool HasErrors => Findings.Any(f => f.Finding.IsError);

    /// <summary>The files of a folder in the order of their names, or the one file, read and looked through.</summary>
    /// <param name="path">A folder with <c>*.json</c>, or one file.</param>
    public static async Task<Result<IReadOnlyList<DefinitionFile>>> ReadAsync(string path, DefinitionLinter linter, CancellationToken cancellationToken)
    {
        string[] files;
        if (Directory.Exists(path)) files = [.. Directory.EnumerateFiles(path, "*.json").Order(StringComparer.Ordinal)];
        else if (File.Exists(path)) files = [path];
        else return Refusal.NotFound("workflows.no-folder", path);
        // One file belongs to the tree of its folder: the law is held over all of it.
        var neighbours = Directory.Exists(path) ? files : [.. Directory.EnumerateFiles(Path.GetDirectoryName(Path.GetFullPath(path))!, "*.json").Order(StringComparer.Ordinal)];
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in neighbours.Concat(files).Where(f => new FileInfo(f).Length <= WorkflowDefinition.MaxBytes).DistinctBy(Path.GetFullPath))
            texts[Path.GetFullPath(file)] = await File.ReadAllTextAsync(file, cancellationToken);
        var tree = texts.Select(t => WorkflowDefinition.Parse(t.Value, Path.GetFileNameWithoutExtension(t.Key))).Where(d => d.Refusal is null).Select(d => d.Value).DistinctBy(d => d.DefinitionId).ToList();
        return files.Select(file => texts.TryGetValue(Path.GetFullPath(file), out var text)
            ? Look(file, text, linter, tree) : Unreadable(file, "", Refusal.Invalid("engine.definition-too-large", null, WorkflowDefinition.MaxBytes / 1024 / 1024))).ToList();
    }

    private static DefinitionFile Look(string file, string text, DefinitionLinter linter, IReadOnlyList<WorkflowDefinition> tree)
    {
        var parsed = WorkflowDefinition.Parse(text, Path.GetFileNameWithoutExtension(file));
        if (parsed.Refusal is { } refusal) return Unreadable(file, text, refusal);
        var name = Path.GetFileName(file);
        List<FileFinding> findings = [];
        var definition = parsed.Value;
        if (definition.DefinitionId != Path.GetFileNameWithoutExtension(file))
            findings.Add(new(name, new LintFinding(definition.DefinitionId, "file-name", Texts.Of("workflows.file-name", name, definition.DefinitionId))));
        findings.AddRange(linter.Lint(definition, [.. tree.Where(d => d.DefinitionId != definition.DefinitionId)]).Select(f => new FileFinding(name, f)));
        return new DefinitionFile(name, text, definition, findings);
    }

    private static DefinitionFile Unreadable(string file, string text, Refusal refusal)
    {
        var name = Path.GetFileName(file);
        return new DefinitionFile(name, text, null, [new(name, new LintFinding("-", "unreadable", Texts.Of(refusal)))]);
    }
}
