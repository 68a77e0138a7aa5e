using System.Text;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Inspections.Imports;

/// <summary>Cells that hold several values, and columns that together are a list (domain 2.1: 许可证 are number, type and last day, as many as an entry has).</summary>
public sealed class ListColumnsTests
{
    private const string Header = "对象编号,对象类型,名称,其他身份代码,主体类型,行政区划,住所,法定代表人,登记状态,许可证类型,许可证编号,许可证有效期至,监管标签\n";

    private static readonly Actor Planner = TestHost.Person("朱文斌", Roles.Planner);

    [Theory, BothDatabases]
    public async Task Import_SeveralLicences_AreAListInTheOrderTheyEnd(string database)
    {
        await using var host = await TestHost.StartAsync(database);

        var report = await ImportAsync(host, Header
            + Row("X1", "危险化学品经营许可证；安全生产许可证", "A1;B2", "2027-5-1；2026/12/31", "加油站，有限空间、加油站")
            + Row("X2", "安全生产许可证", "C3", "", "")
            + Row("X3", "甲证;乙证;丙证", "", ";2028-01-01;", "")
            + Row("X4", "甲证;乙证", "D4", "2027-01-01;2028-01-01", "")
            + Row("X5", "甲证", "E5", "2027-01-01;2027-13-01", "")
            + Row("X6", ";", ";", ";", "")
            + Row("X7", "", "F1;;F2", "2028-01-01;;2027-01-01", ""));

        Assert.Equal(["5/许可证编号/list-length", "6/许可证有效期至/bad-format"], report.Errors.Select(e => $"{e.Row}/{e.Column}/{e.Code}"));
        Assert.Equal("第 5 行“许可证编号”有 1 个值，而“许可证类型”有 2 个：几列用分号隔开的内容要一一对应，没有的留空、保留分号。", report.Errors[0].Message);
        Assert.Equal((7, 5, 2), (report.Read, report.Added, report.Refused));
        Assert.Equal(
            ["X1|安全生产许可证;危险化学品经营许可证|B2;A1|2026-12-31;2027-05-01|加油站;有限空间", "X2|安全生产许可证|C3||", "X3|乙证;甲证;丙证||2028-01-01;;|", "X6||||", "X7||F2;F1|2027-01-01;2028-01-01|"],
            await host.ReadAsync(async db => (await db.Set<Inspectee>().AsNoTracking().OrderBy(i => i.Number).ToListAsync()).Select(i => $"{i.Number}|{i.LicenceKinds}|{i.LicenceNumbers}|{i.LicenceEnds}|{i.Tags}").ToList()));

        using var export = new MemoryStream();
        await host.RunAsync(async (s, ct) => await s.GetRequiredService<ExportRegister>().WriteAsync("inspectees", export, RowSink.Csv, mark: true, ct) is { } refusal ? refusal : (Result<Done>)Done.It);
        var again = await ImportAsync(host, Encoding.UTF8.GetString(export.ToArray()));
        Assert.Equal((5, 0, 0, 5, 0), (again.Read, again.Added, again.Updated, again.Unchanged, again.Refused));
    }

    [Theory, BothDatabases]
    public async Task Import_SomeColumnsOfAList_IsAFaultOfTheFile(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await ImportAsync(host, Header + Row("X1", "甲证;乙证", "1;2", "2027-01-01;2028-01-01", ""));

        var report = await ImportAsync(host, Header.Replace(",许可证类型", "", StringComparison.Ordinal).Replace(",许可证有效期至", "", StringComparison.Ordinal) + "X1,非市场主体,甲,Z-X1,其他,620823,街,李,存续,9,\n");

        Assert.Equal([(0, "许可证类型"), (0, "许可证有效期至")], report.Errors.Select(e => (e.Row, e.Column)));
        Assert.Contains("要么都有，要么都没有", report.Errors[0].Message, StringComparison.Ordinal);
        // A file that knows no licences leaves them.
        Assert.Equal(1, (await ImportAsync(host, "对象编号,对象类型,名称,其他身份代码,主体类型,行政区划,住所,法定代表人,登记状态\nX1,非市场主体,甲改,Z-X1,其他,620823,街,李,存续\n")).Updated);
        Assert.Equal("1;2", await host.ReadAsync(db => db.Set<Inspectee>().Where(i => i.Number == "X1").Select(i => i.LicenceNumbers).SingleAsync()));
    }

    [Theory, BothDatabases]
    public async Task Edit_Licences_KeepsTheVersionAndTheOrder(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await ImportAsync(host, Header + Row("X1", "甲证", "1", "2027-01-01", ""));

        var uneven = (await EditAsync(("许可证类型", "甲证;乙证"), ("许可证编号", "1;2"), ("许可证有效期至", "2027-01-01;2026-10-01;2030-01-01"))).Refusal!;
        Assert.Equal(("registers.bad-cell", "许可证类型"), (uneven.Code, uneven.Field));
        Assert.Contains("有 2 个值，而“许可证有效期至”有 3 个", Texts.Of(uneven), StringComparison.Ordinal);
        Assert.Null((await EditAsync(("许可证类型", "甲证;乙证;"), ("许可证编号", "1;2;"), ("许可证有效期至", "2027-01-01;2026-10-01;"))).Refusal);

        Assert.Equal("2026-10-01;2027-01-01", await host.ReadAsync(db => db.Set<Inspectee>().Select(i => i.LicenceEnds).SingleAsync()));
        Assert.Contains("\"licence_ends\":\"2027-01-01\"", (await host.ReadAsync(db => db.Set<RegisterVersion>().AsNoTracking().SingleAsync())).Data.Replace(": ", ":", StringComparison.Ordinal), StringComparison.Ordinal);
        // One column of a list for many entries at once would tear the others' entries apart.
        Assert.Equal("registers.in-entry", (await host.HandleAsync((EditEntryHandler h) => h.HandleAsync(new EditEntries("inspectees", ["X1"], "许可证有效期至", "2028-01-01;2029-01-01;2030-01-01"), host.Change(Planner, "续期"), default))).Refusal!.Code);

        async Task<Result<string>> EditAsync(params (string Header, string Value)[] cells)
        {
            var seen = await host.ReadAsync(db => db.Set<Inspectee>().Select(i => i.ChangeId).SingleAsync());
            return await host.HandleAsync((EditEntryHandler h) => h.HandleAsync(new EditEntry("inspectees", "X1", cells.ToDictionary(c => c.Header, c => c.Value), seen), host.Change(Planner, "换证"), default));
        }
    }

