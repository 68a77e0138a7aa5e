using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Evidence;

internal static class EvidenceRows
{
    /// <summary>What a visit or a finding names as its evidence must be evidence of this very case (S000-29).</summary>
    public static async Task<Refusal?> CheckEvidenceAsync(this DbContext db, Guid caseId, IEnumerable<string> hashes, CancellationToken cancellationToken)
    {
        var named = hashes.Distinct().ToList();
        if (named.Count == 0) return null;
        if (named.FirstOrDefault(h => !EvidenceStore.IsHash(h)) is { } bad) return Refusal.Invalid("evidence.bad-hash", "evidence", bad);
        var known = (await db.WithStagedAsync<EvidenceItem>(e => e.CaseId == caseId && named.Contains(e.Sha256), cancellationToken)).Select(e => e.Sha256).ToHashSet();
        return named.FirstOrDefault(h => !known.Contains(h)) is { } missing ? Refusal.Invalid("evidence.not-recorded", "evidence", missing) : null;
    }
}
