namespace DoubleRandom.Engine.Activities;

/// <summary>The supported activity types of Elsa 3, with the words the designer shows.</summary>
public static class ElsaActivities
{
    private static readonly ActivityInput Definition = new("WorkflowDefinitionId", "子流程", UiHint: "workflow-definition-picker");
    private static readonly ActivityInput ChildInput = new("Input", "传入", "Object", "json-editor");
    private static readonly ActivityInput ChildCorrelation = new("CorrelationId", "关联编号");
    private static readonly ActivityInput Channel = new("ChannelName", "通道", Description: "保留自 Elsa；本系统只有一个通道");
    private static readonly ActivityPort Body = new("Body", "循环体", true);
    private static readonly ActivityOutput CurrentValue = new("CurrentValue", "当前值");

    public static ActivityCatalog AddElsa(this ActivityCatalog catalog)
    {
        catalog
            .Add(new("Elsa.Flowchart", "流程", "流程图", "由连线决定先后的一组活动", Ports: [new("Start", "开始", true)], IsContainer: true, IsBrowsable: false), new FlowchartBody())
            .Add(new("Elsa.Sequence", "流程", "顺序", "一个接一个执行的一组活动", IsContainer: true), new SequenceBody())
            .Add(new("Elsa.Start", "流程", "开始", "流程图从这里开始", IsStart: true), new MarkBody())
            .Add(new("Elsa.End", "流程", "结束", "所在流程图到此结束，其他分支一并取消", IsTerminal: true), new MarkBody())
            .Add(new("Elsa.Finish", "流程", "终止流程", "整个流程到此结束", IsTerminal: true), new FinishBody())
            .Add(new("Elsa.Complete", "流程", "完成所在流程", "以指定结果完成整个流程；在作为活动使用的流程中，完成该活动", [new("Outcomes", "结果", "Object", "dynamic-outcomes")], IsTerminal: true), new CompleteBody())
            .Add(new("Elsa.Fault", "流程", "报错", "停在这里，等待有权人员处理", [new("Code", "代码"), new("Category", "类别"), new("FaultType", "类型"), new("Message", "说明")], IsTerminal: true), new FaultBody())
            .Add(new("Elsa.FlowDecision", "分支", "判断", "按条件走“是”或“否”", [new("Condition", "条件", "Boolean", "expression-editor")], Ports: [new("True", "是"), new("False", "否")]), new FlowDecisionBody())
            .Add(new("Elsa.If", "分支", "如果", "条件成立执行一项活动，否则执行另一项", [new("Condition", "条件", "Boolean", "expression-editor")], [new("Result", "条件的值")], Ports: [new("Then", "成立", true), new("Else", "不成立", true)], IsContainer: true), new IfBody())
            .Add(new("Elsa.Switch", "分支", "按情形执行", "执行条件成立的情形中的活动", [new("Cases", "情形", "Object", "switch-editor", IsWrapped: false), new("Mode", "方式", UiHint: "dropdown", Default: "MatchFirst")], Ports: [new("Default", "都不成立", true)], IsContainer: true), new SwitchBody())
            .Add(new("Elsa.Parallel", "分支", "并列", "其中的活动同时开始，全部完成后继续", IsContainer: true, IsBrowsable: false), new ParallelBody())
            .Add(new("Elsa.Fork", "分支", "分叉", "各分支同时开始", [new("JoinMode", "方式", UiHint: "dropdown", Default: "WaitAll", IsWrapped: false)], IsContainer: true, IsBrowsable: false), new ForkBody())
            .Add(new("Elsa.ForEach", "循环", "逐项", "对清单的每一项依次执行；循环中可用 CurrentValue、CurrentIndex", [new("Items", "清单", "Object", "expression-editor")], [CurrentValue], [Body], IsContainer: true), new ForEachBody())
            .Add(new("Elsa.ParallelForEach", "循环", "同时逐项", "对清单的每一项同时执行，最多 1000 项", [new("Items", "清单", "Object", "expression-editor")], Ports: [Body], IsContainer: true), new ParallelForEachBody())
            .Add(new("Elsa.For", "循环", "计数", "从起始数到终止数依次执行；循环中可用 CurrentValue",
                [new("Start", "起始", "Int32", Default: 0), new("End", "终止", "Int32", Default: 0), new("Step", "步长", "Int32", Default: 1), new("OuterBoundInclusive", "包括终止", "Boolean", "checkbox", Default: true)], [CurrentValue], [Body], IsContainer: true), new ForBody())
            .Add(new("Elsa.While", "循环", "当", "条件成立时反复执行，每次先看条件", [new("Condition", "条件", "Boolean", "expression-editor")], Ports: [Body], IsContainer: true), new WhileBody())
            .Add(new("Elsa.Break", "循环", "跳出循环", "不再执行最里层循环的下一次", IsTerminal: true), new BreakBody())
            .Add(new("Elsa.FlowSwitch", "分支", "多路选择", "按各条件选择分支", [new("Cases", "情形", "Object", "flow-switch-editor", IsWrapped: false), new("Mode", "方式", UiHint: "dropdown", Default: "MatchFirst")]), new FlowSwitchBody())
            .Add(new("Elsa.FlowFork", "分支", "并行", "各分支同时进行", [new("Branches", "分支", "Object", "dynamic-outcomes")]), new FlowForkBody())
            .Add(new("Elsa.FlowJoin", "分支", "汇合", "等待各分支", [new("Mode", "方式", UiHint: "dropdown", Default: "WaitAny")]), new FlowJoinBody())
            .Add(new("Elsa.SetVariable", "数据", "设置变量", "把值写入变量", [new("Variable", "变量", "Object", "variable-picker", IsWrapped: false), new("Value", "值", "Object")]), new SetVariableBody())
            .Add(new("Elsa.SetOutput", "数据", "设置输出", "把值写入流程的输出", [new("OutputName", "输出", UiHint: "output-picker"), new("OutputValue", "值", "Object")]), new SetOutputBody())
            .Add(new("Elsa.SetName", "数据", "设置名称", "给流程实例命名", [new("Value", "名称")]), new SetNameBody())
            .Add(new("Elsa.Correlate", "数据", "设置关联编号", "把流程实例归入案件", [new("CorrelationId", "关联编号")]), new CorrelateBody())
            .Add(new("Elsa.WriteLine", "数据", "记一行", "写入流程日志", [new("Text", "内容", UiHint: "multiline")]), new WriteLineBody())
            .Add(new("Elsa.RunTask", "等待", "等待外部任务", "等待系统外报告完成", [new("TaskName", "任务名称"), new("Payload", "内容", "Object", "json-editor")], [new("Result", "结果"), new("TaskId", "任务编号")]), new RunTaskBody())
            .Add(new("Elsa.Event", "等待", "等待事件", "等待指定名称的事件", [new("EventName", "事件名称")], [new("Result", "内容")], Kind: "Trigger"), new EventBody())
            .Add(new("Elsa.PublishEvent", "等待", "发布事件", "通知等待该事件的流程", [new("EventName", "事件名称"), new("CorrelationId", "关联编号"), new("Payload", "内容", "Object", "json-editor")]), new PublishEventBody())
            .Add(new("Elsa.Delay", "等待", "等待一段时间", "到时继续", [new("TimeSpan", "时长")]), new SpanBody("TimeSpan"))
            .Add(new("Elsa.StartAt", "等待", "等到某时", "到时继续", [new("DateTime", "时间")], Kind: "Trigger"), new InstantBody())
            .Add(new("Elsa.Timer", "等待", "定时", "每隔一段时间；可作为流程的开始", [new("Interval", "间隔", Default: "00:01:00")], Kind: "Trigger"), new SpanBody("Interval"))
            .Add(new("Elsa.Cron", "等待", "按日历定时", "按 Cron 表达式（单位所在时区）；可作为流程的开始", [new("CronExpression", "Cron 表达式")], Kind: "Trigger"), new CronBody())
            .Add(new("Elsa.DispatchWorkflow", "子流程", "派发子流程", "启动子流程", [Definition, ChildCorrelation, ChildInput, new("WaitForCompletion", "等待完成", "Boolean", "checkbox", Default: false), Channel], [new("Result", "子流程输出")]), new ChildWorkflowBody(waitsByDefault: false))
            .Add(new("Elsa.ExecuteWorkflow", "子流程", "执行子流程", "启动子流程并等待完成", [Definition, ChildCorrelation, ChildInput, new("WaitForCompletion", "等待完成", "Boolean", "checkbox", Default: true), Channel], [new("Result", "子流程输出")]), new ChildWorkflowBody(waitsByDefault: true))
            .Add(new("Elsa.BulkDispatchWorkflows", "子流程", "逐项派发子流程", "对清单中的每一项启动一个子流程",
                [Definition, new("Items", "清单", "Object"), new("DefaultItemInputKey", "传入名称", Default: "Item"), new("CorrelationIdFunction", "关联编号算式"), ChildInput, new("WaitForCompletion", "等待完成", "Boolean", "checkbox", Default: true), Channel],
                Ports: [new("Completed", "全部完成"), new("Canceled", "有取消"), new("Done", "完成"), new("ChildCompleted", "每项完成时", true), new("ChildFaulted", "每项出错时", true)]), new BulkDispatchBody());
        return catalog;
    }
}
