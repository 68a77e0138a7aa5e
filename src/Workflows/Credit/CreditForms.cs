using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Credit;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Forms;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.Credit;

/// <summary>The human steps of listing a seriously discredited party.</summary>
internal static class CreditForms
{
    private static readonly FieldOption[] Grounds =
    [
        new("HazardConcealed", "重大隐患隐瞒不报"), new("HazardOverdue", "重大隐患逾期不整改"), new("HazardInsufficient", "重大隐患整改不到位"),
        new("Punished", "受到行政处罚"), new("RefusedCheck", "拒绝检查"),
    ];

    public static IReadOnlyList<Form> All { get; } =
    [
        Form.Of("credit.propose", "提出列入建议",
        [
            new FormField("ground", "列入情形", FieldKind.Choice, Required: true, RequiredFor: ["建议列入"], Options: Grounds),
            new FormField("facts", "事实、依据或者不列入理由", FieldKind.Multiline, Required: true),
        ], ProposeAsync),
        Form.Of("credit.notice", "告知当事人",
        [
            new FormField("noticeOn", "送达日期", FieldKind.Date, Required: true),
            new FormField("to", "受送达人", Required: true),
        ], NoticeAsync),
        Form.Of("credit.statement", "听取陈述申辩",
        [
            new FormField("writtenWaiver", "当事人书面放弃", FieldKind.Flag),
            new FormField("statement", "陈述申辩内容", FieldKind.Multiline, Required: true, RequiredFor: ["已陈述申辩"]),
            new FormField("review", "复核意见", FieldKind.Multiline, Required: true, RequiredFor: ["已陈述申辩"]),
        ], StatementAsync),
        new("credit.decide", "决定列入", PrepareDecideAsync, DecideAsync),
    ];

    private static async Task<Result<JsonObject>> ProposeAsync(FormSubmission s, CancellationToken cancellationToken)
        => Answer(s.Outcome == "建议列入"
            ? await s.Get<ProposeDiscreditHandler>().HandleAsync(new ProposeDiscredit(s.SubjectId, Enum.Parse<DiscreditGround>(s.Text("ground")), s.Text("facts")), s.Change, cancellationToken)
            : await s.Get<ProposeDiscreditHandler>().HandleAsync(new DeclineDiscredit(s.SubjectId, s.Text("facts")), s.Change, cancellationToken));

    private static async Task<Result<JsonObject>> NoticeAsync(FormSubmission s, CancellationToken cancellationToken)
        => Answer(await s.Get<HearDiscreditHandler>().HandleAsync(new ServeDiscreditNotice(s.SubjectId, s.Date("noticeOn")!.Value, s.Text("to")), s.Change, cancellationToken));

    private static async Task<Result<JsonObject>> StatementAsync(FormSubmission s, CancellationToken cancellationToken)
        => Answer(await s.Get<HearDiscreditHandler>().HandleAsync(
            new RecordDiscreditStatement(s.SubjectId, s.Outcome == "放弃", s.Flag("writtenWaiver"), s.Optional("statement"), s.Optional("review")), s.Change, cancellationToken));

    private static async Task<FormView> PrepareDecideAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var proposal = (await services.GetRequiredService<DbContext>().Set<DiscreditProposal>().AsNoTracking().Where(p => p.SubjectId == item.SubjectId).ToListAsync(cancellationToken)).MaxBy(p => p.Id);
        return new FormView(
        [
            new FormField("facts", "建议", FieldKind.Note, Default: proposal is null ? null : $"{proposal.InspecteeName}：{proposal.Facts}"),
            new FormField("heard", "陈述申辩", FieldKind.Note, Default: proposal?.StatementWaived switch { true => "已放弃", false => $"{proposal.StatementText}；复核：{proposal.StatementReview}", _ => null }),
            new FormField("opinion", "决定意见", FieldKind.Multiline, Required: true),
        ]);
    }

    private static async Task<Result<JsonObject>> DecideAsync(FormSubmission s, CancellationToken cancellationToken)
        => Answer(await s.Get<DecideDiscreditHandler>().HandleAsync(new DecideDiscredit(s.SubjectId, s.Outcome == "同意列入", s.Text("opinion")), s.Change, cancellationToken),
            p => new JsonObject { ["listedUntil"] = p.ListedUntil?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) });

    private static Result<JsonObject> Answer(Result<DiscreditProposal> result, Func<DiscreditProposal, JsonObject>? answer = null)
        => result.Refusal is { } refusal ? refusal : answer?.Invoke(result.Value) ?? [];
}
