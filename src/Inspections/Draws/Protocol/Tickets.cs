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
        var ticket = new byte[32];
        Ticket(key, Encoding.UTF8.GetBytes(id), ticket);
        return ticket;
    }

    /// <summary>The first eight bytes of a ticket. They decide the order, but for a coincidence that <see cref="SettleTies"/> meets.</summary>
    /// <param name="id">In UTF-8.</param>
    internal static ulong Head(ReadOnlySpan<byte> key, ReadOnlySpan<byte> id)
    {
        Span<byte> ticket = stackalloc byte[32];
        Ticket(key, id, ticket);
        return BinaryPrimitives.ReadUInt64BigEndian(ticket);
    }

    /// <summary>The ids of a stratum in the order of their tickets, ascending as bytes.</summary>
    public static string[] Order(byte[] key, IReadOnlyList<string> ids)
    {
        var (heads, places) = (new ulong[ids.Count], new uint[ids.Count]);
        for (var i = 0; i < heads.Length; i++) (heads[i], places[i]) = (Head(key, Encoding.UTF8.GetBytes(ids[i])), (uint)i);
        Array.Sort(heads, places);
        SettleTies(key, heads, places, place => Encoding.UTF8.GetBytes(ids[(int)place]));
        return [.. places.Select(place => ids[(int)place])];
    }

    /// <summary>Places whose tickets begin with the same eight bytes are put in order by the whole ticket.</summary>
    /// <param name="heads">In their order.</param>
    /// <param name="id">The id at a place, in UTF-8.</param>
    internal static void SettleTies(byte[] key, ReadOnlySpan<ulong> heads, Span<uint> places, IdAt id)
    {
        for (var from = 0; from < heads.Length;)
        {
            var to = from + 1;
            while (to < heads.Length && heads[to] == heads[from]) to++;
            if (to > from + 1) places[from..to].Sort((a, b) => Whole(a).AsSpan().SequenceCompareTo(Whole(b)));
            from = to;
        }

        byte[] Whole(uint place)
        {
            var ticket = new byte[32];
            Ticket(key, id(place), ticket);
            return ticket;
        }
    }

    internal delegate ReadOnlySpan<byte> IdAt(uint place);

    private static void Ticket(ReadOnlySpan<byte> key, ReadOnlySpan<byte> id, Span<byte> ticket)
    {
        var length = key.Length + id.Length;
        var input = length <= 128 ? stackalloc byte[128] : new byte[length];
        key.CopyTo(input);
        id.CopyTo(input[key.Length..]);
        SHA256.HashData(input[..length], ticket);
    }
}
