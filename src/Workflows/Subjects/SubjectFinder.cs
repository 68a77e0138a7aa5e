using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Hazards;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Inspections.Supervision;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Subjects;

/// <summary>What a step is about, as a clerk names it.</summary>
/// <param name="Kind"><c>inspection</c>, <c>plan</c>, <c>campaign</c>, <c>penalty</c>, <c>hazard</c>, <c>publication</c> or <c>supervision</c>.</param>
/// <param name="Name">The inspectee's, the campaign's or the publication's name.</param>
/// <param name="Section">The section it is addressed to: its head has it in hand from the start. Null: it is addressed to none.</param>
internal sealed record Subject(string Kind, string Name, string? Section = null);

/// <summary>Finds by its id what a step is about: steps carry the id only, whatever the kind.</summary>
internal sealed class SubjectFinder(DbContext db)
{
    private readonly Dictionary<Guid, Subject?> _found = [];

    public async ValueTask<Subject?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        if (_found.TryGetValue(id, out var known)) return known;
        Subject? subject = null;
        if (await db.Set<InspectionCase>().FindAsync([id], cancellationToken) is { } inspection) subject = new Subject("inspection", inspection.InspecteeName);
        else if (await db.Set<Publication>().FindAsync([id], cancellationToken) is { } publication) subject = new Subject("publication", publication.Title);
        else if (await db.Set<PenaltyCase>().FindAsync([id], cancellationToken) is { } penalty) subject = new Subject("penalty", penalty.PartyName);
        else if (await db.Set<MajorHazard>().FindAsync([id], cancellationToken) is { } hazard) subject = new Subject("hazard", hazard.InspecteeName);
        else if (await db.Set<SupervisionOrder>().FindAsync([id], cancellationToken) is { } supervision) subject = new Subject("supervision", supervision.Title, (await db.Set<Deadline>().FindAsync([supervision.DeadlineId], cancellationToken))?.Section);
        else if (await db.Set<Campaign>().FindAsync([id], cancellationToken) is { } campaign) subject = new Subject("campaign", campaign.Title);
        else if (await db.Set<CoLaunch>().FindAsync([id], cancellationToken) is { } asked && await db.Set<Campaign>().FindAsync([asked.CampaignId], cancellationToken) is { } launched) subject = new Subject("campaign", launched.Title, asked.Unit);
        else if (await db.Set<AnnualPlan>().FindAsync([id], cancellationToken) is { } plan) subject = new Subject("plan", $"{plan.Year}年度抽查工作计划");
        return _found[id] = subject;
    }
}
