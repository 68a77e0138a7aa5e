using System.Text;
using DoubleRandom.Basics;
using DoubleRandom.Host.Pages.Registers;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Inspections.Registers;

/// <summary>代码表: what the product brings along, what an office makes of it, and what the registers take.</summary>
public sealed class CodeTablesTests
{
    private const string Header = "对象编号,对象类型,名称,其他身份代码,主体类型,行政区划,乡镇代码,行业代码,住所,法定代表人,登记状态\n";

    private static readonly Actor Planner = TestHost.Person("朱文斌", "planner");

    [Fact]
    public void Industries_HaveTheStandardsCountsAndParents()
    {
        var codes = CodeTables.BroughtOf(CodeEntry.Industries).ToDictionary(w => w.Code, StringComparer.Ordinal);

        // GB/T 4754-2017 with its first amendment of 2019: sections, divisions, groups, classes.
        Assert.Equal([20, 97, 473, 1382], codes.Keys.GroupBy(c => c.Length).OrderBy(g => g.Key).Select(g => g.Count()));
        Assert.Equal(("化学试剂和助剂制造", "信息系统集成服务", "运行维护服务", "监察委员会", "人民检察院"), (codes["C2661"].Name, codes["I6531"].Name, codes["I6540"].Name, codes["S9231"].Name, codes["S9233"].Name));
        // The section follows from the division; every class stands in its group, every group in its division.
        var room = new byte[8];
        Assert.All(codes.Keys.Where(c => c.Length is 3 or 4 or 5), c => Assert.Equal(c, Encoding.UTF8.GetString(IndustryCode.Normalise(Encoding.UTF8.GetBytes(c[1..]), room))));
        Assert.All(codes.Keys.Where(c => c.Length > 3), c => Assert.Contains(c[..^1], codes.Keys));
        Assert.All(codes.Keys.Where(c => c.Length == 4), c => Assert.Contains(codes.Keys, k => k.Length == 5 && k.StartsWith(c, StringComparison.Ordinal)));
    }

    [Fact]
    public void Regions_ReachDownToTheCountiesOfTheWholeCountry()
    {
        var codes = CodeTables.BroughtOf(CodeEntry.Regions).ToDictionary(w => w.Code, StringComparer.Ordinal);

        Assert.Equal(34, codes.Keys.Count(c => c.EndsWith("0000", StringComparison.Ordinal)));
        Assert.All(codes.Keys, c => Assert.True(c.Length == 6 && c.All(char.IsAsciiDigit)));
        Assert.All(codes.Keys, c => Assert.Contains($"{c[..2]}0000", codes.Keys));
        Assert.All(codes.Keys.Where(c => !c.EndsWith("00", StringComparison.Ordinal)), c => Assert.Contains($"{c[..4]}00", codes.Keys));
        // Leagues, prefectures and cities; counties without the grouping codes and the zones of the statistics.
        Assert.Equal(333, codes.Values.Count(w => w.Code.EndsWith("00", StringComparison.Ordinal) && !w.Code.EndsWith("0000", StringComparison.Ordinal) && w.Name is not ("市辖区" or "县") && w.Note is null));
        Assert.InRange(codes.Values.Count(w => !w.Code.EndsWith("00", StringComparison.Ordinal) && w.Note is null && w.To is null), 2840, 2860);
        Assert.Equal(("崇信县", "横州市"), (codes["620823"].Name, codes["450181"].Name));
        Assert.False(codes["450127"].IsInForce(new DateOnly(2026, 1, 1)));
        Assert.Contains("450181", codes["450127"].Note, StringComparison.Ordinal);
    }

    /// <summary>Where the law fixes the words and the program decides by them, the table says the same as the program.</summary>
    [Fact]
    public void TablesOfTheLaw_SayWhatTheProgramDecidesBy()
    {
        static string[] Of(string table) => [.. CodeTables.BroughtOf(table).Select(w => w.Name)];

        Assert.Equal(FindingWords.Disposals.Values, Of("现场处置"));
        Assert.Equal(FindingWords.Grades.Values, Of("隐患分级"));
        Assert.Equal(Enum.GetValues<PenaltyKind>().Select(PenaltyWords.Of), Of("处罚种类"));
        Assert.Equal(ServeDecisionHandler.Methods, Of("送达方式"));
        Assert.Equal(PublicationKinds.Names.Values, Of("公示类型"));
        Assert.Equal(RegisterForms.Items["抽查方式"].Choices.Order(), Of("抽查方式").Order());
        Assert.Equal(RegisterForms.Inspectees["不适用抽查代码"].Choices, CodeTables.BroughtOf(CodeTables.Exclusions).Select(w => w.Code));
        Assert.Equal(RegisterForms.Inspectees["信用等级"].Choices, CodeTables.BroughtOf(CodeTables.CreditGrades).Select(w => w.Code));
        Assert.Equal(Enum.GetValues<ClosingKind>().Length, Of("结案方式").Length);
    }

