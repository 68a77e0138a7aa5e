using System.Globalization;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Planning;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Publications.Contents;

/// <summary>年度抽查计划 as it was approved (S001-14, -16): what is drawn from what, how many, when. A changed plan is published again with the reason (S001-39).</summary>
internal sealed class PlanContent(DbContext db) : IPublicationContent
{
    public PublicationKind Kind => PublicationKind.AnnualPlan;

    public async Task<Result<PublicationText>> WriteAsync(Guid subjectId, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<AnnualPlan>().FindAsync([subjectId], cancellationToken) is not { } plan) return Refusal.NotFound("publications.no-subject");
        if (await PlanLines.ApprovedAsync(db, plan, cancellationToken) is not { } lines) return Refusal.Conflict("publications.not-approved", plan.PlanNo);
        var changes = plan.Version > 1 && await PlanLines.BeforeAsync(db, plan, cancellationToken) is { } before ? PlanChanges.Of(before, lines) : [];
        var content = PublicationText.Of(
            ("计划编号", plan.PlanNo),
            ("年度", plan.Year.ToString(CultureInfo.InvariantCulture)),
            ("版本", plan.Version.ToString(CultureInfo.InvariantCulture)),
            ("批准机关", plan.GovernmentByName),
            ("批准文号", plan.GovernmentNo),
            ("批准日期", PublicationText.Day(plan.GovernmentOn ?? plan.ApprovedOn)),
            ("调整理由", plan.ChangeReason),
            ("调整内容", changes.Count == 0 ? null : PublicationText.Table(changes.Select(c => PublicationText.Of(
                ("序号", c.LineNo.ToString(CultureInfo.InvariantCulture)), ("抽查事项", c.ItemName), ("变动", c.Words))))),
            ("抽查计划", PublicationText.Table(lines.OrderBy(l => l.LineNo).Select(l => PublicationText.Of(
                ("序号", l.LineNo.ToString(CultureInfo.InvariantCulture)), ("抽查事项", l.ItemName), ("抽查依据", l.Basis), ("牵头单位", l.LeadUnit), ("参加单位", l.Participants), ("抽查方式", l.Sampling), ("检查方式", l.Method),
                ("基数", l.BaseCount.ToString(CultureInfo.InvariantCulture)), ("基数日期", PublicationText.Day(l.BaseDate)), ("抽查比例", l.Ratio.ToString("0.##%", CultureInfo.InvariantCulture)), ("抽查户数", l.SampleSize.ToString(CultureInfo.InvariantCulture)), ("抽查内容", l.Content), ("抽查频次", l.Frequency), ("频次上限", l.YearlyCap is { } cap ? string.Create(CultureInfo.InvariantCulture, $"每年{cap}次") : null),
                ("检查期间", $"{PublicationText.Day(l.PeriodFrom)}至{PublicationText.Day(l.PeriodTo)}"), ("承办机构", l.Section), ("跨部门联合", l.IsJoint ? "是" : "否"), ("备注", l.Note))))));
        return new PublicationText(string.Create(CultureInfo.InvariantCulture, $"{plan.Year}年度双随机抽查工作计划{(plan.Version > 1 ? "（调整）" : "")}"), plan.PlanNo, content);
    }
}
