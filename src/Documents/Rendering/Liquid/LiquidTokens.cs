using System.Text.RegularExpressions;

namespace DoubleRandom.Documents.Rendering.Liquid;

internal enum LiquidKind { Text, Output, Tag }

/// <param name="At">Offset of the body in the source; of a text its own.</param>
internal readonly record struct LiquidToken(LiquidKind Kind, string Name, string Body, int At);

/// <summary>Cuts a source into texts, outputs and tags; takes out comments and raw text.</summary>
internal static partial class LiquidTokens
{
    [GeneratedRegex(@"\{%-?\s*endraw\s*(-?)%\}")]
    private static partial Regex EndRaw();

    [GeneratedRegex(@"\{%-?\s*(end)?doc\b.*?(-?)%\}", RegexOptions.Singleline)]
    private static partial Regex Docs();

    public static List<LiquidToken> Of(string source)
    {
        var list = new List<LiquidToken>();
        var at = 0;
        var trim = false;
        while (true)
        {
            if (Next(source, at) is not { } mark)
            {
                AddText(list, source, at, source.Length, trim, false);
                return list;
            }
            AddText(list, source, at, mark.Start, trim, mark.TrimsBefore);
            (at, trim) = (mark.End, mark.TrimsAfter);
            if (mark.Name is null)
            {
                list.Add(new LiquidToken(LiquidKind.Output, "", mark.Body, mark.BodyAt));
                continue;
            }
            switch (mark.Name)
            {
                case "raw":
                    {
                        var end = EndRaw().Match(source, at);
                        if (!end.Success) throw new LiquidException("raw 没有结束", mark.Start);
                        AddRaw(list, source, at, end, trim);
                        (at, trim) = (end.Index + end.Length, end.Groups[1].Value == "-");
                        break;
                    }
                case "comment":
                    (at, trim) = AfterComment(source, at, mark.Start);
                    break;
                case "doc":
                    {
                        var end = Docs().Match(source, at);
                        if (!end.Success || !end.Groups[1].Success) throw new LiquidException(end.Success ? "doc 不能嵌套" : "doc 没有结束", mark.Start);
                        (at, trim) = (end.Index + end.Length, end.Groups[2].Value == "-");
                        break;
                    }
                case "#":
                    if (mark.Body.Split('\n').Skip(1).Any(l => !string.IsNullOrWhiteSpace(l) && !l.TrimStart().StartsWith('#'))) throw new LiquidException("注释的每一行都应以 # 开头", mark.Start);
                    break;
                default:
                    list.Add(new LiquidToken(LiquidKind.Tag, mark.Name, mark.Body, mark.BodyAt));
                    break;
            }
        }
    }

    /// <param name="Name">Null: an output.</param>
    private readonly record struct Mark(int Start, int End, string? Name, string Body, int BodyAt, bool TrimsBefore, bool TrimsAfter);

    /// <summary>The next tag or output; one that is not closed is a mistake.</summary>
    private static Mark? Next(string source, int from)
    {
        var start = from - 1;
        do
        {
            start = source.IndexOf('{', start + 1);
            if (start < 0 || start + 1 >= source.Length) return null;
        }
        while (source[start + 1] is not ('%' or '{'));
        var output = source[start + 1] == '{';
        var close = source.IndexOf(output ? "}}" : "%}", start + 2, StringComparison.Ordinal);
        if (close < 0) throw new LiquidException(output ? "输出没有以“}}”结束" : "标签没有以“%}”结束", start);
        var (at, end) = (start + 2, close);
        var before = at < end && source[at] == '-';
        if (before) at++;
        var after = at < end && source[end - 1] == '-';
        if (after) end--;
        if (output) return new Mark(start, close + 2, null, source[at..end], at, before, after);
        while (at < end && char.IsWhiteSpace(source[at])) at++;
        var name = at;
        if (at < end && source[at] == '#') at++;
        else while (at < end && (char.IsLetterOrDigit(source[at]) || source[at] == '_')) at++;
        return new Mark(start, close + 2, source[name..at], source[at..end], at, before, after);
    }

    /// <summary>The lines of a <c>liquid</c> tag, each a tag.</summary>
    public static List<LiquidToken> OfLines(string body, int at)
    {
        var list = new List<LiquidToken>();
        var comments = 0;
        foreach (var line in body.Split('\n'))
        {
            var start = at + (line.Length - line.TrimStart().Length);
            at += line.Length + 1;
            var text = line.Trim();
            if (text.Length == 0 || text[0] == '#') continue;
            var space = text.IndexOfAny([' ', '\t', '\r']);
            var name = space < 0 ? text : text[..space];
            comments += name switch { "comment" => 1, "endcomment" => -1, _ => 0 };
            if (comments > 0 || name == "endcomment") continue;
            list.Add(new LiquidToken(LiquidKind.Tag, name, space < 0 ? "" : text[space..], start + (space < 0 ? text.Length : space)));
        }
        return comments == 0 ? list : throw new LiquidException("comment 没有结束", at);
    }

    private static void AddText(List<LiquidToken> list, string source, int from, int to, bool trimStart, bool trimEnd)
    {
        var text = source[from..to];
        if (trimStart)
        {
            from += text.Length - text.TrimStart().Length;
            text = text.TrimStart();
        }
        if (trimEnd) text = text.TrimEnd();
        if (text.Length > 0) list.Add(new LiquidToken(LiquidKind.Text, "", text, from));
    }

    private static void AddRaw(List<LiquidToken> list, string source, int from, Match end, bool trim)
    {
        var text = source[from..end.Index];
        if (trim) text = text.TrimStart();
        if (end.Value[2] == '-') text = text.TrimEnd();
        // Raw text is shown as it stands: it is no white space that a blank block may lose.
        if (text.Length > 0) list.Add(new LiquidToken(LiquidKind.Text, "raw", text, from));
    }

    private static (int At, bool Trim) AfterComment(string source, int at, int start)
    {
        var depth = 1;
        while (true)
        {
            if (Next(source, at) is not { } mark) throw new LiquidException("comment 没有结束", start);
            at = mark.End;
            switch (mark.Name)
            {
                case "comment":
                    depth++;
                    break;
                case "raw" when EndRaw().Match(source, at) is { Success: true } end:
                    at = end.Index + end.Length;
                    break;
                case "endcomment" when --depth == 0:
                    return (at, mark.TrimsAfter);
                default:
                    break;
            }
        }
    }
}
