using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Workflows.Activities;

namespace DoubleRandom.Workflows.Drawings;

/// <summary>Where a step of a case stands in the drawing.</summary>
public enum StepState { Coming, Visited, Waiting, Faulted }

/// <summary>What of a definition a reader follows: who acts, what is decided, which flow runs inside, what is waited for.</summary>
public enum StepKind { Person, Decision, Flow, Wait }

public sealed record FlowStep(string Label, StepKind Kind, StepState State);

/// <summary>Draws a definition as SVG at the positions the designer keeps, each step marked as visited, waiting, coming or faulted.</summary>
public static class WorkflowDrawing
{
    private const int Margin = 24;

    /// <param name="states">State by activity id; steps that are missing are still to come.</param>
    public static string Draw(JsonObject definition, IReadOnlyDictionary<string, StepState> states)
        => Draw(definition, box => states.GetValueOrDefault(box) switch
        {
            StepState.Visited => ("visited", "✓", "已办"),
            StepState.Waiting => ("waiting", "●", "正在办理"),
            StepState.Faulted => ("faulted", "!", "异常"),
            _ => ("coming", "", "未到"),
        }, _ => "");

    /// <summary>The steps of people, the decisions, the flows inside and the waits, in the drawing's order; bookkeeping is left out unless it is where the case stands.</summary>
    public static IReadOnlyList<FlowStep> Steps(JsonObject definition, IReadOnlyDictionary<string, StepState> states)
    {
        var steps = new List<FlowStep>();
        foreach (var box in (definition["root"]!["activities"] as JsonArray ?? []).OfType<JsonObject>().Select(Box).OrderBy(b => b.X).ThenBy(b => b.Y))
        {
            var state = states.GetValueOrDefault(box.Id);
            StepKind? kind = box.Type switch
            {
                var type when HumanSteps.Contains(type) => StepKind.Person,
                "Elsa.FlowDecision" or "Elsa.FlowSwitch" => StepKind.Decision,
                "Elsa.ExecuteWorkflow" or "Elsa.DispatchWorkflow" or "Elsa.BulkDispatchWorkflows" => StepKind.Flow,
                "Elsa.Event" or "Elsa.Delay" or "Elsa.Timer" or "Elsa.Cron" or "Elsa.StartAt" => StepKind.Wait,
                "Elsa.FlowJoin" => null,
                _ => state is StepState.Waiting or StepState.Faulted ? StepKind.Wait : null,
            };
            if (kind is { } shown) steps.Add(new FlowStep(box.Label, shown, state));
        }
        return steps;
    }

    /// <summary>Draws a version with what it adds, changes and leaves out against another; what is left out stands where it stood.</summary>
    /// <param name="before">Null: the first version.</param>
    public static string DrawDifference(JsonObject? before, JsonObject after, IReadOnlySet<string> changed)
    {
        var both = after.DeepClone().AsObject();
        var root = both["root"]!.AsObject();
        root["activities"] ??= new JsonArray();
        root["connections"] ??= new JsonArray();
        var now = Ids(after);
        var old = Ids(before);
        foreach (var activity in Objects(before, "activities").Where(a => !now.Contains(IdOf(a)))) root["activities"]!.AsArray().Add(activity.DeepClone());
        var nowEdges = Objects(after, "connections").Select(FlowConnection.Read).ToHashSet();
        var oldEdges = Objects(before, "connections").Select(FlowConnection.Read).ToHashSet();
        foreach (var connection in Objects(before, "connections").Where(c => !nowEdges.Contains(FlowConnection.Read(c)))) root["connections"]!.AsArray().Add(connection.DeepClone());
        return Draw(both, id => !now.Contains(id) ? ("removed", "−", "删去") : !old.Contains(id) ? ("added", "＋", "新增") : changed.Contains(id) ? ("changed", "≠", "修改") : ("coming", "", "未变"),
            connection => !nowEdges.Contains(FlowConnection.Read(connection)) ? " removed" : oldEdges.Contains(FlowConnection.Read(connection)) ? "" : " added");

        static IEnumerable<JsonObject> Objects(JsonObject? definition, string list) => (definition?["root"]?[list] as JsonArray ?? []).OfType<JsonObject>();
        static string IdOf(JsonObject activity) => activity["id"]?.GetValue<string>() ?? "";
        static HashSet<string> Ids(JsonObject? definition) => [.. Objects(definition, "activities").Select(IdOf)];
    }

