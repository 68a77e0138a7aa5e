using DoubleRandom.Host.Accounts;
using DoubleRandom.Inspections.People;

namespace DoubleRandom.Host.Studio;

/// <summary>Who may look at workflow definitions and at the course of instances: those who plan, decide, review or supervise, and the administrator.</summary>
internal static class StudioAccess
{
    public static IReadOnlyList<string> Viewers { get; } =
        [Roles.Planner, Roles.SectionHead, Roles.DeputyDirector, Roles.Director, Roles.Legal, Roles.Auditor, Roles.Admin];

    public static bool MayView(CurrentActor current) => current.Actor is { } actor && Viewers.Any(actor.Is);
}
