using System.Text;
using DoubleRandom.Basics;
using DoubleRandom.Host.Pages.Registers;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Inspections.Registers;

/// <summary>One entry changed by hand, several in bulk, and what is left of how they were.</summary>
public sealed class EditEntryTests
{
    private static readonly Actor Planner = TestHost.Person("朱文斌", "planner");

    [Theory, BothDatabases]
    public async Task Edit_Entry_KeepsTheVersionAndIsReadAsOfADate(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await host.ImportSampleAsync("inspectees");
        var before = await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().SingleAsync(r => r.Number == "CX00001"));
        host.Time.Advance(TimeSpan.FromDays(2));

        var saved = await EditAsync(host, new EditEntry("inspectees", "CX00001", Cells(("名称", "崇信县新名餐饮有限公司"), ("登记状态", "停业")), before.ChangeId));
        var late = await EditAsync(host, new EditEntry("inspectees", "CX00001", Cells(("登记状态", "注销")), before.ChangeId));

        Assert.Equal("CX00001", saved.Value);
        Assert.Equal("registers.changed-meanwhile", late.Refusal!.Code);
        var now = await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().SingleAsync(r => r.Number == "CX00001"));
        Assert.Equal(("崇信县新名餐饮有限公司", $"{before.Name}（至2026-09-20）", "停业"), (now.Name, now.FormerName, now.RegistrationStatus));
        var history = await AskAsync(host, q => q.HistoryAsync("inspectees", "CX00001", Planner, default));
        Assert.Equal(["名称", "曾用名", "登记状态"], history[0].Fields.Select(f => f.Column));
        Assert.Equal(("朱文斌", "修改", "来信更正"), (history[0].By, history[0].Act, history[0].Reason));
        Assert.Equal("入库", history[^1].Act);
        string? NameOf(IReadOnlyList<RegisterValue>? values) => values?.Single(v => v.Header == "名称").Value;
        Assert.Equal(before.Name, NameOf(await AskAsync(host, q => q.AsOfAsync("inspectees", "CX00001", new DateOnly(2026, 9, 19), Planner, default))));
        Assert.Equal(now.Name, NameOf(await AskAsync(host, q => q.AsOfAsync("inspectees", "CX00001", new DateOnly(2026, 9, 20), Planner, default))));
        Assert.Null(await AskAsync(host, q => q.AsOfAsync("inspectees", "CX00001", new DateOnly(2026, 9, 17), Planner, default)));
    }

    /// <summary>The whole register as of a day: the export is the file of that day, byte for byte, and the list shows the names of then.</summary>
    [Theory, BothDatabases]
    public async Task Register_AsOfADay_IsAsItWas(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await host.ImportSampleAsync("inspectees", "items");
        var (then, items) = (await ExportAsync(host, "inspectees"), await ExportAsync(host, "items"));
        var before = await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().SingleAsync(r => r.Number == "CX00001"));
        host.Time.Advance(TimeSpan.FromDays(2));
        var first = await EditAsync(host, new EditEntry("inspectees", "CX00001", Cells(("名称", "崇信县新名餐饮有限公司")), before.ChangeId));
        Assert.Null(first.Refusal);
        var between = await ExportAsync(host, "inspectees");
        host.Time.Advance(TimeSpan.FromDays(2));
        var now = await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().SingleAsync(r => r.Number == "CX00001"));
        Assert.Null((await EditAsync(host, new EditEntry("inspectees", "CX00001", Cells(("登记状态", "停业")), now.ChangeId))).Refusal);
        var later = (await AskAsync(host, q => q.CellsAsync("inspectees", "CX00001", default)))!.Value.Cells.ToDictionary();
        (later["对象编号"], later["统一社会信用代码"], later["信用代码例外说明"]) = ("CX00000", $"{before.CreditCode![..9]}{(before.CreditCode[9] == '1' ? '2' : '1')}{before.CreditCode[10..]}", "执照如此");
        Assert.Null((await EditAsync(host, new EditEntry("inspectees", null, later, null))).Refusal);

        Assert.Equal(then, await ExportAsync(host, "inspectees", new DateOnly(2026, 9, 18)));
        Assert.Equal(then, await ExportAsync(host, "inspectees", new DateOnly(2026, 9, 19)));
        Assert.Equal(between, await ExportAsync(host, "inspectees", new DateOnly(2026, 9, 21)));
        Assert.Equal(await ExportAsync(host, "inspectees"), await ExportAsync(host, "inspectees", new DateOnly(2026, 9, 22)));
        Assert.Equal(items, await ExportAsync(host, "items", new DateOnly(2026, 9, 20)));
        Assert.Single((await ExportAsync(host, "items", new DateOnly(2026, 9, 17))).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("registers.day-to-come", (await host.HandleAsync(async (ExportRegister export) => await export.WriteAsync("items", Stream.Null, RowSink.Csv, false, default, new DateOnly(2026, 9, 23)) is { } no ? no : (Result<Done>)Done.It)).Refusal?.Code);

        Task<RegisterListView?> ListAsync(DateOnly? on, string? after = null) => AskAsync(host, q => q.ListAsync(new ListRequest("inspectees", null, after, new Dictionary<string, string>(), "", on), default));
        var list = (await ListAsync(new DateOnly(2026, 9, 19)))!;
        Assert.Equal(("CX00001", before.Name), (list.Lines[0].Key, list.Lines[0].Name));
        Assert.Equal("CX00000", (await ListAsync(null))!.Lines[0].Key);
        Assert.Equal(list.All + 1, (await ListAsync(new DateOnly(2026, 9, 22)))!.All);
        List<string> keys = [.. list.Lines.Select(l => l.Key)];
        for (var next = list.Next; next is not null;)
        {
            var page = (await ListAsync(new DateOnly(2026, 9, 19), next))!;
            keys.AddRange(page.Lines.Select(l => l.Key));
            next = page.Next;
        }
        Assert.Equal((list.All, list.All), (keys.Count, keys.Distinct().Count()));
        Assert.Equal(0, (await ListAsync(new DateOnly(2026, 9, 17)))!.All);
    }

    private static Task<string> ExportAsync(TestHost host, string kind, DateOnly? on = null) => host.ReadAsync(async _ =>
    {
        await using var scope = host.Services.CreateAsyncScope();
        using var file = new MemoryStream();
        Assert.Null(await scope.ServiceProvider.GetRequiredService<ExportRegister>().WriteAsync(kind, file, RowSink.Csv, false, default, on));
        return Encoding.UTF8.GetString(file.ToArray());
    });

    [Theory, BothDatabases]
    public async Task Edit_WhatTheImportWouldRefuse_IsRefusedAtItsField(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await host.ImportSampleAsync("inspectees", "items");
        var row = await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().SingleAsync(r => r.Number == "CX00001"));
        var other = await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().SingleAsync(r => r.Number == "CX00002"));
        async Task<string> CodeAsync(string key, Guid? seen, params (string, string)[] cells) => (await EditAsync(host, new EditEntry("inspectees", key, Cells(cells), seen))).Refusal is { } r ? $"{r.Code}/{r.Field}" : "";

        Assert.Equal("registers.bad-cell/名称", await CodeAsync("CX00001", row.ChangeId, ("名称", " ")));
        Assert.Equal("registers.bad-cell/统一社会信用代码", await CodeAsync("CX00001", row.ChangeId, ("统一社会信用代码", row.CreditCode![..17] + (row.CreditCode[17] == '1' ? '2' : '1'))));
        Assert.Equal("", await CodeAsync("CX00001", row.ChangeId, ("统一社会信用代码", row.CreditCode![..17] + (row.CreditCode[17] == '1' ? '2' : '1')), ("信用代码例外说明", "执照如此")));
        Assert.Equal("registers.code-taken/统一社会信用代码", await CodeAsync("CX00002", other.ChangeId, ("统一社会信用代码", (await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().SingleAsync(r => r.Number == "CX00003"))).CreditCode!)));
        Assert.Equal("registers.no-entry/", await CodeAsync("CX99999", null, ("名称", "甲")));
        Assert.Equal("imports.not-your-role", (await host.HandleAsync((EditEntryHandler h) => h.HandleAsync(new EditEntry("inspectees", "CX00002", Cells(("名称", "甲")), other.ChangeId), host.Change(TestHost.Person("王", "officer"), "x"), default))).Refusal!.Code);
        Assert.Equal("registers.say-why", (await host.HandleAsync((EditEntryHandler h) => h.HandleAsync(new EditEntry("inspectees", "CX00002", Cells(("名称", "甲")), other.ChangeId), host.Change(Planner), default))).Refusal!.Code);
        var item = await host.ReadAsync(db => db.Set<DoubleRandom.Inspections.Items.InspectionItem>().AsNoTracking().FirstAsync(i => i.PublishedOn != null));
        Assert.Equal("items.make-new-version", (await EditAsync(host, new EditEntry("items", $"{item.Code}/{item.Version}", Cells(("抽查内容", "另一些")), item.ChangeId))).Refusal!.Code);
    }

    [Theory, BothDatabases]
    public async Task EditEntries_AndLists_FilterSortAndPageWithoutGaps(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await host.ImportSampleAsync("inspectees", "items", "relations");
        host.Time.Advance(TimeSpan.FromDays(1));

        var changed = await host.HandleAsync((EditEntryHandler h) => h.HandleAsync(new EditEntries("inspectees", ["CX00001", "CX00002", "CX00003"], "风险等级", "重大"), host.Change(Planner, "风险评估"), default));
        var refused = await host.HandleAsync((EditEntryHandler h) => h.HandleAsync(new EditEntries("inspectees", ["CX00004", "CX00005"], "风险等级", "很高"), host.Change(Planner, "风险评估"), default));
        var key = await host.HandleAsync((EditEntryHandler h) => h.HandleAsync(new EditEntries("inspectees", ["CX00004"], "统一社会信用代码", "x"), host.Change(Planner, "x"), default));

        Assert.Equal(3, changed.Value.Count);
        Assert.Equal("registers.in-entry", refused.Refusal!.Code);
        Assert.Equal("registers.not-in-bulk", key.Refusal!.Code);
        var all = await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().ToListAsync());
        var first = await AskAsync(host, q => q.ListAsync(new ListRequest("inspectees", null, null, new Dictionary<string, string>(), "changed"), default));
        Assert.Equal(["CX00001", "CX00002", "CX00003"], first!.Lines.Take(3).Select(l => l.Key));
        foreach (var (filters, sort, expected) in new (Dictionary<string, string>, string, int)[]
        {
            ([], "name", all.Count), ([], "changed", all.Count), (new() { ["登记状态"] = "存续" }, "", all.Count(r => r.RegistrationStatus == "存续")),
            (new() { ["监管标签"] = "加油站" }, "name", all.Count(r => r.Tags?.Contains("加油站", StringComparison.Ordinal) == true)), (new() { ["不适用抽查代码"] = ListRequest.Empty }, "", all.Count(r => r.ExclusionCode is null)),
        })
        {
            HashSet<string> seen = [];
            string? after = null;
            do
            {
                var page = (await AskAsync(host, q => q.ListAsync(new ListRequest("inspectees", null, after, filters, sort), default)))!;
                Assert.All(page.Lines, l => Assert.True(seen.Add(l.Key)));
                Assert.Equal(expected, filters.Count == 0 ? page.All : page.Matching);
                after = page.Next;
            }
            while (after is not null);
            Assert.Equal(expected, seen.Count);
        }
        var items = await AskAsync(host, q => q.ItemSharesAsync(default));
        Assert.All(items, i => Assert.True(i.IsMet));
        Assert.Equal(10, items.Single(i => i.Category.Contains("市场", StringComparison.Ordinal)).Random);
        Assert.NotEmpty((await AskAsync(host, q => q.ListAsync(new ListRequest("relations", null, null, new Dictionary<string, string> { ["人员类别"] = "专家" }), default)))!.Lines);
    }

    [Theory, BothDatabases]
    public async Task CodeTables_OnceLoaded_AreTheOnlyCodesTaken(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        const string Header = "对象编号,对象类型,名称,统一社会信用代码,其他身份代码,主体类型,行政区划,行业代码,住所,法定代表人,登记状态\n";
        async Task<ImportReport> ImportAsync(string kind, string text) => (await host.HandleAsync((ImportFileHandler h) => h.HandleAsync(new ImportFile(kind, new MemoryStream(Encoding.UTF8.GetBytes(text))), host.Change(Planner), default))).Value;

        var before = await ImportAsync("inspectees", Header + "X1,非市场主体,甲,,Z1,其他,999999,Z9999,街,李,存续\n");
        await ImportAsync("codes", "代码表,代码,名称,上级代码,来源,启用日期\nGB/T 2260,620823,崇信县,620800,GB/T 2260-2007,2007-11-14\nGB/T 2260,620800,平凉市,620000,,\n");
        var after = await ImportAsync("inspectees", Header + "X2,非市场主体,乙,,Z2,其他,999999,Z9999,街,李,存续\nX3,非市场主体,丙,,Z3,其他,620823,Z9999,街,李,存续\n");

        Assert.Equal((1, 0), (before.Added, before.Refused));
        Assert.Equal((1, 1), (after.Added, after.Refused));
        Assert.Equal("2/行政区划/unknown-code", after.Errors.Select(e => $"{e.Row}/{e.Column}/{e.Code}").Single());
    }

    [Theory, BothDatabases]
    public async Task SavedViews_AreTheOwnersAndSharedOnes(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var other = TestHost.Person("王芳", "officer");
        Task<Result<SavedView>> SaveAsync(Actor by, string name, string query, bool isShared) => host.HandleAsync((SavedViewHandler h) => h.HandleAsync(new SaveView("inspectees", name, query, isShared), host.Change(by), default));

        var mine = await SaveAsync(Planner, "重大风险", "f.风险等级=重大", false);
        await SaveAsync(Planner, "停业", "f.登记状态=停业", true);
        await SaveAsync(Planner, "重大风险", "f.风险等级=较大", false);

        Assert.Equal("registers.view-name", (await SaveAsync(Planner, " ", "x", false)).Refusal!.Code);
        Assert.Equal("registers.view-empty", (await SaveAsync(Planner, "空", "", false)).Refusal!.Code);
        Assert.Equal(["停业", "重大风险"], (await AskAsync(host, q => q.ViewsAsync("inspectees", Planner, default))).Select(v => v.Name).Order(StringComparer.Ordinal));
        Assert.Equal("停业", (await AskAsync(host, q => q.ViewsAsync("inspectees", other, default))).Single().Name);
        Assert.Equal("registers.not-your-view", (await host.HandleAsync((SavedViewHandler h) => h.HandleAsync(new RemoveView(mine.Value.Id), host.Change(other), default))).Refusal!.Code);
        await host.HandleAsync((SavedViewHandler h) => h.HandleAsync(new RemoveView(mine.Value.Id), host.Change(Planner), default));
        Assert.Single(await AskAsync(host, q => q.ViewsAsync("inspectees", Planner, default)));
    }

    private static Dictionary<string, string> Cells(params (string Header, string Value)[] cells) => cells.ToDictionary(c => c.Header, c => c.Value);

    private static Task<Result<string>> EditAsync(TestHost host, EditEntry command) => host.HandleAsync((EditEntryHandler h) => h.HandleAsync(command, host.Change(Planner, "来信更正"), default));

    private static async Task<T> AskAsync<T>(TestHost host, Func<RegisterQueries, Task<T>> ask)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<DbContext>();
        return await ask(new RegisterQueries(db, scope.ServiceProvider.GetRequiredService<NeedToKnow>(), host.Time, scope.ServiceProvider.GetRequiredService<RegisterAsOf>(), scope.ServiceProvider.GetRequiredService<PersonalSeal>()));
    }
}
