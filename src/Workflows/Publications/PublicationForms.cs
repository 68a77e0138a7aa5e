using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Forms;
using DoubleRandom.Workflows.Inspections;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Publications;

/// <summary>Forms of a publication's way outside: review, correction, publishing. The subject is the publication.</summary>
internal static class PublicationForms
{
    private const string Passed = "通过";
    private const string Returned = "退回";
    private const string Declined = "不予撤回";

    private const string NoticeBoard = "本单位公示栏";

    /// <summary>Where every office publishes, while its item list names no channels.</summary>
    private static readonly string[] UsualChannels = ["国家企业信用信息公示系统", "县人民政府门户网站"];

    public static IReadOnlyList<Form> All { get; } =
    [
        new("publication.review", "审核公示内容", PrepareReviewAsync, ApplyReviewAsync),
        new("publication.revise", "修改公示内容", PrepareRevisionAsync, ApplyRevisionAsync),
        new("publication.publish", "发布", PreparePublishingAsync, ApplyPublishingAsync),
        new("publication.withdraw", "撤回公示", PrepareWithdrawalAsync, ApplyWithdrawalAsync),
    ];

    private static async Task<FormView> PrepareWithdrawalAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var publication = await FindAsync(services, item, cancellationToken);
        List<FormField> fields = [.. Shown(publication)];
        if (publication.WithdrawalGround is { } ground)
            fields.Add(new FormField("ground", "提请撤回", FieldKind.Note, Default: $"{publication.WithdrawalProposedByName}提请：{publication.WithdrawalGroundOn!.Value.Iso()}{ground}（{publication.WithdrawalDocument}）"));
        fields.Add(new FormField("reason", "理由", FieldKind.Multiline, Required: true, Help: "撤回的，理由随撤回公开"));
        return new FormView(fields);
    }

    private static async Task<Result<JsonObject>> ApplyWithdrawalAsync(FormSubmission s, CancellationToken cancellationToken)
    {
        if (s.Outcome == Declined)
        {
            var declined = await s.Get<WithdrawPublicationHandler>().HandleAsync(new DeclineWithdrawal(s.SubjectId, s.Text("reason")), s.Change, cancellationToken);
            return declined.Refusal is { } no ? no : new JsonObject { ["publicationId"] = s.SubjectId.ToString() };
        }
        var withdrawn = await s.Get<WithdrawPublicationHandler>().HandleAsync(new WithdrawPublication(s.SubjectId, s.Text("reason")), s.Change, cancellationToken);
        return withdrawn.Refusal is { } refusal ? refusal : new JsonObject { ["publicationId"] = s.SubjectId.ToString() };
    }

    private static async Task<Publication> FindAsync(IServiceProvider services, WorkItem item, CancellationToken cancellationToken)
        => await services.Db().Set<Publication>().FindAsync([item.SubjectId], cancellationToken)
            ?? throw new InvalidOperationException($"Work item {item.Id} names the unknown publication {item.SubjectId}.");

    private static IReadOnlyList<FormField> Shown(Publication publication) =>
    [
        CaseParts.Note("about", publication.Title, $"类型：{PublicationKinds.Names[publication.Kind]}\n起草：{publication.AuthorName}{(publication.RevisedByName is { } by ? $"，修改：{by}" : "")}{(publication.DueOn is { } due ? $"\n公示期限：{due.Iso()}" : "")}"),
        CaseParts.Note("content", "公开的内容（已脱敏）", Read(JsonNode.Parse(publication.MaskedJson)!.AsObject())),
    ];

    /// <summary>The content as lines: a name and its text, a table's rows below their name.</summary>
    private static string Read(JsonObject content) => string.Join('\n', content.SelectMany(p => p.Value is JsonArray rows
        ? rows.Select((r, i) => $"  {i + 1}.{(r is JsonObject row ? string.Join('；', row.Select(c => $"{c.Key}：{c.Value}")) : r?.ToString())}").Prepend($"{p.Key}：")
        : [$"{p.Key}：{p.Value}"]));

    private static async Task<FormView> PrepareReviewAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
        => new([.. Shown(await FindAsync(services, item, cancellationToken)), new FormField("opinion", "审核意见", FieldKind.Multiline, Required: true, RequiredFor: [Returned])]);

    private static async Task<Result<JsonObject>> ApplyReviewAsync(FormSubmission s, CancellationToken cancellationToken)
        => (await s.Get<ReviewPublicationHandler>().HandleAsync(new ReviewPublication(s.SubjectId, s.Outcome == Passed, s.Optional("opinion")), s.Change, cancellationToken)).As(State);

    private static async Task<FormView> PrepareRevisionAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var publication = await FindAsync(services, item, cancellationToken);
        var content = JsonNode.Parse(publication.ContentJson)!.AsObject();
        return new FormView(
        [
            .. Shown(publication),
            CaseParts.Note("opinion", "退回意见", $"{publication.ReviewerName}：{publication.ReviewOpinion}"),
            new("title", "标题", Required: true, Default: publication.Title),
            new("values", "内容", FieldKind.Rows, FixedRows: true, Help: "检查事实和表格有误的，在案卷中更正后选择“按案卷重新起草”。",
                Default: new JsonArray([.. content.Where(p => IsText(p) && p.Key is not RevisePublicationHandler.RemarkName).Select(p => (JsonNode)new JsonObject { ["name"] = p.Key, ["text"] = p.Value!.DeepClone() })]),
                Columns: [new("name", "栏目", ReadOnly: true), new("text", "内容", FieldKind.Multiline, Required: true)]),
            new("remark", "说明", FieldKind.Multiline, Default: content[RevisePublicationHandler.RemarkName]?.GetValue<string>()),
            new("rewrite", "按案卷重新起草", FieldKind.Flag),
        ]);
    }

    private static async Task<Result<JsonObject>> ApplyRevisionAsync(FormSubmission s, CancellationToken cancellationToken)
    {
        var publication = await FindAsync(s.Services, s.Item, cancellationToken);
        var content = JsonNode.Parse(publication.ContentJson)!.AsObject();
        // Only what was changed by hand is put in, so that a text written anew from the record is not overwritten with the old values.
        var changed = s.Rows("values").Select(r => (Name: InspectionForms.Cell(r, "name"), Text: InspectionForms.Cell(r, "text")))
            .Where(p => content[p.Name] is JsonValue old && old.GetValue<string>() != p.Text).ToDictionary(p => p.Name, p => p.Text);
        return (await s.Get<RevisePublicationHandler>().HandleAsync(new RevisePublication(s.SubjectId, s.Text("title"), changed, s.Text("remark"), s.Flag("rewrite")), s.Change, cancellationToken)).As(State);
    }

    private static bool IsText(KeyValuePair<string, JsonNode?> pair) => pair.Value is JsonValue value && value.TryGetValue<string>(out _);

    private static async Task<FormView> PreparePublishingAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var publication = await FindAsync(services, item, cancellationToken);
        var channels = await ChannelsAsync(services, cancellationToken);
        return new FormView(
        [
            .. Shown(publication),
            CaseParts.Note("reviewed", "审核", $"{publication.ReviewerName}：{publication.ReviewOpinion ?? Passed}"),
            new("channels", "发布渠道", FieldKind.Choices, Required: true, Options: CaseParts.Options([.. channels, NoticeBoard]), Default: CaseParts.Array(channels)),
        ]);
    }

    /// <summary>The channels the item list names for what is in force (公示渠道).</summary>
    private static async Task<IReadOnlyList<string>> ChannelsAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var today = services.Today();
        var named = await services.Db().Set<InspectionItem>().AsNoTracking()
            .Where(i => i.Channel != null && i.EffectiveFrom <= today && (i.EffectiveTo == null || i.EffectiveTo >= today)).Select(i => i.Channel!).Distinct().ToListAsync(cancellationToken);
        var channels = named.SelectMany(c => c.Split([';', '\uFF1B'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct().Where(c => c != NoticeBoard).Order(StringComparer.Ordinal).ToList();
        return channels.Count == 0 ? UsualChannels : channels;
    }

    private static async Task<Result<JsonObject>> ApplyPublishingAsync(FormSubmission s, CancellationToken cancellationToken)
        => (await s.Get<PublishHandler>().HandleAsync(new Publish(s.SubjectId, string.Join('、', s.Texts("channels"))), s.Change, cancellationToken)).As(State);

    private static JsonObject State(Publication publication) => new() { ["status"] = publication.Status.ToString(), ["publicationId"] = publication.Id.ToString() };
}
