using System.Globalization;
using DoubleRandom.Documents.Issuing;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Inspections;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.Publications;

/// <summary>
/// 起草公示: writes the publication from the record. Its author is who last acted in the case in the author's role (谁检查、谁录入、谁公示):
/// such a person may neither review nor publish it.
/// </summary>
internal sealed class DraftPublicationStep : ActivityBody
{
    public static ActivityDescriptor Descriptor { get; } = new("Inspection.DraftPublication", "公示", "起草公示", "按案卷起草公示内容并脱敏，交审核、发布",
        [
            new("Kind", "公示类型", UiHint: "dropdown", OptionsFrom: "publication-kinds"),
            new("SubjectId", "公示对象", UiHint: "expression-editor"),
            new("AuthorRole", "起草角色", UiHint: "dropdown", Description: "录入公示内容的角色；最后以该角色办理本案的人为起草人", OptionsFrom: "roles"),
            new("DueOn", "公示期限", UiHint: "expression-editor"),
        ],
        [new("PublicationId", "公示", "String")]);

    public override async ValueTask RunAsync(ActivityRun run)
    {
        var name = run.Text("Kind");
        var kind = PublicationKinds.Find(name) ?? throw new InvalidOperationException($"步骤“{run.DisplayText}”的公示类型“{name}”不存在。");
        var subject = run.SubjectId();
        DateOnly? dueOn = DateOnly.TryParseExact(run.Text("DueOn"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
        var publication = await run.DoneAsync(run.Services.GetRequiredService<DraftPublicationOfHandler>().HandleAsync(
            new DraftPublicationOf(kind, subject, await AuthorAsync(run), dueOn, await DocumentNoAsync(run, kind, subject)), run.Change, run.CancellationToken));
        run.SetOutput("PublicationId", publication.Id.ToString());
        run.Complete();
    }

    /// <summary>Who last acted in this case in the role, or in any where nobody did (a fine on the spot has no case officer); without a role, who acts now.</summary>
    private static async Task<PublicationAuthor?> AuthorAsync(ActivityRun run)
    {
        if (run.Text("AuthorRole") is not { Length: > 0 } role) return run.Change.By.IsSystem ? null : new PublicationAuthor(run.Change.By.Id, run.Change.By.Name);
        // By the root and not by the case's number, which a drawing may set midway: who acted before it did must not be forgotten.
        var last = await run.Services.GetRequiredService<DbContext>().Set<WorkItem>().AsNoTracking()
            .Where(i => i.RootInstanceId == run.RootInstanceId && i.Status == WorkItemStatus.Completed && i.CompletedById != null)
            .OrderByDescending(i => i.Role == role).ThenByDescending(i => i.CompletedAt).ThenByDescending(i => i.Id).FirstOrDefaultAsync(run.CancellationToken);
        return last is null ? null : new PublicationAuthor(last.CompletedById!.Value, last.CompletedByName!);
    }

    /// <summary>文号 of the paper that is published, where the kind has one.</summary>
    private static async Task<string?> DocumentNoAsync(ActivityRun run, PublicationKind kind, Guid subject)
    {
        var template = kind switch
        {
            PublicationKind.AnnualPlan => "D01",
            PublicationKind.DrawResult => "D05",
            PublicationKind.Announcement => "D06",
            PublicationKind.Rectification => "D14",
            PublicationKind.Penalty => "D29",
            PublicationKind.HazardListing => "D37",
            PublicationKind.HazardDelisting => "D40",
            PublicationKind.InspectionResult => "D42",
            PublicationKind.Report => "D43",
            _ => null,
        };
        return template is null ? null : (await run.Services.GetRequiredService<DocumentQueries>().LastAsync(subject, template, run.CancellationToken))?.Number;
    }
}
