using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DoubleRandom.Bench;

/// <param name="Limit">The raw limit, in the row's unit; the median of its windows.</param>
/// <param name="Ours">The product, in the row's unit; the median of its windows.</param>
/// <param name="Ratio">Median of the paired ratios ours ÷ limit. Rates: larger is better; times: smaller is better.</param>
/// <param name="Goal">For example <c>&gt;=0.30</c>; null: shown only.</param>
internal sealed record BenchRow(
    string Id, string? Db, int? Callers, double Limit, double Ours, double Ratio, string? Goal, bool? Met, string Unit, string Note);

/// <summary>How long a row measures.</summary>
internal sealed record BenchPace(int Pairs, TimeSpan Window, bool IsQuick)
{
    public static BenchPace Full { get; } = new(5, TimeSpan.FromSeconds(5), false);

    public static BenchPace Quick { get; } = new(3, TimeSpan.FromSeconds(2), true);
}

internal static class BenchCommand
{
    private const string Usage = "doublerandom bench [ID…] [--quick] [--json]";

    private static readonly (string Id, string What, Func<BenchPace, IAsyncEnumerable<BenchRow>> Run)[] Rows =
    [
        ("a", "发起流程 → 第一个待办落库", StepBench.StartAsync),
        ("b", "办理待办 → 下一个待办落库", StepBench.CompleteAsync),
        ("c2", "一百万候选的抽取", DrawBench.RunAsync),
        ("c3", "一千万行名单的公开核验", DrawBench.VerifyAsync),
        ("c4", "三万人、五万户编组", DrawBench.TeamsAsync),
        ("d", "一百万件待办中的收件箱", InboxBench.RunAsync),
        ("e", "一百万项时限中一天到期一万项", DeadlineBench.RunAsync),
        ("f", "一百万行名录的导入", ImportBench.RunAsync),
        ("k", "一次抽取五万户，逐户立案", FanOutBench.RunAsync),
        ("j", "在办案件多起来以后的一步", GrowthBench.CasesAsync),
        ("j2", "经历多、版本多以后的一步", GrowthBench.HistoryAsync),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        var options = args.Where(a => a.StartsWith("--", StringComparison.Ordinal)).ToHashSet();
        var ids = args.Where(a => !a.StartsWith("--", StringComparison.Ordinal)).ToList();
        if (options.Except(["--quick", "--json"]).Any() || ids.Exists(id => Rows.All(r => r.Id != id)))
        {
            await Console.Error.WriteLineAsync($"用法：{Usage}\n{string.Join('\n', Rows.Select(r => $"  {r.Id,-4}{r.What}"))}");
            return 2;
        }
        var pace = options.Contains("--quick") ? BenchPace.Quick : BenchPace.Full;
        var json = options.Contains("--json");
        if (!json) Console.WriteLine($"{Machine.Describe()} · {Machine.Commit()}");
        List<BenchRow> rows = [];
        foreach (var (id, what, run) in Rows.Where(r => ids.Count == 0 || ids.Contains(r.Id)))
        {
            await Console.Error.WriteLineAsync($"{id} {what}……");
            await foreach (var r in run(pace))
            {
                rows.Add(r);
                // A row when it is there: a run that is cut short has said what it measured.
                if (json) continue;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{r.Id,-11}{r.Db ?? "-",-10}{r.Callers?.ToString(CultureInfo.InvariantCulture) ?? "-",3}  {r.Ours,10:0.##} / {r.Limit,10:0.##} {r.Unit,-6} = {r.Ratio,6:0.00}  {r.Goal ?? "",-8} {(r.Met switch { true => "达到", false => "未达到", null => "" })}  {r.Note}"));
            }
        }
        if (json) Console.WriteLine(JsonSerializer.Serialize(new { machine = Machine.Describe(), commit = Machine.Commit(), rows }, Json));
        return rows.Exists(r => r.Met is false) ? 1 : 0;
    }

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, DefaultIgnoreCondition = JsonIgnoreCondition.Never };
}
