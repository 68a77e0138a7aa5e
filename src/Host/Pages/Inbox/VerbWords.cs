using DoubleRandom.Inspections.WorkItems;

namespace DoubleRandom.Host.Pages.Inbox;

/// <summary>How the page names a verb, what it says it does, and what it does to the deadline (the handler writes the same words into the record).</summary>
internal static class VerbWords
{
    public static string NameOf(Verb verb) => verb switch
    {
        Verb.Claim => "签收",
        Verb.Release => "放回本组",
        Verb.Transfer => "转办",
        Verb.Delegate => "委派",
        Verb.Return => "交回",
        Verb.Recall => "收回委派",
        Verb.AddSigners => "加签",
        Verb.RemoveSigner => "减签",
        Verb.Sign => "签署",
        Verb.SendBack => "退回",
        Verb.TakeBack => "撤回",
        Verb.Suspend => "挂起",
        Verb.Resume => "恢复",
        Verb.Urge => "催办",
        Verb.Copy => "抄送",
        _ => "终止",
    };

    public static string HelpOf(Verb verb) => verb switch
    {
        Verb.Claim => "由您办理，别人不能再办。",
        Verb.Release => "不再由您办理，本组的人都可以签收。",
        Verb.Transfer => "交给有同一角色的人办理，今后由其负责。",
        Verb.Delegate => "请人提意见。对方交回后仍由您决定。",
        Verb.Return => "填写意见，交回委派人决定。",
        Verb.Recall => "不再等候对方的意见，由您继续办理。",
        Verb.AddSigners => "办理前请有关人员签署意见。签署未通过的，不能按首选意见办理。",
        Verb.RemoveSigner => "不再请尚未签署的人员签署。",
        Verb.Sign => "签署后不能更改；不同意的须写明理由。",
        Verb.SendBack => "交回前面的步骤重新办理。已办的记录、文号和文书都保留。",
        Verb.TakeBack => "后面的步骤还没有人动手时，可以收回自己刚办理的步骤重办。",
        Verb.Suspend => "暂不办理，恢复前谁都不能办。",
        Verb.Resume => "可以继续办理。",
        Verb.Urge => "请办理人尽快办理，并发邮件提醒。每人每天一次。",
        Verb.Copy => "让有关人员知道，对方无须办理。",
        _ => "结束整个流程，未办的步骤全部失效，不能恢复。",
    };

    public static string EffectOf(Verb verb, WorkItem item)
    {
        if (item.DeadlineId is null) return ClockNotes.None;
        return verb switch
        {
            Verb.Claim => ClockNotes.To("您"),
            Verb.Release => ClockNotes.Group,
            Verb.Transfer => ClockNotes.To("接办人"),
            Verb.Delegate => ClockNotes.Delegated,
            Verb.Return => ClockNotes.To(item.DelegatedByName ?? "委派人"),
            Verb.Recall => ClockNotes.To("您"),
            Verb.SendBack or Verb.TakeBack => ClockNotes.Back,
            Verb.Suspend => "不填依据文书的，办理时限照常计算。负责人填写依据文书的，时限同时中止，恢复后顺延。",
            Verb.Resume => item.ClockStopped ? "办理时限恢复计算，中止的日子不计入，期限顺延。" : ClockNotes.Unchanged,
            Verb.Terminate => ClockNotes.Cancelled,
            _ => ClockNotes.Unchanged,
        };
    }
}
