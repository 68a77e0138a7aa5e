using System.Globalization;
using DoubleRandom.Basics;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Deadlines;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Feeds;

internal static class FeedEndpoint
{
    private const int MostEvents = 1_000;
    private const int TokenLength = 48;

    public static IServiceCollection AddFeeds(this IServiceCollection services) => services.AddScoped<CalendarFeedHandler>();

    public static string PathOf(string token) => $"/feeds/{token}.ics";

    /// <summary>Whoever has the address may read it: that is what calendar programs can. It tells title, number and day of the person's own clocks, nothing else.</summary>
    public static void MapFeeds(this IEndpointRouteBuilder routes) => routes.MapGet("/feeds/{token}.ics", ReadAsync).AllowAnonymous().ExcludeFromDescription();

    private static async Task<IResult> ReadAsync(string token, HttpContext http, DbContext db, TimeProvider time)
    {
        if (token.Length != TokenLength) return Results.NotFound();
        var hash = Hashing.Sha256Hex(token);
        var account = await db.Set<Account>().AsNoTracking().SingleOrDefaultAsync(a => !a.IsDisabled && db.Set<CalendarFeed>().Any(f => f.AccountId == a.Id && f.TokenSha256 == hash), http.RequestAborted);
        if (account is null) return Results.NotFound();
        var deadlines = await db.Set<Deadline>().AsNoTracking().RunningOf(account.ToActor()).OrderBy(d => d.DueOn).ThenBy(d => d.Id).Take(MostEvents)
            .Select(d => new { d.Id, d.CaseNo, d.Title, d.DueOn, d.Provisional, d.Revision }).ToListAsync(http.RequestAborted);
        http.Response.Headers.CacheControl = "private, no-store";
        http.Response.Headers["X-Robots-Tag"] = "noindex";
        return Results.Text(ICalendar.Write("办理时限", time.UtcNow, deadlines.Select(d => new CalendarEvent(
            $"{d.Id}@doublerandom", d.DueOn, $"{d.Title}{(d.Provisional ? "（暂定）" : "")}", string.Create(CultureInfo.InvariantCulture, $"案件 {d.CaseNo}，最后期限 {d.DueOn:yyyy-MM-dd}"), d.Revision))), "text/calendar; charset=utf-8");
    }
}
