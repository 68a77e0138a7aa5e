using DoubleRandom.Inspections.People;

namespace DoubleRandom.Workflows.Papers;

/// <summary>机构信息 as far as documents need it: names, bodies of appeal, and how numbers are written.</summary>
internal sealed class Letterhead(Organisation organisation)
{
    public string Bureau => organisation.Bureau.Name;

    public string? Address => organisation.Bureau.Address;

    public string? Postcode => organisation.Bureau.Postcode;

    public string? Phone => organisation.Bureau.Phone;

    public string? ComplaintPhone => organisation.Bureau.ComplaintPhone;

    public string? Website => organisation.Bureau.Website;

    /// <summary>行政复议机关.</summary>
    public string? ReviewBody => organisation.Bureau.ReviewBodies?.GetValueOrDefault("行政复议");

    /// <summary>受理行政诉讼的人民法院.</summary>
    public string? Court => organisation.Bureau.ReviewBodies?.GetValueOrDefault("行政诉讼");

    public Payee? Payee => organisation.Bureau.Payee;

    /// <summary>挂牌督办机关.</summary>
    public string? ListingAuthority => organisation.ListingAuthority?.Name;

    /// <summary>The form of a series' numbers with <c>{year}</c> and <c>{seq}</c> left open; null when the office has none for it.</summary>
    /// <param name="title">Of the document: 公文 are numbered in the office's official series.</param>
    public string? NumberPattern(string series, string title)
    {
        if (organisation.DocumentNumbers?.Official is { } official && official.Uses?.Contains(title) is true) return official.Pattern;
        return Pattern(organisation.DocumentNumbers, series) ?? Pattern(organisation.ListingAuthority?.DocumentNumbers, series);
    }

    private static string? Pattern(NumberRules? rules, string series)
        => rules?.Codes?.GetValueOrDefault(series) is { } code
            ? rules.Pattern.Replace("{region}", rules.Region ?? "", StringComparison.Ordinal).Replace("{code}", code, StringComparison.Ordinal)
            : null;
}
