using System.IO.Compression;
using System.Text;
using DoubleRandom.Basics;
using DoubleRandom.Host.Pages.Registers;
using DoubleRandom.Inspections.Evidence;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Inspections.Imports;

/// <summary>The object register as an office keeps it: changes, refusals put right, spreadsheets, versions.</summary>
public sealed class RegisterImportTests
{
    private const string Header = "对象编号,对象类型,名称,曾用名,统一社会信用代码,信用代码例外说明,其他身份代码,主体类型,行政区划,住所,法定代表人,登记状态,成立日期,不适用抽查代码,不适用原因";

    [Theory, BothDatabases]
    public async Task Import_ChangedFile_ShowsOldAndNewThenKeepsTheVersion(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await ImportAsync(host, Rows("X1,企业单位,甲公司,,91350100M000100Y43,,,企业,620823,街1号,张三,存续,2020-01-02,,", "X2,非市场主体,乙学校,,,,XX1,其他,620823,街2号,李四,存续,,,"));
        host.Time.Advance(TimeSpan.FromDays(1));

        var text = Rows("X1,企业单位,甲集团公司,,91350100M000100Y43,,,企业,620823,街1号,王五,停业,2020/1/2,,", "X2,非市场主体,乙学校,,,,XX1,其他,620823,街2号,李四,存续,,,", "X3,个体经营户,丙店,,91512081MA62K0260E,,,个体工商户,620823,街3号,赵六,存续,2021年5月6日,,");
        var preview = await TryAsync(host, text);
        var unchanged = await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().SingleAsync(r => r.Number == "X1"));
        var done = await ImportAsync(host, text);
        var again = await ImportAsync(host, text);

