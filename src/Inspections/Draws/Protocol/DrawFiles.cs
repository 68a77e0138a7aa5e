using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;

namespace DoubleRandom.Inspections.Draws.Protocol;

/// <param name="Size">Candidates of the stratum in the list.</param>
/// <param name="Count">How many are drawn; the rest are reserves.</param>
public sealed record Stratum(string Name, int Size, int Count);

/// <param name="Commitment">SHA-256 of the party's 64-character nonce, in lower hex.</param>
public sealed record DrawParty(string Name, string Commitment);

/// <summary><c>order.json</c>: what is drawn from what, published and locked before anything random exists. All keys are mandatory.</summary>
/// <param name="Draw">The draw's register number as JSON (a string <c>YYYY-NNNN</c>; an integer is taken too).</param>
/// <param name="Kind"><c>object</c>, <c>leader</c>, <c>officer</c> or <c>expert</c>.</param>
/// <param name="Ratio">Decimal as text, for example <c>0.03</c>; <c>0</c> for persons.</param>
public sealed record DrawOrder(
    JsonNode Draw, string Kind, int Round, string ListHash, IReadOnlyList<Stratum> Strata, int BaseCount, string BaseDate, string Ratio,
    IReadOnlyList<DrawParty> Parties, string BeaconSource, string BeaconDate, string PlannedAt)
{
    public const string Protocol = "DR-1";
    private static readonly string[] Keys = ["base", "beacon", "draw", "kind", "listHash", "parties", "plannedAt", "protocol", "ratio", "round", "strata"];
    private static readonly string[] Kinds = ["object", "leader", "officer", "expert"];

    /// <summary>The RFC 8785 form: the bytes that are hashed and published.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(CanonicalJson.Write(new JsonObject
    {
        ["protocol"] = Protocol,
        ["draw"] = Draw.DeepClone(),
        ["kind"] = Kind,
        ["round"] = Round,
        ["listHash"] = ListHash,
        ["strata"] = new JsonArray([.. Strata.Select(s => (JsonNode)new JsonObject { ["name"] = s.Name, ["size"] = s.Size, ["count"] = s.Count })]),
        ["base"] = new JsonObject { ["count"] = BaseCount, ["date"] = BaseDate },
        ["ratio"] = Ratio,
        ["parties"] = new JsonArray([.. Parties.Select(p => (JsonNode)new JsonObject { ["name"] = p.Name, ["commitment"] = p.Commitment })]),
        ["beacon"] = new JsonObject { ["source"] = BeaconSource, ["date"] = BeaconDate },
        ["plannedAt"] = PlannedAt,
    }));

    public static Result<DrawOrder> Read(byte[] bytes)
    {
        if (ProtocolJson.Parse(bytes, "order.json") is var parsed && parsed.Refusal is { } bad) return bad;
        var json = parsed.Value;
        if (ProtocolJson.Keys(json, Keys, "order.json") is { } keys) return keys;
        if (!Encoding.UTF8.GetBytes(CanonicalJson.Write(json)).AsSpan().SequenceEqual(bytes)) return Refusal.Invalid("draws.not-canonical", "order.json");
        try
        {
            if (json["protocol"]!.GetValue<string>() != Protocol) return Refusal.Invalid("draws.protocol", "protocol", json["protocol"]!.ToJsonString());
            if (json["draw"] is not JsonValue draw || draw.GetValueKind() is not (JsonValueKind.String or JsonValueKind.Number)) return Bad("draw");
            if (draw.GetValueKind() is JsonValueKind.Number && !draw.TryGetValue<long>(out _)) return Bad("draw");
            if (ProtocolJson.Keys(json["base"], ["count", "date"], "base") is { } baseKeys) return baseKeys;
            if (ProtocolJson.Keys(json["beacon"], ["date", "source"], "beacon") is { } beaconKeys) return beaconKeys;
            List<Stratum> strata = [];
            foreach (var node in json["strata"]!.AsArray())
            {
                if (ProtocolJson.Keys(node, ["count", "name", "size"], "strata") is { } stratumKeys) return stratumKeys;
                strata.Add(new Stratum(node!["name"]!.GetValue<string>(), node["size"]!.GetValue<int>(), node["count"]!.GetValue<int>()));
            }
            List<DrawParty> parties = [];
            foreach (var node in json["parties"]!.AsArray())
            {
                if (ProtocolJson.Keys(node, ["commitment", "name"], "parties") is { } partyKeys) return partyKeys;
                parties.Add(new DrawParty(node!["name"]!.GetValue<string>(), node["commitment"]!.GetValue<string>()));
            }
            var order = new DrawOrder(draw.DeepClone(), json["kind"]!.GetValue<string>(), json["round"]!.GetValue<int>(), json["listHash"]!.GetValue<string>(), strata,
                json["base"]!["count"]!.GetValue<int>(), json["base"]!["date"]!.GetValue<string>(), json["ratio"]!.GetValue<string>(), parties,
                json["beacon"]!["source"]!.GetValue<string>(), json["beacon"]!["date"]!.GetValue<string>(), json["plannedAt"]!.GetValue<string>());
            return order.Check() is { } refusal ? refusal : order;
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or NullReferenceException)
        {
            return Bad("order.json");
        }
    }

    /// <summary>What holds for every order, whether made here or read from a folder.</summary>
    public Refusal? Check()
    {
        if (!Kinds.Contains(Kind)) return Bad("kind");
        if (Round < 1) return Bad("round");
        if (Parties.Count == 0) return Bad("parties");
        if (!decimal.TryParse(Ratio, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _)) return Bad("ratio");
        if (Strata.GroupBy(s => s.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } stratum) return Refusal.Invalid("draws.duplicate-stratum", "strata", stratum.Key);
        if (Parties.GroupBy(p => p.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } party) return Refusal.Invalid("draws.duplicate-party", "parties", party.Key);
        if (Strata.FirstOrDefault(s => s.Count < 0 || s.Size < 0 || s.Count > s.Size) is { } over) return Refusal.Invalid("draws.count-over-size", "strata", over.Name, over.Count, over.Size);
        if (Parties.FirstOrDefault(p => !ProtocolJson.IsHash(p.Commitment)) is { } commitment) return Refusal.Invalid("draws.bad-commitment", "parties", commitment.Name);
        return null;
    }

    private static Refusal Bad(string key) => Refusal.Invalid("draws.bad-key", key, key);
}

