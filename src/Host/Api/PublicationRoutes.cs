using DoubleRandom.Inspections.Publications;
using DoubleRandom.Workflows.Publications;

namespace DoubleRandom.Host.Api;

/// <param name="Ground">处罚决定被变更、处罚决定被撤销、处罚决定被确认违法、处罚决定被确认无效 or 公示内容有误.</param>
/// <param name="GroundOn">The day of the decision, or on which the mistake was found.</param>
internal sealed record WithdrawalBody(string? Ground, DateOnly GroundOn, string? Document);

internal static class PublicationRoutes
{
    public static void MapPublications(this IEndpointRouteBuilder api)
        => api.MapPost("/publications/{id:guid}/withdrawal", ProposeAsync).WithSummary("提请撤回公示；由分管副局长决定，法定情形三个工作日");

    private static Task<IResult> ProposeAsync(Guid id, WithdrawalBody body, HttpContext http)
        => ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<StartWithdrawalHandler>().HandleAsync(new ProposeWithdrawal(id, body.Ground ?? "", body.GroundOn, body.Document ?? ""), change, ct), w => w);
}