    private static string Draw(JsonObject definition, Func<string, (string Style, string Mark, string Word)> node, Func<JsonObject, string> edge)
    {
        var root = definition["root"]!.AsObject();
        var boxes = (root["activities"] as JsonArray ?? []).OfType<JsonObject>().Select(Box).DistinctBy(b => b.Id).ToDictionary(b => b.Id, StringComparer.Ordinal);
        if (boxes.Count == 0) return "";
        var (left, top) = (boxes.Values.Min(b => b.X) - Margin, boxes.Values.Min(b => b.Y) - Margin);
        var (width, height) = (boxes.Values.Max(b => b.X + b.Width) + Margin - left, boxes.Values.Max(b => b.Y + b.Height) + Margin - top);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg class=\"workflow-drawing\" role=\"img\" aria-label=\"{Text(definition["name"]?.GetValue<string>() ?? "")}\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{left:0} {top:0} {width:0} {height:0}\" width=\"{width:0}\" height=\"{height:0}\">");
        svg.Append("<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0 8 4 0 8z\"/></marker></defs>");
        foreach (var connection in (root["connections"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var (source, port, target) = FlowConnection.Read(connection);
            if (boxes.TryGetValue(source, out var from) && boxes.TryGetValue(target, out var to)) Edge(svg, from, to, port, edge(connection));
        }
        foreach (var box in boxes.Values) Node(svg, box, node(box.Id));
        return svg.Append("</svg>").ToString();
    }

    private sealed record DrawnBox(string Id, string Label, string Type, double X, double Y, double Width, double Height);

    private static DrawnBox Box(JsonObject activity)
    {
        var designer = activity["metadata"]?["designer"];
        double Number(string part, string name, double otherwise) => designer?[part]?[name]?.GetValue<double>() ?? otherwise;
        var id = activity["id"]?.GetValue<string>() ?? "";
        return new DrawnBox(id, activity["metadata"]?["displayText"]?.GetValue<string>() ?? id, activity["type"]?.GetValue<string>() ?? "",
            Number("position", "x", 0), Number("position", "y", 0), Number("size", "width", 180), Number("size", "height", 60));
    }

    private static void Edge(StringBuilder svg, DrawnBox from, DrawnBox to, string port, string style)
    {
        var (x1, y1) = (from.X + from.Width, from.Y + from.Height / 2);
        var (x2, y2) = (to.X, to.Y + to.Height / 2);
        var backward = x2 <= x1 - from.Width / 2;
        if (backward) (x1, y1, x2, y2) = (from.X + from.Width / 2, from.Y + from.Height, to.X + to.Width / 2, to.Y + to.Height);
        var bend = backward ? 36 : Math.Max(20, (x2 - x1) / 2);
        var path = backward
            ? string.Create(CultureInfo.InvariantCulture, $"M{x1:0} {y1:0}C{x1:0} {y1 + bend:0} {x2:0} {y2 + bend:0} {x2:0} {y2:0}")
            : string.Create(CultureInfo.InvariantCulture, $"M{x1:0} {y1:0}C{x1 + bend:0} {y1:0} {x2 - bend:0} {y2:0} {x2:0} {y2:0}");
        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"edge{(backward ? " back" : "")}{style}\" d=\"{path}\" marker-end=\"url(#arrow)\"/>");
        if (port is not ("Done" or "Completed"))
        {
            var label = port switch { "True" => "是", "False" => "否", _ => port };
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"port\" x=\"{(x1 + x2) / 2:0}\" y=\"{(y1 + y2) / 2 + (backward ? bend / 2.0 + 8 : -5):0}\">{Text(label)}</text>");
        }
    }

    private static void Node(StringBuilder svg, DrawnBox box, (string Style, string Mark, string Word) state)
    {
        var (name, mark, word) = state;
        var round = box.Type is "Elsa.Start" or "Elsa.End" ? box.Height / 2 : 6;
        svg.Append(CultureInfo.InvariantCulture, $"<g class=\"node {name}\"><title>{Text(box.Label)}：{word}</title><rect x=\"{box.X:0}\" y=\"{box.Y:0}\" width=\"{box.Width:0}\" height=\"{box.Height:0}\" rx=\"{round:0}\"/>");
        var lines = Lines(box.Label, 11);
        for (var i = 0; i < lines.Count; i++)
        {
            var y = box.Y + box.Height / 2 + 5 + (i - (lines.Count - 1) / 2.0) * 18;
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{box.X + box.Width / 2:0}\" y=\"{y:0}\">{Text(lines[i])}</text>");
        }
        if (mark.Length > 0) svg.Append(CultureInfo.InvariantCulture, $"<text class=\"mark\" x=\"{box.X + box.Width - 12:0}\" y=\"{box.Y + 16:0}\">{mark}</text>");
        svg.Append("</g>");
    }

    private static List<string> Lines(string label, int width)
    {
        List<string> lines = [];
        for (var i = 0; i < label.Length && lines.Count < 3; i += width) lines.Add(label.Substring(i, Math.Min(width, label.Length - i)));
        return lines;
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
