using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using DoubleRandom.Basics;

namespace DoubleRandom.Inspections.Draws.Protocol;

/// <summary>The arithmetic of DR-1: seed, ticket keys, tickets, and the order they make. Nothing in it is random.</summary>
public static class Tickets
{
    /// <summary>SHA-256 of <c>DR-1 LF orderHash LF nonce₁ LF … nonceₖ LF beacon LF</c>, lower hex.</summary>
    public static string Seed(string orderHash, DrawReveals reveals)
    {
        var text = new StringBuilder("DR-1\n").Append(orderHash).Append('\n');
        foreach (var reveal in reveals.Reveals) text.Append(reveal.Nonce).Append('\n');
        return Hashing.Sha256Hex(text.Append(reveals.Beacon).Append('\n').ToString());
    }

    /// <summary>The 32 raw bytes that begin every ticket of a stratum.</summary>
    public static byte[] Key(string seed, string kind, int round, string stratum)
        => SHA256.HashData(Encoding.UTF8.GetBytes($"DR-1|ticket\n{seed}\n{kind}\n{round}\n{stratum}"));

    /// <summary>SHA-256(key ‖ id).</summary>
    public static byte[] Ticket(ReadOnlySpan<byte> key, string id)
    {
        Span<byte> input = stackalloc byte[key.Length + Encoding.UTF8.GetMaxByteCount(id.Length)];
        key.CopyTo(input);
        var length = Encoding.UTF8.GetBytes(id, input[key.Length..]);
        return SHA256.HashData(input[..(key.Length + length)]);
    }

    /// <summary>The ids of a stratum in the order of their tickets, ascending as bytes.</summary>
    public static string[] Order(byte[] key, IReadOnlyList<string> ids)
    {
        // The first eight bytes of a ticket decide, but for a coincidence that is met below.
        var (heads, places) = (new ulong[ids.Count], new int[ids.Count]);
        // Each ticket is its own hash, so the work splits over the cores without changing a byte.
        Parallel.For(0, (ids.Count + 4095) / 4096, block =>
        {
            Span<byte> input = stackalloc byte[512];
            Span<byte> hash = stackalloc byte[32];
            key.CopyTo(input);
            for (var i = block * 4096; i < Math.Min(ids.Count, (block + 1) * 4096); i++)
            {
                var id = ids[i];
                if (Encoding.UTF8.GetMaxByteCount(id.Length) > 480)
                {
                    Ticket(key, id).CopyTo(hash);
                }
                else
                {
                    var length = Encoding.UTF8.GetBytes(id, input[32..]);
                    SHA256.HashData(input[..(32 + length)], hash);
                }
                (heads[i], places[i]) = (BinaryPrimitives.ReadUInt64BigEndian(hash), i);
            }
        });
        Array.Sort(heads, places);
        var order = new string[ids.Count];
        for (var i = 0; i < order.Length; i++) order[i] = ids[places[i]];
        SettleTies(key, heads, order);
        return order;
    }

    /// <summary>Ids whose tickets begin with the same eight bytes are put in order by the whole ticket.</summary>
    internal static void SettleTies(byte[] key, ReadOnlySpan<ulong> heads, Span<string> order)
    {
        for (var from = 0; from < heads.Length;)
        {
            var to = from + 1;
            while (to < heads.Length && heads[to] == heads[from]) to++;
            if (to > from + 1) order[from..to].Sort((a, b) => Ticket(key, a).AsSpan().SequenceCompareTo(Ticket(key, b)));
            from = to;
        }
    }
}
