using DoubleRandom.Host.Start;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Start;

public sealed class StartGateTests
{
    private readonly StartGate _gate = new();
    private readonly RequestDelegate _site;

    public StartGateTests()
    {
        var app = new ApplicationBuilder(new ServiceCollection().AddSingleton(_gate).BuildServiceProvider());
        app.UseStartGate();
        app.Run(context =>
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
        _site = app.Build();
    }

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

    [Fact]
    public async Task Closed_WhoeverGivesUpIsLetGo()
    {
        _gate.Close();
        using var gone = new CancellationTokenSource();
        var waiting = _gate.PassAsync(gone.Token);

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private (Task Asked, DefaultHttpContext Context) Ask()
    {
        var context = new DefaultHttpContext();
        return (_site(context), context);
    }
}
