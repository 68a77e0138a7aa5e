using System.Text;
using DoubleRandom.Basics;

namespace DoubleRandom.Inspections.Imports;

/// <summary>Cells of several values, as files and registers write them.</summary>
public static class ListCells
{
    public const char Separator = ';';

    /// <summary>The values of a cell, each once; within brackets a comma belongs to the value: 工贸（冶金、有色）.</summary>
    public static string Joined(string cell)
    {
        var depth = 0;
        var text = new StringBuilder(cell.Length);
        foreach (var c in cell)
        {
            if (c is '（' or '(') depth++;
            else if (c is '）' or ')') depth--;
            text.Append(c is '；' || (depth <= 0 && c is '，' or ',' or '、' or '\n') ? Separator : c);
        }
        return string.Join(Separator, text.ToString().Split(Separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal));
    }

    /// <summary>The values of a cell at their places, empty ones too.</summary>
    public static string[] Places(string cell) => cell.Length == 0 ? [] : cell.Replace('；', Separator).Replace('\n', Separator).Split(Separator, StringSplitOptions.TrimEntries);

    /// <summary>Whether nothing in the cell could part values: as most are.</summary>
    internal static bool IsOne(ReadOnlySpan<byte> cell) => !cell.ContainsAny(";,\n"u8) && cell.IndexOf("；"u8) < 0 && cell.IndexOf("，"u8) < 0 && cell.IndexOf("、"u8) < 0;
}

/// <summary>
/// Columns that together are a list of entries: the first value of each is the first entry, and so on. Kept in the order of the dates, entries without one last, so that
/// the earliest stands at the beginning of its cell.
/// </summary>
/// <param name="Title">What an entry is called: 许可证.</param>
/// <param name="Headers">In the order of the form.</param>
/// <param name="By">The column of dates.</param>
public sealed record ParallelLists(string Title, IReadOnlyList<string> Headers, string By)
{
    /// <summary>Puts the row's entries in order, without those that say nothing.</summary>
    /// <returns>The column whose values are not as many as the others', with how many; an empty cell has none for any entry and is right.</returns>
    internal (string Header, string Code, string Value)? Settle(RegisterForm form, StagedRow row)
    {
        string[][] columns = [.. Headers.Select(h => row.TextAt(form.IndexOf(h)) is { } text ? ListCells.Places(text) : [])];
        var count = columns.Max(c => c.Length);
        if (count <= 1) return null;
        if (Array.FindIndex(columns, c => c.Length != 0 && c.Length != count) is var at and >= 0) return (Headers[at], "list-length", Texts.Of("imports.how-many", columns[at].Length, Headers[Array.FindIndex(columns, c => c.Length == count)], count));
        var by = Headers.ToList().IndexOf(By);
        var entries = Enumerable.Range(0, count).Select(i => columns.Select(c => c.Length == 0 ? "" : c[i]).ToArray()).Where(e => e.Any(v => v.Length > 0)).OrderBy(e => e[by].Length == 0).ThenBy(e => e[by], StringComparer.Ordinal).ToList();
        for (var i = 0; i < Headers.Count; i++)
        {
            var cell = string.Join(ListCells.Separator, entries.Select(e => e[i]));
            if (entries.TrueForAll(e => e[i].Length == 0)) row.SetNothing(form.IndexOf(Headers[i]));
            else row.SetText(form.IndexOf(Headers[i]), Encoding.UTF8.GetBytes(cell));
        }
        return null;
    }

    /// <summary>The entries of what the columns hold, in the order of <see cref="Headers"/>.</summary>
    public IReadOnlyList<string[]> Entries(Func<string, string> cell)
    {
        string[][] columns = [.. Headers.Select(h => ListCells.Places(cell(h)))];
        return [.. Enumerable.Range(0, columns.Max(c => c.Length)).Select(i => columns.Select(c => i < c.Length ? c[i] : "").ToArray())];
    }
}
