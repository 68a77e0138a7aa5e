using System.Text.Json.Nodes;
using DoubleRandom.Engine.Expressions;

namespace DoubleRandom.Tests.Engine.Expressions;

/// <summary>A list of a whole province's cases is handed on by its name; what is computed from it stays bounded.</summary>
public sealed class WholeListTests
{
    [Fact]
    public void Feel_NameOfALongList_GivesTheListAsItIs()
    {
        var scope = new Scope(60_000);
        var list = Assert.IsType<JsonArray>(Feel("Items").Evaluate(scope));
        Assert.Equal(scope.Items.ToJsonString(), list.ToJsonString());
        Assert.NotSame(scope.Items, list);
    }

    [Fact]
    public void Feel_LongListComputed_IsStopped()
        => Assert.Throws<ExpressionException>(() => Feel("Items[1 = 1]").Evaluate(new Scope(60_000)));

    private static CompiledExpression Feel(string text) => CompiledExpression.Compile(new JsonObject { ["type"] = "FEEL", ["value"] = text });

    private sealed class Scope(int items) : IExpressionScope
    {
        public JsonArray Items { get; } = [.. Enumerable.Range(0, items).Select(i => (JsonNode)new JsonObject { ["CaseNo"] = $"{i}", ["Team"] = new JsonArray("甲", "乙") })];

        public JsonNode? Inputs => null;

        public DateTimeOffset? Now => null;

        public bool TryVariableById(string id, out JsonNode? value) => TryVariableByName(id, out value);

        public bool TryVariableByName(string name, out JsonNode? value)
        {
            value = name == "Items" ? Items : null;
            return value is not null;
        }
    }
}
