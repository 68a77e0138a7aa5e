using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Planning;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>延长任务期限: a later last day of visits, asked for by one person and granted by a leader. Every one stays on record; what was announced before it is told so in public.</summary>
public sealed class CampaignExtension
{
    public const int TextMaxLength = 400;

    public Guid Id { get; set; }

    public Guid CampaignId { get; set; }

    /// <summary>From 1 in the campaign.</summary>
    public int Sequence { get; set; }

    /// <summary>The last day as it was, inclusive.</summary>
    public DateOnly FromOn { get; set; }

    /// <summary>The last day as asked for, inclusive; within the plan line's period.</summary>
    public DateOnly ToOn { get; set; }

    /// <summary>Public when the campaign is announced already.</summary>
    public required string Reason { get; set; }

    public Guid AskedById { get; set; }

    public required string AskedByName { get; set; }

    public DateTime AskedAt { get; set; }

    /// <summary>Null: not decided.</summary>
    public bool? Granted { get; set; }

    /// <summary>Needed to refuse.</summary>
    public string? Opinion { get; set; }

    public string? DecidedByName { get; set; }

    public DateTime? DecidedAt { get; set; }

    public int Revision { get; set; }

    public static Task<List<CampaignExtension>> OfAsync(DbContext db, Guid campaignId, CancellationToken cancellationToken)
        => db.Set<CampaignExtension>().AsNoTracking().Where(e => e.CampaignId == campaignId).OrderBy(e => e.Sequence).ToListAsync(cancellationToken);
}

internal sealed class CampaignExtensionMapping : IEntityTypeConfiguration<CampaignExtension>
{
    public void Configure(EntityTypeBuilder<CampaignExtension> builder)
    {
        builder.ToTable("campaign_extensions");
        builder.HasKey(e => e.Id);
        builder.HasIndex(e => new { e.CampaignId, e.Sequence }).IsUnique();
        builder.Property(e => e.Reason).HasMaxLength(CampaignExtension.TextMaxLength);
        builder.Property(e => e.AskedByName).HasMaxLength(60);
        builder.Property(e => e.Opinion).HasMaxLength(CampaignExtension.TextMaxLength);
        builder.Property(e => e.DecidedByName).HasMaxLength(60);
        builder.Property(e => e.Revision).IsConcurrencyToken();
    }
}

/// <param name="ToOn">The new last day of visits, inclusive. A day after the plan line's period needs a change of the plan first (S001-39).</param>
public sealed record AskExtension(Guid CampaignId, DateOnly ToOn, string Reason);

/// <summary>By a leader of the office who did not ask for it.</summary>
public sealed record DecideExtension(Guid CampaignId, int Sequence, bool Grant, string? Opinion = null);

