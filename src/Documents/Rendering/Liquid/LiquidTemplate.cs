using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DoubleRandom.Documents.Rendering.Liquid;

/// <summary>A template that cannot be read, or that asked for more than the limits allow. Templates are ours, so this is a fault and not a refusal.</summary>
public sealed class LiquidException : Exception
{
    public LiquidException() { }
    public LiquidException(string message) : base(message) { }
    public LiquidException(string message, Exception inner) : base(message, inner) { }
}

internal delegate void LiquidNode(LiquidScope scope, StringBuilder output);

/// <summary>A parsed Liquid template. Bounded: 200,000 steps, 30 levels of inclusion, 4 million characters. Safe to share between threads.</summary>
public sealed class LiquidTemplate
{
    private readonly IReadOnlyList<LiquidNode> _nodes;

    private LiquidTemplate(IReadOnlyList<LiquidNode> nodes) => _nodes = nodes;

    public static LiquidTemplate Parse(string source) => new(new LiquidParser(source).All());

    /// <summary>Fills the template in.</summary>
    /// <param name="data">The values; never changed.</param>
    /// <param name="partials">Finds the source of an included template.</param>
    /// <param name="escape">Writes values as HTML text: markup in them is shown, not obeyed; line ends become breaks.</param>
    public string Render(JsonObject data, Func<string, LiquidTemplate?>? partials = null, bool escape = false)
    {
        var scope = new LiquidScope(LiquidValue.Map(data), partials ?? (_ => null), escape);
        var output = new StringBuilder();
        Run(scope, output);
        return output.ToString();
    }

    internal void Run(LiquidScope scope, StringBuilder output) => LiquidParser.Run(_nodes, scope, output);
}

internal enum LiquidInterrupt { None, Break, Continue }

internal sealed class LiquidScope(Dictionary<string, object?> data, Func<string, LiquidTemplate?> partials, bool escape)
{
    private const int MaximumSteps = 200_000;
    private const int MaximumDepth = 30;
    private const int MaximumOutput = 4_000_000;
    private int _steps;
    private int _depth;

    public List<Dictionary<string, object?>> Frames { get; private set; } = [];

    public Dictionary<string, object?> Assigned { get; private set; } = [];

    public Dictionary<string, object?> Counters { get; } = [];

    public Dictionary<string, object?> Memory { get; } = [];

    public Dictionary<string, object?> Data { get; private set; } = data;

    public LiquidInterrupt Interrupt { get; set; }

    public bool Escape => escape;

    public void Step(StringBuilder output)
    {
        if (++_steps > MaximumSteps) throw new LiquidException("Too many steps.");
        if (output.Length > MaximumOutput) throw new LiquidException("Too much output.");
    }

    public object? Find(string name)
    {
        for (var i = Frames.Count - 1; i >= 0; i--)
        {
            if (Frames[i].TryGetValue(name, out var found)) return found;
        }
        if (Assigned.TryGetValue(name, out var value)) return value;
        return Data.TryGetValue(name, out value) || Counters.TryGetValue(name, out value) ? value : null;
    }

    public void Include(string name, Dictionary<string, object?> arguments, bool isolated, StringBuilder output)
    {
        var partial = partials(name) ?? throw new LiquidException($"No such partial: {name}.");
        if (++_depth > MaximumDepth) throw new LiquidException("Partials nest too deeply.");
        var (frames, assigned, saved) = (Frames, Assigned, Data);
        if (isolated) (Frames, Assigned, Data) = ([], [], []);
        Frames.Add(arguments);
        partial.Run(this, output);
        Frames.Remove(arguments);
        (Frames, Assigned, Data) = (frames, assigned, saved);
        if (isolated) Interrupt = LiquidInterrupt.None;
        _depth--;
    }
}

/// <summary>Reads tags and outputs into nodes; one instance for one source.</summary>
internal sealed partial class LiquidParser
{
    private readonly List<(char Kind, string Name, string Body)> _tokens;
    private int _at;

    public LiquidParser(string source) => _tokens = Tokens(source);

    public List<LiquidNode> All()
    {
        var nodes = Block([], out _);
        return nodes;
    }

    internal static void Run(IReadOnlyList<LiquidNode> nodes, LiquidScope scope, StringBuilder output)
    {
        foreach (var node in nodes)
        {
            scope.Step(output);
            node(scope, output);
            if (scope.Interrupt != LiquidInterrupt.None) return;
        }
    }

