using System.Security.Cryptography;
using System.Text;
using DoubleRandom.Basics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Host.Data;

/// <summary>
/// The head of all audit chains at the end of a day, published for anybody to keep (law 7). Chains show that nothing in them was changed; that nobody cut an
/// end off, or made all of them anew, is shown by what others have kept. Never changed, never deleted.
/// </summary>
public sealed class AuditDay
{
    /// <summary>The office's date whose midnight ends what is counted.</summary>
    public DateOnly On { get; set; }
    public long Chains { get; set; }
    public long Entries { get; set; }

    /// <summary>SHA-256 over one line a chain, in the order of their names' UTF-8 bytes: name, tab, last number, tab, last hash, line feed.</summary>
    public required string Head { get; set; }
    public DateTime MadeAt { get; set; }
}

internal sealed class AuditDayMapping : IEntityTypeConfiguration<AuditDay>
{
    public void Configure(EntityTypeBuilder<AuditDay> builder)
    {
        builder.ToTable("audit_days");
        builder.HasKey(d => d.On);
        builder.Property(d => d.Head).HasMaxLength(64);
    }
}

/// <summary>Makes the head of a day, and makes it again from what is there now.</summary>
internal sealed class AuditDays(IUnitOfWork units, IServiceScopeFactory scopes, TimeProvider time)
{
    /// <summary>A unit that began before midnight has long been committed by then.</summary>
    private static readonly TimeOnly From = new(0, 10);

    /// <summary>Publishes yesterday's head, once; days on which the program did not run have none of their own, the next one covers them.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var (now, today) = (time.UtcNow, time.Today);
        if (now < time.InstantOf(today, From)) return;
        var on = today.AddDays(-1);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<DbContext>();
        if (await db.Set<AuditDay>().AnyAsync(d => d.On >= on, cancellationToken)) return;
        var figures = (await ReadAsync(db, [on], cancellationToken))[0];
        if (figures.Entries == 0) return;
        await units.RunAsync<Done>(async (services, ct) =>
        {
            var rows = services.GetRequiredService<DbContext>().Set<AuditDay>();
            if (!await rows.AnyAsync(d => d.On == on, ct)) rows.Add(new AuditDay { On = on, Chains = figures.Chains, Entries = figures.Entries, Head = figures.Head, MadeAt = now });
            return Done.It;
        }, cancellationToken);
    }

    /// <returns>One line for each published day that cannot be had again from the chains.</returns>
    public async Task<IReadOnlyList<string>> FindBrokenAsync(DbContext db, CancellationToken cancellationToken)
    {
        // A month is enough for a nightly check: an end that was cut off is missing on every later day too.
        var days = await db.Set<AuditDay>().AsNoTracking().OrderByDescending(d => d.On).Take(31).ToListAsync(cancellationToken);
        if (days.Count == 0) return [];
        var now = await ReadAsync(db, [.. days.Select(d => d.On)], cancellationToken);
        return [.. days.Zip(now).Where(p => (p.First.Head, p.First.Chains, p.First.Entries) != (p.Second.Head, p.Second.Chains, p.Second.Entries)).Select(p => $"{p.First.On.Iso()}：公布时 {p.First.Entries} 条，现在 {p.Second.Entries} 条")];
    }

    private async Task<IReadOnlyList<(string Head, long Chains, long Entries)>> ReadAsync(DbContext db, IReadOnlyList<DateOnly> days, CancellationToken cancellationToken)
    {
        var ends = days.Select(d => time.InstantOf(d.AddDays(1), TimeOnly.MinValue)).ToList();
        var sums = days.Select(_ => new Sum()).ToList();
        var until = ends.Max();
        var entries = db.Set<AuditEntry>().AsNoTracking().Where(e => e.At < until);
        // The names' bytes, on both databases; the office's collation would order them by its own rules.
        var ordered = db.Database.IsNpgsql() ? entries.OrderBy(e => EF.Functions.Collate(e.Chain, "C")) : entries.OrderBy(e => e.Chain);
        await foreach (var entry in ordered.ThenBy(e => e.Sequence).Select(e => new { e.Chain, e.Sequence, e.Hash, e.At }).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            for (var i = 0; i < ends.Count; i++) if (entry.At < ends[i]) sums[i].Take(entry.Chain, entry.Sequence, entry.Hash);
        }
        return [.. sums.Select(s => s.End())];
    }

    private sealed class Sum
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private (string Chain, long Sequence, string Hash)? _last;
        private long _chains;
        private long _entries;

        public void Take(string chain, long sequence, string hash)
        {
            if (_last is { } last && last.Chain != chain) Close(last);
            _last = (chain, sequence, hash);
            _entries++;
        }

        public (string Head, long Chains, long Entries) End()
        {
            if (_last is { } last) Close(last);
            using (_hash) return (Convert.ToHexStringLower(_hash.GetHashAndReset()), _chains, _entries);
        }

        private void Close((string Chain, long Sequence, string Hash) last)
        {
            _chains++;
            _hash.AppendData(Encoding.UTF8.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{last.Chain}\t{last.Sequence}\t{last.Hash}\n")));
        }
    }
}
