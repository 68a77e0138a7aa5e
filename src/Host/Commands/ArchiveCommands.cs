using System.Text.Encodings.Web;
using System.Text.Json;
using DoubleRandom.Basics;
using DoubleRandom.Host.Archive;

namespace DoubleRandom.Host.Commands;

/// <summary>The whole office in one file, while people work.</summary>
internal static class BackupCommand
{
    public const string Usage = "backup FILE [--json]";

    public static async Task<int> RunAsync(CommandLine line)
    {
        var json = line.Flag("--json");
        var file = line.Words(1, 1)[0];
        var opened = await CommandHost.OpenAsync();
        if (opened.Refusal is { } notReady) return await CommandTable.RefuseAsync(notReady);
        await using var services = opened.Value;
        return await ArchiveOutput.WriteAsync(await services.GetRequiredService<OfficeArchive>().BackupAsync(file, CancellationToken.None), json, "已备份");
    }
}

/// <summary>Puts a backup back where nobody has worked yet.</summary>
internal static class RestoreCommand
{
    public const string Usage = "restore FILE [--json]";

    public static async Task<int> RunAsync(CommandLine line)
    {
        var json = line.Flag("--json");
        var file = line.Words(1, 1)[0];
        // Not opened: the database is what the archive brings.
        await using var services = CommandHost.Build();
        return await ArchiveOutput.WriteAsync(await services.GetRequiredService<OfficeArchive>().RestoreAsync(file, CancellationToken.None), json, "已恢复");
    }
}

internal static class ArchiveOutput
{
    private static readonly JsonSerializerOptions Plain = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task<int> WriteAsync(Result<ArchiveReport> result, bool json, string done)
    {
        if (result.Refusal is { } refusal) return await CommandTable.RefuseAsync(refusal);
        var report = result.Value;
        Console.WriteLine(json ? JsonSerializer.Serialize(report, Plain) : $"{done} {report.File}（{report.Bytes} 字节，证据 {report.Evidence} 件）");
        return 0;
    }
}
