using System.Text;

namespace DoubleRandom.Documents.Rendering.Liquid;

/// <summary>Reads tags and outputs into nodes; one instance for one source, or for the lines of one <c>liquid</c> tag.</summary>
internal sealed class LiquidParser
{
    private const int MaximumDepth = 60;
    private readonly List<LiquidToken> _tokens;
    private int _at;
    private int _depth;

    private LiquidParser(List<LiquidToken> tokens, int depth) => (_tokens, _depth) = (tokens, depth);

    public static List<LiquidNode> Parse(string source) => new LiquidParser(LiquidTokens.Of(source), 0).Block([], out _);

    public static void Run(IReadOnlyList<LiquidNode> nodes, LiquidScope scope, StringBuilder output)
    {
        foreach (var node in nodes)
        {
            scope.Step(output, node.At);
            node.Act(scope, output);
            if (scope.Interrupt != LiquidInterrupt.None) return;
        }
    }

    private List<LiquidNode> Block(string[] ends, out LiquidToken end, int opened = 0)
    {
        if (++_depth > MaximumDepth) throw new LiquidException($"标签嵌套超过 {MaximumDepth} 层", opened);
        var nodes = new List<LiquidNode>();
        while (_at < _tokens.Count)
        {
            var token = _tokens[_at++];
            switch (token.Kind)
            {
                case LiquidKind.Text:
                    var white = token.Name.Length == 0 && string.IsNullOrWhiteSpace(token.Body);
                    nodes.Add(new LiquidNode((_, w) => w.Append(token.Body), token.At, white, white));
                    break;
                case LiquidKind.Output:
                    nodes.Add(Output(token));
                    break;
                default:
                    if (ends.Contains(token.Name))
                    {
                        end = token;
                        _depth--;
                        return nodes;
                    }
                    nodes.Add(Tag(token));
                    break;
            }
        }
        if (ends.Length > 0) throw new LiquidException($"缺少 {ends[^1]}", opened);
        end = default;
        _depth--;
        return nodes;
    }

    /// <summary>A tag whose branches write nothing loses their white space too.</summary>
    private static bool IsBlank(IEnumerable<List<LiquidNode>> branches)
    {
        var all = branches.ToList();
        if (!all.All(b => b.All(n => n.Blank))) return false;
        foreach (var branch in all) branch.RemoveAll(n => n.IsWhite);
        return true;
    }

    private static LiquidNode Output(LiquidToken token)
    {
        if (string.IsNullOrWhiteSpace(token.Body)) return new LiquidNode((_, _) => { }, token.At, false);
        var value = new LiquidReader(token.Body, token.At).Filtered();
        return new LiquidNode((s, w) =>
        {
            var text = LiquidValue.Text(value(s));
            w.Append(s.Escape ? System.Net.WebUtility.HtmlEncode(text).Replace("\r", "", StringComparison.Ordinal).Replace("\n", "<br/>", StringComparison.Ordinal) : text);
        }, token.At, false);
    }

    private LiquidNode Tag(LiquidToken token)
    {
        switch (token.Name)
        {
            case "assign": return Assign(token);
            case "echo": return Output(token);
            case "capture": return Capture(token);
            case "if": return If(token, false);
            case "unless": return If(token, true);
            case "case": return Case(token);
            case "for": return For(token, false);
            case "tablerow": return For(token, true);
            case "break": return new LiquidNode((s, _) => s.Interrupt = LiquidInterrupt.Break, token.At, true);
            case "continue": return new LiquidNode((s, _) => s.Interrupt = LiquidInterrupt.Continue, token.At, true);
            case "increment" or "decrement": return Count(token);
            case "cycle": return Cycle(token);
            case "ifchanged": return IfChanged(token);
            case "include": return Include(token, false);
            case "render": return Include(token, true);
            case "liquid":
                {
                    var nodes = new LiquidParser(LiquidTokens.OfLines(token.Body, token.At), _depth).Block([], out _);
                    return new LiquidNode((s, w) => Run(nodes, s, w), token.At, nodes.All(n => n.Blank));
                }
            default: throw new LiquidException(token.Name.Length == 0 ? "标签没有名称" : token.Name.StartsWith("end", StringComparison.Ordinal) ? $"“{token.Name}”没有对应的开始" : $"没有名为“{token.Name}”的标签", token.At - token.Name.Length);
        }
    }

