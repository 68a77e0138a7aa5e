using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Evidence;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Imports;

/// <summary>导入: takes a file into a register. A row is applied whole or not at all; a fault of the file leaves the register as it was.</summary>
/// <param name="Content">Seekable: it is looked at before it is read.</param>
/// <param name="FileName">As the person's file was called.</param>
/// <param name="FileSha256">Where the file is kept, when it is.</param>
public sealed record ImportFile(string Kind, Stream Content, bool DryRun = false, string? FileName = null, string? FileSha256 = null, IProgress<ImportProgress>? Progress = null);

/// <summary>A dry run may run outside a unit of work; it writes nothing but the refusal file.</summary>
public sealed class ImportFileHandler(DbContext db, IAuditTrail audit, IImportStage stage, EvidenceStore store, LoadCalendarYearHandler calendars, PersonalSeal seal)
{
    public const string Calendar = "calendar";

    private const int SampleRows = 50;

    public static string Kinds => string.Join(' ', RegisterForms.All.Select(f => f.Kind).Append(OrganisationFile.Kind).Append(Calendar));

    public async Task<Result<ImportReport>> HandleAsync(ImportFile command, ChangeContext change, CancellationToken cancellationToken)
    {
        var form = RegisterForms.Find(command.Kind);
        var rights = form is null ? change.By.IsSystem || change.By.Is(Roles.Planner) ? RegisterRights.All : RegisterRights.None : await RegisterRights.OfAsync(db, change.By, form, cancellationToken);
        if (!rights.MayChange) return Refusal.Forbidden("imports.not-your-role");
        if (command.Kind == Calendar) return await LoadCalendarAsync(command, change, cancellationToken);
        if (command.Kind == OrganisationFile.Kind)
        {
            using var text = await TextOf.ReaderAsync(command.Content, cancellationToken);
            var office = await OrganisationFile.ImportAsync(db, text, command.DryRun, cancellationToken);
            if (!command.DryRun && office.Added + office.Updated > 0) audit.Record(change, $"register/{command.Kind}", $"导入{OrganisationFile.Title}", OrganisationFile.Title);
            return office;
        }
        if (form is null) return Refusal.Invalid("imports.unknown-kind", "kind", command.Kind, Kinds);

        await using (stage)
        {
            var run = new ImportRun(form, stage, command, change.On, seal, change.By.IsSystem, rights);
            try
            {
                await run.ReadAsync(db, cancellationToken);
                if (run.Fault is { } faults) return new ImportReport(0, 0, 0, 0, 0, faults);
                var counts = await run.CompareAsync(cancellationToken);
                var refusals = await run.RefusalsAsync(store, Ids.New(change), cancellationToken);
                var report = run.Report(counts, refusals);
                if (command.DryRun) return await run.PreviewAsync(report, SampleRows, cancellationToken);
                if (counts.Added + counts.Changed > 0)
                {
                    var (id, transfer) = (Ids.New(change), Ids.New(change));
                    await stage.ApplyAsync(id, transfer, change.At, cancellationToken);
                    // Rows that another section gets are a change of their own, as they are on a page.
                    if (counts.Transferred > 0) Record(form, "移交", 0, counts.Transferred, transfer, command, change);
                    if (counts.Added + counts.Changed > counts.Transferred) Record(form, "导入", counts.Added, counts.Changed - counts.Transferred, id, command, change);
                    audit.Record(change, $"register/{form.Kind}", $"导入{form.Title}", form.Title,
                        new JsonObject { ["change"] = id.ToString(), ["read"] = report.Read, ["added"] = report.Added, ["updated"] = report.Updated, ["transferred"] = counts.Transferred, ["unchanged"] = report.Unchanged, ["refused"] = report.Refused, ["file"] = command.FileSha256 });
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

    private void Record(RegisterForm form, string act, int added, int updated, Guid id, ImportFile command, ChangeContext change)
        => db.Add(new RegisterChange
        {
            Id = id,
            Kind = form.Kind,
            At = change.At,
            ById = change.By.Id,
            ByName = change.By.Name,
            Act = act,
            Reason = change.Reason,
            FileName = command.FileName is { Length: > 200 } name ? name[^200..] : command.FileName,
            FileSha256 = command.FileSha256,
            Added = added,
            Updated = updated,
        });

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
}

public static class ImportLimits
{
    /// <summary>A national register of several million rows.</summary>
    public const long MaxFile = 4L * 1024 * 1024 * 1024;

    /// <summary>The same with its seal.</summary>
    public const long MaxKept = MaxFile + MaxFile / 1024;
}
