using System.Diagnostics;
using System.Globalization;
using DoubleRandom.Basics;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit.Abstractions;

namespace DoubleRandom.Tests.Host.Background;

/// <summary>Two server processes on one PostgreSQL; the one that sweeps is killed with SIGKILL in the middle of it: nobody is told twice, the other goes on within fifteen seconds.</summary>
public sealed class TwoHostsTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Takeover = TimeSpan.FromSeconds(15);

    /// <summary>For the cores that the other tests have meanwhile.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Sweep_ByTwoProcesses_OneKilled_TellsEverybodyOnceAndGoesOn()
    {
        await using var smtp = new SmtpServer();
        await using var host = await TestHost.StartAsync(Databases.Postgres);
        // The processes have the machine's clock.
        host.Time.Set(TimeProvider.System.GetUtcNow());
        foreach (var (name, role) in ((string, string)[])[("zhao", "escalation"), ("wang", "section-head"), ("li", "officer"), ("ma", "deputy-director")])
        {
            var added = await host.HandleAsync((AddAccountHandler h) => h.HandleAsync(new AddAccount(name, name, [role], "correct horse battery", Mail: $"{name}@example.org"), host.Change(), default));
            Assert.Null(added.Refusal);
        }
        await host.RunAsync(services =>
        {
            // The test may run at night.
            services.GetRequiredService<DbContext>().Add(new AlertPolicy { QuietFrom = new TimeOnly(0, 0), QuietTo = new TimeOnly(0, 0), DigestAbove = 3 });
            return Task.CompletedTask;
        });
        // What was told before is not told again.
        await OpenLateAsync(host, 0, 300);
        await host.Services.GetRequiredService<DeadlineSweep>().RunAsync(host.Time.Today);
        await OpenLateAsync(host, 300, 50);

        // The sweep will stand still in the middle of its writing: what it has to note is locked here.
        var settings = host.Services.GetRequiredService<DatabaseSettings>();
        await using var gate = new NpgsqlConnection(settings.Postgres);
        await gate.OpenAsync();
        await using var locked = await gate.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("LOCK TABLE alerts IN EXCLUSIVE MODE", gate, locked)) await command.ExecuteNonQueryAsync();
        Dictionary<string, Process> processes = new() { ["host-1"] = Start(settings, smtp.Port, "host-1"), ["host-2"] = Start(settings, smtp.Port, "host-2") };
        try
        {
            string? sweeping = null;
            await UntilAsync(host, async db => await NamesAsync(db) == 2 && (sweeping = await SweepingAsync(db)) is not null, TimeSpan.FromSeconds(90), "no host swept, or one did not start");
            var killed = processes[sweeping!];
            var clock = Stopwatch.StartNew();
            killed.Kill();
            await killed.WaitForExitAsync();
            await locked.RollbackAsync();
            await UntilAsync(host, async db => await db.Set<Deadline>().CountAsync(d => d.Status == DeadlineStatus.Overdue) == 350, TimeSpan.FromSeconds(90), "the other host did not take over");
            var taken = clock.Elapsed;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sweeping} was killed while it swept; the other had swept all {taken.TotalSeconds:0.0} s later (bound {Takeover.TotalSeconds} s)."));
            await UntilAsync(host, async db => await db.Set<AlertDelivery>().AllAsync(d => d.MessageKey != null) && await db.Set<OutboxMessage>().AllAsync(m => m.SentAt != null), TimeSpan.FromSeconds(90), "messages did not leave");

            Assert.True(taken <= Takeover + Slack, $"{taken.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s after the kill");
            var alerts = await host.ReadAsync(db => db.Set<Alert>().AsNoTracking().ToListAsync());
            Assert.Equal(alerts.Count, alerts.Select(a => (a.DeadlineId, a.Round, a.Rung, a.RecipientId)).Distinct().Count());
            foreach (var role in (string[])["escalation", "section-head"]) Assert.Equal(350, alerts.Count(a => a.RecipientRole == role && a.Rung == -1));
            Assert.Equal(350, await host.ReadAsync(db => db.Set<Deadline>().CountAsync(d => d.RungsTaken.Contains(";-1"))));
            var sent = await host.ReadAsync(db => db.Set<OutboxMessage>().AsNoTracking().CountAsync());
            // A kill between the server's "250" and our note may send a mail again, with the same Message-ID (docs/adr/0007): a reader's program shows one.
            Assert.Equal(sent, smtp.Received.Select(m => SmtpServer.Header(m, "Message-ID")).Distinct().Count());
            Assert.True(sent < 60, $"{sent} mails: the storm was not gathered");
        }
        finally
        {
            foreach (var process in processes.Values)
            {
                using (process)
                {
                    if (process.HasExited) continue;
                    process.Kill();
                    await process.WaitForExitAsync();
                }
            }
        }
    }

    private static Task OpenLateAsync(TestHost host, int from, int count) => host.RunAsync(async services =>
    {
        for (var i = from; i < from + count; i++)
        {
            var opened = await services.GetRequiredService<OpenDeadlineHandler>().HandleAsync(
                new OpenDeadline("lead.transfer", $"2026-{i:0000}", "inspection", Guid.NewGuid(), host.Time.Today.AddDays(-40), "officer"), host.Change(), default);
            Assert.Null(opened.Refusal);
        }
    });

    /// <summary>The host that holds the duty of sweeping and waits to write an alert; null: none yet.</summary>
    private static async Task<string?> SweepingAsync(DbContext db) => (await db.Database.SqlQueryRaw<string>("""
        SELECT s.application_name AS "Value" FROM pg_locks l JOIN pg_stat_activity s ON s.pid = l.pid
        WHERE l.locktype = 'advisory' AND l.granted AND (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended('doublerandom/duty/deadlines', 0)
            AND EXISTS (SELECT 1 FROM pg_locks w JOIN pg_stat_activity x ON x.pid = w.pid
                WHERE NOT w.granted AND w.relation = 'alerts'::regclass AND x.application_name = s.application_name)
        """).ToListAsync()).SingleOrDefault();

    private static async Task<int> NamesAsync(DbContext db)
        => (await db.Database.SqlQueryRaw<string>("""SELECT DISTINCT application_name AS "Value" FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'host-%'""").ToListAsync()).Count;

    private static Process Start(DatabaseSettings settings, int smtpPort, string name)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "DoubleRandom.Host.dll"), "serve", "--urls", "http://127.0.0.1:0"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        (start.Environment["DOUBLERANDOM_DATA"], start.Environment["ConnectionStrings__Postgres"]) = (settings.Folder, $"{settings.Postgres};Application Name={name}");
        (start.Environment["Mail__Host"], start.Environment["Mail__Port"]) = ("127.0.0.1", smtpPort.ToString(CultureInfo.InvariantCulture));
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task UntilAsync(TestHost host, Func<DbContext, Task<bool>> holds, TimeSpan patience, string otherwise)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < patience; await Task.Delay(100))
        {
            if (await host.ReadAsync(holds)) return;
        }
        Assert.Fail(otherwise);
    }
}
