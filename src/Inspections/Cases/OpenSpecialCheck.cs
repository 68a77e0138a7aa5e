using System.Globalization;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Cases;

/// <summary>
/// 立专项检查: a check of one inspectee for a lead (投诉举报、转办交办、数据监测). Leads are handled as individual cases, not by lot (国办发〔2015〕58号),
/// so the group is named; everything after is the law's common way.
/// </summary>
/// <param name="Lead">Where the lead came from and what it says.</param>
public sealed record OpenSpecialCheck(
    string InspecteeNumber, IReadOnlyList<string> ItemCodes, string LeaderNumber, IReadOnlyList<string> OfficerNumbers, IReadOnlyList<string> ExpertNumbers, DateOnly PlannedOn, string Lead);

public sealed class OpenSpecialCheckHandler(DbContext db, OpenInspectionHandler open, Deadlines.ClockActs clocks)
{
    public async Task<Result<InspectionCase>> HandleAsync(OpenSpecialCheck command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (change.RequireAny(Roles.Planner) is { } forbidden) return forbidden;
        if (CaseRows.IsBlank(command.Lead) || command.Lead.Length > InspectionCase.LeadMaxLength) return Refusal.Invalid("cases.no-lead", "lead", InspectionCase.LeadMaxLength);
        if (command.PlannedOn < change.On) return Refusal.Invalid("cases.planned-past", "plannedOn");
        if (await db.Set<Inspectee>().AsNoTracking().SingleOrDefaultAsync(i => i.Number == command.InspecteeNumber, cancellationToken) is not { } inspectee) return Refusal.Invalid("cases.no-inspectee", "inspectee");
        var team = await TeamAsync(command, cancellationToken);
        if (team.Refusal is { } refusal) return refusal;
        if (await SpecialTeams.WhyNotAsync(db, inspectee.Number, command.ItemCodes, team.Value, command.PlannedOn, cancellationToken) is { } cannot) return cannot;

        var prefix = string.Create(CultureInfo.InvariantCulture, $"T{change.On.Year}-");
        var numbers = await db.Set<InspectionCase>().Where(c => c.CampaignNo.StartsWith(prefix)).Select(c => c.CampaignNo).ToListAsync(cancellationToken);
        var next = numbers.Select(n => int.Parse(n.AsSpan(prefix.Length), CultureInfo.InvariantCulture)).DefaultIfEmpty().Max() + 1;
        var opened = await open.HandleAsync(
            new OpenInspection(Ids.New(change), string.Create(CultureInfo.InvariantCulture, $"{prefix}{next:D3}"), 1, inspectee.Number, inspectee.Name, inspectee.CreditCode,
                inspectee.SiteAddress ?? inspectee.RegisteredAddress, command.ItemCodes, team.Value, command.PlannedOn), change, cancellationToken);
        if (opened.Refusal is not null) return opened;
        opened.Value.Lead = command.Lead.Trim();
        return await clocks.HappenedAsync("check.planned", Deadlines.ClockActs.Of(opened.Value), command.PlannedOn, change, cancellationToken) is { } stuck ? stuck : opened;
    }

    /// <summary>Only holders of a certificate valid on the day (处罚法第四十二条).</summary>
    private async Task<Result<List<TeamMember>>> TeamAsync(OpenSpecialCheck command, CancellationToken cancellationToken)
    {
        var numbers = command.OfficerNumbers.Append(command.LeaderNumber).ToList();
        var officers = await db.Set<Officer>().AsNoTracking().Where(o => numbers.Contains(o.Number)).ToDictionaryAsync(o => o.Number, cancellationToken);
        var experts = await db.Set<Expert>().AsNoTracking().Where(e => command.ExpertNumbers.Contains(e.Number)).ToDictionaryAsync(e => e.Number, cancellationToken);
        List<TeamMember> team = [];
        foreach (var number in command.OfficerNumbers.Distinct().Prepend(command.LeaderNumber))
        {
            if (!officers.TryGetValue(number, out var officer)) return Refusal.Invalid("cases.no-person", "team", number);
            var part = number == command.LeaderNumber && team.Count == 0 ? TeamPart.Leader : TeamPart.Officer;
            if (part is TeamPart.Officer && command.ItemCodes.Any(i => !officer.MayCheck(i, command.PlannedOn))) return Refusal.Invalid("cases.no-certificate", "team", officer.Name);
            team.Add(new TeamMember(number, officer.Name, part, officer.CertificateNo, officer.CertificateValidTo));
        }
        foreach (var number in command.ExpertNumbers.Distinct())
        {
            if (!experts.TryGetValue(number, out var expert)) return Refusal.Invalid("cases.no-person", "team", number);
            team.Add(new TeamMember(number, expert.Name, TeamPart.Expert));
        }
        return team;
    }
}
