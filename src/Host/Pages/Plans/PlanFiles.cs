using System.Globalization;
using DoubleRandom.Basics;
using DoubleRandom.Host.Pages.Cases;
using DoubleRandom.Host.Pages.Parts;
using DoubleRandom.Host.Pages.Registers;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.Planning;

namespace DoubleRandom.Host.Pages.Plans;

/// <summary>What the pages of plans let people take away.</summary>
internal static class PlanFiles
{
    private static readonly string[] Headers =
        ["计划编号", "行号", "事项编号", "事项名称", "牵头单位", "承办机构", "时间安排起", "时间安排止", "计划户数", "已抽取", "已检查", "已公示", "逾期", "期满未查", "完成率", "检查频次", "按频次应查"];

    private static readonly string[] FeedbackHeaders =
        ["任务编号", "下达机关", "下达文件", "事项编号", "事项名称", "检查时段起", "检查时段止", "要求户数", "办理", "办理说明", "纳入计划编号", "纳入行号", "抽查任务", "已抽取户数", "已检查户数", "发现问题户数", "上级抽取的对象", "对象编号", "对象名称", "检查编号", "检查日期", "检查情况"];

    public static void MapPlanFiles(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/plans/progress/{year:int}.csv", ProgressAsync).RequireAuthorization().ExcludeFromDescription();
        routes.MapGet("/plans/upper-tasks/{year:int}.csv", FeedbackAsync).RequireAuthorization().ExcludeFromDescription();
    }

    /// <summary>反馈表 for the upper body: a line a task; where it drew the objects itself, a line an object.</summary>
    private static async Task<IResult> FeedbackAsync(int year, DemandQueries plans, CancellationToken cancellationToken)
    {
        var file = TemporaryFile.Open();
        using (var sink = RowSink.Open(RowSink.Csv, file))
        {
            sink.WriteRow(FeedbackHeaders);
            foreach (var f in await plans.UpperTasksAsync(year, cancellationToken))
            {
                string[] task =
                [
                    f.Task.Number, f.Task.Issuer, f.Task.Document, f.Task.ItemCode, f.Task.ItemName ?? "", Wording.Day(f.Task.PeriodFrom), Wording.Day(f.Task.PeriodTo), f.Task.WantedCount is { } wanted ? Text(wanted) : "",
                    f.Task.Answer ?? UpperTask.Pending, f.Task.AnswerReason ?? "", f.Task.PlanNo ?? "", f.Task.LineNo is { } line ? Text(line) : "", string.Join('、', f.Campaigns), Text(f.Listed), Text(f.Checked), Text(f.WithFindings),
                ];
                if (f.Drawn.Count == 0) sink.WriteRow([.. task, "", "", "", "", "", ""]);
                foreach (var d in f.Drawn)
                    sink.WriteRow([.. task, d.Drawn.Code, d.Drawn.Entry?.Number ?? "", d.Drawn.Entry?.Name ?? "不在检查对象名录库", d.Case?.InspectionNo ?? "", d.Case?.CheckedOn is { } on ? Wording.Day(on) : "", d.Case is { } c ? CaseWords.Of(c.Status) : "未检查"]);
            }
        }
        file.Position = 0;
        return RegisterFiles.Download(file, RowSink.Csv, $"{Text(year)}年上级任务反馈表");
    }

    private static async Task<IResult> ProgressAsync(int year, PlanQueries plans, TimeProvider time, CancellationToken cancellationToken)
    {
        var file = TemporaryFile.Open();
        using (var sink = RowSink.Open(RowSink.Csv, file))
        {
            sink.WriteRow(Headers);
            foreach (var line in await plans.ProgressAsync(year, time.Today, cancellationToken))
            {
                sink.WriteRow([line.Line.PlanNo, Text(line.Line.LineNo), line.Line.ItemCode, line.Line.ItemName, line.Line.LeadUnit, line.Line.Section ?? "", Wording.Day(line.Line.PeriodFrom), Wording.Day(line.Line.PeriodTo),
                    Text(line.Planned), Text(line.Drawn), Text(line.Visited), Text(line.Published), Text(line.Late), Text(line.Missed), $"{Text(line.Percent)}%", line.Line.Frequency ?? "", line.Wanted is { } wanted ? Text(wanted) : ""]);
            }
        }
        file.Position = 0;
        return RegisterFiles.Download(file, RowSink.Csv, $"{Text(year)}年度计划与完成");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
