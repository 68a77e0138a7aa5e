namespace DoubleRandom.Inspections.Alerts;

/// <param name="IsPersonal">Goes to a person's own address; else to the group the robot stands in.</param>
public sealed record AlertWay(string Key, string Name, bool IsPersonal);

/// <summary>By which ways an alert leaves the house; it always stands in the inbox too.</summary>
public static class AlertWays
{
    public const string Mail = "mail";
    public const string Sms = "sms";
    public const string WeCom = "wecom";
    public const string DingTalk = "dingtalk";

    public static IReadOnlyList<AlertWay> All { get; } = [new(Mail, "邮件", true), new(Sms, "短信", true), new(WeCom, "企业微信", false), new(DingTalk, "钉钉", false)];

    public static AlertWay? Find(string key) => All.FirstOrDefault(w => w.Key == key);
}
