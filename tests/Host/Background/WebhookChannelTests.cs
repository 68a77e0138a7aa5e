using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Host.Data;
using DoubleRandom.Host.Outgoing;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Background;

/// <summary>Robots and the SMS gateway through a real web server: the form each documents, faults parked with a reason, secrets nowhere.</summary>
public sealed class WebhookChannelTests
{
    private const string Key = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa";
    private const string Secret = "SEC0123456789abcdef";

    private static Task<TestHost> HostAsync(string database, WebhookServer server) => TestHost.StartAsync(database, services => services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Robots:WeCom:Url"] = $"{server.Address}/cgi-bin/webhook/send?key={Key}",
        ["Robots:DingTalk:Url"] = $"{server.Address}/robot/send?access_token={Key}",
        ["Robots:DingTalk:Secret"] = Secret,
        ["Robots:Sms:Url"] = $"{server.Address}/sms",
        ["Robots:Sms:Secret"] = Secret,
        ["Site:Url"] = "https://inspect.example.org",
    }).Build()));

    private static Task EnqueueAsync(TestHost host, string kind, string key, string text = "2026-0001 公示检查结果：已逾期 1 个工作日。") => host.RunAsync(services =>
    {
        services.GetRequiredService<IOutbox>().Enqueue(host.Change(), kind, key, new JsonObject
        {
            ["to"] = "13900000000",
            ["name"] = "李四",
            ["subject"] = "【逾期督办】2026-0001",
            ["text"] = text,
            ["path"] = "/deadlines/1",
        });
        return Task.CompletedTask;
    });

    private static Task<int> SendAsync(TestHost host) => host.Services.GetRequiredService<OutboxSender>().SendDueAsync();

    private static Task<OutboxMessage> MessageAsync(TestHost host, string key) => host.ReadAsync(db => db.Set<OutboxMessage>().AsNoTracking().SingleAsync(m => m.DedupeKey == key));

    [Theory, BothDatabases]
    public async Task Robots_GetTheFormTheyDocument(string database)
    {
        await using var server = await WebhookServer.StartAsync();
        await using var host = await HostAsync(database, server);
        await EnqueueAsync(host, "wecom", "w", "某公司[点我](http://evil.example) " + new string('长', 3000));
        await EnqueueAsync(host, "dingtalk", "d");
        await EnqueueAsync(host, "sms", "s");

        Assert.Equal(3, await SendAsync(host));
        Assert.Equal(0, await SendAsync(host));

        var wecom = server.Calls.Single(c => c.Target.StartsWith("/cgi-bin/", StringComparison.Ordinal));
        Assert.Equal($"/cgi-bin/webhook/send?key={Key}", wecom.Target);
        var content = JsonNode.Parse(wecom.Body)!["markdown"]!["content"]!.GetValue<string>();
        Assert.Equal("markdown", JsonNode.Parse(wecom.Body)!["msgtype"]!.GetValue<string>());
        Assert.InRange(Encoding.UTF8.GetByteCount(content), 100, 4096);
        Assert.Contains("[登录查看](https://inspect.example.org/deadlines/1)", content, StringComparison.Ordinal);
        Assert.DoesNotContain("[点我](", content, StringComparison.Ordinal);

        var ding = server.Calls.Single(c => c.Target.StartsWith("/robot/", StringComparison.Ordinal));
        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(ding.Target[ding.Target.IndexOf('?', StringComparison.Ordinal)..]);
        Assert.Equal(Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{query["timestamp"]}\n{Secret}"))), query["sign"].ToString());
        Assert.Equal(host.Time.GetUtcNow().ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture), query["timestamp"].ToString());
        Assert.Equal(("markdown", "【逾期督办】2026-0001"), (JsonNode.Parse(ding.Body)!["msgtype"]!.GetValue<string>(), JsonNode.Parse(ding.Body)!["markdown"]!["title"]!.GetValue<string>()));
        Assert.Contains("已逾期 1 个工作日", JsonNode.Parse(ding.Body)!["markdown"]!["text"]!.GetValue<string>(), StringComparison.Ordinal);

        var sms = server.Calls.Single(c => c.Target == "/sms");
        Assert.Equal(("13900000000", $"Bearer {Secret}"), (JsonNode.Parse(sms.Body)!["phone"]!.GetValue<string>(), sms.Authorization));
        Assert.Equal((await MessageAsync(host, "s")).Id.ToString("N"), sms.IdempotencyKey);
    }

    [Theory, BothDatabases]
    public async Task Fault_OfTheReceiver_IsParkedWithItsReasonAndWithoutTheKey(string database)
    {
        await using var server = await WebhookServer.StartAsync();
        await using var host = await HostAsync(database, server);

        server.Answer = _ => Task.FromResult((500, "boom"));
        await EnqueueAsync(host, "wecom", "again");
        await SendAsync(host);
        var again = await MessageAsync(host, "again");
        Assert.Equal((1, null, "127.0.0.1 答复 500"), (again.Attempts, again.FailedAt, again.LastError));
        Assert.Equal(0, await SendAsync(host));
        server.Answer = _ => Task.FromResult((200, """{"errcode":0}"""));
        host.Time.Advance(OutboxSender.Waits[0]);
        Assert.Equal(1, await SendAsync(host));

        server.Answer = _ => Task.FromResult((200, """{"errcode":93000,"errmsg":"invalid webhook url, hint: [1]"}"""));
        await EnqueueAsync(host, "wecom", "wrong-key");
        await SendAsync(host);
        var wrong = await MessageAsync(host, "wrong-key");
        Assert.NotNull(wrong.FailedAt);
        Assert.Contains("93000", wrong.LastError, StringComparison.Ordinal);

        // A redirect could lead into the office's own network: it is refused, not followed.
        server.Answer = _ => Task.FromResult(((int)HttpStatusCode.Found, $"{server.Address}/inside"));
        await EnqueueAsync(host, "dingtalk", "elsewhere");
        await SendAsync(host);
        Assert.NotNull((await MessageAsync(host, "elsewhere")).FailedAt);
        Assert.DoesNotContain(server.Calls, c => c.Target == "/inside");

        Assert.All(await host.ReadAsync(db => db.Set<OutboxMessage>().AsNoTracking().ToListAsync()), m =>
        {
            Assert.DoesNotContain(Key, $"{m.LastError}{m.Payload}", StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, $"{m.LastError}{m.Payload}", StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Receiver_ThatHangs_HoldsUpItsOwnKindOnly()
    {
        await using var server = await WebhookServer.StartAsync();
        await using var smtp = new SmtpServer();
        await using var host = await TestHost.StartAsync(Databases.Sqlite, services => services
            .AddSingleton(new MailOptions("127.0.0.1", smtp.Port, "bureau@example.org", null, null, false, "https://inspect.example.org"))
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Robots:WeCom:Url"] = $"{server.Address}/send?key={Key}" }).Build()));
        server.Answer = async context =>
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
            return (200, "");
        };
        await EnqueueAsync(host, "wecom", "w");
        await host.RunAsync(services =>
        {
            services.GetRequiredService<IOutbox>().Enqueue(host.Change(), "mail", "m", new JsonObject { ["to"] = "li@example.org", ["name"] = "李四", ["subject"] = "提醒", ["text"] = "请办理", ["path"] = "/inbox" });
            return Task.CompletedTask;
        });

        var sending = SendAsync(host);
        for (var i = 0; i < 80 && smtp.Received.Count == 0; i++) await Task.Delay(100);
        Assert.Single(smtp.Received);
        Assert.False(sending.IsCompleted);
        Assert.Equal(1, await sending);
        Assert.Contains("秒内没有答复", (await MessageAsync(host, "w")).LastError, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://10.0.0.8/send?key=1", "地址须为 https")]
    [InlineData("file:///etc/passwd", "地址不是 http(s) 网址")]
    [InlineData("not an address", "地址不是 http(s) 网址")]
    public void Options_WithAnAddressThatWouldTellTheKey_AreNotUsed(string url, string problem)
    {
        var options = RobotOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Robots:WeCom:Url"] = url }).Build(), "wecom");
        Assert.Equal((null, problem), (options.Url, options.Problem));
    }
}
