using System.Text.Json;
using DoubleRandom.Basics;

namespace DoubleRandom.Inspections.Draws.Protocol;

/// <summary>The four published files of a draw. Those that do not exist yet are null.</summary>
public sealed record DrawFiles(byte[]? Candidates, byte[]? Order, byte[]? Reveals, byte[]? Result)
{
    public static readonly string[] Names = ["candidates.tsv", "order.json", "reveals.json", "result.json"];

    public async Task WriteAsync(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, bytes) in Names.Zip([Candidates, Order, Reveals, Result]))
        {
            if (bytes is not null) await System.IO.File.WriteAllBytesAsync(System.IO.Path.Combine(folder, name), bytes, cancellationToken);
        }
    }
}

/// <param name="Checked">What was checked and found right, in order.</param>
/// <param name="Difference">The first thing that is wrong; null when the draw is what it says.</param>
public sealed record Verification(IReadOnlyList<string> Checked, Refusal? Difference)
{
    public bool IsGood => Difference is null;
}

/// <summary>Checks a draw from its published files alone, as a stranger would, and names the first difference.</summary>
public static class DrawVerifier
{
    // What a person publishes besides the list and its order is short.
    private const int MaxOrder = 64 * 1024 * 1024;

    public static Verification Verify(DrawFiles files)
    {
        using var candidates = files.Candidates is null ? null : FileBytes.Of(files.Candidates);
        using var result = files.Result is null ? null : FileBytes.Of(files.Result);
        return Verify(candidates, files.Order, files.Reveals, result);
    }

    /// <summary>The folder of an exported draw. The list and the result are read where they lie, however long they are.</summary>
    public static Verification Verify(string folder)
    {
        using var candidates = FileBytes.Open(Path.Combine(folder, DrawFiles.Names[0]));
        using var result = FileBytes.Open(Path.Combine(folder, DrawFiles.Names[3]));
        return Verify(candidates, Small(DrawFiles.Names[1]), Small(DrawFiles.Names[2]), result);

        // Cut off it is no JSON, and says so.
        byte[]? Small(string name)
        {
            using var file = FileBytes.Open(Path.Combine(folder, name));
            return file?.Read(0, new byte[Math.Min(file.Length, MaxOrder)]).ToArray();
        }
    }

    private static Verification Verify(FileBytes? candidatesFile, byte[]? orderFile, byte[]? revealsFile, FileBytes? resultFile)
    {
        List<string> done = [];
        if (candidatesFile is null) return Missing("candidates.tsv");
        if (orderFile is null) return Missing("order.json");
        if (revealsFile is null) return Missing("reveals.json");
        if (resultFile is null) return Missing("result.json");

        var order = DrawOrder.Read(orderFile);
        if (order.Refusal is { } badOrder) return Wrong(badOrder);
        done.Add(Texts.Of("draws.checked-order", Hashing.Sha256Hex(orderFile)));

        var reveals = DrawReveals.Read(revealsFile);
        if (reveals.Refusal is { } badReveals) return Wrong(badReveals);
        if (reveals.Value.Check(order.Value) is { } badReveal) return Wrong(badReveal);
        done.Add(Texts.Of("draws.checked-reveals", reveals.Value.Reveals.Count));

        var seed = Tickets.Seed(Hashing.Sha256Hex(orderFile), reveals.Value);
        var list = TicketList.Read(candidatesFile, order.Value, seed);
        if (list.Refusal is { } badList) return Wrong(badList);
        done.Add(Texts.Of("draws.checked-list", list.Value.Lines));
        if (list.Value.Check(order.Value) is { } mismatch) return Wrong(mismatch);
        done.Add(Texts.Of("draws.checked-hash", order.Value.ListHash));

        var published = new Published(seed, list.Value.Result(order.Value));
        if (ResultFile.Read(resultFile, published) is { } difference) return Wrong(difference);
        if (published.CountDifference is { } count) return Wrong(count);
        done.Add(Texts.Of("draws.checked-seed", seed));
        done.Add(Texts.Of("draws.checked-result", order.Value.Strata.Sum(s => (long)s.Count), order.Value.Strata.Sum(s => (long)s.Size - s.Count)));
        return new Verification(done, null);

        Verification Missing(string name) => Wrong(Refusal.Invalid("draws.file-missing", name, name));
        Verification Wrong(Refusal refusal) => new(done, refusal);
    }

    /// <summary>Compares what was published, as it is read, with what was computed.</summary>
    private sealed class Published(string seed, IReadOnlyList<StratumResult> computed) : IResultReader
    {
        private int _strata;

        /// <summary>More or fewer strata than the order has.</summary>
        public Refusal? CountDifference => _strata == computed.Count ? null : Refusal.Invalid("draws.result-strata", "order", computed.Count, _strata);

        public Refusal? Seed(string found) => found == seed ? null : Refusal.Invalid("draws.seed", "seed", seed, found);

        public Refusal? Stratum(int stratum, string name)
        {
            _strata = stratum + 1;
            return stratum >= computed.Count || computed[stratum].Stratum == name ? null : Refusal.Invalid("draws.result-stratum", "order", computed[stratum].Stratum, name);
        }

        public Refusal? Id(int stratum, bool isReserve, int place, ref Utf8JsonReader json)
        {
            if (stratum >= computed.Count) return null;
            var wanted = Of(stratum, isReserve);
            if (place < wanted.Count && (wanted is TicketList.Ids ids ? json.ValueTextEquals(ids.Utf8(place)) : json.ValueTextEquals(wanted[place]))) return null;
            var found = json.GetString()!;
            return ProtocolText.Check(found, "result.json:order") ?? Difference(stratum, isReserve, place, place < wanted.Count ? wanted[place] : "—", found);
        }

        public Refusal? End(int stratum, bool isReserve, int count)
            => stratum < computed.Count && count < Of(stratum, isReserve).Count ? Difference(stratum, isReserve, count, Of(stratum, isReserve)[count], "—") : null;

        private IReadOnlyList<string> Of(int stratum, bool isReserve) => isReserve ? computed[stratum].Reserves : computed[stratum].Drawn;

        private Refusal Difference(int stratum, bool isReserve, int place, string wanted, string found)
            => Refusal.Invalid("draws.result-differs", "order", computed[stratum].Stratum, isReserve ? "候补" : "抽中", place + 1, wanted, found);
    }
}
