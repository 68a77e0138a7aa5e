using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;

namespace DoubleRandom.Host.Studio;

/// <summary>How the Studio's client wants answers: camel case, enums as text, business errors as 400 with a list of texts it shows in red.</summary>
internal static class StudioWire
{
    /// <summary>The most rows one answer holds, whatever is asked for.</summary>
    public const int MaxRows = 500;

    /// <summary>The pager counts this far; a count beyond it costs more than it tells.</summary>
    public const int MaxCount = 10_000;

    // Chinese text as itself: the answers are read by our own script and are never put into a page as they are.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IResult Answer<T>(T value) => Results.Json(value, Json);

    public static IResult List<T>(IReadOnlyList<T> items) => Answer(new StudioList<T>(items, items.Count));

    public static IResult NotFound() => Refuse(StatusCodes.Status404NotFound, "studio.not-found");

    public static IResult Refuse(int status, string code, params object[] arguments) => Say(status, Texts.Of(code, arguments));

    /// <param name="page">Where the person goes on; our script leads there.</param>
    public static IResult Say(int status, string text, string? page = null)
        => Results.Json(new StudioError(status, text, new Dictionary<string, string[]> { ["generalErrors"] = text.Split('\n') }, page), Json, statusCode: status);

    public static IResult Refuse(Refusal refusal) => Say(refusal.Kind switch
    {
        RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        RefusalKind.Conflict => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status400BadRequest,
    }, Texts.Of(refusal));

    /// <summary>JSON kept as text in a row, or null; a text that is no JSON is shown as text.</summary>
    public static JsonNode? Node(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    public static string Camel(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);
}

internal sealed record StudioError(int StatusCode, string Message, IReadOnlyDictionary<string, string[]> Errors, string? Page = null);

internal sealed record StudioList<T>(IReadOnlyList<T> Items, int Count);

/// <param name="Links">What may be done with the list as a whole.</param>
internal sealed record StudioPaged<T>(IReadOnlyList<T> Items, int TotalCount, IReadOnlyList<StudioLink> Links);

/// <summary>What the reader may do: the Studio shows a button only where its link stands.</summary>
internal sealed record StudioLink(string Href, string Rel, string Method);
