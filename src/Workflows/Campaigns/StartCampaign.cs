using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Campaigns;

/// <summary>下达抽查任务: puts a line of the approved plan to work and starts the campaign's workflow.</summary>
/// <param name="Title">Null: the item's name with the month.</param>
/// <param name="PeriodFrom">First day of visits; null: the line's, or today when that is later.</param>
/// <param name="PeriodTo">Last day of visits; null: the line's.</param>
/// <param name="ExpertsPerGroup">Null: the line's.</param>
public sealed record StartCampaign(
    string PlanNo, int LineNo, string? Title = null, DateOnly? PeriodFrom = null, DateOnly? PeriodTo = null, int? ExpertsPerGroup = null,
    AnnouncementPolicy Announcement = AnnouncementPolicy.NamesAfterVisit);

public sealed record StartedCampaign(Guid CampaignId, string Number);

public sealed class StartCampaignHandler(CreateCampaignFromPlanLineHandler create, DbContext db, IUnitFlush flush, WorkflowRuntime runtime)
{
    public const string DefinitionId = "campaign";

    public async Task<Result<StartedCampaign>> HandleAsync(StartCampaign command, ChangeContext change, CancellationToken cancellationToken)
    {
        var created = await create.HandleAsync(
            new CreateCampaignFromPlanLine(command.PlanNo, command.LineNo, command.Title, command.PeriodFrom, command.PeriodTo, command.ExpertsPerGroup, command.Announcement), change, cancellationToken);
        if (created.Refusal is { } refusal) return refusal;
        await flush.FlushAsync(cancellationToken);
        var campaign = created.Value;
        var input = new JsonObject { ["CampaignId"] = campaign.Id.ToString(), ["CaseNo"] = campaign.CampaignNo };
        var started = await runtime.StartAsync(new StartWorkflow(DefinitionId, Ids.New(change), campaign.CampaignNo, campaign.Title, input), change, cancellationToken);
        if (started.Refusal is { } notStarted) return notStarted;
        db.Started(started.Value.Instance.Id, campaign.CampaignNo, change);
        return new StartedCampaign(campaign.Id, campaign.CampaignNo);
    }
}
