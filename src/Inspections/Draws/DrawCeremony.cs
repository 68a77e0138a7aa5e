using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
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
/// <param name="Strata">In byte order of their names; none is empty unless it is the only one.</param>
/// <param name="StratifiedBy">By what the list is divided, in words for the public; null: it is not.</param>
public sealed record CandidatePool(string Kind, IReadOnlyList<StratumPool> Strata, IReadOnlyList<Exclusion> Exclusions, string? StratifiedBy = null)
{
    /// <summary>A list that is not divided.</summary>
    public CandidatePool(string kind, string stratum, IReadOnlyList<string> ids, IReadOnlyList<Exclusion> exclusions) : this(kind, [new StratumPool(stratum, ids)], exclusions)
    {
    }

    public IEnumerable<string> Ids => Strata.SelectMany(s => s.Ids);

    public int Size => Strata.Sum(s => s.Ids.Count);
}

/// <param name="Weight">Against the other strata: the sample is shared by size × weight.</param>
public sealed record StratumPool(string Name, IReadOnlyList<string> Ids, int Weight = 1);

/// <summary>
/// Freezes the lists of the given kinds. A further round is ordered only after the last one was made void, with a reason, by somebody else than who made it void;
/// or as a supplementary round of objects, when the reserves of a drawn list are used up, by somebody else than who decided that it is needed.
/// Nothing in this command, or any other, carries a seed.
/// </summary>
/// <param name="Pools">Made from the registers by the office's own rules; a page offers no way to edit it.</param>
/// <param name="BeaconSource">The public value that will be taken, precisely: publisher, what and when.</param>
/// <param name="BeaconOn">The date of the beacon; not before the draw is ordered.</param>
/// <param name="PlannedAt">UTC. Commitments are taken before it, the beacon after it.</param>
/// <param name="Supplement">What a supplementary round draws, and who decided it; null: the campaign's sample.</param>
public sealed record OrderDraws(Guid CampaignId, IReadOnlyList<CandidatePool> Pools, string BeaconSource, DateOnly BeaconOn, DateTime PlannedAt, Supplement? Supplement = null);

/// <param name="Count">Objects that lack a reserve.</param>
/// <param name="DecidedBy">Persons who granted that they are replaced.</param>
public sealed record Supplement(int Count, IReadOnlyList<Guid> DecidedBy);

public sealed class OrderDrawsHandler(DbContext db, INonceSeal seal, IAuditTrail audit)
{
    public async Task<Result<List<Draw>>> HandleAsync(OrderDraws command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.Is(Roles.DrawOperator)) return Refusal.Forbidden("draws.not-operator");
        if (await db.Set<Campaign>().FindAsync([command.CampaignId], cancellationToken) is not { } campaign) return Refusal.NotFound("campaigns.not-found");
        if (campaign.Status is not CampaignStatus.Approved && !(campaign.Status is CampaignStatus.Drawn && command.Supplement is not null)) return Refusal.Conflict("draws.campaign-not-approved", campaign.CampaignNo);
        if (change.Reason?.Length > Draw.NoteMaxLength) return Refusal.Invalid("draws.reason-too-long", "reason", Draw.NoteMaxLength);
        if (command.PlannedAt <= change.At || command.BeaconOn < change.On) return Refusal.Invalid("draws.planned-in-past", "plannedAt");
        if (ProtocolText.Check(command.BeaconSource, "beaconSource") is { } badSource) return badSource;