    private static LiquidNode Assign(LiquidToken token)
    {
        var split = token.Body.IndexOf('=', StringComparison.Ordinal);
        if (split < 0) throw new LiquidException("assign 缺少“=”", token.At);
        var name = new LiquidReader(token.Body[..split], token.At);
        var target = name.Identifier();
        name.End();
        var value = new LiquidReader(token.Body[(split + 1)..], token.At + split + 1).Filtered();
        return new LiquidNode((s, _) => s.Assigned[target] = value(s), token.At, true);
    }

    private LiquidNode Capture(LiquidToken token)
    {
        var body = token.Body.Trim();
        var name = new LiquidReader(body.Trim('\'', '"'), token.At);
        var target = name.Identifier();
        name.End();
        var inner = Block(["endcapture"], out _, token.At);
        return new LiquidNode((s, _) =>
        {
            var text = new StringBuilder();
            Run(inner, s, text);
            s.Charge(text.Length);
            s.Assigned[target] = text.ToString();
        }, token.At, true);
    }

    private static LiquidNode Count(LiquidToken token)
    {
        var (key, up) = (token.Body.Trim(), token.Name == "increment");
        return new LiquidNode((s, w) =>
        {
            var now = s.Counters.TryGetValue(key, out var old) ? (long)old! : 0;
            if (!up) now--;
            w.Append(now);
            s.Counters[key] = up ? now + 1 : now;
        }, token.At, false);
    }

    private LiquidNode IfChanged(LiquidToken token)
    {
        var inner = Block(["endifchanged"], out _, token.At);
        return new LiquidNode((s, w) =>
        {
            var text = new StringBuilder();
            Run(inner, s, text);
            if (s.Memory.TryGetValue("ifchanged", out var last) && Equals(last, text.ToString())) return;
            s.Memory["ifchanged"] = text.ToString();
            w.Append(text);
        }, token.At, inner.All(n => n.Blank));
    }

    private LiquidNode If(LiquidToken token, bool negate)
    {
        var branches = new List<(LiquidExpression? Condition, List<LiquidNode> Nodes)>();
        var condition = new LiquidReader(token.Body, token.At).Condition();
        LiquidExpression? current = negate ? s => !LiquidValue.Truthy(condition(s)) : condition;
        var close = negate ? "endunless" : "endif";
        while (true)
        {
            var nodes = Block(["elsif", "else", close], out var end, token.At);
            branches.Add((current, nodes));
            if (end.Name == close) break;
            current = end.Name == "else" ? null : new LiquidReader(end.Body, end.At).Condition();
        }
        return new LiquidNode((s, w) =>
        {
            foreach (var (test, nodes) in branches)
            {
                if (test is not null && !LiquidValue.Truthy(test(s))) continue;
                Run(nodes, s, w);
                return;
            }
        }, token.At, IsBlank(branches.Select(b => b.Nodes)));
    }

