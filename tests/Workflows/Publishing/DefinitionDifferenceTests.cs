using System.Text.Json.Nodes;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Workflows.Forms;
using DoubleRandom.Workflows.Publishing;

namespace DoubleRandom.Tests.Workflows.Publishing;

/// <summary>A second person reads what a new version draws otherwise: in words, never as the file has it.</summary>
public sealed class DefinitionDifferenceTests
{
    [Theory]
    [InlineData("""{"expression":{"type":"Object","value":"[\"批准\",\"不予批准\"]"}}""", "批准、不予批准")]
    [InlineData("""{"expression":{"type":"Literal","value":"两人签名"}}""", "两人签名")]
    [InlineData("""{"expression":{"type":"Literal","value":true}}""", "是")]
    [InlineData("""{"expression":{"type":"FEEL","value":"Summary.needsWork"}}""", "FEEL：Summary.needsWork")]
    [InlineData("""{"expression":{"type":"Variable","value":"{\"id\":\"v1\",\"name\":\"Summary\"}"}}""", "变量 Summary")]
    [InlineData("""{"memoryReference":{"id":"Summary"}}""", "存入变量 Summary")]
    [InlineData("""[{"label":"整改","condition":{"type":"FEEL","value":"Flags.rectification"},"activity":null},{"label":"其他","condition":{"type":"FEEL","value":"true"},"activity":null}]""", "整改：Flags.rectification；其他：true")]
    [InlineData("""{"canStartWorkflow":false,"note":null,"list":["甲","乙"]}""", "canStartWorkflow：否，list：甲、乙")]
    [InlineData("""{"expression":{"type":"Object","value":"不是 JSON"}}""", "不是 JSON")]
    public void Value_IsShownInWords(string value, string words)
    {
        var step = JsonNode.Parse("""{"id":"s1","type":"Elsa.WriteLine"}""")!.AsObject();
        step["probe"] = JsonNode.Parse(value);
        var definition = new JsonObject { ["root"] = new JsonObject { ["activities"] = new JsonArray(step) } };

        var changed = Assert.Single(DefinitionDifference.Between(null, definition, new ActivityCatalog().AddElsa(), new FormCatalogue([])).Steps);

        Assert.Equal(("probe", (string?)null, words), (changed.Values[0].Label, changed.Values[0].Before, changed.Values[0].After));
    }
}
