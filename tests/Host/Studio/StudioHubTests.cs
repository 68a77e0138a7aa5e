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
        var line = new Line(socket);
        await SendAsync(socket, new JsonObject { ["protocol"] = "json", ["version"] = 1 });
        await SendAsync(socket, new JsonObject { ["type"] = 1, ["invocationId"] = "1", ["target"] = "ObserveInstanceAsync", ["arguments"] = new JsonArray(id.ToString()) });

        // What moved before it was observed is told as well; the journal first, for the viewer draws it when it is told of the instance.
        var waiting = await ToldAsync(line);
        Assert.True(waiting["isBlocked"]!.GetValue<bool>());
        // Once more, for a viewer that was not ready; then only who reads is told of the instance.
        await ToldAsync(line);
        await site.GetAsync($"/workflow-instances/{id}/journal?skip=0&take=10");
        Assert.Equal("WorkflowInstanceUpdatedAsync", await line.NextAsync());

        var item = await site.Host.ReadAsync(db => db.Set<WorkItem>().AsNoTracking().SingleAsync(i => i.InstanceId == id));
        var done = await site.Host.HandleAsync((CompleteWorkItemHandler h) => h.HandleAsync(new CompleteWorkItem(item.Id, "同意", new JsonObject { ["opinion"] = "可" }), site.Host.Change(TestHost.Person("张三", "planner")), default));
        Assert.Null(done.Refusal);
        var step = await ToldAsync(line);
        while (step["completedCount"]!.GetValue<int>() == 0) step = await ToldAsync(line);
        Assert.Equal((1, 1, false), (step["startedCount"]!.GetValue<int>(), step["completedCount"]!.GetValue<int>(), step["isBlocked"]!.GetValue<bool>()));
        Assert.Equal(WorkflowStatus.Finished, (await site.Host.InstanceAsync(id)).Status);

        // The viewer of a finished instance reads whenever it is told: its reading must not be told.
        await ToldAsync(line);
        await site.GetAsync($"/workflow-instances/{id}/journal?skip=0&take=10");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => line.NextAsync(TimeSpan.FromSeconds(2)));

        // The counts of the step, between the word of the journal and the word of the instance.
        async Task<JsonNode> ToldAsync(Line from)
        {
            var name = await from.NextAsync();
            while (name == "WorkflowInstanceUpdatedAsync") name = await from.NextAsync();
            Assert.Equal("WorkflowExecutionLogUpdatedAsync", name);
            Assert.Equal("ActivityExecutionLogUpdatedAsync", await from.NextAsync());
            var counts = from.Last["arguments"]![0]!["stats"]!.AsArray().Single(s => s!["activityId"]!.GetValue<string>() == "审")!;
            Assert.Equal("WorkflowInstanceUpdatedAsync", await from.NextAsync());
            Assert.Equal(id.ToString(), from.Last["arguments"]![0]!["workflowInstanceId"]!.GetValue<string>());
            return counts;
        }
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
                await new Line(socket).UntilAsync(m => m["type"]?.GetValue<int>() == 6, TimeSpan.FromSeconds(120));
                return false;
            }
            catch (Exception e) when (e is WebSocketException or EndOfStreamException)
            {
                return true;
            }
        }
    }

    /// <summary>What the hub said, one message after the other.</summary>
    private sealed class Line(ClientWebSocket socket)
    {
        private readonly Queue<JsonNode> _said = new();
        private readonly byte[] _buffer = new byte[64 * 1024];
        private string _part = "";

        public JsonNode Last { get; private set; } = new JsonObject();

        /// <summary>The name of the next call.</summary>
        public async Task<string> NextAsync(TimeSpan? patience = null)
        {
            Last = await UntilAsync(m => m["target"] is not null, patience ?? TimeSpan.FromSeconds(120));
            return Last["target"]!.GetValue<string>();
        }

        public async Task<JsonNode> UntilAsync(Func<JsonNode, bool> wanted, TimeSpan patience)
        {
            using var cancel = new CancellationTokenSource(patience);
            while (true)
            {
                while (_said.TryDequeue(out var message))
                {
                    if (message["type"]?.GetValue<int>() == 7) throw new EndOfStreamException();
                    if (wanted(message)) return message;
                }
                var got = await socket.ReceiveAsync(_buffer, cancel.Token);
                if (got.MessageType is WebSocketMessageType.Close) throw new EndOfStreamException();
                var parts = (_part + Encoding.UTF8.GetString(_buffer, 0, got.Count)).Split(End);
                _part = parts[^1];
                foreach (var part in parts[..^1]) _said.Enqueue(JsonNode.Parse(part)!);
            }
        }
    }
}
