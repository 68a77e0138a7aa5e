using DoubleRandom.Inspections.Imports;

namespace DoubleRandom.Tests.Support;

/// <summary>The fictional county of <c>samples/chongxin</c>, register by register.</summary>
internal static class SampleCounty
{
    private static readonly Dictionary<string, string> Files = new()
    {
        ["inspectees"] = "检查对象.csv",
        ["officers"] = "执法人员.csv",
        ["experts"] = "专家.csv",
        ["relations"] = "利害关系.csv",
        ["leave"] = "请假.csv",
        ["items"] = "抽查事项清单.csv",
        ["checklists"] = "检查表.csv",
        ["plan"] = "年度计划.csv",
        ["demands"] = "抽查需求.csv",
        ["organisation"] = "organisation.json",
    };

    public static string PlanNo => "崇应急抽计〔2026〕1号";

    /// <param name="kinds">Kinds of the import; none: all of them.</param>
    public static Task ImportSampleAsync(this TestHost host, params string[] kinds) => host.RunAsync(async services =>
    {
        var handler = (ImportFileHandler)services.GetService(typeof(ImportFileHandler))!;
        foreach (var kind in kinds.Length == 0 ? Files.Keys.ToArray() : kinds)
        {
            await using var file = File.OpenRead(Repository.Path($"samples/chongxin/{Files[kind]}"));
            var report = await handler.HandleAsync(new ImportFile(kind, file), host.Change(), default);
            Assert.Empty(report.Value.Errors);
        }
    });
}
