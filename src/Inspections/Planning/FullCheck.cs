using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.Items;

namespace DoubleRandom.Inspections.Planning;

/// <summary>全面检查情形: the four in which all objects may be checked (S001-13). For the two lists, the objects are those of the item that stand on the list, and no others.</summary>
public static class FullCheck
{
    public const string ReasonHeader = "全面检查理由";
    public const string Header = "全面检查情形";

    public static IReadOnlyList<(string Code, string Meaning, string? Flag)> Codes { get; } =
    [
        ("1", "社会关注的热点问题", null),
        ("2", "政府确定的重点行业领域", null),
        ("3", "列入经营异常名录", "经营异常名录"),
        ("4", "列入严重违法失信名单", "严重违法失信名单"),
    ];

    public static string Choices => string.Join('；', Codes.Select(c => $"{c.Code} {c.Meaning}"));

    /// <summary>Null for a code that is none of them.</summary>
    public static string? MeaningOf(string? code) => Codes.FirstOrDefault(c => c.Code == code).Meaning;

    /// <summary>The item's condition, for the two lists together with the flag of the list.</summary>
    public static ObjectFilter Narrow(ObjectFilter filter, string sampling, string? code)
        => sampling == "全面" && Codes.FirstOrDefault(c => c.Code == code).Flag is { } flag ? filter.And(ObjectFilter.Parse($"名单标记含{flag}", Header).Value) : filter;

    /// <summary>Of a reason in an older plan's own words; null: it does not say.</summary>
    public static string? CodeOf(string? reason) => reason switch
    {
        null => null,
        _ when reason.Contains("经营异常", StringComparison.Ordinal) => "3",
        _ when reason.Contains("严重违法", StringComparison.Ordinal) || reason.Contains("失信", StringComparison.Ordinal) => "4",
        _ when reason.Contains("热点", StringComparison.Ordinal) => "1",
        _ when reason.Contains("重点", StringComparison.Ordinal) => "2",
        _ => null,
    };

    internal static string? Read(RegisterForm form, StagedRow row) => CodeOf(row.TextAt(form.IndexOf(ReasonHeader)));
}
