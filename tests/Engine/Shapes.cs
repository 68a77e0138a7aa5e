using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Tests.Workflows;

namespace DoubleRandom.Tests.Engine;

/// <summary>A drawing made of blocks: sequences, forks that join, choices that meet, loops with an end, containers in containers. It can be changed at random and drawn again.</summary>
internal sealed class Shapes
{
    private readonly Random _random;
    private readonly bool _fails;
    private int _next;

    /// <param name="fails">With conditions and lists that only a person can put right.</param>
    public Shapes(Random random, bool fails = false) => (_random, _fails) = (random, fails);

    public enum Kind { Step, Wait, Row, Fork, Choice, Loop, Inner, If, Each, Together }

    public sealed record Block(Kind Kind, string Id, List<Block> Inside, string Mode = "");

    public Block Row(int depth, bool branch = false) => new(Kind.Row, Id("R"), [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Any(depth, branch))]);

    /// <summary>A copy with a few things drawn otherwise.</summary>
    public Block Changed(Block block)
    {
        List<Block> inside = [.. block.Inside.Select(Changed)];
        if (block.Kind is Kind.Row)
        {
            if (_random.Next(4) == 0) inside.Insert(_random.Next(inside.Count + 1), Any(1, true));
            if (inside.Count > 1 && _random.Next(6) == 0) inside.RemoveAt(_random.Next(inside.Count));
            if (_random.Next(8) == 0) inside[_random.Next(inside.Count)] = Any(1, true);
        }
        if (block.Kind is Kind.Fork && _random.Next(6) == 0) inside.Add(Row(0, true));
        return block with { Inside = inside, Mode = block.Kind is Kind.Fork && _random.Next(6) == 0 ? Mode() : block.Mode };
    }

    public static JsonObject Draw(Block block)
    {
        List<JsonObject> nodes = [Given.Node("Begin", "Elsa.Start")];
        List<string> edges = [];
        foreach (var loose in Lay(block, ["Begin.Done"], nodes, edges)) edges.Add($"{loose}>Close");
        nodes.Add(Given.Node("Close", "Elsa.End"));
        return TracedRun.Chart("C", [.. nodes], [.. edges]);
    }

    /// <summary>Ids of the steps that a loop may run again.</summary>
    public static IEnumerable<string> InLoops(Block block, bool within = false)
        => block.Inside.SelectMany(b => InLoops(b, within || block.Kind is Kind.Loop or Kind.Each)).Concat(within || block.Kind is Kind.Loop ? Ids(block) : []);

    private static IEnumerable<string> Ids(Block block) => [block.Id, $"{block.Id}f", $"{block.Id}j", $"{block.Id}d", $"{block.Id}m", $"{block.Id}i", $"{block.Id}s", $"{block.Id}a", $"{block.Id}b", $"{block.Id}Begin", $"{block.Id}Close"];

    /// <param name="branch">Within a branch a loop stands in a drawing of its own, as the linter asks for.</param>
    private Block Any(int depth, bool branch)
    {
        var kind = depth == 0 ? (Kind)_random.Next(2) : (Kind)_random.Next(_fails ? 10 : 7);
        return kind switch
        {
            Kind.Step or Kind.Wait => new(kind, Id("N"), []),
            Kind.Row => Row(depth - 1, branch),
            Kind.Fork or Kind.Choice or Kind.Together => new(kind, Id("N"), [Row(depth - 1, true), Row(depth - 1, true)], Mode()),
            Kind.Loop when branch => new(Kind.Inner, Id("N"), [new(Kind.Loop, Id("N"), [Row(depth - 1)])]),
            Kind.Each => new(kind, Id("N"), [new(Kind.Inner, Id("N"), [new(Kind.Wait, Id("N"), [])])]),
            _ => new(kind, Id("N"), [Row(depth - 1)]),
        };
    }

    private string Mode() => _random.Next(2) == 0 ? "WaitAll" : "WaitAllActive";

    private string Id(string prefix) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{_next++}");

    /// <returns>The ways that lead on.</returns>
    private static List<string> Lay(Block block, List<string> from, List<JsonObject> nodes, List<string> edges)
    {
        switch (block.Kind)
        {
            case Kind.Row:
                foreach (var inner in block.Inside) from = Lay(inner, from, nodes, edges);
                return from;
            case Kind.Fork:
                Add(Given.Node($"{block.Id}f", "Elsa.FlowFork", ("branches", new JsonObject { ["expression"] = new JsonObject { ["type"] = "Object", ["value"] = new JsonArray([.. block.Inside.Select(b => (JsonNode)b.Id)]).ToJsonString() } })));
                var ends = block.Inside.SelectMany(b => Lay(b, [$"{block.Id}f.{b.Id}"], nodes, edges)).ToList();
                nodes.Add(Given.Node($"{block.Id}j", "Elsa.FlowJoin", ("mode", Given.Literal(block.Mode))));
                edges.AddRange(ends.Select(e => $"{e}>{block.Id}j"));
                return [$"{block.Id}j.Done"];
            case Kind.Choice:
                Add(Given.Node($"{block.Id}d", "Elsa.FlowDecision", ("condition", TracedRun.By("ok"))));
                return [.. Lay(block.Inside[0], [$"{block.Id}d.True"], nodes, edges), .. Lay(block.Inside[1], [$"{block.Id}d.False"], nodes, edges)];
            case Kind.Loop:
                // Twice round: the number stands in a variable that the drawing declares for all.
                Add(TracedRun.Trace($"{block.Id}b"));
                var back = Lay(block.Inside[0], [$"{block.Id}b.Done"], nodes, edges);
                nodes.Add(Given.Node($"{block.Id}i", "Elsa.SetVariable", ("variable", new JsonObject { ["id"] = "var-rounds", ["name"] = "rounds" }), ("value", TracedRun.By($"if list contains(rounds, \"{block.Id}\") then rounds else append(rounds, \"{block.Id}\")"))));
                edges.AddRange(back.Select(e => $"{e}>{block.Id}m"));
                nodes.Add(Given.Node($"{block.Id}m", "Elsa.FlowDecision", ("condition", TracedRun.By($"list contains(rounds, \"{block.Id}\")"))));
                edges.Add($"{block.Id}m.False>{block.Id}i");
                edges.Add($"{block.Id}i.Done>{block.Id}b");
                return [$"{block.Id}m.True"];
            case Kind.Inner:
                List<JsonObject> within = [Given.Node($"{block.Id}Begin", "Elsa.Start")];
                List<string> lines = [];
                foreach (var loose in Lay(block.Inside[0], [$"{block.Id}Begin.Done"], within, lines)) lines.Add($"{loose}>{block.Id}Close");
                within.Add(Given.Node($"{block.Id}Close", "Elsa.End"));
                Add(TracedRun.Sequence(block.Id, TracedRun.Trace($"{block.Id}a"), TracedRun.Chart($"{block.Id}s", [.. within], [.. lines])));
                return [$"{block.Id}.Done"];
            case Kind.If:
                Add(Given.Node(block.Id, "Elsa.If", ("condition", TracedRun.By("ok")), ("then", Leaf(block))));
                return [$"{block.Id}.Done"];
            case Kind.Each:
                Add(Given.Node(block.Id, "Elsa.ForEach", ("items", TracedRun.By("if ok then [1, 2] else null")), ("body", Leaf(block))));
                return [$"{block.Id}.Done"];
            case Kind.Together:
                Add(Given.Node(block.Id, "Elsa.Parallel", ("activities", new JsonArray(Leaf(block), TracedRun.Sequence($"{block.Id}s", TracedRun.Trace($"{block.Id}m"), Given.Node($"{block.Id}j", "Elsa.If", ("condition", TracedRun.By("ok")), ("then", TracedRun.Trace($"{block.Id}d"))))))));
                return [$"{block.Id}.Done"];
            default:
                Add(block.Kind is Kind.Wait ? Given.Node(block.Id, "Elsa.Event", ("eventName", Given.Literal(block.Id))) : TracedRun.Trace(block.Id));
                return [$"{block.Id}.Done"];
        }

        void Add(JsonObject node)
        {
            nodes.Add(node);
            edges.AddRange(from.Select(f => $"{f}>{node["id"]!.GetValue<string>()}"));
        }
    }

    private static JsonObject Leaf(Block block) => TracedRun.Sequence($"{block.Id}i", TracedRun.Trace($"{block.Id}a"), Given.Node($"{block.Id}f", "Elsa.Event", ("eventName", Given.Literal(block.Id))), TracedRun.Trace($"{block.Id}b"));
}
