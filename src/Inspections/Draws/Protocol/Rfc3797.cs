using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace DoubleRandom.Inspections.Draws.Protocol;

/// <summary>Selection by RFC 3797, for outside checkers who want the older public method. DR-1 is what the office draws with.</summary>
public static class Rfc3797
{
    /// <summary>The positions (from 1) in the order they are selected.</summary>
    /// <param name="key">The sources joined as section 4 has it, for example <c>9319./2.5.8.10.12./9.18.26.34.41.45./</c>.</param>
    public static IReadOnlyList<int> Select(string key, int pool, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pool, ushort.MaxValue);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, pool);
        var remaining = Enumerable.Range(1, pool).ToList();
        List<int> selected = [];
        var text = Encoding.ASCII.GetBytes(key);
        for (var i = 0; i < count; i++)
        {
            var input = new byte[text.Length + 4];
            BinaryPrimitives.WriteUInt16BigEndian(input, (ushort)i);
            text.CopyTo(input, 2);
            BinaryPrimitives.WriteUInt16BigEndian(input.AsSpan(text.Length + 2), (ushort)i);
#pragma warning disable CA5351 // The RFC prescribes MD5; nothing here rests on its strength.
            var hash = MD5.HashData(input);
#pragma warning restore CA5351
            var index = (int)(new BigInteger(hash, isUnsigned: true, isBigEndian: true) % remaining.Count);
            selected.Add(remaining[index]);
            remaining.RemoveAt(index);
        }
        return selected;
    }
}
