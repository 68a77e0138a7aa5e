using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using DoubleRandom.Basics;

namespace DoubleRandom.Inspections.Draws.Protocol;

/// <summary>Selection by RFC 3797, for outside checkers who want the older public method. DR-1 is what the office draws with.</summary>
public static class Rfc3797
{
    /// <summary>
    /// A drawn draw put to the method of RFC 3797, to be followed with the RFC's own program: for each stratum the key (the seed as the one source: upper case,
    /// section 4.2), the numbered list and the order selected. It is a comparison and no second draw: what counts is result.json.
    /// </summary>
    public static Result<string> Export(DrawFiles files)
    {
        if (DrawVerifier.Verify(files).Difference is { } difference) return difference;
        var (order, seed) = (DrawOrder.Read(files.Order!).Value, DrawResult.Read(files.Result!).Value.Seed);
        var strata = CandidateList.Read(files.Candidates!).Value.ToLookup(c => c.Stratum, c => c.Id, StringComparer.Ordinal);
        var text = new StringBuilder("RFC 3797 对照（供外部核验者用该标准的程序重算；本次抽取以 result.json 为准）\nRFC 3797 comparison; the draw itself is result.json\n");
        foreach (var stratum in order.Strata)
        {
            if (stratum.Size > ushort.MaxValue) return Refusal.Invalid("draws.rfc3797-too-large", "strata", stratum.Name, ushort.MaxValue);
            var key = $"{seed.ToUpperInvariant()}./";
            string[] ids = [.. strata[stratum.Name]];
            text.Append(CultureInfo.InvariantCulture, $"\nstratum\t{stratum.Name}\nkey\t{key}\npool\t{stratum.Size}\nselect\t{stratum.Count}\n");
            foreach (var position in Select(key, stratum.Size, stratum.Count)) text.Append(CultureInfo.InvariantCulture, $"{position}\t{ids[position - 1]}\n");
        }
        return text.ToString();
    }

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
