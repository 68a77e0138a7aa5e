using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Cases;

/// <summary>The group of a special check is named, not drawn; who may be sent is asked by the same rules as of a drawn one: certificate, scope, appointment, leave, relation, another check that day.</summary>
internal static class SpecialTeams
{
    /// <summary>The first of the group who cannot go, with the reason; null: all can.</summary>
    public static async Task<Refusal?> WhyNotAsync(DbContext db, string inspectee, IReadOnlyList<string> items, IReadOnlyList<TeamMember> team, DateOnly on, CancellationToken cancellationToken)
    {
        // As a campaign of one visit on that day.
        var alone = new Campaign { CampaignNo = "", PlanNo = "", Title = "", Ratio = "0", ItemCodes = string.Join(';', items), PeriodFrom = on, PeriodTo = on };
        var people = await RosterPeople.ReadAsync(db, alone, team.ToLookup(m => m.Part, m => m.Number), cancellationToken);
        foreach (var member in team)
        {
            var person = people.FirstOrDefault(p => p.Part == member.Part && p.Number == member.Number);
            if ((person is null ? "已不在名录中" : person.WhyNot(inspectee, on)) is { } reason) return Refusal.Invalid("cases.cannot-go", "team", member.Name, on, reason);
        }
        return null;
    }
}

/// <summary>更换专项检查人员: until the group has arrived, by a leader of the bureau, with reason and proof. Who named the group does not change it alone.</summary>
/// <param name="Out">人员编号 of who leaves.</param>
/// <param name="In">人员编号 of who comes for him, in the same part.</param>
public sealed record ReplaceSpecialMember(Guid CaseId, string Out, string In, string Reason, string Proof);

public sealed class ReplaceSpecialMemberHandler(DbContext db, IAuditTrail audit)
{
    public const int TextMaxLength = 200;

    public async Task<Result<InspectionCase>> HandleAsync(ReplaceSpecialMember command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (change.RequireAny(Roles.DeputyDirector, Roles.Director) is { } forbidden) return forbidden;
        var found = await db.FindCaseAsync(command.CaseId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (inspection.Lead is null) return Refusal.Conflict("cases.drawn-team", inspection.InspectionNo);
        if (!LockedSeats.IsAhead(inspection)) return Refusal.Conflict("cases.team-arrived", inspection.InspectionNo);
        if (CaseRows.IsBlank(command.Reason) || command.Reason.Trim().Length > TextMaxLength) return Refusal.Invalid("cases.replace-reason", "reason", TextMaxLength);
        if (CaseRows.IsBlank(command.Proof) || command.Proof.Trim().Length > TextMaxLength) return Refusal.Invalid("cases.replace-reason", "proof", TextMaxLength);
        var (team, number) = (inspection.Team, command.In.Trim());
        if (team.FirstOrDefault(m => m.Number == command.Out) is not { } leaves) return Refusal.Invalid("cases.no-person", "out", command.Out);
        if (team.Any(m => m.Number == number)) return Refusal.Invalid("cases.in-team", "in", number);
        TeamMember? comes = null;
        if (leaves.Part is TeamPart.Expert) comes = await db.Set<Expert>().AsNoTracking().Where(e => e.Number == number).Select(e => new TeamMember(e.Number, e.Name, TeamPart.Expert, null, null)).FirstOrDefaultAsync(cancellationToken);
        else if (await db.Set<Officer>().AsNoTracking().FirstOrDefaultAsync(o => o.Number == number, cancellationToken) is { } officer)
        {
            if (leaves.Part is TeamPart.Leader && !officer.MayLead) return Refusal.Invalid("cases.cannot-go", "in", officer.Name, inspection.PlannedOn, "名录登记没有带队资格");
            comes = new TeamMember(officer.Number, officer.Name, leaves.Part, officer.CertificateNo, officer.CertificateValidTo);
        }
        if (comes is null) return Refusal.Invalid("cases.no-person", "in", number.Length > 40 ? number[..40] : number);
        if (await SpecialTeams.WhyNotAsync(db, inspection.InspecteeNumber, inspection.Items, [comes], inspection.PlannedOn, cancellationToken) is { } cannot) return cannot with { Field = "in" };
        TeamMember[] now = [.. team.Select(m => m.Number == leaves.Number ? comes : m)];
        (inspection.TeamJson, inspection.LeaderNumber) = (JsonSerializer.Serialize(now), now.First(m => m.Part is TeamPart.Leader).Number);
        inspection.Revision++;
        await db.HandOverAsync(inspection.Id, leaves.Number, comes.Number, change, cancellationToken);
        audit.Record(change, inspection.Chain, "更换专项检查人员", inspection.InspectionNo, new JsonObject { ["out"] = leaves.Number, ["in"] = comes.Number, ["reason"] = command.Reason.Trim(), ["proof"] = command.Proof.Trim() });
        return inspection;
    }
}
