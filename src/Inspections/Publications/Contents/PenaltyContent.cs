using System.Globalization;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Penalties;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Publications.Contents;

/// <summary>
/// 行政处罚信息: party, cause, basis and result (S004-20), within seven working days where safety law is applied (安全生产法 art. 78).
/// It stays public for three months after a warning or criticism and for a year after anything heavier: the lower class of the repair
/// rules, whose upper bounds a decision on discredit alone may use.
/// </summary>
internal sealed class PenaltyContent(DbContext db) : IPublicationContent
{
    private const int LightMonths = 3;
    private const int OrdinaryMonths = 12;

    public PublicationKind Kind => PublicationKind.Penalty;

    public async Task<Result<PublicationText>> WriteAsync(Guid subjectId, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<PenaltyCase>().FindAsync([subjectId], cancellationToken) is not { } penalty) return Refusal.NotFound("publications.no-subject");
        if (penalty is not { Outcome: PenaltyOutcome.Punish, DecidedOn: { } on }) return Refusal.Conflict("publications.not-decided", penalty.PenaltyNo);
        var light = penalty.Kinds.All(k => k is PenaltyKind.Warning or PenaltyKind.Criticism);
        var content = PublicationText.Of(
            ("案号", penalty.PenaltyNo),
            ("当事人", penalty.PartyName),
            ("案由", penalty.Cause),
            ("违法事实", penalty.Facts),
            ("违反条款", penalty.ViolatedClause),
            ("处罚依据", penalty.PenaltyClause),
            ("处罚种类", string.Join('、', penalty.Kinds.Select(NameOf))),
            ("罚款金额", penalty.AmountFen > 0 ? string.Create(CultureInfo.InvariantCulture, $"人民币{penalty.AmountFen / 100m:0.00}元") : null),
            ("决定日期", PublicationText.Day(on)),
            ("检查编号", penalty.InspectionNo));
        IEnumerable<string?> party = penalty.PartyIsUnit ? [] : [penalty.PartyName];
        return new PublicationText($"{(penalty.PartyIsUnit ? penalty.PartyName : Mask.Name(penalty.PartyName))}行政处罚信息", penalty.InspectionNo, content, penalty.CaseId, penalty.InspecteeNumber,
            on.AddMonths(light ? LightMonths : OrdinaryMonths), await db.PersonNamesAsync(penalty.InspecteeNumber, cancellationToken, party));
    }

    private static string NameOf(PenaltyKind kind) => kind switch
    {
        PenaltyKind.Warning => "警告",
        PenaltyKind.Criticism => "通报批评",
        PenaltyKind.Fine => "罚款",
        PenaltyKind.Confiscation => "没收违法所得、没收非法财物",
        PenaltyKind.LicenceSuspension => "暂扣许可证件",
        PenaltyKind.Downgrade => "降低资质等级",
        PenaltyKind.LicenceRevocation => "吊销许可证件",
        PenaltyKind.Restriction => "限制开展生产经营活动",
        PenaltyKind.BusinessSuspension => "责令停产停业",
        PenaltyKind.Closure => "责令关闭",
        PenaltyKind.OccupationBan => "限制从业",
        _ => "法律、行政法规规定的其他处罚",
    };
}
