using DoubleRandom.Basics;
using DoubleRandom.Host.Data;
using DoubleRandom.Host.Outgoing;
using DoubleRandom.Host.Web;
using DoubleRandom.Inspections.People;
using DoubleRandom.Workflows.Definitions;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Api;

internal sealed record DefinitionView(string DefinitionId, string Name, int Version, bool IsPublished, bool IsLatest, string Origin, string Hash, DateTime CreatedAt, string CreatedByName);

internal sealed record FailedMessageView(Guid Id, string Kind, string DedupeKey, int Attempts, DateTime FailedAt, string? LastError);

/// <param name="Reason">What the bounce says.</param>
internal sealed record BounceBody(string? Reason);

internal static class OfficeRoutes
{
    private const int Max = 200;

    public static void MapOffice(this IEndpointRouteBuilder api)
    {
        api.MapGet("/definitions", DefinitionsAsync).WithSummary("流程定义的全部版本");
        api.MapGet("/outbox/failed", FailedAsync).WithSummary("没有发出去的消息（系统管理员）");
        api.MapPost("/outbox/{id:guid}/resend", ResendAsync).WithSummary("重发（系统管理员）");
        api.MapPost("/outbox/{id:guid}/bounce", BounceAsync).WithSummary("登记退信（系统管理员、督办员）：编号是邮件 Message-ID 中 @ 以前的部分");
    }

    private static async Task<IReadOnlyList<DefinitionView>> DefinitionsAsync(HttpContext http, DbContext db)
        => await db.Set<DefinitionVersion>().AsNoTracking().OrderBy(v => v.DefinitionId).ThenByDescending(v => v.Version)
            .Select(v => new DefinitionView(v.DefinitionId, v.Name, v.Version, v.IsPublished, v.IsLatest, v.Origin, v.Hash, v.CreatedAt, v.CreatedByName)).ToListAsync(http.RequestAborted);

    private static async Task<IResult> FailedAsync(HttpContext http, DbContext db)
    {
        if (!ApiServices.Actor(http).Is(Roles.Admin)) return Refusal.Forbidden("outbox.not-admin").ToProblem();
        return Results.Ok(await db.Set<OutboxMessage>().AsNoTracking().Where(m => m.FailedAt != null).OrderByDescending(m => m.FailedAt).Take(Max)
            .Select(m => new FailedMessageView(m.Id, m.Kind, m.DedupeKey, m.Attempts, m.FailedAt!.Value, m.LastError)).ToListAsync(http.RequestAborted));
    }

    private static Task<IResult> BounceAsync(Guid id, BounceBody body, HttpContext http)
        => ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<ReportBounceHandler>().HandleAsync(new ReportBounce(id, body.Reason ?? ""), change, ct), m => new { m.Id });

    private static Task<IResult> ResendAsync(Guid id, HttpContext http)
        => ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<ResendMessageHandler>().HandleAsync(new ResendMessage(id), change, ct), m => new { m.Id });
}
