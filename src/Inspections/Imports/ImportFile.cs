using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Evidence;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Imports;

/// <param name="Row">As the person sees it: the physical line on which the record begins, the row of the sheet; 0: the file as a whole.</param>
/// <param name="Column">The header as the register has it.</param>
/// <param name="Code">Stable: missing-value, bad-format, bad-region, bad-town, formula-error, check-digit, unknown-code, duplicate-in-file, duplicate-credit-code, out-of-range, control-character, too-long.</param>
public sealed record ImportError(int Row, string Column, string Code, string Message);

/// <param name="Old">Empty for a row that is new.</param>
public sealed record FieldChange(string Column, string Old, string New);

/// <summary>What would become of a row: new, or some cells otherwise.</summary>
public sealed record RowChange(int Row, string Key, string Name, bool IsNew, IReadOnlyList<FieldChange> Fields);

/// <summary>What an import did, or would do.</summary>
/// <param name="Errors">At most 10,000; the refusal file has all.</param>
public sealed record ImportReport(int Read, int Added, int Updated, int Unchanged, int Refused, IReadOnlyList<ImportError> Errors)
{
    /// <summary>The first rows that change and that are new.</summary>
    [JsonIgnore]
    public IReadOnlyList<RowChange> Changes { get; init; } = [];

    /// <summary>Columns of the file that mean nothing here.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> UnknownColumns { get; init; } = [];

    /// <summary>Columns that the file lacks: what the register has stays.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> MissingColumns { get; init; } = [];

    /// <summary>CSV of the refused rows as they came, with the reason: put right, it can be imported. Null when nothing was refused.</summary>
    [JsonIgnore]
    public string? RefusalsSha256 { get; init; }

    /// <summary>Whether the file as a whole was refused.</summary>
    [JsonIgnore]
    public bool IsFault => Errors is [{ Row: 0 }, ..];
}

/// <param name="Rows">Read so far.</param>
/// <param name="Share">Of the file, 0 to 1.</param>
public readonly record struct ImportProgress(string Step, int Rows, double Share);

/// <summary>导入: takes a file into a register. A row is applied whole or not at all; a fault of the file leaves the register as it was.</summary>
/// <param name="Content">Seekable: it is looked at before it is read.</param>
/// <param name="FileName">As the person's file was called.</param>
/// <param name="FileSha256">Where the file is kept, when it is.</param>
public sealed record ImportFile(string Kind, Stream Content, bool DryRun = false, string? FileName = null, string? FileSha256 = null, IProgress<ImportProgress>? Progress = null);

/// <summary>A dry run may run outside a unit of work; it writes nothing but the refusal file.</summary>
public sealed class ImportFileHandler(DbContext db, IAuditTrail audit, IImportStage stage, EvidenceStore store, LoadCalendarYearHandler calendars)
{
    public const string Calendar = "calendar";

    private const int MaxErrors = 10_000;
    private const int SampleRows = 50;

    /// <summary>Rows above the header.</summary>
    private const int MaxTitleRows = 9;

    /// <summary>What a spreadsheet shows where its formula failed.</summary>
    private static readonly string[] FormulaErrors = ["#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"];

    public static string Kinds => string.Join(' ', RegisterForms.All.Select(f => f.Kind).Append(OrganisationFile.Kind).Append(Calendar));

    public async Task<Result<ImportReport>> HandleAsync(ImportFile command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.IsSystem && !change.By.IsAny(Roles.Planner, Roles.Admin)) return Refusal.Forbidden("imports.not-your-role");
        if (command.Kind == Calendar) return await LoadCalendarAsync(command, change, cancellationToken);
        if (command.Kind == OrganisationFile.Kind)
        {
            using var text = await TextOf.ReaderAsync(command.Content, cancellationToken);
            var office = await OrganisationFile.ImportAsync(db, text, command.DryRun, cancellationToken);
            if (!command.DryRun && office.Added + office.Updated > 0) audit.Record(change, $"register/{command.Kind}", $"导入{OrganisationFile.Title}", OrganisationFile.Title);
            return office;
        }
        if (RegisterForms.Find(command.Kind) is not { } form) return Refusal.Invalid("imports.unknown-kind", "kind", command.Kind, Kinds);

