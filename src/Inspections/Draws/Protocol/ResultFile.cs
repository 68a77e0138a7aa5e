using System.Text.Json;
using DoubleRandom.Basics;

namespace DoubleRandom.Inspections.Draws.Protocol;

/// <summary>What a reading of <c>result.json</c> comes by, in the order of the file. A refusal ends it.</summary>
internal interface IResultReader
{
    Refusal? Seed(string seed);

    /// <param name="stratum">The how-manieth of the file, from 0.</param>
    Refusal? Stratum(int stratum, string name);

    /// <param name="place">From 0.</param>
    /// <param name="json">Stands on the id.</param>
    Refusal? Id(int stratum, bool isReserve, int place, ref Utf8JsonReader json);

    /// <summary>The list has ended with that many ids.</summary>
    Refusal? End(int stratum, bool isReserve, int count);
}

/// <summary>Reads <c>result.json</c> a block at a time, token by token: of ten million reserves none is kept.</summary>
internal sealed class ResultFile
{
    private const int BlockSize = 256 * 1024;
    private const int MaxToken = 16 * 1024 * 1024;

    private enum At { Start, Root, Seed, Order, Strata, Stratum, Name, Drawn, Reserves, DrawnIds, ReserveIds, End }

    private readonly IResultReader _reader;
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private At _at = At.Start;
    private bool _hasSeed;
    private bool _hasOrder;
    private int _stratum;
    private int _place;

    private ResultFile(IResultReader reader) => _reader = reader;

    /// <summary>Null when the file is whole and the reader had nothing against it.</summary>
    public static Refusal? Read(FileBytes file, IResultReader reader)
    {
        try
        {
            return new ResultFile(reader).Run(file);
        }
        // The parser's own words for what is no JSON, and for a text that is no UTF-8.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return NotJson();
        }
    }

    private Refusal? Run(FileBytes file)
    {
        var buffer = new byte[BlockSize];
        var state = new JsonReaderState();
        for (var at = 0L; ;)
        {
            var block = file.Read(at, buffer);
            var isLast = at + block.Count == file.Length;
            var json = new Utf8JsonReader(block.AsSpan(), isLast, state);
            while (json.Read())
            {
                if (Take(ref json) is { } bad) return bad;
            }
            if (isLast) return _at is At.End ? null : NotJson();
            // A token longer than the block: a longer one, within reason.
            if (json.BytesConsumed == 0 && buffer.Length >= MaxToken) return NotJson();
            if (json.BytesConsumed == 0) buffer = new byte[buffer.Length * 2];
            (at, state) = (at + json.BytesConsumed, json.CurrentState);
        }
    }

    private Refusal? Take(ref Utf8JsonReader json)
    {
        var type = json.TokenType;
        switch (_at)
        {
            case At.Start:
                return type is JsonTokenType.StartObject ? Go(At.Root) : NotJson();
            case At.Root when type is JsonTokenType.PropertyName:
                return json.GetString() switch
                {
                    "seed" when !_hasSeed => Go(At.Seed),
                    "order" when !_hasOrder => Go(At.Order),
                    "seed" or "order" => NotJson(),
                    var unknown => Refusal.Invalid("draws.unknown-key", "result.json", "result.json", unknown!),
                };
            case At.Root:
                if (!_hasOrder || !_hasSeed) return Refusal.Invalid("draws.missing-key", "result.json", "result.json", _hasOrder ? "seed" : "order");
                return Go(At.End);
            case At.Seed:
                if (type is not JsonTokenType.String) return Bad();
                _hasSeed = true;
                var seed = json.GetString()!;
                return ProtocolText.Check(seed, "result.json:seed") ?? _reader.Seed(seed) ?? Go(At.Root);
            case At.Order:
                return type is JsonTokenType.StartArray ? Go(At.Strata) : Bad();
            case At.Strata when type is JsonTokenType.StartObject:
                _keys.Clear();
                return Go(At.Stratum);
            case At.Strata:
                _hasOrder = true;
                return type is JsonTokenType.EndArray ? Go(At.Root) : Bad();
            case At.Stratum when type is JsonTokenType.PropertyName:
                var key = json.GetString()!;
                if (key is not ("stratum" or "drawn" or "reserves")) return Refusal.Invalid("draws.unknown-key", "order", "order", key);
                return _keys.Add(key) ? Go(key switch { "stratum" => At.Name, "drawn" => At.Drawn, _ => At.Reserves }) : NotJson();
            case At.Stratum:
                if (((string[])["stratum", "drawn", "reserves"]).FirstOrDefault(k => !_keys.Contains(k)) is { } missing) return Refusal.Invalid("draws.missing-key", "order", "order", missing);
                _stratum++;
                return Go(At.Strata);
            case At.Name:
                if (type is not JsonTokenType.String) return Bad();
                var name = json.GetString()!;
                return ProtocolText.Check(name, "result.json:stratum") ?? _reader.Stratum(_stratum, name) ?? Go(At.Stratum);
            case At.Drawn or At.Reserves:
                _place = 0;
                return type is JsonTokenType.StartArray ? Go(_at is At.Drawn ? At.DrawnIds : At.ReserveIds) : Bad();
            case At.DrawnIds or At.ReserveIds when type is JsonTokenType.String:
                return _reader.Id(_stratum, _at is At.ReserveIds, _place++, ref json);
            case At.DrawnIds or At.ReserveIds:
                return type is JsonTokenType.EndArray ? _reader.End(_stratum, _at is At.ReserveIds, _place) ?? Go(At.Stratum) : Bad();
            default:
                return NotJson();
        }
    }

    private Refusal? Go(At at)
    {
        _at = at;
        return null;
    }

    private static Refusal NotJson() => Refusal.Invalid("draws.not-json", "result.json", "result.json");

    private static Refusal Bad() => Refusal.Invalid("draws.bad-key", "result.json", "result.json");
}
