namespace DoubleRandom.Host.Data;

/// <summary>Tells those who wait that something was committed on this host. A hint: what has changed stands in the rows.</summary>
internal sealed class CommitPulse
{
    private volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Beat() => Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>The next beat after this call.</summary>
    public Task NextAsync() => _next.Task;
}
