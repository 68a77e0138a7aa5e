using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Imports;

public enum ImportJobStatus
{
    /// <summary>等待: its turn comes; imports run one after another.</summary>
    Waiting,

    /// <summary>进行中; one found so after a restart starts over, for nothing of it was written.</summary>
    Running,

    /// <summary>已预览: a person looks at what would change.</summary>
    Previewed,

    Done,

    /// <summary>The file as a whole was refused; the register is as it was.</summary>
    Failed,

    Cancelled,
}

/// <summary>导入任务: a file that was handed in, what it would do and what it did. The file lies in the store, sealed, by the hash of that.</summary>
public sealed class ImportJob
{
    public const int FileNameMaxLength = 200;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public Guid Id { get; set; }

    /// <summary>As files are imported: <c>inspectees</c>, <c>officers</c> …</summary>
    public required string Kind { get; set; }

    public required string FileName { get; set; }

    public required string FileSha256 { get; set; }

    /// <summary>Bytes, as the person handed it in.</summary>
    public long Size { get; set; }

    public ImportJobStatus Status { get; set; }

    /// <summary>Whether the next run writes; before it, one only looks.</summary>
    public bool IsConfirmed { get; set; }

    public Guid ById { get; set; }

    public required string ByName { get; set; }

    /// <summary>Why the register is changed, in the person's words.</summary>
    public string? Reason { get; set; }

    public DateTime RequestedAt { get; set; }

    public DateTime? FinishedAt { get; set; }

    /// <summary>Runs that were begun and not ended.</summary>
    public int Attempts { get; set; }

    public string? ReportJson { get; set; }

    public string? RefusalsSha256 { get; set; }

    /// <summary>Why it failed.</summary>
    public string? Fault { get; set; }

    public ImportJobReport? Report => ReportJson is null ? null : JsonSerializer.Deserialize<ImportJobReport>(ReportJson, Json);

    public bool IsOpen => Status is ImportJobStatus.Waiting or ImportJobStatus.Running;

    /// <summary>What a run came to.</summary>
    public void Take(ImportReport report, ChangeContext change)
    {
        ReportJson = JsonSerializer.Serialize(ImportJobReport.Of(report), Json);
        RefusalsSha256 = report.RefusalsSha256;
        Attempts = 0;
        if (report.IsFault) Fail(string.Join('；', report.Errors.Take(10).Select(e => e.Message)), change);
        else if (IsConfirmed) (Status, FinishedAt) = (ImportJobStatus.Done, change.At);
        else Status = ImportJobStatus.Previewed;
    }

    public void Fail(string why, ChangeContext change) => (Status, Fault, FinishedAt) = (ImportJobStatus.Failed, why.Length > 2000 ? why[..2000] : why, change.At);
}

/// <summary>The report as the job keeps it: as much of it as a page shows.</summary>
public sealed record ImportJobReport(
    int Read, int Added, int Updated, int Unchanged, int Refused, IReadOnlyList<ImportError> Errors, IReadOnlyList<RowChange> Changes, IReadOnlyList<string> UnknownColumns, IReadOnlyList<string> MissingColumns,
    int Found = 0, int? Absent = null, IReadOnlyList<StagedAbsence>? Absences = null)
{
    private const int MaxErrors = 100;

    public static ImportJobReport Of(ImportReport r) => new(r.Read, r.Added, r.Updated, r.Unchanged, r.Refused, [.. r.Errors.Take(MaxErrors)], r.Changes, r.UnknownColumns, r.MissingColumns, r.Found, r.Absent, r.Absences);
}

internal sealed class ImportJobMapping : IEntityTypeConfiguration<ImportJob>
{
    public void Configure(EntityTypeBuilder<ImportJob> builder)
    {
        builder.ToTable("import_jobs");
        builder.Ignore(j => j.Report);
        builder.Ignore(j => j.IsOpen);
        builder.Property(j => j.Id).ValueGeneratedNever();
        builder.HasIndex(j => new { j.Status, j.RequestedAt });
        builder.Property(j => j.Kind).HasMaxLength(20);
        builder.Property(j => j.FileName).HasMaxLength(ImportJob.FileNameMaxLength);
        builder.Property(j => j.FileSha256).HasMaxLength(64);
        builder.Property(j => j.ByName).HasMaxLength(60);
        builder.Property(j => j.Reason).HasMaxLength(400);
        builder.Property(j => j.RefusalsSha256).HasMaxLength(64);
        builder.Property(j => j.Fault).HasMaxLength(2000);
    }
}

