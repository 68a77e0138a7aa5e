using System.Globalization;
using DoubleRandom.Basics;
using DoubleRandom.Host.Pages.Portal;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Tests.Inspections.Items;

/// <summary>A new version of an item goes through the legal office and a publisher, each another person, before the public sees it (S001-10).</summary>
public sealed class ItemReviewTests
{
    private static readonly Actor Planner = TestHost.Person("朱文斌", "planner");
    private static readonly Actor Legal = TestHost.Person("法一", "legal");
    private static readonly Actor Publisher = TestHost.Person("发布一", "publisher");

    [Theory, BothDatabases]
    public async Task NewVersion_ReviewedThenPublished_ReachesThePortal(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var key = await NewVersionAsync(host);
        Assert.Equal("items.not-reviewed", await PublishAsync(host, key, Publisher));
        Assert.Equal("items.not-legal", await ReviewAsync(host, key, Planner, true));
        Assert.Equal("items.opinion-missing", await ReviewAsync(host, key, Legal, true, " "));

        Assert.Null(await ReviewAsync(host, key, Legal, true));
        Assert.Equal("items.reviewed-already", await ReviewAsync(host, key, TestHost.Person("法二", "legal"), true));
        Assert.Equal("items.own-publication", await PublishAsync(host, key, Legal with { Roles = new HashSet<string> { "legal", "publisher" } }));
        Assert.Equal("items.own-publication", await PublishAsync(host, key, Planner with { Roles = new HashSet<string> { "planner", "publisher" } }));
        Assert.Equal("items.not-publisher", await PublishAsync(host, key, Legal));
        Assert.DoesNotContain(await PortalAsync(host), i => $"{i.Code}/{i.Version}" == key);
        Assert.Null(await PublishAsync(host, key, Publisher));

        Assert.Equal("items.published-already", await PublishAsync(host, key, Publisher));
        var item = Assert.Single(await PortalAsync(host), i => $"{i.Code}/{i.Version}" == key);
        Assert.Equal(("法一", "同意，依据充分", host.Time.Today, "县政府网站"), (item.ReviewedBy, item.ReviewOpinion, item.PublishedOn, item.Channel));
        Assert.Equal(["公示", "新增", "法制审核"], (await host.ReadAsync(db => db.Set<RegisterChange>().Where(c => c.Kind == "items" && c.Act != "导入").Select(c => c.Act).ToListAsync())).Order(StringComparer.Ordinal));
    }

    [Theory, BothDatabases]
    public async Task Review_SentBackOrChangedAfterwards_StartsOver(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var key = await NewVersionAsync(host);

        Assert.Null(await ReviewAsync(host, key, Legal, false, "缺少条款"));
        Assert.Equal(("不同意：缺少条款", (DateOnly?)null), await host.ReadAsync(async db => await Find(db, key).SingleAsync() is var item ? (item.ReviewOpinion, item.ReviewedOn) : default));
        Assert.Null((await EditAsync(host, key, ("依据条款", "第二十条"))).Refusal);
        Assert.Null(await ReviewAsync(host, key, Legal, true));
        Assert.Null((await EditAsync(host, key, ("抽查内容", "另一些"))).Refusal);
        Assert.Equal("items.not-reviewed", await PublishAsync(host, key, Publisher));
        Assert.Null(await host.ReadAsync(db => Find(db, key).Select(i => i.ReviewedBy).SingleAsync()));

        Assert.Equal("items.by-step", (await EditAsync(host, key, ("公示日期", "2026-09-18"))).Refusal?.Code);
        Assert.Equal("registers.changed-meanwhile", (await host.HandleAsync((ReviewItemHandler h) => h.HandleAsync(new ReviewItem(key, true, Guid.NewGuid()), host.Change(Legal, "同意"), default))).Refusal?.Code);
        Assert.Equal("items.own-version", await ReviewAsync(host, key, Planner with { Roles = new HashSet<string> { "planner", "legal" } }, true));
    }

