using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>指派带队人员, or 申请带队豁免 for somebody of another post: which of the two it is follows from the profile and the register. Until the lists are frozen.</summary>
/// <param name="Person">人员编号</param>
public sealed record AppointLeader(Guid CampaignId, string Person, string Reason);

/// <summary>批准带队豁免: by a second person.</summary>
public sealed record ConfirmLeader(Guid AppointmentId);

/// <summary>撤回指派 or 豁免, as long as nothing is frozen.</summary>
public sealed record WithdrawLeader(Guid AppointmentId);

public sealed class LeaderAppointmentHandler(DbContext db, IAuditTrail audit, AlertDesk alerts)
{
    public async Task<Result<LeaderAppointment>> HandleAsync(AppointLeader command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.IsAny(Roles.Planner, Roles.SectionHead)) return Refusal.Forbidden("campaigns.not-planner");
        if (await db.Set<Campaign>().FindAsync([command.CampaignId], cancellationToken) is not { } campaign) return Refusal.NotFound("campaigns.not-found");
        if (await FrozenAsync(campaign, cancellationToken) is { } frozen) return frozen;
        if (CaseRows.IsBlank(command.Reason) || command.Reason.Trim().Length > LeaderAppointment.ReasonMaxLength) return Refusal.Invalid("campaigns.leader-reason", "reason", LeaderAppointment.ReasonMaxLength);
        var number = command.Person.Trim();
        if (await db.Set<Officer>().AsNoTracking().FirstOrDefaultAsync(o => o.Number == number, cancellationToken) is not { } officer) return Refusal.Invalid("campaigns.leader-unknown", "person", Short(number));
        var rule = (await CandidatePools.TeamAsync(db, campaign, cancellationToken)).Leader;
        if (CandidatePools.WhyNotLead(officer, campaign) is { } reason) return Refusal.Invalid("campaigns.leader-unfit", "person", officer.Name, reason);
        var lacks = CandidatePools.LeaderLacks(officer, campaign, rule);
        if (lacks is not null && (rule.CountsTowardTwo || !rule.WaiverAllowed)) return Refusal.Invalid(rule.CountsTowardTwo ? "campaigns.leader-counts" : "campaigns.leader-certificate", "person", officer.Name, lacks);
        var waiver = officer.Post != rule.Post || lacks is not null;
        if (officer.Post != rule.Post && !rule.WaiverAllowed) return Refusal.Invalid("campaigns.leader-post", "person", officer.Name, officer.Post ?? "—", rule.Post);
        if (!waiver && rule.Drawn) return Refusal.Invalid("campaigns.leader-drawn", "person", officer.Name, rule.Post);
        var there = await db.WithStagedAsync<LeaderAppointment>(a => a.CampaignId == campaign.Id, cancellationToken);
        if (there.Any(a => a.PersonNumber == number)) return Refusal.Conflict("campaigns.leader-twice", officer.Name);
        var appointment = new LeaderAppointment
        {
            Id = Ids.New(change),
            CampaignId = campaign.Id,
            Sequence = there.Select(a => a.Sequence).DefaultIfEmpty().Max() + 1,
            PersonNumber = officer.Number,
            PersonName = officer.Name,
            Post = officer.Post ?? "—",
            CertificateNo = officer.CertificateNo,
            IsWaiver = waiver,
            Waives = lacks,
            Reason = command.Reason.Trim(),
            ById = change.By.Id,
            ByName = change.By.Name,
            At = change.At,
        };
        db.Add(appointment);
        Record(change, campaign, waiver ? "申请带队豁免" : "指派带队人员", appointment);
        if (waiver)
            alerts.TellSeats(campaign, [Roles.DeputyDirector, Roles.Director], [], $"leader-{appointment.Id:N}", $"{campaign.CampaignNo} 申请由{appointment.Post}{appointment.PersonName}带队（{(lacks is null ? $"一般由{rule.Post}带队" : $"豁免持证要求：{lacks}")}），请在任务页面批准或者请申请人撤回。", change);
        return appointment;
    }

    public async Task<Result<LeaderAppointment>> HandleAsync(ConfirmLeader command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.IsAny(Roles.DeputyDirector, Roles.Director)) return Refusal.Forbidden("campaigns.not-approver");
        if (await db.Set<LeaderAppointment>().FindAsync([command.AppointmentId], cancellationToken) is not { } appointment) return Refusal.NotFound("campaigns.leader-gone");
        if (appointment.IsInForce) return Refusal.Conflict("campaigns.leader-confirmed", appointment.PersonName);
        if (appointment.ById == change.By.Id) return Refusal.Forbidden("campaigns.leader-own", appointment.PersonName);
        var campaign = (await db.Set<Campaign>().FindAsync([appointment.CampaignId], cancellationToken))!;
        if (await FrozenAsync(campaign, cancellationToken) is { } frozen) return frozen;
        (appointment.ConfirmedById, appointment.ConfirmedByName, appointment.ConfirmedAt) = (change.By.Id, change.By.Name, change.At);
        appointment.Revision++;
        Record(change, campaign, "批准带队豁免", appointment);
        return appointment;
    }

    public async Task<Result<LeaderAppointment>> HandleAsync(WithdrawLeader command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.IsAny(Roles.Planner, Roles.SectionHead)) return Refusal.Forbidden("campaigns.not-planner");
        if (await db.Set<LeaderAppointment>().FindAsync([command.AppointmentId], cancellationToken) is not { } appointment) return Refusal.NotFound("campaigns.leader-gone");
        var campaign = (await db.Set<Campaign>().FindAsync([appointment.CampaignId], cancellationToken))!;
        if (await FrozenAsync(campaign, cancellationToken) is { } frozen) return frozen;
        db.Remove(appointment);
        Record(change, campaign, appointment.IsWaiver ? "撤回带队豁免" : "撤回带队指派", appointment);
        return appointment;
    }

    /// <summary>Who leads is settled before anything is drawn; a round that was made void settles nothing.</summary>
    private async Task<Refusal?> FrozenAsync(Campaign campaign, CancellationToken cancellationToken)
        => campaign.Status is not (CampaignStatus.Draft or CampaignStatus.Approved) || await db.Set<Draw>().AnyAsync(d => d.CampaignId == campaign.Id && d.Status != DrawStatus.Void, cancellationToken)
            ? Refusal.Conflict("campaigns.leader-frozen", campaign.CampaignNo) : null;

    private void Record(ChangeContext change, Campaign campaign, string act, LeaderAppointment appointment) => audit.Record(change, campaign.Chain, act, $"campaign {campaign.CampaignNo}", new JsonObject
    {
        ["person"] = appointment.PersonNumber,
        ["post"] = appointment.Post,
        ["certificate"] = appointment.CertificateNo,
        ["waiver"] = appointment.IsWaiver,
        ["waives"] = appointment.Waives,
        ["reason"] = appointment.Reason,
    });

    private static string Short(string text) => text.Length == 0 ? "（空）" : text.Length > 40 ? text[..40] : text;
}
