using System.Text.Json.Nodes;
using DoubleRandom.Workflows.Forms;

namespace DoubleRandom.Tests.Workflows.Forms;

public sealed class FormCheckTests
{
    private static readonly FormView Table = new(
    [
        new FormField("rows", "检查表", FieldKind.Rows, FixedRows: true,
            Default: new JsonArray(new JsonObject { ["code"] = "甲", ["text"] = "原文" }, new JsonObject { ["code"] = "乙" }),
            Columns: [new FormField("code", "编号", ReadOnly: true), new FormField("text", "说明")]),
    ]);

    [Fact]
    public void FixedRows_HandedInByKeyInAnotherOrder_KeepTheirPlaceAndTheirReadOnlyCells()
        => Assert.Equal("""[{"code":"甲","text":"改"},{"code":"乙","text":"新"}]""",
            Checked("""[{"code":"乙","text":"新"},{"code":"甲","text":"改"}]"""));

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""[{"code":"乙"}]""")]
    public void FixedRows_NotHandedIn_StayAsPrepared(string given)
        => Assert.Equal("""[{"code":"甲","text":"原文"},{"code":"乙"}]""", Checked(given));

    [Fact]
    public void FixedRows_CellEmptiedByThePerson_IsEmpty()
        => Assert.Equal("""[{"code":"甲"},{"code":"乙"}]""", Checked("""[{"code":"甲","text":""}]"""));

    [Theory]
    [InlineData("""[{"code":"丙","text":"x"}]""")]
    [InlineData("""[{"code":"甲"},{"code":"甲"}]""")]
    [InlineData("""[{"text":"1"},{"text":"2"},{"text":"3"}]""")]
    public void FixedRows_OfAnotherForm_AreRefused(string given)
        => Assert.Equal("forms.bad-rows", FormCheck.Check(Table, Values(given), "提交").Refusal?.Code);

    private static JsonObject Values(string rows) => new() { ["rows"] = JsonNode.Parse(rows) };

    private static string Checked(string rows)
        => FormCheck.Check(Table, Values(rows), "提交").Value["rows"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
