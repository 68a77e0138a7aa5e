using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Evidence;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Forms;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.Inspections;

/// <summary>What the forms of a check have in common: the case behind the work item, its people and its evidence as choices.</summary>
internal static class CaseParts
{
    public const string EvidenceName = "evidence";
    public const string RecordedName = "recorded";

    public static DbContext Db(this IServiceProvider services) => services.GetRequiredService<DbContext>();

    public static DateOnly Today(this IServiceProvider services) => services.GetRequiredService<TimeProvider>().Today;

    public static async Task<InspectionCase> CaseOfAsync(this IServiceProvider services, WorkItem item, CancellationToken cancellationToken)
        => await services.Db().Set<InspectionCase>().FindAsync([item.SubjectId], cancellationToken)
            ?? throw new InvalidOperationException($"Work item {item.Id} names the unknown inspection {item.SubjectId}.");

    public static FormField Note(string name, string label, string? text) => new(name, label, FieldKind.Note, Default: text);

    public static IReadOnlyList<FieldOption> Options(IEnumerable<string> values) => [.. values.Select(v => new FieldOption(v, v))];

    public static JsonArray Array(IEnumerable<string> values) => new([.. values.Select(v => (JsonNode)v)]);

    /// <summary>The inspectee and what is checked, at the head of a form.</summary>
    public static FormField Head(InspectionCase inspection)
        => Note("head", inspection.InspecteeName, string.Join('\n', new[] { $"检查编号：{inspection.InspectionNo}", inspection.Address is null ? null : $"地址：{inspection.Address}", $"检查组：{string.Join('、', inspection.Team.Select(m => $"{m.Name}（{PartName(m.Part)}）"))}" }.OfType<string>()));

    public static string PartName(TeamPart part) => part switch
    {
        TeamPart.Leader => "组长",
        TeamPart.Officer => "执法人员",
        _ => "专家",
    };

    /// <summary>The leader and the officers as a choice of who is present; by default all officers.</summary>
    public static FormField Officers(InspectionCase inspection, string label) => new("officers", label, FieldKind.Choices, Required: true,
        Help: "两名以上执法人员（不含组长）到场并出示有效执法证件；专家不计入。",
        Options: [.. inspection.Team.Where(m => m.Part is not TeamPart.Expert).Select(m => new FieldOption(m.Number, $"{m.Name}（{PartName(m.Part)}）"))],
        Default: Array(inspection.OfficerNumbers));

    public static FormField Experts(InspectionCase inspection) => new("experts", "到场专家", FieldKind.Choices,
        Options: [.. inspection.Team.Where(m => m.Part is TeamPart.Expert).Select(m => new FieldOption(m.Number, m.Name))], Default: Array(inspection.ExpertNumbers));

    /// <summary>New files, and those the group has sent from the field already.</summary>
    public static async Task<IReadOnlyList<FormField>> EvidenceAsync(IServiceProvider services, InspectionCase inspection, string label, string? help, CancellationToken cancellationToken)
    {
        var recorded = await services.Db().Set<EvidenceItem>().AsNoTracking().Where(e => e.CaseId == inspection.Id).OrderBy(e => e.TakenAt).ThenBy(e => e.Sha256).ToListAsync(cancellationToken);
        var time = services.GetRequiredService<TimeProvider>();
        List<FormField> fields = [];
        if (recorded.Count > 0)
        {
            fields.Add(new FormField(RecordedName, $"{label}：已上传的", FieldKind.Choices,
                Options: [.. recorded.Select((e, i) => new FieldOption(e.Sha256, string.Create(CultureInfo.InvariantCulture, $"{i + 1}.{e.Name}（{e.TakenByName}，{TimeZoneInfo.ConvertTimeFromUtc(e.TakenAt, time.LocalTimeZone):MM-dd HH:mm}）")))]));
        }
        fields.Add(new FormField(EvidenceName, label, FieldKind.Files, Help: help));
        return fields;
    }

    /// <summary>
    /// The evidence chosen and handed in, in that order. A file whose bytes are stored and that is not yet in the case is recorded with it.
    /// </summary>
    public static async Task<Result<IReadOnlyList<string>>> TakeEvidenceAsync(this FormSubmission s, string name, CancellationToken cancellationToken)
    {
        var hashes = s.Texts(RecordedName).Concat(s.Texts(EvidenceName)).Distinct().ToList();
        foreach (var hash in hashes)
        {
            var kept = await s.Get<RecordEvidenceHandler>().HandleAsync(new RecordEvidence(s.SubjectId, hash, name, "application/octet-stream", s.Change.At), s.Change, cancellationToken);
            if (kept.Refusal is { } refusal) return refusal;
        }
        return hashes;
    }

    /// <summary>The findings that stand, as lines to read.</summary>
    public static async Task<IReadOnlyList<Finding>> FindingsAsync(this IServiceProvider services, Guid caseId, CancellationToken cancellationToken)
        => await services.Db().Set<Finding>().AsNoTracking().Where(f => f.CaseId == caseId && f.Status != FindingStatus.Withdrawn).OrderBy(f => f.EntryCode).ThenBy(f => f.Id).ToListAsync(cancellationToken);

    public static string Line(Finding finding, int index)
        => string.Create(CultureInfo.InvariantCulture, $"{index + 1}.{finding.Description}（{finding.Place}；{FindingWords.Grades[finding.Grade]}；{string.Join('、', finding.Disposals.Select(d => FindingWords.Disposals[d]))}")
            + (finding.DueOn is { } due ? $"；期限{due.Iso()}" : "") + (finding.TransferTo is { } to ? $"；移送{to}" : "") + "）";

    public static string Lines(IReadOnlyList<Finding> findings) => findings.Count == 0 ? "未发现问题" : string.Join('\n', findings.Select(Line));

    /// <summary>The value as the step's result, or the handler's refusal.</summary>
    public static Result<JsonObject> As<T>(this Result<T> result, Func<T, JsonObject> json) where T : notnull => result.Refusal is { } refusal ? refusal : json(result.Value);
}
