using System.Globalization;
using DoubleRandom.Workflows.Publishing;

namespace DoubleRandom.Host.Pages.Publishing;

internal static class PublishingWords
{
    public static string Of(ChangeKind kind) => kind switch { ChangeKind.Publish => "发布", ChangeKind.Retract => "撤回", _ => "恢复" };

    public static string Of(ChangeStatus status) => status switch
    {
        ChangeStatus.Proposed => "待批准",
        ChangeStatus.Confirmed => "已批准，待生效",
        ChangeStatus.InForce => "已生效",
        ChangeStatus.Rejected => "已退回",
        ChangeStatus.Withdrawn => "已收回",
        _ => "已失效",
    };

    public static string Of(DefinitionChange change) => change.Status is ChangeStatus.Confirmed ? Coming(change) : $"{Of(change.Kind)}第 {change.Version} 版，{Of(change.Status)}";

    /// <summary>What will be in force from which day; of a retraction, that nothing will.</summary>
    public static string Coming(DefinitionChange change)
        => $"{change.EffectiveOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)} 起{(change.Kind is ChangeKind.Retract ? $"撤回第 {change.Version} 版" : $"用第 {change.Version} 版")}";

    public static string Of(DifferenceKind kind) => kind switch { DifferenceKind.Added => "新增", DifferenceKind.Removed => "删去", _ => "修改" };

    /// <param name="waiting">The change in hand of the definition.</param>
    public static string State(VersionLine version, DefinitionChange? waiting)
        => waiting is { Status: ChangeStatus.Confirmed } && waiting.Version == version.Version
            ? $"{(version.IsPublished ? "生效，" : "")}{waiting.EffectiveOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)} 起{(waiting.Kind is ChangeKind.Retract ? "撤回" : "生效")}" : State(version);

    private static string State(VersionLine version) => version.IsPublished ? "生效" : version.IsDraft ? "草稿" : "曾生效";

    public static string When(DateTime instant, TimeProvider time) => TimeZoneInfo.ConvertTimeFromUtc(instant, time.LocalTimeZone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
