using DoubleRandom.Basics;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Host.Web;
using DoubleRandom.Inspections.Evidence;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Registers;

/// <summary>A file between two steps: it goes with its stream.</summary>
internal static class TemporaryFile
{
    public static FileStream Open() => new(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 64 * 1024, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
}

/// <summary>What the register pages give to download. Registers hold personal data: who may write entries may read them whole.</summary>
internal static class RegisterFiles
{
    public static void MapRegisterFiles(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/registers/codes/find", FindCodesAsync).RequireAuthorization().ExcludeFromDescription();
        routes.MapGet("/registers/{kind}/export.{format}", ExportAsync).RequireAuthorization().ExcludeFromDescription();
        routes.MapGet("/registers/{kind}/template.{format}", Template).RequireAuthorization().ExcludeFromDescription();
        routes.MapGet("/registers/filings/{id:guid}.csv", FilingAsync).RequireAuthorization().ExcludeFromDescription();
        routes.MapGet("/registers/imports/{id:guid}/refusals.{format}", RefusalsAsync).RequireAuthorization().ExcludeFromDescription();
    }

    public static IResult Download(Stream stream, string format, string name)
        => Results.File(stream, format == RowSink.Xlsx ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" : "text/csv; charset=utf-8", $"{name}.{format}");

    /// <summary>What a field that takes a code offers while a person types.</summary>
    private static async Task<IResult> FindCodesAsync(string? table, string? q, RegisterQueries registers, CancellationToken cancellationToken)
        => table is { Length: > 0 and <= 40 } && q?.Trim() is { Length: > 0 and <= 40 } text ? Results.Json(await registers.FindCodesAsync(table, text, cancellationToken)) : Results.Json(Array.Empty<FoundCode>());

    private static async Task<IResult> ExportAsync(string kind, string format, DateOnly? at, CurrentActor current, ExportRegister export, RegisterQueries registers, CancellationToken cancellationToken)
    {
        if (current.Actor is not { } actor || await registers.RightsAsync(kind, actor, cancellationToken) is not { MayChange: true } rights) return Results.StatusCode(StatusCodes.Status403Forbidden);
        if (format is not (RowSink.Csv or RowSink.Xlsx)) return Results.NotFound();
        return await SendAsync(file => export.WriteAsync(kind, file, format, mark: true, cancellationToken, at, rights.Owners), format, (RegisterForms.Find(kind)?.Title ?? kind) + at?.ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture));
    }

    private static Task<IResult> Template(string kind, string format, CancellationToken cancellationToken)
        => format is RowSink.Csv or RowSink.Xlsx
            ? SendAsync(file => Task.FromResult(ExportRegister.WriteTemplate(kind, file, format)), format, $"{RegisterForms.Find(kind)?.Title}模板")
            : Task.FromResult(Results.NotFound());

    /// <summary>The refused rows as they came, with the reason: put right, the file can be imported as it is.</summary>
    private static async Task<IResult> RefusalsAsync(Guid id, string format, CurrentActor current, RegisterQueries registers, EvidenceStore store, PersonalSeal seal, CancellationToken cancellationToken)
    {
        if (current.Actor is not { } actor || await registers.ImportAsync(id, actor, cancellationToken) is not { RefusalsSha256: { } kept } job || seal.OpenFile(store.Open(kept)) is not { } stream) return Results.NotFound();
        var name = $"{RegisterForms.Find(job.Kind)?.Title}不合格行";
        if (format == RowSink.Csv) return Download(stream, format, name);
        await using (stream)
        {
            return format == RowSink.Xlsx ? await SendAsync(file =>
            {
                RefusalFile.ToSpreadsheet(stream, file);
                return Task.FromResult<Refusal?>(null);
            }, format, name) : Results.NotFound();
        }
    }

    /// <summary>What the upper body was sent.</summary>
    private static async Task<IResult> FilingAsync(Guid id, CurrentActor current, DbContext db, EvidenceStore store, PersonalSeal seal, CancellationToken cancellationToken)
    {
        if (current.Actor is not { } actor || !RegisterQueries.KeepsRegisters(actor)) return Results.StatusCode(StatusCodes.Status403Forbidden);
        return await db.Set<RegisterFiling>().AsNoTracking().SingleOrDefaultAsync(f => f.Id == id, cancellationToken) is { } filing && seal.OpenFile(store.Open(filing.FileSha256)) is { } stream
            ? Download(stream, RowSink.Csv, $"{RegisterForms.Find(filing.Kind)?.Title}变更报备")
            : Results.NotFound();
    }

    private static async Task<IResult> SendAsync(Func<Stream, Task<Refusal?>> write, string format, string name)
    {
        var file = TemporaryFile.Open();
        if (await write(file) is { } refusal)
        {
            await file.DisposeAsync();
            return refusal.ToProblem();
        }
        file.Position = 0;
        return Download(file, format, name);
    }
}
