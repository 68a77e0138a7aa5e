using System.Text.Json.Nodes;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using static DoubleRandom.Tests.Workflows.Inspections.InspectionWalk;

namespace DoubleRandom.Tests.Workflows.Inspections;

public sealed class InspectionFlowTests
{
    [Theory, BothDatabases]
    public async Task Check_WithoutFindings_IsPublishedAndWaitsForTheArchive(string database)
    {
        await using var walk = await InspectionWalk.StartAsync(database);
        await walk.ToTheChecklistAsync();
        var rows = (JsonArray)(await walk.ViewAsync("visit.checklist")).Fields.Single(f => f.Name == "results").Default!;
        Assert.Equal(["GM-01", "GM-02", "GM-03"], rows.Select(r => r!["code"]!.GetValue<string>()));

        await walk.DoAsync("visit.checklist", "提交", First, await walk.ChecklistAsync());
        await walk.ConfirmAsync();
        await walk.FeedbackAsync();
        await walk.DoAsync("result.enter", "提交", First, new JsonObject { ["codes"] = new JsonArray("1"), ["followUp"] = "无需后续处置" });
        await walk.PublishAsync(First);

        Assert.Equal(["case.archive"], await walk.WaitingAsync());
        var publication = await walk.RowAsync<Publication>(q => q.SingleAsync());
        Assert.Equal((PublicationStatus.Published, "芮志强", "杨玉梅", "曹发布"), (publication.Status, publication.AuthorName, publication.ReviewerName, publication.PublisherName));
        Assert.Contains("未发现问题", publication.MaskedJson, StringComparison.Ordinal);
    }
}