public sealed record Reveal(string Party, string Nonce);

/// <summary><c>reveals.json</c>: the nonces in the order's order of parties, and the beacon as it was published.</summary>
public sealed record DrawReveals(IReadOnlyList<Reveal> Reveals, string Beacon)
{
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(CanonicalJson.Write(new JsonObject
    {
        ["reveals"] = new JsonArray([.. Reveals.Select(r => (JsonNode)new JsonObject { ["party"] = r.Party, ["nonce"] = r.Nonce })]),
        ["beacon"] = Beacon,
    }));

    public static Result<DrawReveals> Read(byte[] bytes)
    {
        if (ProtocolJson.Parse(bytes, "reveals.json") is var parsed && parsed.Refusal is { } bad) return bad;
        if (ProtocolJson.Keys(parsed.Value, ["beacon", "reveals"], "reveals.json") is { } keys) return keys;
        try
        {
            List<Reveal> reveals = [];
            foreach (var node in parsed.Value["reveals"]!.AsArray())
            {
                if (ProtocolJson.Keys(node, ["nonce", "party"], "reveals") is { } revealKeys) return revealKeys;
                reveals.Add(new Reveal(node!["party"]!.GetValue<string>(), node["nonce"]!.GetValue<string>()));
            }
            return new DrawReveals(reveals, parsed.Value["beacon"]!.GetValue<string>());
        }
        catch (Exception e) when (e is InvalidOperationException or NullReferenceException)
        {
            return Refusal.Invalid("draws.bad-key", "reveals.json", "reveals.json");
        }
    }

    /// <summary>Each party's nonce must be the one it committed to, in the order's order, and the beacon must not be empty.</summary>
    public Refusal? Check(DrawOrder order)
    {
        if (ProtocolText.Check(Beacon, "beacon") is { } beacon) return beacon;
        if (Reveals.Count != order.Parties.Count) return Refusal.Invalid("draws.reveal-missing", "reveals", order.Parties.Count, Reveals.Count);
        for (var i = 0; i < Reveals.Count; i++)
        {
            var (party, nonce) = Reveals[i];
            if (party != order.Parties[i].Name) return Refusal.Invalid("draws.reveal-order", "reveals", i + 1, order.Parties[i].Name);
            if (!ProtocolJson.IsHash(nonce) || Hashing.Sha256Hex(nonce) != order.Parties[i].Commitment) return Refusal.Invalid("draws.reveal-mismatch", "reveals", party);
        }
        return null;
    }
}

/// <summary>JSON of the protocol: strict keys, NFC text, no control character, no duplicate key.</summary>
internal static class ProtocolJson
{
    public static Result<JsonObject> Parse(byte[] bytes, string file)
    {
        try
        {
            var node = JsonNode.Parse(bytes, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (node is not JsonObject o) return Refusal.Invalid("draws.not-json", file, file);
            return CheckTexts(o, file) is { } bad ? bad : o;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return Refusal.Invalid("draws.not-json", file, file);
        }
    }

    public static Refusal? Keys(JsonNode? node, string[] keys, string where)
    {
        if (node is not JsonObject o) return Refusal.Invalid("draws.bad-key", where, where);
        if (o.FirstOrDefault(p => !keys.Contains(p.Key)) is { Key: { } unknown }) return Refusal.Invalid("draws.unknown-key", where, where, unknown);
        if (keys.FirstOrDefault(k => !o.ContainsKey(k)) is { } missing) return Refusal.Invalid("draws.missing-key", where, where, missing);
        return null;
    }

    public static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    private static Refusal? CheckTexts(JsonNode? node, string where)
    {
        switch (node)
        {
            case JsonObject o:
                foreach (var (key, value) in o)
                {
                    if (ProtocolText.Check(key, where) is { } badKey) return badKey;
                    if (CheckTexts(value, $"{where}:{key}") is { } bad) return bad;
                }
                return null;
            case JsonArray a:
                foreach (var value in a)
                {
                    if (CheckTexts(value, where) is { } bad) return bad;
                }
                return null;
            case JsonValue v when v.GetValueKind() is JsonValueKind.String:
                return ProtocolText.Check(v.GetValue<string>(), where);
            default:
                return null;
        }
    }
}
