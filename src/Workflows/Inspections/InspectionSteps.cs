using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Inspections.Archives;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Rectification;
using DoubleRandom.Inspections.Visits;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.Inspections;

/// <summary>The steps of one check that follow from what people recorded. Each calls the handler of the law and shows the flow what to do next.</summary>
internal static class InspectionSteps
{
    /// <summary>Published when the last object of a campaign is through, with the campaign's number as correlation.</summary>
    public const string CampaignChecked = "campaign-checked";

    public static ActivityCatalog AddInspectionSteps(this ActivityCatalog catalog) => catalog
        .Add(OpenCasesStep.Descriptor, new OpenCasesStep())
        .Add(ReadTeamStep.Descriptor, new ReadTeamStep())
        .Add(LockSummaryStep.Descriptor, new LockSummaryStep())
        .Add(IssueRectificationStep.Descriptor, new IssueRectificationStep())
        .Add(EndVisitStep.Descriptor, new EndVisitStep())
        .Add(CloseUnapprovedStep.Descriptor, new CloseUnapprovedStep())
        .Add(ArchiveStep.Descriptor, new ArchiveStep());

    internal static ActivityInput Subject { get; } = new("SubjectId", "检查案件", UiHint: "expression-editor");

    internal static Guid SubjectId(this ActivityRun run)
        => Guid.TryParse(run.Text("SubjectId"), out var id) ? id : throw new InvalidOperationException($"步骤“{run.DisplayText}”没有办理对象。");

    /// <summary>The handler's value, its rows visible to the steps that follow; a refusal becomes an incident of the case.</summary>
    internal static async Task<T> DoneAsync<T>(this ActivityRun run, Task<Result<T>> work) where T : notnull
    {
        var result = await work;
        if (result.Refusal is { } refusal) throw new RefusedException(refusal);
        await run.Services.GetRequiredService<IUnitFlush>().FlushAsync(run.CancellationToken);
        return result.Value;
    }
}

/// <summary>逐户建案: opens the checks of a campaign and hands each to a workflow of its own.</summary>
internal sealed class OpenCasesStep : ActivityBody
{
    public static ActivityDescriptor Descriptor { get; } = new("Inspection.OpenCases", "检查", "逐户建案", "为任务锁定名单中的每一户建立检查案件，检查组按抽取结果",
        [new("SubjectId", "抽查任务", UiHint: "expression-editor")], [new("Items", "检查案件")]);

    public override async ValueTask RunAsync(ActivityRun run)
    {
        var opened = await run.DoneAsync(run.Services.GetRequiredService<OpenCampaignCasesHandler>().HandleAsync(new OpenCampaignCases(run.SubjectId()), run.Change, run.CancellationToken));
        run.SetOutput("Items", new JsonArray([.. opened.Cases.Select(c => (JsonNode)Item(c))]));
        run.Complete();
    }

    /// <summary>What the workflow of one check is started with.</summary>
    internal static JsonObject Item(InspectionCase inspection) => new()
    {
        ["CaseId"] = inspection.Id.ToString(),
        ["CaseNo"] = inspection.InspectionNo,
        ["Team"] = Team(inspection),
    };

    internal static JsonObject Team(InspectionCase inspection) => new()
    {
        ["leaders"] = CaseParts.Array([inspection.LeaderNumber]),
        ["officers"] = CaseParts.Array(inspection.OfficerNumbers),
        ["experts"] = CaseParts.Array(inspection.ExpertNumbers),
    };
}

/// <summary>核对检查组: the team as it stands now; after a substitution the steps that follow go to the successor.</summary>
internal sealed class ReadTeamStep : ActivityBody
{
    public static ActivityDescriptor Descriptor { get; } = new("Inspection.ReadTeam", "检查", "核对检查组", "取检查组现有人员；递补后的人员办理以后的步骤",
        [InspectionSteps.Subject], [new("Team", "检查组")]);

    public override async ValueTask RunAsync(ActivityRun run)
    {
        var inspection = await run.Services.Db().Set<InspectionCase>().FindAsync([run.SubjectId()], run.CancellationToken)
            ?? throw new InvalidOperationException($"步骤“{run.DisplayText}”的检查案件不存在。");
        run.SetOutput("Team", OpenCasesStep.Team(inspection));
        run.Complete();
    }
}

