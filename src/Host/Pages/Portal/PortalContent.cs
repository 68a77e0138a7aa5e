using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DoubleRandom.Host.Pages.Portal;

/// <summary>One part of a publication as it is read: a line of text, a table, or parts under a heading.</summary>
public sealed record PortalPart(string Label, string? Text, PortalTable? Table = null, IReadOnlyList<PortalPart>? Parts = null);

public sealed record PortalTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows, int LeftOut);

/// <summary>Makes readable parts of a publication's masked JSON, whatever its author put in; bounded, so that no publication makes an endless page.</summary>
internal static class PortalContent
{
    private const int MaxDepth = 4;
    private const int MaxRows = 500;
    private const int MaxParts = 100;

    // Authors write Chinese names; what handlers write by themselves has these English keys.
    private static readonly FrozenDictionary<string, string> Labels = new Dictionary<string, string>
    {
        ["documentNo"] = "文号",
        ["title"] = "标题",
        ["body"] = "正文",
        ["text"] = "正文",
        ["summary"] = "摘要",
        ["inspectee"] = "检查对象",
        ["inspecteeName"] = "检查对象",
        ["inspecteeNumber"] = "对象编号",
        ["creditCode"] = "统一社会信用代码",
        ["items"] = "抽查事项",
        ["itemCodes"] = "抽查事项",
        ["campaignNo"] = "任务编号",
        ["inspectionNo"] = "检查编号",
        ["penaltyNo"] = "处罚案号",
        ["planNo"] = "计划编号",
        ["listNo"] = "列号",
        ["codes"] = "结果代码",
        ["result"] = "检查结果",
        ["results"] = "检查结果",
        ["followUp"] = "后续处理",
        ["checkedOn"] = "检查日期",
        ["period"] = "检查期间",
        ["periodFrom"] = "检查期间自",
        ["periodTo"] = "检查期间至",
        ["sampleSize"] = "抽取户数",
        ["count"] = "户数",
        ["findings"] = "发现的问题",
        ["officers"] = "执法人员",
        ["leader"] = "检查组长",
        ["experts"] = "专家",
        ["cause"] = "案由",
        ["facts"] = "违法事实",
        ["basis"] = "依据",
        ["party"] = "当事人",
        ["partyName"] = "当事人",
        ["kinds"] = "处罚种类",
        ["amount"] = "金额",
        ["decidedOn"] = "决定日期",
        ["dueOn"] = "期限",
        ["listedOn"] = "挂牌日期",
        ["description"] = "内容",
        ["responsibleUnit"] = "责任单位",
        ["supervisingUnit"] = "督办单位",
        ["unit"] = "单位",
        ["date"] = "日期",
        ["draws"] = "抽取",
        ["listHash"] = "名单哈希",
        ["seed"] = "种子",
        ["reason"] = "理由",
        ["contact"] = "联系方式",
        ["complaint"] = "监督电话",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly string[] NumberKeys = ["文号", "文书文号", "公告文号", "决定书文号", "documentNo", "documentNumber"];

    public static IReadOnlyList<PortalPart> Read(JsonObject content) => Parts(content, 0);

    /// <summary>The number of the document that is published, where the author gave one.</summary>
    public static string? DocumentNo(JsonObject content)
        => NumberKeys.Select(k => content[k]).OfType<JsonValue>().Select(Plain).FirstOrDefault(t => t.Length > 0);

    private static List<PortalPart> Parts(JsonObject content, int depth)
        => [.. content.Where(p => p.Value is not null && !NumberKeys.Contains(p.Key)).Take(MaxParts).Select(p => Part(LabelOf(p.Key), p.Value!, depth)).OfType<PortalPart>()];

    private static PortalPart? Part(string label, JsonNode value, int depth) => value switch
    {
        JsonArray { Count: 0 } or JsonObject { Count: 0 } => null,
        _ when depth >= MaxDepth => new PortalPart(label, Plain(value)),
        JsonObject o => new PortalPart(label, null, Parts: Parts(o, depth + 1)),
        JsonArray a when a.All(e => e is JsonObject) => new PortalPart(label, null, TableOf(a)),
        JsonArray a => new PortalPart(label, string.Join("、", a.Take(MaxRows).Select(Plain))),
        _ => Plain(value) is { Length: > 0 } text ? new PortalPart(label, text) : null,
    };

    private static PortalTable TableOf(JsonArray rows)
    {
        var shown = rows.OfType<JsonObject>().Take(MaxRows).ToList();
        var columns = shown.SelectMany(r => r.Select(p => p.Key)).Distinct().Take(12).ToList();
        return new PortalTable([.. columns.Select(LabelOf)], [.. shown.Select(r => (IReadOnlyList<string>)[.. columns.Select(c => Plain(r[c]))])], rows.Count - shown.Count);
    }

    private static string LabelOf(string key) => Labels.GetValueOrDefault(key, key);

    private static string Plain(JsonNode? node) => node switch
    {
        null => "",
        JsonValue v when v.GetValueKind() is JsonValueKind.True => "是",
        JsonValue v when v.GetValueKind() is JsonValueKind.False => "否",
        JsonValue v => v.ToString(),
        JsonArray a => string.Join("、", a.Take(MaxRows).Select(Plain)),
        JsonObject o => string.Join("；", o.Take(MaxParts).Select(p => $"{LabelOf(p.Key)}：{Plain(p.Value)}")),
        _ => "",
    };
}
