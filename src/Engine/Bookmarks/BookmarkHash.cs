using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DoubleRandom.Engine.Bookmarks;

/// <summary>Elsa's hash of a bookmark: upper-hex SHA-256 of <c>name|payload[|execution id]</c>, blank parts dropped.</summary>
public static class BookmarkHash
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.Default };

    public static string Of(string name, JsonObject? payload, Guid? executionId)
    {
        List<string> parts = [name];
        if (payload is { Count: > 0 }) parts.Add(payload.ToJsonString(Plain));
        if (executionId is { } id) parts.Add(id.ToString());
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('|', parts))));
    }
}
