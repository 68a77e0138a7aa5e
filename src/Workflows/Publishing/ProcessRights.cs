using DoubleRandom.Basics;
using DoubleRandom.Inspections.People;

namespace DoubleRandom.Workflows.Publishing;

/// <summary>Who may draw workflows and who may put them into force: two different persons (design 10).</summary>
public static class ProcessRights
{
    public static bool MayEdit(Actor actor) => actor.Is(Roles.ProcessManager);

    /// <summary>Another process manager, the legal review or the director; never who proposed it or drew it last.</summary>
    public static bool MayDecide(Actor actor) => actor.IsAny(Roles.ProcessManager, Roles.Legal, Roles.Director);
}
