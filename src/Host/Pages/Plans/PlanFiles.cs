using System.Globalization;
using DoubleRandom.Basics;
using DoubleRandom.Host.Pages.Parts;
using DoubleRandom.Host.Pages.Registers;
using DoubleRandom.Inspections.Imports;

namespace DoubleRandom.Host.Pages.Plans;

/// <summary>What the pages of plans let people take away.</summary>
internal static class PlanFiles
{
    private static readonly string[] Headers =
        ["计划编号", "行号", "事项编号", "事项名称", "牵头单位", "承办机构", "时间安排起", "时间安排止", "计划户数", "已抽取", "已检查", "已公示", "逾期", "期满未查", "完成率", "检查频次", "按频次应查"];

    public static void MapPlanFiles(this IEndpointRouteBuilder routes) => routes.MapGet("/plans/progress/{year:int}.csv", ProgressAsync).RequireAuthorization().ExcludeFromDescription();

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
