using DoubleRandom.Workflows.WorkItems;

namespace DoubleRandom.Host.Pages.Inbox;

/// <summary>The inbox's filters as the address writes them. A value that is not known falls back to none; an address never fails.</summary>
internal static class InboxAddress
{
    public static readonly (InboxTab Tab, string Name, string Key)[] Tabs =
    [
        (InboxTab.Mine, "我的", "mine"), (InboxTab.Group, "本组", "group"), (InboxTab.Started, "我发起的", "started"),
        (InboxTab.Delegated, "委派出去的", "delegated"), (InboxTab.Copied, "抄送我的", "copied"), (InboxTab.Done, "已办", "done"),
    ];

    public static readonly (DueBucket Bucket, string Name, string Key, string Sign)[] Buckets =
    [
        (DueBucket.Late, "已逾期", "late", "‼"), (DueBucket.Today, "今天到期", "today", "!"), (DueBucket.Week, "七日内到期", "week", "◔"), (DueBucket.Later, "更晚", "later", "○"), (DueBucket.None, "无时限", "none", "–"),
    ];

    public static readonly (InboxGroup Group, string Name, string Key)[] Groups = [(InboxGroup.Case, "案件", "case"), (InboxGroup.Campaign, "抽查任务", "campaign"), (InboxGroup.Inspectee, "检查对象", "inspectee")];

    public static InboxTab? TabOf(string? key) => Tabs.Where(t => t.Key == key).Select(t => (InboxTab?)t.Tab).FirstOrDefault();

    public static string KeyOf(InboxTab tab) => Tabs.First(t => t.Tab == tab).Key;

    public static DueBucket BucketOf(string? key) => Buckets.FirstOrDefault(b => b.Key == key).Bucket;

    public static InboxGroup GroupOf(string? key) => Groups.FirstOrDefault(g => g.Key == key).Group;

    /// <summary>Item and the revision that was seen; a revision that is missing is not checked.</summary>
    public static BulkItem? ItemOf(string? value)
    {
        var parts = value?.Split('.') ?? [];
        return parts.Length > 0 && Guid.TryParse(parts[0], out var id) ? new BulkItem(id, parts.Length > 1 && int.TryParse(parts[1], out var revision) ? revision : null) : null;
    }

    public static string? Clean(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim() is { Length: > 60 } text ? text[..60] : value.Trim();
}
