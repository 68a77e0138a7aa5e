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

    /// <summary>How long what is done or cancelled is still told, so that programs that keep what they read take it out. Calendar days, from its last day.</summary>
    private const int DaysTold = 60;

    public static IServiceCollection AddFeeds(this IServiceCollection services) => services.AddScoped<CalendarFeedHandler>();

    public static string PathOf(string token) => $"/feeds/{token}.ics";

    /// <summary>Whoever has the address may read it: that is what calendar programs can. It tells title, number and day of the person's own clocks, and where they are read after signing in, nothing else.</summary>
    public static void MapFeeds(this IEndpointRouteBuilder routes) => routes.MapGet("/feeds/{token}.ics", ReadAsync).AllowAnonymous().ExcludeFromDescription();

    private static async Task<IResult> ReadAsync(string token, HttpContext http, DbContext db, TimeProvider time, IConfiguration configuration)
    {
        if (token.Length != TokenLength) return Results.NotFound();
        var hash = Hashing.Sha256Hex(token);
        var account = await db.Set<Account>().AsNoTracking().SingleOrDefaultAsync(a => !a.IsDisabled && db.Set<CalendarFeed>().Any(f => f.AccountId == a.Id && f.TokenSha256 == hash), http.RequestAborted);
        if (account is null) return Results.NotFound();
        var since = time.Today.AddDays(-DaysTold);
        var all = db.Set<Deadline>().AsNoTracking();
        var own = account.ToActor();
        // A clock that stands still has no last day to tell: it is taken out until it goes on.
        var deadlines = await all.RunningOf(own).Select(d => new { d.Id, d.CaseNo, d.Title, d.DueOn, d.DueAt, d.Provisional, d.Revision, IsOver = false })
            .Concat(all.EndedOf(own).Where(d => d.DueOn >= since).Select(d => new { d.Id, d.CaseNo, d.Title, d.DueOn, d.DueAt, d.Provisional, d.Revision, IsOver = true }))
            .OrderBy(d => d.IsOver).ThenBy(d => d.DueOn).ThenBy(d => d.Id).Take(MostEvents).ToListAsync(http.RequestAborted);
        // Without a configured address the reader's own leads back here.
        var site = configuration["Site:Url"]?.TrimEnd('/') ?? $"{http.Request.Scheme}://{http.Request.Host}";
        http.Response.Headers.CacheControl = "private, no-store";
        http.Response.Headers["X-Robots-Tag"] = "noindex";
        return Results.Text(ICalendar.Write("办理时限", time.UtcNow, deadlines.Select(d => new CalendarEvent(
            $"{d.Id}@doublerandom", d.DueOn, $"{d.Title}{(d.Provisional ? "（暂定）" : "")}", string.Create(CultureInfo.InvariantCulture, $"案件 {d.CaseNo}，最后期限 {(d.DueAt is { } at ? DeadlineClock.MomentInWords(at) : $"{d.DueOn:yyyy-MM-dd}")}"), d.Revision,
            d.IsOver ? CalendarStatus.Cancelled : d.Provisional ? CalendarStatus.Tentative : CalendarStatus.Confirmed, $"{site}/deadlines/{d.Id}", d.DueAt))), "text/calendar; charset=utf-8");
    }
}
