using System.Collections.Concurrent;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Evidence;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Background;

/// <summary>
/// Runs what stands in <c>import_jobs</c>, one after another. Rows and job commit together: a job found half way after a restart has written nothing
/// and starts over.
/// </summary>
internal sealed class ImportRunner(IServiceScopeFactory scopes, IUnitOfWork units, EvidenceStore store, PersonalSeal seal, TimeProvider time, ILogger<ImportRunner> logger) : IDisposable
{
    /// <summary>A file that stops the program each time must not do so for ever.</summary>
    private const int MaxAttempts = 3;

    /// <summary>Bytes up to which the person waits for the answer instead of coming back for it: a county's register.</summary>
    public const long Small = 4 * 1024 * 1024;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ConcurrentDictionary<Guid, ImportProgress> _progress = new();

    /// <summary>How far a job is that runs in this process; null: it does not.</summary>
    public ImportProgress? ProgressOf(Guid job) => _progress.TryGetValue(job, out var progress) ? progress : null;

    public async Task RunDueAsync(CancellationToken cancellationToken)
    {
        // Whoever is at it takes what came in the meantime.
        if (!await _turn.WaitAsync(0, cancellationToken)) return;
        try
        {
            while (await NextAsync(cancellationToken) is { } job) await RunAsync(job, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<ImportJob?> NextAsync(CancellationToken cancellationToken)
    {
        Guid id;
        await using (var scope = scopes.CreateAsyncScope())
        {
            var due = await scope.ServiceProvider.GetRequiredService<DbContext>().Set<ImportJob>().AsNoTracking()
                .Where(j => j.Status == ImportJobStatus.Waiting || j.Status == ImportJobStatus.Running).OrderBy(j => j.RequestedAt).Select(j => (Guid?)j.Id).FirstOrDefaultAsync(cancellationToken);
            if (due is null) return null;
            id = due.Value;
        }
        var begun = await UpdateAsync(id, job =>
        {
            job.Attempts++;
            if (job.Attempts > MaxAttempts) job.Fail(Texts.Of("imports.given-up", MaxAttempts), Change(job));
            else job.Status = ImportJobStatus.Running;
        }, cancellationToken);
        return begun.Status is ImportJobStatus.Running ? begun : await NextAsync(cancellationToken);
    }

    private async Task RunAsync(ImportJob job, CancellationToken cancellationToken)
    {
        _progress[job.Id] = new ImportProgress("读取", 0, 0);
        try
        {
            await using var content = seal.OpenFile(store.Open(job.FileSha256));
            if (content is null)
            {
                await UpdateAsync(job.Id, j => j.Fail(Texts.Of("imports.file-gone"), Change(j)), cancellationToken);
                return;
            }
            var change = Change(job);
            var command = new ImportFile(job.Kind, content, !job.IsConfirmed, job.FileName, job.FileSha256, new Reporter(this, job.Id));
            if (job.IsConfirmed)
            {
                var done = await units.RunAsync(async (services, ct) =>
                {
                    var report = await services.GetRequiredService<ImportFileHandler>().HandleAsync(command, change, ct);
                    if (report.Refusal is { } no) return no;
                    var row = await services.GetRequiredService<DbContext>().Set<ImportJob>().SingleAsync(j => j.Id == job.Id, ct);
                    row.Take(report.Value, change);
                    return (Result<Done>)Done.It;
                }, cancellationToken);
                if (done.Refusal is { } refusal) await UpdateAsync(job.Id, j => j.Fail(Texts.Of(refusal), change), cancellationToken);
            }
            else
            {
                Result<ImportReport> report;
                await using (var scope = scopes.CreateAsyncScope()) report = await scope.ServiceProvider.GetRequiredService<ImportFileHandler>().HandleAsync(command, change, cancellationToken);
                await UpdateAsync(job.Id, j =>
                {
                    if (report.Refusal is { } refusal) j.Fail(Texts.Of(refusal), change);
                    else j.Take(report.Value, change);
                }, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops: the job stands as running and starts over with it.
            throw;
        }
#pragma warning disable CA1031 // Whatever one file does, the next one must have its turn; the person is told.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.ImportFailed(e, job.Id);
            await UpdateAsync(job.Id, j => j.Fail(Texts.Of("imports.broke", e.GetBaseException().Message), Change(j)), CancellationToken.None);
        }
        finally
        {
            _progress.TryRemove(job.Id, out _);
        }
    }

    private async Task<ImportJob> UpdateAsync(Guid id, Action<ImportJob> change, CancellationToken cancellationToken)
        => (await units.RunAsync(async (services, ct) =>
        {
            var job = await services.GetRequiredService<DbContext>().Set<ImportJob>().SingleAsync(j => j.Id == id, ct);
            change(job);
            return (Result<ImportJob>)job;
        }, cancellationToken)).Value;

    /// <summary>In the name of who handed the file in, with what that person may do now: a role that was withdrawn meanwhile writes nothing.</summary>
    private ChangeContext Change(ImportJob job)
    {
        using var scope = scopes.CreateScope();
        var by = scope.ServiceProvider.GetRequiredService<IStaff>().Find(job.ById) ?? new Actor(job.ById, job.ByName, new HashSet<string>());
        return ChangeContext.Now(time, by, job.Reason ?? $"导入 {job.FileName}", job.Id);
    }

    private sealed class Reporter(ImportRunner runner, Guid job) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => runner._progress[job] = value;
    }
}

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Error, Message = "The import {Job} broke off; its register is as it was")]
    public static partial void ImportFailed(this ILogger logger, Exception exception, Guid job);
}
