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

namespace DoubleRandom.Tests.Host.Background;

/// <summary>Two server processes on one PostgreSQL, one of them killed with SIGKILL: nobody is told twice, the other goes on within fifteen seconds.</summary>
public sealed class TwoHostsTests
{
    private static readonly TimeSpan Takeover = TimeSpan.FromSeconds(15);

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
        await OpenLateAsync(host, 0, 300);

        var settings = host.Services.GetRequiredService<DatabaseSettings>();
        using var first = Start(settings, smtp.Port);
        using var second = Start(settings, smtp.Port);
        try
        {
            await UntilAsync(host, db => db.Set<Alert>().AnyAsync(), TimeSpan.FromSeconds(90), "no host swept");
            first.Kill();
            await first.WaitForExitAsync();
            await OpenLateAsync(host, 300, 50);
            var clock = Stopwatch.StartNew();
            await UntilAsync(host, async db => await db.Set<Deadline>().CountAsync(d => d.Status == DeadlineStatus.Overdue) == 350, TimeSpan.FromSeconds(90), "the second host did not take over");
            var taken = clock.Elapsed;
            await UntilAsync(host, async db => await db.Set<AlertDelivery>().AllAsync(d => d.MessageKey != null) && await db.Set<OutboxMessage>().AllAsync(m => m.SentAt != null), TimeSpan.FromSeconds(90), "messages did not leave");

            Assert.True(taken <= Takeover, $"{taken.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s after the kill");
            var alerts = await host.ReadAsync(db => db.Set<Alert>().AsNoTracking().ToListAsync());
            Assert.Equal(alerts.Count, alerts.Select(a => (a.DeadlineId, a.Round, a.Rung, a.RecipientId)).Distinct().Count());
            Assert.Equal(350, alerts.Where(a => a.RecipientRole == "escalation" && a.Rung == -1).Select(a => a.DeadlineId).Distinct().Count());
            var sent = await host.ReadAsync(db => db.Set<OutboxMessage>().AsNoTracking().CountAsync());
            // A kill between the server's "250" and our note may send a mail again, with the same Message-ID (docs/adr/0007): a reader's program shows one.
            Assert.Equal(sent, smtp.Received.Select(m => SmtpServer.Header(m, "Message-ID")).Distinct().Count());
            Assert.True(sent < 60, $"{sent} mails: the storm was not gathered");
        }
        finally
        {
            foreach (var process in (Process[])[first, second])
            {
                if (process.HasExited) continue;
                process.Kill();
                await process.WaitForExitAsync();
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

    private static Process Start(DatabaseSettings settings, int smtpPort)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "DoubleRandom.Host.dll"), "serve", "--urls", "http://127.0.0.1:0"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        (start.Environment["DOUBLERANDOM_DATA"], start.Environment["ConnectionStrings__Postgres"]) = (settings.Folder, settings.Postgres);
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
