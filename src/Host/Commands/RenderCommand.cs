using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Documents;
using DoubleRandom.Documents.Rendering;

namespace DoubleRandom.Host.Commands;

/// <summary>Makes one document from data: a template's key, or the path of a template under work. PDF is made by LibreOffice.</summary>
internal static class RenderCommand
{
    public const string Usage = "render TEMPLATE DATA.json [--format html|docx|pdf] [--out FILE]";
    private static readonly TimeSpan PdfTime = TimeSpan.FromMinutes(2);

    public static async Task<int> RunAsync(CommandLine line)
    {
        var format = line.Option("--format") ?? "html";
        var target = line.Option("--out");
        var words = line.Words(2, 2);
        if (format is not ("html" or "docx" or "pdf")) throw new UsageException($"没有 {format} 这种格式");
        await using var services = new ServiceCollection().AddDocuments().BuildServiceProvider();
        JsonObject data;
        try
        {
            data = JsonNode.Parse(await File.ReadAllTextAsync(words[1])) as JsonObject ?? throw new UsageException($"{words[1]} 应是一个 JSON 对象");
        }
        catch (JsonException e)
        {
            await Console.Error.WriteLineAsync($"{words[1]}:{e.LineNumber + 1}:{e.BytePositionInLine + 1}: 不是有效的 JSON");
            return 1;
        }
        var renderer = services.GetRequiredService<DocumentRenderer>();
        var rendered = File.Exists(words[0]) ? renderer.RenderSource(await File.ReadAllTextAsync(words[0]), data) : renderer.Render(words[0], data);
        if (rendered.Refusal is { } refusal) return await CommandTable.RefuseAsync(refusal);
        var document = rendered.Value;
        if (format == "pdf")
        {
            if (await PdfAsync(document.Docx()) is not { } pdf) return 1;
            return await WriteAsync(pdf, target);
        }
        return await WriteAsync(format == "docx" ? document.Docx() : Encoding.UTF8.GetBytes(document.Html), target);
    }

    private static async Task<int> WriteAsync(byte[] bytes, string? target)
    {
        if (target is not null)
        {
            await File.WriteAllBytesAsync(target, bytes);
            return 0;
        }
        await using var output = Console.OpenStandardOutput();
        await output.WriteAsync(bytes);
        return 0;
    }

    /// <summary>Null when it could not be made; the reason is on stderr.</summary>
    private static async Task<byte[]?> PdfAsync(byte[] docx)
    {
        var folder = Directory.CreateTempSubdirectory("doublerandom-pdf-");
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "page.docx"), docx);
            var start = new ProcessStartInfo("soffice")
            {
                // A profile of its own: an office that is already open would take the call and answer nothing.
                ArgumentList = { $"-env:UserInstallation=file://{folder.FullName}/profile", "--headless", "--convert-to", "pdf", "--outdir", folder.FullName, Path.Combine(folder.FullName, "page.docx") },
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            Process? process;
            try
            {
                process = Process.Start(start);
            }
            catch (System.ComponentModel.Win32Exception)
            {
                await Console.Error.WriteLineAsync("找不到 soffice：PDF 由 LibreOffice 转换，请先安装 LibreOffice(Debian、Ubuntu:apt-get install libreoffice-writer fonts-noto-cjk),或改用 --format docx");
                return null;
            }
            using (process)
            using (var limit = new CancellationTokenSource(PdfTime))
            {
                try
                {
                    await Task.WhenAll(process!.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token), process.WaitForExitAsync(limit.Token));
                }
                catch (OperationCanceledException)
                {
                    process!.Kill(entireProcessTree: true);
                    await Console.Error.WriteLineAsync($"soffice 超过 {PdfTime.TotalSeconds:0} 秒没有完成，请重试或改用 --format docx");
                    return null;
                }
            }
            var pdf = Path.Combine(folder.FullName, "page.pdf");
            if (File.Exists(pdf)) return await File.ReadAllBytesAsync(pdf);
            await Console.Error.WriteLineAsync("soffice 没有生成 PDF，请检查 LibreOffice 是否含 Writer 组件，或改用 --format docx");
            return null;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
