using System.Text.Json.Nodes;

namespace DoubleRandom.Basics;

/// <summary>Messages that leave the machine (mail, webhook, push, PDF conversion): written in the transaction, sent after it (law 3).</summary>
public interface IOutbox
{
    /// <param name="kind"><c>mail</c>, <c>webhook</c>, <c>pdf</c> …</param>
    /// <param name="dedupeKey">A second message with the same key is not sent (law 2).</param>
    void Enqueue(ChangeContext change, string kind, string dedupeKey, JsonObject payload);
}
