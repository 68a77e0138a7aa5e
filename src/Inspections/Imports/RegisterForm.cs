using System.Text;
using System.Text.Json.Nodes;
using CsvHelper;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Imports;

/// <param name="Row">As the person sees it: the physical line on which the record begins; 0: the file as a whole.</param>
/// <param name="Column">The header as written.</param>
/// <param name="Code">Stable: missing-value, bad-format, check-digit, unknown-code, duplicate-in-file, duplicate-credit-code, out-of-range, control-character, too-long.</param>
public sealed record ImportError(int Row, string Column, string Code, string Message);

/// <summary>What an import did, or would do.</summary>
public sealed record ImportReport(int Read, int Added, int Updated, int Unchanged, int Refused, IReadOnlyList<ImportError> Errors);

/// <summary>A register as a file: one form for reading and writing, so that importing an export changes nothing.</summary>
public interface IRegisterForm
{
    string Kind { get; }

    string Title { get; }

    Task<ImportReport> ImportAsync(DbContext db, TextReader reader, bool dryRun, CancellationToken cancellationToken);

    Task ExportAsync(DbContext db, TextWriter writer, CancellationToken cancellationToken);
}

internal sealed class RegisterForm<T>(
    string kind, string title, Func<T> make, Func<T, string> keyText, IReadOnlyList<Column<T>> columns,
    Func<T, string?>? unique = null, string? uniqueHeader = null) : IRegisterForm where T : class
{
    /// <summary>No record of an office is longer; a file without line ends must not fill the memory.</summary>
    private const int MaxRecord = 64 * 1024;

    private const int MaxErrors = 10_000;

    public string Kind => kind;

    public string Title => title;

    public IReadOnlyList<Column<T>> Columns => columns;

    public async Task<ImportReport> ImportAsync(DbContext db, TextReader reader, bool dryRun, CancellationToken cancellationToken)
    {
        using var csv = CsvReader.Create(reader, new CsvReaderOptions { Separator = ',', TrackLineNumbers = true, MaxRecordSize = MaxRecord });
        List<ImportError> errors = [];
        try
        {
            csv.ReadHeader();
            var places = Places(csv, errors);
            if (errors.Count > 0) return new ImportReport(0, 0, 0, 0, 0, errors);
            return await RowsAsync(db, csv, places, dryRun, errors, cancellationToken);
        }
        catch (CsvFormatException e)
        {
            return new ImportReport(0, 0, 0, 0, 0, [new ImportError(0, "", "bad-format", Texts.Of("imports.bad-file", e.Message))]);
        }
    }

    public async Task ExportAsync(DbContext db, TextWriter writer, CancellationToken cancellationToken)
    {
        await using var csv = CsvWriter.Create(writer, new CsvWriterOptions { Separator = ',', NewLine = "\n" });
        foreach (var column in columns) csv.WriteField(column.Header);
        csv.EndRecord();
        var rows = await db.Set<T>().AsNoTracking().ToListAsync(cancellationToken);
        foreach (var row in rows.OrderBy(keyText, StringComparer.Ordinal))
        {
            foreach (var column in columns) csv.WriteField(Neutral(column.Get(row)));
            csv.EndRecord();
        }
    }

    /// <summary>A cell that a spreadsheet would run as a formula gets an apostrophe, which the import takes away again.</summary>
    private static string Neutral(string cell) => cell.Length > 0 && cell[0] is '=' or '+' or '-' or '@' or '=' or '+' or '-' or '@' or '\'' ? "'" + cell : cell;

    private static string Plain(string cell) => cell.Length > 1 && cell[0] == '\'' ? cell[1..] : cell;

    private int[] Places(CsvReader csv, List<ImportError> errors)
    {
        var headers = csv.Headers!.Select(h => h.Trim().TrimStart('\uFEFF')).ToList();
        var places = new int[columns.Count];
        for (var i = 0; i < columns.Count; i++)
        {
            places[i] = headers.IndexOf(columns[i].Header);
            if (places[i] < 0) errors.Add(new ImportError(0, columns[i].Header, "missing-value", Texts.Of("imports.missing-column", columns[i].Header, title)));
        }
        return places;
    }

    private async Task<ImportReport> RowsAsync(DbContext db, CsvReader csv, int[] places, bool dryRun, List<ImportError> errors, CancellationToken cancellationToken)
    {
        var known = (await db.Set<T>().ToListAsync(cancellationToken)).ToDictionary(keyText, StringComparer.Ordinal);
        var holders = unique is null ? [] : known.Values.Where(r => unique(r) is not null).GroupBy(r => unique(r)!, StringComparer.Ordinal).ToDictionary(g => g.Key, g => keyText(g.First()), StringComparer.Ordinal);
        HashSet<string> inFile = new(StringComparer.Ordinal);
        int read = 0, added = 0, updated = 0, unchanged = 0, refused = 0;
        while (csv.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (csv.FieldCount == 1 && csv.GetString(0).Trim().Length == 0) continue;
            read++;
            var line = (int)csv.LineNumber;
            var row = make();
            var rowErrors = Fill(row, csv, places, line);
            if (rowErrors.Count == 0 && !inFile.Add(keyText(row))) rowErrors.Add(Error(line, columns[0].Header, "duplicate-in-file", keyText(row)));
            if (rowErrors.Count == 0 && unique?.Invoke(row) is { } code)
            {
                if (holders.TryGetValue(code, out var holder) && holder != keyText(row)) rowErrors.Add(Error(line, uniqueHeader!, "duplicate-credit-code", code, holder));
                else holders[code] = keyText(row);
            }
            if (rowErrors.Count > 0)
            {
                refused++;
                if (errors.Count < MaxErrors) errors.AddRange(rowErrors);
                continue;
            }
            if (!known.TryGetValue(keyText(row), out var old))
            {
                added++;
                if (!dryRun) db.Add(row);
            }
            else if (columns.All(c => c.Get(old) == c.Get(row)))
            {
                unchanged++;
            }
            else
            {
                updated++;
                if (!dryRun) db.Entry(old).CurrentValues.SetValues(row);
            }
        }
        return new ImportReport(read, added, updated, unchanged, refused, errors);
    }

    private List<ImportError> Fill(T row, CsvReader csv, int[] places, int line)
    {
        List<ImportError> errors = [];
        for (var i = 0; i < columns.Count; i++)
        {
            var column = columns[i];
            var cell = places[i] < csv.FieldCount ? Plain(csv.GetString(places[i]).Trim().Normalize(NormalizationForm.FormC)) : "";
            if (cell.Any(c => char.IsControl(c) && c is not '\n' and not '\r' and not '\t')) errors.Add(Error(line, column.Header, "control-character"));
            else if (cell.Length == 0 && column.IsRequired) errors.Add(Error(line, column.Header, "missing-value"));
            else if (column.Set(row, cell) is { } code) errors.Add(Error(line, column.Header, code, cell));
        }
        return errors;
    }

    private static ImportError Error(int line, string column, string code, params object[] arguments)
        => new(line, column, code, Texts.Of($"imports.{code}", [line, column, .. arguments]));
}

