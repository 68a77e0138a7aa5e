using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Campaigns;

/// <param name="FromOn">First day of an absence; for 改期 the new date.</param>
/// <param name="ToOn">Last day of an absence, inclusive; null: the period's last.</param>
public sealed record RosterRequestLine(RosterRequestKind Kind, string? PersonNumber, string? InspecteeNumber, DateOnly? FromOn, DateOnly? ToOn, string Reason, string? Proof);

/// <summary>Enters what persons declared after the draw: 回避, 不能参加, 对象递补, 改期.</summary>
public sealed record FileRosterRequests(Guid CampaignId, IReadOnlyList<RosterRequestLine> Lines);

/// <remarks>After the lock only persons change: 回避 and 不能参加, on proof; the directors are told (S004-17).</remarks>
public sealed class FileRosterRequestsHandler(DbContext db, CalendarSource calendars, IAuditTrail audit, AlertDesk alerts)
{
    public async Task<Result<IReadOnlyList<RosterRequest>>> HandleAsync(FileRosterRequests command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.Is(Roles.DrawOperator)) return Refusal.Forbidden("draws.not-operator");
        if (await db.Set<Campaign>().FindAsync([command.CampaignId], cancellationToken) is not { } campaign) return Refusal.NotFound("campaigns.not-found");
        if (campaign.Status is not CampaignStatus.Drawn && (campaign.Status is not CampaignStatus.Locked || command.Lines.Any(l => l.Kind is not (RosterRequestKind.Absence or RosterRequestKind.Recusal))))
            return Refusal.Conflict(campaign.LockedAt is null ? "campaigns.wrong-status" : "campaigns.already-locked", campaign.CampaignNo);
        if (command.Lines.Count == 0) return Refusal.Invalid("campaigns.no-requests", "requests");
        var loaded = await Roster.LoadAsync(db, campaign, change, cancellationToken);
        if (loaded.Refusal is { } bad) return bad;
        var next = (await db.WithStagedAsync<RosterRequest>(r => r.CampaignId == campaign.Id, cancellationToken)).Select(r => r.Sequence).DefaultIfEmpty().Max();
        List<RosterRequest> filed = [];
        for (var i = 0; i < command.Lines.Count; i++)
        {
            var line = command.Lines[i];
            if (await CheckAsync(campaign, loaded.Value, line, i + 1, cancellationToken) is { } wrong) return wrong;
            var request = new RosterRequest
            {
                Id = Ids.New(change),
                CampaignId = campaign.Id,
                Sequence = ++next,
                Kind = line.Kind,
                PersonNumber = line.PersonNumber,
                InspecteeNumber = line.InspecteeNumber,
                FromOn = line.FromOn,
                ToOn = line.Kind is RosterRequestKind.Absence ? line.ToOn ?? campaign.PeriodTo : null,
                Reason = line.Reason,
                Proof = line.Proof,
                FiledById = change.By.Id,
                FiledByName = change.By.Name,
                FiledAt = change.At,
            };
            db.Add(request);
            filed.Add(request);
            audit.Record(change, campaign.Chain, $"申报{RosterRequest.NameOf(line.Kind)}", $"campaign {campaign.CampaignNo}", new JsonObject
            {
                ["person"] = line.PersonNumber,
                ["object"] = line.InspecteeNumber,
                ["from"] = line.FromOn?.ToString("O", CultureInfo.InvariantCulture),
                ["to"] = request.ToOn?.ToString("O", CultureInfo.InvariantCulture),
                ["reason"] = line.Reason,
                ["proof"] = line.Proof,
            });
            if (campaign.LockedAt is not null)
            {
                alerts.TellSeats(campaign, line.Kind is RosterRequestKind.Recusal ? [Roles.Director] : [Roles.DeputyDirector, Roles.Director], [], $"request-{request.Sequence}",
                    $"{campaign.CampaignNo} 名单锁定后，{change.By.Name}申报{RosterRequest.NameOf(line.Kind)}（第 {request.Sequence} 项），请决定是否由下一顺位递补。", change);
            }
        }
        return filed;
    }

    private async Task<Refusal?> CheckAsync(Campaign campaign, Roster roster, RosterRequestLine line, int number, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(line.Reason)) return Refusal.Invalid("campaigns.request-reason", "reason", number);
        // S004-17: who cannot come, or cannot be inspected, is replaced on proof; a recusal rests on the person's own declaration.
        if (line.Kind is RosterRequestKind.Absence or RosterRequestKind.Replacement && string.IsNullOrWhiteSpace(line.Proof)) return Refusal.Invalid("campaigns.request-proof", "proof", number);
        if (campaign.LockedAt is not null && string.IsNullOrWhiteSpace(line.Proof)) return Refusal.Invalid("campaigns.request-proof", "proof", number);
        if (line.Reason.Length > RosterRequest.TextMaxLength || line.Proof?.Length > RosterRequest.TextMaxLength) return Refusal.Invalid("campaigns.request-long", "reason", number, RosterRequest.TextMaxLength);
        var visit = roster.VisitTo(line.InspecteeNumber);
        if (line.Kind is not RosterRequestKind.Absence && visit is null) return Refusal.Invalid("campaigns.request-object", "object", number, line.InspecteeNumber ?? "");
        switch (line.Kind)
        {
            case RosterRequestKind.Recusal when roster.SeatOf(visit!, line.PersonNumber) is null:
                return Refusal.Invalid("campaigns.request-person", "person", number, line.PersonNumber ?? "");
            case RosterRequestKind.Absence when !roster.Visits.Any(v => roster.SeatOf(v, line.PersonNumber) is not null):
                return Refusal.Invalid("campaigns.request-person", "person", number, line.PersonNumber ?? "");
            case RosterRequestKind.Absence when line.FromOn is null || (line.ToOn ?? campaign.PeriodTo) < line.FromOn:
                return Refusal.Invalid("campaigns.request-days", "from", number);
            case RosterRequestKind.Reschedule when line.FromOn is not { } on || !(await WorkingDays.OfAsync(calendars, campaign, cancellationToken)).Contains(on):
                return Refusal.Invalid("campaigns.request-date", "from", number, campaign.PeriodFrom, campaign.PeriodTo);
            case RosterRequestKind.Merge when (await AssignmentQueries.SharedAsync(db, campaign.Id, cancellationToken)).All(s => s.InspecteeNumber != line.InspecteeNumber || !s.CanMerge):
                return Refusal.Invalid("campaigns.request-merge", "object", number, visit!.InspecteeName);
            default:
                return null;
        }
    }
}

