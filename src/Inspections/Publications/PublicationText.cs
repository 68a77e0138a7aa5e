using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;

namespace DoubleRandom.Inspections.Publications;

/// <summary>What a publication of one kind says about its subject, read from the record.</summary>
/// <param name="Content">Chinese names in reading order; tables are arrays of objects.</param>
/// <param name="ExpiresOn">Last day it stays public by law; null: until replaced.</param>
/// <param name="PersonNames">Names of natural persons in the content, to be starred.</param>
/// <param name="Author">Who entered what is published, where the record names the person.</param>
public sealed record PublicationText(
    string Title, string SubjectNo, JsonObject Content, Guid? CaseId = null, string? InspecteeNumber = null, DateOnly? ExpiresOn = null, IReadOnlyList<string>? PersonNames = null,
    PublicationAuthor? Author = null)
{
    private static readonly JsonSerializerOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>As it is stored and hashed: the reading order stays, which a canonical form would sort away.</summary>
    internal static string Write(JsonObject content) => content.ToJsonString(Written);

    internal static string Day(DateOnly day) => day.ToString("yyyy年M月d日", CultureInfo.InvariantCulture);

    internal static string? Day(DateOnly? day) => day is { } on ? Day(on) : null;

    /// <summary>A table; columns without any value are left out.</summary>
    internal static JsonArray Table(IEnumerable<JsonObject> rows) => new([.. rows.Select(r => (JsonNode)r)]);

    /// <summary>An object of the pairs that have a value, in their order.</summary>
    internal static JsonObject Of(params ReadOnlySpan<(string Name, JsonNode? Value)> pairs)
    {
        var made = new JsonObject();
        foreach (var (name, value) in pairs)
        {
            if (value is null or JsonArray { Count: 0 } || (value is JsonValue v && v.TryGetValue<string>(out var text) && text.Length == 0)) continue;
            made[name] = value;
        }
        return made;
    }
}

/// <summary>Writes the publications of one kind. One for each kind; registered beside the subject's handlers.</summary>
public interface IPublicationContent
{
    PublicationKind Kind { get; }

    /// <summary>Refuses while the record does not yet hold what is to be published.</summary>
    Task<Result<PublicationText>> WriteAsync(Guid subjectId, ChangeContext change, CancellationToken cancellationToken);
}