        await using (stage)
        {
            var run = new Run(form, stage, command, change.On);
            try
            {
                await run.ReadAsync(db, cancellationToken);
                if (run.Fault is { } faults) return new ImportReport(0, 0, 0, 0, 0, faults);
                var counts = await run.CompareAsync(cancellationToken);
                var refusals = await run.RefusalsAsync(store, Ids.New(change), cancellationToken);
                var report = run.Report(counts, refusals);
                if (command.DryRun) return report with { Changes = await run.SampleAsync(SampleRows, cancellationToken) };
                if (counts.Added + counts.Changed > 0)
                {
                    var id = Ids.New(change);
                    await stage.ApplyAsync(id, change.At, cancellationToken);
                    Record(form, report, id, command, change);
                }
                return report;
            }
            catch (FileFaultException e)
            {
                return new ImportReport(0, 0, 0, 0, 0, [new ImportError(0, "", "bad-format", e.Message)]);
            }
            finally
            {
                run.Dispose();
            }
        }
    }

    private void Record(RegisterForm form, ImportReport report, Guid id, ImportFile command, ChangeContext change)
    {
        db.Add(new RegisterChange
        {
            Id = id,
            Kind = form.Kind,
            At = change.At,
            ById = change.By.Id,
            ByName = change.By.Name,
            Act = "导入",
            Reason = change.Reason,
            FileName = command.FileName is { Length: > 200 } name ? name[^200..] : command.FileName,
            FileSha256 = command.FileSha256,
            Added = report.Added,
            Updated = report.Updated,
        });
        audit.Record(change, $"register/{form.Kind}", $"导入{form.Title}", form.Title,
            new JsonObject { ["change"] = id.ToString(), ["read"] = report.Read, ["added"] = report.Added, ["updated"] = report.Updated, ["unchanged"] = report.Unchanged, ["refused"] = report.Refused, ["file"] = command.FileSha256 });
    }

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

    /// <summary>One file on its way through the stage.</summary>
    private sealed class Run(RegisterForm form, IImportStage stage, ImportFile command, DateOnly on) : IDisposable
    {
        private readonly List<ImportError> _errors = [];
        private RowSource? _source;
        private RefusalSpool? _spool;
        private int[] _places = [];
        private List<Column> _present = [];
        private List<Coded> _coded = [];
        private IReadOnlyList<string> _unknown = [];
        private int _read;
        private int _refused;
        private int _duplicates;

        /// <summary>Why the file as a whole is refused.</summary>
        public IReadOnlyList<ImportError>? Fault { get; private set; }

        public async Task ReadAsync(DbContext db, CancellationToken cancellationToken)
        {
            _source = RowSource.Open(command.Content);
            (_places, _unknown, var twice) = FindHeader(_source);
            var missing = form.All.Where((c, i) => c.IsRequired && _places[i] < 0).ToList();
            if (twice is not null)
            {
                Fault = [new ImportError(0, twice, "bad-format", Texts.Of("imports.column-twice", twice))];
                return;
            }
            if (missing.Count > 0)
            {
                Fault = [.. missing.Select(c => new ImportError(0, c.Header, "missing-value", Texts.Of("imports.missing-column", c.Header, form.Title)))];
                return;
            }
            _present = [.. form.All.Where((_, i) => _places[i] >= 0)];
            foreach (var column in _present.Where(c => c.CodeTable is not null))
            {
                if (await CodeList.LoadAsync(db, column.CodeTable!, on, cancellationToken) is { } codes) _coded.Add(new Coded(column, form.IndexOf(column.Header), codes));
            }
            await stage.OpenAsync(form, _present, cancellationToken);
            ReadRows(cancellationToken);
            command.Progress?.Report(new ImportProgress("比对", _read, 1));
            await stage.CompleteAsync(!command.DryRun, cancellationToken);
        }

        /// <summary>The first row that is the form's header: above it an office writes the list's title, its unit and its day.</summary>
        private (int[] Places, IReadOnlyList<string> Unknown, string? Twice) FindHeader(RowSource source)
        {
            var first = HeaderWords.Match(form, source.Headers);
            var found = first;
            // A row with one known word may be a title; with two it is the header, whatever it lacks.
            for (var above = 0; found.Places.Count(p => p >= 0) < Math.Min(2, form.All.Count(c => c.IsRequired)); above++)
            {
                if (above == MaxTitleRows || !source.TakeNextHeader()) return first;
                found = HeaderWords.Match(form, source.Headers);
            }
            return found;
        }

        private void ReadRows(CancellationToken cancellationToken)
        {
            var source = _source!;
            var row = new StagedRow(form.All.Count);
            List<(Column Column, string Code, string Value)> wrong = [];
            while (source.Read())
            {
                if ((_read & 0xFFF) == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    command.Progress?.Report(new ImportProgress("读取", _read, command.Content.Length == 0 ? 0 : (double)command.Content.Position / command.Content.Length));
                }
                if (IsBlank(source)) continue;
                _read++;
                wrong.Clear();
                Fill(source, row, wrong);
                if (wrong.Count == 0 && form.Check?.Invoke(form, row) is { } problem) wrong.Add((form[problem.Header], problem.Code, ""));
                foreach (var coded in _coded)
                {
                    if (coded.Column.IsList)
                    {
                        if (!row.IsNull(coded.At) && coded.Codes.WrongName(row.TextAt(coded.At)!) is { } name) wrong.Add((coded.Column, "unknown-code", name));
                    }
                    // Whether the register has it already, and so may keep it, is asked of the database when all rows are there.
                    else if (!coded.IsMet && !row.IsNull(coded.At)) coded.IsMet = !coded.Codes.Has(row.Text(coded.At));
                }
                if (wrong.Count == 0) stage.Add(source.Line, row);
                else Refuse(source, wrong);
            }
        }

        private void Fill(RowSource source, StagedRow row, List<(Column, string, string)> wrong)
        {
            row.Clear();
            for (var i = 0; i < _places.Length; i++)
            {
                var column = form.All[i];
                if (_places[i] < 0) continue;
                var cell = Cells.Plain(source.Field(_places[i]));
                if (Cells.HasControl(cell))
                {
                    wrong.Add((column, "control-character", ""));
                    continue;
                }
                cell = Cells.Composed(cell);
                if (cell.Length == 0 && column.IsRequired) wrong.Add((column, "missing-value", ""));
                else if (cell.Length > 0 && cell[0] == '#' && FormulaErrors.Contains(Encoding.UTF8.GetString(cell))) wrong.Add((column, "formula-error", Shown(cell)));
                else if (column.Read(cell, row, i) is { } code) wrong.Add((column, code, Shown(cell)));
            }
            // The reason stands in the row: a person has looked at the licence.
            if (wrong.Count > 0 && form.Excuse is { } excuse && _places[form.IndexOf(excuse)] >= 0 && !row.IsNull(form.IndexOf(excuse)))
                wrong.RemoveAll(w => w is { Item1.HasCheckCharacters: true, Item2: "check-digit" });
        }

        private void Refuse(RowSource source, List<(Column Column, string Code, string Value)> wrong)
        {
            _refused++;
            StringBuilder reason = new();
            foreach (var (column, code, value) in wrong)
            {
                var error = Error(source.Line, column.Header, code, value, code == "unknown-code" ? Hint(column, value) : "");
                if (_errors.Count < MaxErrors) _errors.Add(error);
                if (reason.Length > 0) reason.Append('；');
                reason.Append(error.Message);
            }
            _spool ??= new RefusalSpool();
            _spool.Add(source.Line, reason.ToString(), source);
        }

        public async Task<StagedCounts> CompareAsync(CancellationToken cancellationToken)
        {
            List<ImportError> late = [];
            await stage.RefuseAsync([.. _coded.Where(c => c.IsMet).Select(c => c.Column)], on, d =>
            {
                _duplicates++;
                var error = Error(d.Row, d.Column, d.Code, d.Value, d.Code == "unknown-code" ? _coded.Single(c => c.Column.Header == d.Column).Codes.HintFor(d.Value) : d.Holder);
                if (late.Count < MaxErrors) late.Add(error);
                _spool ??= new RefusalSpool();
                _spool.AddLate(d.Row, error.Message, Original(d.Cells));
            }, cancellationToken);
            if (late.Count > 0)
            {
                var merged = _errors.Concat(late).OrderBy(e => e.Row).Take(MaxErrors).ToList();
                _errors.Clear();
                _errors.AddRange(merged);
            }
            return await stage.CompareAsync(cancellationToken);
        }

        private string Hint(Column column, string value) => _coded.Find(c => c.Column == column) switch
        {
            { Column.IsList: true } names => names.Codes.HintOfNames(),
            { } coded => coded.Codes.HintFor(value),
            _ => column.Choices.Count > 0 ? Texts.Of("imports.hint.choices", string.Join('、', column.Choices)) : "",
        };

        /// <summary>The cells of a row as the register reads them, at the places the file has them.</summary>
        private string[] Original(IReadOnlyList<string> cells)
        {
            var original = new string[_source!.Headers.Count];
            Array.Fill(original, "");
            for (var i = 0; i < _present.Count; i++) original[_places[form.IndexOf(_present[i].Header)]] = cells[i];
            return original;
        }

        public async Task<string?> RefusalsAsync(EvidenceStore store, Guid operation, CancellationToken cancellationToken)
        {
            if (_spool is null) return null;
            await using var file = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 64 * 1024, FileOptions.DeleteOnClose);
            var own = _source!.Headers.Select((h, i) => (h, i)).Where(h => h.h is not (HeaderWords.Reason or HeaderWords.Line)).Select(h => h.i).ToList();
            using (var csv = new CsvSink(file))
            {
                csv.WriteRow([.. own.Select(i => _source.Headers[i]), HeaderWords.Line, HeaderWords.Reason]);
                _spool.Read((line, reason, cells) =>
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    foreach (var i in own) csv.Write(i < cells.Count ? cells[i] : "");
                    csv.Write(line.ToString(System.Globalization.CultureInfo.InvariantCulture));
                    csv.Write(reason);
                    csv.EndRow();
                });
            }
            file.Position = 0;
            var kept = await store.PutAsync(file, operation, cancellationToken, ImportLimits.MaxFile);
            return kept.IsRefused ? throw new FileFaultException("imports.too-large", ImportLimits.MaxFile / (1024 * 1024)) : kept.Value.Sha256;
        }

        public ImportReport Report(StagedCounts counts, string? refusals) => new(_read, counts.Added, counts.Changed, counts.Unchanged, _refused + _duplicates, _errors)
        {
            UnknownColumns = _unknown,
            MissingColumns = [.. form.All.Where((_, i) => _places[i] < 0).Select(c => c.Header).Where(h => h != form.Excuse)],
            RefusalsSha256 = refusals,
        };

        public async Task<IReadOnlyList<RowChange>> SampleAsync(int rows, CancellationToken cancellationToken)
        {
            var name = _present.FindIndex(c => c.Header == form.Name);
            return [.. (await stage.SampleAsync(rows, rows / 5, cancellationToken)).Select(s => new RowChange(s.Row, s.Key, name < 0 ? s.Key : s.New[name], s.Old.Count == 0,
                s.Old.Count == 0 ? [] : [.. _present.Select((c, i) => new FieldChange(c.Header, s.Old[i], s.New[i])).Where(f => f.Old != f.New)]))];
        }

        public void Dispose()
        {
            _source?.Dispose();
            _spool?.Dispose();
        }

        /// <summary>A column whose cells are codes of a table.</summary>
        private sealed class Coded(Column column, int at, CodeList codes)
        {
            public Column Column => column;

            public int At => at;

            public CodeList Codes => codes;

            /// <summary>Whether a code was met that the table does not have.</summary>
            public bool IsMet { get; set; }
        }

        private static bool IsBlank(RowSource source)
        {
            for (var i = 0; i < source.FieldCount; i++)
            {
                if (Cells.Plain(source.Field(i)).Length > 0) return false;
            }
            return true;
        }

        private static string Shown(ReadOnlySpan<byte> cell)
        {
            var text = Encoding.UTF8.GetString(cell.Length > 400 ? cell[..400] : cell);
            return text.Length > 60 ? text[..60] + "…" : text;
        }

        private static ImportError Error(int line, string column, string code, params object[] arguments)
            => new(line, column, code, Texts.Of($"imports.{code}", [line, column, .. arguments]));
    }
}

