using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>What a campaign takes over from its line of the annual plan.</summary>
/// <param name="Ratio">Decimal as text.</param>
/// <param name="JurisdictionTotal">All market entities of the jurisdiction on <paramref name="BaseOn"/>.</param>
/// <param name="Floor">What the ratio may not be below, 0 to 1; null: the law's.</param>
/// <param name="Strata">As the line has it; the scheme may still change it. Null: none.</param>
/// <param name="MinExperts">What the profile asks for at least: one as a rule (S000-09), none where experts are not sent.</param>
public sealed record CreateCampaign(
    string PlanNo, int PlanLineNo, string Title, IReadOnlyList<string> ItemCodes, DateOnly PeriodFrom, DateOnly PeriodTo, Sampling Sampling,
    int BaseCount, DateOnly BaseOn, string Ratio, int JurisdictionTotal, int OfficersPerGroup, int ExpertsPerGroup,
    AnnouncementPolicy Announcement = AnnouncementPolicy.NamesAfterVisit,
    string? LeadUnit = null, string? TeamProfile = null, string? Speciality = null, int MinExperts = 1, decimal? Floor = null, StrataRule? Strata = null);

public sealed class CreateCampaignHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<Campaign>> HandleAsync(CreateCampaign command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.IsAny(Roles.Planner, Roles.SectionHead)) return Refusal.Forbidden("campaigns.not-planner");
        if (command.ItemCodes.Count == 0) return Refusal.Invalid("campaigns.no-item", "itemCodes");
        if (command.PeriodTo < command.PeriodFrom) return Refusal.Invalid("campaigns.bad-period", "periodTo", command.PeriodFrom, command.PeriodTo);
        if (command.OfficersPerGroup < 2) return Refusal.Invalid("campaigns.too-few-officers", "officersPerGroup", command.OfficersPerGroup);
        if (command.ExpertsPerGroup > 2 || command.ExpertsPerGroup < command.MinExperts) return Refusal.Invalid("campaigns.experts", "expertsPerGroup", command.ExpertsPerGroup);
        var size = SampleSize.Of(command.BaseCount, command.Ratio, command.Sampling, command.JurisdictionTotal, command.Floor);
        if (size.Refusal is { } refusal) return refusal;

        var prefix = change.On.Year.ToString(CultureInfo.InvariantCulture) + "-";
        var numbers = await db.Set<Campaign>().Where(c => c.CampaignNo.StartsWith(prefix)).Select(c => c.CampaignNo).ToListAsync(cancellationToken);
        var next = numbers.Select(n => int.Parse(n.AsSpan(prefix.Length), CultureInfo.InvariantCulture)).DefaultIfEmpty().Max() + 1;
        var campaign = new Campaign
        {
            Id = Ids.New(change),
            CampaignNo = $"{prefix}{next:D2}",
            PlanNo = command.PlanNo,
            PlanLineNo = command.PlanLineNo,
            Title = command.Title,
            ItemCodes = string.Join(';', command.ItemCodes),
            PeriodFrom = command.PeriodFrom,
            PeriodTo = command.PeriodTo,
            Sampling = command.Sampling,
            BaseCount = command.BaseCount,
            BaseOn = command.BaseOn,
            Ratio = command.Ratio,
            JurisdictionTotal = command.JurisdictionTotal,
            SampleSize = size.Value,
            OfficersPerGroup = command.OfficersPerGroup,
            ExpertsPerGroup = command.ExpertsPerGroup,
            LeadUnit = command.LeadUnit,
            TeamProfile = command.TeamProfile,
            Speciality = command.Speciality,
            Announcement = command.Announcement,
            StratifyBy = command.Strata?.By ?? StratifyBy.None,
            StrataWeights = command.Strata is { By: not StratifyBy.None } strata ? strata.ToText() : null,
            CreatedById = change.By.Id,
            CreatedAt = change.At,
        };
        db.Add(campaign);
        audit.Record(change, campaign.Chain, "建立抽查任务", $"campaign {campaign.CampaignNo}", new JsonObject
        {
            ["title"] = campaign.Title,
            ["base"] = campaign.BaseCount,
            ["ratio"] = campaign.Ratio,
            ["sample"] = campaign.SampleSize,
        });
        return campaign;
    }
}

/// <summary>实施方案: its seven parts; may be changed until the campaign is approved.</summary>
/// <param name="Announcement">Null: as it is.</param>
/// <param name="Strata">Null: as it is.</param>
/// <param name="CoUnits">会同单位 that launch the campaign together with the initiator (S004-15); null: as they are. Whoever is asked signs what was filled in last.</param>
public sealed record FillScheme(Guid CampaignId, Scheme Scheme, AnnouncementPolicy? Announcement = null, StrataRule? Strata = null, IReadOnlyList<string>? CoUnits = null);

