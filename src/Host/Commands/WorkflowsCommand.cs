using System.Text.Encodings.Web;
using System.Text.Json;
using DoubleRandom.Basics;
using DoubleRandom.Host.Data;
using DoubleRandom.Workflows.Definitions;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Commands;

/// <summary>Workflow definitions as files: looks through them, takes them in as drafts, writes them out byte for byte.</summary>
internal static class WorkflowsCommand
{
    public const string Usage = "workflows lint|import|export PATH [--json]";
    private static readonly JsonSerializerOptions Plain = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task<int> RunAsync(CommandLine line)
    {
        var json = line.Flag("--json");
        var words = line.Words(2, 2);
        return words[0] switch
        {
            "lint" => await LintAsync(words[1], json),
            "import" => await WithServicesAsync(services => ImportAsync(services, words[1], json)),
            "export" => await WithServicesAsync(services => ExportAsync(services, words[1], json)),
            _ => throw new UsageException("workflows 后应为 lint、import 或 export"),
        };
    }

    /// <summary>Needs no database: what a file says is right or wrong by itself.</summary>
    private static async Task<int> LintAsync(string path, bool json)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddDoubleRandom(DatabaseSettings.From(CommandHost.Configuration));
        await using var provider = services.BuildServiceProvider();
        var files = await DefinitionFile.ReadAsync(path, provider.GetRequiredService<DefinitionLinter>(), CancellationToken.None);
        if (files.Refusal is { } refusal) return await CommandTable.RefuseAsync(refusal);
        var findings = files.Value.SelectMany(f => f.Findings).ToList();
        if (json) Console.WriteLine(JsonSerializer.Serialize(new { files = files.Value.Count, findings = findings.Select(f => new { f.File, node = f.Finding.NodeId, f.Finding.Rule, f.Finding.Message, error = f.Finding.IsError }) }, Plain));
        else foreach (var finding in findings) Console.WriteLine(finding);
        return findings.Any(f => f.Finding.IsError) ? 1 : 0;
    }

    private static async Task<int> ImportAsync(ServiceProvider services, string path, bool json)
    {
        var files = await DefinitionFile.ReadAsync(path, services.GetRequiredService<DefinitionLinter>(), CancellationToken.None);
        if (files.Refusal is { } notFound) return await CommandTable.RefuseAsync(notFound);
        // A draft may be unfinished, so findings are only told; what is no definition at all refuses the whole import.
        foreach (var finding in files.Value.SelectMany(f => f.Findings)) await Console.Error.WriteLineAsync(finding.ToString());
        if (files.Value.Any(f => f.Definition is null)) return 1;
        var time = services.GetRequiredService<TimeProvider>();
        var change = ChangeContext.Now(time, Actor.System, "命令行导入", Ids.New(time.UtcNow));
        var imported = await services.GetRequiredService<IUnitOfWork>().RunAsync<List<ImportedDefinition>>(async (s, ct) =>
        {
            List<ImportedDefinition> done = [];
            foreach (var file in files.Value)
            {
                var result = await s.GetRequiredService<ImportDefinitionHandler>().HandleAsync(new ImportDefinition(file.Definition!), change, ct);
                if (result.Refusal is { } refusal) return refusal;
                done.Add(result.Value);
            }
            return done;
        });
        if (imported.Refusal is { } refused) return await CommandTable.RefuseAsync(refused);
        if (json) Console.WriteLine(JsonSerializer.Serialize(new { definitions = imported.Value }, Plain));
        else foreach (var one in imported.Value) Console.WriteLine($"{one.DefinitionId}\t{one.Version}\t{(one.Unchanged ? "未变" : "草稿")}");
        return 0;
    }

    /// <param name="path">A folder, which gets a file for each published definition, or a file named after one definition.</param>
    private static async Task<int> ExportAsync(ServiceProvider services, string path, bool json)
    {
        var only = path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? Path.GetFileNameWithoutExtension(path) : null;
        await using var scope = services.CreateAsyncScope();
        var rows = await scope.ServiceProvider.GetRequiredService<DbContext>().Set<DefinitionVersion>().AsNoTracking()
            .Where(v => v.IsPublished && (only == null || v.DefinitionId == only)).OrderBy(v => v.DefinitionId).ThenBy(v => v.Version).ToListAsync();
        if (only is not null && rows.Count == 0) return await CommandTable.RefuseAsync(Refusal.NotFound("workflows.not-published", only));
        if (only is null) Directory.CreateDirectory(path);
        List<object> written = [];
        foreach (var row in rows.GroupBy(r => r.DefinitionId).Select(g => g.Last()))
        {
            var file = only is null ? Path.Combine(path, row.DefinitionId + ".json") : path;
            await File.WriteAllTextAsync(file, row.Read().ToJson());
            written.Add(new { row.DefinitionId, row.Version, file });
            if (!json) Console.WriteLine($"{row.DefinitionId}\t{row.Version}\t{file}");
        }
        if (json) Console.WriteLine(JsonSerializer.Serialize(new { definitions = written }, Plain));
        return 0;
    }

    private static async Task<int> WithServicesAsync(Func<ServiceProvider, Task<int>> run)
    {
        var opened = await CommandHost.OpenAsync();
        if (opened.Refusal is { } notReady) return await CommandTable.RefuseAsync(notReady);
        await using var services = opened.Value;
        return await run(services);
    }
}
