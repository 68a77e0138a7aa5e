using DoubleRandom.Basics;
using DoubleRandom.Host.Pages.Inbox;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Parts;

/// <param name="WorkItems">Open items the person may act on.</param>
/// <param name="Alerts">Alerts the person has not acknowledged.</param>
public sealed record FrameView(string Office, int WorkItems, int Alerts)
{
    public static FrameView Empty { get; } = new("", 0, 0);
}

/// <summary>What every page shows in its frame.</summary>
internal sealed class LayoutQueries(DbContext db, InboxQueries inbox)
{
    public async Task<FrameView> ReadAsync(Actor? actor, CancellationToken cancellationToken)
    {
        var office = (await OfficeProfile.CurrentAsync(db, cancellationToken))?.Name ?? "";
        if (actor is null) return FrameView.Empty with { Office = office };
        return new FrameView(office,
            await inbox.CountOpenAsync(actor, cancellationToken),
            await db.Set<Alert>().AsNoTracking().OpenFor(actor).CountAsync(cancellationToken));
    }
}
