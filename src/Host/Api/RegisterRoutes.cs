using System.Text;
using DoubleRandom.Basics;
using DoubleRandom.Host.Web;
using DoubleRandom.Inspections.Imports;

namespace DoubleRandom.Host.Api;

internal static class RegisterRoutes
{
    /// <summary>A national register of a million rows is some hundred megabytes; an office's file is far smaller.</summary>
    private const int MaxBytes = 64 * 1024 * 1024;

    public static void MapRegisters(this IEndpointRouteBuilder api)
    {
        api.MapPost("/registers/{kind}/import", ImportAsync).Accepts<byte[]>(isOptional: true, "application/octet-stream", "text/csv", "application/json", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet").WithMetadata(new SizeLimit(MaxBytes))
            .WithSummary("导入：正文就是文件；dryRun=true 只试不写");
        api.MapGet("/registers/{kind}", ExportAsync).WithSummary("导出，与导入同一格式");
    }

    private static async Task<IResult> ImportAsync(string kind, HttpContext http, bool dryRun = false)
    {
        // Read whole first: a cut connection must leave the register as it was, and a unit of work may run twice.
        using var file = new MemoryStream();
        await http.Request.Body.CopyToAsync(file, http.RequestAborted);
        return await ApiServices.RunAsync(http, (s, change, ct) =>
        {
            file.Position = 0;
            return s.GetRequiredService<ImportFileHandler>().HandleAsync(new ImportFile(kind, file, dryRun), change, ct);
        }, report => report, "接口导入");
    }

    private static async Task<IResult> ExportAsync(string kind, HttpContext http, ImportFileHandler handler)
    {
        // The registers hold personal data: who may write them may read them whole.
        if (!ApiServices.Actor(http).IsAny(Inspections.People.Roles.Planner, Inspections.People.Roles.Admin)) return Refusal.Forbidden("imports.not-your-role").ToProblem();
        using var text = new StringWriter();
        if (await handler.ExportAsync(kind, text, http.RequestAborted) is { } refusal) return refusal.ToProblem();
        return Results.File(Encoding.UTF8.GetBytes(text.ToString()), "text/csv; charset=utf-8", $"{kind}.csv");
    }

    private sealed class SizeLimit(long bytes) : Microsoft.AspNetCore.Http.Metadata.IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => bytes;
    }
}
