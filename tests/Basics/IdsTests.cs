using DoubleRandom.Basics;

namespace DoubleRandom.Tests.Basics;

public sealed class IdsTests
{
    [Fact]
    public void New_OfAnInstant_IsAVersion7OfItAndOrderedToTheMicrosecond()
    {
        var at = new DateTime(2026, 11, 22, 4, 30, 0, 123, 456, DateTimeKind.Utc);

        var id = Ids.New(at);

        Assert.Equal((7, 8), (id.Version, id.Variant & 0xC));
        Assert.Equal(new DateTimeOffset(at).ToUnixTimeMilliseconds(), Convert.ToInt64(id.ToString("N")[..12], 16));
        var later = Enumerable.Range(0, 2_000).Select(n => Ids.New(at.AddMicroseconds(n))).ToList();
        Assert.Equal(later.Select(l => l.ToString()).Order(StringComparer.Ordinal), later.Select(l => l.ToString()));
    }

    [Fact]
    public void New_OfOneInstantOnManyThreads_IsNeverTheSame()
    {
        var at = new DateTime(2026, 11, 22, 4, 30, 0, DateTimeKind.Utc);

        var ids = ParallelEnumerable.Range(0, 100_000).Select(_ => Ids.New(at)).ToHashSet();

        Assert.Equal(100_000, ids.Count);
        // All 62 bits that are chance are so: each is set in about half of them.
        Assert.All(Enumerable.Range(66, 62), bit => Assert.InRange(ids.Count(i => (i.ToByteArray(bigEndian: true)[bit / 8] >> (7 - bit % 8) & 1) == 1), 48_000, 52_000));
    }
}