/// <summary>锁定问题汇总表.</summary>
internal sealed class LockSummaryStep : ActivityBody
{
    public static ActivityDescriptor Descriptor { get; } = new("Inspection.LockSummary", "检查", "锁定问题汇总", "两方核对后锁定《问题汇总表》，此后只读，并给出后续走向",
        [InspectionSteps.Subject], [new("Summary", "汇总")]);

    public override async ValueTask RunAsync(ActivityRun run)
    {
        var summary = await run.DoneAsync(run.Services.GetRequiredService<LockSummaryHandler>().HandleAsync(new LockSummary(run.SubjectId()), run.Change, run.CancellationToken));
        run.SetOutput("Summary", new JsonObject
        {
            ["hasMajor"] = summary.HasMajor,
            ["needsRectification"] = summary.NeedsRectification,
            ["simplePenalty"] = summary.SimplePenalty,
            ["needsPenalty"] = summary.NeedsPenalty,
            ["needsTransfer"] = summary.NeedsTransfer,
            ["findings"] = summary.Findings,
        });
        run.Complete();
    }
}

/// <summary>下达责令限期整改.</summary>
internal sealed class IssueRectificationStep : ActivityBody
{
    public static ActivityDescriptor Descriptor { get; } = new("Inspection.IssueRectification", "检查", "下达责令限期整改", "按锁定的问题汇总表下达整改指令，逐项载明要求和期限",
        [InspectionSteps.Subject], [new("OrderId", "整改指令", "String")]);

    public override async ValueTask RunAsync(ActivityRun run)
    {
        var order = await run.DoneAsync(run.Services.GetRequiredService<IssueRectificationHandler>().HandleAsync(new IssueRectification(run.SubjectId()), run.Change, run.CancellationToken));
        run.SetOutput("OrderId", order.Id.ToString());
        run.Complete();
    }
}

/// <summary>检查结束.</summary>
internal sealed class EndVisitStep : ActivityBody
{
    public static ActivityDescriptor Descriptor { get; } = new("Inspection.EndVisit", "检查", "检查结束", "结束现场检查，确定整改、处罚、挂牌、移送各分支；任务的最后一户结束时通知任务",
        [InspectionSteps.Subject], [new("Flags", "后续分支")]);

    public override async ValueTask RunAsync(ActivityRun run)
    {
        var end = await run.DoneAsync(run.Services.GetRequiredService<EndVisitHandler>().HandleAsync(new EndVisit(run.SubjectId()), run.Change, run.CancellationToken));
        run.SetOutput("Flags", new JsonObject { ["rectification"] = end.Rectification, ["penalty"] = end.Penalty, ["hazard"] = end.Hazard, ["transfer"] = end.Transfer });
        if (end.CampaignDone) run.PublishEvent(InspectionSteps.CampaignChecked, end.Case.CampaignNo, null);
        run.Complete();
    }
}

/// <summary>未获批准的检查终止.</summary>
internal sealed class CloseUnapprovedStep : ActivityBody
{
    public static ActivityDescriptor Descriptor { get; } = new("Inspection.CloseUnapproved", "检查", "终止未批准的检查", "审批未通过的检查到此终止，案卷保留",
        [InspectionSteps.Subject], []);

    public override async ValueTask RunAsync(ActivityRun run)
    {
        var closed = await run.DoneAsync(run.Services.GetRequiredService<CloseUnapprovedHandler>().HandleAsync(new CloseUnapproved(run.SubjectId()), run.Change, run.CancellationToken));
        if (closed.CampaignDone) run.PublishEvent(InspectionSteps.CampaignChecked, closed.Case.CampaignNo, null);
        run.Complete();
    }
}

/// <summary>归档: binds the check into its inspectee's booklet (一企一册).</summary>
internal sealed class ArchiveStep : ActivityBody
{
    public static ActivityDescriptor Descriptor { get; } = new("Inspection.Archive", "检查", "归入一企一册", "把办结的检查装订为该企业档案的一卷",
        [InspectionSteps.Subject], [new("ArchiveNo", "档案号", "String")]);

    public override async ValueTask RunAsync(ActivityRun run)
    {
        var volume = await run.DoneAsync(run.Services.GetRequiredService<ArchiveCaseHandler>().HandleAsync(new ArchiveCase(run.SubjectId()), run.Change, run.CancellationToken));
        run.SetOutput("ArchiveNo", volume.ArchiveNo);
        run.Complete();
    }
}
