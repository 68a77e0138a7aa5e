using System.Globalization;

namespace DoubleRandom.Basics;

/// <summary>Time as the office keeps it. Instants are UTC; calendar dates are the office's, never the server's.</summary>
public static class OfficeTimeExtensions
{
    /// <summary>2026-09-18: how files, keys and tables write a date.</summary>
    public static string Iso(this DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    extension(TimeProvider time)
    {
        /// <summary>The instant in UTC, cut to microseconds: what both databases store without loss.</summary>
        public DateTime UtcNow => time.GetUtcNow().UtcDateTime.CutToMicroseconds();

        /// <summary>The calendar date where the office is: what the law counts from.</summary>
        public DateOnly Today => DateOnly.FromDateTime(time.GetLocalNow().DateTime);

        /// <summary>The office's calendar date of an instant.</summary>
        public DateOnly DateOf(DateTime utc)
            => DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(utc, DateTimeKind.Utc), time.LocalTimeZone));

        /// <summary>The UTC instant of a local wall-clock time at the office.</summary>
        public DateTime InstantOf(DateOnly date, TimeOnly at)
            => TimeZoneInfo.ConvertTimeToUtc(date.ToDateTime(at, DateTimeKind.Unspecified), time.LocalTimeZone);
    }

    extension(DateTime instant)
    {
        public DateTime CutToMicroseconds() => new(instant.Ticks - instant.Ticks % TimeSpan.TicksPerMicrosecond, DateTimeKind.Utc);
    }
}

/// <summary>The system's clock in the office's time zone (Asia/Shanghai by default).</summary>
public sealed class OfficeTime(TimeZoneInfo zone) : TimeProvider
{
    public static TimeZoneInfo DefaultZone { get; } = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    public override TimeZoneInfo LocalTimeZone => zone;
}

/// <summary>A clock that is set by hand: tests step it, and the demo keeps one in the database.</summary>
public sealed class ManualTime(DateTimeOffset start, TimeZoneInfo? zone = null) : TimeProvider
{
    private long _ticks = start.UtcTicks;

    public override TimeZoneInfo LocalTimeZone => zone ?? OfficeTime.DefaultZone;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public void Set(DateTimeOffset at) => Interlocked.Exchange(ref _ticks, at.UtcTicks);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
