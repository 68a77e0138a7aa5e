using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Dispatching;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.People;
using DoubleRandom.Workflows.Rectification;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Clock;

/// <summary>前进一天: the office opens on the next day of the demonstration.</summary>
public sealed record AdvanceDay;

public sealed class AdvanceDayHandler(DbContext db, DatabaseClock clock, IAuditTrail audit)
{
    private static readonly TimeOnly Opening = new(9, 0);

    /// <returns>The office's date after it.</returns>
    public async Task<Result<AdvancedDay>> HandleAsync(AdvanceDay command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.Is(Roles.Admin)) return Refusal.Forbidden("demo.not-admin");
        if (await db.Set<DemoClock>().SingleOrDefaultAsync(cancellationToken) is not { } row) return Refusal.Conflict("demo.not-demo");
        var next = clock.DateOf(row.OfficeAt).AddDays(1);
        clock.Move(row, clock.InstantOf(next, Opening));
        audit.Record(change, "office", "演示时间前进一天", next.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), new JsonObject());
        return new AdvancedDay(next);
    }
}

public sealed record AdvancedDay(DateOnly On);

internal static class AdvanceDayEndpoint
{
    /// <summary>The page's button: moves the clock, then does at once what the waker would do in its next rounds.</summary>
    public static void MapAdvanceDay(this IEndpointRouteBuilder routes)
        => routes.MapPost("/demo/advance", AdvanceAsync).RequireAuthorization().ExcludeFromDescription();

    private static async Task<IResult> AdvanceAsync(
        HttpContext http, IAntiforgery antiforgery, CurrentActor current, IUnitOfWork units, DatabaseClock clock, ChildPump pump, DeadlineSweep sweep, StartDueRechecks rechecks)
    {
        if (!await antiforgery.IsRequestValidAsync(http)) return Web.Problems.ToProblem(Refusal.Invalid("api.forged", null));
        var change = current.Change("演示", Ids.New(clock.UtcNow));
        var advanced = await units.RunAsync((s, ct) => s.GetRequiredService<AdvanceDayHandler>().HandleAsync(new AdvanceDay(), change, ct), http.RequestAborted);
        if (advanced.Refusal is { } refusal) return Web.Problems.ToProblem(refusal);
        await clock.LoadAsync(http.RequestAborted);
        await pump.DrainAsync(http.RequestAborted);
        await Background.Duties.ApplyProfilesAsync(http.RequestServices, http.RequestAborted);
        await sweep.RunAsync(advanced.Value.On, http.RequestAborted);
        await rechecks.RunAsync(http.RequestAborted);
        await pump.DrainAsync(http.RequestAborted);
        var back = http.Request.Headers.Referer.ToString();
        return Results.LocalRedirect(Uri.TryCreate(back, UriKind.Absolute, out var uri) && uri.Authority == http.Request.Host.Value ? uri.PathAndQuery : "/");
    }
}
