using System.Text;
using System.Text.RegularExpressions;
using DoubleRandom.Basics;
using DoubleRandom.Host.Start;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Start;

public sealed class StartGateTests : IDisposable
{
    private readonly StartGate _gate = new();
    private readonly ServiceProvider _services;
    private readonly RequestDelegate _site;

    public StartGateTests()
    {
        Texts.Register(typeof(StartGate).Assembly);
        _services = new ServiceCollection().AddSingleton(_gate).AddLogging().BuildServiceProvider();
        var app = new ApplicationBuilder(_services);
        app.UseStartGate();
        app.Run(context =>
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
        _site = app.Build();
    }

    public void Dispose() => _services.Dispose();

    [Fact]
    public void NeverClosed_LetsEverybodyPass()
    {
        var (asked, context) = Ask();
        Assert.True(asked.IsCompletedSuccessfully);
        Assert.Equal(StatusCodes.Status204NoContent, context.Response.StatusCode);
    }

    [Fact]
    public async Task Closed_HoldsWhoeverComesUntilItOpens()
    {
        _gate.Close();
        var (asked, context) = Ask();
        Assert.False(asked.IsCompleted);

        _gate.Open();

        await asked;
        Assert.Equal(StatusCodes.Status204NoContent, context.Response.StatusCode);
        Assert.True(await _gate.PassAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Refused_SendsEverybodyAwayAndRunsNoDuty()
    {
        _gate.Close();
        var (asked, context) = Ask();

        _gate.Refuse();

        await asked;
        Assert.Equal(StatusCodes.Status503ServiceUnavailable, context.Response.StatusCode);
        Assert.False(await _gate.PassAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("text/html,application/xhtml+xml", "text/html", "<p>")]
    [InlineData("application/json", "application/problem+json", "\"detail\"")]
    public async Task Refused_SaysWhatHappenedAndWhatToDo(string accept, string type, string form)
    {
        _gate.Close();
        _gate.Refuse();
        var (asked, context) = Ask(accept);

        await asked;

        Assert.StartsWith(type, context.Response.ContentType, StringComparison.Ordinal);
        var body = Regex.Unescape(Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray()));
        Assert.Contains(form, body, StringComparison.Ordinal);
        Assert.Contains("系统没有启动", body, StringComparison.Ordinal);
        Assert.Contains("重新启动", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Closed_WhoeverGivesUpIsLetGo()
    {
        _gate.Close();
        using var gone = new CancellationTokenSource();
        var waiting = _gate.PassAsync(gone.Token);

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private (Task Asked, DefaultHttpContext Context) Ask(string accept = "text/html")
    {
        var context = new DefaultHttpContext { RequestServices = _services };
        context.Request.Headers.Accept = accept;
        context.Response.Body = new MemoryStream();
        return (_site(context), context);
    }
}
