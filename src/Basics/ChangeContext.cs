namespace DoubleRandom.Basics;

/// <summary>A person (or the system itself) as far as decisions need to know them: who, with which roles, in which register.</summary>
/// <param name="Id">The account's id; <see cref="System"/> has the empty id.</param>
/// <param name="Name">The name as written in journals and on documents.</param>
/// <param name="Roles">Keys of the role catalogue (<c>planner</c>, <c>director</c> …).</param>
/// <param name="RegisterNumber">Number in the officer or expert register (R001, E01), when the person is entered there.</param>
/// <param name="Section">The section (内设机构) the person belongs to.</param>
/// <param name="Department">The department (单位) the person belongs to.</param>
public sealed record Actor(
    Guid Id, string Name, IReadOnlySet<string> Roles, string? RegisterNumber = null, string? Section = null, string? Department = null)
{
    /// <summary>The product itself: timers, sweeps and steps that follow from a person's act.</summary>
    public static Actor System { get; } = new(Guid.Empty, "系统", new HashSet<string>());

    public bool IsSystem => Id == Guid.Empty;

    public bool Is(string role) => Roles.Contains(role);

    public bool IsAny(params ReadOnlySpan<string> roles)
    {
        foreach (var role in roles)
        {
            if (Roles.Contains(role)) return true;
        }
        return false;
    }
}

/// <summary>Who changes the record, when, and why. The clock is read once per action; every row and event shares it.</summary>
/// <param name="By">The person who acts; checked by the domain whatever a workflow definition says.</param>
/// <param name="At">The instant, UTC, cut to microseconds.</param>
/// <param name="On">The same moment as a calendar date at the office: the date deadlines count from.</param>
/// <param name="Reason">Why, in the person's words, where the act asks for it.</param>
/// <param name="OperationId">One per press of a button or call: the same operation a second time changes nothing.</param>
public sealed record ChangeContext(Actor By, DateTime At, DateOnly On, string? Reason = null, Guid OperationId = default)
{
    public static ChangeContext Now(TimeProvider time, Actor by, string? reason = null, Guid operationId = default)
        => new(by, time.UtcNow, time.Today, reason, operationId);
}
