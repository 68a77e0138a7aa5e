using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Cases;

/// <summary>An entry of the checklist template as it applies to this inspectee.</summary>
public sealed record PlannedCheck(
    string Code, string Content, string? Method = null, string? Basis = null, bool Mandatory = true, HazardGrade DefaultGrade = HazardGrade.General, string? PenaltyBasis = null,
    string? MajorCriterion = null, string? Advice = null);

/// <summary>现场检查方案: time, scope, focus and division of work, all four mandatory (S000-22), and the checklist it is carried out by.</summary>
/// <param name="VisitOn">A working day of the campaign's period, not before its announcement has stood three working days.</param>
/// <param name="FileRead">The group has read the inspectee's file (S000-13).</param>
/// <param name="DateReason">Why the visit is on a day of rest, or after the period.</param>
public sealed record RecordSitePlan(Guid CaseId, DateOnly VisitOn, string Scope, string Focus, string Division, IReadOnlyList<PlannedCheck> Checklist, bool FileRead = false, string? DateReason = null);

public sealed class RecordSitePlanHandler(DbContext db, CalendarSource calendars, PreNotice notice, IAuditTrail audit, AlertDesk alerts)
{
    public const int MaxChecks = 500;

    /// <summary>Characters.</summary>
    public const int MaxDateReason = 200;

