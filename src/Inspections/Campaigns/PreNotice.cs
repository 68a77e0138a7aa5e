using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Publications;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>拟检查公告 before the first visit (S001-26): whatever of the list the campaign's policy makes public, the campaign itself is announced.</summary>
public static class PreNotice
{
    /// <summary>Working days from the announcement, its own day not counted, to the first day of visits.</summary>
    public const int WorkingDays = 3;

    /// <summary>The first day for which visits are planned at the draw: nothing is announced before it. What is announced later moves the first visits at their site plans.</summary>
    internal static DateOnly FirstAfterDraw(IWorkingCalendar calendar, DateOnly drawnOn) => calendar.Add(drawnOn, WorkingDays).On;

    /// <summary>The first day on which a locked campaign may visit; null: it is not announced, or nothing was drawn.</summary>
    public static async Task<DateOnly?> FirstDayAsync(DbContext db, CalendarSource calendars, string campaignNo, CancellationToken cancellationToken)
    {
        var published = await db.Set<Publication>().Where(p => p.SubjectNo == campaignNo && p.Kind == PublicationKind.Announcement && p.PublishedOn != null && p.WithdrawnAt == null).MinAsync(p => p.PublishedOn, cancellationToken);
        return published is { } on ? (await calendars.CurrentAsync(cancellationToken)).Add(on, WorkingDays).On : null;
    }

    /// <summary>Why the check cannot be made on the day yet; null: it can. A special check was not drawn and is not announced.</summary>
    internal static async Task<Refusal?> WhyNotYetAsync(DbContext db, CalendarSource calendars, InspectionCase inspection, DateOnly on, CancellationToken cancellationToken)
    {
        if (await db.Set<Campaign>().FindAsync([inspection.CampaignId], cancellationToken) is not { LockedAt: not null } campaign) return null;
        if (await FirstDayAsync(db, calendars, campaign.CampaignNo, cancellationToken) is not { } first) return Refusal.Conflict("cases.not-announced", campaign.CampaignNo, WorkingDays);
        return on < first ? Refusal.Conflict("cases.announced-late", on, first, WorkingDays) : null;
    }
}
