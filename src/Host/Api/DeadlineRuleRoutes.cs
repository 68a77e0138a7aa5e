using DoubleRandom.Basics;
using DoubleRandom.Host.Web;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Deadlines;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Api;

/// <param name="Amount">In the unit; null when the last day is fixed or named by a document.</param>
internal sealed record DeadlineRuleBody(
    string? Key, string? Profile, DateOnly EffectiveFrom, int? Amount, DeadlineUnit Unit, DeadlineDirection Direction, bool Rollover, bool Window,
    string? Citation, IReadOnlyList<DeadlineRung>? Rungs, string? Reason, string? MonthDay, ExtensionTerms? Extension, IReadOnlyList<string>? Pauses);

internal sealed record DecisionBody(bool Agrees, string? Opinion);

internal sealed record ProposedRuleView(Guid Id, string Key, string Profile, DateOnly EffectiveFrom, DeadlineRuleStatus Status, string ProposedByName, string? DecidedByName, string? Opinion);

internal sealed record ProfileBody(string? Profile, DateOnly EffectiveFrom, RunningClocks Running, string? Document, string? Reason);

internal sealed record ProfileChangeView(
    Guid Id, string Before, string Profile, DateOnly EffectiveFrom, RunningClocks Running, string Document, DeadlineRuleStatus Status, string ProposedByName, string? DecidedByName, string? Opinion, DateTime? AppliedAt, int Moved);

/// <param name="Current">What the office goes by today.</param>
internal sealed record OfficeProfileView(string Current, IReadOnlyList<ProfileChangeView> Changes);

internal static class DeadlineRuleRoutes
{
    private const int Max = 200;

    public static void MapDeadlineRules(this IEndpointRouteBuilder api)
    {
        api.MapGet("/deadline-rules", ListAsync).WithSummary("时限规则，含各时期的");
        api.MapGet("/deadline-rules/proposals", ProposalsAsync).WithSummary("规则的修改及其批准情况，新的在前");
        api.MapPost("/deadline-rules/try", TryAsync).WithSummary("试算：给出修改后的算例，不提出");
        api.MapPost("/deadline-rules/proposals", ProposeAsync).WithSummary("提出修改，由另一人批准");
        api.MapPost("/deadline-rules/proposals/{id:guid}/decide", DecideAsync).WithSummary("批准或退回他人提出的修改");
        api.MapGet("/deadline-profile", ProfileAsync).WithSummary("本单位的执法领域及其变更，新的在前");
        api.MapPost("/deadline-profile/proposals", ProposeProfileAsync).WithSummary("提出变更执法领域，由另一人批准");
        api.MapPost("/deadline-profile/proposals/{id:guid}/decide", DecideProfileAsync).WithSummary("批准或退回他人提出的变更");
    }

    private static async Task<IReadOnlyList<DeadlineRule>> ListAsync(HttpContext http, DeadlineRuleSource rules, string? key = null)
        => [.. (await rules.CurrentAsync(http.RequestAborted)).All.Where(r => key is null || r.Key == key)];

    private static async Task<IReadOnlyList<ProposedRuleView>> ProposalsAsync(HttpContext http, DbContext db)
        => [.. (await db.Set<DeadlineRuleVersion>().AsNoTracking().OrderByDescending(r => r.ProposedAt).ThenBy(r => r.Id).Take(Max).ToListAsync(http.RequestAborted)).Select(View)];

    private static async Task<IResult> TryAsync(DeadlineRuleBody body, HttpContext http, CalendarSource calendars, TimeProvider time)
    {
        var command = Command(body);
        if (DeadlineRules.Embedded.All.FirstOrDefault(r => r.Key == command.Key) is not { } rule) return Refusal.Invalid("deadline-rules.unknown-key", "Key", command.Key).ToProblem();
        if (ProposeDeadlineRuleHandler.CheckTerms(command) is { } wrong) return wrong.ToProblem();
        var tried = rule with { Amount = command.Amount, Unit = command.Unit, Direction = command.Direction, Rollover = command.Rollover, MonthDay = command.MonthDay, Extension = command.Extension is { Times: > 0 } ? command.Extension : null, Pauses = command.Pauses ?? rule.Pauses };
        return Results.Ok(DeadlineExamples.Of(tried, await calendars.CurrentAsync(http.RequestAborted), time.Today));
    }

    private static Task<IResult> ProposeAsync(DeadlineRuleBody body, HttpContext http)
        => ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<ProposeDeadlineRuleHandler>().HandleAsync(Command(body), change, ct), View);

    private static Task<IResult> DecideAsync(Guid id, DecisionBody body, HttpContext http)
        => ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<DecideDeadlineRuleHandler>().HandleAsync(new DecideDeadlineRule(id, body.Agrees, body.Opinion), change, ct), View);

    private static async Task<OfficeProfileView> ProfileAsync(HttpContext http, DbContext db, DeadlineProfiles profiles, TimeProvider time) => new(
        await profiles.OfficeAsync(time.Today, http.RequestAborted),
        [.. (await db.Set<ProfileChange>().AsNoTracking().OrderByDescending(c => c.ProposedAt).ThenBy(c => c.Id).Take(Max).ToListAsync(http.RequestAborted)).Select(View)]);

    private static Task<IResult> ProposeProfileAsync(ProfileBody body, HttpContext http)
        => ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<ProposeProfileHandler>().HandleAsync(
            new ProposeProfile(body.Profile ?? "", body.EffectiveFrom, body.Running, body.Document ?? "", body.Reason ?? ""), change, ct), View);

    private static Task<IResult> DecideProfileAsync(Guid id, DecisionBody body, HttpContext http)
        => ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<DecideProfileHandler>().HandleAsync(new DecideProfile(id, body.Agrees, body.Opinion), change, ct), View);

    private static ProfileChangeView View(ProfileChange c) => new(c.Id, c.Before, c.Profile, c.EffectiveFrom, c.Running, c.Document, c.Status, c.ProposedByName, c.DecidedByName, c.Opinion, c.AppliedAt, c.Moved);

    private static ProposeDeadlineRule Command(DeadlineRuleBody body) => new(
        body.Key ?? "", body.Profile ?? "*", body.EffectiveFrom, body.Amount, body.Unit, body.Direction, body.Rollover, body.Window, body.Citation ?? "", body.Rungs, body.Reason ?? "",
        string.IsNullOrWhiteSpace(body.MonthDay) ? null : body.MonthDay.Trim(), body.Extension, body.Pauses);

    private static ProposedRuleView View(DeadlineRuleVersion r) => new(r.Id, r.Key, r.Profile, r.EffectiveFrom, r.Status, r.ProposedByName, r.DecidedByName, r.Opinion);
}