    public async Task<Result<InspectionCase>> HandleAsync(RecordSitePlan command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindCaseAsync(command.CaseId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (inspection.RequireGroup(change) is { } forbidden) return forbidden;
        if (inspection.RequireStatus(InspectionStatus.Approved, InspectionStatus.Planned) is { } wrong) return wrong;
        if (await CheckDayAsync(inspection, command, change, cancellationToken) is { } badDay) return badDay;
        if (CaseRows.IsBlank(command.Scope)) return Refusal.Invalid("cases.plan-incomplete", "scope", "检查范围");
        if (CaseRows.IsBlank(command.Focus)) return Refusal.Invalid("cases.plan-incomplete", "focus", "重点内容");
        if (CaseRows.IsBlank(command.Division)) return Refusal.Invalid("cases.plan-incomplete", "division", "分工");
        if (!command.FileRead) return Refusal.Invalid("cases.file-not-read", "fileRead", inspection.InspecteeName);
        if (command.Checklist.Count is 0 or > MaxChecks) return Refusal.Invalid("cases.plan-checklist", "checklist", MaxChecks);
        if (command.Checklist.GroupBy(c => c.Code).FirstOrDefault(g => g.Count() > 1) is { } twice) return Refusal.Invalid("cases.plan-entry-twice", "checklist", twice.Key);
        if (command.Checklist.FirstOrDefault(c => CaseRows.IsBlank(c.Code) || CaseRows.IsBlank(c.Content)) is { } empty) return Refusal.Invalid("cases.plan-entry-empty", "checklist", empty.Code);

        if (await MoveAsync(inspection, command.VisitOn, change, cancellationToken) is { } noTeam) return noTeam;

        // A plan made anew replaces the entries; nothing is checked yet in this state.
        var old = (await db.WithStagedAsync<CheckResult>(r => r.CaseId == inspection.Id, cancellationToken)).ToDictionary(r => r.Code);
        var position = 0;
        foreach (var check in command.Checklist)
        {
            if (!old.Remove(check.Code, out var row)) db.Add(row = new CheckResult { Id = Ids.New(change), CaseId = inspection.Id, Code = check.Code, Content = check.Content });
            row.Position = ++position;
            row.Content = check.Content;
            row.Method = check.Method;
            row.Basis = check.Basis;
            row.PenaltyBasis = check.PenaltyBasis;
            row.Mandatory = check.Mandatory;
            row.DefaultGrade = check.DefaultGrade;
            row.MajorCriterion = check.MajorCriterion;
            row.Advice = check.Advice;
        }
        db.RemoveRange(old.Values);
        inspection.Status = InspectionStatus.Planned;
        inspection.PlannedOn = command.VisitOn;
        inspection.SiteScope = command.Scope;
        inspection.SiteFocus = command.Focus;
        inspection.SiteDivision = command.Division;
        inspection.SitePlanOn = change.On;
        inspection.FileReadByName = change.By.Name;
        inspection.Revision++;
        audit.Record(change, inspection.Chain, "制定现场检查方案", inspection.InspectionNo, new JsonObject { ["scope"] = command.Scope, ["focus"] = command.Focus, ["division"] = command.Division, ["entries"] = position, ["visitOn"] = command.VisitOn.ToString("O", CultureInfo.InvariantCulture), ["dateReason"] = CaseRows.IsBlank(command.DateReason) ? null : command.DateReason });
        return inspection;
    }

    /// <summary>Why the visit may not be on that day; null: it may.</summary>
    private async Task<Refusal?> CheckDayAsync(InspectionCase inspection, RecordSitePlan command, ChangeContext change, CancellationToken cancellationToken)
    {
        var on = command.VisitOn;
        if (on < change.On) return Refusal.Invalid("cases.plan-past", "visitOn", on);
        // Plan, period and caps are of one year; a check that was not made in its year is made up in the present one.
        var year = Math.Max(inspection.PlannedOn.Year, change.On.Year);
        if (on.Year > year) return Refusal.Invalid("cases.plan-year", "visitOn", on, year);
        if (command.DateReason?.Length > MaxDateReason) return Refusal.Invalid("cases.plan-reason-long", "dateReason", MaxDateReason);
        var campaign = await db.Set<Campaign>().FindAsync([inspection.CampaignId], cancellationToken);
        if (on < campaign?.PeriodFrom) return Refusal.Invalid("cases.plan-early", "visitOn", on, campaign.PeriodFrom, campaign.PeriodTo);
        if (on > campaign?.PeriodTo && CaseRows.IsBlank(command.DateReason)) return Refusal.Invalid("cases.plan-late", "dateReason", on, campaign.PeriodFrom, campaign.PeriodTo);
        if (!(await calendars.CurrentAsync(cancellationToken)).IsWorkingDay(on) && CaseRows.IsBlank(command.DateReason)) return Refusal.Invalid("cases.plan-rest-day", "dateReason", on);
        if (await notice.WhyNotYetAsync(inspection, on, cancellationToken) is { } early) return early;
        if (on.Year != inspection.PlannedOn.Year && inspection.CapWaiverReason is null && (await CheckFrequency.LoadAsync(db, inspection, cancellationToken, on)).Reached is { } reached)
            return Refusal.Conflict("cases.plan-over-cap", on.Year, reached.Approved, reached.Cap, reached.Name);
        return null;
    }

    /// <summary>改期: the drawn list moves along, and whoever of the team cannot come that day is replaced in ticket order.</summary>
    private async Task<Refusal?> MoveAsync(InspectionCase inspection, DateOnly on, ChangeContext change, CancellationToken cancellationToken)
    {
        var known = await db.Set<InspectionAssignment>().AsNoTracking().FirstOrDefaultAsync(a => a.CampaignId == inspection.CampaignId && a.InspecteeNumber == inspection.InspecteeNumber, cancellationToken);
        // Nobody is next in an order here: the group that was named can come, or another is named first.
        if (inspection.Lead is not null) return inspection.PlannedOn == on ? null : await SpecialTeams.WhyNotAsync(db, inspection.InspecteeNumber, inspection.Items, inspection.Team, on, cancellationToken);
        if (known is null || known.PlannedOn == on || await db.Set<Campaign>().FindAsync([inspection.CampaignId], cancellationToken) is not { } campaign) return null;
        var loaded = await Roster.LoadAsync(db, campaign, change, cancellationToken);
        if (loaded.Refusal is { } bad) return bad;
        var roster = loaded.Value;
        if (roster.VisitTo(inspection.InspecteeNumber) is not { } visit) return null;
        var before = inspection.Team;
        roster.Reschedule(visit, on);
        if (roster.MissingIn(visit) is { Count: > 0 } missing) return Refusal.Conflict("cases.plan-no-team", on, string.Join("、", missing.Distinct().Select(LockedSeats.NameOf)));
        // Who comes along from other campaigns comes on the new day.
        foreach (var merged in await db.WithStagedAsync<InspectionAssignment>(a => a.MergedIntoId == visit.Id, cancellationToken)) (merged.PlannedOn, merged.Revision) = (on, merged.Revision + 1);
        await LockedSeats.FollowAsync(db, roster, visit, inspection, audit, change, cancellationToken);
        var (left, came) = (before.Where(b => inspection.Team.All(m => m.Number != b.Number)).ToList(), inspection.Team.Where(m => before.All(b => b.Number != m.Number)).ToList());
        if (came.Count > 0)
        {
            alerts.TellSeats(campaign, [Roles.DrawOperator], [.. left.Concat(came).Select(m => m.Number), inspection.LeaderNumber], string.Create(CultureInfo.InvariantCulture, $"moved-{visit.Id:N}-{on:yyyyMMdd}"),
                $"{inspection.InspectionNo} 改为 {on.ToString("O", CultureInfo.InvariantCulture)} 检查，{string.Join("、", came.Select(m => m.Name))}按抽取顺序递补{string.Join("、", left.Select(m => m.Name))}。", change);
        }
        audit.Record(change, campaign.Chain, "改期", inspection.InspectionNo, new JsonObject { ["from"] = known.PlannedOn.ToString("O", CultureInfo.InvariantCulture), ["to"] = on.ToString("O", CultureInfo.InvariantCulture), ["out"] = string.Join(';', left.Select(m => m.Number)), ["in"] = string.Join(';', came.Select(m => m.Number)) });
        return null;
    }
}
