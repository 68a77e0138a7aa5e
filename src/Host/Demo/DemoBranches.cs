namespace DoubleRandom.Host.Demo;

/// <summary>What happens to an inspectee in the demonstration.</summary>
internal enum DemoBranch
{
    NothingFound, Rectified, Unreachable, Closed, EntryRefused, Disputed, Extended, NotRectified, SimplePenalty, MajorHazard, Transferred, PublishedLate,
    ReachedSecondTime, PublicationReturned, Prosecuted, RectificationOverdue,
}

/// <summary>Branches by the plan line and the place in the drawn order, and what stays open of the campaign that is left half-way.</summary>
internal static class DemoBranches
{
    /// <summary>生产经营单位安全生产综合抽查: the campaign that goes the whole way.</summary>
    public const int WholeLine = 1;

    /// <summary>危险化学品: the campaign that is left half-way.</summary>
    public const int HalfLine = 2;

    /// <summary>学校、医院: waits for the commitments of its draw.</summary>
    public const int CommitLine = 8;

    /// <summary>非煤矿山, added by the plan's adjustment: waits for the freezing of its candidates.</summary>
    public const int FreezeLine = 13;

    /// <summary>工贸定向抽查: waits for its scheme.</summary>
    public const int SchemeLine = 3;

    public static DemoBranch Of(int line, int position) => line switch
    {
        WholeLine => position switch
        {
            1 => DemoBranch.Unreachable,
            2 => DemoBranch.Closed,
            3 => DemoBranch.EntryRefused,
            4 => DemoBranch.Disputed,
            5 => DemoBranch.Extended,
            6 => DemoBranch.NotRectified,
            7 => DemoBranch.SimplePenalty,
            8 => DemoBranch.MajorHazard,
            9 => DemoBranch.Transferred,
            10 => DemoBranch.PublishedLate,
            11 => DemoBranch.ReachedSecondTime,
            12 => DemoBranch.PublicationReturned,
            _ => position % 2 == 0 ? DemoBranch.Rectified : DemoBranch.NothingFound,
        },
        HalfLine => position switch
        {
            1 => DemoBranch.RectificationOverdue,
            // The second is filed in October: its ninety days end in the next year.
            5 or 11 => DemoBranch.Prosecuted,
            6 => DemoBranch.MajorHazard,
            _ => position % 2 == 0 ? DemoBranch.Rectified : DemoBranch.NothingFound,
        },
        _ => DemoBranch.NothingFound,
    };

    /// <summary>Items that are left in their inboxes, one kind for each role.</summary>
    public static bool StaysOpen(DemoItem about) => (about.Line, about.Position, about.Form) switch
    {
        (CommitLine, _, "draw.commit") or (FreezeLine, _, "campaign.freeze") or (SchemeLine, _, "campaign.scheme") => true,
        (HalfLine, 2, "publication.review") or (HalfLine, 3, "publication.publish") => true,
        (HalfLine, 11, "penalty.investigate") or (HalfLine, 5, "penalty.review") => true,
        (HalfLine, 6, "hazard.list") or (HalfLine, 7, "finding.expert-confirm") => true,
        (HalfLine, 1, "rectification.track") or (HalfLine, 1, "supervision.decide") => true,
        // The one matter that is late at the year's end: the ladder has been climbed for it.
        (HalfLine, 1, "rectification.reinspect") => true,
        (HalfLine, 28, "case.approve") or (HalfLine, 27, "case.site-plan") => true,
        _ => false,
    };
}
