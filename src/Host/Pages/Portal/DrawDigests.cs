using System.Collections.Concurrent;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Draws.Protocol;

namespace DoubleRandom.Host.Pages.Portal;

/// <summary>What the proof's page says of a draw's files. They do not change but with the draw's revision, so a list of ten million is read and hashed once and not at each view.</summary>
/// <param name="ListHash">Of <c>candidates.tsv</c>.</param>
/// <param name="Files">In the protocol's order.</param>
internal sealed record DrawDigest(string ListHash, string? Seed, IReadOnlyList<StratumView> Strata, IReadOnlyList<DrawFileLine> Files);

/// <summary>The digests of the draws that were looked at last, for all readers of this process.</summary>
internal sealed class DrawDigests
{
    /// <summary>A digest holds the drawn ids at most; so many of them are some megabytes.</summary>
    private const int Kept = 200;

    private const int ShownReserves = 50;

    private readonly ConcurrentDictionary<(Guid Draw, int Revision), DrawDigest> _known = [];

    public DrawDigest? Find(Guid draw, int revision) => _known.GetValueOrDefault((draw, revision));

    /// <summary>Reads and hashes the files once.</summary>
    public DrawDigest Add(Draw draw, Func<string, string> what)
    {
        var files = draw.Files();
        var result = files.Result is null ? null : (DrawResult?)DrawResult.Read(files.Result).Value;
        var digest = new DrawDigest(Hashing.Sha256Hex(files.Candidates!), result?.Seed,
            [.. (result?.Order ?? []).Select(s => new StratumView(s.Stratum, s.Drawn, [.. s.Reserves.Take(ShownReserves)], s.Reserves.Count))],
            [.. Named(files).Select(f => new DrawFileLine(f.Name, what(f.Name), f.Bytes.Length, Hashing.Sha256Hex(f.Bytes)))]);
        if (_known.Count >= Kept) _known.Clear();
        return _known.GetOrAdd((draw.Id, draw.Revision), digest);
    }

    public static IEnumerable<(string Name, byte[] Bytes)> Named(DrawFiles files)
        => DrawFiles.Names.Zip([files.Candidates, files.Order, files.Reveals, files.Result]).Where(f => f.Second is not null).Select(f => (f.First, f.Second!));
}
