using DoubleRandom.Basics;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Execution;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.Papers;

/// <summary>签发文书: fills a template in from the rows of the case, numbers it and keeps it. What is missing becomes an incident that names it.</summary>
public sealed class IssueDocumentActivity : ActivityBody
{
    public static ActivityDescriptor Descriptor { get; } = new("Inspection.IssueDocument", "文书", "签发文书", "按模板用案件数据制作文书，编号并存档；缺少必填内容时转为异常",
        [
            new("Kind", "文书种类", UiHint: "dropdown", Description: "选了种类，模板只列出这一种", OptionsFrom: "paper-kinds"),
            new("Template", "文书模板", UiHint: "dropdown", OptionsFrom: "document-templates", OptionsBy: "Kind"),
            new("SubjectId", "文书对象", UiHint: "expression-editor", Description: "计划、任务、检查、处罚或挂牌的编号"),
        ],
        [new("DocumentId", "文书编号", "String"), new("Number", "文号", "String"), new("Title", "文书名称", "String")]);

    public override async ValueTask RunAsync(ActivityRun run)
    {
        var template = run.Text("Template") ?? throw new RefusedException(Refusal.Invalid("papers.no-template", "template"));
        if (!Guid.TryParse(run.Text("SubjectId"), out var subject)) throw new RefusedException(Refusal.Invalid("papers.no-subject", "subjectId", template));
        var flush = run.Services.GetRequiredService<IUnitFlush>();
        // The step before may have changed rows that the page shows.
        await flush.FlushAsync(run.CancellationToken);
        var issued = await run.Services.GetRequiredService<PaperDesk>().IssueAsync(template, subject, run.Change, run.CancellationToken);
        if (issued.Refusal is { } refusal) throw new RefusedException(refusal);
        var document = issued.Value;
        run.SetOutput("DocumentId", document.Id.ToString());
        run.SetOutput("Number", document.Number);
        run.SetOutput("Title", document.Title);
        run.Journal("Issued", document.Number is null ? $"《{document.Title}》" : $"《{document.Title}》{document.Number}");
        await flush.FlushAsync(run.CancellationToken);
    }
}
