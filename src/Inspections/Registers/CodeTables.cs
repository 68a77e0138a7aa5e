using System.Security.Cryptography;
using System.Text;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Imports;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Registers;

/// <summary>One code of a table with the days between which it may be entered.</summary>
public sealed record CodeWord(string Code, string Name, DateOnly? From, DateOnly? To, string? Note)
{
    public bool IsInForce(DateOnly on) => (From is not { } from || from <= on) && (To is not { } to || to >= on);
}

/// <summary>
/// The code tables the product brings along (domain 2.1.2, 2.1.3 and 2.14), and reading them. What an office changes in the register 代码表 counts; where a table has
/// no code in the database, the one that was brought along.
/// </summary>
public static class CodeTables
{
    /// <summary>RESULT. The codes 1, 4, 5, 6, 8 and 9 follow from the record of the check; others may be added.</summary>
    public const string Results = "抽查检查结果";

    /// <summary>FOLLOWUP.</summary>
    public const string FollowUps = "后续处置";

    /// <summary>METHOD.</summary>
    public const string Methods = "检查方式";

    /// <summary>CREDIT.</summary>
    public const string CreditGrades = "信用风险分类";

    /// <summary>EXCL.</summary>
    public const string Exclusions = "不适用随机抽查";

    private static readonly Lazy<IReadOnlyList<CodeFile>> Files = new(() => [.. new[] { "regions", "industries", "terms" }.Select(CodeFile.Load)]);
    private static readonly Lazy<ILookup<string, CodeWord>> Own = new(() => Files.Value.SelectMany(f => f.Rows()).ToLookup(r => r.Table, r => r.Word, StringComparer.Ordinal));

    /// <summary>As they lie in the product, in the form in which 代码表 is imported.</summary>
    public static IReadOnlyList<CodeFile> Brought => Files.Value;

    /// <summary>The codes of a table that was brought along, in its order.</summary>
    public static IEnumerable<CodeWord> BroughtOf(string table) => Own.Value[table];

    /// <summary>All codes of a table, also those that have ended, by their length and then by the code.</summary>
    public static async Task<IReadOnlyList<CodeWord>> AllAsync(DbContext db, string table, CancellationToken cancellationToken)
    {
        var rows = await db.Set<CodeEntry>().AsNoTracking().Where(e => e.TableName == table).Select(e => new CodeWord(e.Code, e.Name, e.EffectiveFrom, e.EffectiveTo, e.Note)).ToListAsync(cancellationToken);
        return [.. (rows.Count == 0 ? Own.Value[table] : rows).OrderBy(w => w.Code.Length).ThenBy(w => w.Code, StringComparer.Ordinal)];
    }

    /// <summary>The codes that may be entered on a day.</summary>
    public static async Task<IReadOnlyList<CodeWord>> InForceAsync(DbContext db, string table, DateOnly on, CancellationToken cancellationToken)
        => [.. (await AllAsync(db, table, cancellationToken)).Where(w => w.IsInForce(on))];

    /// <summary>The name of each code, also of those that have ended: what was entered under them is still read.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> NamesAsync(DbContext db, string table, CancellationToken cancellationToken)
        => (await AllAsync(db, table, cancellationToken)).ToDictionary(w => w.Code, w => w.Name, StringComparer.Ordinal);
}

/// <summary>A file of code tables in the product.</summary>
public sealed class CodeFile
{
    private CodeFile(string name, byte[] bytes) => (Name, Content, Sha256) = (name, bytes, Convert.ToHexStringLower(SHA256.HashData(bytes)));

    public string Name { get; }

    public ReadOnlyMemory<byte> Content { get; }

    public string Sha256 { get; }

    internal static CodeFile Load(string name)
    {
        using var stream = typeof(CodeFile).Assembly.GetManifestResourceStream($"codes/{name}.csv")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new CodeFile($"{name}.csv", bytes);
    }

    internal IEnumerable<(string Table, CodeWord Word)> Rows()
    {
        using var source = new CsvSource(new MemoryStream(Content.ToArray()));
        while (source.Read()) yield return (Cell(source, 0), new CodeWord(Cell(source, 1), Cell(source, 2), Day(Cell(source, 5)), Day(Cell(source, 6)), Cell(source, 7) is { Length: > 0 } note ? note : null));

        static string Cell(CsvSource source, int at) => Encoding.UTF8.GetString(source.Field(at));

        static DateOnly? Day(string text) => text.Length == 0 ? null : DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The file without some of its rows.</summary>
    internal MemoryStream Without(ISet<(string Table, string Code)> rows)
    {
        if (rows.Count == 0) return new MemoryStream(Content.ToArray());
        var kept = new MemoryStream();
        using (var source = new CsvSource(new MemoryStream(Content.ToArray())))
        using (var sink = new CsvSink(kept, mark: false))
        {
            sink.WriteRow(source.Headers);
            while (source.Read())
            {
                var cells = Enumerable.Range(0, source.FieldCount).Select(i => Encoding.UTF8.GetString(source.Field(i))).ToList();
                if (!rows.Contains((cells[0], cells[1]))) sink.WriteRow(cells);
            }
        }
        kept.Position = 0;
        return kept;
    }
}

/// <summary>随程序代码表: takes the tables of this version of the product into the register, each file once. What an office changed itself stays as the office has it.</summary>
public sealed record TakeInCodes;

/// <param name="Rows">Added or changed.</param>
public readonly record struct CodesTaken(int Rows);

public sealed class TakeInCodesHandler(DbContext db, ImportFileHandler imports)
{
    public async Task<Result<CodesTaken>> HandleAsync(TakeInCodes command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.IsSystem) return Refusal.Forbidden("imports.not-your-role");
        var hashes = CodeTables.Brought.Select(f => f.Sha256).ToList();
        var known = await db.Set<RegisterChange>().AsNoTracking().Where(c => c.Kind == RegisterForms.Codes.Kind && hashes.Contains(c.FileSha256!)).Select(c => c.FileSha256).ToListAsync(cancellationToken);
        var rows = 0;
        foreach (var file in CodeTables.Brought.Where(f => !known.Contains(f.Sha256)))
        {
            await using var content = file.Without(await OfOfficeAsync(cancellationToken));
            var taken = await imports.HandleAsync(new ImportFile(RegisterForms.Codes.Kind, content, FileName: file.Name, FileSha256: file.Sha256), change, cancellationToken);
            if (taken.Refusal is { } refusal) return refusal;
            if (taken.Value.Refused > 0 || taken.Value.IsFault) throw new InvalidOperationException($"{file.Name}: {taken.Value.Errors[0].Message}");
            rows += taken.Value.Added + taken.Value.Updated;
        }
        return new CodesTaken(rows);
    }

    private async Task<HashSet<(string, string)>> OfOfficeAsync(CancellationToken cancellationToken)
    {
        var mine = db.Set<RegisterChange>().Where(c => c.Kind == RegisterForms.Codes.Kind && c.ById != Guid.Empty).Select(c => (Guid?)c.Id);
        return [.. (await db.Set<CodeEntry>().AsNoTracking().Where(e => mine.Contains(e.ChangeId)).Select(e => new { e.TableName, e.Code }).ToListAsync(cancellationToken)).Select(e => (e.TableName, e.Code))];
    }
}
