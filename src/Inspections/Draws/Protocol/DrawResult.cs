using System.Text.Encodings.Web;
using System.Text.Json;
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

    /// <summary>Reads the file token by token: of ten million reserves only their texts are kept.</summary>
    public static Result<DrawResult> Read(byte[] bytes)
    {
        try
        {
            var json = new Utf8JsonReader(bytes);
            if (!json.Read() || json.TokenType is not JsonTokenType.StartObject) return Refusal.Invalid("draws.not-json", "result.json", "result.json");
            (string? seed, List<StratumResult>? order) = (null, null);
            while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
            {
                switch (json.GetString())
                {
                    case "seed" when seed is null:
                        if (!json.Read() || json.TokenType is not JsonTokenType.String) return Bad();
                        seed = json.GetString()!;
                        if (ProtocolText.Check(seed, "result.json:seed") is { } badSeed) return badSeed;
                        break;
                    case "order" when order is null:
                        if (ReadOrder(ref json) is var read && read.Refusal is { } badOrder) return badOrder;
                        order = read.Value;
                        break;
                    case "seed" or "order":
                        return Refusal.Invalid("draws.not-json", "result.json", "result.json");
                    case var unknown:
                        return Refusal.Invalid("draws.unknown-key", "result.json", "result.json", unknown!);
                }
            }
            if (json.TokenType is not JsonTokenType.EndObject || json.Read()) return Refusal.Invalid("draws.not-json", "result.json", "result.json");
            if (order is null || seed is null) return Refusal.Invalid("draws.missing-key", "result.json", "result.json", order is null ? "order" : "seed");
            return new DrawResult(seed, order);
        }
        // The reader's own words for what is no JSON, and for a text that is no UTF-8.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Refusal.Invalid("draws.not-json", "result.json", "result.json");
        }
    }

    private static Result<List<StratumResult>> ReadOrder(ref Utf8JsonReader json)
    {
        if (!json.Read() || json.TokenType is not JsonTokenType.StartArray) return Bad();
        List<StratumResult> order = [];
        while (json.Read() && json.TokenType is JsonTokenType.StartObject)
        {
            (string? stratum, List<string>? drawn, List<string>? reserves) = (null, null, null);
            while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
            {
                switch (json.GetString())
                {
                    case "stratum" when stratum is null:
                        if (!json.Read() || json.TokenType is not JsonTokenType.String) return Bad();
                        stratum = json.GetString()!;
                        if (ProtocolText.Check(stratum, "result.json:stratum") is { } badName) return badName;
                        break;
                    case "drawn" when drawn is null:
                        if (ReadIds(ref json) is var first && first.Refusal is { } badDrawn) return badDrawn;
                        drawn = first.Value;
                        break;
                    case "reserves" when reserves is null:
                        if (ReadIds(ref json) is var rest && rest.Refusal is { } badReserves) return badReserves;
                        reserves = rest.Value;
                        break;
                    case "stratum" or "drawn" or "reserves":
                        return Refusal.Invalid("draws.not-json", "result.json", "result.json");
                    case var unknown:
                        return Refusal.Invalid("draws.unknown-key", "order", "order", unknown!);
                }
            }
            if (json.TokenType is not JsonTokenType.EndObject) return Bad();
            if (stratum is null || drawn is null || reserves is null) return Refusal.Invalid("draws.missing-key", "order", "order", stratum is null ? "stratum" : drawn is null ? "drawn" : "reserves");
            order.Add(new StratumResult(stratum, drawn, reserves));
        }
        return json.TokenType is JsonTokenType.EndArray ? order : Bad();
    }

    private static Result<List<string>> ReadIds(ref Utf8JsonReader json)
    {
        if (!json.Read() || json.TokenType is not JsonTokenType.StartArray) return Bad();
        List<string> ids = [];
        while (json.Read() && json.TokenType is JsonTokenType.String)
        {
            var id = json.GetString()!;
            if (ProtocolText.Check(id, "result.json:order") is { } bad) return bad;
            ids.Add(id);
        }
        return json.TokenType is JsonTokenType.EndArray ? ids : Bad();
    }

    private static Refusal Bad() => Refusal.Invalid("draws.bad-key", "result.json", "result.json");
}