public static class ImportLimits
{
    /// <summary>A national register of several million rows.</summary>
    public const long MaxFile = 4L * 1024 * 1024 * 1024;
}

/// <summary>Refused rows on the disk until the file for the person is written: a million of them take no memory.</summary>
internal sealed class RefusalSpool : IDisposable
{
    private readonly FileStream _early = Open();
    private FileStream? _late;
    private byte[] _buffer = new byte[4096];

    public void Add(int line, string reason, RowSource source)
    {
        var count = Math.Max(source.FieldCount, 0);
        Begin(_early, line, reason, count);
        for (var i = 0; i < count; i++) Write(_early, source.Field(i));
    }

    public void AddLate(int line, string reason, IReadOnlyList<string> cells)
    {
        _late ??= Open();
        Begin(_late, line, reason, cells.Count);
        foreach (var cell in cells) Write(_late, Encoding.UTF8.GetBytes(cell));
    }

    /// <summary>Both spools lie in the order of the file: they are read side by side.</summary>
    public void Read(Action<int, string, IReadOnlyList<string>> each)
    {
        _early.Position = 0;
        if (_late is not null) _late.Position = 0;
        var early = Next(_early);
        var late = _late is null ? null : Next(_late);
        while (early is not null || late is not null)
        {
            if (late is null || (early is not null && early.Value.Line <= late.Value.Line))
            {
                each(early!.Value.Line, early.Value.Reason, early.Value.Cells);
                early = Next(_early);
            }
            else
            {
                each(late.Value.Line, late.Value.Reason, late.Value.Cells);
                late = Next(_late!);
            }
        }
    }

