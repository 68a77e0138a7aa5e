using System.Buffers.Text;
using System.Globalization;
using System.Linq.Expressions;
using System.Reflection;
using System.Text;
using DoubleRandom.Basics;

namespace DoubleRandom.Inspections.Imports;

/// <summary>How a column lies in the database.</summary>
public enum ColumnKind { Text, Number, Date, YesNo }

/// <summary>
/// One column of a register's file: how a cell is read, and how it is written back. Reading answers null or one of the stable codes
/// missing-value, bad-format, bad-region, bad-town, bad-identity, check-digit, unknown-code, out-of-range, control-character, too-long.
/// </summary>
public abstract class Column(string header, string property, ColumnKind kind, bool isRequired)
{
    /// <summary>As the office's files have it.</summary>
    public string Header => header;

    /// <summary>The entity's property.</summary>
    public string Property => property;

    public ColumnKind Kind => kind;

    public bool IsRequired => isRequired;

    /// <summary>What may be written, in the order of the template's help; empty: anything.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The <see cref="Registers.CodeEntry"/> table whose codes alone are taken, once it has any.</summary>
    public string? CodeTable { get; init; }

    /// <summary>Names of the table one after the other, parted by “;”, instead of one of its codes.</summary>
    public bool IsList { get; init; }

    /// <summary>A cell that is right, for whoever wrote one that is not; null: any text is.</summary>
    public string? Example { get; init; }

    /// <summary>Characters that the cell may have.</summary>
    public int MaxLength { get; init; } = 40;

    /// <summary>Values parted by <see cref="ListCells.Separator"/>.</summary>
    public bool HoldsSeveral { get; init; }

    /// <summary>Of <see cref="HoldsSeveral"/>: each is a date.</summary>
    public bool HoldsDates { get; init; }

    /// <summary>The check characters of the credit code: wrong ones are let through when the row says why.</summary>
    public bool HasCheckCharacters { get; init; }

    /// <summary>Kept sealed (<see cref="Registers.PersonalSeal"/>): what the row and the entity hold of it is the sealed text.</summary>
    public bool IsPersonal { get; init; }

    /// <summary>Reads a trimmed cell of UTF-8 without control characters into the row; answers the code of what is wrong.</summary>
    internal abstract string? Read(ReadOnlySpan<byte> cell, StagedRow row, int at);

    /// <summary>As it stands in a file; empty when there is none.</summary>
    public abstract string TextOf(object entity);

    internal abstract void Set(object entity, StagedRow row, int at);

    /// <summary>How it should have been written; empty where there is nothing to say.</summary>
    internal static string ExampleOf(Column column) => column.Example is { } example ? Texts.Of("imports.hint.example", example) : "";

    /// <summary>How a value of a kept version is written, from what the database gave.</summary>
    public string TextOf(System.Text.Json.JsonElement value) => value.ValueKind switch
    {
        System.Text.Json.JsonValueKind.Null or System.Text.Json.JsonValueKind.Undefined => "",
        System.Text.Json.JsonValueKind.String => value.GetString()!,
        System.Text.Json.JsonValueKind.True => "是",
        System.Text.Json.JsonValueKind.False => "否",
        _ when kind is ColumnKind.YesNo => value.GetInt32() != 0 ? "是" : "否",
        _ => value.GetRawText(),
    };
}

/// <summary>A column of the rows of one register.</summary>
public sealed class Column<T> : Column where T : class
{
    internal delegate string? Reader(ReadOnlySpan<byte> cell, StagedRow row, int at);

    private readonly Func<T, string> _get;
    private readonly Action<T, StagedRow, int> _set;
    private readonly Reader _read;

    internal Column(string header, string property, ColumnKind kind, bool isRequired, Func<T, string> get, Action<T, StagedRow, int> set, Reader read)
        : base(header, property, kind, isRequired) => (_get, _set, _read) = (get, set, read);

    public string Get(T row) => _get(row);

