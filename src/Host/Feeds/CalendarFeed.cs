using System.Security.Cryptography;
using DoubleRandom.Basics;
using DoubleRandom.Host.Accounts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Host.Feeds;

/// <summary>日历订阅: a secret address under which a person's calendar program reads his deadlines. One a person; only the secret's hash is kept.</summary>
public sealed class CalendarFeed
{
    public Guid AccountId { get; set; }

    public required string TokenSha256 { get; set; }

    public DateTime CreatedAt { get; set; }

    public int Revision { get; set; }
}

internal sealed class CalendarFeedMapping : IEntityTypeConfiguration<CalendarFeed>
{
    public void Configure(EntityTypeBuilder<CalendarFeed> builder)
    {
        builder.ToTable("calendar_feeds");
        builder.HasKey(f => f.AccountId);
        builder.Property(f => f.AccountId).ValueGeneratedNever();
        builder.Property(f => f.TokenSha256).HasMaxLength(64);
        builder.Property(f => f.Revision).IsConcurrencyToken();
        builder.HasIndex(f => f.TokenSha256);
        builder.HasOne<Account>().WithMany().HasForeignKey(f => f.AccountId).OnDelete(DeleteBehavior.Restrict);
    }
}

/// <summary>Opens the person's feed, or gives it a new address: the old one ends.</summary>
public sealed record OpenCalendarFeed;

/// <summary>The address ends.</summary>
public sealed record CloseCalendarFeed;

/// <param name="Token">Told once; the house forgets it.</param>
public sealed record OpenedFeed(string Token);

public sealed class CalendarFeedHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<OpenedFeed>> HandleAsync(OpenCalendarFeed command, ChangeContext change, CancellationToken cancellationToken)
    {
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        var feed = await db.Set<CalendarFeed>().SingleOrDefaultAsync(f => f.AccountId == change.By.Id, cancellationToken);
        if (feed is null) db.Add(feed = new CalendarFeed { AccountId = change.By.Id, TokenSha256 = "" });
        (feed.TokenSha256, feed.CreatedAt, feed.Revision) = (Hashing.Sha256Hex(token), change.At, feed.Revision + 1);
        audit.Record(change, "office", "开通日历订阅", $"account/{change.By.Name}");
        return new OpenedFeed(token);
    }

    public async Task<Result<Done>> HandleAsync(CloseCalendarFeed command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<CalendarFeed>().SingleOrDefaultAsync(f => f.AccountId == change.By.Id, cancellationToken) is not { } feed) return Done.It;
        db.Remove(feed);
        audit.Record(change, "office", "停止日历订阅", $"account/{change.By.Name}");
        return Done.It;
    }
}
