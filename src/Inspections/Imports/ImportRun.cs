using System.Text;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Evidence;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Imports;

/// <summary>One file on its way through the stage.</summary>
internal sealed class ImportRun(RegisterForm form, IImportStage stage, ImportFile command, DateOnly on, PersonalSeal seal, bool isTakeOver, RegisterRights rights) : IDisposable
{
    private const int MaxErrors = 10_000;

    /// <summary>Rows above the header.</summary>
    public const int MaxTitleRows = 9;

    /// <summary>What a spreadsheet shows where its formula failed.</summary>
    private static readonly string[] FormulaErrors = ["#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"];

    private readonly List<ImportError> _errors = [];
    private RowSource? _source;
    private RefusalSpool? _spool;
    private int[] _places = [];
    private List<Column> _present = [];
    private List<(int At, Func<RegisterForm, StagedRow, string?> From)> _derived = [];
    private List<Coded> _coded = [];
    private IReadOnlyList<string> _unknown = [];
    private (int At, byte[] Name) _own = (-1, []);
    private int[] _finders = [];
    private int _read;
    private int _refused;
    private int _duplicates;

    /// <summary>Why the file as a whole is refused.</summary>
    public IReadOnlyList<ImportError>? Fault { get; private set; }

    public async Task ReadAsync(DbContext db, CancellationToken cancellationToken)
    {
        _source = RowSource.Open(command.Content);
        (_places, _unknown, var twice) = FindHeader(_source);
        _finders = [.. form.Uniques.Select(form.IndexOf).Where(i => _places[i] >= 0)];
        var missing = form.All.Where((c, i) => c.IsRequired && _places[i] < 0 && !IsFound(c)).ToList();
        if (twice is not null)
        {
            Fault = [new ImportError(0, twice, "bad-format", Texts.Of("imports.column-twice", twice))];
            return;
        }
        if (missing.Count > 0)
        {
            Fault = [.. _source.Sheets.Count > 1 ? [new ImportError(0, "", "missing-value", Texts.Of("imports.first-sheet", _source.Sheets[0], _source.Sheets.Count, string.Join('、', _source.Sheets.Skip(1).Take(5))))] : Array.Empty<ImportError>(), .. missing.Select(c => new ImportError(0, c.Header, "missing-value", Texts.Of("imports.missing-column", c.Header, form.Title)))];
            return;
        }
        if (form.Lists.SelectMany(l => l.Headers.Where(h => _places[form.IndexOf(h)] < 0 && l.Headers.Any(o => _places[form.IndexOf(o)] >= 0)), (l, h) => new ImportError(0, h, "missing-value", Texts.Of("imports.list-columns", l.Title, string.Join('、', l.Headers), h))).ToList() is { Count: > 0 } uneven)
        {
            Fault = uneven;
            return;
        }
        _derived = [.. form.Derived.Select(d => (form.IndexOf(d.Header), d.From)).Where(d => _places[d.Item1] < 0)];
        // Who keeps one section's entries enters them for that section.
        _own = rights.Own is { } own ? (form.IndexOf(form.Owner!), Encoding.UTF8.GetBytes(own)) : (-1, []);
        if (_own.At >= 0 && _places[_own.At] < 0) _derived.Add((_own.At, (_, _) => rights.Own));
        // A list without former names changes names all the same: the stage fills them in.
        _present = [.. form.All.Where((c, i) => _places[i] >= 0 || IsFound(c) || c.Header == form.FormerName || form.Steps.Contains(c.Header) || _derived.Exists(d => d.At == i))];
        foreach (var column in _present.Where(c => c.CodeTable is not null))
        {
            if (await CodeList.LoadAsync(db, column.CodeTable!, on, cancellationToken) is { } codes) _coded.Add(new Coded(column, form.IndexOf(column.Header), codes));
        }
        await stage.OpenAsync(form, _present, [.. _derived.Select(d => form.All[d.At])], cancellationToken);
        ReadRows(cancellationToken);
        command.Progress?.Report(new ImportProgress("比对", _read, 1));
        await stage.CompleteAsync(!command.DryRun, cancellationToken);
    }

