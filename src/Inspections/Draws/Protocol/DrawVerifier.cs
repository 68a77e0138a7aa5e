using DoubleRandom.Basics;

namespace DoubleRandom.Inspections.Draws.Protocol;

/// <summary>The four published files of a draw. Those that do not exist yet are null.</summary>
public sealed record DrawFiles(byte[]? Candidates, byte[]? Order, byte[]? Reveals, byte[]? Result)
{
    public static readonly string[] Names = ["candidates.tsv", "order.json", "reveals.json", "result.json"];

    public static async Task<DrawFiles> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        async Task<byte[]?> File(string name)
        {
            var path = System.IO.Path.Combine(folder, name);
            return System.IO.File.Exists(path) ? await System.IO.File.ReadAllBytesAsync(path, cancellationToken) : null;
        }
        return new DrawFiles(await File(Names[0]), await File(Names[1]), await File(Names[2]), await File(Names[3]));
    }

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
    public static Verification Verify(DrawFiles files)
    {
        List<string> done = [];
        if (files.Candidates is not { } candidatesFile) return Missing("candidates.tsv");
        if (files.Order is not { } orderFile) return Missing("order.json");
        if (files.Reveals is not { } revealsFile) return Missing("reveals.json");
        if (files.Result is not { } resultFile) return Missing("result.json");

        var candidates = CandidateList.Read(candidatesFile);
        if (candidates.Refusal is { } badCandidates) return Wrong(badCandidates);
        done.Add(Texts.Of("draws.checked-list", candidates.Value.Count));

        var order = DrawOrder.Read(orderFile);
        if (order.Refusal is { } badOrder) return Wrong(badOrder);
        done.Add(Texts.Of("draws.checked-order", Hashing.Sha256Hex(orderFile)));

        if (DrawResult.CheckList(candidatesFile, candidates.Value, order.Value) is { } badList) return Wrong(badList);
        done.Add(Texts.Of("draws.checked-hash", order.Value.ListHash));

        var reveals = DrawReveals.Read(revealsFile);
        if (reveals.Refusal is { } badReveals) return Wrong(badReveals);
        if (reveals.Value.Check(order.Value) is { } badReveal) return Wrong(badReveal);
        done.Add(Texts.Of("draws.checked-reveals", reveals.Value.Reveals.Count));

        var result = DrawResult.Read(resultFile);
        if (result.Refusal is { } badResult) return Wrong(badResult);
        var seed = Tickets.Seed(Hashing.Sha256Hex(orderFile), reveals.Value);
        if (result.Value.Seed != seed) return Wrong(Refusal.Invalid("draws.seed", "seed", seed, result.Value.Seed));
        done.Add(Texts.Of("draws.checked-seed", seed));

        var computed = DrawResult.Draw(candidates.Value, order.Value, seed);
        if (FirstDifference(computed, result.Value) is { } difference) return Wrong(difference);
        done.Add(Texts.Of("draws.checked-result", computed.Order.Sum(s => s.Drawn.Count), computed.Order.Sum(s => s.Reserves.Count)));
        return new Verification(done, null);

        Verification Missing(string name) => Wrong(Refusal.Invalid("draws.file-missing", name, name));
        Verification Wrong(Refusal refusal) => new(done, refusal);
    }

    private static Refusal? FirstDifference(DrawResult computed, DrawResult published)
    {
        if (computed.Order.Count != published.Order.Count) return Refusal.Invalid("draws.result-strata", "order", computed.Order.Count, published.Order.Count);
        foreach (var (wanted, found) in computed.Order.Zip(published.Order))
        {
            if (wanted.Stratum != found.Stratum) return Refusal.Invalid("draws.result-stratum", "order", wanted.Stratum, found.Stratum);
            if (Difference(wanted.Stratum, "抽中", wanted.Drawn, found.Drawn) is { } drawn) return drawn;
            if (Difference(wanted.Stratum, "候补", wanted.Reserves, found.Reserves) is { } reserves) return reserves;
        }
        return null;
    }

    private static Refusal? Difference(string stratum, string what, IReadOnlyList<string> wanted, IReadOnlyList<string> found)
    {
        for (var i = 0; i < Math.Max(wanted.Count, found.Count); i++)
        {
            var (w, f) = (i < wanted.Count ? wanted[i] : "—", i < found.Count ? found[i] : "—");
            if (!string.Equals(w, f, StringComparison.Ordinal)) return Refusal.Invalid("draws.result-differs", "order", stratum, what, i + 1, w, f);
        }
        return null;
    }
}
