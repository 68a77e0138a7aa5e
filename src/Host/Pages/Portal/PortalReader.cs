using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Hazards;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Inspections.WorkingRules;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Portal;

/// <summary>A publication in a list.</summary>
/// <param name="ExposedOn">公开曝光 of the listed hazard (S000-20): the day on which it was decided.</param>
public sealed record PublicationLine(Guid Id, PublicationKind Kind, PublicationStatus Status, string Title, string SubjectNo, DateOnly? PublishedOn, DateOnly? WithdrawnOn, DateOnly? ExposedOn);

/// <summary>A version of an annual plan that is public.</summary>
/// <param name="Versions">All public versions with the day each was published.</param>
/// <param name="Reason">Why the version was made; null for the first.</param>
/// <param name="Changes">Against the public version before.</param>
public sealed record PublicPlan(
    int Year, string PlanNo, int Version, IReadOnlyList<(int Number, DateOnly PublishedOn)> Versions, string? GovernmentNo, string? Reason, IReadOnlyList<PlanLine> Lines, IReadOnlyList<LineChange> Changes);

/// <summary>One event in the life of what is published under one number.</summary>
public sealed record PublicationEvent(DateOnly On, string What, Guid Id, string Title, string? Reason);

/// <summary>延长任务期限 of an announced campaign, as the public reads it.</summary>
public sealed record PeriodExtension(DateOnly From, DateOnly To, DateOnly On, string Reason);

/// <param name="Content">Null when it was withdrawn or its time is over: then only the fact remains.</param>
public sealed record PublicationView(
    PublicationLine Line, string? DocumentNo, string? Channel, DateOnly? ExpiresOn, bool IsExpired, string? WithdrawalReason,
    IReadOnlyList<PortalPart>? Content, IReadOnlyList<PublicationEvent> History, IReadOnlyList<DrawLine> Draws)
{
    /// <summary>Why the listed hazard was exposed; null: it was not.</summary>
    public string? ExposedWhy { get; init; }

    /// <summary>Of an announcement: how its period was extended since, the earlier first.</summary>
    public IReadOnlyList<PeriodExtension> Extensions { get; init; } = [];
}

public sealed record DrawLine(string Number, string CampaignNo, string CampaignTitle, string Kind, int Round, DrawStatus Status, int Size, int Count, DateTime OrderedAt, DateTime? DrawnAt)
{
    public string KindName => Kind switch { "object" => "检查对象", "leader" => "检查组长", "officer" => "执法人员", "expert" => "专家", _ => Kind };

    public string StatusName => Status switch
    {
        DrawStatus.Ordered => "名单已冻结，等待各方承诺",
        DrawStatus.Committed => "抽取令已锁定，等待公开信标",
        DrawStatus.Revealed => "各方已揭示，等待计算",
        DrawStatus.Drawn => "已抽取",
        DrawStatus.Void => "已作废",
        _ => Status.ToString(),
    };
}

public sealed record PartyLine(string Name, string? Commitment, DateTime? CommittedAt, string? Nonce, DateTime? RevealedAt);

public sealed record ReasonCount(string Reason, int Count);

public sealed record DrawFileLine(string Name, string What, int Bytes, string Hash);

public sealed record StratumView(string Name, IReadOnlyList<string> Drawn, IReadOnlyList<string> Reserves, int ReserveCount);

public sealed record DrawView(
    DrawLine Line, int BaseCount, DateOnly BaseOn, string Ratio, string ListHash, string? OrderHash, string BeaconSource, DateOnly BeaconOn, string? BeaconText,
    DateTime PlannedAt, DateTime? CommittedAt, string? Seed, string? VoidReason, DateTime? VoidedAt,
    string? StratifiedBy, string? ListNote, IReadOnlyList<DrawStratum> OrderedStrata,
    IReadOnlyList<PartyLine> Parties, IReadOnlyList<ReasonCount> Exclusions, IReadOnlyList<StratumView> Strata, IReadOnlyList<DrawFileLine> Files, IReadOnlyList<DrawLine> OtherRounds,
    IReadOnlyList<string> Leaders);

