using DoubleRandom.Basics;
using DoubleRandom.Host.Pages.Registers;
using DoubleRandom.Host.Web;
using DoubleRandom.Inspections.Imports;

namespace DoubleRandom.Host.Api;

internal static class RegisterRoutes
{
    private const long MaxBytes = ImportLimits.MaxFile;

    public static void MapRegisters(this IEndpointRouteBuilder api)
    {
        api.MapPost("/registers/{kind}/import", ImportAsync).Accepts<byte[]>(isOptional: true, "application/octet-stream", "text/csv", "application/json", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet").WithMetadata(new SizeLimit(MaxBytes))
            .WithSummary("导入：正文就是文件；dryRun=true 只试不写");
        api.MapGet("/registers/{kind}", ExportAsync).WithSummary("导出，与导入同一格式；format=xlsx 为电子表格");
    }

    private static async Task<IResult> ImportAsync(string kind, HttpContext http, bool dryRun = false)
    {
        // Taken whole first: a cut connection must leave the register as it was, and a unit of work may run twice.
        await using var file = TemporaryFile.Open();
        await http.Request.Body.CopyToAsync(file, http.RequestAborted);
        return await ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<ImportFileHandler>().HandleAsync(new ImportFile(kind, file, dryRun), change, ct), report => report, "接口导入");
    }

    private static async Task<IResult> ExportAsync(string kind, HttpContext http, ExportRegister export, RegisterQueries registers, string format = RowSink.Csv, DateOnly? at = null)
    {
        // The registers hold personal data: who may write entries may read them whole.
        if (await registers.RightsAsync(kind, ApiServices.Actor(http), http.RequestAborted) is not { MayChange: true } rights) return Refusal.Forbidden("imports.not-your-role").ToProblem();
        var file = TemporaryFile.Open();
        if (await export.WriteAsync(kind, file, format, mark: false, http.RequestAborted, at, rights.Owners) is { } refusal)
        {
            await file.DisposeAsync();
            return refusal.ToProblem();
        }
        file.Position = 0;
        return RegisterFiles.Download(file, format, kind);
    }

    private sealed class SizeLimit(long bytes) : Microsoft.AspNetCore.Http.Metadata.IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => bytes;
    }
}
