using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Draws.Protocol;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Draws;

/// <param name="Reason">EXCL code of an object or what a person lacks.</param>
/// <param name="Evidence">The document or register entry it rests on.</param>
public sealed record Exclusion(string CandidateId, string Reason, string? Evidence);

/// <summary>Who may be drawn for one kind, as the registers say on the day, and who was left out and why.</summary>
/// <param name="Kind"><c>object</c>, <c>leader</c>, <c>officer</c> or <c>expert</c>.</param>
/// <param name="Stratum">The name of the one stratum of the list.</param>
public sealed record CandidatePool(string Kind, string Stratum, IReadOnlyList<string> Ids, IReadOnlyList<Exclusion> Exclusions);

/// <summary>
/// Freezes the lists of the given kinds. A further round is ordered only after the last one was made void, with a reason, by somebody else than who made it void.
/// Nothing in this command, or any other, carries a seed.
/// </summary>
/// <param name="Pools">Made from the registers by the office's own rules; a page offers no way to edit it.</param>
/// <param name="BeaconSource">The public value that will be taken, precisely: publisher, what and when.</param>
/// <param name="BeaconOn">The date of the beacon; not before the draw is ordered.</param>
/// <param name="PlannedAt">UTC. Commitments are taken before it, the beacon after it.</param>
public sealed record OrderDraws(Guid CampaignId, IReadOnlyList<CandidatePool> Pools, string BeaconSource, DateOnly BeaconOn, DateTime PlannedAt);

public sealed class OrderDrawsHandler(DbContext db, INonceSeal seal, IAuditTrail audit)
{
    public async Task<Result<List<Draw>>> HandleAsync(OrderDraws command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.Is(Roles.DrawOperator)) return Refusal.Forbidden("draws.not-operator");
        if (await db.Set<Campaign>().FindAsync([command.CampaignId], cancellationToken) is not { } campaign) return Refusal.NotFound("campaigns.not-found");
        if (campaign.Status is not CampaignStatus.Approved) return Refusal.Conflict("draws.campaign-not-approved", campaign.CampaignNo);
        if (command.PlannedAt <= change.At || command.BeaconOn < change.On) return Refusal.Invalid("draws.planned-in-past", "plannedAt");
        if (ProtocolText.Check(command.BeaconSource, "beaconSource") is { } badSource) return badSource;

