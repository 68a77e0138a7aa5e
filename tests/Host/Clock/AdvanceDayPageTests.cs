using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DoubleRandom.Host.Clock;
using DoubleRandom.Tests.Host.Api;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Clock;

/// <summary>前进一天, as the administrator presses it.</summary>
public sealed class AdvanceDayPageTests
{
    [Fact]
    public async Task Advance_PressedByTheAdministrator_OpensTheNextDayForEverybody()
    {
        await using var site = await ApiSite.StartAsync(configure: services => services.AddSingleton<TimeProvider>(s => s.GetRequiredService<DatabaseClock>()));
        Assert.Null((await DemoData.OpenAsync(site.Services, fresh: false, new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.FromHours(8)))).Refusal);
        using var admin = await site.SignInAsync("admin", "admin");
        using var officer = await site.SignInAsync("li", "officer");
        async Task<DateOnly> TodayAsync() => DateOnly.FromDateTime((await officer.GetFromJsonAsync<JsonElement>("/api/session")).GetProperty("officeNow").GetDateTimeOffset().DateTime);
        Assert.Equal(new DateOnly(2026, 3, 2), await TodayAsync());

        using var refused = await officer.PostAsync("/demo/advance", null);
        using var advanced = await admin.PostAsync("/demo/advance", null);

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal(HttpStatusCode.Found, advanced.StatusCode);
        Assert.Equal(new DateOnly(2026, 3, 3), await TodayAsync());
    }
}
