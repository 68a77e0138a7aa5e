using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Imports;

/// <summary>导出: writes a register in the form it is imported in, row by row in the order of its keys; importing an export changes nothing.</summary>
public sealed class ExportRegister(DbContext db, CalendarSource calendar)
{
    /// <param name="format"><see cref="RowSink.Csv"/> or <see cref="RowSink.Xlsx"/>; the calendar and the office's own file have one form only.</param>
    /// <param name="mark">Whether CSV begins with a byte order mark, which spreadsheets need.</param>
    public async Task<Refusal?> WriteAsync(string kind, Stream stream, string format, bool mark, CancellationToken cancellationToken)
    {
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
        await foreach (var row in Rows(form).WithCancellation(cancellationToken)) sink.WriteRow(form.All.Select(c => c.TextOf(row)));
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

    private IAsyncEnumerable<IRegisterEntry> Rows(RegisterForm form) => form.Kind switch
    {
        "inspectees" => db.Set<Inspectee>().AsNoTracking().OrderBy(r => r.Number).AsAsyncEnumerable(),
        "officers" => db.Set<Officer>().AsNoTracking().OrderBy(r => r.Number).AsAsyncEnumerable(),
        "experts" => db.Set<Expert>().AsNoTracking().OrderBy(r => r.Number).AsAsyncEnumerable(),
        "relations" => db.Set<Relation>().AsNoTracking().OrderBy(r => r.Number).AsAsyncEnumerable(),
        "leave" => db.Set<LeavePeriod>().AsNoTracking().OrderBy(r => r.Number).AsAsyncEnumerable(),
        "items" => db.Set<Items.InspectionItem>().AsNoTracking().OrderBy(r => r.Code).ThenBy(r => r.Version).AsAsyncEnumerable(),
        "checklists" => db.Set<Items.ChecklistEntry>().AsNoTracking().OrderBy(r => r.EntryCode).AsAsyncEnumerable(),
        "codes" => db.Set<CodeEntry>().AsNoTracking().OrderBy(r => r.TableName).ThenBy(r => r.Code).AsAsyncEnumerable(),
        "plan" => db.Set<Planning.PlanLine>().AsNoTracking().OrderBy(r => r.PlanNo).ThenBy(r => r.LineNo).AsAsyncEnumerable(),
        _ => db.Set<Planning.Demand>().AsNoTracking().OrderBy(r => r.Number).AsAsyncEnumerable(),
    };
}