    [Theory, BothDatabases]
    public async Task TablesBroughtAlong_AreTakenInOnceAndLeaveWhatTheOfficeChanged(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        async Task<int> TakeInAsync() => (await host.HandleAsync((TakeInCodesHandler h) => h.HandleAsync(new TakeInCodes(), host.Change(), default))).Value.Rows;
        var edited = await EditAsync(host, "codes", null, null, ("代码表", CodeTables.FollowUps), ("代码", "1"), ("名称", "不再处置"));

        var first = await TakeInAsync();
        var again = await TakeInAsync();

        Assert.Null(edited.Refusal);
        Assert.Equal((CodeTables.Brought.Sum(f => f.Rows().Count()) - 1, 0), (first, again));
        Assert.Equal("不再处置", (await host.ReadAsync(db => CodeTables.AllAsync(db, CodeTables.FollowUps, default)))[0].Name);
        // The upper body is told of what the office changed, not of what came with the program.
        Assert.Equal("新增", Assert.Single(await host.ReadAsync(db => db.Set<RegisterChange>().Unfiled().Where(c => c.Kind == "codes").Select(c => c.Act).ToListAsync())));
        Assert.Equal("imports.not-your-role", (await host.HandleAsync((TakeInCodesHandler h) => h.HandleAsync(new TakeInCodes(), host.Change(Planner), default))).Refusal!.Code);
        await using var scope = host.Services.CreateAsyncScope();
        var found = await new RegisterQueries(scope.ServiceProvider.GetRequiredService<DbContext>(), scope.ServiceProvider.GetRequiredService<NeedToKnow>(), host.Time, null!, null!).FindCodesAsync(CodeEntry.Regions, "崇信", default);
        Assert.Equal(new FoundCode("620823", "甘肃省平凉市崇信县"), Assert.Single(found));
    }

    [Theory, BothDatabases]
    public async Task Import_OfUnknownCodes_IsRefusedWithWhatMayBeMeant(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        // Registered before there was a table.
        await ImportAsync(host, "X0,非市场主体,甲,Z0,其他,999999,,Z9999,街,李,存续\n");
        await host.HandleAsync((TakeInCodesHandler h) => h.HandleAsync(new TakeInCodes(), host.Change(), default));

        var report = await ImportAsync(host,
            "X0,非市场主体,甲改,Z0,其他,999999,,Z9999,街,李,存续\n"
            + "X1,非市场主体,乙,Z1,其他,620832,,C2661,街,李,存续\n"
            + "X2,非市场主体,丙,Z2,其他,620823000000,620823100000,c2661,街,李,存续\n"
            + "X3,非市场主体,丁,Z3,其他,620823,,2661,街,李,存续\n"
            + "X4,非市场主体,戊,Z4,其他,450127,,C2661,街,李,存续\n"
            + "X5,非市场主体,己,Z5,其他,620823,,化学试剂和助剂制造,街,李,存续\n"
            + "X6,非市场主体,庚,Z6,其他,620823101,,C2661,街,李,存续\n"
            + "X7,非市场主体,辛,Z7,其他,620823,62082,C2661,街,李,存续\n"
            + "X8,非市场主体,壬,Z8,其他,620823,,C2661,街,李,营业\n");

        Assert.Equal((2, 1, 6), (report.Added, report.Updated, report.Refused));
        Assert.Equal(["3/行政区划/unknown-code", "6/行政区划/unknown-code", "7/行业代码/unknown-code", "8/行政区划/bad-region", "9/乡镇代码/bad-town", "10/登记状态/unknown-code"], report.Errors.Select(e => $"{e.Row}/{e.Column}/{e.Code}"));
        string[] hints = ["相近的有：620823 崇信县", "450181 横州市", "C2661 化学试剂和助剂制造", "乡镇代码", "9 位数字", "存续、停业"];
        Assert.All(hints.Zip(report.Errors), h => Assert.Contains(h.First, h.Second.Message, StringComparison.Ordinal));
        var rows = await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().OrderBy(r => r.Number).Select(r => new { r.RegionCode, r.TownCode, r.IndustryCode }).ToListAsync());
        Assert.Equal(["999999//Z9999", "620823/620823100/C2661", "620823//C2661"], rows.Select(r => $"{r.RegionCode}/{r.TownCode}/{r.IndustryCode}"));
    }

    [Theory, BothDatabases]
    public async Task EditedEntry_TakesCodesOfItsTableOnly_AndKeepsWhatItHad(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await ImportAsync(host, "X0,非市场主体,甲,Z0,其他,999999,,Z9999,街,李,存续\n");
        await host.HandleAsync((TakeInCodesHandler h) => h.HandleAsync(new TakeInCodes(), host.Change(), default));
        var made = await host.ReadAsync(db => db.Set<Inspectee>().Select(r => r.ChangeId).SingleAsync());

        var wrong = await EditAsync(host, "inspectees", "X0", made, ("行政区划", "620832"));
        var other = await EditAsync(host, "inspectees", "X0", made, ("住所", "新街"), ("行业代码", "2661"));

        Assert.Equal(("registers.bad-cell", "行政区划"), (wrong.Refusal!.Code, wrong.Refusal.Field));
        Assert.Contains("620823 崇信县", Texts.Of(wrong.Refusal), StringComparison.Ordinal);
        Assert.Null(other.Refusal);
        Assert.Equal("C2661", await host.ReadAsync(db => db.Set<Inspectee>().Select(r => r.IndustryCode).SingleAsync()));
    }

    private static async Task<ImportReport> ImportAsync(TestHost host, string rows)
        => (await host.HandleAsync((ImportFileHandler h) => h.HandleAsync(new ImportFile("inspectees", new MemoryStream(Encoding.UTF8.GetBytes(Header + rows))), host.Change(Planner), default))).Value;

    private static Task<Result<string>> EditAsync(TestHost host, string kind, string? key, Guid? seen, params (string Header, string Value)[] cells)
        => host.HandleAsync((EditEntryHandler h) => h.HandleAsync(new EditEntry(kind, key, cells.ToDictionary(c => c.Header, c => c.Value), seen), host.Change(Planner, "来信更正"), default));
}
