using DoubleRandom.Basics;
using DoubleRandom.Engine.Storage;

namespace DoubleRandom.Engine.Execution;

/// <summary>Told, inside the burst, of a bookmark that will never be resumed.</summary>
public interface IBurstObserver
{
    void BookmarkCancelled(BookmarkRow bookmark, string reason, ChangeContext change);
}

/// <summary>What should follow a step is not possible (an invalid backward connection). Its step is shown as faulted.</summary>
public sealed class FlowException(string message) : Exception(message);

/// <summary>A domain refusal in an automatic step: the branch is parked with the domain's words.</summary>
public sealed class RefusedException(Refusal refusal) : Exception(Texts.Of(refusal))
{
    public Refusal Refusal { get; } = refusal;
}