    [Theory, BothDatabases]
    public async Task Import_Officers_ScopeAndTrainingAreLists(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var text = """
            人员编号,姓名,出生年月,身份证号,单位,人员性质,证件状态,证件有效期至,执法事项范围,培训日期,培训内容,考试成绩
            R1,甲,1971.8,62089919710813427４,局,在编执法人员,有效,2028-01-01,YJ-01、YJ-02；YJ-01,2026-03-01;2025-03-01,新安法;执法程序,92;合格
            R2,乙,197113,,局,在编执法人员,有效,2028-01-01,YJ-01,,,
            R3,丙,1971年8月,620899197108134275,局,在编执法人员,有效,2028-01-01,YJ-01,,,
            R4,丁,,,局,在编执法人员,有效,2028-01-01,YJ-01,2026-03-01;2025-03-01,新安法,
            """;

        var report = (await host.HandleAsync((ImportFileHandler h) => h.HandleAsync(new ImportFile("officers", new MemoryStream(Encoding.UTF8.GetBytes(text))), host.Change(Planner), default))).Value;

        Assert.Equal(["3/出生年月/bad-format", "4/身份证号/bad-identity", "5/培训内容/list-length"], report.Errors.Select(e => $"{e.Row}/{e.Column}/{e.Code}"));
        Assert.DoesNotContain("620899197108134275", report.Errors[1].Message, StringComparison.Ordinal);
        var officer = await host.ReadAsync(db => db.Set<Officer>().AsNoTracking().SingleAsync());
        Assert.Equal(("1971-08", "YJ-01;YJ-02", "2025-03-01;2026-03-01", "执法程序;新安法", "合格;92"), (officer.BornIn, officer.Scope, officer.TrainingDays, officer.TrainingSubjects, officer.TrainingMarks));
        Assert.True(officer.MayCheck("YJ-02", new DateOnly(2027, 1, 1)));
    }

    [Theory]
    [InlineData("许可证类型=安全生产许可证", true)]
    [InlineData("许可证类型含安全生产许可证或乙证", true)]
    [InlineData("许可证类型含安全生产", false)]
    [InlineData("许可证类型=乙证", false)]
    public void ObjectFilter_OfOneOfSeveralLicences_Matches(string filter, bool matches)
        => Assert.Equal(matches, ObjectFilter.Parse(filter, "YJ-08").Value.Matches(new Inspectee { Number = "X", Kind = "企业单位", Name = "甲", EntityType = "企业", RegionCode = "620823", RegisteredAddress = "街", LegalRepresentative = "李", RegistrationStatus = "存续", LicenceKinds = "危险化学品经营许可证;安全生产许可证" }));

    [Theory, BothDatabases]
    public async Task Import_CoordinatesAndCapital_AreFigures(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        const string Columns = "对象编号,对象类型,名称,其他身份代码,主体类型,行政区划,住所,法定代表人,登记状态,经度,纬度,坐标系,注册资本万元,规模\n";

        var report = await ImportAsync(host, Columns
            + "X1,场所,一号冷库,Z1,其他,620823,街,李,存续,106.99738312345678,35.223837,GCJ-02,\"1,000.50万元人民币\",小型\n"
            + "X2,项目,二期工程,Z2,其他,620823,街,李,存续,181,35,,,\n"
            + "X3,产品,三号批次,Z3,其他,620823,街,李,存续,106.9,,,,\n"
            + "X4,场所,四,Z4,其他,620823,街,李,存续,东经106度,35,,五十万,\n"
            + "X5,场所,五,Z5,其他,620823,街,李,存续,,,北京54,,小微\n"
            + "X6,个体经营户,六,Z6,其他,620823,街,李,存续,,,,,\n");

        Assert.Equal(["3/经度/out-of-range", "4/纬度/missing-value", "5/经度/bad-format", "5/注册资本万元/bad-format", "6/坐标系/unknown-code", "6/规模/unknown-code", "7/统一社会信用代码/missing-value"], report.Errors.Select(e => $"{e.Row}/{e.Column}/{e.Code}"));
        Assert.Equal("第 5 行“经度”的“东经106度”格式不对。写成“106.997383”这样。", report.Errors[2].Message);
        var place = await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().SingleAsync());
        Assert.Equal(("106.997383", "35.223837", "1000.5", false), (place.Longitude, place.Latitude, place.CapitalWan, place.IsMarketEntity));
    }

    private static string Row(string number, string kinds, string numbers, string ends, string tags) => $"{number},非市场主体,甲,Z-{number},其他,620823,街,李,存续,{kinds},{numbers},{ends},{tags}\n";

    private static async Task<ImportReport> ImportAsync(TestHost host, string csv)
        => (await host.HandleAsync((ImportFileHandler h) => h.HandleAsync(new ImportFile("inspectees", new MemoryStream(Encoding.UTF8.GetBytes(csv))), host.Change(Planner), default))).Value;
}