/// <summary>What became of a draw, as far as it is public.</summary>
/// <param name="Replaced">Objects a reserve took the place of: place, the reserve's place, and why.</param>
/// <param name="Persons">Of a draw of persons: who stands behind a number. Only those who have been out for the campaign already.</param>
public sealed record AfterDraw(IReadOnlyList<(int Place, int Reserve, string Reason)> Replaced, IReadOnlyDictionary<string, string> Persons, int ReplacedSeats)
{
    /// <summary>Objects that could not be checked and whose place nobody was left to take: place, and why.</summary>
    public IReadOnlyList<(int Place, string Reason)> Dropped { get; init; } = [];

    /// <summary>Of a draw of persons: who came for whom, by their places in the order.</summary>
    public IReadOnlyList<SeatMove> Seats { get; init; } = [];
}

/// <param name="Visits">In so many visits.</param>
/// <param name="AfterLock">After the list was locked.</param>
public sealed record SeatMove(int Out, int In, int Visits, bool AfterLock);

/// <summary>All lists of one ceremony.</summary>
/// <param name="Stage">0 commitments awaited, 1 before the planned time, 2 beacon awaited, 3 reveals awaited, 4 all revealed or drawn.</param>
/// <param name="Names">Of drawn objects; empty unless the campaign announces its list before the visits.</param>
public sealed record CeremonyView(IReadOnlyList<DrawView> Draws, int Stage, IReadOnlyDictionary<string, string> Names)
{
    /// <summary>Changes with everything the page shows but the clock.</summary>
    public string State => Hashing.Sha256Hex(string.Join('|', Draws.Select(d => $"{d.Line.Number} {d.Line.Status} {d.BeaconText} {string.Join(',', d.Parties.Select(p => $"{p.Commitment}{p.Nonce}"))}")) + Stage)[..16];
}

public sealed record Paged<T>(IReadOnlyList<T> Rows, int Page, bool HasNext);

/// <summary>
/// The only way from the portal to the database. Gives out what is published, in its masked form, and the public files of draws;
/// persons' names, nonces not yet shown and drafts have no way through here (law 12).
/// </summary>
internal sealed partial class PortalReader(DbContext db, TimeProvider time, DrawDigests digests)
{
    public const int PageSize = 20;
    public const int MaxPage = 500;
    public const int MaxQuery = 60;
    public const int AuditDaysShown = 62;

    /// <summary>The last days' heads of all audit chains, newest first.</summary>
    public async Task<IReadOnlyList<AuditDay>> AuditDaysAsync(CancellationToken cancellationToken)
        => await db.Set<AuditDay>().AsNoTracking().OrderByDescending(d => d.On).Take(AuditDaysShown).ToListAsync(cancellationToken);

    /// <summary>What a person typed, without what no text column can hold, cut to what is searched for.</summary>
    public static string Clean(string? query)
    {
        var text = new string([.. (query ?? "").Where(c => !char.IsControl(c) && !char.IsSurrogate(c))]).Trim();
        return text.Length > MaxQuery ? text[..MaxQuery] : text;
    }

    public static int CleanPage(string? page) => int.TryParse(page, out var number) ? Math.Clamp(number, 1, MaxPage) : 1;

    public async Task<Paged<PublicationLine>> ListAsync(IReadOnlyList<PublicationKind> kinds, string? query, int page, CancellationToken cancellationToken)
    {
        var found = Public(includeWithdrawn: true);
        if (kinds.Count > 0) found = found.Where(p => kinds.Contains(p.Kind));
        if (!string.IsNullOrEmpty(query))
        {
            var code = query.ToUpperInvariant();
            // A person's stall has no credit code: it is found by the masked title alone, never by the person's name.
            found = found.Where(p => p.Title.Contains(query) || p.SubjectNo.Contains(code) || db.Set<InspectionCase>().Any(c => c.Id == p.CaseId && c.CreditCode != null && (c.CreditCode == code || c.InspecteeName.Contains(query))));
        }
        var rows = await found.OrderByDescending(p => p.PublishedOn).ThenByDescending(p => p.PublishedAt).ThenByDescending(p => p.Id)
            .Skip((page - 1) * PageSize).Take(PageSize + 1)
            .Select(p => new { p.Id, p.Kind, p.Status, p.Title, p.SubjectNo, p.PublishedOn, p.WithdrawnAt, p.SubjectId }).ToListAsync(cancellationToken);
        var listed = rows.Where(p => p is { Kind: PublicationKind.HazardListing, Status: PublicationStatus.Published }).Select(p => p.SubjectId).ToList();
        var exposed = listed.Count == 0 ? [] : await db.Set<MajorHazard>().Where(h => listed.Contains(h.Id) && h.ExposedOn != null).ToDictionaryAsync(h => h.Id, h => h.ExposedOn, cancellationToken);
        return new([.. rows.Take(PageSize).Select(p => new PublicationLine(p.Id, p.Kind, p.Status, MaskTitle(p.Title), p.SubjectNo, p.PublishedOn, DateOf(p.WithdrawnAt),
            p is { Kind: PublicationKind.HazardListing, Status: PublicationStatus.Published, SubjectId: { } hazard } ? exposed.GetValueOrDefault(hazard) : null))], page, rows.Count > PageSize && page < MaxPage);
    }