    /// <summary>Whether rows may leave the column empty because the register finds them by a unique value, which is in the file.</summary>
    private bool IsFound(Column column) => _finders.Length > 0 && form.Keys.Contains(column.Header);

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
            if (wrong.Count == 0 && form.Settle(row) is { } problem) wrong.Add((form[problem.Header], problem.Code, problem.Value));
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
            if (cell.Length == 0 && column.IsRequired && !IsFound(column)) wrong.Add((column, "missing-value", ""));
            else if (cell.Length > 0 && cell[0] == '#' && FormulaErrors.Contains(Encoding.UTF8.GetString(cell))) wrong.Add((column, "formula-error", Shown(cell)));
            else if (Cells.IsRounded(cell)) wrong.Add((column, "lost-digits", Shown(column, cell)));
            else if (column.Read(cell, row, i) is { } code) wrong.Add((column, code, Shown(column, cell)));
            else seal.Apply(column, row, i);
        }
        if (_finders.Length > 0 && Array.TrueForAll(_finders, row.IsNull) && wrong.TrueForAll(w => !form.Uniques.Contains(w.Item1.Header)) && form.Keys.FirstOrDefault(k => row.IsNull(form.IndexOf(k)) && wrong.TrueForAll(w => w.Item1.Header != k)) is { } key) wrong.Add((form[key], "missing-value", ""));
        if (_own.At >= 0 && row.IsNull(_own.At)) row.SetText(_own.At, _own.Name);
        foreach (var (at, from) in _derived)
        {
            if (from(form, row) is { } value) row.SetText(at, Encoding.UTF8.GetBytes(value));
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
            var error = Error(source.Line, column.Header, code, value, code == "unknown-code" ? Hint(column, value) : code == "bad-format" ? Column.ExampleOf(column) : "");
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
        await stage.RefuseAsync([.. _coded.Where(c => c.IsMet).Select(c => c.Column)], on, isTakeOver, rights.Owners, d =>
        {
            _duplicates++;
            var error = d.Code == "missing-value" ? new ImportError(d.Row, d.Column, d.Code, d.Holder.Length == 0 ? Texts.Of("imports.not-found-by", d.Row, d.Column, Finder(d.Cells), d.Value) : Texts.Of("imports.found-twice", d.Row, d.Column, Finder(d.Cells), d.Value, d.Holder))
                : d.Code == "not-your-section" && d.Holder.StartsWith(StagedDuplicate.Given, StringComparison.Ordinal) ? new ImportError(d.Row, d.Column, d.Code, Texts.Of("imports.not-to-section", d.Row, d.Column, d.Value, d.Holder[1..])) : Error(d.Row, d.Column, d.Code, d.Value, d.Code == "unknown-code" ? _coded.Single(c => c.Column.Header == d.Column).Codes.HintFor(d.Value) : d.Code == "not-your-section" ? Whose(d.Holder) : d.Holder);
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

    /// <summary>By which value the row was looked for: the first that it has.</summary>
    private string Finder(IReadOnlyList<string> cells) => form.Uniques.First(u => _present.FindIndex(c => c.Header == u) is var at and >= 0 && cells[at].Length > 0);

    private static string Whose(string owner) => owner.Length == 0 ? Texts.Of("registers.lead-section") : owner;

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
        for (var i = 0; i < _present.Count; i++)
        {
            if (_places[form.IndexOf(_present[i].Header)] is >= 0 and var place) original[place] = seal.Plain(_present[i], cells[i]);
        }
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
        await using var sealing = seal.SealFile(file);
        var kept = await store.PutAsync(sealing, operation, cancellationToken, ImportLimits.MaxKept);
        return kept.IsRefused ? throw new FileFaultException("imports.too-large", ImportLimits.MaxFile / (1024 * 1024)) : kept.Value.Sha256;
    }

    public ImportReport Report(StagedCounts counts, string? refusals) => new(_read, counts.Added, counts.Changed, counts.Unchanged, _refused + _duplicates, _errors)
    {
        UnknownColumns = _unknown,
        MissingColumns = [.. form.All.Where((c, i) => _places[i] < 0 && !IsFound(c)).Select(c => c.Header).Where(h => h != form.Excuse)],
        RefusalsSha256 = refusals,
        Found = counts.Found,
    };

    /// <summary>More than an office looks through on a page.</summary>
    private const int MaxAbsences = 1_000;

    /// <summary>The report with what a person looks at before he lets the file in: the first rows that change, and what the register has and the file has not.</summary>
    public async Task<ImportReport> PreviewAsync(ImportReport report, int rows, CancellationToken cancellationToken)
    {
        var absent = form.Keys.Count == 1 ? await stage.AbsentAsync(form[form.Name], MaxAbsences, cancellationToken) : null;
        return report with { Changes = await SampleAsync(rows, cancellationToken), Absent = absent?.Count, Absences = absent?.First ?? [] };
    }

    private async Task<IReadOnlyList<RowChange>> SampleAsync(int rows, CancellationToken cancellationToken)
    {
        var name = _present.FindIndex(c => c.Header == form.Name);
        return [.. (await stage.SampleAsync(rows, rows / 5, cancellationToken)).Select(s => new RowChange(s.Row, s.Key, name < 0 ? s.Key : s.New[name], s.Old.Count == 0,
            s.Old.Count == 0 ? [] : [.. _present.Select((c, i) => (Column: c, Old: s.Old[i], New: s.New[i])).Where(f => f.Old != f.New).Select(f => new FieldChange(f.Column.Header, Masked(f.Column, f.Old), Masked(f.Column, f.New)))], s.IsFound))];
    }

    /// <summary>The preview is kept with the import.</summary>
    private string Masked(Column column, string cell) => column.IsPersonal ? Publications.Mask.IdNumber(seal.Plain(column, cell)) : cell;

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

    /// <summary>The report is kept with the import: what is sealed in the register is not written out there.</summary>
    private static string Shown(Column column, ReadOnlySpan<byte> cell) => column.IsPersonal ? Publications.Mask.IdNumber(Shown(cell)) : Shown(cell);

    private static string Shown(ReadOnlySpan<byte> cell)
    {
        var text = Encoding.UTF8.GetString(cell.Length > 400 ? cell[..400] : cell);
        return text.Length > 60 ? text[..60] + "…" : text;
    }

    private static ImportError Error(int line, string column, string code, params object[] arguments)
        => new(line, column, code, Texts.Of($"imports.{code}", [line, column, .. arguments]));
}
