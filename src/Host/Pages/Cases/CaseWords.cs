using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Hazards;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Inspections.Rectification;
using DoubleRandom.Inspections.Visits;
using DoubleRandom.Workflows.Drawings;

namespace DoubleRandom.Host.Pages.Cases;

/// <summary>States as people say them, with the colour class of their badge.</summary>
internal static class CaseWords
{
    public static string Of(InspectionStatus status) => status switch
    {
        InspectionStatus.Opened => "待审批",
        InspectionStatus.Refused => "审批未通过",
        InspectionStatus.Approved => "已审批",
        InspectionStatus.Planned => "方案已定",
        InspectionStatus.OnSite => "检查中",
        InspectionStatus.FindingsLocked => "问题已锁定",
        InspectionStatus.Unreachable => "无法联系",
        InspectionStatus.Closed => "关闭停业",
        InspectionStatus.EntryRefused => "拒绝检查",
        InspectionStatus.Archived => "已归档",
        _ => status.ToString(),
    };

    public static string BadgeOf(InspectionStatus status) => status switch
    {
        InspectionStatus.Archived => "",
        InspectionStatus.Refused or InspectionStatus.EntryRefused => "late",
        InspectionStatus.Unreachable or InspectionStatus.Closed => "warn",
        _ => "info",
    };

    public static string Of(TeamPart part) => part switch { TeamPart.Leader => "带队领导", TeamPart.Officer => "执法人员", _ => "安全专家" };

    public static string Of(FindingStatus status) => status switch
    {
        FindingStatus.Open => "未整改",
        FindingStatus.Rectifying => "整改中",
        FindingStatus.Failed => "复查不合格",
        FindingStatus.Closed => "已销号",
        FindingStatus.Withdrawn => "已撤销",
        _ => status.ToString(),
    };

    public static string BadgeOf(FindingStatus status) => status switch { FindingStatus.Closed => "ok", FindingStatus.Failed => "late", FindingStatus.Withdrawn => "", _ => "warn" };

    public static string Of(HazardGrade grade) => grade is HazardGrade.Major ? "重大隐患" : "一般隐患";

    public static string Of(Disposal disposal) => disposal switch
    {
        Disposal.CorrectedOnSpot => "当场纠正",
        Disposal.RemoveAtOnce => "责令立即排除",
        Disposal.RectifyByDate => "责令限期整改",
        Disposal.Suspend => "责令暂时停产停业或停止使用",
        Disposal.Evacuate => "撤出作业人员",
        Disposal.Seize => "查封扣押",
        Disposal.Transfer => "移送其他部门",
        Disposal.FileCase => "立案调查",
        Disposal.SimplePenalty => "当场处罚",
        _ => disposal.ToString(),
    };

    public static string Of(Deadline deadline) => (deadline.Status, deadline.PausedOn is not null) switch
    {
        (DeadlineStatus.Met, _) => deadline.IsWindow ? "已届满" : "已办结",
        (DeadlineStatus.Cancelled, _) => "已取消",
        (_, true) => "已中止",
        (DeadlineStatus.Overdue, _) => "已逾期",
        _ => "计时中",
    };

    public static string Of(RectificationStatus status) => status switch { RectificationStatus.Issued => "整改中", RectificationStatus.Closed => "已整改", _ => "复查不合格" };

    public static string Of(VisitOutcome outcome) => outcome switch { VisitOutcome.Arrived => "到场", VisitOutcome.Unreachable => "无法联系", VisitOutcome.Closed => "已关闭", _ => "拒绝检查" };

    public static string Of(PublicationStatus status) => status switch { PublicationStatus.Draft => "草拟", PublicationStatus.Reviewed => "已审核", PublicationStatus.Published => "已公示", _ => "已撤回" };

    public static string Of(PenaltyStatus status) => status switch
    {
        PenaltyStatus.FilingProposed => "提请立案",
        PenaltyStatus.FilingRefused => "不予立案",
        PenaltyStatus.Investigating => "调查中",
        PenaltyStatus.Investigated => "调查终结",
        PenaltyStatus.Proposed => "拟处理",
        PenaltyStatus.Noticed => "已告知",
        PenaltyStatus.Decided => "已决定",
        PenaltyStatus.Served => "已送达",
        _ => "已结案",
    };

    public static string Of(HazardStatus status) => status switch
    {
        HazardStatus.Proposed => "提请挂牌",
        HazardStatus.ListingRefused => "不予挂牌",
        HazardStatus.Listed => "已挂牌",
        HazardStatus.Treating => "治理中",
        HazardStatus.Accepted => "验收合格",
        HazardStatus.Delisted => "已摘牌",
        _ => status.ToString(),
    };

    public static string Of(StepState state) => state switch { StepState.Visited => "已办", StepState.Waiting => "正在办理", StepState.Faulted => "异常", _ => "未到" };

    public static string Of(StepKind kind) => kind switch { StepKind.Person => "人员办理", StepKind.Decision => "判断", StepKind.Flow => "子流程", _ => "等待" };

    public static string ClassOf(FlowStep step) => $"{step.State.ToString().ToLowerInvariant()} {step.Kind.ToString().ToLowerInvariant()}";

    public static string MarkOf(FlowStep step) => (step.State switch { StepState.Visited => "✓", StepState.Waiting => "●", StepState.Faulted => "!", _ => "" }) + (step.Kind switch { StepKind.Decision => "◇", StepKind.Flow => "»", _ => "" });
}
