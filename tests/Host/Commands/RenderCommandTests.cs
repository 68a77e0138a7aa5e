using DocumentFormat.OpenXml.Packaging;
using DoubleRandom.Tests.Support;

namespace DoubleRandom.Tests.Host.Commands;

public sealed class RenderCommandTests
{
    private static readonly string Data = Repository.Path("samples/documents/D12.json");

    [Fact]
    public async Task Render_ByCodeAndByPath_GivesPageAndWordFileOrTheReason()
    {
        var folder = Directory.CreateTempSubdirectory("dr-render-").FullName;
        try
        {
            var page = await HostProgram.RunAsync(folder, null, "render", "D12", Data);
            Assert.Equal((0, ""), (page.Exit, page.Error));
            Assert.StartsWith("<!DOCTYPE html>", page.Output, StringComparison.Ordinal);
            Assert.Contains("（崇）应急责改〔2026〕1号", page.Output, StringComparison.Ordinal);

            var word = Path.Combine(folder, "order.docx");
            Assert.Equal(0, (await HostProgram.RunAsync(folder, null, "render", "D12", Data, "--format", "docx", "--out", word)).Exit);
            using (var document = WordprocessingDocument.Open(word, false)) Assert.Contains("责令限期整改指令书", document.MainDocumentPart!.Document!.InnerText, StringComparison.Ordinal);

            var template = Path.Combine(folder, "own.liquid");
            await File.WriteAllTextAsync(template, "---\ncode: X1\ntitle: 通知\nkind: 文书\nseries:\ncitation: 本局\neffective: 2026-01-01\nversion: 1\nrequired: bureau\nseal: no\nnote:\n---\n<p>{{ bureau | nosuch }}</p>\n");
            var wrong = await HostProgram.RunAsync(folder, null, "render", template, Data);
            Assert.Equal((1, ""), (wrong.Exit, wrong.Output));
            Assert.Contains("第 13 行第 16 列：没有名为“nosuch”的过滤器", wrong.Error, StringComparison.Ordinal);
            await File.WriteAllTextAsync(template, (await File.ReadAllTextAsync(template)).Replace(" | nosuch", "", StringComparison.Ordinal));
            Assert.Contains("崇信县应急管理局", (await HostProgram.RunAsync(folder, null, "render", template, Data)).Output, StringComparison.Ordinal);

            var empty = Path.Combine(folder, "empty.json");
            await File.WriteAllTextAsync(empty, "{}");
            var missing = await HostProgram.RunAsync(folder, null, "render", "D12", empty);
            Assert.Equal((1, ""), (missing.Exit, missing.Output));
            Assert.Contains("《责令限期整改指令书》缺少必填内容“机关名称”", missing.Error, StringComparison.Ordinal);
            Assert.Equal(2, (await HostProgram.RunAsync(folder, null, "render", "D12", Data, "--format", "odt")).Exit);
            Assert.Equal(1, (await HostProgram.RunAsync(folder, null, "render", "D99", Data)).Exit);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
