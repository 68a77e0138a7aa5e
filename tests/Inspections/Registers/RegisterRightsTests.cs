using System.Text;
using DoubleRandom.Basics;
using DoubleRandom.Host.Pages.Registers;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Inspections.Registers;

/// <summary>谁实施、谁编制、谁调整: a section keeps its own objects and items, reads the others', and the lead section keeps them all.</summary>
public sealed class RegisterRightsTests
{
    private const string Header = "对象编号,对象类型,名称,统一社会信用代码,其他身份代码,主体类型,行政区划,住所,法定代表人,登记状态,所属科室\n";
    private const string Own = "工贸监管科", Other = "矿山监管科";

    private static readonly Actor Planner = TestHost.Person("朱文斌", Roles.Planner) with { Section = "综合科" };
    private static readonly Actor Registrar = TestHost.Person("茹维民", Roles.Registrar) with { Section = Own };
    private static readonly Actor Head = TestHost.Person("缑永胜", Roles.SectionHead) with { Section = Other };

    [Theory, BothDatabases]
    public async Task Edit_AnothersEntry_IsRefusedToTheSectionAndDoneByTheLead(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await GivenAsync(host);

        Assert.Equal("registers.not-your-section", (await EditAsync(host, Registrar, "N2", ("名称", "新名"))).Refusal!.Code);
        Assert.Equal("registers.not-your-section", (await EditAsync(host, Registrar, "N3", ("名称", "新名"))).Refusal!.Code);
        Assert.Equal("registers.not-to-section", (await EditAsync(host, Registrar, "N1", ("所属科室", Other))).Refusal!.Code);
        Assert.Equal("imports.not-your-role", (await EditAsync(host, TestHost.Person("王", Roles.Officer) with { Section = Own }, "N1", ("名称", "新名"))).Refusal!.Code);
        Assert.Equal("imports.not-your-role", (await EditAsync(host, TestHost.Person("李", Roles.Registrar), "N1", ("名称", "新名"))).Refusal!.Code);
        Assert.Null((await EditAsync(host, Registrar, "N1", ("名称", "新名"))).Refusal);
        Assert.Null((await EditAsync(host, Head, "N2", ("名称", "新名"))).Refusal);
        var made = await EditAsync(host, Registrar, null, ("对象编号", "N9"), ("对象类型", "非市场主体"), ("名称", "九"), ("其他身份代码", "Z9"), ("主体类型", "其他"), ("行政区划", "620823"), ("住所", "街"), ("法定代表人", "甲"), ("登记状态", "存续"));
        Assert.Null(made.Refusal);

        // A transfer is a change with its reason, and after it the rights are the other section's.
        Assert.Null((await EditAsync(host, Planner, "N1", ("所属科室", Other))).Refusal);
        Assert.Equal("registers.not-your-section", (await EditAsync(host, Registrar, "N1", ("名称", "又一名"))).Refusal!.Code);
        Assert.Null((await EditAsync(host, Head, "N1", ("名称", "又一名"))).Refusal);
        var history = await QueryAsync(host, q => q.HistoryAsync("inspectees", "N1", Registrar, default));
        Assert.Equal(("移交", "调整", "所属科室", Own, Other), (history[1].Act, history[1].Reason, history[1].Fields.Single().Column, history[1].Fields.Single().Old, history[1].Fields.Single().New));
        host.Time.Advance(TimeSpan.FromMinutes(1));
        // By file as by page: the rows that another section gets are a change of their own.
        Assert.Equal((0, 2), ((await ImportAsync(host, Planner, Header + $"N1,非市场主体,又一名,,Z1,其他,620823,街1号,甲,存续,{Own}\nN2,非市场主体,新名,,Z2,其他,620823,街9号,甲,存续,{Other}\n")) is var file ? (file.Added, file.Updated) : default));
        Assert.Equal(("移交", "导入"), ((await QueryAsync(host, q => q.HistoryAsync("inspectees", "N1", Planner, default)))[0].Act, (await QueryAsync(host, q => q.HistoryAsync("inspectees", "N2", Planner, default)))[0].Act));
        Assert.Equal(Own, (await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().SingleAsync(i => i.Number == "N9"))).OwnerSection);
        // What is not theirs they read with the numbers starred.
        string Phone(IReadOnlyList<RegisterValue> values) => values.Single(v => v.Header == "联系电话").Value;
        Assert.Equal("138****5678", Phone((await QueryAsync(host, q => q.FindAsync("inspectees", "N2", Registrar, default)))!.Values));
        Assert.Equal("13812345678", Phone((await QueryAsync(host, q => q.FindAsync("inspectees", "N2", Head, default)))!.Values));
    }

    [Theory, BothDatabases]
    public async Task BulkAndImport_RefuseRowByRow(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await GivenAsync(host);

        var mixed = await host.HandleAsync((EditEntryHandler h) => h.HandleAsync(new EditEntries("inspectees", ["N1", "N2", "N3"], "监管标签", "重点"), host.Change(Registrar, "专项"), default));
        Assert.Equal(1, mixed.Value.Count);
        Assert.Equal(2, mixed.Value.Refused.Count);
        Assert.Contains(Other, mixed.Value.Refused[0], StringComparison.Ordinal);
        Assert.Equal("registers.others-sections", (await host.HandleAsync((EditEntryHandler h) => h.HandleAsync(new EditEntries("inspectees", ["N2"], "监管标签", "重点"), host.Change(Registrar, "专项"), default))).Refusal!.Code);

        var report = await ImportAsync(host, Registrar, Header
            + $"N1,非市场主体,一改,,Z1,其他,620823,街1号,甲,存续,{Own}\n"
            + $"N2,非市场主体,二改,,Z2,其他,620823,街1号,甲,存续,{Other}\n"
            + $"N3,非市场主体,三改,,Z3,其他,620823,街1号,甲,存续,{Own}\n"
            + "N4,非市场主体,四,,Z4,其他,620823,街1号,甲,存续,\n"
            + $"N5,非市场主体,五,,Z5,其他,620823,街1号,甲,存续,{Other}\n");
        Assert.Equal((5, 1, 1, 3), (report.Read, report.Added, report.Updated, report.Refused));
        Assert.Equal(["3/所属科室/not-your-section", "4/所属科室/not-your-section", "6/所属科室/not-your-section"], report.Errors.Select(e => $"{e.Row}/{e.Column}/{e.Code}"));
        Assert.Contains($"N2由{Other}维护", report.Errors[0].Message, StringComparison.Ordinal);
        Assert.Contains("N3由牵头科室维护", report.Errors[1].Message, StringComparison.Ordinal);
        Assert.Contains($"N5不能登记或移交给{Other}", report.Errors[2].Message, StringComparison.Ordinal);
        // A file that lacks the column keeps what the entries have and enters new ones for the own section.
        var without = await ImportAsync(host, Registrar, Header.Replace(",所属科室", "", StringComparison.Ordinal) + "N1,非市场主体,一又改,,Z1,其他,620823,街1号,甲,存续\nN2,非市场主体,二改,,Z2,其他,620823,街1号,甲,存续\nN6,非市场主体,六,,Z6,其他,620823,街1号,甲,存续\n");
        Assert.Equal((1, 1, 1), (without.Added, without.Updated, without.Refused));
        var owners = await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().OrderBy(i => i.Number).Select(i => $"{i.Number}{i.Name}{i.OwnerSection}").ToListAsync());
        Assert.Equal([$"N1一又改{Own}", $"N2二{Other}", "N3三", $"N4四{Own}", $"N6六{Own}"], owners);
        Assert.Equal("imports.not-your-role", (await host.HandleAsync((ImportFileHandler h) => h.HandleAsync(new ImportFile("officers", new MemoryStream()), host.Change(Registrar), default))).Refusal!.Code);
        // The file handed out has their own rows.
        using var file = new MemoryStream();
        await using var scope = host.Services.CreateAsyncScope();
        var rights = await RegisterRights.OfAsync(scope.ServiceProvider.GetRequiredService<DbContext>(), Registrar, RegisterForms.Inspectees, default);
        Assert.Null(await scope.ServiceProvider.GetRequiredService<ExportRegister>().WriteAsync("inspectees", file, RowSink.Csv, false, default, owners: rights.Owners));
        Assert.Equal(["N1", "N4", "N6"], Encoding.UTF8.GetString(file.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..].Select(l => l[..2]));
    }

    [Theory, BothDatabases]
    public async Task LeadSections_AndOtherDepartments_AreAsTheOfficeSays(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await GivenAsync(host);
        await host.ImportSampleAsync("items");
        Task<RegisterRights> RightsAsync(Actor by, RegisterForm? form = null) => host.ReadAsync(db => RegisterRights.OfAsync(db, by, form ?? RegisterForms.Inspectees, default));
        Assert.True((await RightsAsync(Planner)).KeepsAll);

        await host.RunAsync(s =>
        {
            s.GetRequiredService<DbContext>().Add(new OfficeProfile { Name = "崇信县应急管理局", ShortName = "县应急局", RegionCode = "620823", RegionName = "崇信县", Json = """{"region":{"code":"620823","name":"崇信县"},"bureau":{"name":"崇信县应急管理局"},"registers":{"leadSections":["综合科"]}}""" });
            return Task.CompletedTask;
        });
        Assert.True((await RightsAsync(Planner)).KeepsAll);
        Assert.True((await RightsAsync(Planner with { Section = null })).KeepsAll);
        Assert.Equal([Own], (await RightsAsync(Planner with { Section = Own })).Owners);
        Assert.True((await RightsAsync(Planner with { Section = Own }, RegisterForms.Officers)).KeepsAll);
        // A joint department's list: two departments may each have an 执法大队.
        var partner = TestHost.Person("农", Roles.Registrar) with { Section = "执法大队", Department = "崇信县农业农村局" };
        var ours = TestHost.Person("应", Roles.Registrar) with { Section = "执法大队", Department = "崇信县应急管理局" };
        var items = await host.ReadAsync(db => db.Set<InspectionItem>().AsNoTracking().ToListAsync());
        async Task<string[]> ItemsAsync(Actor by) => await RightsAsync(by, RegisterForms.Items) is var rights ? [.. items.Where(i => rights.Covers(i.OwnerSection)).Select(i => i.OwnerSection!).Distinct()] : [];
        Assert.Equal(["县农业农村局执法大队"], await ItemsAsync(partner));
        Assert.Equal(["执法大队"], await ItemsAsync(ours));
    }

    private static async Task GivenAsync(TestHost host)
    {
        var report = await ImportAsync(host, Planner, Header.Replace("登记状态", "登记状态,联系电话", StringComparison.Ordinal)
            + $"N1,非市场主体,一,,Z1,其他,620823,街1号,甲,存续,13812345678,{Own}\nN2,非市场主体,二,,Z2,其他,620823,街1号,甲,存续,13812345678,{Other}\nN3,非市场主体,三,,Z3,其他,620823,街1号,甲,存续,13812345678,\n");
        Assert.Equal(3, report.Added);
        host.Time.Advance(TimeSpan.FromDays(1));
    }

    private static async Task<Result<string>> EditAsync(TestHost host, Actor by, string? key, params (string Header, string Value)[] cells)
    {
        host.Time.Advance(TimeSpan.FromMinutes(1));
        var seen = key is null ? null : (await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().SingleAsync(i => i.Number == key))).ChangeId;
        return await host.HandleAsync((EditEntryHandler h) => h.HandleAsync(new EditEntry("inspectees", key, cells.ToDictionary(c => c.Header, c => c.Value), seen), host.Change(by, "调整"), default));
    }

    private static async Task<ImportReport> ImportAsync(TestHost host, Actor by, string text)
        => (await host.HandleAsync((ImportFileHandler h) => h.HandleAsync(new ImportFile("inspectees", new MemoryStream(Encoding.UTF8.GetBytes(text))), host.Change(by, "导入"), default))).Value;

    private static async Task<T> QueryAsync<T>(TestHost host, Func<RegisterQueries, Task<T>> ask)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await ask(ActivatorUtilities.CreateInstance<RegisterQueries>(scope.ServiceProvider));
    }
}
