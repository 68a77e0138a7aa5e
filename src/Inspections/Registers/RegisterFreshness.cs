using DoubleRandom.Basics;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.Planning;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Registers;

/// <summary>名录时效: lists are frozen from registers that somebody has brought up to date, or verified, not longer ago than the office's rules say.</summary>
internal static class RegisterFreshness
{
    /// <summary>Null: fresh, or the rules ask nothing.</summary>
    public static async Task<Refusal?> StaleAsync(DbContext db, PlanRules rules, ChangeContext change, CancellationToken cancellationToken)
    {
        if (rules.RegisterFreshDays is not { } most) return null;
        foreach (var form in (RegisterForm[])[RegisterForms.Inspectees, RegisterForms.Officers])
        {
            if (await LastAsync(db, form.Kind, cancellationToken) is { } last && (change.At - last).Days is var days && days > most) return Refusal.Conflict("campaigns.register-stale", form.Title, days, most);
        }
        return null;
    }

    /// <summary>When somebody last changed the register, imported a file that changed nothing, or entered what a verification found. UTC.</summary>
    private static async Task<DateTime?> LastAsync(DbContext db, string kind, CancellationToken cancellationToken)
    {
        var changed = await db.Set<RegisterChange>().Where(c => c.Kind == kind).MaxAsync(c => (DateTime?)c.At, cancellationToken);
        var imported = await db.Set<ImportJob>().Where(j => j.Kind == kind && j.Status == ImportJobStatus.Done).MaxAsync(j => j.FinishedAt, cancellationToken);
        var verified = kind == RegisterForms.Inspectees.Kind ? await db.Set<RegisterVerification>().MaxAsync(v => (DateTime?)v.At, cancellationToken) : null;
        return new[] { changed, imported, verified }.Max();
    }
}
