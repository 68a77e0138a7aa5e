using DoubleRandom.Basics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Host.Clock;

/// <summary>The office's clock of a demonstration. Its one row marks the database: what carries it holds no real case.</summary>
public sealed class DemoClock
{
    public const int TheOnly = 1;

    public int Id { get; set; } = TheOnly;

    /// <summary>The office's instant that was set.</summary>
    public DateTime OfficeAt { get; set; }

    /// <summary>The machine's instant at which it was set.</summary>
    public DateTime MachineAt { get; set; }
}

internal sealed class DemoClockMapping : IEntityTypeConfiguration<DemoClock>
{
    public void Configure(EntityTypeBuilder<DemoClock> builder)
    {
        builder.ToTable("demo_clock");
        builder.Property(c => c.Id).ValueGeneratedNever();
    }
}

/// <summary>
/// The clock that domain, engine, deadlines and audit read (law 5): the machine's in the office's time zone, and in a demonstration the one
/// kept in the database. That one goes on with the machine until the end of its day and stands there: only 前进一天 changes the date.
/// Cookies, keys, Quartz and logs use the machine's clock.
/// </summary>
public sealed class DatabaseClock(IServiceScopeFactory scopes, TimeProvider machine, TimeZoneInfo zone) : TimeProvider
{
    private volatile Reading? _demo;

    public override TimeZoneInfo LocalTimeZone => zone;

    /// <summary>Whether the database is a demonstration's.</summary>
    public bool IsDemo => _demo is not null;

    /// <summary>The machine's clock, whatever the demonstration's says: for waiting, retrying and locking.</summary>
    public TimeProvider Machine => machine;

    public override DateTimeOffset GetUtcNow()
    {
        var now = machine.GetUtcNow();
        return _demo is { } demo ? demo.At(now) : now;
    }

    public override long GetTimestamp() => machine.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => machine.CreateTimer(callback, state, dueTime, period);

    /// <summary>Reads the row again: at start, and where another process may have moved the clock.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken = default)
    {
        await using var scope = scopes.CreateAsyncScope();
        var row = await scope.ServiceProvider.GetRequiredService<DbContext>().Set<DemoClock>().AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        Take(row);
    }

    /// <summary>Moves the demonstration's clock to an instant. It never goes back: an earlier instant leaves it where it is.</summary>
    public Task SetAsync(DateTimeOffset at, CancellationToken cancellationToken = default) => MoveAsync(_ => at.UtcDateTime, cancellationToken);

    /// <summary>Moves the demonstration's clock forward.</summary>
    public Task AdvanceAsync(TimeSpan by, CancellationToken cancellationToken = default) => MoveAsync(now => now + by, cancellationToken);

    private async Task MoveAsync(Func<DateTime, DateTime> to, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var moved = await scope.ServiceProvider.GetRequiredService<IUnitOfWork>().RunAsync<DemoClock>(async (services, ct) =>
        {
            var row = await services.GetRequiredService<DbContext>().Set<DemoClock>().SingleOrDefaultAsync(ct)
                ?? throw new InvalidOperationException("Only the clock of a demonstration can be moved.");
            Move(row, to(Reading.Of(row, zone).At(machine.GetUtcNow()).UtcDateTime));
            return row;
        }, cancellationToken);
        Take(moved.Value);
    }

    /// <summary>Moves a row inside a caller's unit of work; <see cref="LoadAsync"/> afterwards takes it over.</summary>
    internal void Move(DemoClock row, DateTime to)
    {
        var now = Reading.Of(row, zone).At(machine.GetUtcNow()).UtcDateTime;
        (row.OfficeAt, row.MachineAt) = ((to > now ? to : now).CutToMicroseconds(), machine.UtcNow);
    }

    internal DemoClock NewRow(DateTimeOffset start) => new() { OfficeAt = start.UtcDateTime.CutToMicroseconds(), MachineAt = machine.UtcNow };

    private void Take(DemoClock? row) => _demo = row is null ? null : Reading.Of(row, zone);

    private sealed record Reading(DateTimeOffset Office, DateTimeOffset Machine, DateTimeOffset EndOfDay)
    {
        public static Reading Of(DemoClock row, TimeZoneInfo zone)
        {
            var office = new DateTimeOffset(row.OfficeAt, TimeSpan.Zero);
            var midnight = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(office, zone).DateTime).AddDays(1).ToDateTime(TimeOnly.MinValue);
            return new Reading(office, new DateTimeOffset(row.MachineAt, TimeSpan.Zero), new DateTimeOffset(TimeZoneInfo.ConvertTimeToUtc(midnight, zone), TimeSpan.Zero).AddSeconds(-1));
        }

        public DateTimeOffset At(DateTimeOffset machine)
        {
            var passed = machine > Machine ? machine - Machine : TimeSpan.Zero;
            var at = Office + passed;
            return at <= EndOfDay ? at : Office > EndOfDay ? Office : EndOfDay;
        }
    }
}

/// <summary>What pages say about the clock.</summary>
public sealed class DemoState(DatabaseClock clock, TimeProvider time)
{
    /// <summary>演示数据: every page says so.</summary>
    public bool IsDemo => clock.IsDemo;

    /// <summary>Now, in the office's zone.</summary>
    public DateTimeOffset OfficeNow => time.GetLocalNow();
}

/// <summary>The machine's clock, for what must not stand still with the demonstration's: locked accounts, retries.</summary>
public sealed class MachineTime(TimeProvider time)
{
    public DateTime UtcNow => time.UtcNow;
}
