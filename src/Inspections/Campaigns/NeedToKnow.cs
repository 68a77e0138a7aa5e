using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>
/// 知悉范围: who may read, before the visit, which inspectees were drawn and who will inspect them (保密要求 of the scheme, S004-14). It opens by itself
/// when the inspectors arrive, or when the list is announced beforehand. A special check was not drawn and is nobody's secret here.
/// </summary>
public sealed class NeedToKnow(DbContext db, WorkItemPeople people, TimeProvider time)
{
    /// <summary>Who plans, draws, leads, presses or supervises checks knows all of them; and who puts right a process that stopped.</summary>
    private static readonly string[] Offices =
        [Roles.Planner, Roles.DrawOperator, Roles.SectionHead, Roles.DeputyDirector, Roles.Director, Roles.Supervisor, Roles.Escalation, Roles.Auditor, Roles.Admin];

    public static bool KnowsAll(Actor reader) => reader.IsSystem || reader.IsAny(Offices);

    /// <summary>Checks that are still to come, of campaigns whose list is not announced.</summary>
    public IQueryable<InspectionCase> Secret(IQueryable<InspectionCase> cases)
    {
        var announced = Announced();
        return cases.Where(c => c.Lead == null && !announced.Contains(c.CampaignNo)
            && (c.Status == InspectionStatus.Opened || c.Status == InspectionStatus.Refused || c.Status == InspectionStatus.Approved || c.Status == InspectionStatus.Planned));
    }

    /// <summary>Campaigns whose whole list the public has read before the visits (<see cref="AnnouncementPolicy.FullList"/>).</summary>
    public IQueryable<string> Announced()
        => db.Set<Campaign>().Where(k => k.Announcement == AnnouncementPolicy.FullList
            && db.Set<Publication>().Any(p => p.SubjectNo == k.CampaignNo && p.Kind == PublicationKind.Announcement && p.PublishedOn != null)).Select(k => k.CampaignNo);

    /// <summary>Those of the checks that the reader may know of: no secret any more, or his own work.</summary>
    public async Task<IQueryable<InspectionCase>> KnownAsync(IQueryable<InspectionCase> cases, Actor reader, CancellationToken cancellationToken)
    {
        if (KnowsAll(reader)) return cases;
        var secret = Secret(db.Set<InspectionCase>()).Select(c => c.Id);
        var (work, seat) = (await WorkOfAsync(reader, cancellationToken), SeatOf(reader));
        return cases.Where(c => !secret.Contains(c.Id) || work.Any(i => i.CaseNo == c.InspectionNo) || (seat != null && c.TeamJson.Contains(seat)));
    }

    /// <summary>From the draw until the last visit has begun.</summary>
    public async Task<bool> IsSecretAsync(Campaign campaign, CancellationToken cancellationToken)
    {
        if (campaign.Status is not (CampaignStatus.Drawn or CampaignStatus.Locked) || await Announced().ContainsAsync(campaign.CampaignNo, cancellationToken)) return false;
        var cases = MergedVisits.CasesOf(db, campaign.Id);
        return await Secret(cases).AnyAsync(cancellationToken) || !await cases.AnyAsync(cancellationToken);
    }

    /// <summary>Whether the reader may know the whole list of a campaign whose checks are still to come.</summary>
    public async Task<bool> KnowsListAsync(Campaign campaign, Actor reader, CancellationToken cancellationToken)
        => KnowsAll(reader) || await (await WorkOfAsync(reader, cancellationToken)).AnyAsync(i => i.CaseNo == campaign.CampaignNo, cancellationToken);

    /// <summary>Whether somebody who is not of the office has a part in the check or the campaign; of everything else he is shown nothing.</summary>
    /// <param name="number">Of the check, the campaign or any other matter.</param>
    public async Task<bool> HasPartAsync(string number, Actor reader, CancellationToken cancellationToken)
    {
        var seat = SeatOf(reader);
        return (seat != null && await db.Set<InspectionCase>().AnyAsync(c => c.InspectionNo == number && c.TeamJson.Contains(seat), cancellationToken))
            || await (await WorkOfAsync(reader, cancellationToken)).AnyAsync(i => i.CaseNo == number, cancellationToken);
    }

    /// <summary>What the person had, has or may take in hand, was asked or told about; for himself and for those he stands in for today.</summary>
    private async Task<IQueryable<WorkItem>> WorkOfAsync(Actor reader, CancellationToken cancellationToken)
    {
        List<Guid> persons = [reader.Id];
        var roles = reader.Roles.ToHashSet(StringComparer.Ordinal);
        foreach (var standIn in await people.StandInsAsync(reader, time.Today, cancellationToken))
        {
            persons.Add(standIn.Principal.Id);
            roles.UnionWith(standIn.Powers);
        }
        var seat = reader.RegisterNumber is { } number ? $";{number};" : null;
        var taken = roles.ToList();
        return db.Set<WorkItem>().Where(i =>
            persons.Contains(i.ClaimedById!.Value) || persons.Contains(i.CompletedById!.Value) || persons.Contains(i.DelegatedById!.Value)
            || (i.Status == WorkItemStatus.Open && i.Assignees == null && i.ClaimedById == null && taken.Contains(i.Role))
            || (seat != null && i.Assignees!.Contains(seat))
            || db.Set<WorkItemSigner>().Any(s => s.WorkItemId == i.Id && persons.Contains(s.PersonId))
            || db.Set<WorkItemCopy>().Any(k => k.WorkItemId == i.Id && persons.Contains(k.PersonId)));
    }

    /// <summary>How a team's member stands in <see cref="InspectionCase.TeamJson"/>.</summary>
    private static string? SeatOf(Actor reader) => reader.RegisterNumber is { } number ? $"\"Number\":\"{number}\"" : null;
}
