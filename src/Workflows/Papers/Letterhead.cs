using System.Text.Json.Nodes;

namespace DoubleRandom.Workflows.Papers;

/// <summary>Where the office's description comes from: the content of <c>organisation.json</c> as imported. Null: none was imported yet.</summary>
public interface IOrganisationSource
{
    Task<JsonObject?> FindAsync(CancellationToken cancellationToken);
}

/// <summary>机构设置 as far as documents need it: names, addresses, bodies of appeal, and how numbers are written.</summary>
internal sealed class Letterhead(JsonObject organisation)
{
    private readonly JsonObject? _bureau = organisation["bureau"] as JsonObject;
    private readonly JsonObject? _listing = organisation["listingAuthority"] as JsonObject;

    public string? Bureau => Text(_bureau, "name");

    public string? Region => Text(organisation["region"] as JsonObject, "name");

    public string? Address => Text(_bureau, "address");

    public string? Postcode => Text(_bureau, "postcode");

    public string? Phone => Text(_bureau, "phone");

    public string? ComplaintPhone => Text(_bureau, "complaintPhone");

    public string? Website => Text(_bureau, "website");

    /// <summary>行政复议机关.</summary>
    public string? ReviewBody => Text(_bureau?["reviewBodies"] as JsonObject, "行政复议");

    /// <summary>受理行政诉讼的人民法院.</summary>
    public string? Court => Text(_bureau?["reviewBodies"] as JsonObject, "行政诉讼");

    public string? PayeeAccount => Text(_bureau?["payee"] as JsonObject, "account");

    public string? PayeeBank => Text(_bureau?["payee"] as JsonObject, "bank");

    /// <summary>挂牌督办机关.</summary>
    public string? ListingAuthority => Text(_listing, "name");

    /// <summary>The form of a series' numbers with <c>{year}</c> and <c>{seq}</c> left open; null when the office has none for it.</summary>
    public string? NumberPattern(string series, string title)
    {
        var numbers = organisation["documentNumbers"] as JsonObject;
        if (numbers?["official"] is JsonObject official && official["uses"] is JsonArray uses && uses.Any(u => u?.ToString() == title)) return Text(official, "pattern");
        return Pattern(numbers, series) ?? Pattern(_listing?["documentNumbers"] as JsonObject, series);
    }

    private static string? Pattern(JsonObject? numbers, string series)
    {
        if ((numbers?["codes"] as JsonObject)?[series]?.ToString() is not { } code || Text(numbers, "pattern") is not { } pattern) return null;
        return pattern.Replace("{region}", numbers!["region"]?.ToString() ?? "", StringComparison.Ordinal).Replace("{code}", code, StringComparison.Ordinal);
    }

    private static string? Text(JsonObject? owner, string name) => owner?[name]?.ToString() is { Length: > 0 } text ? text : null;
}