    private LiquidNode Case(LiquidToken token)
    {
        var reader = new LiquidReader(token.Body, token.At);
        var subject = reader.Operand();
        reader.End();
        var branches = new List<(List<LiquidExpression>? Values, List<LiquidNode> Nodes)>();
        Block(["when", "else", "endcase"], out var end, token.At);
        while (end.Name != "endcase")
        {
            var values = end.Name == "when" ? new LiquidReader(end.Body, end.At).List(false, out _, out _) : null;
            var nodes = Block(["when", "else", "endcase"], out end, token.At);
            branches.Add((values, nodes));
        }
        return new LiquidNode((s, w) =>
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
        }, token.At, IsBlank(branches.Select(b => b.Nodes)));
    }

    private static LiquidNode Cycle(LiquidToken token)
    {
        var values = new LiquidReader(token.Body, token.At).List(true, out var group, out var key);
        return new LiquidNode((s, w) =>
        {
            var name = "cycle:" + (group is null ? key : "\u0001" + LiquidValue.Text(group(s)));
            var index = s.Memory.TryGetValue(name, out var old) ? (int)old! : 0;
            if (index < values.Count) w.Append(LiquidValue.Text(values[index](s)));
            s.Memory[name] = index + 1 >= values.Count ? 0 : index + 1;
        }, token.At, false);
    }

    private static LiquidNode Include(LiquidToken token, bool isolated)
    {
        var reader = new LiquidReader(token.Body, token.At);
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
        return new LiquidNode((s, w) =>
        {
            var key = LiquidValue.Text(name(s));
            var own = named.ToDictionary(p => p.Key, p => p.Value(s));
            var value = with?.Invoke(s);
            var many = value is LiquidRange range && each ? LiquidValue.Items(range) : value is LiquidList list && (each || !isolated) ? list : null;
            if (many is null)
            {
                if (with is not null && value is not null) own[alias ?? key] = value;
                s.Include(key, own, isolated, w);
                return;
            }
            for (var i = 0; i < many.Count; i++)
            {
                var arguments = new LiquidMap(own) { [alias ?? key] = many[i] };
                if (isolated) arguments["forloop"] = Loop(i, many.Count, key, null);
                s.Include(key, arguments, isolated, w);
            }
        }, token.At, false);
    }

    private static LiquidMap Loop(int i, int count, string name, object? parent) => new()
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

    private LiquidNode For(LiquidToken token, bool table)
    {
        var reader = new LiquidReader(token.Body, token.At);
        var variable = reader.Identifier();
        if (!reader.Word("in")) throw reader.Fail("for 的变量之后应是 in");
        var start = reader.Position;
        var source = reader.Operand();
        var loopName = variable + "-" + reader.Between(start);
        var reversed = reader.Word("reversed");
        var options = reader.Named();
        reversed |= reader.Word("reversed");
        foreach (var (key, value) in reader.Named()) options[key] = value;
        reader.End();
        var nodes = Block(table ? ["endtablerow"] : ["else", "endfor"], out var end, token.At);
        var otherwise = end.Name == "else" ? Block(["endfor"], out _, token.At) : [];
        var blank = !table && IsBlank([nodes, otherwise]);
        int? Bound(LiquidScope s, string key) => !options.TryGetValue(key, out var option) || option(s) is not { } value ? null
            : LiquidValue.IsWhole(value) ? (int)Math.Clamp(LiquidValue.Whole(value), int.MinValue, int.MaxValue) : throw new LiquidException($"{key} 应是整数");

        LiquidList Taken(LiquidScope s)
        {
            var items = LiquidValue.Items(source(s));
            var offset = reader.IsContinue("offset") ? s.Memory.TryGetValue("for:" + loopName, out var last) ? (int)last! : 0 : Bound(s, "offset") ?? 0;
            var limit = Bound(s, "limit") ?? items.Count;
            var taken = items.Skip(Math.Max(0, offset)).Take(Math.Max(0, limit)).ToList();
            s.Memory["for:" + loopName] = offset + taken.Count;
            if (reversed) taken.Reverse();
            return taken;
        }

        return new LiquidNode(table ? Table : Each, token.At, blank);

        void Each(LiquidScope s, StringBuilder w)
        {
            var taken = Taken(s);
            if (taken.Count == 0)
            {
                Run(otherwise, s, w);
                return;
            }
            var frame = new LiquidMap();
            var parent = s.Loops.LastOrDefault();
            var (frames, loops) = (s.Frames, s.Loops);
            frames.Add(frame);
            loops.Add(frame);
            for (var i = 0; i < taken.Count; i++)
            {
                s.Step(w, token.At);
                frame[variable] = taken[i];
                var loop = Loop(i, taken.Count, loopName, parent);
                frame["forloop"] = loops[^1] = loop;
                Run(nodes, s, w);
                if (Interrupted(s)) break;
            }
            frames.Remove(frame);
            loops.RemoveAt(loops.Count - 1);
        }

        void Table(LiquidScope s, StringBuilder w)
        {
            var taken = Taken(s);
            var columns = Math.Max(1, Bound(s, "cols") ?? taken.Count);
            var frame = new LiquidMap();
            s.Frames.Add(frame);
            w.Append("<tr class=\"row1\">\n");
            for (var i = 0; i < taken.Count; i++)
            {
                s.Step(w, token.At);
                var column = i % columns;
                var loop = Loop(i, taken.Count, loopName, null);
                loop["col"] = (long)column + 1;
                loop["col0"] = (long)column;
                loop["row"] = (long)(i / columns) + 1;
                loop["col_first"] = column == 0;
                loop["col_last"] = column == columns - 1;
                (frame[variable], frame["tablerowloop"]) = (taken[i], loop);
                w.Append("<td class=\"col").Append(column + 1).Append("\">");
                Run(nodes, s, w);
                w.Append("</td>");
                var stop = Interrupted(s);
                if (stop) break;
                if (column == columns - 1 && i < taken.Count - 1) w.Append("</tr>\n<tr class=\"row").Append(i / columns + 2).Append("\">");
            }
            w.Append("</tr>\n");
            s.Frames.Remove(frame);
        }

        static bool Interrupted(LiquidScope s)
        {
            var interrupt = s.Interrupt;
            s.Interrupt = LiquidInterrupt.None;
            return interrupt == LiquidInterrupt.Break;
        }
    }
}
