namespace DoubleRandom.Host.Start;

/// <summary>
/// Lets the server open its port while the database is still being prepared, the longer part of a start: requests and duties wait here until it
/// is. Where the database is refused nothing passes at all. A server that nobody closed is open.
/// </summary>
internal sealed class StartGate
{
    private TaskCompletionSource<bool>? _closed;

    public void Close() => _closed = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open() => _closed?.TrySetResult(true);

    /// <summary>The database was refused: whoever waits is sent away, and the program ends.</summary>
    public void Refuse() => _closed?.TrySetResult(false);

    /// <returns>False when the start was refused.</returns>
    public Task<bool> PassAsync(CancellationToken cancellationToken)
        => _closed is not { } closed ? Passed : closed.Task.IsCompleted ? closed.Task : closed.Task.WaitAsync(cancellationToken);

    private static Task<bool> Passed { get; } = Task.FromResult(true);
}

internal static class StartGateMiddleware
{
    public static void UseStartGate(this IApplicationBuilder app)
    {
        var gate = app.ApplicationServices.GetRequiredService<StartGate>();
        app.Use(next => context =>
        {
            var passed = gate.PassAsync(context.RequestAborted);
            return passed is { IsCompletedSuccessfully: true, Result: true } ? next(context) : AfterAsync(passed, next, context);
        });
    }

    private static async Task AfterAsync(Task<bool> passed, RequestDelegate next, HttpContext context)
    {
        if (await passed) await next(context);
        else context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
    }
}
