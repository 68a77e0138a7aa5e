using System.Globalization;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Planning;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>Puts a line of an approved plan to work. Base, ratio and group come from the line as it was approved; nothing here can change them.</summary>
/// <param name="Title">Null: the item's name with the month.</param>
/// <param name="PeriodFrom">First day of visits; within the line's period. Null: the line's, or today when that is later.</param>
/// <param name="PeriodTo">Last day of visits; within the line's period. Null: the line's.</param>
/// <param name="ExpertsPerGroup">Null: the line's; fewer need a reason, which stands in the change.</param>
public sealed record CreateCampaignFromPlanLine(
    string PlanNo, int LineNo, string? Title = null, DateOnly? PeriodFrom = null, DateOnly? PeriodTo = null, int? ExpertsPerGroup = null,
    AnnouncementPolicy Announcement = AnnouncementPolicy.NamesAfterVisit);

public sealed class CreateCampaignFromPlanLineHandler(DbContext db, CreateCampaignHandler create, Deadlines.DeadlineProfiles profiles)
{
    public async Task<Result<Campaign>> HandleAsync(CreateCampaignFromPlanLine command, ChangeContext change, CancellationToken cancellationToken)
    {
        var plan = await db.Set<AnnualPlan>().FirstOrDefaultAsync(p => p.PlanNo == command.PlanNo, cancellationToken);
        if (plan is not { Status: PlanStatus.GovernmentApproved or PlanStatus.Published }) return Refusal.Conflict("campaigns.plan-not-approved", command.PlanNo, plan is null ? "未编制" : PlanText.Of(plan.Status));
        var line = (await PlanLines.ApprovedAsync(db, plan, cancellationToken))?.FirstOrDefault(l => l.LineNo == command.LineNo);
        if (line is null) return Refusal.NotFound("campaigns.no-line", command.PlanNo, command.LineNo);
        var from = command.PeriodFrom ?? (change.On > line.PeriodFrom ? change.On : line.PeriodFrom);
        var to = command.PeriodTo ?? line.PeriodTo;
        if (from < line.PeriodFrom || to > line.PeriodTo) return Refusal.Invalid("campaigns.outside-plan", "periodFrom", from, to, line.PeriodFrom, line.PeriodTo);

        // C3: two experts check separately; to send fewer than the approved plan says needs its reason.
        if (command.ExpertsPerGroup < line.ExpertsPerGroup && string.IsNullOrWhiteSpace(change.Reason)) return Refusal.Invalid("campaigns.experts-reason", "experts", command.ExpertsPerGroup.Value, line.ExpertsPerGroup);

        var office = await OfficeProfile.CurrentAsync(db, cancellationToken);
        var profile = Deadlines.DeadlineProfiles.OfUnit(line.LeadUnit, office) ?? await profiles.OwnAsync(change.On, cancellationToken);
        var team = office?.Data.Team(profile);
        var rules = await PlanRules.InForceAsync(db, line.PeriodFrom, cancellationToken);
        var strata = StrataRule.Parse(PlanLines.StrataOf(line), line.StrataWeights);
        if (strata.Refusal is { } badStrata) return badStrata;
        return await create.HandleAsync(
            new CreateCampaign(
                line.PlanNo, line.LineNo, command.Title ?? $"{from.Year}年{from.Month}月{line.ItemName}", [line.ItemCode, .. PlanLines.MergedOf(line)], from, to, PlanLines.SamplingOf(line),
                line.BaseCount, line.BaseDate, line.Ratio.ToString(CultureInfo.InvariantCulture), await PlanLines.JurisdictionTotalAsync(db, cancellationToken),
                Math.Max(line.OfficersPerGroup, team?.Officers.Min ?? 2), command.ExpertsPerGroup ?? line.ExpertsPerGroup, command.Announcement,
                line.LeadUnit, profile, line.Speciality, Math.Min(line.ExpertsPerGroup, team?.Experts.Min ?? 1),
                rules.FloorOf(PlanLines.SamplingOf(line)), strata.Value),
            change, cancellationToken);
    }
}