    /// <summary>One rule for page and file: a file passes neither the review nor the publication, and does not write over what is public.</summary>
    [Theory, BothDatabases]
    public async Task Import_ByAPerson_PassesNoStepAndChangesNoPublishedVersion(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await host.ImportSampleAsync("items");
        var lines = await File.ReadAllLinesAsync(Repository.Path("samples/chongxin/抽查事项清单.csv"));
        var (header, mines) = (lines[0], lines.Single(l => l.StartsWith("YJ-05,1,", StringComparison.Ordinal)));
        const string Steps = "信慧敏,2025-12-22,待法制机构核定,2025-12-26";
        var unreviewed = mines.Replace("YJ-05,1,2026-01-01", $"YJ-05,2,{host.Time.Today.Iso()}", StringComparison.Ordinal).Replace(Steps, ",,,", StringComparison.Ordinal).Replace(",1.00,", ",0.05,", StringComparison.Ordinal);

        // The whole list again: nothing to say. A published version with another ratio, a new one with its review brought along, a word that is no category: each row is told.
        Assert.Equal((14, 0), await ImportAsync(lines) is var same ? (same.Unchanged, same.Refused) : default);
        Assert.Equal((1, 0), await ImportAsync(header, mines.Replace(Steps, ",,,", StringComparison.Ordinal)) is var blank ? (blank.Unchanged, blank.Refused) : default);
        var refused = await ImportAsync(header, mines.Replace(",1.00,", ",0.05,", StringComparison.Ordinal), mines.Replace("YJ-05,1,", "YJ-05,2,", StringComparison.Ordinal), mines.Replace("YJ-05,1,", "YJ-15,1,", StringComparison.Ordinal).Replace(Steps, ",,,", StringComparison.Ordinal).Replace("市场监管执法事项", "市场监督执法事项", StringComparison.Ordinal));
        Assert.Equal(["2/抽查比例/make-new-version", "3/法制审核人/by-step", "4/事项类别/unknown-code"], refused.Errors.Select(e => $"{e.Row}/{e.Column}/{e.Code}"));
        Assert.All(refused.Errors, e => Assert.StartsWith($"第 {e.Row} 行", e.Message, StringComparison.Ordinal));
        Assert.Equal((14, 1m), await host.ReadAsync(async db => (await db.Set<InspectionItem>().CountAsync(), (await Find(db, "YJ-05/1").SingleAsync()).Ratio)));

        // A version that is neither reviewed nor published is there, and nobody plans or draws with it.
        Assert.Equal(1, (await ImportAsync(header, unreviewed)).Added);
        Assert.Equal(1, await InForceAsync());
        Assert.Null(await ReviewAsync(host, "YJ-05/2", Legal, true));
        Assert.Equal(1, await InForceAsync());
        // Changed by a file after the review: it starts over. The same file again leaves the review as it is.
        Assert.Equal(1, (await ImportAsync(header, unreviewed.Replace(",0.05,", ",0.20,", StringComparison.Ordinal))).Updated);
        Assert.Equal("items.not-reviewed", await PublishAsync(host, "YJ-05/2", Publisher));
        Assert.Null(await ReviewAsync(host, "YJ-05/2", Legal, true));
        Assert.Equal(1, (await ImportAsync(header, unreviewed.Replace(",0.05,", ",0.20,", StringComparison.Ordinal))).Unchanged);
        Assert.Null(await PublishAsync(host, "YJ-05/2", Publisher));
        Assert.Equal(2, await InForceAsync());

        async Task<DoubleRandom.Inspections.Imports.ImportReport> ImportAsync(params string[] rows)
            => (await host.HandleAsync((DoubleRandom.Inspections.Imports.ImportFileHandler h) => h.HandleAsync(new("items", new MemoryStream(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', rows)))), host.Change(Planner), default))).Value;

        Task<int> InForceAsync() => host.ReadAsync(async db => ((await ObjectPool.ItemAsync(db, "YJ-05", host.Time.Today, default))!.Version, (await KeptItems.ItemsAsync(db, ["YJ-05"], null, host.Time.Today, default)).Single().Version) is var (plan, draw) && plan == draw ? plan : -1);
    }

    private static async Task<string> NewVersionAsync(TestHost host)
    {
        await host.ImportSampleAsync("items");
        var item = await host.ReadAsync(db => db.Set<InspectionItem>().AsNoTracking().OrderBy(i => i.Code).FirstAsync(i => i.PublishedOn != null));
        var form = DoubleRandom.Inspections.Imports.RegisterForms.Items;
        var cells = form.All.ToDictionary(c => c.Header, c => form.Steps.Contains(c.Header) ? "" : c.TextOf(item));
        (cells["版本"], cells["生效日期"], cells["失效日期"]) = ((item.Version + 1).ToString(CultureInfo.InvariantCulture), host.Time.Today.Iso(), "");
        return (await host.HandleAsync((EditEntryHandler h) => h.HandleAsync(new EditEntry("items", null, cells), host.Change(Planner, "新法施行"), default))).Value;
    }

    private static IQueryable<InspectionItem> Find(DbContext db, string key)
    {
        var (code, version) = (key.Split('/')[0], int.Parse(key.Split('/')[1], CultureInfo.InvariantCulture));
        return db.Set<InspectionItem>().AsNoTracking().Where(i => i.Code == code && i.Version == version);
    }

    private static Task<Guid?> SeenAsync(TestHost host, string key) => host.ReadAsync(db => Find(db, key).Select(i => i.ChangeId).SingleAsync());

    private static async Task<Result<string>> EditAsync(TestHost host, string key, params (string Header, string Value)[] cells)
    {
        var seen = await SeenAsync(host, key);
        return await host.HandleAsync((EditEntryHandler h) => h.HandleAsync(new EditEntry("items", key, cells.ToDictionary(c => c.Header, c => c.Value), seen), host.Change(Planner, "更正"), default));
    }

    private static async Task<string?> ReviewAsync(TestHost host, string key, Actor by, bool agrees, string opinion = "同意，依据充分")
    {
        var seen = await SeenAsync(host, key);
        return (await host.HandleAsync((ReviewItemHandler h) => h.HandleAsync(new ReviewItem(key, agrees, seen), host.Change(by, opinion), default))).Refusal?.Code;
    }

    private static async Task<string?> PublishAsync(TestHost host, string key, Actor by)
    {
        var seen = await SeenAsync(host, key);
        return (await host.HandleAsync((PublishItemHandler h) => h.HandleAsync(new PublishItem(key, "县政府网站", seen), host.Change(by), default))).Refusal?.Code;
    }

    private static Task<IReadOnlyList<InspectionItem>> PortalAsync(TestHost host)
        => host.ReadAsync(db => new PortalReader(db, host.Time, new DrawDigests()).ItemsAsync(default));
}