    public void Dispose()
    {
        _early.Dispose();
        _late?.Dispose();
    }

    private static FileStream Open() => new(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 256 * 1024, FileOptions.DeleteOnClose);

    private static void Begin(FileStream file, int line, string reason, int count)
    {
        Span<byte> head = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(head, line);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], count);
        file.Write(head);
        Write(file, Encoding.UTF8.GetBytes(reason));
    }

    private static void Write(FileStream file, ReadOnlySpan<byte> text)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, text.Length);
        file.Write(length);
        file.Write(text);
    }

    private (int Line, string Reason, IReadOnlyList<string> Cells)? Next(FileStream file)
    {
        Span<byte> head = stackalloc byte[8];
        if (file.ReadAtLeast(head, 8, throwOnEndOfStream: false) < 8) return null;
        var count = BinaryPrimitives.ReadInt32LittleEndian(head[4..]);
        var reason = Text(file);
        var cells = new string[count];
        for (var i = 0; i < count; i++) cells[i] = Text(file);
        return (BinaryPrimitives.ReadInt32LittleEndian(head), reason, cells);
    }

    private string Text(FileStream file)
    {
        Span<byte> head = stackalloc byte[4];
        file.ReadExactly(head);
        var length = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (_buffer.Length < length) _buffer = new byte[length];
        file.ReadExactly(_buffer.AsSpan(0, length));
        return Encoding.UTF8.GetString(_buffer.AsSpan(0, length));
    }
}

/// <summary>Small text files that are read whole: the calendar and the office's own file, UTF-8 or GB18030.</summary>
public static class TextOf
{
    private const int MaxBytes = 8 * 1024 * 1024;

    public static async Task<TextReader> ReaderAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var memory = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0 && memory.Length <= MaxBytes) memory.Write(buffer, 0, read);
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
