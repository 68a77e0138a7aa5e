using System.Text.Json.Nodes;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using DoubleRandom.Documents.Rendering;

namespace DoubleRandom.Tests.Documents;

public sealed class DocumentRendererTests
{
    private static readonly DocumentTemplates Templates = new();

    public static TheoryData<string> Codes => [.. Templates.All.Select(t => t.Code)];

    [Theory, MemberData(nameof(Codes))]
    public void Render_EveryTemplate_ShowsEveryRequiredValueInAValidAndEqualDocx(string code)
    {
        var data = Sample(Templates.Find(code)!);
        var renderer = new DocumentRenderer(Templates);

        var first = renderer.Render(code, data).Value.Docx();
        var second = renderer.Render(code, data).Value.Docx();

        Assert.Equal(first, second);
        using var document = WordprocessingDocument.Open(new MemoryStream(first), false);
        Assert.Empty(new OpenXmlValidator().Validate(document).Select(e => e.Description));
        var text = document.MainDocumentPart!.Document!.InnerText;
        Assert.Contains(Templates.Find(code)!.Title, text, StringComparison.Ordinal);
        foreach (var field in Templates.Find(code)!.Required.Where(f => f != "date" && f != "amountFen" && !f.EndsWith("On", StringComparison.Ordinal) && data[f] is not JsonArray))
            Assert.Contains($"值〈{field}〉", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_RequiredFieldMissing_NamesFieldAndDocument()
    {
        var data = Sample(Templates.Find("D12")!);
        data.Remove("court");

        var refusal = new DocumentRenderer(Templates).Render("D12", data).Refusal!;

        Assert.Equal("documents.missing-field", refusal.Code);
        Assert.Equal(["责令限期整改指令书", "court"], refusal.Arguments);
    }

    [Theory]
    [InlineData(100_000, "壹仟元整")]
    [InlineData(1_000_005, "壹万元零伍分")]
    [InlineData(10_010_050, "壹拾万零壹佰元伍角整")]
    [InlineData(1_000_000_100, "壹仟万零壹元整")]
    public void Money_InFen_IsWrittenOut(long fen, string expected) => Assert.Equal(expected, ChineseText.Money(fen));

    [Fact]
    public void Render_MarkupInData_IsShownNotObeyed()
    {
        var data = Sample(Templates.Find("D44")!);
        data["opinion"] = "<script>x</script>";
        Assert.DoesNotContain("<script>", new DocumentRenderer(Templates).Render("D44", data).Value.Html, StringComparison.Ordinal);
    }

    private static JsonObject Sample(DocumentTemplate template)
    {
        var data = new JsonObject { ["number"] = "（崇）应急责改〔2026〕1号" };
        foreach (var field in template.Required)
        {
            if (field.StartsWith("inspectee.", StringComparison.Ordinal))
            {
                if (data["inspectee"] is not JsonObject) data["inspectee"] = new JsonObject();
                data["inspectee"]![field[10..]] = $"值〈{field}〉";
            }
            else
            {
                data[field] = field switch
                {
                    "officers" => new JsonArray(new JsonObject { ["name"] = "张三", ["certificate"] = "6208230001" }, new JsonObject { ["name"] = "李四", ["certificate"] = "6208230002" }),
                    "findings" or "records" or "entries" => new JsonArray(new JsonObject { ["description"] = "问题一", ["item"] = "事项一", ["result"] = "符合", ["title"] = "文书一", ["dueOn"] = "2026-10-18" }),
                    "results" when template.Code == "D05" => new JsonArray(new JsonObject { ["number"] = "001", ["name"] = "甲公司" }),
                    "amountFen" => 100_000,
                    _ when field == "date" || field.EndsWith("On", StringComparison.Ordinal) => "2026-09-18",
                    _ => $"值〈{field}〉",
                };
            }
        }
        return data;
    }
}
