using System.Text;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Inspections.Imports;

public sealed class ImportFileTests
{
    public static TheoryData<string, string, int> Samples => new()
    {
        { "inspectees", "检查对象.csv", 1031 }, { "officers", "执法人员.csv", 36 }, { "experts", "专家.csv", 12 }, { "relations", "利害关系.csv", 18 }, { "leave", "请假.csv", 15 },
        { "items", "抽查事项清单.csv", 14 }, { "checklists", "检查表.csv", 92 }, { "plan", "年度计划.csv", 12 }, { "demands", "抽查需求.csv", 14 }, { "organisation", "organisation.json", 1 },
    };

    [Theory, MemberData(nameof(Samples))]
    public async Task Import_SampleFileThenItsOwnExport_ChangesNothingTheSecondTime(string kind, string file, int rows)
    {
        await using var host = await TestHost.StartAsync();

        // A list that was reviewed and published before comes in at the office's own computer; a person's file does not write those steps.
        var first = await ImportAsync(host, kind, await File.ReadAllBytesAsync(Repository.Path($"samples/chongxin/{file}")), kind == "items" ? Actor.System : null);
        var exported = await ExportAsync(host, kind);
        var second = await ImportAsync(host, kind, Encoding.UTF8.GetBytes(exported));

        Assert.Empty(first.Errors);
        Assert.Equal((rows, rows, 0), (first.Read, first.Added, first.Refused));
        Assert.Equal((rows, 0, 0, rows), (second.Read, second.Added, second.Updated, second.Unchanged));
    }

    [Theory, BothDatabases]
    public async Task Import_SampleCounty_HoldsTheBaseOfMarketEntities(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await ImportAsync(host, "inspectees", await File.ReadAllBytesAsync(Repository.Path("samples/chongxin/检查对象.csv")));
        await ImportAsync(host, "plan", await File.ReadAllBytesAsync(Repository.Path("samples/chongxin/年度计划.csv")));

        var entries = await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().ToListAsync());
        var line = await host.ReadAsync(db => db.Set<PlanLine>().AsNoTracking().SingleAsync(l => l.LineNo == 1));