/// <summary>导入: takes a file into a register. A row is applied whole or not at all; a fault of the file leaves the register as it was.</summary>
public sealed record ImportFile(string Kind, Stream Content, bool DryRun = false);

public sealed class ImportFileHandler(DbContext db, IAuditTrail audit, LoadCalendarYearHandler calendars, CalendarSource calendar)
{
    private const string Calendar = "calendar";

    public async Task<Result<ImportReport>> HandleAsync(ImportFile command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.IsSystem && !change.By.IsAny(People.Roles.Planner, People.Roles.Admin)) return Refusal.Forbidden("imports.not-your-role");
        if (command.Kind == Calendar) return await LoadCalendarAsync(command, change, cancellationToken);
        if (RegisterForms.All.FirstOrDefault(f => f.Kind == command.Kind) is not { } form) return Refusal.Invalid("imports.unknown-kind", "kind", command.Kind, Kinds);
        using var reader = await TextOf.ReaderAsync(command.Content, cancellationToken);
        var report = await form.ImportAsync(db, reader, command.DryRun, cancellationToken);
        if (!command.DryRun && report.Added + report.Updated > 0)
        {
            audit.Record(change, $"register/{form.Kind}", $"导入{form.Title}", form.Title,
                new JsonObject { ["read"] = report.Read, ["added"] = report.Added, ["updated"] = report.Updated, ["unchanged"] = report.Unchanged, ["refused"] = report.Refused });
        }
        return report;
    }

    private static string Kinds => string.Join(' ', RegisterForms.All.Select(f => f.Kind).Append(Calendar));

    /// <summary>A calendar counts days of running cases: it is taken whole or not at all, and the deadlines are counted again.</summary>
    private async Task<Result<ImportReport>> LoadCalendarAsync(ImportFile command, ChangeContext change, CancellationToken cancellationToken)
    {
        using var reader = await TextOf.ReaderAsync(command.Content, cancellationToken);
        var loaded = await calendars.HandleAsync(new LoadCalendarYear(await reader.ReadToEndAsync(cancellationToken), command.DryRun), change, cancellationToken);
        if (loaded.Refusal is { } refusal) return refusal;
        var report = loaded.Value;
        var errors = report.Errors.Select(e => new ImportError(e.Row, e.Column ?? "", e.Code, e.Message)).ToList();
        return new ImportReport(report.Read, report.Added, report.Updated, report.Unchanged, errors.Count == 0 ? 0 : report.Read, errors);
    }

    /// <summary>Writes a register in the form it is imported in.</summary>
    public async Task<Refusal?> ExportAsync(string kind, TextWriter writer, CancellationToken cancellationToken)
    {
        if (kind == Calendar)
        {
            await CalendarCsv.WriteAsync(await calendar.YearsAsync(cancellationToken), writer);
            return null;
        }
        if (RegisterForms.All.FirstOrDefault(f => f.Kind == kind) is not { } form) return Refusal.Invalid("imports.unknown-kind", "kind", kind, Kinds);
        await form.ExportAsync(db, writer, cancellationToken);
        return null;
    }
}

/// <summary>Office files are UTF-8 or, from older spreadsheets, GB18030.</summary>
internal static class TextOf
{
    public static async Task<TextReader> ReaderAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var memory = new MemoryStream();
        await stream.CopyToAsync(memory, cancellationToken);
        var bytes = memory.ToArray();
        try
        {
            return new StringReader(new UTF8Encoding(false, true).GetString(bytes).TrimStart('\uFEFF'));
        }
        catch (DecoderFallbackException)
        {
            Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
            return new StringReader(Encoding.GetEncoding("GB18030").GetString(bytes));
        }
    }
}
