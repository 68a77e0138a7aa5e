using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using DoubleRandom.Tests.Workflows;
using DoubleRandom.Workflows.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Tests.Host.Studio;

/// <summary>The viewer's hub over a socket of our own: who watches is told, who may not is shut out.</summary>
public sealed class StudioHubTests
{
    private const char End = '\u001e';

    [Theory, BothDatabases]
    public async Task Observed_InstanceMoves_ItsViewerIsToldWithTheCounts(string database)
    {
        await using var site = await StudioSite.StartAsync(database);
        await site.Host.PublishAsync("flow", [Given.HumanTask("审", "planner", "同意"), Given.Node("E", "Elsa.End")], "审.同意>E");
        var id = await site.Host.StartAsync("flow", "甲");
        await site.SignInAsync("viewer", "planner");
        using var socket = await ConnectAsync(site);
        await SendAsync(socket, new JsonObject { ["protocol"] = "json", ["version"] = 1 });
        await SendAsync(socket, new JsonObject { ["type"] = 1, ["invocationId"] = "1", ["target"] = "ObserveInstanceAsync", ["arguments"] = new JsonArray(id.ToString()) });
        await UntilAsync(socket, m => m["type"]?.GetValue<int>() == 3);

        var item = await site.Host.ReadAsync(db => db.Set<WorkItem>().AsNoTracking().SingleAsync(i => i.InstanceId == id));
        var done = await site.Host.HandleAsync((CompleteWorkItemHandler h) => h.HandleAsync(new CompleteWorkItem(item.Id, "同意", new JsonObject { ["opinion"] = "可" }), site.Host.Change(TestHost.Person("张三", "planner")), default));
        Assert.Null(done.Refusal);

        List<string?> told = [];
        var counts = await UntilAsync(socket, m =>
        {
            if (m["target"]?.GetValue<string>() == "WorkflowInstanceUpdatedAsync") told.Add(m["arguments"]![0]!["workflowInstanceId"]!.GetValue<string>());
            return m["target"]?.GetValue<string>() == "ActivityExecutionLogUpdatedAsync";
        });
        Assert.Equal([id.ToString()], told);
        var step = counts["arguments"]![0]!["stats"]!.AsArray().Single(s => s!["activityId"]!.GetValue<string>() == "审")!;
        Assert.Equal((1, 1, false), (step["startedCount"]!.GetValue<int>(), step["completedCount"]!.GetValue<int>(), step["isBlocked"]!.GetValue<bool>()));
        Assert.Equal(WorkflowStatus.Finished, (await site.Host.InstanceAsync(id)).Status);
    }

    [Fact]
    public async Task Connection_OfAnotherSiteOrOfWhoMayNotLook_IsClosed()
    {
        await using var site = await StudioSite.StartAsync();
        var anonymous = await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(site));
        Assert.NotEqual(WebSocketError.Success, anonymous.WebSocketErrorCode);
        await site.SignInAsync("officer", "officer");
        Assert.True(await IsShutAsync(await ConnectAsync(site)));
        await site.SignInAsync("viewer", "planner");
        Assert.True(await IsShutAsync(await ConnectAsync(site, "https://elsewhere.example")));
        Assert.False(await IsShutAsync(await ConnectAsync(site, site.Client.BaseAddress!.GetLeftPart(UriPartial.Authority))));
    }

    private static async Task<ClientWebSocket> ConnectAsync(StudioSite site, string? origin = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.Cookies = new CookieContainer();
        foreach (Cookie cookie in site.Cookies) socket.Options.Cookies.Add(site.Client.BaseAddress!, new Cookie(cookie.Name, cookie.Value));
        if (origin is not null) socket.Options.SetRequestHeader("Origin", origin);
        await socket.ConnectAsync(new UriBuilder(site.Client.BaseAddress!) { Scheme = "ws", Path = "/elsa/hubs/workflow-instance" }.Uri, default);
        return socket;
    }

    private static Task SendAsync(ClientWebSocket socket, JsonObject message) => socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString() + End), WebSocketMessageType.Text, true, default);

    /// <summary>A connection that is open answers the handshake; one that was shut ends.</summary>
    private static async Task<bool> IsShutAsync(ClientWebSocket socket)
    {
        using (socket)
        {
            try
            {
                await SendAsync(socket, new JsonObject { ["protocol"] = "json", ["version"] = 1 });
                await UntilAsync(socket, m => m["type"]?.GetValue<int>() == 6);
                return false;
            }
            catch (Exception e) when (e is WebSocketException or EndOfStreamException)
            {
                return true;
            }
        }
    }

    private static async Task<JsonNode> UntilAsync(ClientWebSocket socket, Func<JsonNode, bool> wanted)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var buffer = new byte[64 * 1024];
        var text = new StringBuilder();
        while (true)
        {
            var got = await socket.ReceiveAsync(buffer, patience.Token);
            if (got.MessageType is WebSocketMessageType.Close) throw new EndOfStreamException();
            text.Append(Encoding.UTF8.GetString(buffer, 0, got.Count));
            var parts = text.ToString().Split(End);
            text.Clear().Append(parts[^1]);
            foreach (var part in parts[..^1])
            {
                if (JsonNode.Parse(part) is { } message && (message["type"]?.GetValue<int>() == 7 ? throw new EndOfStreamException() : wanted(message))) return message;
            }
        }
    }
}