public sealed record RosterDecision(int Sequence, bool Grant, string? Opinion);

/// <summary>The director decides every open request (处罚法 43); what is granted takes effect at once, in the order of the requests.</summary>
/// <remarks>After the lock one request at a time may be decided, and 不能参加 by a deputy director too; who comes is always the next eligible in ticket order.</remarks>
public sealed record DecideRosterRequests(Guid CampaignId, IReadOnlyList<RosterDecision> Decisions);

public sealed class DecideRosterRequestsHandler(DbContext db, IAuditTrail audit, AlertDesk alerts)
{
    public async Task<Result<IReadOnlyList<RosterRequest>>> HandleAsync(DecideRosterRequests command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.IsAny(Roles.DeputyDirector, Roles.Director)) return Refusal.Forbidden("campaigns.not-director");
        if (await db.Set<Campaign>().FindAsync([command.CampaignId], cancellationToken) is not { } campaign) return Refusal.NotFound("campaigns.not-found");
        var isLocked = campaign.Status is CampaignStatus.Locked;
        if (campaign.Status is not CampaignStatus.Drawn && !isLocked) return Refusal.Conflict("campaigns.wrong-status", campaign.CampaignNo);
        var open = (await db.WithStagedAsync<RosterRequest>(r => r.CampaignId == campaign.Id && r.Granted == null, cancellationToken)).OrderBy(r => r.Sequence).ToList();
        if (isLocked)
        {
            if (command.Decisions.FirstOrDefault(d => open.All(r => r.Sequence != d.Sequence)) is { } unknown) return Refusal.Conflict("campaigns.no-open-request", unknown.Sequence);
            open.RemoveAll(r => command.Decisions.All(d => d.Sequence != r.Sequence));
        }
        foreach (var request in open)
        {
            if (!change.By.Is(Roles.Director) && !(isLocked && request.Kind is RosterRequestKind.Absence)) return Refusal.Forbidden("campaigns.not-director");
            if (request.FiledById == change.By.Id) return Refusal.Forbidden("campaigns.own-request", request.Sequence);
            if (command.Decisions.FirstOrDefault(d => d.Sequence == request.Sequence) is not { } decision) return Refusal.Invalid("campaigns.undecided", "decisions", request.Sequence);
            if (decision.Opinion?.Length > RosterRequest.TextMaxLength) return Refusal.Invalid("campaigns.request-long", "opinion", request.Sequence, RosterRequest.TextMaxLength);
            if (!decision.Grant && string.IsNullOrWhiteSpace(decision.Opinion)) return Refusal.Invalid("campaigns.decision-reason", "opinion", request.Sequence);
            (request.Granted, request.Opinion, request.DecidedById, request.DecidedByName, request.DecidedAt) = (decision.Grant, decision.Opinion, change.By.Id, change.By.Name, change.At);
            request.Revision++;
        }
        // Loaded after the decisions, so that a successor is not somebody who was just let off himself.
        var loaded = await Roster.LoadAsync(db, campaign, change, cancellationToken);
        if (loaded.Refusal is { } bad) return bad;
        foreach (var request in open)
        {
            List<SeatChange> changes = [];
            if (request.Granted == true && isLocked)
            {
                changes.AddRange(await LockedSeats.ApplyAsync(db, loaded.Value, request, audit, change, cancellationToken));
                request.Effect = Short(changes.Count == 0 ? "没有尚未开始的检查受影响，名单不变" : string.Join("；", changes.Select(c => c.Words)));
            }
            else if (request.Granted == true)
            {
                request.Effect = await ApplyAsync(loaded.Value, request, cancellationToken);
            }
            audit.Record(change, campaign.Chain, $"决定{RosterRequest.NameOf(request.Kind)}", $"campaign {campaign.CampaignNo}", new JsonObject
            {
                ["request"] = request.Sequence,
                ["granted"] = request.Granted,
                ["opinion"] = request.Opinion,
                ["effect"] = request.Effect,
            });
            if (isLocked) Tell(campaign, request, changes, change);
        }
        return open;
    }

    /// <summary>Whoever filed it, leaves, comes, or leads one of the teams.</summary>
    private void Tell(Campaign campaign, RosterRequest request, IReadOnlyList<SeatChange> changes, ChangeContext change)
    {
        var numbers = changes.SelectMany(c => c.Concerned).Append(request.PersonNumber).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        alerts.TellSeats(campaign, [Roles.DrawOperator], numbers, $"decision-{request.Sequence}",
            $"{campaign.CampaignNo} 锁定后递补第 {request.Sequence} 项{(request.Granted == true ? $"已同意：{request.Effect}" : $"未同意：{request.Opinion}")}。", change);
    }

    internal static async Task<string> ApplyAsync(Roster roster, RosterRequest request, CancellationToken cancellationToken)
    {
        switch (request.Kind)
        {
            case RosterRequestKind.Absence:
                List<string> done = [];
                foreach (var visit in roster.Visits.Where(v => v.PlannedOn >= request.FromOn && v.PlannedOn <= request.ToOn).ToList())
                {
                    if (roster.SeatOf(visit, request.PersonNumber) is not { } seat) continue;
                    done.Add($"第 {visit.Sequence} 户由{roster.Replace(visit, seat, request.Reason) ?? "（无人可递补）"}递补");
                }
                return Short(done.Count == 0 ? "期间没有其检查，名单不变" : string.Join("；", done));
            case RosterRequestKind.Recusal:
                // An earlier request of the same list may have changed the team already.
                return roster.VisitTo(request.InspecteeNumber) is { } recused && roster.SeatOf(recused, request.PersonNumber) is { } from
                    ? $"第 {recused.Sequence} 户由{roster.Replace(recused, from, $"回避：{request.Reason}") ?? "（无人可递补）"}递补"
                    : "其已不在该户检查组，名单不变";
            case RosterRequestKind.Replacement:
                if (roster.VisitTo(request.InspecteeNumber) is not { } replaced) return "该对象已不在名单，名单不变";
                var successor = await roster.ReplaceObjectAsync(replaced, request.Reason, cancellationToken);
                request.AwaitsRound = successor is null;
                return successor is null ? "本层候补对象已用完，须补充抽取；名录库中没有对象可以补充抽取的，锁定名单时写明理由，减少户数" : $"第 {successor.Sequence} 户由候补 {successor.InspecteeName}（第 {successor.DrawPosition} 位）递补";
            case RosterRequestKind.Merge:
                return roster.VisitTo(request.InspecteeNumber) is { } merged ? await roster.MergeAsync(merged, cancellationToken) : "该对象已不在名单，名单不变";
            default:
                if (roster.VisitTo(request.InspecteeNumber) is not { } moved) return "该对象已不在名单，名单不变";
                roster.Reschedule(moved, request.FromOn!.Value);
                return $"第 {moved.Sequence} 户改为 {moved.PlannedOn:yyyy-MM-dd}";
        }
    }

    private static string Short(string text) => text.Length <= 400 ? text : text[..399] + "…";
}