        Assert.Equal((3, 1, 1, 1), (preview.Read, preview.Added, preview.Updated, preview.Unchanged));
        Assert.Equal("甲公司", unchanged.Name);
        Assert.Equal(["名称:甲公司→甲集团公司", "曾用名:→甲公司（至2026-09-19）", "法定代表人:张三→王五", "登记状态:存续→停业"], preview.Changes.Single(c => !c.IsNew).Fields.Select(f => $"{f.Column}:{f.Old}→{f.New}"));
        Assert.Equal("X3 丙店", $"{preview.Changes.Single(c => c.IsNew).Key} {preview.Changes.Single(c => c.IsNew).Name}");
        Assert.Equal((1, 1, 1), (done.Added, done.Updated, done.Unchanged));
        Assert.Equal((0, 0, 3), (again.Added, again.Updated, again.Unchanged));
        var row = await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().SingleAsync(r => r.Number == "X1"));
        Assert.Equal(("甲集团公司", "甲公司（至2026-09-19）", "王五"), (row.Name, row.FormerName, row.LegalRepresentative));
        Assert.Equal(new DateOnly(2021, 5, 6), (await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().SingleAsync(r => r.Number == "X3"))).EstablishedOn);
        var version = await host.ReadAsync(db => db.Set<RegisterVersion>().AsNoTracking().SingleAsync());
        Assert.Equal(("inspectees", "X1", row.ChangeId), (version.Kind, version.Key, version.ChangeId));
        Assert.Contains("张三", version.Data);
        var change = await host.ReadAsync(db => db.Set<RegisterChange>().AsNoTracking().SingleAsync(c => c.Id == row.ChangeId));
        Assert.Equal(("朱文斌", "换名", 1, 1), (change.ByName, change.Reason, change.Added, change.Updated));
        Assert.Equal(version.FromAt!.Value.AddDays(1), version.ToAt);
    }

    /// <summary>Renamed three times, by file with and without the column, by an export put right and by hand: all names are there with their days and lead to the entry.</summary>
    [Theory, BothDatabases]
    public async Task Import_RenamedAgainAndAgain_KeepsEachNameWithItsDay(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        string Row(string name, string former) => Rows($"X1,企业单位,{name},{former},91350100M000100Y43,,,企业,620823,街1号,张三,存续,,,");
        await ImportAsync(host, Row("甲厂", ""));
        host.Time.Advance(TimeSpan.FromDays(1));
        await ImportAsync(host, Row("乙厂", ""));
        host.Time.Advance(TimeSpan.FromDays(1));
        // As exported, with the new name typed in; and with the name before written as the former one.
        await ImportAsync(host, Row("丙厂", "甲厂（至2026-09-19）"));
        host.Time.Advance(TimeSpan.FromDays(1));
        await ImportAsync(host, Row("丁厂", "丙厂"));
        Assert.Equal(1, (await ImportAsync(host, Row("丁厂", ""))).Unchanged);
        var refused = await ImportAsync(host, Rows("X9,企业单位,戊厂,,91350100M000100Y43,,,企业,620823,街1号,张三,存续,,,"));

        var row = await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().SingleAsync());
        Assert.Equal(("丁厂", "丙厂（至2026-09-21）；乙厂（至2026-09-20）；甲厂（至2026-09-19）"), (row.Name, row.FormerName));
        Assert.Contains("把这一行的对象编号改成 X1 再导入", Assert.Single(refused.Errors).Message, StringComparison.Ordinal);
        await using var scope = host.Services.CreateAsyncScope();
        var found = await ActivatorUtilities.CreateInstance<RegisterQueries>(scope.ServiceProvider).ListAsync(new ListRequest("inspectees", "甲厂", null, new Dictionary<string, string>()), default);
        Assert.Equal("X1", Assert.Single(found!.Lines).Key);
    }

    [Theory, BothDatabases]
    public async Task Import_RefusedRowsPutRightInTheirFile_AreTakenTheSecondTime(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var text = Rows(
            "X1,企业单位,甲公司,,91350211M0000XUF46,,,企业,620823,街1号,张三,存续,,,",
            "X2,企业单位,乙公司,, 91350100m000 100Y43,,,企业,620823,=1+1,李四,存续,,,",
            "X3,企业单位,丙公司,,,,,企业,620823,街3号,王五,存续,,,",
            "X2,企业单位,乙公司,,91512081MA62K0260E,,,企业,620823,街2号,李四,存续,,,",
            "X4,企业单位,丁公司,,91350100M000100Y43,,,企业,620823,街4号,钱七,存续,,,",
            ",,,,,,,,,,,,,,",
            "X5,非市场主体,戊,,,,,其他,620823,街5号,孙八,存续,,1,");

        var first = await ImportAsync(host, text);
        var refusals = await FileAsync(host, first.RefusalsSha256!);
        var mended = string.Concat(refusals.Split('\n').Where(l => !l.StartsWith("X2", StringComparison.Ordinal) && !l.StartsWith("X4", StringComparison.Ordinal)).Select(l => l + "\n"))
            .Replace("91350211M0000XUF46,", "91350211M0000XUF46,营业执照原件如此", StringComparison.Ordinal).Replace("丙公司,,,", "丙公司,,91512081MA62K0260E,", StringComparison.Ordinal)
            .Replace("戊,,,,", "戊,,,,Z9", StringComparison.Ordinal).Replace(",1,,", ",1,法定方式,", StringComparison.Ordinal);
        var second = await ImportAsync(host, mended);

        Assert.Equal((6, 1, 5), (first.Read, first.Added, first.Refused));
        Assert.Equal(["2/统一社会信用代码/check-digit", "4/统一社会信用代码/missing-value", "5/对象编号/duplicate-in-file", "6/统一社会信用代码/duplicate-credit-code", "8/其他身份代码/missing-value"], first.Errors.Select(e => $"{e.Row}/{e.Column}/{e.Code}"));
        Assert.StartsWith("\uFEFF" + Header + ",原文件行号,不合格原因\n", refusals);
        Assert.Contains("校验位不对", refusals);
        Assert.Equal((3, 3, 0), (second.Read, second.Added, second.Refused));
        var rows = await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().OrderBy(r => r.Number).ToListAsync());
        Assert.Equal(["X1", "X2", "X3", "X5"], rows.Select(r => r.Number));
        Assert.Equal(("营业执照原件如此", "91350211M0000XUF46"), (rows[0].CreditCodeNote, rows[0].CreditCode));
        Assert.Equal(("91350100M000100Y43", "=1+1"), (rows[1].CreditCode, rows[1].RegisteredAddress));
    }

    [Theory, BothDatabases]
    public async Task Export_AsSpreadsheet_ImportsWithoutAChangeAndRunsNoFormula(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await ImportAsync(host, await File.ReadAllTextAsync(Repository.Path("samples/chongxin/检查对象.csv")));
        await ImportAsync(host, Rows("X2,企业单位,@乙公司,,91350100M000100Y43,,,企业,620823,=1+1,李四,存续,,,"));

        foreach (var format in (string[])[RowSink.Csv, RowSink.Xlsx])
        {
            using var file = new MemoryStream();
            await host.RunAsync(async (s, ct) => await s.GetRequiredService<ExportRegister>().WriteAsync("inspectees", file, format, mark: true, ct) is { } refusal ? refusal : (Result<Done>)Done.It);
            var report = await ImportAsync(host, file.ToArray());
            Assert.Equal((1032, 0, 0, 1032, 0), (report.Read, report.Added, report.Updated, report.Unchanged, report.Refused));
            if (format == RowSink.Csv) Assert.Contains(",'=1+1,", Encoding.UTF8.GetString(file.ToArray()));
            else Assert.DoesNotContain("<f>", Sheet(file.ToArray()));
        }
    }

    /// <summary>U+FFFE and U+FFFF are no characters: Unicode's own tables throw at them.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("utf-16")]
    public async Task Import_NoCharacters_AreRefusedAtTheirCell(string encoding)
    {
        await using var host = await TestHost.StartAsync();
        var text = Rows("X1,企业单位,甲\uFFFE公司,,91350100M000100Y43,,,企业,620823,街1号,张三,存续,,,", "X2,非市场主体,乙\uFFFFé,,,,XX1,其他,620823,街2号,李四,存续,,,", "X3,非市场主体,丙（\uFF9Ee\u0301）,,,,XX2,其他,620823,街2号,李四,存续,,,").Replace("成立日期", "成立日期\uFFFE", StringComparison.Ordinal);

        var report = await ImportAsync(host, encoding.Length == 0 ? Encoding.UTF8.GetBytes(text) : [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)]);

        Assert.Equal(["2/名称/control-character", "3/名称/control-character"], report.Errors.Select(e => $"{e.Row}/{e.Column}/{e.Code}"));
        Assert.Equal("丙（\uFF9E\u00E9）", (await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().SingleAsync())).Name);
    }

    [Fact]
    public async Task Import_OtherHeadersAndFewerColumns_KeepsWhatTheFileDoesNotHave()
    {
        await using var host = await TestHost.StartAsync();
        await ImportAsync(host, Rows("X1,企业单位,甲公司,,91350100M000100Y43,,,企业,620823,街1号,张三,存续,2020-01-02,,"));

        var report = await ImportAsync(host, "编号*\t对象类型\t企业名称\t社会信用代码\t主体类型\t区划代码\t注册地址\t法定代表人（负责人）\t企业状态\t颜色\nX1\t企业单位\t甲公司\t９１３５０１００Ｍ０００１００Ｙ４３\t企业\t620823\t街9号\t张三\t存续\t红\n");

        Assert.Equal((1, 1), (report.Read, report.Updated));
        Assert.Equal(["颜色"], report.UnknownColumns);
        Assert.Contains("成立日期", report.MissingColumns);
        var row = await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().SingleAsync());
        Assert.Equal(("街9号", new DateOnly(2020, 1, 2)), (row.RegisteredAddress, row.EstablishedOn));
    }

    [Fact]
    public async Task Import_SpreadsheetAsPeopleMakeIt_ReadsDatesNumbersFormulasAndSharedTexts()
    {
        await using var host = await TestHost.StartAsync();
        var sheet = Workbook(
            """
            <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>专业类别</t></is></c><c r="D1" t="inlineStr"><is><t>聘任起</t></is></c><c r="E1" t="inlineStr"><is><t>聘任止</t></is></c><c r="F1" t="inlineStr"><is><t>状态</t></is></c><c r="G1" t="inlineStr"><is><t>联系电话</t></is></c></row>
            <row r="3"><c r="A3"><f>"Z"&amp;1</f><v>Z1</v></c><c r="B3" t="s"><v>2</v></c><c r="C3" t="inlineStr"><is><r><t>矿</t></r><r><t>山</t></r><rPh sb="0" eb="1"><t>x</t></rPh></is></c><c r="D3" s="1"><v>46023</v></c><c r="E3" s="1"><v>46387.0</v></c><c r="F3" t="inlineStr"><is><t>在聘</t></is></c><c r="G3"><v>1.5490282877E10</v></c></row>
            """, ["专家编号", "姓名", "  顾&#x662F;  "]);

        var report = await ImportAsync(host, sheet, "experts");

        Assert.Empty(report.Errors);
        var expert = await host.ReadAsync(db => db.Set<Expert>().AsNoTracking().SingleAsync());
        Assert.Equal(("Z1", "顾是", "矿山", new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 31), "15490282877"), (expert.Number, expert.Name, expert.Specialities, expert.AppointedFrom, expert.AppointedTo, expert.Phone));
    }

    /// <summary>A spreadsheet that shows 1.23E+17 keeps no more than fifteen digits: what it wrote is no code of anybody.</summary>
    [Fact]
    public async Task Import_DigitsASpreadsheetLost_AreRefusedAndNotTakenForACode()
    {
        await using var host = await TestHost.StartAsync();
        const string Header = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>专家编号</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>姓名</t></is></c><c r=\"C1\" t=\"inlineStr\"><is><t>专业类别</t></is></c><c r=\"D1\" t=\"inlineStr\"><is><t>聘任起</t></is></c><c r=\"E1\" t=\"inlineStr\"><is><t>聘任止</t></is></c><c r=\"F1\" t=\"inlineStr\"><is><t>状态</t></is></c><c r=\"G1\" t=\"inlineStr\"><is><t>联系电话</t></is></c></row>";
        static string Row(int row, string number, string name) => $"<row r=\"{row}\"><c r=\"A{row}\">{number}</c><c r=\"B{row}\" t=\"inlineStr\"><is><t>{name}</t></is></c><c r=\"C{row}\" t=\"inlineStr\"><is><t>矿山</t></is></c><c r=\"D{row}\" t=\"d\"><v>2026-01-01T00:00:00</v></c><c r=\"E{row}\" t=\"inlineStr\"><is><t>2026-12-31</t></is></c><c r=\"F{row}\" t=\"inlineStr\"><is><t>在聘</t></is></c></row>";
        var sheet = Workbook(Header + Row(2, "<v>6.20823199001011E+17</v>", "甲") + Row(3, "<v>620823199001011000</v>", "乙") + Row(4, "<v>620823199001011</v>", "丙") + Row(5, "<v>6.20823E14</v>", "丁_x000D_"), []);

        var report = await ImportAsync(host, sheet, "experts");
        var text = await ImportAsync(host, "专家编号,姓名,专业类别,聘任起,聘任止,状态,联系电话\nZ9,戊,矿山,2026-01-01,2026-12-31,在聘,1.39E+10\nZ10,2E+3厂,矿山,2026-01-01,2026-12-31,在聘,\n", "experts");

        Assert.Equal([(2, "专家编号", "lost-digits"), (3, "专家编号", "lost-digits")], report.Errors.Select(e => (e.Row, e.Column, e.Code)));
        Assert.Equal([(2, "联系电话", "lost-digits")], text.Errors.Select(e => (e.Row, e.Column, e.Code)));
        Assert.Contains("科学计数", text.Errors[0].Message);
        var kept = await host.ReadAsync(db => db.Set<Expert>().AsNoTracking().OrderBy(e => e.Number).Select(e => new { e.Number, e.Name, e.AppointedFrom }).ToListAsync());
        Assert.Equal(["620823000000000 丁 2026-01-01", "620823199001011 丙 2026-01-01", "Z10 2E+3厂 2026-01-01"], kept.Select(e => $"{e.Number} {e.Name} {e.AppointedFrom:yyyy-MM-dd}"));
    }

    [Theory]
    [InlineData(',', 1200)]
    [InlineData('\t', 1200)]
    [InlineData(',', 1201)]
    [InlineData(';', 65001)]
    [InlineData('|', 65001)]
    public async Task Import_WhateverPartsTheCellsBelowATitle_IsSeen(char separator, int codePage)
    {
        await using var host = await TestHost.StartAsync();
        var encoding = System.Text.Encoding.GetEncoding(codePage);
        var text = "县专家名册，2026年\n专家编号,姓名,专业类别,聘任起,聘任止,状态\nZ1,顾是,矿山,2026-01-01,2026-12-31,在聘\n".Replace(',', separator);

        var report = await ImportAsync(host, [.. encoding.GetPreamble(), .. encoding.GetBytes(text)], "experts");

        Assert.Equal((1, 1, 0), (report.Read, report.Added, report.Errors.Count));
    }

    [Theory]
    [InlineData("../xl/worksheets/sheet1.xml", true)]
    [InlineData("./worksheets/sheet1.xml", true)]
    [InlineData("/xl/worksheets/sheet1.xml", true)]
    [InlineData("../../../../etc/passwd", false)]
    [InlineData("http://example.org/sheet1.xml", false)]
    public async Task Import_SheetNamedByAnotherPath_IsAPartOfTheFileOrNothing(string target, bool isThere)
    {
        await using var host = await TestHost.StartAsync();
        const string Rows = "<row r=\"1\"><c t=\"inlineStr\"><is><t>专家编号</t></is></c><c t=\"inlineStr\"><is><t>姓名</t></is></c></row>";

        var report = await ImportAsync(host, Workbook(Rows, [], target: target), "experts");

        Assert.Equal(isThere ? "missing-value" : "bad-format", report.Errors[0].Code);
    }

    [Fact]
    public async Task Import_MoreSharedTextsThanMemoryKeeps_FindsEachOfThem()
    {
        await using var host = await TestHost.StartAsync();
        // Far more than is kept in memory; the ones that are named lie before, at and behind the border, beside long ones and at the end.
        var shared = Enumerable.Range(0, 90_000).Select(i => i % 1000 == 7 ? new string('长', 40_000) : $"第{i}号说明{new string('文', 80)}").ToArray();
        int[] named = [0, 1, 15, 16, 17, 6_006, 6_008, 6_009, 30_015, 30_016, 60_008, 88_888, 89_998, 89_999];
        foreach (var at in named) shared[at] = $"专家{at}";
        static string Text(string column, int row, string text) => $"<c r=\"{column}{row}\" t=\"inlineStr\"><is><t>{text}</t></is></c>";
        var rows = string.Concat(named.Select((at, i) => $"<row r=\"{i + 2}\">{Text("A", i + 2, $"Z{i}")}<c r=\"B{i + 2}\" t=\"s\"><v>{at}</v></c>{Text("C", i + 2, "矿山")}{Text("D", i + 2, "2026-01-01")}{Text("E", i + 2, "2026-12-31")}{Text("F", i + 2, "在聘")}</row>"));
        string[] headers = ["专家编号", "姓名", "专业类别", "聘任起", "聘任止", "状态"];
        var sheet = Workbook($"<row r=\"1\">{string.Concat(headers.Select((h, i) => Text(((char)('A' + i)).ToString(), 1, h)))}</row>{rows}", shared);

        var report = await ImportAsync(host, sheet, "experts");

        Assert.Empty(report.Errors);
        var names = await host.ReadAsync(db => db.Set<Expert>().AsNoTracking().ToDictionaryAsync(e => e.Number, e => e.Name));
        Assert.Equal(named.Select((at, i) => ($"Z{i}", $"专家{at}")).Order(), names.Select(n => (n.Key, n.Value)).Order());
    }

    [Theory]
    [InlineData("崇信县检查对象名录")]
    [InlineData("崇信县检查对象名录\n单位：崇信县应急管理局,,,2026年9月\n")]
    [InlineData("\"崇信县\n检查对象名录\",,,,,,\n名称：全县\n,,,")]
    public async Task Import_TitleAboveTheHeader_IsPassedOver(string title)
    {
        await using var host = await TestHost.StartAsync();

        var report = await ImportAsync(host, title.TrimEnd('\n') + "\n" + Rows("X1,非市场主体,甲,,,,Z1,其他,620823,街1号,张三,存续,,,", "X2,非市场主体,#N/A,,,,Z2,其他,620823,街2号,李四,存续,,,"));

        var line = title.TrimEnd('\n').Count(c => c == '\n') + 4;
        Assert.Equal((2, 1, 1, $"{line}/名称/formula-error"), (report.Read, report.Added, report.Refused, report.Errors.Select(e => $"{e.Row}/{e.Column}/{e.Code}").Single()));
        Assert.Empty(report.UnknownColumns);
        var refused = await FileAsync(host, report.RefusalsSha256!);
        Assert.StartsWith(Header[..10], refused.TrimStart('\uFEFF'), StringComparison.Ordinal);
    }

    /// <summary>What must never reach the register, nor take memory or time out of all proportion.</summary>
    [Theory, BothDatabases]
    public async Task Import_HostileFiles_AreRefusedAndTheRegisterStays(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await ImportAsync(host, Rows("X1,企业单位,甲公司,,91350100M000100Y43,,,企业,620823,街1号,张三,存续,,,"));
        var good = "X2,非市场主体,乙,,,,Z2,其他,620823,街2号,李四,存续,,,";
        (string What, byte[] File, string Text)[] files =
        [
            ("empty", [], "空"),
            ("columns", Encoding.UTF8.GetBytes(string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"列{i}")) + "\n"), "500"),
            ("few long columns", Encoding.UTF8.GetBytes(string.Join(',', Enumerable.Range(0, 1000)) + "\n"), "500"),
            ("open quote", Encoding.UTF8.GetBytes(Rows(good, "\"X3,非市场主体,丙") + new string('x', 200_000)), "引号"),
            ("no line end", Encoding.UTF8.GetBytes(Header + "\n" + new string('长', 400_000)), "太长"),
            ("cut off", Encoding.UTF8.GetBytes(Rows(good, "X3,非市场主体,丙").TrimEnd('\n')), "中断"),
            ("broken encoding", [.. Encoding.UTF8.GetBytes(Rows(good)), 0xFF, 0x80, 0xFF, 0x0A], "编码"),
            ("cut zip", Workbook("<row r=\"1\"/>", [])[..200], "不完整"),
            ("dtd", Workbook("<row r=\"1\"><c><v>&x;</v></c></row>", [], "<!DOCTYPE worksheet [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"), "实体"),
            ("broken sheet", Workbook("<row r=\"1\"><c></row>", []), "损坏"),
            ("zip bomb", Workbook("<row r=\"1\">" + new string(' ', 60_000_000) + "</row>", []), "解压"),
            ("shared bomb", Workbook("<row r=\"1\"/>", [new string('零', 30_000_000)]), "解压"),
            ("wide sheet", Workbook("<row r=\"1\"><c r=\"XFD1\"><v>1</v></c></row>", []), "列"),
            ("old excel", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], ".xls"),
            ("no sheet", NoSheet(), "工作表"),
            ("web page", Encoding.UTF8.GetBytes("\uFEFF<html><table><tr><td>对象编号</td></tr></table></html>"), "网页"),
            ("no header", Encoding.UTF8.GetBytes("检查对象名录\n" + string.Concat(Enumerable.Repeat("甲,乙,丙\n", 20))), "对象编号"),
        ];
        foreach (var (what, file, text) in files)
        {
            var clock = System.Diagnostics.Stopwatch.StartNew();
            var report = await ImportAsync(host, file);
            Assert.True(report.Errors is [{ Row: 0 }, ..] && report.Errors[0].Message.Contains(text, StringComparison.Ordinal), $"{what}: {string.Join('|', report.Errors.Take(3).Select(e => e.Message))}");
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), what);
            Assert.Equal(1, await host.ReadAsync(db => db.Set<Inspectee>().CountAsync()));
        }
        var cells = await ImportAsync(host, Rows("X4,非市场主体,丁\u0007,,,,Z4,其他,620823,街,李四,存续,,,", $"X5,非市场主体,{new string('戊', 201)},,,,Z5,其他,620823,街,李四,存续,1899-01-01,,", good));
        Assert.Equal((3, 1, 2), (cells.Read, cells.Added, cells.Refused));
        Assert.Equal(["2/control-character", "3/too-long", "3/out-of-range"], cells.Errors.Select(e => $"{e.Row}/{e.Code}"));
    }

    [Theory, BothDatabases]
    public async Task Import_ManyRefusedCountTakeLittleMemoryAndAreAllInTheFile(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        // A million of them in ./test long fuzz.
        var count = int.TryParse(Environment.GetEnvironmentVariable("DOUBLERANDOM_FUZZ_ROWS"), out var rows) ? rows : 48_000;
        await using var file = new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 4096, FileOptions.DeleteOnClose);
        await using (var writer = new StreamWriter(file, leaveOpen: true))
        {
            await writer.WriteLineAsync(Header);
            for (var i = 0; i < count; i++) await writer.WriteLineAsync($"X{i % (count / 2)},非市场主体,{(i % 4 == 0 ? "" : "乙")},,,,Z{i},其他,620823,街,李四,存续,,,");
        }
        var before = GC.GetTotalMemory(true);

        var report = (await host.HandleAsync((ImportFileHandler h) => h.HandleAsync(new ImportFile("inspectees", file), host.Change(), default))).Value;

        Assert.True(GC.GetTotalMemory(true) - before < 40_000_000);
        Assert.Equal((count, count / 8 * 3, count / 8 * 5), (report.Read, report.Added, report.Refused));
        Assert.Equal(10_000, report.Errors.Count);
        var lines = (await FileAsync(host, report.RefusalsSha256!)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(count / 8 * 5 + 1, lines.Length);
        var numbers = lines.Skip(1).Select(l => int.Parse(l.Split(',')[15], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(numbers.Order(), numbers);
    }

    [Theory, BothDatabases]
    public async Task Import_TwoAtOnce_OneWaitsAndNothingIsTwice(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var text = Header + "\n" + string.Concat(Enumerable.Range(0, 3000).Select(i => $"X{i},非市场主体,乙{i},,,,Z{i},其他,620823,街,李四,存续,,,\n"));

        var reports = await Task.WhenAll(ImportAsync(host, text), ImportAsync(host, text));

        Assert.Equal([0, 3000], reports.Select(r => r.Added).Order());
        Assert.Equal([0, 3000], reports.Select(r => r.Unchanged).Order());
        Assert.Equal(3000, await host.ReadAsync(db => db.Set<Inspectee>().CountAsync()));
    }

    private static string Rows(params string[] rows) => $"{Header}\n{string.Concat(rows.Select(r => r + "\n"))}";

    private static Task<ImportReport> ImportAsync(TestHost host, string text, string kind = "inspectees") => ImportAsync(host, Encoding.UTF8.GetBytes(text), kind);

    private static async Task<ImportReport> ImportAsync(TestHost host, byte[] file, string kind = "inspectees")
    {
        var result = await host.HandleAsync((ImportFileHandler h) => h.HandleAsync(new ImportFile(kind, new MemoryStream(file)), host.Change(TestHost.Person("朱文斌", "planner"), "换名"), default));
        Assert.Null(result.Refusal);
        return result.Value;
    }

    /// <summary>A dry run outside a unit of work, as the page makes it.</summary>
    private static async Task<ImportReport> TryAsync(TestHost host, string text)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<ImportFileHandler>().HandleAsync(new ImportFile("inspectees", new MemoryStream(Encoding.UTF8.GetBytes(text)), DryRun: true), host.Change(), default)).Value;
    }

    private static async Task<string> FileAsync(TestHost host, string sha256)
    {
        await using var stream = host.Services.GetRequiredService<PersonalSeal>().OpenFile(host.Services.GetRequiredService<EvidenceStore>().Open(sha256))!;
        using var memory = new MemoryStream();
        await stream.CopyToAsync(memory);
        return Encoding.UTF8.GetString(memory.ToArray());
    }

    private static string Sheet(byte[] xlsx)
    {
        using var zip = new ZipArchive(new MemoryStream(xlsx));
        using var reader = new StreamReader(zip.GetEntry("xl/worksheets/sheet1.xml")!.Open());
        return reader.ReadToEnd();
    }

    private static byte[] NoSheet()
    {
        var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, true)) zip.CreateEntry("a.txt").Open().Dispose();
        return memory.ToArray();
    }

    private static byte[] Workbook(string rows, string[] shared, string before = "", string target = "worksheets/sheet1.xml")
    {
        const string Main = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
        var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, true))
        {
            void Part(string path, string xml)
            {
                using var writer = new StreamWriter(zip.CreateEntry(path).Open());
                writer.Write(xml);
            }
            Part("xl/workbook.xml", $"<workbook {Main} xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"h\" sheetId=\"2\" state=\"hidden\" r:id=\"rId9\"/><sheet name=\"a\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>");
            Part("xl/_rels/workbook.xml.rels", "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Target=\"" + target + "\"/></Relationships>");
            Part("xl/styles.xml", $"<styleSheet {Main}><numFmts><numFmt numFmtId=\"170\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;d\"/></numFmts><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"170\"/></cellXfs></styleSheet>");
            Part("xl/sharedStrings.xml", $"<sst {Main}>{string.Concat(shared.Select(t => $"<si><t>{t}</t></si>"))}</sst>");
            Part("xl/worksheets/sheet1.xml", $"{before}<worksheet {Main}><sheetData>{rows}</sheetData></worksheet>");
        }
        return memory.ToArray();
    }
}
