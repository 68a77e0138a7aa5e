using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;

namespace DoubleRandom.Inspections.Draws.Protocol;

/// <param name="Drawn">The first <c>count</c> of the ticket order.</param>
/// <param name="Reserves">The rest, in order: 递补 takes the next.</param>
public sealed record StratumResult(string Stratum, IReadOnlyList<string> Drawn, IReadOnlyList<string> Reserves);

/// <summary><c>result.json</c>: the seed and, for each stratum in the order's order, who is drawn and who waits in reserve.</summary>
public sealed record DrawResult(string Seed, IReadOnlyList<StratumResult> Order)
{
    /// <summary>Draws: the same files give the same result for ever and everywhere.</summary>
    public static Result<DrawResult> Of(byte[] candidatesFile, byte[] orderFile, DrawReveals reveals)
    {
        if (DrawOrder.Read(orderFile) is var order && order.Refusal is { } badOrder) return badOrder;
        if (CandidateList.Read(candidatesFile) is var list && list.Refusal is { } badList) return badList;
        if (CheckList(candidatesFile, list.Value, order.Value) is { } mismatch) return mismatch;
        if (reveals.Check(order.Value) is { } badReveal) return badReveal;
        return Draw(list.Value, order.Value, Tickets.Seed(Hashing.Sha256Hex(orderFile), reveals));
    }

    internal static DrawResult Draw(IReadOnlyList<Candidate> candidates, DrawOrder order, string seed)
    {
        var strata = Strata(candidates);
        return new DrawResult(seed, [.. order.Strata.Select(s =>
        {
            var ordered = Tickets.Order(Tickets.Key(seed, order.Kind, order.Round, s.Name), strata.GetValueOrDefault(s.Name) ?? []);
            return new StratumResult(s.Name, new ArraySegment<string>(ordered, 0, s.Count), new ArraySegment<string>(ordered, s.Count, ordered.Length - s.Count));
        })]);
    }

    /// <summary>The ids of each stratum, in the list's order. Lines of one stratum follow one another in a file.</summary>
    private static Dictionary<string, List<string>> Strata(IReadOnlyList<Candidate> candidates)
    {
        Dictionary<string, List<string>> strata = new(StringComparer.Ordinal);
        (string? name, List<string> ids) = (null, []);
        for (var i = 0; i < candidates.Count; i++)
        {
            var candidate = candidates[i];
            if (!ReferenceEquals(candidate.Stratum, name))
            {
                name = candidate.Stratum;
                if (!strata.TryGetValue(name, out ids!)) strata[name] = ids = [];
            }
            ids.Add(candidate.Id);
        }
        return strata;
    }

    /// <summary>The list is the one the order names, and every stratum has the size the order says.</summary>
    internal static Refusal? CheckList(byte[] file, IReadOnlyList<Candidate> candidates, DrawOrder order)
    {
        if (Hashing.Sha256Hex(file) != order.ListHash) return Refusal.Invalid("draws.list-hash", "listHash");
        var sizes = Strata(candidates).ToDictionary(s => s.Key, s => s.Value.Count, StringComparer.Ordinal);
        if (sizes.Keys.FirstOrDefault(name => order.Strata.All(s => s.Name != name)) is { } missing) return Refusal.Invalid("draws.stratum-missing", "strata", missing);
        if (order.Strata.FirstOrDefault(s => sizes.GetValueOrDefault(s.Name) != s.Size) is { } wrong)
            return Refusal.Invalid("draws.stratum-size", "strata", wrong.Name, wrong.Size, sizes.GetValueOrDefault(wrong.Name));
        return null;
    }

    /// <summary>Writes the file as a stream: reserves may be ten million.</summary>
    public void WriteTo(Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("seed", Seed);
        json.WriteStartArray("order");
        foreach (var stratum in Order)
        {
            json.WriteStartObject();
            json.WriteString("stratum", stratum.Stratum);
            Array("drawn", stratum.Drawn);
            Array("reserves", stratum.Reserves);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();

        void Array(string name, IReadOnlyList<string> ids)
        {
            json.WriteStartArray(name);
            foreach (var id in ids) json.WriteStringValue(id);
            json.WriteEndArray();
            json.Flush();
        }
    }

    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        WriteTo(stream);
        return stream.ToArray();
    }

    public static Result<DrawResult> Read(byte[] bytes)
    {
        if (ProtocolJson.Parse(bytes, "result.json") is var parsed && parsed.Refusal is { } bad) return bad;
        if (ProtocolJson.Keys(parsed.Value, ["order", "seed"], "result.json") is { } keys) return keys;
        try
        {
            List<StratumResult> order = [];
            foreach (var node in parsed.Value["order"]!.AsArray())
            {
                if (ProtocolJson.Keys(node, ["drawn", "reserves", "stratum"], "order") is { } stratumKeys) return stratumKeys;
                order.Add(new StratumResult(node!["stratum"]!.GetValue<string>(), Ids(node["drawn"]), Ids(node["reserves"])));
            }
            return new DrawResult(parsed.Value["seed"]!.GetValue<string>(), order);
        }
        catch (Exception e) when (e is InvalidOperationException or NullReferenceException)
        {
            return Refusal.Invalid("draws.bad-key", "result.json", "result.json");
        }

        static string[] Ids(JsonNode? node) => [.. node!.AsArray().Select(n => n!.GetValue<string>())];
    }
}