/// <summary>A file is handed in: it is looked at next.</summary>
public sealed record RequestImport(string Kind, string FileName, string FileSha256, long Size);

public sealed class RequestImportHandler(DbContext db)
{
    public async Task<Result<ImportJob>> HandleAsync(RequestImport command, ChangeContext change, CancellationToken cancellationToken)
    {
        var rights = RegisterForms.Find(command.Kind) is { } form ? await RegisterRights.OfAsync(db, change.By, form, cancellationToken) : change.By.Is(Roles.Planner) ? RegisterRights.All : RegisterRights.None;
        if (!rights.MayChange) return Refusal.Forbidden("imports.not-your-role");
        if (RegisterFields.Kinds.All(k => k.Kind != command.Kind)) return Refusal.Invalid("imports.unknown-kind", "kind", command.Kind, ImportFileHandler.Kinds);
        // The same form handed in twice is one job.
        if (await db.Set<ImportJob>().FindAsync([change.OperationId], cancellationToken) is { } known) return known;
        var job = new ImportJob
        {
            Id = change.OperationId == default ? Ids.New(change) : change.OperationId,
            Kind = command.Kind,
            FileName = command.FileName.Length > ImportJob.FileNameMaxLength ? command.FileName[^ImportJob.FileNameMaxLength..] : command.FileName,
            FileSha256 = command.FileSha256,
            Size = command.Size,
            Status = ImportJobStatus.Waiting,
            ById = change.By.Id,
            ByName = change.By.Name,
            RequestedAt = change.At,
        };
        db.Add(job);
        return job;
    }
}

/// <summary>确认或放弃: what was previewed is written, or nothing is.</summary>
public sealed record DecideImport(Guid JobId, bool IsConfirmed, string? Reason = null);

public sealed class DecideImportHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<ImportJob>> HandleAsync(DecideImport command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.IsAny(Roles.Planner, Roles.Registrar, Roles.SectionHead)) return Refusal.Forbidden("imports.not-your-role");
        if (await db.Set<ImportJob>().FindAsync([command.JobId], cancellationToken) is not { } job) return Refusal.NotFound("imports.no-job");
        if (!await ImportRights.MayReadAsync(db, change.By, job, cancellationToken)) return Refusal.Forbidden("imports.not-your-import");
        if (command.Reason is { Length: > 400 }) return Refusal.Invalid("imports.reason-too-long", "reason", 400);
        if (job.Status is not ImportJobStatus.Previewed) return job.IsConfirmed && command.IsConfirmed ? job : Refusal.Conflict("imports.not-previewed", job.FileName);
        if (command.IsConfirmed)
        {
            (job.IsConfirmed, job.Status, job.Reason) = (true, ImportJobStatus.Waiting, string.IsNullOrWhiteSpace(command.Reason) ? null : command.Reason.Trim());
        }
        else
        {
            (job.Status, job.FinishedAt) = (ImportJobStatus.Cancelled, change.At);
        }
        audit.Record(change, $"register/{job.Kind}", command.IsConfirmed ? "确认导入" : "放弃导入", job.FileName, new JsonObject { ["job"] = job.Id.ToString(), ["file"] = job.FileSha256 });
        return job;
    }
}

/// <summary>The refusal file as a spreadsheet.</summary>
public static class RefusalFile
{
    public static void ToSpreadsheet(Stream csv, Stream xlsx)
    {
        using var source = new CsvSource(csv);
        using var sink = RowSink.Open(RowSink.Xlsx, xlsx);
        sink.WriteRow(source.Headers);
        while (source.Read())
        {
            for (var i = 0; i < source.FieldCount; i++) sink.Write(System.Text.Encoding.UTF8.GetString(Cells.Plain(source.Field(i))));
            sink.EndRow();
        }
    }
}
