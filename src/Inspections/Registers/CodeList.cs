using System.Text;
using DoubleRandom.Basics;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Registers;

/// <summary>One code table as of a day, for checking many cells: what may be entered, and what a wrong one may have meant.</summary>
internal sealed class CodeList
{
    private const int MaxHints = 1000;
    private const int Near = 3;
    private const int FewWords = 12;

    private readonly Dictionary<string, CodeWord> _words;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _inForce;
    private readonly Dictionary<string, string> _hints = new(StringComparer.Ordinal);
    private readonly DateOnly _on;

    private CodeList(IReadOnlyList<CodeWord> words, DateOnly on)
    {
        _words = words.ToDictionary(w => w.Code, StringComparer.Ordinal);
        _inForce = words.Where(w => w.IsInForce(on)).Select(w => w.Code).ToHashSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        _on = on;
    }

    /// <summary>Null when the office has no code of the table: an office that has not loaded it is not held up by it.</summary>
    public static async Task<CodeList?> LoadAsync(DbContext db, string table, DateOnly on, CancellationToken cancellationToken)
    {
        if (!await db.Set<CodeEntry>().AnyAsync(e => e.TableName == table, cancellationToken)) return null;
        return new CodeList(await CodeTables.AllAsync(db, table, cancellationToken), on);
    }

    /// <summary>Whether a cell's code may be entered on the day; an empty cell may.</summary>
    public bool Has(ReadOnlySpan<byte> code)
    {
        if (code.Length == 0) return true;
        if (code.Length > 120) return false;
        Span<char> text = stackalloc char[120];
        return _inForce.Contains(text[..Encoding.UTF8.GetChars(code, text)]);
    }

    /// <summary>The first part of a list that is no name of the table.</summary>
    public string? WrongName(string list) => Parts(list).FirstOrDefault(part => _words.Values.All(w => w.Name != part));

    /// <summary>What a person may have meant; empty when nothing is near.</summary>
    public string HintFor(string code)
    {
        if (_hints.TryGetValue(code, out var known)) return known;
        // A file of a million wrong codes: the first thousand are helped.
        if (_hints.Count >= MaxHints) return "";
        return _hints[code] = Make(code);
    }

    /// <summary>The names that may be entered, for a table in which names are written.</summary>
    public string HintOfNames() => Texts.Of("imports.hint.choices", string.Join('、', _words.Values.Where(w => w.IsInForce(_on)).Select(w => w.Name)));

    private static string[] Parts(string list) => list.Split([';', '；'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private string Make(string code)
    {
        if (_words.TryGetValue(code, out var ended)) return ended.From > _on ? Texts.Of("imports.hint.later", $"{code} {ended.Name}", ended.From.Value.Iso()) : Texts.Of("imports.hint.ended", $"{code} {ended.Name}", ended.Note ?? "");
        var open = _words.Values.Where(w => w.IsInForce(_on)).ToList();
        var named = open.Where(w => w.Name == code).Take(Near).ToList();
        // A name stands where the code belongs.
        if (named.Count == 0 && code.Length > 1 && code[0] > 127) named = [.. open.Where(w => w.Name.Contains(code, StringComparison.Ordinal)).Take(Near)];
        if (named.Count == 0 && open.Count <= FewWords) named = open;
        if (named.Count == 0 && code.Length <= 20)
        {
            // As people mistype: a digit wrong, two exchanged, one too few. Of what is as near, what begins alike.
            named = [.. open.Select(w => (Word: w, Distance: Distance(w.Code, code))).Where(w => w.Distance <= 4)
                .OrderBy(w => w.Distance).ThenByDescending(w => Alike(w.Word.Code, code)).ThenBy(w => w.Word.Code, StringComparer.Ordinal).Take(Near).Select(w => w.Word)];
        }
        return named.Count == 0 ? "" : Texts.Of("imports.hint.near", string.Join('、', named.Select(w => $"{w.Code} {w.Name}")));
    }

    private static int Alike(string a, string b)
    {
        var same = 0;
        while (same < a.Length && same < b.Length && a[same] == b[same]) same++;
        return same;
    }

    /// <summary>Characters to change, add or take away, each 2; or neighbours to exchange, which happens most easily, each 1.</summary>
    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 2) return int.MaxValue;
        var before = new int[b.Length + 1];
        var last = new int[b.Length + 1];
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) last[j] = 2 * j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = 2 * i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(last[j], row[j - 1]) + 2, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 2));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
            (before, last, row) = (last, row, before);
        }
        return last[b.Length];
    }
}