    [GeneratedRegex(@"\{%-?\s*(#|\w*)(.*?)(-?)%\}|\{\{-?(.*?)(-?)\}\}", RegexOptions.Singleline)]
    private static partial Regex Marks();

    private static List<(char, string, string)> Tokens(string source)
    {
        var list = new List<(char, string, string)>();
        var at = 0;
        var trim = false;
        while (at <= source.Length)
        {
            var match = Marks().Match(source, at);
            var end = match.Success ? match.Index : source.Length;
            var text = source[at..end];
            if (trim) text = text.TrimStart();
            if (match.Success && match.Value.Length > 2 && match.Value[2] == '-') text = text.TrimEnd();
            if (text.Contains("{%", StringComparison.Ordinal) || text.Contains("{{", StringComparison.Ordinal)) throw new LiquidException("A tag is not closed.");
            if (text.Length > 0) list.Add(('t', "", text));
            if (!match.Success) break;
            at = match.Index + match.Length;
            var output = match.Value[1] == '{';
            trim = match.Groups[output ? 5 : 3].Value == "-";
            if (output)
            {
                list.Add(('o', "", match.Groups[4].Value));
                continue;
            }
            var name = match.Groups[1].Value;
            if (name is "raw" or "comment" or "doc")
            {
                var depth = 1;
                var close = Regex.Match(source[at..], name == "comment" ? @"\{%-?\s*(end)?comment\b.*?(-?)%\}" : $@"\{{%(-?)\s*(end){name}\s*(-?)%\}}", RegexOptions.Singleline);
                while (close.Success && name == "comment")
                {
                    depth += close.Groups[1].Success ? -1 : 1;
                    if (depth == 0) break;
                    close = close.NextMatch();
                }
                if (!close.Success) throw new LiquidException($"{name} is not closed.");
                var raw = source.Substring(at, close.Index);
                if (name == "raw")
                {
                    if (trim) raw = raw.TrimStart();
                    if (close.Value[2] == '-') raw = raw.TrimEnd();
                    list.Add(('t', "", raw));
                }
                trim = close.Value[^3] == '-';
                at += close.Index + close.Length;
                continue;
            }
            if (name == "liquid")
            {
                foreach (var line in match.Groups[2].Value.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                {
                    var space = line.IndexOf(' ', StringComparison.Ordinal);
                    if (line[0] != '#') list.Add(('g', space < 0 ? line : line[..space], space < 0 ? "" : line[space..]));
                }
                continue;
            }
            if (name != "#") list.Add(('g', name, match.Groups[2].Value));
        }
        return list;
    }

    private List<LiquidNode> Block(string[] ends, out (string Name, string Body) end)
    {
        var nodes = new List<LiquidNode>();
        while (_at < _tokens.Count)
        {
            var (kind, name, body) = _tokens[_at++];
            if (kind == 't') nodes.Add((_, w) => w.Append(body));
            else if (kind == 'o') nodes.Add(Output(body));
            else if (ends.Contains(name))
            {
                end = (name, body);
                return nodes;
            }
            else nodes.Add(Tag(name, body));
        }
        if (ends.Length > 0) throw new LiquidException($"{ends[^1]} is missing.");
        end = default;
        return nodes;
    }

    private static LiquidNode Output(string body)
    {
        if (string.IsNullOrWhiteSpace(body)) return (_, _) => { };
        var value = new LiquidReader(body).Filtered();
        return (s, w) =>
        {
            var text = LiquidValue.Text(value(s));
            w.Append(s.Escape ? System.Net.WebUtility.HtmlEncode(text).Replace("\r", "", StringComparison.Ordinal).Replace("\n", "<br/>", StringComparison.Ordinal) : text);
        };
    }

    private LiquidNode Tag(string name, string body)
    {
        switch (name)
        {
            case "assign":
                {
                    var split = body.IndexOf('=', StringComparison.Ordinal);
                    if (split < 0) throw new LiquidException("assign needs =.");
                    var (target, value) = (body[..split].Trim(), new LiquidReader(body[(split + 1)..]).Filtered());
                    return (s, _) => s.Assigned[target] = value(s);
                }
            case "echo": return Output(body);
            case "capture":
                {
                    var target = body.Trim().Trim('\'', '"');
                    var inner = Block(["endcapture"], out _);
                    return (s, _) =>
                    {
                        var text = new StringBuilder();
                        Run(inner, s, text);
                        s.Assigned[target] = text.ToString();
                    };
                }
            case "if": return If(body, false);
            case "unless": return If(body, true);
            case "case": return Case(body);
            case "for": return For(body, false);
            case "tablerow": return For(body, true);
            case "break": return (s, _) => s.Interrupt = LiquidInterrupt.Break;
            case "continue": return (s, _) => s.Interrupt = LiquidInterrupt.Continue;
            case "increment":
            case "decrement":
                {
                    var key = body.Trim();
                    var up = name == "increment";
                    return (s, w) =>
                    {
                        var now = s.Counters.TryGetValue(key, out var old) ? (long)old! : 0;
                        if (!up) now--;
                        w.Append(now);
                        s.Counters[key] = up ? now + 1 : now;
                    };
                }
            case "cycle": return Cycle(body);
            case "ifchanged":
                {
                    var inner = Block(["endifchanged"], out _);
                    return (s, w) =>
                    {
                        var text = new StringBuilder();
                        Run(inner, s, text);
                        if (s.Memory.TryGetValue("ifchanged", out var last) && Equals(last, text.ToString())) return;
                        s.Memory["ifchanged"] = text.ToString();
                        w.Append(text);
                    };
                }
            case "include":
            case "render": return Include(body, name == "render");
            default: throw new LiquidException($"Unknown tag: {name}.");
        }
    }

    private LiquidNode If(string body, bool negate)
    {
        var branches = new List<(LiquidExpression? Condition, List<LiquidNode> Nodes)>();
        var condition = new LiquidReader(body).Condition();
        LiquidExpression? current = negate ? s => !LiquidValue.Truthy(condition(s)) : condition;
        var close = negate ? "endunless" : "endif";
        while (true)
        {
            var nodes = Block(["elsif", "else", close], out var end);
            branches.Add((current, nodes));
            if (end.Name == close) break;
            current = end.Name == "else" ? null : new LiquidReader(end.Body).Condition();
        }
        return (s, w) =>
        {
            foreach (var (test, nodes) in branches)
            {
                if (test is not null && !LiquidValue.Truthy(test(s))) continue;
                Run(nodes, s, w);
                return;
            }
        };
    }

    private LiquidNode Case(string body)
    {
        var subject = new LiquidReader(body).Operand();
        var branches = new List<(List<LiquidExpression>? Values, List<LiquidNode> Nodes)>();
        Block(["when", "else", "endcase"], out var end);
        while (end.Name != "endcase")
        {
            var values = end.Name == "when" ? new LiquidReader(end.Body).List() : null;
            var nodes = Block(["when", "else", "endcase"], out end);
            branches.Add((values, nodes));
        }
        return (s, w) =>
        {
            var value = subject(s);
            var matched = false;
            foreach (var (values, nodes) in branches)
            {
                if (values is null)
                {
                    if (!matched) Run(nodes, s, w);
                    continue;
                }
                foreach (var one in values.Where(v => LiquidValue.Same(value, v(s))))
                {
                    matched = true;
                    Run(nodes, s, w);
                }
            }
        };
    }

    private LiquidNode Cycle(string body)
    {
        var reader = new LiquidReader(body);
        var values = reader.List(out var group);
        var key = string.Join(',', body.Split(',').Select(p => p.Trim()));
        return (s, w) =>
        {
            var name = "cycle:" + (group is null ? key : "\u0001" + LiquidValue.Text(group(s)));
            var index = s.Memory.TryGetValue(name, out var old) ? (int)old! : 0;
            if (index < values.Count) w.Append(LiquidValue.Text(values[index](s)));
            s.Memory[name] = index + 1 >= values.Count ? 0 : index + 1;
        };
    }

    private static LiquidNode Include(string body, bool isolated)
    {
        var reader = new LiquidReader(body);
        var name = reader.Operand();
        LiquidExpression? with = null;
        string? alias = null;
        var each = false;
        if (reader.Word("with") || (each = reader.Word("for")))
        {
            with = reader.Operand();
            if (reader.Word("as")) alias = reader.Identifier();
        }
        var named = reader.Named();
        return (s, w) =>
        {
            var key = LiquidValue.Text(name(s));
            var own = named.ToDictionary(p => p.Key, p => p.Value(s));
            var value = with?.Invoke(s);
            var many = value is List<object?> list && (each || !isolated) ? list : null;
            if (many is null)
            {
                if (with is not null && value is not null) own[alias ?? key] = value;
                s.Include(key, own, isolated, w);
                return;
            }
            for (var i = 0; i < many.Count; i++)
            {
                var arguments = new Dictionary<string, object?>(own) { [alias ?? key] = many[i] };
                if (isolated) arguments["forloop"] = Loop(i, many.Count, key, null);
                s.Include(key, arguments, isolated, w);
            }
        };
    }

    private static Dictionary<string, object?> Loop(int i, int count, string name, object? parent) => new()
    {
        ["index"] = (long)i + 1,
        ["index0"] = (long)i,
        ["rindex"] = (long)count - i,
        ["rindex0"] = (long)count - i - 1,
        ["first"] = i == 0,
        ["last"] = i == count - 1,
        ["length"] = (long)count,
        ["name"] = name,
        ["parentloop"] = parent,
    };

    private LiquidNode For(string body, bool table)
    {
        var reader = new LiquidReader(body);
        var variable = reader.Identifier();
        if (!reader.Word("in")) throw new LiquidException("for needs in.");
        var start = reader.Position;
        var source = reader.Operand();
        var loopName = variable + "-" + reader.Between(start);
        var reversed = reader.Word("reversed");
        var options = reader.Named();
        reversed |= reader.Word("reversed");
        foreach (var (key, value) in reader.Named()) options[key] = value;
        var nodes = Block(table ? ["endtablerow"] : ["else", "endfor"], out var end);
        var otherwise = end.Name == "else" ? Block(["endfor"], out _) : [];
        return (s, w) =>
        {
            var items = LiquidValue.Items(source(s));
            var offset = options.TryGetValue("offset", out var from)
                ? reader.IsContinue("offset") ? s.Memory.TryGetValue("for:" + loopName, out var last) ? (int)last! : 0 : (int)LiquidValue.Whole(from(s))
                : 0;
            var limit = options.TryGetValue("limit", out var most) && most(s) is { } bound ? (int)LiquidValue.Whole(bound) : items.Count;
            var taken = items.Skip(Math.Max(0, offset)).Take(Math.Max(0, limit)).ToList();
            s.Memory["for:" + loopName] = offset + taken.Count;
            if (reversed) taken.Reverse();
            if (taken.Count == 0)
            {
                if (table) w.Append("<tr class=\"row1\">\n</tr>\n");
                else Run(otherwise, s, w);
                return;
            }
            var columns = options.TryGetValue("cols", out var wide) && wide(s) is { } cols ? Math.Max(1, (int)LiquidValue.Whole(cols)) : taken.Count;
            var frame = new Dictionary<string, object?>();
            var parent = s.Find("forloop");
            s.Frames.Add(frame);
            if (table) w.Append("<tr class=\"row1\">\n");
            for (var i = 0; i < taken.Count; i++)
            {
                s.Step(w);
                var loop = Loop(i, taken.Count, loopName, parent);
                frame[variable] = taken[i];
                if (table)
                {
                    loop["col"] = (long)(i % columns) + 1;
                    loop["col0"] = (long)(i % columns);
                    loop["row"] = (long)(i / columns) + 1;
                    loop["col_first"] = i % columns == 0;
                    loop["col_last"] = i % columns == columns - 1 || i == taken.Count - 1;
                    w.Append("<td class=\"col").Append(i % columns + 1).Append("\">");
                }
                frame[table ? "tablerowloop" : "forloop"] = loop;
                Run(nodes, s, w);
                if (table)
                {
                    w.Append("</td>");
                    if (i % columns == columns - 1 && i < taken.Count - 1) w.Append("</tr>\n<tr class=\"row").Append(i / columns + 2).Append("\">");
                }
                var interrupt = s.Interrupt;
                s.Interrupt = LiquidInterrupt.None;
                if (interrupt == LiquidInterrupt.Break) break;
            }
            if (table) w.Append("</tr>\n");
            s.Frames.Remove(frame);
        };
    }
}
