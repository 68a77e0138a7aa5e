using DoubleRandom.Host.Accounts;
using DoubleRandom.Inspections.People;
using DoubleRandom.Workflows.Publishing;

namespace DoubleRandom.Host.Studio;

/// <summary>Who may look at workflow definitions and at the course of instances: those who plan, decide, review or supervise, and the administrator.</summary>
internal static class StudioAccess
{
    public static IReadOnlyList<string> Viewers { get; } =
        [Roles.Planner, Roles.SectionHead, Roles.DeputyDirector, Roles.Director, Roles.Legal, Roles.Auditor, Roles.Admin, Roles.ProcessManager];

    /// <summary>Who draws: the Studio shows its editing buttons to them only, and the handlers hold it.</summary>
    public static bool MayEdit(CurrentActor current) => current.Actor is { } actor && ProcessRights.MayEdit(actor);

    public static bool MayView(CurrentActor current) => current.Actor is { } actor && Viewers.Any(actor.Is);
}
