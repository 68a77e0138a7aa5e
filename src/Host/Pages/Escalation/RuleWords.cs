using System.Globalization;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.People;
using static DoubleRandom.Host.Pages.Parts.Wording;

namespace DoubleRandom.Host.Pages.Escalation;

/// <summary>A rule as officials say it.</summary>
internal static class RuleWords
{
    public static string Of(DeadlineUnit unit) => unit switch
    {
        DeadlineUnit.WorkingDays => T("个工作日"),
        DeadlineUnit.CalendarDays => T("日（自然日）"),
        DeadlineUnit.Months => T("个月"),
        DeadlineUnit.Years => T("年"),
        DeadlineUnit.Hours => T("小时"),
        _ => T("以文书载明的日期为准"),
    };

    public static string Of(DeadlineDirection direction) => direction switch
    {
        DeadlineDirection.After => T("之后"),
        DeadlineDirection.Before => T("之前"),
        _ => T("之前，其间须满该日数"),
    };

    public static string Of(DeadlineRule rule) => rule.Amount is { } amount
        ? $"{rule.Anchor}{Of(rule.Direction)} {amount} {Of(rule.Unit)}"
        : rule.MonthDay is { } day ? T("每年 {0} 前", day) : T("{0}，以文书载明的日期为准", rule.Anchor);

    public static string OfExtension(DeadlineRule rule) => rule switch
    {
        { MovedBy: { } procedure } => T("只能经“{0}”延长", procedure),
        { Extension: { } terms } => T("最多 {0} 次，每次不超过 {1}{2}，由{3}批准", terms.Times, terms.Amount, DeadlineClock.UnitWord(terms.Unit), string.Join('、', terms.By.Select(r => Roles.Find(r)?.Name ?? r))) + (terms.Document is { } paper ? T("，须有{0}", paper) : ""),
        _ => T("不得延长"),
    };

    public static string OfProfile(string profile) => profile == "*" ? T("各领域") : profile;

    public static string Of(DeadlineRuleStatus status) => status switch
    {
        DeadlineRuleStatus.Proposed => T("待批准"),
        DeadlineRuleStatus.InForce => T("已批准"),
        _ => T("已退回"),
    };

    public static string Of(DeadlineRung rung, DeadlineUnit unit = DeadlineUnit.WorkingDays) => rung.Rung switch
    {
        _ when rung.Unit is RungUnit.CalendarDays => T("到期前 {0} 日", rung.Rung),
        _ when rung.Unit is RungUnit.SinceStart => unit is DeadlineUnit.WorkingDays ? T("起算后第 {0} 个工作日（内部目标）", rung.Rung) : T("起算后第 {0} 日（内部目标）", rung.Rung),
        > 0 when unit is DeadlineUnit.Hours => T("到期前 {0} 小时", rung.Rung),
        0 when unit is DeadlineUnit.Hours => T("到期时"),
        < 0 when unit is DeadlineUnit.Hours => T("逾期 {0} 小时", -rung.Rung),
        > 0 => T("到期前 {0} 个工作日", rung.Rung),
        0 => T("到期当天"),
        _ => T("逾期 {0} 个工作日", -rung.Rung),
    };

    public static string OfRecipient(string to) => to == DeadlineRung.Owner ? T("经办人") : Roles.Find(to)?.Name ?? to;

    public static string OfWays(DeadlineRung rung) => string.Join('、', (rung.By ?? [AlertWays.Mail]).Select(w => AlertWays.Find(w)?.Name ?? w).Prepend(T("站内")));

    public static string Whole(DeadlineRung rung, DeadlineUnit unit = DeadlineUnit.WorkingDays) => T("{0}告知{1}（{2}）", Of(rung, unit), string.Join('、', rung.To.Select(OfRecipient)), OfWays(rung));

    /// <summary>Stands before the ways of a rung that is typed.</summary>
    private const string Through = "经";

    /// <summary>A rung a line: <c>5 经办人 科室负责人 经 邮件 短信</c>, <c>30日 …</c> for calendar days, <c>第7日 …</c> for days since the event; what cannot be read stays as it was typed and is refused by its name.</summary>
    public static string Typed(IEnumerable<DeadlineRung> rungs)
        => string.Join('\n', rungs.Select(r => string.Create(CultureInfo.InvariantCulture, $"{TypedDay(r)} {string.Join(' ', r.To.Select(OfRecipient))}{(r.By is null ? "" : $" {Through} {string.Join(' ', r.By.Select(w => AlertWays.Find(w)?.Name ?? w))}")}")));

    private static string TypedDay(DeadlineRung rung) => rung.Unit switch
    {
        RungUnit.CalendarDays => string.Create(CultureInfo.InvariantCulture, $"{rung.Rung}日"),
        RungUnit.SinceStart => string.Create(CultureInfo.InvariantCulture, $"第{rung.Rung}日"),
        _ => rung.Rung.ToString(CultureInfo.InvariantCulture),
    };

    private static (int Rung, RungUnit Unit)? ReadDay(string word)
    {
        var unit = !word.EndsWith('日') ? RungUnit.WorkingDays : word[0] == '第' ? RungUnit.SinceStart : RungUnit.CalendarDays;
        var number = unit is RungUnit.WorkingDays ? word : word[..^1].TrimStart('第');
        return int.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var rung) ? (rung, unit) : null;
    }

    /// <summary>Null when a line does not begin with a day.</summary>
    public static IReadOnlyList<DeadlineRung>? Read(string typed)
    {
        List<DeadlineRung> rungs = [];
        foreach (var line in typed.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var words = line.Split([' ', '、', '，', ',', '　'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || ReadDay(words[0]) is not { } day) return null;
            var through = Array.IndexOf(words, Through);
            var to = through < 0 ? words[1..] : words[1..through];
            rungs.Add(new DeadlineRung(day.Rung, [.. to.Select(w => w == OfRecipient(DeadlineRung.Owner) ? DeadlineRung.Owner : Roles.All.FirstOrDefault(r => r.Name == w)?.Key ?? w)],
                through < 0 ? null : [.. words[(through + 1)..].Select(w => AlertWays.All.FirstOrDefault(way => way.Name == w)?.Key ?? w)], day.Unit));
        }
        return rungs;
    }
}
