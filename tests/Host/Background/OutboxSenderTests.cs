using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Host.Data;
using DoubleRandom.Host.Outgoing;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Background;

/// <summary>Mail through a real SMTP server: once, again after a fault, given up in the open.</summary>
public sealed class OutboxSenderTests
{
    private static Task<TestHost> HostAsync(string database, SmtpServer server) => TestHost.StartAsync(database, services
        => services.AddSingleton(new MailOptions("127.0.0.1", server.Port, "bureau@example.org", null, null, false, "https://inspect.example.org")));

    private static Task EnqueueAsync(TestHost host, string key, string to = "li@example.org") => host.RunAsync(services =>
    {
        services.GetRequiredService<IOutbox>().Enqueue(host.Change(), "mail", key, new JsonObject
        {
            ["to"] = to,
            ["name"] = "李四",
            ["subject"] = "【办理时限】现场检查\r\nBcc: thief@example.org",
            ["text"] = "任务 C2026-0001 还剩三个工作日。",
            ["path"] = "/cases/C2026-0001",
        });
        return Task.CompletedTask;
    });

    private static Task<int> SendAsync(TestHost host) => host.Services.GetRequiredService<OutboxSender>().SendDueAsync();

    private static Task<OutboxMessage> MessageAsync(TestHost host) => host.ReadAsync(db => db.Set<OutboxMessage>().AsNoTracking().SingleAsync());

    [Theory, BothDatabases]
    public async Task Mail_WrittenTwiceWithOneKey_ArrivesOnceInChineseWithLink(string database)
    {
        await using var server = new SmtpServer();
        await using var host = await HostAsync(database, server);
        await EnqueueAsync(host, "alert/1");
        await EnqueueAsync(host, "alert/1");

        Assert.Equal(1, await SendAsync(host));
        Assert.Equal(0, await SendAsync(host));

        var mail = Assert.Single(server.Received);
        Assert.Contains("任务 C2026-0001 还剩三个工作日。", SmtpServer.Body(mail), StringComparison.Ordinal);
        Assert.Contains("https://inspect.example.org/cases/C2026-0001", SmtpServer.Body(mail), StringComparison.Ordinal);
        Assert.DoesNotContain("\r\nBcc:", mail, StringComparison.OrdinalIgnoreCase);
        Assert.NotNull((await MessageAsync(host)).SentAt);
    }

    [Theory, BothDatabases]
    public async Task Mail_KilledBeforeItIsNoted_GoesAgainWithTheSameMessageId(string database)
    {
        await using var server = new SmtpServer();
        await using var host = await HostAsync(database, server);
        await EnqueueAsync(host, "alert/1");
        await SendAsync(host);
        // What a kill between the server's 250 and our note leaves: the claimed attempt.
        await host.RunAsync(async s => (await s.GetRequiredService<DbContext>().Set<OutboxMessage>().SingleAsync()).SentAt = null);

        Assert.Equal(0, await SendAsync(host));
        host.Time.Advance(OutboxSender.Waits[0]);
        Assert.Equal(1, await SendAsync(host));

        Assert.Equal(2, server.Received.Count);
        Assert.Single(server.Received.Select(m => SmtpServer.Header(m, "Message-ID")).Distinct());
    }

    [Theory, BothDatabases]
    public async Task Mail_ServerBusy_WaitsLongerEachTimeAndIsGivenUpInTheOpen(string database)
    {
        await using var server = new SmtpServer { OnRecipient = _ => "451 busy" };
        await using var host = await HostAsync(database, server);
        await EnqueueAsync(host, "alert/1");

        await SendAsync(host);
        var first = await MessageAsync(host);
        Assert.Equal((1, null, null), (first.Attempts, first.SentAt, first.FailedAt));
        Assert.NotNull(first.LastError);
        foreach (var wait in OutboxSender.Waits)
        {
            Assert.Null((await MessageAsync(host)).FailedAt);
            host.Time.Advance(wait);
            await SendAsync(host);
        }
        Assert.NotNull((await MessageAsync(host)).FailedAt);
        host.Time.Advance(TimeSpan.FromDays(30));
        Assert.Equal(0, await SendAsync(host));

        server.OnRecipient = _ => null;
        var id = first.Id;
        Assert.Equal("outbox.not-admin", (await host.HandleAsync((ResendMessageHandler h) => h.HandleAsync(new ResendMessage(id), host.Change(TestHost.Person("员", "officer")), default))).Refusal!.Code);
        await host.HandleAsync((ResendMessageHandler h) => h.HandleAsync(new ResendMessage(id), host.Change(TestHost.Person("管", "admin")), default));
        Assert.Equal(1, await SendAsync(host));
        Assert.Single(server.Received);
    }

    [Theory, BothDatabases]
    public async Task Mail_RefusedForGood_IsGivenUpAtOnceAndTheOthersGoOn(string database)
    {
        await using var server = new SmtpServer { OnRecipient = line => line.Contains("gone@", StringComparison.Ordinal) ? "550 no such user" : null };
        await using var host = await HostAsync(database, server);
        await EnqueueAsync(host, "alert/1", "gone@example.org");
        await EnqueueAsync(host, "alert/2", "not an address");
        await EnqueueAsync(host, "alert/3");

        Assert.Equal(1, await SendAsync(host));

        var rows = await host.ReadAsync(db => db.Set<OutboxMessage>().AsNoTracking().OrderBy(m => m.DedupeKey).ToListAsync());
        Assert.Equal([true, true, false], rows.Select(r => r.FailedAt is not null));
        Assert.Equal([false, false, true], rows.Select(r => r.SentAt is not null));
    }

    [Theory, BothDatabases]
    public async Task Mail_FourHostsAtOnce_LeavesOnceEach(string database)
    {
        await using var server = new SmtpServer();
        await using var host = await HostAsync(database, server);
        for (var i = 0; i < 20; i++) await EnqueueAsync(host, $"alert/{i}");
        OutboxSender Another() => ActivatorUtilities.CreateInstance<OutboxSender>(host.Services);

        var sent = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Another().SendDueAsync())));

        Assert.Equal(20, sent.Sum());
        Assert.Equal(20, server.Received.Select(m => SmtpServer.Header(m, "Message-ID")).Distinct().Count());
        Assert.Equal(20, server.Received.Count);
    }

    [Theory, BothDatabases]
    public async Task Mail_WithoutAServer_Waits(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await EnqueueAsync(host, "alert/1");

        Assert.Equal(0, await SendAsync(host));

        Assert.Equal(0, (await MessageAsync(host)).Attempts);
    }
}
