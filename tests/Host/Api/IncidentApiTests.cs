using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Tests.Support;
using DoubleRandom.Tests.Workflows;

namespace DoubleRandom.Tests.Host.Api;

public sealed class IncidentApiTests
{
    [Theory, BothDatabases]
    public async Task Incident_ListedSkippedWithAWrongOutcomeThenWithReason_GoesOn(string database)
    {
        await using var site = await ApiSite.StartAsync(database);
        await site.Host.PublishAsync("undecided", [Given.Node("D", "Elsa.FlowDecision", ("condition", Given.Feel("Answer"))), Given.Node("E", "Elsa.End")], "D.True>E");
        var id = await site.Host.StartAsync("undecided", "C-1");
        using var officer = await site.SignInAsync("wang", "officer");
        using var director = await site.SignInAsync("ma", "director");
        var listed = (await director.GetFromJsonAsync<JsonElement>("/api/incidents")).GetProperty("items")[0];
        var incident = listed.GetProperty("id").GetString();

        using var forbidden = await officer.PostAsJsonAsync($"/api/incidents/{incident}/revise", new { variable = "Answer", value = "true", reason = "补正" });
        using var unknown = await director.PostAsJsonAsync($"/api/incidents/{incident}/skip", new { outcome = "随便", reason = "人工判断" });
        using var noVariable = await director.PostAsJsonAsync($"/api/incidents/{incident}/revise", new { variable = "X", value = "true", reason = "补正" });
        using var skipped = await director.PostAsJsonAsync($"/api/incidents/{incident}/skip", new { outcome = "True", reason = "人工判断" });
        using var again = await director.PostAsJsonAsync($"/api/incidents/{incident}/retry", new { });

        Assert.Equal("C-1", listed.GetProperty("caseNo").GetString());
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.OK, HttpStatusCode.Conflict), (forbidden.StatusCode, unknown.StatusCode, noVariable.StatusCode, skipped.StatusCode, again.StatusCode));
        Assert.Equal(WorkflowStatus.Finished, (await site.Host.InstanceAsync(id)).Status);
    }
}
