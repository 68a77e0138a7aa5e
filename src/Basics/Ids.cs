namespace DoubleRandom.Basics;

/// <summary>Version-7 UUIDs from the injected clock: ordered by time, so that new rows lie together.</summary>
public static class Ids
{
#pragma warning disable RS0030 // The one place where ids are made; the instant comes from the injected clock.
    public static Guid New(DateTime at) => Guid.CreateVersion7(new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc)));
#pragma warning restore RS0030

    public static Guid New(ChangeContext change) => New(change.At);
}