    public override string TextOf(object entity) => _get((T)entity);

    internal override string? Read(ReadOnlySpan<byte> cell, StagedRow row, int at) => _read(cell, row, at);

    internal override void Set(object entity, StagedRow row, int at) => _set((T)entity, row, at);
}

/// <summary>The kinds of columns, so that a form reads as a list.</summary>
internal static partial class Columns
{
    private const string ADay = "2026-09-18";

    public static Column<T> Text<T>(string header, Expression<Func<T, string?>> of, int max = 200, bool required = false, string? namesOf = null) where T : class
    {
        var (name, get, set) = Bind<T, string?>(of);
        return new Column<T>(header, name, ColumnKind.Text, required, r => get(r) ?? "", (r, staged, at) => set(r, staged.TextAt(at)), (cell, row, at) =>
        {
            // A character takes one byte at least: only a long cell is counted.
            if (cell.Length > max && Encoding.UTF8.GetCharCount(cell) > max) return "too-long";
            row.SetText(at, cell);
            return null;
        })
        { CodeTable = namesOf, IsList = namesOf is not null, HoldsSeveral = namesOf is not null, MaxLength = max };
    }

    /// <summary>Names of a code table, parted by “;”.</summary>
    public static Column<T> Names<T>(string header, Expression<Func<T, string?>> of, int max, string table, bool required = false) where T : class => Text(header, of, max, required, table);

    /// <summary>行业代码: C2661; also 2661 and c2661, for the division tells the section.</summary>
    public static Column<T> Industry<T>(string header, Expression<Func<T, string?>> of) where T : class
    {
        var (name, get, set) = Bind<T, string?>(of);
        return new Column<T>(header, name, ColumnKind.Text, false, r => get(r) ?? "", (r, staged, at) => set(r, staged.TextAt(at)), (cell, row, at) =>
        {
            // A name, say, where the code belongs: longer than any code.
            if (cell.Length > 8) return "unknown-code";
            Span<byte> code = stackalloc byte[9];
            row.SetText(at, Registers.IndustryCode.Normalise(cell, code));
            return null;
        })
        { CodeTable = Registers.CodeEntry.Industries };
    }