        Assert.Equal(1001, entries.Count(e => e.IsMarketEntity));
        Assert.Equal((0.03m, 1001, 31), (line.Ratio, line.BaseCount, line.SampleSize));
    }

    [Theory, BothDatabases]
    public async Task Import_WrongCells_NamesRowColumnAndCodeAndAppliesTheRest(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var text = """
            人员编号,姓名,性别,出生年月,身份证号,单位,内设机构,职务,职级,人员性质,带队资格,执法证号,发证机关,发证日期,证件有效期至,证件状态,执法事项范围,专业,学历,手机号码,状态,上年度同组人员,备注
            R1,甲,,,,局,,,,在编执法人员,是,,,,2027-01-01,有效,,,,,,,
            R2,,,,,局,,,,在编执法人员,是,,,,2027-13-01,有效,,,,,,,
            R1,乙,,,,局,,,,在编执法人员,是,,,,,有效,,,,,,,
            R3,丙,,,,局,,,,临时工,是,,,,,有效,,,,,,,
            """;

        var report = await ImportAsync(host, "officers", Encoding.UTF8.GetBytes(text));

        Assert.Equal((4, 1, 3), (report.Read, report.Added, report.Refused));
        Assert.Equal(["3/姓名/missing-value", "3/证件有效期至/bad-format", "4/人员编号/duplicate-in-file", "5/人员性质/unknown-code"], report.Errors.Select(e => $"{e.Row}/{e.Column}/{e.Code}"));
        Assert.Equal("甲", (await host.ReadAsync(db => db.Set<Officer>().AsNoTracking().SingleAsync())).Name);
    }

    /// <summary>Who is not drawn stands in columns of its own; of files that lack them the remarks are read once, and what a person enters afterwards stays.</summary>
    [Theory, BothDatabases]
    public async Task Import_Officers_WhoTakesNoPartIsAField(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        const string Old = "人员编号,姓名,单位,人员性质,证件状态,备注\nR1,甲,局,在编执法人员,有效,不参加随机选派\nR2,乙,局,在编执法人员,有效,擅长危化\n";
        await ImportAsync(host, "officers", Encoding.UTF8.GetBytes(Old));
        Assert.Equal([("R1", "否", "不参加随机选派", false), ("R2", null, null, true)], await OfficersAsync());

        var planner = TestHost.Person("朱文斌", "planner");
        var seen = await host.ReadAsync(db => db.Set<Officer>().Where(o => o.Number == "R1").Select(o => o.ChangeId).SingleAsync());
        var edited = await host.HandleAsync((EditEntryHandler h) => h.HandleAsync(new EditEntry("officers", "R1", new Dictionary<string, string> { ["是否参加抽取"] = "是", ["不参加原因"] = "" }, seen), host.Change(planner, "改任执法岗"), default));
        Assert.Null(edited.Refusal);
        Assert.Equal((0, 2), await ImportAsync(host, "officers", Encoding.UTF8.GetBytes(Old)) is var again ? (again.Updated, again.Unchanged) : default);
        Assert.Equal([("R1", "是", null, true), ("R2", null, null, true)], await OfficersAsync());

        var wrong = await ImportAsync(host, "officers", Encoding.UTF8.GetBytes("人员编号,姓名,单位,人员性质,证件状态,是否参加抽取,不参加原因\nR2,乙,局,在编执法人员,有效,否,\nR3,丙,局,在编执法人员,有效,不,\nR4,丁,局,在编执法人员,有效,否,法制审核人员\n"));
        Assert.Equal(["2/不参加原因/missing-value", "3/是否参加抽取/unknown-code"], wrong.Errors.Select(e => $"{e.Row}/{e.Column}/{e.Code}"));
        Assert.Equal(("R4", "否", "法制审核人员", false), (await OfficersAsync())[^1]);

        Task<List<(string, string?, string?, bool)>> OfficersAsync() => host.ReadAsync(async db => (await db.Set<Officer>().AsNoTracking().OrderBy(o => o.Number).ToListAsync()).Select(o => (o.Number, o.TakesPart, o.OutReason, o.MayBeDrawn)).ToList());
    }

    [Fact]
    public async Task Import_MissingColumn_IsAFaultOfTheFileAndChangesNothing()
    {
        await using var host = await TestHost.StartAsync();

        var report = await ImportAsync(host, "relations", Encoding.UTF8.GetBytes("关系编号,人员类别\nGX1,专家\n"));

        Assert.All(report.Errors, e => Assert.Equal(0, e.Row));
        Assert.Contains(report.Errors, e => e.Column == "人员编号");
        Assert.Empty(await host.ReadAsync(db => db.Set<Relation>().ToListAsync()));
    }

    [Fact]
    public async Task Import_GB18030File_ReadsTheSameText()
    {
        await using var host = await TestHost.StartAsync();
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var text = await File.ReadAllTextAsync(Repository.Path("samples/chongxin/专家.csv"));

        await ImportAsync(host, "experts", Encoding.GetEncoding("GB18030").GetBytes(text));

        Assert.Contains(await host.ReadAsync(db => db.Set<Expert>().Select(e => e.Name).ToListAsync()), n => n == "顾振华");
    }

    [Fact]
    public async Task Import_WithoutTheRole_IsRefused()
    {
        await using var host = await TestHost.StartAsync();

        var result = await host.HandleAsync((ImportFileHandler h) => h.HandleAsync(new ImportFile("experts", new MemoryStream()), host.Change(TestHost.Person("某", "officer")), default));

        Assert.Equal("imports.not-your-role", result.Refusal!.Code);
    }

    [Theory]
    [InlineData("91350100M000100Y43", true)]
    [InlineData("91512081MA62K0260E", true)]
    [InlineData("91350211M0000XUF46", false)]
    public void CreditCode_WorkedExamplesOfTheStandard_AreJudged(string code, bool right)
        => Assert.Equal((true, right), (CreditCode.HasForm(code), CreditCode.HasRightCheckCharacters(code)));

    [Fact]
    public void CreditCode_FullWidthLowerCaseAndSpaces_AreNormalised()
        => Assert.Equal("91350100M000100Y43", CreditCode.Normalise(" 91350100m000 100y43"));

    private static async Task<ImportReport> ImportAsync(TestHost host, string kind, byte[] file, Actor? by = null)
    {
        var result = await host.HandleAsync((ImportFileHandler h) => h.HandleAsync(new ImportFile(kind, new MemoryStream(file)), host.Change(by ?? TestHost.Person("朱文斌", "planner")), default));
        Assert.Null(result.Refusal);
        return result.Value;
    }

    private static async Task<string> ExportAsync(TestHost host, string kind)
    {
        using var file = new MemoryStream();
        await host.RunAsync(async (services, ct) => await services.GetRequiredService<ExportRegister>().WriteAsync(kind, file, RowSink.Csv, mark: false, ct) is { } refusal ? refusal : (Result<Done>)Done.It);
        return Encoding.UTF8.GetString(file.ToArray());
    }
}