    /// <summary>How much stands in each section: publications, and draws and items themselves where those are what a reader looks for.</summary>
    public async Task<IReadOnlyDictionary<string, int>> CountsAsync(CancellationToken cancellationToken)
    {
        var kinds = await Public(includeWithdrawn: false).GroupBy(p => p.Kind).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        var counts = PortalSection.All.ToDictionary(s => s.Key, s => s.Kinds.Sum(k => kinds.GetValueOrDefault(k)));
        counts["draws"] = await db.Set<Draw>().CountAsync(cancellationToken);
        counts["items"] = (await ItemsAsync(cancellationToken)).Count;
        return counts;
    }

    public async Task<PublicationView?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        var row = await db.Set<Publication>().AsNoTracking()
            .FirstOrDefaultAsync(p => p.Id == id && (p.Status == PublicationStatus.Published || p.Status == PublicationStatus.Withdrawn) && p.PublishedOn != null, cancellationToken);
        if (row is null) return null;
        var expired = row.ExpiresOn < time.Today;
        var isShown = row.Status is PublicationStatus.Published && !expired;
        var content = isShown ? JsonNode.Parse(row.MaskedJson)!.AsObject() : null;
        if (content is not null && row.Kind is PublicationKind.Announcement or PublicationKind.DrawResult)
            content = await WithoutNamesBeforeTheVisitAsync(content, row.SubjectNo, cancellationToken);

