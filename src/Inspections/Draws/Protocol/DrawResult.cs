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
    public static Result<DrawResult> Of(byte[] candidatesFile, byte[] orderFile, DrawReveals reveals) => Of(FileBytes.Of(candidatesFile), orderFile, reveals);

    /// <summary>The same from a list that stays where it is: the result looks reserves up in it as they are asked for.</summary>
    public static Result<DrawResult> Of(FileBytes candidatesFile, byte[] orderFile, DrawReveals reveals)
    {
        if (DrawOrder.Read(orderFile) is var order && order.Refusal is { } badOrder) return badOrder;
        var seed = Tickets.Seed(Hashing.Sha256Hex(orderFile), reveals);
        if (TicketList.Read(candidatesFile, order.Value, seed) is var list && list.Refusal is { } badList) return badList;
        if (list.Value.Check(order.Value) is { } mismatch) return mismatch;
        if (reveals.Check(order.Value) is { } badReveal) return badReveal;
        return new DrawResult(seed, list.Value.Result(order.Value));
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
            for (var i = 0; i < ids.Count; i++)
            {
                if (ids is TicketList.Ids looked) json.WriteStringValue(looked.Utf8(i));
                else json.WriteStringValue(ids[i]);
                if (json.BytesPending > 64 * 1024) json.Flush();
            }
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

    /// <summary>Reads the file; for a draw of millions see <see cref="ResultFile"/>.</summary>
    public static Result<DrawResult> Read(byte[] bytes)
    {
        var whole = new Whole();
        return ResultFile.Read(FileBytes.Of(bytes), whole) is { } bad ? bad : new DrawResult(whole.FoundSeed, [.. whole.Strata.Select(s => new StratumResult(s.Name, s.Drawn, s.Reserves))]);
    }

    private sealed class Whole : IResultReader
    {
        public string FoundSeed { get; private set; } = "";

        public List<(string Name, List<string> Drawn, List<string> Reserves)> Strata { get; } = [];

        public Refusal? Seed(string seed)
        {
            FoundSeed = seed;
            return null;
        }

        public Refusal? Stratum(int stratum, string name)
        {
            At(stratum);
            Strata[stratum] = Strata[stratum] with { Name = name };
            return null;
        }

        public Refusal? Id(int stratum, bool isReserve, int place, ref Utf8JsonReader json)
        {
            At(stratum);
            var id = json.GetString()!;
            (isReserve ? Strata[stratum].Reserves : Strata[stratum].Drawn).Add(id);
            return ProtocolText.Check(id, "result.json:order");
        }

        public Refusal? End(int stratum, bool isReserve, int count)
        {
            At(stratum);
            return null;
        }

        private void At(int stratum)
        {
            if (Strata.Count == stratum) Strata.Add(("", [], []));
        }
    }
}
