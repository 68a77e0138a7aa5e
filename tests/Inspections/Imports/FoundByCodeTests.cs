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

        Assert.Equal((6, 0, 1, 2, 3, 2), (report.Read, report.Added, report.Updated, report.Unchanged, report.Refused, report.Found));
        Assert.Equal(["3/对象编号/missing-value", "6/对象编号/duplicate-in-file", "7/统一社会信用代码/check-digit"], report.Errors.Select(e => $"{e.Row}/{e.Column}/{e.Code}"));
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
    public async Task Preview_OfAnotherOfficesList_NamesWhatTheRegisterHasAndTheListHasNot(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await ImportAsync(host, Header + $"N1,企业单位,甲公司,{CodeA},,企业,620823,街1号,甲,存续,\nN2,企业单位,乙公司,{CodeB},,企业,620823,街2号,乙,存续,\nN3,非市场主体,丙所,,Z3,其他,620823,街3号,丙,存续,\n");
        const string list = "名称,对象类型,统一社会信用代码,主体类型,行政区划,住所,法定代表人,登记状态\n";

        var most = await ImportAsync(host, list + $"甲公司,企业单位,{CodeA},企业,620823,街1号,甲,存续\n乙公司,企业单位,{CodeB},企业,620823,街2号,乙,存续\n丁公司,企业单位,{CodeC},企业,620823,街4号,丁,存续\n", dryRun: true);
        var few = await ImportAsync(host, list + $"甲公司,企业单位,{CodeA},企业,620823,街1号,甲,存续\n", dryRun: true);
        var written = await ImportAsync(host, list + $"甲公司,企业单位,{CodeA},企业,620823,街1号,甲,注销\n");

        Assert.Equal((1, 2), (most.Absent, most.Unchanged));
        Assert.Equal(new StagedAbsence("N3", "丙所"), Assert.Single(most.Absences));
        // Theirs and not ours is a refused row.
        Assert.Equal(4, Assert.Single(most.Errors).Row);
        // A list of less than half is none of all.
        Assert.Null(few.Absent);
        Assert.Equal((null, 1), (written.Absent, written.Updated));
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

    /// <summary>Schools and offices have no credit code (S001-24): their other code tells them, unless the row has a credit code of its own.</summary>
    [Theory, BothDatabases]
    public async Task Import_UnitsWithoutACreditCode_AreFoundByTheirOtherCode(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await ImportAsync(host, Header + $"N1,非市场主体,甲学校,,Z1,其他,620823,街1号,甲,存续,\nN2,场所,乙冷库,,Z2,其他,620823,街2号,乙,存续,\nN3,企业单位,丙公司,{CodeA},Z3,企业,620823,街3号,丙,存续,\n");

        var file = Header
            + ",非市场主体,甲中学,,Z1,其他,620823,街1号,甲新,存续,\n"
            + ",场所,乙冷库,,Z9,其他,620823,街2号,乙,存续,\n"
            + $",企业单位,丙集团,{CodeA},Z1,企业,620823,街3号,丙,存续,\n"
            + "N4,项目,丁工程,,Z2,其他,620823,街4号,丁,存续,\n"
            + "N5,项目,戊工程,,Z5,其他,620823,街5号,戊,存续,\n"
            + "N6,项目,己工程,,Z5,其他,620823,街5号,己,存续,\n";
        var preview = await ImportAsync(host, file, dryRun: true);
        var report = await ImportAsync(host, file);

        Assert.Equal([(2, "N1", true)], preview.Changes.Where(c => !c.IsNew).Select(c => (c.Row, c.Key, c.IsFound)));
        // The third row says by its credit code who it is; the other code it claims is another's.
        Assert.Equal(["3/对象编号/missing-value", "4/其他身份代码/duplicate-code", "5/其他身份代码/duplicate-code", "7/其他身份代码/duplicate-code"], report.Errors.Select(e => $"{e.Row}/{e.Column}/{e.Code}"));
        Assert.Contains("名录里没有其他身份代码 Z9", report.Errors[0].Message, StringComparison.Ordinal);
        Assert.Contains("已属于 N2", report.Errors[2].Message, StringComparison.Ordinal);
        Assert.Equal((6, 1, 1, 4), (report.Read, report.Added, report.Updated, report.Refused));
        Assert.Equal(["N1 甲中学", "N2 乙冷库", "N3 丙公司", "N5 戊工程"], await host.ReadAsync(async db => (await db.Set<Inspectee>().AsNoTracking().OrderBy(i => i.Number).ToListAsync()).Select(i => $"{i.Number} {i.Name}").ToList()));
        // The same once more changes nothing.
        Assert.Equal((0, 0, 2, 4), await ImportAsync(host, file) is var again ? (again.Added, again.Updated, again.Unchanged, again.Refused) : default);

        var seen = await host.ReadAsync(db => db.Set<Inspectee>().Where(i => i.Number == "N2").Select(i => i.ChangeId).SingleAsync());
        var taken = await host.HandleAsync((EditEntryHandler h) => h.HandleAsync(new EditEntry("inspectees", "N2", new Dictionary<string, string> { ["其他身份代码"] = "Z1" }, seen), host.Change(Planner, "更正"), default));
        Assert.Equal(("registers.code-taken", "其他身份代码"), (taken.Refusal!.Code, taken.Refusal.Field));
        Assert.Equal("其他身份代码 Z1 已登记在 N1（甲中学）。迁回或改名的，请修改那一条。", Texts.Of(taken.Refusal));
    }

    /// <summary>The legal office's list knows the certificate and not our number (S002-07).</summary>
    [Theory, BothDatabases]
    public async Task Import_OfficersWithoutANumber_AreFoundByTheirCertificate(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        const string Ours = "人员编号,姓名,单位,人员性质,执法证号,证件有效期至,证件状态\n";
        await ImportAsync(host, Ours + "R1,甲,局,在编执法人员,62082326001,2026-12-31,有效\nR2,乙,局,在编执法人员,62082326002,2026-12-31,有效\nR3,丙,局,辅助人员,,,无证\n", kind: "officers");

        var report = await ImportAsync(host, "姓名,工作单位,人员性质,执法证编号,有效期至,证件状态\n"
            + "甲,局,在编执法人员,62082326001,2031-12-31,有效\n"
            + "丁,局,在编执法人员,62082326009,2031-12-31,有效\n"
            + "丙,局,辅助人员,,,无证\n"
            + "甲又,局,在编执法人员,62082326001,2031-12-31,有效\n", kind: "officers");

        Assert.Equal(["3/人员编号/missing-value", "4/人员编号/missing-value", "5/人员编号/duplicate-in-file"], report.Errors.Select(e => $"{e.Row}/{e.Column}/{e.Code}"));
        Assert.Contains("名录里没有执法证号 62082326009", report.Errors[0].Message, StringComparison.Ordinal);
        Assert.Equal((0, 1, 1), (report.Added, report.Updated, report.Found));
        Assert.Equal(["R1 2031-12-31", "R2 2026-12-31", "R3 "], await host.ReadAsync(async db => (await db.Set<Officer>().AsNoTracking().OrderBy(o => o.Number).ToListAsync()).Select(o => $"{o.Number} {o.CertificateValidTo?.Iso()}").ToList()));
        // Two entries of one person would be drawn as two.
        Assert.Equal(["2/执法证号/duplicate-code"], (await ImportAsync(host, Ours + "R9,甲,局,在编执法人员,62082326001,2031-12-31,有效\n", kind: "officers")).Errors.Select(e => $"{e.Row}/{e.Column}/{e.Code}"));
    }

    private static async Task<ImportReport> ImportAsync(TestHost host, string csv, bool dryRun = false, string kind = "inspectees")
        => (await host.HandleAsync((ImportFileHandler h) => h.HandleAsync(new ImportFile(kind, new MemoryStream(Encoding.UTF8.GetBytes(csv)), dryRun), host.Change(Planner), default))).Value;
}
