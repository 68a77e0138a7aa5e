using System.Text;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Tests.Inspections.Imports;

/// <summary>Lists of other offices know the credit code and not our number: their rows are our entries with that code.</summary>
public sealed class FoundByCodeTests
{
    private const string Header = "对象编号,对象类型,名称,统一社会信用代码,其他身份代码,主体类型,行政区划,住所,法定代表人,登记状态,所属科室\n";
    private const string CodeA = "91350100M000100Y43", CodeB = "91512081MA62K0260E", CodeC = "91620823MA6DQ3MP4C";

    private static readonly Actor Planner = TestHost.Person("朱文斌", Roles.Planner);

    [Theory, BothDatabases]
    public async Task Import_RowsWithoutANumber_AreTheEntriesWithTheirCode(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await ImportAsync(host, Header + $"N1,企业单位,甲公司,{CodeA},,企业,620823,街1号,甲,存续,工贸监管科\nN2,企业单位,乙公司,{CodeB},,企业,620823,街2号,乙,存续,工贸监管科\nN3,非市场主体,丙所,,Z3,其他,620823,街3号,丙,存续,工贸监管科\n");
        var file = Header
            + $",企业单位,甲新公司,{CodeA},,企业,620823,街1号,甲,存续,工贸监管科\n"
            + $",企业单位,不知名公司,{CodeC},,企业,620823,街4号,丁,存续,工贸监管科\n"
            + ",非市场主体,丙所,,Z3,其他,620823,街3号,丙,存续,工贸监管科\n"
            + $"N2,企业单位,乙公司,{CodeB},,企业,620823,街2号,乙,存续,工贸监管科\n"
            + $",企业单位,乙又一次,{CodeB},,企业,620823,街2号,乙,存续,工贸监管科\n"
            + ",企业单位,码不对,91350100M000100Y44,,企业,620823,街2号,乙,存续,工贸监管科\n";

        var preview = await ImportAsync(host, file, dryRun: true);
        var report = await ImportAsync(host, file);

        Assert.Equal((6, 0, 1, 1, 4, 1), (report.Read, report.Added, report.Updated, report.Unchanged, report.Refused, report.Found));
        Assert.Equal(["3/对象编号/missing-value", "4/对象编号/missing-value", "6/对象编号/duplicate-in-file", "7/统一社会信用代码/check-digit"], report.Errors.Select(e => $"{e.Row}/{e.Column}/{e.Code}"));
        Assert.Contains($"名录里没有统一社会信用代码 {CodeC}", report.Errors[0].Message, StringComparison.Ordinal);
        var change = Assert.Single(preview.Changes);
        Assert.Equal((2, "N1", true), (change.Row, change.Key, change.IsFound));
        var one = await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().SingleAsync(i => i.Number == "N1"));
        Assert.Equal("甲新公司", one.Name);
        Assert.StartsWith("甲公司（至", one.FormerName, StringComparison.Ordinal);
        // The list of another office has no such column at all.
        var without = await ImportAsync(host, "名称,对象类型,统一社会信用代码,主体类型,行政区划,住所,法定代表人,登记状态\n" + $"乙公司,企业单位,{CodeB},企业,620823,街22号,乙,存续\n");
        Assert.Equal((1, 1, 0, 1), (without.Read, without.Updated, without.Refused, without.Found));
        Assert.DoesNotContain("对象编号", without.MissingColumns);
        Assert.Contains("曾用名", without.MissingColumns);
        Assert.Null((await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().SingleAsync(i => i.Number == "N2"))).FormerName);
        // Without the code as well nothing could be found: the file lacks the column.
        Assert.Equal(["对象编号"], (await ImportAsync(host, "名称,对象类型,主体类型,行政区划,住所,法定代表人,登记状态\n乙公司,企业单位,企业,620823,街22号,乙,存续\n")).Errors.Select(e => e.Column));
    }

    [Theory, BothDatabases]
    public async Task Import_CodeThatTwoEntriesHave_IsNotGuessed(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await ImportAsync(host, Header + $"N1,企业单位,甲公司,{CodeA},,企业,620823,街1号,甲,存续,\nN2,企业单位,乙公司,{CodeB},,企业,620823,街2号,乙,存续,\n");
        // As a register from before the check may have it.
        await host.ReadAsync(db => db.Set<Inspectee>().Where(i => i.Number == "N2").ExecuteUpdateAsync(s => s.SetProperty(i => i.CreditCode, CodeA)));

        var report = await ImportAsync(host, Header + $",企业单位,甲新公司,{CodeA},,企业,620823,街1号,甲,存续,\n");

        Assert.Contains("不止一条（N1、N2）", Assert.Single(report.Errors).Message, StringComparison.Ordinal);
        Assert.Equal((0, 1), (report.Updated, report.Refused));
    }

    private static async Task<ImportReport> ImportAsync(TestHost host, string csv, bool dryRun = false)
        => (await host.HandleAsync((ImportFileHandler h) => h.HandleAsync(new ImportFile("inspectees", new MemoryStream(Encoding.UTF8.GetBytes(csv)), dryRun), host.Change(Planner), default))).Value;
}