    /// <summary>行政区划 down to the county; twelve digits of the statistics that say no more are cut.</summary>
    public static Column<T> Region<T>(string header, Expression<Func<T, string?>> of) where T : class
    {
        var (name, get, set) = Bind<T, string?>(of);
        return new Column<T>(header, name, ColumnKind.Text, true, r => get(r) ?? "", (r, staged, at) => set(r, staged.TextAt(at)), (cell, row, at) =>
        {
            if (cell.Length is 9 or 12 && !cell[6..].ContainsAnyExcept((byte)'0')) cell = cell[..6];
            if (cell.Length != 6 || cell.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return "bad-region";
            row.SetText(at, cell);
            return null;
        })
        { CodeTable = Registers.CodeEntry.Regions };
    }

    /// <summary>乡镇代码: nine digits; twelve of the statistics that say no more are cut.</summary>
    public static Column<T> Town<T>(string header, Expression<Func<T, string?>> of) where T : class
    {
        var (name, get, set) = Bind<T, string?>(of);
        return new Column<T>(header, name, ColumnKind.Text, false, r => get(r) ?? "", (r, staged, at) => set(r, staged.TextAt(at)), (cell, row, at) =>
        {
            if (cell.Length == 12 && cell.EndsWith("000"u8)) cell = cell[..9];
            if (cell.Length is not (0 or 9) || cell.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return "bad-town";
            row.SetText(at, cell);
            return null;
        });
    }

    public static Column<T> Choice<T>(string header, Expression<Func<T, string?>> of, bool required, params string[] values) where T : class
    {
        var (name, get, set) = Bind<T, string?>(of);
        byte[][] allowed = [.. values.Select(Encoding.UTF8.GetBytes)];
        return new Column<T>(header, name, ColumnKind.Text, required, r => get(r) ?? "", (r, staged, at) => set(r, staged.TextAt(at)), (cell, row, at) =>
        {
            foreach (var value in allowed)
            {
                if (!cell.SequenceEqual(value)) continue;
                row.SetText(at, cell);
                return null;
            }
            return cell.Length == 0 ? null : "unknown-code";
        })
        { Choices = values };
    }

    public static Column<T> YesNo<T>(string header, Expression<Func<T, bool>> of) where T : class
    {
        var (name, get, set) = Bind(of);
        return new Column<T>(header, name, ColumnKind.YesNo, false, r => get(r) ? "是" : "否", (r, staged, at) => set(r, staged.NumberAt(at) == 1), (cell, row, at) =>
        {
            if (cell.SequenceEqual("是"u8)) row.SetNumber(at, 1);
            else if (cell.Length == 0 || cell.SequenceEqual("否"u8)) row.SetNumber(at, 0);
            else return "unknown-code";
            return null;
        })
        { Choices = ["是", "否"] };
    }

    public static Column<T> Date<T>(string header, Expression<Func<T, DateOnly?>> of) where T : class
    {
        var (name, get, set) = Bind(of);
        return new Column<T>(header, name, ColumnKind.Date, false, r => Iso(get(r)), (r, staged, at) => set(r, staged.NumberAt(at) is { } day ? DateOnly.FromDayNumber(day) : null), ReadDate) { Example = ADay };
    }

    public static Column<T> Day<T>(string header, Expression<Func<T, DateOnly>> of) where T : class
    {
        var (name, get, set) = Bind(of);
        return new Column<T>(header, name, ColumnKind.Date, true, r => Iso(get(r)), (r, staged, at) => set(r, DateOnly.FromDayNumber(staged.NumberAt(at)!.Value)), ReadDate) { Example = ADay };
    }

    public static Column<T> Number<T>(string header, Expression<Func<T, int?>> of, int min = 0, int max = 100_000_000) where T : class
    {
        var (name, get, set) = Bind(of);
        return new Column<T>(header, name, ColumnKind.Number, false, r => get(r)?.ToString(CultureInfo.InvariantCulture) ?? "", (r, staged, at) => set(r, staged.NumberAt(at)), (cell, row, at) => ReadNumber(cell, row, at, min, max)) { Example = "12" };
    }

    public static Column<T> Count<T>(string header, Expression<Func<T, int>> of, int min = 0, int max = 100_000_000) where T : class
    {
        var (name, get, set) = Bind(of);
        return new Column<T>(header, name, ColumnKind.Number, true, r => get(r).ToString(CultureInfo.InvariantCulture), (r, staged, at) => set(r, staged.NumberAt(at)!.Value), (cell, row, at) => ReadNumber(cell, row, at, min, max)) { Example = "12" };
    }

    /// <summary>A share between 0 and 1, with the digits as written; the database keeps its text.</summary>
    public static Column<T> Ratio<T>(string header, Expression<Func<T, decimal>> of) where T : class
    {
        var (name, get, set) = Bind(of);
        return new Column<T>(header, name, ColumnKind.Text, true, r => get(r).ToString(CultureInfo.InvariantCulture), (r, staged, at) => set(r, decimal.Parse(staged.TextAt(at)!, CultureInfo.InvariantCulture)), (cell, row, at) =>
        {
            if (!decimal.TryParse(cell, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var ratio)) return "bad-format";
            if (ratio is < 0 or > 1) return "out-of-range";
            Span<byte> text = stackalloc byte[40];
            ratio.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
            row.SetText(at, text[..length]);
            return null;
        })
        { Example = "0.03" };
    }

    public static Column<T> CreditCode<T>(string header, Expression<Func<T, string?>> of) where T : class
    {
        var (name, get, set) = Bind<T, string?>(of);
        return new Column<T>(header, name, ColumnKind.Text, false, r => get(r) ?? "", (r, staged, at) => set(r, staged.TextAt(at)), (cell, row, at) =>
        {
            if (cell.Length == 0) return null;
            var code = cell;
            if (!Registers.CreditCode.HasForm(code))
            {
                // Full width, lower case, spaces.
                code = Encoding.UTF8.GetBytes(Registers.CreditCode.Normalise(Encoding.UTF8.GetString(cell)));
                if (!Registers.CreditCode.HasForm(code)) return "bad-format";
            }
            // Kept also when it is judged wrong: a stated reason lets it through.
            row.SetText(at, code);
            return Registers.CreditCode.HasRightCheckCharacters(code) ? null : "check-digit";
        })
        { HasCheckCharacters = true, Example = "91350100M000100Y43" };
    }

    private static string Iso(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    /// <summary>2026-09-18; also 2026/9/18, 2026年9月18日 and 20260918, as office files have them.</summary>
    private static string? ReadDate(ReadOnlySpan<byte> cell, StagedRow row, int at)
    {
        if (cell.Length == 0) return null;
        if (DayOf(cell, out var day) is { } wrong) return wrong;
        row.SetNumber(at, day.DayNumber);
        return null;
    }

    private static string? DayOf(ReadOnlySpan<byte> cell, out DateOnly date)
    {
        date = default;
        int year, month, day;
        if (cell.Length == 8 && Utf8Parser.TryParse(cell, out int compact, out var all) && all == 8)
        {
            (year, month, day) = (compact / 10000, compact / 100 % 100, compact % 100);
        }
        else
        {
            if (!Part(ref cell, out year, 4, "年"u8) || !Part(ref cell, out month, 2, "月"u8) || !Part(ref cell, out day, 2, "日"u8) || cell.Length > 0) return "bad-format";
        }
        if (month is < 1 or > 12 || year is < 1 or > 9999 || day < 1 || day > DateTime.DaysInMonth(year, month)) return "bad-format";
        if (year is < 1900 or > 2200) return "out-of-range";
        date = new DateOnly(year, month, day);
        return null;
    }

    private static bool Part(ref ReadOnlySpan<byte> rest, out int value, int digits, ReadOnlySpan<byte> chinese)
    {
        if (rest.Length == 0 || !char.IsAsciiDigit((char)rest[0]) || !Utf8Parser.TryParse(rest, out value, out var used) || used > digits || (digits == 4 && used != 4))
        {
            value = 0;
            return false;
        }
        rest = rest[used..];
        if (rest.StartsWith(chinese)) rest = rest[chinese.Length..];
        else if (rest.Length > 0 && rest[0] is (byte)'-' or (byte)'/' or (byte)'.') rest = rest[1..];
        else return rest.Length == 0;
        return true;
    }

    private static string? ReadNumber(ReadOnlySpan<byte> cell, StagedRow row, int at, int min, int max)
    {
        if (cell.Length == 0) return null;
        if (!Utf8Parser.TryParse(cell, out long number, out var used) || used != cell.Length) return "bad-format";
        if (number < min || number > max) return "out-of-range";
        row.SetNumber(at, (int)number);
        return null;
    }

    private static (string Name, Func<T, TValue> Get, Action<T, TValue> Set) Bind<T, TValue>(Expression<Func<T, TValue>> of) where T : class
    {
        // A required date or number of an optional column is widened by the compiler.
        var property = (PropertyInfo)((MemberExpression)(of.Body is UnaryExpression widened ? widened.Operand : of.Body)).Member;
        if (property.PropertyType != typeof(TValue)) throw new InvalidOperationException($"{typeof(T).Name}.{property.Name} is a {property.PropertyType.Name}: take the column kind of that type.");
        return (property.Name, property.GetMethod!.CreateDelegate<Func<T, TValue>>(), property.SetMethod!.CreateDelegate<Action<T, TValue>>());
    }
}
