using DoubleRandom.Basics;
using DoubleRandom.Host.Pages.Cases;
using DoubleRandom.Host.Pages.Parts;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Campaigns;

/// <param name="Done">Checks that have ended.</param>
public sealed record CampaignLine(Campaign Campaign, int Cases, int Done, int Late);

/// <param name="Drawn">Ids in ticket order; the first <see cref="Draw.Count"/> of a stratum.</param>
public sealed record DrawView(Draw Draw, IReadOnlyList<DrawCommitment> Parties, int Excluded, IReadOnlyList<DrawnId> Drawn, IReadOnlyList<DrawnId> Reserves, string? Seed);

public sealed record DrawnId(int Position, string Id, string? Name);

/// <param name="CaseNo">The case opened for the visit.</param>
public sealed record VisitLine(AssignedVisit Visit, string? CaseNo, InspectionStatus? Status, DueView? Due, IReadOnlyList<SeatSkip> Skips);

public sealed record StageCount(string Name, string Badge, int Count);

/// <param name="IsHidden">Who was drawn is secret still and the reader need not know: he sees his own visits.</param>
/// <param name="IsSecret">Who was drawn is secret still; that the reader looked at it has to be kept.</param>
/// <param name="People">Names of the persons the requests are about, by number.</param>
/// <param name="Readings">查阅记录, for those who may know it all; the newest first.</param>
public sealed record CampaignView(
    Campaign Campaign, bool IsSecret, bool IsHidden, IReadOnlyList<DrawnListReading> Readings, PlanLine? Line, IReadOnlyList<DrawView> Draws, IReadOnlyList<VisitLine> Visits, IReadOnlyList<RosterRequest> Requests, IReadOnlyList<StageCount> Stages,
    IReadOnlyList<EscalationDeadline> Late, IReadOnlyList<WorkItem> Open, IReadOnlyList<Publication> Publications, IReadOnlyList<SharedVisit> Shared, IReadOnlyList<(MergedVisit Visit, bool Here)> Merged,
    IReadOnlyDictionary<string, string> People, LeaderChoice Leaders, IReadOnlyList<CoLaunch> CoUnits, IReadOnlyList<CampaignExtension> Extensions, IReadOnlyList<InspectionAssignment> Dropped);

public sealed record EscalationDeadline(Deadline Deadline, DueView Due);

/// <summary>抽查任务: the list and one of them whole.</summary>
public sealed class CampaignQueries(DbContext db, NeedToKnow needs, DueReader dues)
{
    /// <summary>Reserves can be a whole register; the verifier shows them all.</summary>
    private const int ReservesShown = 10;

    private const int ReadingsShown = 100;

    public async Task<IReadOnlyList<CampaignLine>> ListAsync(string? text, int? year, CancellationToken cancellationToken)
    {
        var campaigns = Read<Campaign>();
        if (text is not null) campaigns = campaigns.Where(c => c.CampaignNo.Contains(text) || c.Title.Contains(text));
        if (year is { } y)
        {
            var prefix = $"{y}-";
            campaigns = campaigns.Where(c => c.CampaignNo.StartsWith(prefix));
        }
        var rows = await campaigns.OrderByDescending(c => c.CampaignNo).Take(200).ToListAsync(cancellationToken);
        var ids = rows.Select(c => c.Id).ToList();
        var cases = await Read<InspectionCase>().Where(c => ids.Contains(c.CampaignId)).Select(c => new { c.CampaignId, c.InspectionNo, c.CheckedOn }).ToListAsync(cancellationToken);
        var today = dues.Today;
        var late = (await Read<Deadline>().Late(today).Select(d => d.CaseNo).Distinct().ToListAsync(cancellationToken)).ToHashSet();
        return [.. rows.Select(c =>
        {
            var own = cases.Where(i => i.CampaignId == c.Id).ToList();
            return new CampaignLine(c, own.Count, own.Count(i => i.CheckedOn is not null), own.Count(i => late.Contains(i.InspectionNo)) + (late.Contains(c.CampaignNo) ? 1 : 0));
        })];
    }

