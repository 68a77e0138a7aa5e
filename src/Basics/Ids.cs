using System.Buffers.Binary;
using System.Security.Cryptography;

namespace DoubleRandom.Basics;

/// <summary>
/// Version-7 UUIDs from the injected clock: ordered by time to the microsecond (RFC 9562, 6.2, method 3), so that new rows lie together; 62 bits are chance.
/// </summary>
public static class Ids
{
    // A step makes ten ids, and each would ask the operating system for its sixteen bytes.
    private const int AtOnce = 64;

    [ThreadStatic]
    private static (byte[] Bytes, int Used)? _chance;

    public static Guid New(DateTime at)
    {
        var sinceEpoch = at.Ticks - DateTime.UnixEpoch.Ticks;
        var (milliseconds, rest) = Math.DivRem(sinceEpoch, TimeSpan.TicksPerMillisecond);
        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(id, milliseconds << 16 | 0x7000 | rest * 4096 / TimeSpan.TicksPerMillisecond);
        BinaryPrimitives.WriteUInt64BigEndian(id[8..], Chance() >> 2 | 0x8000_0000_0000_0000);
        return new Guid(id, bigEndian: true);
    }

    public static Guid New(ChangeContext change) => New(change.At);

    private static ulong Chance()
    {
        var (bytes, used) = _chance ?? (new byte[AtOnce * sizeof(ulong)], AtOnce);
        if (used == AtOnce)
        {
            RandomNumberGenerator.Fill(bytes);
            used = 0;
        }
        _chance = (bytes, used + 1);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(used * sizeof(ulong)));
    }
}