        var earlier = await db.Set<Draw>().Where(d => d.CampaignId == campaign.Id).ToListAsync(cancellationToken);
        var prefix = change.On.Year.ToString(CultureInfo.InvariantCulture) + "-";
        var numbers = await db.Set<Draw>().Where(d => d.Number.StartsWith(prefix)).Select(d => d.Number).ToListAsync(cancellationToken);
        var next = numbers.Select(n => int.Parse(n.AsSpan(prefix.Length), CultureInfo.InvariantCulture)).DefaultIfEmpty().Max();
        List<Draw> draws = [];
        foreach (var pool in command.Pools)
        {
            if (pool.Kind is not ("object" or "leader" or "officer" or "expert")) return Refusal.Invalid("draws.bad-key", "kind", "kind");
            var last = earlier.Concat(draws).Where(d => d.Kind == pool.Kind).MaxBy(d => d.Round);
            if (last is not null)
            {
                if (last.Status is not DrawStatus.Void) return Refusal.Conflict("draws.exists", campaign.CampaignNo, last.Number);
                if (string.IsNullOrWhiteSpace(change.Reason)) return Refusal.Invalid("draws.reason-missing", "reason");
                if (last.VoidedById == change.By.Id) return Refusal.Forbidden("draws.second-person", last.Number);
            }
            var file = CandidateList.Write(pool.Ids.Select(id => new Candidate(pool.Stratum, id)));
            if (file.Refusal is { } badList) return badList;
            // Objects: as many as the campaign says. Persons: all of them, for the whole ticket order is what assignment works through.
            var isObject = pool.Kind is "object";
            var count = isObject ? campaign.SampleSize : pool.Ids.Count;
            if (pool.Ids.Count == 0 || count > pool.Ids.Count) return Refusal.Invalid("draws.pool-too-small", "pools", pool.Ids.Count, count);
            var draw = new Draw
            {
                Id = Ids.New(change),
                Number = $"{prefix}{++next:D4}",
                CampaignId = campaign.Id,
                CampaignNo = campaign.CampaignNo,
                Kind = pool.Kind,
                Round = (last?.Round ?? 0) + 1,
                Stratum = pool.Stratum,
                Size = pool.Ids.Count,
                Count = count,
                BaseCount = isObject ? campaign.BaseCount : pool.Ids.Count,
                BaseOn = isObject ? campaign.BaseOn : change.On,
                Ratio = isObject ? campaign.Ratio : "0",
                BeaconSource = command.BeaconSource,
                BeaconOn = command.BeaconOn,
                PlannedAt = command.PlannedAt,
                CandidatesFile = Encoding.UTF8.GetString(file.Value),
                OrderedById = change.By.Id,
                OrderedByName = change.By.Name,
                OrderedAt = change.At,
            };
            draws.Add(draw);
            db.Add(draw);
            foreach (var e in pool.Exclusions) db.Add(new DrawExclusion { DrawId = draw.Id, CandidateId = e.CandidateId, Reason = e.Reason, Evidence = e.Evidence });
            // The only randomness of the product's draws: the system's own secret, made before the other parties commit.
            var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
            db.Add(new DrawCommitment { DrawId = draw.Id, Sequence = 1, Party = DrawCommitment.System, SealedNonce = seal.Seal(nonce), Commitment = Hashing.Sha256Hex(nonce), CommittedAt = change.At });
            db.Add(new DrawCommitment { DrawId = draw.Id, Sequence = 2, Party = DrawCommitment.Supervisor });
            db.Add(new DrawCommitment { DrawId = draw.Id, Sequence = 3, Party = DrawCommitment.Witness });
            audit.Record(change, campaign.Chain, last is null ? "冻结候选名单" : "重新下达抽取", $"draw {draw.Number}", new JsonObject
            {
                ["kind"] = draw.Kind,
                ["round"] = draw.Round,
                ["size"] = draw.Size,
                ["count"] = draw.Count,
                ["excluded"] = pool.Exclusions.Count,
                ["listHash"] = Hashing.Sha256Hex(file.Value),
            });
        }
        return draws;
    }
}

/// <summary>A party's commitment: SHA-256 of the 64 characters of the nonce it made and keeps. One for all lists of the ceremony.</summary>
/// <param name="Party"><see cref="DrawCommitment.Supervisor"/> or <see cref="DrawCommitment.Witness"/>.</param>
public sealed record CommitNonce(Guid CampaignId, string Party, string Commitment);

public sealed class CommitNonceHandler(DbContext db, IAuditTrail audit)
{
    /// <summary>The last commitment fixes and hashes the orders; nothing can be changed after it.</summary>
    public async Task<Result<List<Draw>>> HandleAsync(CommitNonce command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (DrawParties.MayActFor(command.Party, change.By) is { } no) return no;
        if (!ProtocolJson.IsHash(command.Commitment)) return Refusal.Invalid("draws.bad-commitment", "commitment", command.Party);
        if (await db.CeremonyAsync(command.CampaignId, cancellationToken) is var ceremony && ceremony.Refusal is { } none) return none;
        if (await db.Set<UsedCommitment>().FindAsync([command.Commitment], cancellationToken) is not null) return Refusal.Invalid("draws.commitment-reused", "commitment");
        foreach (var draw in ceremony.Value)
        {
            if (draw.Status is not DrawStatus.Ordered) return Refusal.Conflict("draws.wrong-status", draw.Number);
            if (change.At >= draw.PlannedAt) return Refusal.Conflict("draws.too-late-to-commit", draw.Number);
            if (draw.OrderedById == change.By.Id) return Refusal.Forbidden("draws.same-person", draw.Number);
            var parties = await db.PartiesOfAsync(draw, cancellationToken);
            if (parties.Any(p => p.PersonId == change.By.Id)) return Refusal.Forbidden("draws.same-person", draw.Number);
            var party = parties.First(p => p.Party == command.Party);
            if (party.Commitment is not null) return Refusal.Conflict("draws.already-committed", draw.Number, command.Party);

            (party.Commitment, party.PersonId, party.PersonName, party.CommittedAt) = (command.Commitment, change.By.Id, change.By.Name, change.At);
            audit.Record(change, $"campaign/{draw.CampaignNo}", "提交承诺", $"draw {draw.Number}", new JsonObject { ["party"] = command.Party, ["commitment"] = command.Commitment });
            draw.Revision++;
            if (parties.All(p => p.Commitment is not null) && LockOrder(draw, parties, change) is { } bad) return bad;
        }
        db.Add(new UsedCommitment { Commitment = command.Commitment, CampaignId = command.CampaignId, Party = command.Party, CommittedAt = change.At });
        return ceremony.Value;
    }