    public async Task<CampaignView?> FindAsync(string number, Actor reader, CancellationToken cancellationToken)
    {
        if (await Read<Campaign>().SingleOrDefaultAsync(c => c.CampaignNo == number, cancellationToken) is not { } campaign) return null;
        var line = await Read<PlanLine>().SingleOrDefaultAsync(l => l.PlanNo == campaign.PlanNo && l.LineNo == campaign.PlanLineNo, cancellationToken);
        var cases = await Read<InspectionCase>().Where(c => c.CampaignId == campaign.Id).ToListAsync(cancellationToken);
        var isSecret = await needs.IsSecretAsync(campaign, cancellationToken);
        var isHidden = isSecret && !await needs.KnowsListAsync(campaign, reader, cancellationToken);
        var known = isHidden ? (await (await needs.KnownAsync(Read<InspectionCase>().Where(c => c.CampaignId == campaign.Id), reader, cancellationToken)).Select(c => c.InspectionNo).ToListAsync(cancellationToken)).ToHashSet() : null;
        var byInspectee = cases.ToDictionary(c => c.InspecteeNumber, StringComparer.Ordinal);
        var visits = await AssignmentQueries.VisitsAsync(db, campaign.Id, cancellationToken);
        var skips = (await Read<SeatSkip>().Where(s => s.CampaignId == campaign.Id).OrderBy(s => s.Sequence).ToListAsync(cancellationToken)).ToLookup(s => s.AssignmentId);
        var assignments = (await Read<InspectionAssignment>().Where(a => a.CampaignId == campaign.Id).Select(a => new { a.Id, a.InspecteeNumber, a.InspecteeName }).ToListAsync(cancellationToken));
        var numbers = cases.Select(c => c.InspectionNo).Append(number).ToList();
        var running = await Read<Deadline>().Where(d => numbers.Contains(d.CaseNo) && (d.Status == DeadlineStatus.Open || d.Status == DeadlineStatus.Overdue) && d.PausedOn == null).OrderBy(d => d.DueOn).ToListAsync(cancellationToken);
        var clocks = running.ToLookup(d => d.CaseNo);
        var visitLines = new List<VisitLine>();
        foreach (var visit in visits)
        {
            var found = byInspectee.GetValueOrDefault(visit.InspecteeNumber);
            if (known is not null && !known.Contains(found?.InspectionNo ?? "") && !visit.Team.Any(m => m.Number == reader.RegisterNumber)) continue;
            var due = found is null ? null : clocks[found.InspectionNo].FirstOrDefault();
            var assignment = assignments.First(a => a.InspecteeNumber == visit.InspecteeNumber);
            visitLines.Add(new VisitLine(visit, found?.InspectionNo, found?.Status, due is null ? null : await dues.ReadAsync(due, cancellationToken), [.. skips[assignment.Id]]));
        }
        var late = new List<EscalationDeadline>();
        foreach (var d in running.Where(d => d.DueOn < dues.Today && (known is null || d.CaseNo == number || known.Contains(d.CaseNo)))) late.Add(new EscalationDeadline(d, await dues.ReadAsync(d, cancellationToken)));
        return new CampaignView(
            campaign, isSecret, isHidden,
            NeedToKnow.KnowsAll(reader) ? await Read<DrawnListReading>().Where(r => r.CampaignNo == number).OrderByDescending(r => r.At).ThenBy(r => r.Number).Take(ReadingsShown).ToListAsync(cancellationToken) : [],
            line, await DrawsAsync(campaign, isHidden, assignments.ToDictionary(a => a.InspecteeNumber, a => a.InspecteeName, StringComparer.Ordinal), cancellationToken), visitLines,
            isHidden ? [] : await Read<RosterRequest>().Where(r => r.CampaignId == campaign.Id).OrderBy(r => r.Sequence).ToListAsync(cancellationToken),
            [.. cases.GroupBy(c => c.Status).OrderBy(g => g.Key).Select(g => new StageCount(CaseWords.Of(g.Key), CaseWords.BadgeOf(g.Key), g.Count()))], late,
            await Read<WorkItem>().Where(i => i.CaseNo == number && i.Status == WorkItemStatus.Open).OrderBy(i => i.CreatedAt).ToListAsync(cancellationToken),
            await Read<Publication>().Where(p => p.SubjectNo == number).OrderBy(p => p.DraftedAt).ToListAsync(cancellationToken),
            isHidden || campaign.Status is CampaignStatus.Archived ? [] : await AssignmentQueries.SharedAsync(db, campaign.Id, cancellationToken),
            isHidden ? [] : [.. (await MergedVisits.IntoAsync(db, campaign.Id, cancellationToken)).SelectMany(g => g).Select(m => (m, true)), .. (await MergedVisits.FromAsync(db, campaign.Id, cancellationToken)).SelectMany(g => g).Select(m => (m, false))],
            isHidden ? new Dictionary<string, string>() : await PersonNamesAsync(await Read<RosterRequest>().Where(r => r.CampaignId == campaign.Id && r.PersonNumber != null).Select(r => r.PersonNumber!).Distinct().ToListAsync(cancellationToken), cancellationToken),
            await LeaderChoice.OfAsync(db, campaign, cancellationToken), await Read<CoLaunch>().Where(c => c.CampaignId == campaign.Id).OrderBy(c => c.Unit).ToListAsync(cancellationToken),
            await CampaignExtension.OfAsync(db, campaign.Id, cancellationToken), isHidden ? [] : await FewerVisits.OfAsync(db, campaign.Id, cancellationToken));
    }

