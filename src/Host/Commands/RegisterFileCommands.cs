using System.Text.Encodings.Web;
using System.Text.Json;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Evidence;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.Registers;

namespace DoubleRandom.Host.Commands;

/// <summary>Takes a file into a register. Exit code 1 when any row was refused; the rest is applied.</summary>
internal static class ImportCommand
{
    public const string Usage = "import KIND FILE [--dry-run] [--refusals FILE.csv] [--json]";
    private static readonly JsonSerializerOptions Plain = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task<int> RunAsync(CommandLine line)
    {
        var (dryRun, json) = (line.Flag("--dry-run"), line.Flag("--json"));
        var refusals = line.Option("--refusals");
        var words = line.Words(2, 2);
        await using var file = File.OpenRead(words[1]);
        var opened = await CommandHost.OpenAsync();
        if (opened.Refusal is { } notReady) return await CommandTable.RefuseAsync(notReady);
        await using var services = opened.Value;
        var change = ChangeContext.Now(services.GetRequiredService<TimeProvider>(), Actor.System, "命令行导入");
        var result = await services.GetRequiredService<IUnitOfWork>().RunAsync((s, ct) =>
        {
            file.Position = 0;
            return s.GetRequiredService<ImportFileHandler>().HandleAsync(new ImportFile(words[0], file, dryRun, Path.GetFileName(words[1])), change, ct);
        });
        if (result.Refusal is { } refusal) return await CommandTable.RefuseAsync(refusal);
        var report = result.Value;
        if (refusals is not null && report.RefusalsSha256 is { } kept)
        {
            await using var from = services.GetRequiredService<PersonalSeal>().OpenFile(services.GetRequiredService<EvidenceStore>().Open(kept))!;
            await using var to = File.Create(refusals);
            await from.CopyToAsync(to);
        }
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(report, Plain));
        }
        else
        {
            foreach (var error in report.Errors) Console.WriteLine($"{error.Row}\t{error.Column}\t{error.Code}\t{error.Message}");
            Console.WriteLine($"读取 {report.Read}，新增 {report.Added}，更新 {report.Updated}，未变 {report.Unchanged}，拒绝 {report.Refused}{(report.Found == 0 ? "" : $"；{report.Found} 行没有编号，按统一社会信用代码对应")}{(dryRun ? "（试运行，未写入）" : "")}");
        }
        return report.Errors.Count == 0 ? 0 : 1;
    }
}

/// <summary>Writes a register in the form it is imported in.</summary>
internal static class ExportCommand
{
    public const string Usage = "export KIND FILE.csv|FILE.xlsx [--at yyyy-MM-dd]";

    public static async Task<int> RunAsync(CommandLine line)
    {
        // The register as it stood at the end of that day.
        var at = line.Option("--at") is { } text ? DateOnly.TryParseExact(text, "yyyy-MM-dd", out var day) ? day : throw new UsageException("--at 后要写日期，如 2026-09-18") : (DateOnly?)null;
        var words = line.Words(2, 2);
        var opened = await CommandHost.OpenAsync();
        if (opened.Refusal is { } notReady) return await CommandTable.RefuseAsync(notReady);
        await using var services = opened.Value;
        await using var scope = services.CreateAsyncScope();
        // Beside the file and then in its place: an export that breaks off leaves no half file.
        var part = words[1] + ".part";
        try
        {
            await using (var file = File.Create(part))
            {
                var format = words[1].EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase) ? RowSink.Xlsx : RowSink.Csv;
                if (await scope.ServiceProvider.GetRequiredService<ExportRegister>().WriteAsync(words[0], file, format, mark: false, CancellationToken.None, at) is { } refusal) return await CommandTable.RefuseAsync(refusal);
            }
            File.Move(part, words[1], overwrite: true);
            return 0;
        }
        finally
        {
            File.Delete(part);
        }
    }
}