    private Refusal? LockOrder(Draw draw, IReadOnlyList<DrawCommitment> parties, ChangeContext change)
    {
        var order = new DrawOrder(
            JsonValue.Create(draw.Number), draw.Kind, draw.Round, Hashing.Sha256Hex(draw.CandidatesFile), [new Stratum(draw.Stratum, draw.Size, draw.Count)],
            draw.BaseCount, Iso(draw.BaseOn), draw.Ratio, [.. parties.Select(p => new DrawParty(p.Party, p.Commitment!))], draw.BeaconSource, Iso(draw.BeaconOn),
            draw.PlannedAt.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        if (order.Check() is { } bad) return bad;
        var bytes = order.ToBytes();
        (draw.OrderFile, draw.OrderHash, draw.Status, draw.CommittedAt) = (Encoding.UTF8.GetString(bytes), Hashing.Sha256Hex(bytes), DrawStatus.Committed, change.At);
        audit.Record(change, $"campaign/{draw.CampaignNo}", "锁定抽取令", $"draw {draw.Number}", new JsonObject { ["orderHash"] = draw.OrderHash });
        return null;
    }

    private static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>The beacon as it was published, typed by one person.</summary>
public sealed record EnterBeacon(Guid CampaignId, string Text);

public sealed class EnterBeaconHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<List<Draw>>> HandleAsync(EnterBeacon command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.Is(Roles.DrawOperator)) return Refusal.Forbidden("draws.not-operator");
        if (ProtocolText.Check(command.Text, "beacon") is { } bad) return bad;
        if (command.Text.Length > Draw.BeaconMaxLength) return Refusal.Invalid("draws.beacon-too-long", "beacon", Draw.BeaconMaxLength);
        if (await db.CeremonyAsync(command.CampaignId, cancellationToken) is var ceremony && ceremony.Refusal is { } none) return none;
        foreach (var draw in ceremony.Value)
        {
            if (draw.Status is not DrawStatus.Committed || draw.BeaconConfirmedById is not null) return Refusal.Conflict("draws.wrong-status", draw.Number);
            if (change.At < draw.PlannedAt || change.On < draw.BeaconOn) return Refusal.Conflict("draws.beacon-too-early", draw.Number, draw.BeaconOn);
            (draw.BeaconText, draw.BeaconEnteredById, draw.BeaconEnteredByName) = (command.Text, change.By.Id, change.By.Name);
            draw.Revision++;
            audit.Record(change, $"campaign/{draw.CampaignNo}", "录入信标", $"draw {draw.Number}", new JsonObject { ["beacon"] = command.Text });
        }
        return ceremony.Value;
    }
}

/// <summary>Another person types the beacon again from its source; it counts only when both are the same.</summary>
/// <param name="Agrees">False: what was entered is not what was published; it is taken back and entered anew.</param>
public sealed record ConfirmBeacon(Guid CampaignId, string Text, bool Agrees = true);