        var earlier = await db.Set<Draw>().Where(d => d.CampaignId == campaign.Id).ToListAsync(cancellationToken);
        var prefix = change.On.Year.ToString(CultureInfo.InvariantCulture) + "-";
        var numbers = await db.Set<Draw>().Where(d => d.Number.StartsWith(prefix)).Select(d => d.Number).ToListAsync(cancellationToken);
        var next = numbers.Select(n => int.Parse(n.AsSpan(prefix.Length), CultureInfo.InvariantCulture)).DefaultIfEmpty().Max();
        var names = await DrawParties.NamesAsync(db, cancellationToken);
        if (names.Refusal is { } badNames) return badNames;
        List<Draw> draws = [];
        foreach (var pool in command.Pools)
        {
            if (pool.Kind is not ("object" or "leader" or "officer" or "expert")) return Refusal.Invalid("draws.bad-key", "kind", "kind");
            var last = earlier.Concat(draws).Where(d => d.Kind == pool.Kind).MaxBy(d => d.Round);
            if (last is not null)
            {
                if (last.Status is not DrawStatus.Void && !(last.Status is DrawStatus.Drawn && command.Supplement is not null)) return Refusal.Conflict("draws.exists", campaign.CampaignNo, last.Number);
                if (string.IsNullOrWhiteSpace(change.Reason)) return Refusal.Invalid("draws.reason-missing", "reason");
                if (last.VoidedById == change.By.Id || command.Supplement?.DecidedBy.Contains(change.By.Id) is true) return Refusal.Forbidden("draws.second-person", last.Number);
            }
            var file = CandidateList.Write(pool.Strata.SelectMany(s => s.Ids.Select(id => new Candidate(s.Name, id))));
            if (file.Refusal is { } badList) return badList;
            // Objects: as many as the campaign says. Persons: all of them, for the whole ticket order is what assignment works through.
            var isObject = pool.Kind is "object";
            var count = isObject ? command.Supplement?.Count ?? campaign.SampleSize : pool.Size;
            if (pool.Size == 0 || count > pool.Size) return Refusal.Invalid("draws.pool-too-small", "pools", pool.Size, count);
            var counts = SampleAllocation.Allocate(count, [.. pool.Strata.Select(s => (s.Ids.Count, s.Weight))]);
            List<DrawStratum> strata = [.. pool.Strata.Zip(counts, (s, n) => new DrawStratum(s.Name, s.Ids.Count, n, s.Weight))];
            var draw = new Draw
            {
                Id = Ids.New(change),
                Number = $"{prefix}{++next:D4}",
                CampaignId = campaign.Id,
                CampaignNo = campaign.CampaignNo,
                Kind = pool.Kind,
                Round = (last?.Round ?? 0) + 1,
                StrataJson = JsonSerializer.Serialize(strata, DrawStratum.Json),
                StratifiedBy = pool.StratifiedBy,
                ListNote = change.Reason,
                Size = pool.Size,
                Count = count,
                BaseCount = isObject ? campaign.BaseCount : pool.Size,
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
            db.Add(new DrawCommitment { DrawId = draw.Id, Sequence = 1, Party = DrawCommitment.System, Name = names.Value[0], SealedNonce = seal.Seal(nonce), Commitment = Hashing.Sha256Hex(nonce), CommittedAt = change.At });
            db.Add(new DrawCommitment { DrawId = draw.Id, Sequence = 2, Party = DrawCommitment.Supervisor, Name = names.Value[1] });
            db.Add(new DrawCommitment { DrawId = draw.Id, Sequence = 3, Party = DrawCommitment.Witness, Name = names.Value[2] });
            audit.Record(change, campaign.Chain, last is null ? "冻结候选名单" : command.Supplement is null ? "重新下达抽取" : "下达补充抽取", $"draw {draw.Number}", new JsonObject
            {
                ["kind"] = draw.Kind,
                ["round"] = draw.Round,
                ["size"] = draw.Size,
                ["count"] = draw.Count,
                ["strata"] = JsonNode.Parse(draw.StrataJson),
                ["excluded"] = pool.Exclusions.Count,
                // Who was left out and why is fixed with the list: a row changed later no longer makes this hash.
                ["exclusionsHash"] = DrawExclusion.HashOf(pool.Exclusions.Select(e => (e.CandidateId, e.Reason, e.Evidence))),
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
            JsonValue.Create(draw.Number), draw.Kind, draw.Round, Hashing.Sha256Hex(draw.CandidatesFile), [.. draw.Strata.Select(s => new Stratum(s.Name, s.Size, s.Count))],
            draw.BaseCount, Iso(draw.BaseOn), draw.Ratio, [.. parties.Select(p => new DrawParty(p.Name, p.Commitment!))], draw.BeaconSource, Iso(draw.BeaconOn),
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
            draw.RevealsFile = Encoding.UTF8.GetString(new DrawReveals([.. parties.Select(p => new Reveal(p.Name, p.Nonce!))], draw.BeaconText!).ToBytes());
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

    /// <summary>System, supervisor and witness as the organisation file names them (<c>drawParties</c>); without it by what they are.</summary>
    public static async Task<Result<string[]>> NamesAsync(DbContext db, CancellationToken cancellationToken)
    {
        var own = (await OfficeProfile.CurrentAsync(db, cancellationToken))?.Data.DrawParties ?? [];
        string[] names = [Of("system", DrawCommitment.System), Of("supervisor", DrawCommitment.Supervisor), Of("witness", DrawCommitment.Witness)];
        foreach (var name in names)
        {
            if (ProtocolText.Check(name, "drawParties") is { } bad) return bad;
            if (name.Length > DrawCommitment.NameMaxLength) return Refusal.Invalid("draws.party-name-too-long", "drawParties", DrawCommitment.NameMaxLength);
        }
        if (names.GroupBy(n => n, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice) return Refusal.Invalid("draws.duplicate-party", "drawParties", twice.Key);
        return names;

        string Of(string kind, string otherwise) => own.FirstOrDefault(p => p.Kind == kind)?.Name ?? otherwise;
    }

    /// <summary>
    /// The draws of a campaign that one ceremony is about, in the order of their numbers: those on their way; when none is, those that are drawn. A supplementary
    /// round is a ceremony of its own and leaves what is drawn alone.
    /// </summary>
    public static async Task<Result<List<Draw>>> CeremonyAsync(this DbContext db, Guid campaignId, CancellationToken cancellationToken)
    {
        var draws = await db.WithStagedAsync<Draw>(d => d.CampaignId == campaignId && d.Status != DrawStatus.Void, cancellationToken);
        if (draws.Count == 0) return Refusal.NotFound("draws.none", campaignId);
        var open = draws.Where(d => d.Status is not DrawStatus.Drawn).ToList();
        return (open.Count > 0 ? open : draws).OrderBy(d => d.Number, StringComparer.Ordinal).ToList();
    }

    public static Task<List<DrawCommitment>> PartiesOfAsync(this DbContext db, Draw draw, CancellationToken cancellationToken)
        => db.Set<DrawCommitment>().Where(c => c.DrawId == draw.Id).OrderBy(c => c.Sequence).ToListAsync(cancellationToken);
}
