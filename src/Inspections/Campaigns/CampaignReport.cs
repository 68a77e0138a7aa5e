using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>执法检查报告 after the last object is checked; within ten working days of it (S004-24).</summary>
public sealed record WriteCampaignReport(Guid CampaignId, string Text);

public sealed class WriteCampaignReportHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<Campaign>> HandleAsync(WriteCampaignReport command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.Is(Roles.SectionHead)) return Refusal.Forbidden("campaigns.not-section-head");
        if (await db.Set<Campaign>().FindAsync([command.CampaignId], cancellationToken) is not { } campaign) return Refusal.NotFound("campaigns.not-found");
        if (campaign.Status is not CampaignStatus.Locked || campaign.ReportApprovedOn is not null) return Refusal.Conflict("campaigns.wrong-status", campaign.CampaignNo);
        if (string.IsNullOrWhiteSpace(command.Text)) return Refusal.Invalid("campaigns.no-report", "report");
        (campaign.ReportText, campaign.ReportById, campaign.ReportByName, campaign.ReportOn) = (command.Text.Trim(), change.By.Id, change.By.Name, change.On);
        campaign.Revision++;
        audit.Record(change, campaign.Chain, "提交执法检查报告", $"campaign {campaign.CampaignNo}", new JsonObject { ["hash"] = Hashing.Sha256Hex(campaign.ReportText) });
        return campaign;
    }
}

/// <param name="Agree">False sends it back, with the opinion as the reason.</param>
public sealed record ApproveCampaignReport(Guid CampaignId, bool Agree, string? Opinion);

public sealed class ApproveCampaignReportHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<Campaign>> HandleAsync(ApproveCampaignReport command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.IsAny(Roles.DeputyDirector, Roles.Director)) return Refusal.Forbidden("campaigns.not-approver");
        if (await db.Set<Campaign>().FindAsync([command.CampaignId], cancellationToken) is not { } campaign) return Refusal.NotFound("campaigns.not-found");
        if (campaign.ReportText is null || campaign.ReportApprovedOn is not null) return Refusal.Conflict("campaigns.wrong-status", campaign.CampaignNo);
        if (campaign.ReportById == change.By.Id) return Refusal.Forbidden("campaigns.own-report", campaign.CampaignNo);
        if (!command.Agree && string.IsNullOrWhiteSpace(command.Opinion)) return Refusal.Invalid("campaigns.return-reason", "opinion");
        if (command.Agree) (campaign.ReportApprovedByName, campaign.ReportApprovedOn, campaign.ReturnReason) = (change.By.Name, change.On, null);
        else campaign.ReturnReason = $"{change.By.Name}：{command.Opinion}";
        campaign.Revision++;
        audit.Record(change, campaign.Chain, command.Agree ? "审定执法检查报告" : "退回执法检查报告", $"campaign {campaign.CampaignNo}", new JsonObject { ["opinion"] = command.Opinion });
        return campaign;
    }
}

/// <summary>归档: every object is finished and the report is settled.</summary>
public sealed record ArchiveCampaign(Guid CampaignId);

public sealed class ArchiveCampaignHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<Campaign>> HandleAsync(ArchiveCampaign command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<Campaign>().FindAsync([command.CampaignId], cancellationToken) is not { } campaign) return Refusal.NotFound("campaigns.not-found");
        if (campaign.Status is CampaignStatus.Archived) return campaign;
        if (campaign.Status is not CampaignStatus.Locked || campaign.ReportApprovedOn is null) return Refusal.Conflict("campaigns.wrong-status", campaign.CampaignNo);
        var open = await db.Set<InspectionCase>().AsNoTracking()
            .Where(c => c.CampaignId == campaign.Id && c.Status != InspectionStatus.Archived && c.Status != InspectionStatus.Refused).Select(c => c.InspectionNo).ToListAsync(cancellationToken);
        if (open.Count > 0) return Refusal.Conflict("campaigns.open-cases", open.Count, open.Order(StringComparer.Ordinal).First());
        (campaign.Status, campaign.ArchivedOn) = (CampaignStatus.Archived, change.On);
        campaign.Revision++;
        audit.Record(change, campaign.Chain, "抽查任务归档", $"campaign {campaign.CampaignNo}");
        return campaign;
    }
}
