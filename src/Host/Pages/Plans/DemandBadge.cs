using DoubleRandom.Inspections.Planning;

namespace DoubleRandom.Host.Pages.Plans;

/// <summary>The colour of a demand's state; the word stands beside it.</summary>
internal static class DemandBadge
{
    public static string Of(Demand demand) => demand.Status switch
    {
        Demand.Accepted => "ok",
        Demand.Refused => "late",
        Demand.Withdrawn => "",
        _ => "warn",
    };
}