public sealed class ConfirmBeaconHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<List<Draw>>> HandleAsync(ConfirmBeacon command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.IsAny(Roles.DrawOperator, Roles.Supervisor, Roles.Witness)) return Refusal.Forbidden("draws.not-party", DrawCommitment.Witness);
        if (await db.CeremonyAsync(command.CampaignId, cancellationToken) is var ceremony && ceremony.Refusal is { } none) return none;
        foreach (var draw in ceremony.Value)
        {
            if (draw.Status is not DrawStatus.Committed || draw.BeaconText is null || draw.BeaconConfirmedById is not null) return Refusal.Conflict("draws.wrong-status", draw.Number);
            if (draw.BeaconEnteredById == change.By.Id) return Refusal.Forbidden("draws.same-person", draw.Number);
            if (command.Agrees && !string.Equals(draw.BeaconText, command.Text, StringComparison.Ordinal)) return Refusal.Invalid("draws.beacon-differs", "text", draw.Number);
            if (command.Agrees) (draw.BeaconConfirmedById, draw.BeaconConfirmedByName) = (change.By.Id, change.By.Name);
            else (draw.BeaconText, draw.BeaconEnteredById, draw.BeaconEnteredByName) = (null, null, null);
            draw.Revision++;
            audit.Record(change, $"campaign/{draw.CampaignNo}", command.Agrees ? "核对信标" : "信标核对不一致，退回重录", $"draw {draw.Number}");
        }
        return ceremony.Value;
    }
}

/// <summary>A party shows its nonce, after the beacon is confirmed.</summary>
public sealed record RevealNonce(Guid CampaignId, string Party, string Nonce);

public sealed class RevealNonceHandler(DbContext db, INonceSeal seal, IAuditTrail audit)
{
    public async Task<Result<List<Draw>>> HandleAsync(RevealNonce command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (DrawParties.MayActFor(command.Party, change.By) is { } no) return no;
        if (await db.CeremonyAsync(command.CampaignId, cancellationToken) is var ceremony && ceremony.Refusal is { } none) return none;
        foreach (var draw in ceremony.Value)
        {
            if (draw.Status is not DrawStatus.Committed) return Refusal.Conflict("draws.wrong-status", draw.Number);
            if (draw.BeaconConfirmedById is null) return Refusal.Conflict("draws.no-beacon", draw.Number);
            var parties = await db.PartiesOfAsync(draw, cancellationToken);
            var party = parties.First(p => p.Party == command.Party);
            if (party.PersonId != change.By.Id) return Refusal.Forbidden("draws.not-party", command.Party);
            if (party.Nonce is not null) return Refusal.Conflict("draws.already-revealed", draw.Number, command.Party);
            if (!ProtocolJson.IsHash(command.Nonce) || Hashing.Sha256Hex(command.Nonce) != party.Commitment) return Refusal.Invalid("draws.reveal-mismatch", "nonce", command.Party);

            (party.Nonce, party.RevealedAt) = (command.Nonce, change.At);
            draw.Revision++;
            audit.Record(change, $"campaign/{draw.CampaignNo}", "揭示", $"draw {draw.Number}", new JsonObject { ["party"] = command.Party });
            var system = parties[0];
            if (parties.Any(p => p != system && p.Nonce is null)) continue;
            // The system shows its nonce last and by itself: no person could hold it back.
            (system.Nonce, system.SealedNonce, system.RevealedAt) = (seal.Open(system.SealedNonce!), null, change.At);
            draw.RevealsFile = Encoding.UTF8.GetString(new DrawReveals([.. parties.Select(p => new Reveal(p.Party, p.Nonce!))], draw.BeaconText!).ToBytes());
            draw.Status = DrawStatus.Revealed;
        }
        return ceremony.Value;
    }
}

/// <summary>Computes the results of all lists of the ceremony.</summary>
public sealed record ExecuteDraws(Guid CampaignId);

