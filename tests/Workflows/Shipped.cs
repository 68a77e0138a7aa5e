using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.WorkItems;
using Microsoft.EntityFrameworkCore;
using static DoubleRandom.Tests.Workflows.Given;

namespace DoubleRandom.Tests.Workflows;

/// <summary>The shipped definitions of a subject, walked through by their forms.</summary>
internal static class Shipped
{
    /// <summary>Publishes the shipped files; the publication they call ends at once.</summary>
    public static async Task<TestHost> HostAsync(string database, params string[] definitions)
    {
        var host = await TestHost.StartAsync(database);
        await host.PublishAsync("publication", [Node("S", "Elsa.Start"), Node("E", "Elsa.End")], "S.Done>E");
        foreach (var id in definitions) await host.PublishJsonAsync(id, await File.ReadAllTextAsync(Repository.Path(Path.Combine("workflows-json", $"{id}.json"))));
        // An office that fines has an account to pay into; the sample county leaves it open.
        var text = (await File.ReadAllTextAsync(Repository.Path("samples/chongxin/organisation.json"))).Replace("\"account\": null", "\"account\": \"6200000000000001\"", StringComparison.Ordinal)
            .Replace("\"bank\": null", "\"bank\": \"崇信县农商银行\"", StringComparison.Ordinal);
        using var office = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
        var imported = await host.HandleAsync((ImportFileHandler h) => h.HandleAsync(new ImportFile("organisation", office), host.Change(TestHost.Person("计划", "planner", "admin")), default));
        Assert.Null(imported.Refusal);
        return host;
    }

    /// <summary>Does the one open work item of a form, and everything that follows from it.</summary>
    public static async Task<Result<CompletedWorkItem>> TryAsync(this TestHost host, string form, string outcome, Actor by, JsonObject? values = null, Guid operation = default)
    {
        var item = await host.OpenItemAsync(form);
        var change = operation == default ? host.Change(by) : host.Change(by) with { OperationId = operation };
        var done = await host.HandleAsync((CompleteWorkItemHandler h) => h.HandleAsync(new CompleteWorkItem(item.Id, outcome, values ?? []), change, default));
        await host.DrainAsync();
        return done;
    }

    public static async Task DoAsync(this TestHost host, string form, string outcome, Actor by, JsonObject? values = null)
    {
        Assert.Null((await host.TryAsync(form, outcome, by, values)).Refusal);
        var incidents = await host.ReadAsync(db => db.Set<IncidentRow>().AsNoTracking().Select(i => i.Message).ToListAsync());
        Assert.Empty(incidents);
    }

    public static Task<WorkItem> OpenItemAsync(this TestHost host, string form)
        => host.ReadAsync(db => db.Set<WorkItem>().AsNoTracking().SingleAsync(i => i.FormKey == form && i.Status == WorkItemStatus.Open));

    public static Task<List<string>> OpenFormsAsync(this TestHost host)
        => host.ReadAsync(db => db.Set<WorkItem>().AsNoTracking().Where(i => i.Status == WorkItemStatus.Open).OrderBy(i => i.FormKey).Select(i => i.FormKey).ToListAsync());

    public static JsonArray List(params string[] values) => [.. values.Select(v => (JsonNode)v)];
}
