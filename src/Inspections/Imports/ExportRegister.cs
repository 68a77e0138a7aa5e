using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Imports;

/// <summary>导出: writes a register in the form it is imported in, row by row in the order of its keys; importing an export changes nothing.</summary>
public sealed class ExportRegister(DbContext db, CalendarSource calendar, TimeProvider time, RegisterAsOf then)
{
    /// <param name="format"><see cref="RowSink.Csv"/> or <see cref="RowSink.Xlsx"/>; the calendar and the office's own file have one form only.</param>
    /// <param name="mark">Whether CSV begins with a byte order mark, which spreadsheets need.</param>
    /// <param name="on">The register as it stood at the end of that day; null: now. The calendar and the office's own file are of now only.</param>
    /// <param name="owners">Entries of these sections only, as they belong now; null: all. Registers that no section owns are written whole.</param>
    public async Task<Refusal?> WriteAsync(string kind, Stream stream, string format, bool mark, CancellationToken cancellationToken, DateOnly? on = null, IReadOnlyList<string>? owners = null)
    {
        if (on > time.Today) return Refusal.Invalid("registers.day-to-come", "at", on.Value);
        if (on is not null && RegisterForms.Find(kind) is null) return Refusal.Invalid("registers.no-versions", "at");
        if (kind is ImportFileHandler.Calendar or OrganisationFile.Kind)
        {
            await using var writer = new StreamWriter(stream, leaveOpen: true);
            if (kind == OrganisationFile.Kind) await OrganisationFile.ExportAsync(db, writer, cancellationToken);
            else await CalendarCsv.WriteAsync(await calendar.YearsAsync(cancellationToken), writer);
            return null;
        }
        if (RegisterForms.Find(kind) is not { } form) return Refusal.Invalid("imports.unknown-kind", "kind", kind, ImportFileHandler.Kinds);
        using var sink = format == RowSink.Xlsx ? RowSink.Open(format, stream, form) : new CsvSink(stream, mark);
        sink.WriteRow(form.All.Select(c => c.Header));
        await foreach (var cells in Rows(form, on, unfiledOnly: false, owners, (_, cells) => cells).WithCancellation(cancellationToken)) sink.WriteRow(cells);
        return null;
    }

    /// <summary>The empty file of a register: its headers, and in a spreadsheet the choices and an explanation.</summary>
    public static Refusal? WriteTemplate(string kind, Stream stream, string format)
    {
        if (RegisterForms.Find(kind) is not { } form) return Refusal.Invalid("imports.unknown-kind", "kind", kind, ImportFileHandler.Kinds);
        using var sink = RowSink.Open(format, stream, form, guide: true);
        sink.WriteRow(form.All.Select(c => c.Header));
        return null;
    }

    /// <summary>Entries whose latest change was not filed yet, as they are now, with who changed them, when and why.</summary>
    /// <returns>How many.</returns>
    public async Task<int> WriteUnfiledAsync(RegisterForm form, Stream stream, CancellationToken cancellationToken)
    {
        var changes = await db.Set<RegisterChange>().AsNoTracking().Unfiled().Where(c => c.Kind == form.Kind).ToDictionaryAsync(c => c.Id, cancellationToken);
        using var sink = new CsvSink(stream);
        sink.WriteRow([.. form.All.Select(c => c.Header), "变更方式", "变更时间", "经手人", "变更原因"]);
        var count = 0;
        await foreach (var (id, cells) in Rows(form, null, unfiledOnly: true, null, (row, cells) => (row.ChangeId!.Value, cells)).WithCancellation(cancellationToken))
        {
            var change = changes[id];
            sink.WriteRow([.. cells, change.Act, time.DateOf(change.At).Iso(), change.ByName, change.Reason ?? ""]);
            count++;
        }
        return count;
    }

    private IAsyncEnumerable<TRow> Rows<TRow>(RegisterForm form, DateOnly? on, bool unfiledOnly, IReadOnlyList<string>? owners, Func<IRegisterEntry, IEnumerable<string>, TRow> make)
    {
        return form.Kind switch
        {
            "inspectees" => Then(Of<Inspectee>(unfiledOnly).Where(r => owners == null || owners.Contains(r.OwnerSection!)).OrderBy(r => r.Number)),
            "officers" => Then(Of<Officer>(unfiledOnly).OrderBy(r => r.Number)),
            "experts" => Then(Of<Expert>(unfiledOnly).OrderBy(r => r.Number)),
            "relations" => Then(Of<Relation>(unfiledOnly).OrderBy(r => r.Number)),
            "leave" => Then(Of<LeavePeriod>(unfiledOnly).OrderBy(r => r.Number)),
            "items" => Then(Of<Items.InspectionItem>(unfiledOnly).Where(r => owners == null || owners.Contains(r.OwnerSection!)).OrderBy(r => r.Code).ThenBy(r => r.Version)),
            "checklists" => Then(Of<Items.ChecklistEntry>(unfiledOnly).OrderBy(r => r.EntryCode)),
            "codes" => Then(Of<CodeEntry>(unfiledOnly).OrderBy(r => r.TableName).ThenBy(r => r.Code)),
            "plan" => Then(Of<Planning.PlanLine>(unfiledOnly).OrderBy(r => r.PlanNo).ThenBy(r => r.LineNo)),
            "upper-tasks" => Then(Of<Planning.UpperTask>(unfiledOnly).OrderBy(r => r.Number)),
            _ => Then(Of<Planning.Demand>(unfiledOnly).OrderBy(r => r.Number)),
        };

        async IAsyncEnumerable<TRow> Then<T>(IQueryable<T> rows) where T : class, IRegisterEntry
        {
            await foreach (var entry in then.Of(rows, form, on).AsAsyncEnumerable()) yield return make(entry.Row, then.Cells(form, entry));
        }
    }

    private IQueryable<T> Of<T>(bool unfiledOnly) where T : class, IRegisterEntry
    {
        var rows = db.Set<T>().AsNoTracking();
        if (!unfiledOnly) return rows;
        var open = db.Set<RegisterChange>().Unfiled().Select(c => (Guid?)c.Id);
        return rows.Where(r => r.ChangeId != null && open.Contains(r.ChangeId));
    }
}
