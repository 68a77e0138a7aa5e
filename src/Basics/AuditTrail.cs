using System.Text.Json.Nodes;

namespace DoubleRandom.Basics;

/// <summary>
/// Append-only, hash-chained record of who did what, when and why, written in the transaction of the change (law 7).
/// One chain per case, register and office.
/// </summary>
public interface IAuditTrail
{
    /// <param name="chain">For example <c>case/2026-0001</c>, <c>register/inspectees</c>, <c>office</c>.</param>
    /// <param name="action">What was done, in the office's Chinese.</param>
    /// <param name="subject">What it was done to: kind and id or number.</param>
    /// <param name="data">Before and after, or the values that mattered; no secrets.</param>
    void Record(ChangeContext change, string chain, string action, string subject, JsonObject? data = null);
}