public sealed class ExecuteDrawsHandler(DbContext db, IAuditTrail audit)
{
    /// <summary>From the frozen files alone; pressed a second time it answers the same. Whoever presses it has nothing to decide, so every party may.</summary>
    public async Task<Result<List<Draw>>> HandleAsync(ExecuteDraws command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.IsSystem && !change.By.IsAny(Roles.DrawOperator, Roles.Supervisor, Roles.Witness)) return Refusal.Forbidden("draws.not-operator");
        if (await db.CeremonyAsync(command.CampaignId, cancellationToken) is var ceremony && ceremony.Refusal is { } none) return none;
        foreach (var draw in ceremony.Value.Where(d => d.Status is not DrawStatus.Drawn))
        {
            if (draw.Status is not DrawStatus.Revealed) return Refusal.Conflict("draws.wrong-status", draw.Number);
            var files = draw.Files();
            var reveals = DrawReveals.Read(files.Reveals!);
            if (reveals.Refusal is { } bad) return bad;
            var result = DrawResult.Of(files.Candidates!, files.Order!, reveals.Value);
            if (result.Refusal is { } wrong) return wrong;
            var bytes = result.Value.ToBytes();
            (draw.ResultFile, draw.Status, draw.DrawnAt) = (Encoding.UTF8.GetString(bytes), DrawStatus.Drawn, change.At);
            draw.Revision++;
            audit.Record(change, $"campaign/{draw.CampaignNo}", "抽取", $"draw {draw.Number}", new JsonObject { ["seed"] = result.Value.Seed, ["resultHash"] = Hashing.Sha256Hex(bytes) });
        }
        if (await db.Set<Campaign>().FindAsync([command.CampaignId], cancellationToken) is { Status: CampaignStatus.Approved } campaign)
        {
            campaign.Status = CampaignStatus.Drawn;
            campaign.Revision++;
        }
        return ceremony.Value;
    }
}

/// <summary>作废 of the whole ceremony: publicly, with the reason; only before there is a result. A drawn list is changed by 递补 alone.</summary>
public sealed record VoidDraws(Guid CampaignId);

public sealed class VoidDrawsHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<List<Draw>>> HandleAsync(VoidDraws command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.IsAny(Roles.Supervisor, Roles.Witness, Roles.Director)) return Refusal.Forbidden("draws.not-party", DrawCommitment.Supervisor);
        if (string.IsNullOrWhiteSpace(change.Reason)) return Refusal.Invalid("draws.reason-missing", "reason");
        if (await db.CeremonyAsync(command.CampaignId, cancellationToken) is var ceremony && ceremony.Refusal is { } none) return none;
        foreach (var draw in ceremony.Value)
        {
            // Once all nonces are known the result is fixed, computed or not: who dislikes it must not be able to throw it away.
            if (draw.Status is DrawStatus.Revealed or DrawStatus.Drawn) return Refusal.Conflict("draws.already-drawn", draw.Number);
            var parties = await db.PartiesOfAsync(draw, cancellationToken);
            var missing = parties.Where(p => p.Party != DrawCommitment.System && (draw.Status is DrawStatus.Ordered ? p.Commitment is null : p.Nonce is null)).Select(p => p.Party).ToArray();
            (draw.Status, draw.VoidedById, draw.VoidReason, draw.VoidedAt) = (DrawStatus.Void, change.By.Id, change.Reason, change.At);
            draw.Revision++;
            audit.Record(change, $"campaign/{draw.CampaignNo}", "抽取作废", $"draw {draw.Number}", new JsonObject
            {
                ["reason"] = change.Reason,
                ["missing"] = new JsonArray([.. missing.Select(m => (JsonNode)m)]),
            });
        }
        return ceremony.Value;
    }
}

internal static class DrawParties
{
    public static Refusal? MayActFor(string party, Actor actor) => party switch
    {
        DrawCommitment.Supervisor when actor.Is(Roles.Supervisor) => null,
        DrawCommitment.Witness when actor.Is(Roles.Witness) => null,
        _ => Refusal.Forbidden("draws.not-party", party),
    };

    /// <summary>The draws of a campaign that are not void, in the order of their numbers: one ceremony for all kinds.</summary>
    public static async Task<Result<List<Draw>>> CeremonyAsync(this DbContext db, Guid campaignId, CancellationToken cancellationToken)
    {
        var draws = await db.WithStagedAsync<Draw>(d => d.CampaignId == campaignId && d.Status != DrawStatus.Void, cancellationToken);
        return draws.Count == 0 ? Refusal.NotFound("draws.none", campaignId) : draws.OrderBy(d => d.Number, StringComparer.Ordinal).ToList();
    }

    public static Task<List<DrawCommitment>> PartiesOfAsync(this DbContext db, Draw draw, CancellationToken cancellationToken)
        => db.Set<DrawCommitment>().Where(c => c.DrawId == draw.Id).OrderBy(c => c.Sequence).ToListAsync(cancellationToken);
}