    /// <summary>Lines of approved plans that campaigns can be made from.</summary>
    public async Task<IReadOnlyList<PlanLine>> LinesAsync(CancellationToken cancellationToken)
    {
        var plans = await Read<AnnualPlan>().Where(p => p.Status == PlanStatus.GovernmentApproved || p.Status == PlanStatus.Published).OrderByDescending(p => p.Year).ToListAsync(cancellationToken);
        var lines = new List<PlanLine>();
        foreach (var plan in plans) lines.AddRange(await PlanLines.ApprovedAsync(db, plan, cancellationToken) ?? []);
        return lines;
    }

    private async Task<IReadOnlyList<DrawView>> DrawsAsync(Campaign campaign, bool isHidden, Dictionary<string, string> inspectees, CancellationToken cancellationToken)
    {
        var draws = await Read<Draw>().Where(d => d.CampaignId == campaign.Id).OrderBy(d => d.OrderedAt).ThenBy(d => d.Number).ToListAsync(cancellationToken);
        var ids = draws.Select(d => d.Id).ToList();
        var parties = (await Read<DrawCommitment>().Where(c => ids.Contains(c.DrawId)).OrderBy(c => c.Sequence).ToListAsync(cancellationToken)).ToLookup(c => c.DrawId);
        var excluded = (await Read<DrawExclusion>().Where(e => ids.Contains(e.DrawId)).GroupBy(e => e.DrawId).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellationToken)).ToDictionary(g => g.Key, g => g.Count);
        var views = new List<DrawView>();
        foreach (var draw in draws)
        {
            var (drawn, reserves, seed) = await ResultAsync(draw, inspectees, cancellationToken);
            views.Add(new DrawView(draw, [.. parties[draw.Id]], excluded.GetValueOrDefault(draw.Id), isHidden ? [] : drawn, isHidden ? [] : reserves, seed));
        }
        return views;
    }

    private async Task<(IReadOnlyList<DrawnId> Drawn, IReadOnlyList<DrawnId> Reserves, string? Seed)> ResultAsync(Draw draw, Dictionary<string, string> inspectees, CancellationToken cancellationToken)
    {
        if (draw.ResultFile is null) return ([], [], null);
        using var result = System.Text.Json.JsonDocument.Parse(draw.ResultFile);
        var (drawn, reserves) = (new List<string>(), new List<string>());
        foreach (var stratum in result.RootElement.GetProperty("order").EnumerateArray())
        {
            drawn.AddRange(stratum.GetProperty("drawn").EnumerateArray().Select(e => e.GetString()!));
            reserves.AddRange(stratum.GetProperty("reserves").EnumerateArray().Take(ReservesShown).Select(e => e.GetString()!));
        }
        var names = draw.Kind == "object" ? inspectees : await PersonNamesAsync([.. drawn, .. reserves], cancellationToken);
        if (draw.Kind == "object")
        {
            var missing = drawn.Concat(reserves).Where(id => !names.ContainsKey(id)).ToList();
            foreach (var row in await Read<Inspectee>().Where(i => missing.Contains(i.Number)).Select(i => new { i.Number, i.Name }).ToListAsync(cancellationToken)) names[row.Number] = row.Name;
        }
        return ([.. drawn.Select((id, i) => new DrawnId(i + 1, id, names.GetValueOrDefault(id)))], [.. reserves.Select((id, i) => new DrawnId(drawn.Count + i + 1, id, names.GetValueOrDefault(id)))],
            result.RootElement.GetProperty("seed").GetString());
    }

    private async Task<Dictionary<string, string>> PersonNamesAsync(List<string> numbers, CancellationToken cancellationToken)
    {
        var officers = await Read<Officer>().Where(o => numbers.Contains(o.Number)).Select(o => new { o.Number, o.Name }).ToListAsync(cancellationToken);
        var experts = await Read<Expert>().Where(o => numbers.Contains(o.Number)).Select(o => new { o.Number, o.Name }).ToListAsync(cancellationToken);
        return officers.Concat(experts).ToDictionary(o => o.Number, o => o.Name, StringComparer.Ordinal);
    }

    private IQueryable<T> Read<T>() where T : class => db.Set<T>().AsNoTracking();
}
