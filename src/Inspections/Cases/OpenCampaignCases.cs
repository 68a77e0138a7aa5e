using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Cases;

/// <summary>逐户建案: one check for each drawn and locked object of a campaign with the team that was drawn for it. A second time it answers the checks that are there.</summary>
public sealed record OpenCampaignCases(Guid CampaignId);

/// <param name="Cases">In the order of their numbers; not empty.</param>
public sealed record OpenedCases(IReadOnlyList<InspectionCase> Cases);

public sealed class OpenCampaignCasesHandler(DbContext db, OpenInspectionHandler open, PreNotice announced, Deadlines.ClockActs clocks)
{
    public async Task<Result<OpenedCases>> HandleAsync(OpenCampaignCases command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<Campaign>().FindAsync([command.CampaignId], cancellationToken) is not { } campaign) return Refusal.NotFound("campaigns.not-found");
        if (campaign.Status is not CampaignStatus.Locked || campaign.CountersignedAt is null) return Refusal.Conflict("cases.not-locked", campaign.CampaignNo);
        var visits = await AssignmentQueries.VisitsAsync(db, campaign.Id, cancellationToken);
        if (visits.Count == 0) return Refusal.Conflict("cases.no-visits", campaign.CampaignNo);
        var entries = await db.Set<Inspectee>().AsNoTracking().Where(i => db.Set<InspectionAssignment>().Any(a => a.CampaignId == campaign.Id && a.InspecteeNumber == i.Number))
            .Select(i => new { i.Number, i.CreditCode, i.SiteAddress, i.RegisteredAddress }).ToDictionaryAsync(i => i.Number, cancellationToken);
        // Asked once for all: fifty thousand visits are not fifty thousand questions.
        var there = (await db.WithStagedAsync<InspectionCase>(c => c.CampaignId == campaign.Id, cancellationToken)).ToDictionary(c => c.InspectionNo, StringComparer.Ordinal);
        var isFirst = there.Count == 0;
        var items = campaign.ItemCodes.Split(';', StringSplitOptions.RemoveEmptyEntries);
        var applies = await MergedAsync(campaign, items, cancellationToken);
        var joined = await MergedVisits.IntoAsync(db, campaign.Id, cancellationToken);
        var cases = new List<InspectionCase>(visits.Count);
        foreach (var visit in visits)
        {
            if (visit.Status is not AssignmentStatus.Locked) return Refusal.Conflict("cases.not-locked", campaign.CampaignNo);
            var entry = entries.GetValueOrDefault(visit.InspecteeNumber);
            var opened = await open.HandleAsync(
                new OpenInspection(campaign.Id, campaign.CampaignNo, visit.Sequence, visit.InspecteeNumber, visit.InspecteeName, entry?.CreditCode,
                    entry?.SiteAddress ?? entry?.RegisteredAddress, [.. ((string[])[items[0], .. applies.GetValueOrDefault(visit.InspecteeNumber, []), .. joined[visit.InspecteeNumber].SelectMany(m => m.Items)]).Distinct()],
                    MergedVisits.Join(visit.Team, joined[visit.InspecteeNumber]), visit.PlannedOn)
                { There = there, ItemVersions = MergedVisits.Versions(campaign.ItemVersions, joined[visit.InspecteeNumber]) }, change, cancellationToken);
            if (opened.Refusal is { } refusal) return refusal;
            cases.Add(opened.Value);
        }
        if (!isFirst || await announced.FirstDayAsync(campaign.CampaignNo, cancellationToken) is not null) return new OpenedCases(cases);
        return await clocks.HappenedAsync("campaign.drawn", PreNotice.Of(campaign), cases.Min(c => c.PlannedOn), change, cancellationToken) is { } stuck ? stuck : new OpenedCases(cases);
    }

    /// <summary>合并事项: of the campaign's further items those whose condition the object meets, so that one visit does what several would (S004-26).</summary>
    private async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> MergedAsync(Campaign campaign, string[] items, CancellationToken cancellationToken)
    {
        Dictionary<string, IReadOnlyList<string>> applies = new(StringComparer.Ordinal);
        if (items.Length == 1) return applies;
        var filters = (await KeptItems.ItemsAsync(db, items[1..], campaign.ItemVersions, campaign.PeriodFrom, cancellationToken)).Select(i => (i.Code, Filter: ObjectFilter.Parse(i.ObjectFilter, i.Code))).Where(f => !f.Filter.IsRefused).ToList();
        await foreach (var entry in db.Set<Inspectee>().AsNoTracking().Where(i => db.Set<InspectionAssignment>().Any(a => a.CampaignId == campaign.Id && a.InspecteeNumber == i.Number)).AsAsyncEnumerable().WithCancellation(cancellationToken))
            applies[entry.Number] = [.. filters.Where(f => f.Filter.Value.Matches(entry)).Select(f => f.Code)];
        return applies;
    }
}