        var related = await db.Set<Publication>().AsNoTracking()
            .Where(p => p.SubjectNo == row.SubjectNo && p.Kind == row.Kind && p.PublishedOn != null && (p.Status == PublicationStatus.Published || p.Status == PublicationStatus.Withdrawn))
            .OrderBy(p => p.PublishedAt).ThenBy(p => p.Id).Take(100).ToListAsync(cancellationToken);
        List<PublicationEvent> history = [];
        foreach (var one in related) await AddEventsAsync(history, one, cancellationToken);
        // With a listing that is no longer public goes its exposure.
        var exposed = isShown ? await ExposedAsync(row, cancellationToken) : null;
        var why = exposed?.Exposure is { } reason ? ExposureWords.Of(reason) : null;
        if (exposed?.ExposedOn is { } day) history.Add(new PublicationEvent(day, "公开曝光", row.Id, MaskTitle(row.Title), why));
        var extensions = isShown && row.Kind is PublicationKind.Announcement or PublicationKind.DrawResult ? await ExtensionsAsync(row, cancellationToken) : [];
        history.AddRange(extensions.Select(e => new PublicationEvent(e.On, $"检查期限由 {PortalText.Date(e.From)} 延长至 {PortalText.Date(e.To)}", row.Id, MaskTitle(row.Title), e.Reason)));
        var draws = row.Kind is PublicationKind.Announcement or PublicationKind.DrawResult or PublicationKind.Report ? await DrawsAsync(row.SubjectNo, 1, cancellationToken) : null;
        return new PublicationView(Line(row, exposed?.ExposedOn), content is null ? null : PortalContent.DocumentNo(content), row.Channel, row.ExpiresOn, expired, await WithoutNamesAsync(row.WithdrawalReason, cancellationToken),
            content is null ? null : PortalContent.Read(content), [.. history.OrderBy(e => e.On)], draws?.Rows ?? [])
        {
            ExposedWhy = why,
            Extensions = extensions,
        };
    }

    /// <summary>What was granted after the publication: before it the text has the new period itself.</summary>
    private async Task<IReadOnlyList<PeriodExtension>> ExtensionsAsync(Publication row, CancellationToken cancellationToken)
    {
        var granted = await db.Set<CampaignExtension>().AsNoTracking()
            .Where(e => e.Granted == true && e.DecidedAt > row.DraftedAt && db.Set<Campaign>().Any(c => c.Id == e.CampaignId && c.CampaignNo == row.SubjectNo)).OrderBy(e => e.Sequence).ToListAsync(cancellationToken);
        List<PeriodExtension> shown = [];
        foreach (var e in granted) shown.Add(new PeriodExtension(e.FromOn, e.ToOn, DateOf(e.DecidedAt)!.Value, await WithoutNamesAsync(e.Reason, cancellationToken) ?? ""));
        return shown;
    }

    /// <summary>The item list in force: only items whose publication is recorded.</summary>
    public async Task<IReadOnlyList<InspectionItem>> ItemsAsync(CancellationToken cancellationToken)
    {
        var today = time.Today;
        var items = await db.Set<InspectionItem>().AsNoTracking()
            .Where(i => i.PublishedOn != null && i.PublishedOn <= today && i.EffectiveFrom <= today && (i.EffectiveTo == null || i.EffectiveTo >= today)).ToListAsync(cancellationToken);
        return [.. items.GroupBy(i => i.Code).Select(g => g.MaxBy(i => i.Version)!).OrderBy(i => i.Code, StringComparer.Ordinal)];
    }

    public Task<WorkingRule?> WorkingRuleAsync(CancellationToken cancellationToken) => WorkingRule.InForceAsync(db, time.Today, cancellationToken);

    /// <summary>Published plans as they were approved, newest year first: the last public version of each, of one plan the version that is asked for.</summary>
    public async Task<IReadOnlyList<PublicPlan>> PlansAsync(string? planNo, int? number, CancellationToken cancellationToken)
    {
        var numbers = Public(includeWithdrawn: false).Where(p => p.Kind == PublicationKind.AnnualPlan).Select(p => p.SubjectNo);
        var plans = await db.Set<AnnualPlan>().AsNoTracking().Where(p => numbers.Contains(p.PlanNo)).OrderByDescending(p => p.Year).ThenBy(p => p.PlanNo).Take(100).ToListAsync(cancellationToken);
        List<PublicPlan> shown = [];
        foreach (var plan in plans)
        {
            var versions = await db.Set<PlanVersion>().AsNoTracking().Where(v => v.PlanId == plan.Id && v.PublishedOn != null).OrderBy(v => v.Version).ToListAsync(cancellationToken);
            if (versions.Count == 0) continue;
            var version = (plan.PlanNo == planNo ? versions.FirstOrDefault(v => v.Version == number) : null) ?? versions[^1];
            var (lines, before) = (PlanLines.Read(version), versions.LastOrDefault(v => v.Version < version.Version));
            shown.Add(new PublicPlan(plan.Year, plan.PlanNo, version.Version, [.. versions.Select(v => (v.Version, v.PublishedOn!.Value))], version.GovernmentNo,
                await WithoutNamesAsync(version.Reason, cancellationToken), lines, before is null ? [] : PlanChanges.Of(PlanLines.Read(before), lines)));
        }
        return shown;
    }

    /// <param name="campaignNo">Null: of all campaigns.</param>
    public async Task<Paged<DrawLine>> DrawsAsync(string? campaignNo, int page, CancellationToken cancellationToken)
    {
        var draws = db.Set<Draw>().AsNoTracking();
        if (campaignNo is not null) draws = draws.Where(d => d.CampaignNo == campaignNo);
        var rows = await Lines(draws.OrderByDescending(d => d.OrderedAt).ThenByDescending(d => d.Number).Skip((page - 1) * PageSize).Take(PageSize + 1)).ToListAsync(cancellationToken);
        return new([.. rows.Take(PageSize)], page, rows.Count > PageSize && page < MaxPage);
    }

    public async Task<DrawView?> DrawAsync(string number, CancellationToken cancellationToken)
    {
        if (!IsNumber(number)) return null;
        // Without the files: a list of millions is not read for its hash at every view.
        var draw = await db.Set<Draw>().AsNoTracking().Where(d => d.Number == number).Select(d => new
        {
            d.Id,
            d.Revision,
            d.CampaignId,
            d.Kind,
            d.BaseCount,
            d.BaseOn,
            d.Ratio,
            d.OrderHash,
            d.OrderedAt,
            d.BeaconSource,
            d.BeaconOn,
            d.BeaconConfirmedById,
            d.BeaconText,
            d.PlannedAt,
            d.CommittedAt,
            d.VoidReason,
            d.VoidedAt,
            d.StratifiedBy,
            d.ListNote,
            d.StrataJson,
        }).FirstOrDefaultAsync(cancellationToken);
        if (draw is null) return null;
        var digest = digests.Find(draw.Id, draw.Revision) ?? digests.Add(await db.Set<Draw>().AsNoTracking().SingleAsync(d => d.Id == draw.Id, cancellationToken), WhatIs);
        var line = await Lines(db.Set<Draw>().AsNoTracking().Where(d => d.Id == draw.Id)).SingleAsync(cancellationToken);
        var rounds = await Lines(db.Set<Draw>().AsNoTracking().Where(d => d.CampaignId == draw.CampaignId && d.Kind == draw.Kind && d.Id != draw.Id).OrderBy(d => d.Round)).ToListAsync(cancellationToken);
        var parties = await db.Set<DrawCommitment>().AsNoTracking().Where(c => c.DrawId == draw.Id).OrderBy(c => c.Sequence).ToListAsync(cancellationToken);
        // Of persons only the number of those left out is public; a reason would be about a person.
        var exclusions = draw.Kind is "object"
            ? await db.Set<DrawExclusion>().AsNoTracking().Where(e => e.DrawId == draw.Id).GroupBy(e => e.Reason).Select(g => new ReasonCount(g.Key, g.Count())).ToListAsync(cancellationToken)
            : [new ReasonCount("不具备参加本次抽取的条件", await db.Set<DrawExclusion>().CountAsync(e => e.DrawId == draw.Id, cancellationToken))];
        return new DrawView(line, draw.BaseCount, draw.BaseOn, draw.Ratio, digest.ListHash, draw.OrderHash, draw.BeaconSource, draw.BeaconOn,
            draw.BeaconConfirmedById is null ? null : draw.BeaconText, draw.PlannedAt, draw.CommittedAt, digest.Seed,
            await WithoutNamesAsync(draw.VoidReason, cancellationToken), draw.VoidedAt,
            draw.StratifiedBy, await WithoutNamesAsync(draw.ListNote, cancellationToken), DrawStratum.Read(draw.StrataJson),
            // The system's nonce lies in the row from the beginning: it is public only once it is shown.
            [.. parties.Select(p => new PartyLine(p.Name, p.Commitment, p.CommittedAt, p.RevealedAt is null ? null : p.Nonce, p.RevealedAt))],
            [.. exclusions.Where(e => e.Count > 0).OrderBy(e => e.Reason, StringComparer.Ordinal)],
            digest.Strata, digest.Files, rounds, await LeadersAsync(draw.CampaignId, draw.Kind, draw.OrderedAt, cancellationToken));
    }

    /// <summary>Who leads without having been drawn for it, or stands on the list of leaders by a waiver: by number and post; the name only of who has been out.</summary>
    private async Task<IReadOnlyList<string>> LeadersAsync(Guid campaign, string kind, DateTime orderedAt, CancellationToken cancellationToken)
    {
        if (kind is not ("object" or "leader")) return [];
        // Where leaders are appointed there is no draw of them to say it with.
        var drawn = await db.Set<Draw>().AnyAsync(d => d.CampaignId == campaign && d.Kind == "leader", cancellationToken);
        if (drawn != kind is "leader") return [];
        var named = (await db.Set<LeaderAppointment>().AsNoTracking().Where(a => a.CampaignId == campaign && (!drawn || a.IsWaiver)).OrderBy(a => a.Sequence).ToListAsync(cancellationToken)).Where(a => a.IsInForce && a.At <= orderedAt).ToList();
        if (named.Count == 0) return [];
        var visited = MergedVisits.CasesOf(db, campaign).Where(c => c.CheckedOn != null);
        var been = await db.Set<AssignmentSeat>().Where(s => s.CampaignId == campaign && s.Part == TeamPart.Leader && s.IsActive && db.Set<InspectionAssignment>().Any(a => a.Id == s.AssignmentId && visited.Any(c => c.InspecteeNumber == a.InspecteeNumber)))
            .Select(s => s.PersonNumber).Distinct().ToListAsync(cancellationToken);
        List<string> lines = [];
        foreach (var a in named) lines.Add($"{a.PersonNumber}{(been.Contains(a.PersonNumber) ? $" {a.PersonName}" : "")}（{a.Post}{(a.Waives is { } lacks ? $"，豁免持证要求：{lacks}" : "")}）{(a.IsWaiver ? $"：{await WithoutNamesAsync(a.Reason, cancellationToken)}" : "")}");
        return lines;
    }

    public Task<IReadOnlyList<FairnessYear>> FairnessYearsAsync(CancellationToken cancellationToken) => Fairness.YearsAsync(db, cancellationToken);

    public Task<FairnessFigures?> FairnessAsync(int? year, CancellationToken cancellationToken) => Fairness.OfAsync(db, year, cancellationToken);

    /// <summary>Years with draws, the newest first.</summary>
    public async Task<IReadOnlyList<int>> DrawYearsAsync(CancellationToken cancellationToken)
        => [.. (await db.Set<Draw>().Select(d => d.Number.Substring(0, 4)).Distinct().ToListAsync(cancellationToken)).Select(y => int.Parse(y, System.Globalization.CultureInfo.InvariantCulture)).OrderDescending()];

    /// <summary>递补 of objects with their reasons, and behind the numbers of persons the names of those who have been out.</summary>
    public async Task<AfterDraw> AfterAsync(string number, CancellationToken cancellationToken)
    {
        if (!IsNumber(number) || await db.Set<Draw>().AsNoTracking().Where(d => d.Number == number).Select(d => new { d.CampaignId, d.Kind }).FirstOrDefaultAsync(cancellationToken) is not { } draw) return new([], new Dictionary<string, string>(), 0);
        var part = draw.Kind switch { "leader" => TeamPart.Leader, "expert" => TeamPart.Expert, _ => TeamPart.Officer };
        if (draw.Kind is "object")
        {
            var rows = await db.Set<InspectionAssignment>().AsNoTracking().Where(a => a.CampaignId == draw.CampaignId).Select(a => new { a.Id, a.DrawPosition, a.ReplacesId, a.ReplacedReason }).ToListAsync(cancellationToken);
            List<(int, int, string)> replaced = [];
            foreach (var row in rows.Where(r => r.ReplacesId is not null).OrderBy(r => r.DrawPosition))
            {
                var gone = rows.First(r => r.Id == row.ReplacesId);
                replaced.Add((gone.DrawPosition, row.DrawPosition, await WithoutNamesAsync(gone.ReplacedReason, cancellationToken) ?? ""));
            }
            List<(int, string)> dropped = [];
            foreach (var gone in await FewerVisits.OfAsync(db, draw.CampaignId, cancellationToken)) dropped.Add((gone.DrawPosition, await WithoutNamesAsync(gone.ReplacedReason, cancellationToken) ?? ""));
            return new(replaced, new Dictionary<string, string>(), 0) { Dropped = dropped };
        }
        var seats = db.Set<AssignmentSeat>().AsNoTracking().Where(s => s.CampaignId == draw.CampaignId && s.Part == part);
        var visited = MergedVisits.CasesOf(db, draw.CampaignId).Where(c => c.CheckedOn != null);
        var been = await seats.Where(s => s.IsActive && db.Set<InspectionAssignment>().Any(a => a.Id == s.AssignmentId && visited.Any(c => c.InspecteeNumber == a.InspecteeNumber)))
            .Select(s => new { s.PersonNumber, s.PersonName }).Distinct().ToListAsync(cancellationToken);
        var lockedAt = await db.Set<Campaign>().Where(c => c.Id == draw.CampaignId).Select(c => c.LockedAt).SingleOrDefaultAsync(cancellationToken);
        // Places in the order and no reasons: those are personal (illness, relations).
        var moves = await seats.Where(s => s.ReplacesId != null).Join(seats, s => s.ReplacesId, e => e.Id, (s, e) => new { Out = e.TicketPosition, In = s.TicketPosition, s.TakenAt, Same = s.PersonNumber == e.PersonNumber }).Where(m => !m.Same).ToListAsync(cancellationToken);
        return new([], been.DistinctBy(b => b.PersonNumber).ToDictionary(b => b.PersonNumber, b => b.PersonName, StringComparer.Ordinal), await seats.CountAsync(s => !s.IsActive, cancellationToken))
        {
            Seats = [.. moves.GroupBy(m => (m.Out, m.In, AfterLock: m.TakenAt > lockedAt)).OrderBy(g => g.Key.Out).ThenBy(g => g.Key.In).Select(g => new SeatMove(g.Key.Out, g.Key.In, g.Count(), g.Key.AfterLock))],
        };
    }

    /// <summary>The ceremony a draw belongs to: the lists that were frozen with it. Only what is public, at every moment.</summary>
    public async Task<CeremonyView?> CeremonyAsync(string number, CancellationToken cancellationToken)
    {
        if (!IsNumber(number) || await db.Set<Draw>().AsNoTracking().FirstOrDefaultAsync(d => d.Number == number, cancellationToken) is not { } one) return null;
        var numbers = await db.Set<Draw>().AsNoTracking().Where(d => d.CampaignId == one.CampaignId && d.OrderedAt == one.OrderedAt).OrderBy(d => d.Number).Select(d => d.Number).ToListAsync(cancellationToken);
        List<DrawView> draws = [];
        foreach (var n in numbers) draws.Add((await DrawAsync(n, cancellationToken))!);
        var first = draws[0];
        var stage = first.Line.Status switch
        {
            DrawStatus.Ordered => 0,
            DrawStatus.Committed when first.BeaconText is not null => 3,
            DrawStatus.Committed => time.UtcNow < first.PlannedAt ? 1 : 2,
            // A void round stands where it stopped.
            DrawStatus.Void => first.Parties.Any(p => p.Commitment is null) ? 0 : first.BeaconText is null ? 2 : 3,
            _ => 4,
        };
        var drawn = draws.Where(d => d.Line.Kind is "object").SelectMany(d => d.Strata).SelectMany(s => s.Drawn).Take(500).ToList();
        var open = await db.Set<Campaign>().AnyAsync(c => c.Id == one.CampaignId && c.Announcement == AnnouncementPolicy.FullList, cancellationToken);
        var names = open ? await db.Set<Inspectee>().AsNoTracking().Where(i => drawn.Contains(i.Number)).ToDictionaryAsync(i => i.Number, i => Mask.Text(i.Name, [], creditCodes: false), cancellationToken) : [];
        return new CeremonyView(draws, stage, names);
    }

    /// <summary>The public files of a draw that exist by now, in the protocol's order.</summary>
    public async Task<IReadOnlyList<(string Name, byte[] Bytes)>?> DrawFilesAsync(string number, CancellationToken cancellationToken)
    {
        if (!IsNumber(number)) return null;
        var draw = await db.Set<Draw>().AsNoTracking().FirstOrDefaultAsync(d => d.Number == number, cancellationToken);
        return draw is null ? null : [.. DrawDigests.Named(draw.Files())];
    }

    /// <summary>SHA-256 of a public file when the proof's page was looked at since the file came to be; null: not known without reading it.</summary>
    public async Task<string?> KnownHashAsync(string number, string file, CancellationToken cancellationToken)
        => IsNumber(number) && await db.Set<Draw>().Where(d => d.Number == number).Select(d => new { d.Id, d.Revision }).FirstOrDefaultAsync(cancellationToken) is { } draw
            ? digests.Find(draw.Id, draw.Revision)?.Files.FirstOrDefault(f => f.Name == file)?.Hash : null;

    private static string WhatIs(string file) => file switch
    {
        "candidates.tsv" => "候选名单（只有编号）",
        "order.json" => "抽取令：从哪份名单抽多少、各方的承诺、用哪一个公开信标",
        "reveals.json" => "揭示：各方的随机数与公开信标",
        _ => "结果：种子、抽中与候补的顺序",
    };

    // A draw number is YYYY-NNNN: whatever else stands in an address names no draw.
    private static bool IsNumber(string number) => number.Length is > 0 and <= 16 && number.All(c => char.IsAsciiDigit(c) || c is '-');

    private IQueryable<DrawLine> Lines(IQueryable<Draw> draws) => draws.Select(d => new DrawLine(
        d.Number, d.CampaignNo, db.Set<Campaign>().Where(c => c.Id == d.CampaignId).Select(c => c.Title).FirstOrDefault() ?? d.CampaignNo, d.Kind, d.Round, d.Status, d.Size, d.Count, d.OrderedAt, d.DrawnAt));

    /// <summary>Published and not over its time; with the withdrawn ones where the fact of it is told.</summary>
    private IQueryable<Publication> Public(bool includeWithdrawn)
    {
        var today = time.Today;
        return db.Set<Publication>().AsNoTracking().Where(p => p.PublishedOn != null && (p.ExpiresOn == null || p.ExpiresOn >= today)
            && (p.Status == PublicationStatus.Published || (includeWithdrawn && p.Status == PublicationStatus.Withdrawn)));
    }

    /// <summary>Until the last visit of the campaign is over, nobody's name who visits or advises is public, whatever the author wrote.</summary>
    private async Task<JsonObject> WithoutNamesBeforeTheVisitAsync(JsonObject content, string campaignNo, CancellationToken cancellationToken)
    {
        var cases = db.Set<InspectionCase>().Where(c => c.CampaignNo == campaignNo);
        if (await cases.AnyAsync(cancellationToken) && !await cases.AnyAsync(c => c.CheckedOn == null && c.Status != InspectionStatus.Refused, cancellationToken)) return content;
        return Mask.Content(content, await RegisteredNamesAsync(cancellationToken), creditCodes: false);
    }

    private async Task AddEventsAsync(List<PublicationEvent> history, Publication row, CancellationToken cancellationToken)
    {
        var title = MaskTitle(row.Title);
        history.Add(new PublicationEvent(row.PublishedOn!.Value, "发布", row.Id, title, null));
        if (row.Status is PublicationStatus.Withdrawn && DateOf(row.WithdrawnAt) is { } on) history.Add(new PublicationEvent(on, "撤回", row.Id, title, await WithoutNamesAsync(row.WithdrawalReason, cancellationToken)));
        else if (row.ExpiresOn < time.Today) history.Add(new PublicationEvent(row.ExpiresOn.Value, "公示期满", row.Id, title, null));
    }

    private PublicationLine Line(Publication row, DateOnly? exposedOn) => new(row.Id, row.Kind, row.Status, MaskTitle(row.Title), row.SubjectNo, row.PublishedOn, DateOf(row.WithdrawnAt), exposedOn);

    /// <summary>The hazard whose listing was published, when its exposure was decided by a person (S000-20).</summary>
    private async Task<MajorHazard?> ExposedAsync(Publication row, CancellationToken cancellationToken)
        => row.Kind is PublicationKind.HazardListing ? await db.Set<MajorHazard>().AsNoTracking().FirstOrDefaultAsync(h => h.Id == row.SubjectId && h.ExposedOn != null, cancellationToken) : null;

    private DateOnly? DateOf(DateTime? at) => at is null ? null : time.DateOf(at.Value);

    // A title is written by hand: telephone and identity numbers are starred here too.
    private static string MaskTitle(string title) => Mask.Text(title, [], creditCodes: false);

    /// <summary>A reason written by an officer may name colleagues: whoever has an account or stands in a register of persons is starred.</summary>
    private async Task<string?> WithoutNamesAsync(string? text, CancellationToken cancellationToken)
    {
        if (text is null) return null;
        var names = (await db.Set<Account>().Select(a => a.DisplayName).Distinct().ToListAsync(cancellationToken)).Concat(await RegisteredNamesAsync(cancellationToken));
        return Mask.Text(text, [.. names], creditCodes: false);
    }

    private async Task<List<string>> RegisteredNamesAsync(CancellationToken cancellationToken)
        => [.. await db.Set<Officer>().Select(o => o.Name).ToListAsync(cancellationToken), .. await db.Set<Expert>().Select(e => e.Name).ToListAsync(cancellationToken)];
}