public sealed class FillSchemeHandler(DbContext db, IStaff staff, IAuditTrail audit)
{
    // Chinese stays readable in the column; nothing here is ever put into a page unescaped.
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task<Result<Campaign>> HandleAsync(FillScheme command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.IsAny(Roles.Planner, Roles.SectionHead)) return Refusal.Forbidden("campaigns.not-planner");
        if (await db.Set<Campaign>().FindAsync([command.CampaignId], cancellationToken) is not { } campaign) return Refusal.NotFound("campaigns.not-found");
        if (campaign.Status is not CampaignStatus.Draft) return Refusal.Conflict("campaigns.already-approved", campaign.CampaignNo);
        if (command.Scheme.FirstEmpty() is { } part) return Refusal.Invalid("campaigns.scheme-part", "scheme", part);
        if (await AskAsync(campaign, command.CoUnits, change, cancellationToken) is { } badUnits) return badUnits;
        campaign.Announcement = command.Announcement ?? campaign.Announcement;
        if (command.Strata is { } strata) (campaign.StratifyBy, campaign.StrataWeights) = (strata.By, strata.By is StratifyBy.None ? null : strata.ToText());
        campaign.SchemeJson = JsonSerializer.Serialize(command.Scheme, Readable);
        campaign.Revision++;
        audit.Record(change, campaign.Chain, "填写实施方案", $"campaign {campaign.CampaignNo}", new JsonObject { ["scheme"] = JsonNode.Parse(campaign.SchemeJson), ["announcement"] = campaign.Announcement.ToString(), ["stratifyBy"] = campaign.StratifyBy.ToString(), ["weights"] = campaign.StrataWeights });
        return campaign;
    }

    /// <summary>Names the units afresh: a signature stands for the scheme it was given to, not for one that was changed since.</summary>
    private async Task<Refusal?> AskAsync(Campaign campaign, IReadOnlyList<string>? wanted, ChangeContext change, CancellationToken cancellationToken)
    {
        var before = await CoLaunch.OfAsync(db, campaign.Id, cancellationToken);
        List<string> units = [.. (wanted ?? before.Select(c => c.Unit)).Select(u => u.Trim()).Distinct()];
        if (units.Count > CoLaunch.Max) return Refusal.Invalid("campaigns.co-launch-many", "coUnits", CoLaunch.Max);
        var known = CoLaunch.Units(staff);
        if (units.Find(u => !known.Contains(u)) is { } unknown) return Refusal.Invalid("campaigns.co-launch-unit", "coUnits", unknown.Length > 40 ? unknown[..40] : unknown);
        foreach (var gone in before.Where(c => !units.Contains(c.Unit))) db.Remove(gone);
        foreach (var again in before.Where(c => units.Contains(c.Unit)))
        {
            (again.Agreed, again.SignedById, again.SignedByName, again.SignedAt, again.Opinion) = (null, null, null, null, null);
            again.Revision++;
        }
        foreach (var unit in units.Where(u => before.TrueForAll(c => c.Unit != u))) db.Add(new CoLaunch { Id = Ids.New(change), CampaignId = campaign.Id, Unit = unit });
        if (!units.SequenceEqual(before.Select(c => c.Unit))) audit.Record(change, campaign.Chain, "确定会同单位", $"campaign {campaign.CampaignNo}", new JsonObject { ["units"] = string.Join('、', units) });
        return null;
    }
}

/// <param name="Agree">False sends the scheme back, with the opinion as the reason.</param>
public sealed record ApproveCampaign(Guid CampaignId, bool Agree = true, string? Opinion = null);

public sealed class ApproveCampaignHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<Campaign>> HandleAsync(ApproveCampaign command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.IsAny(Roles.DeputyDirector, Roles.Director)) return Refusal.Forbidden("campaigns.not-approver");
        if (await db.Set<Campaign>().FindAsync([command.CampaignId], cancellationToken) is not { } campaign) return Refusal.NotFound("campaigns.not-found");
        if (campaign.Status is not CampaignStatus.Draft) return Refusal.Conflict("campaigns.already-approved", campaign.CampaignNo);
        if (campaign.SchemeJson is null) return Refusal.Conflict("campaigns.no-scheme", campaign.CampaignNo);
        if (campaign.CreatedById == change.By.Id) return Refusal.Forbidden("campaigns.own", campaign.CampaignNo);
        if (!command.Agree)
        {
            if (string.IsNullOrWhiteSpace(command.Opinion)) return Refusal.Invalid("campaigns.return-reason", "opinion");
            campaign.ReturnReason = $"{change.By.Name}：{command.Opinion}";
            campaign.Revision++;
            audit.Record(change, campaign.Chain, "退回实施方案", $"campaign {campaign.CampaignNo}", new JsonObject { ["opinion"] = command.Opinion });
            return campaign;
        }
        if ((await CoLaunch.OfAsync(db, campaign.Id, cancellationToken)).Where(c => c.Agreed is not true).Select(c => c.Unit).ToList() is { Count: > 0 } open)
            return Refusal.Conflict("campaigns.co-launch-open", campaign.CampaignNo, string.Join('、', open));
        (campaign.Status, campaign.ApprovedById, campaign.ApprovedByName, campaign.ApprovedAt, campaign.ReturnReason) = (CampaignStatus.Approved, change.By.Id, change.By.Name, change.At, null);
        campaign.Revision++;
        audit.Record(change, campaign.Chain, "批准抽查任务", $"campaign {campaign.CampaignNo}");
        return campaign;
    }
}