public sealed class ExtendCampaignHandler(DbContext db, IAuditTrail audit, AlertDesk alerts)
{
    public async Task<Result<CampaignExtension>> HandleAsync(AskExtension command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.IsAny(Roles.Planner, Roles.SectionHead)) return Refusal.Forbidden("campaigns.not-planner");
        if (await db.Set<Campaign>().FindAsync([command.CampaignId], cancellationToken) is not { } campaign) return Refusal.NotFound("campaigns.not-found");
        if (CaseRows.IsBlank(command.Reason) || command.Reason.Trim().Length > CampaignExtension.TextMaxLength) return Refusal.Invalid("campaigns.extension-reason", "reason", CampaignExtension.TextMaxLength);
        if (await WhyNotAsync(campaign, command.ToOn, change.On, cancellationToken) is { } refusal) return refusal;
        var before = await db.WithStagedAsync<CampaignExtension>(e => e.CampaignId == campaign.Id, cancellationToken);
        if (before.Find(e => e.Granted is null) is { } open) return Refusal.Conflict("campaigns.extension-open", open.AskedByName, open.ToOn);
        var extension = new CampaignExtension
        {
            Id = Ids.New(change),
            CampaignId = campaign.Id,
            Sequence = before.Count + 1,
            FromOn = campaign.PeriodTo,
            ToOn = command.ToOn,
            Reason = command.Reason.Trim(),
            AskedById = change.By.Id,
            AskedByName = change.By.Name,
            AskedAt = change.At,
        };
        db.Add(extension);
        Record(change, campaign, "申请延长任务期限", extension);
        alerts.TellSeats(campaign, [Roles.DeputyDirector, Roles.Director], [], $"extension-{extension.Sequence}",
            string.Create(CultureInfo.InvariantCulture, $"{campaign.CampaignNo} 申请把任务期限由 {extension.FromOn:yyyy-MM-dd} 延长至 {extension.ToOn:yyyy-MM-dd}，请在任务页面决定。"), change);
        return extension;
    }

    public async Task<Result<CampaignExtension>> HandleAsync(DecideExtension command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.IsAny(Roles.DeputyDirector, Roles.Director)) return Refusal.Forbidden("campaigns.not-approver");
        if (await db.Set<Campaign>().FindAsync([command.CampaignId], cancellationToken) is not { } campaign) return Refusal.NotFound("campaigns.not-found");
        var extension = (await db.WithStagedAsync<CampaignExtension>(e => e.CampaignId == campaign.Id, cancellationToken)).Find(e => e.Sequence == command.Sequence && e.Granted is null);
        if (extension is null) return Refusal.Conflict("campaigns.extension-gone", campaign.CampaignNo);
        if (extension.AskedById == change.By.Id) return Refusal.Forbidden("campaigns.extension-own", campaign.CampaignNo);
        if (command.Opinion?.Length > CampaignExtension.TextMaxLength || (!command.Grant && CaseRows.IsBlank(command.Opinion))) return Refusal.Invalid("campaigns.extension-opinion", "opinion", CampaignExtension.TextMaxLength);
        if (command.Grant && await WhyNotAsync(campaign, extension.ToOn, change.On, cancellationToken) is { } refusal) return refusal;
        (extension.Granted, extension.DecidedByName, extension.DecidedAt) = (command.Grant, change.By.Name, change.At);
        extension.Opinion = CaseRows.IsBlank(command.Opinion) ? null : command.Opinion!.Trim();
        extension.Revision++;
        if (command.Grant)
        {
            campaign.PeriodTo = extension.ToOn;
            campaign.Revision++;
        }
        Record(change, campaign, command.Grant ? "批准延长任务期限" : "不同意延长任务期限", extension);
        alerts.TellSeats(campaign, [Roles.Planner, Roles.DrawOperator], [], $"extension-decided-{extension.Sequence}",
            string.Create(CultureInfo.InvariantCulture, $"{campaign.CampaignNo} 延长任务期限至 {extension.ToOn:yyyy-MM-dd}：{(command.Grant ? "已批准" : $"不同意，{extension.Opinion}")}。"), change);
        return extension;
    }

    /// <summary>Why the campaign cannot last until the day; null: it can.</summary>
    private async Task<Refusal?> WhyNotAsync(Campaign campaign, DateOnly to, DateOnly today, CancellationToken cancellationToken)
    {
        if (campaign.Status is CampaignStatus.Archived) return Refusal.Conflict("campaigns.wrong-status", campaign.CampaignNo);
        if (to <= campaign.PeriodTo || to < today) return Refusal.Invalid("campaigns.extension-earlier", "to", to, campaign.PeriodTo > today ? campaign.PeriodTo : today.AddDays(-1));
        return await PlanLines.ApprovedLineAsync(db, campaign.PlanNo, campaign.PlanLineNo, cancellationToken) is { } line && to > line.PeriodTo
            ? Refusal.Invalid("campaigns.extension-outside", "to", to, line.LineNo, line.PeriodTo) : null;
    }

    private void Record(ChangeContext change, Campaign campaign, string act, CampaignExtension extension) => audit.Record(change, campaign.Chain, act, $"campaign {campaign.CampaignNo}", new JsonObject
    {
        ["sequence"] = extension.Sequence,
        ["from"] = extension.FromOn.ToString("O", CultureInfo.InvariantCulture),
        ["to"] = extension.ToOn.ToString("O", CultureInfo.InvariantCulture),
        ["reason"] = extension.Reason,
        ["opinion"] = extension.Opinion,
    });
}
