using DoubleRandom.Basics;

namespace DoubleRandom.Inspections.People;

/// <summary>Who works here, as the host's accounts say now. A blocked account is not among them.</summary>
public interface IStaff
{
    /// <summary>By name of the account.</summary>
    IReadOnlyList<Actor> All { get; }

    Actor? Find(Guid id);
}
