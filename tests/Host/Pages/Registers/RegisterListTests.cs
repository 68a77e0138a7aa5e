using DoubleRandom.Basics;
using DoubleRandom.Host.Pages.Registers;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Pages.Registers;

/// <summary>What most entries have, what many have and what hardly any has: whichever way the database takes, the page is the same.</summary>
public sealed class RegisterListTests
{
    private const int Entries = 21_000;

    [Theory, BothDatabases]
    public async Task Page_OfCommonAndRareValues_IsInTheOrderAskedFor(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await FillAsync(host);
        var rows = Enumerable.Range(1, Entries).Select(i => (Number: $"L{i:D6}", Name: $"厂{(i * 7919) % Entries:D6}", Kind: i % 5_000 == 0 ? "非市场主体" : "企业单位", Tags: i % 7_000 == 0 ? "有限空间;稀有" : i % 3 == 0 ? "有限空间" : null)).ToList();

        foreach (var (header, value, has) in new (string, string, Func<(string Number, string Name, string Kind, string? Tags), bool>)[]
        {
            ("对象类型", "企业单位", r => r.Kind == "企业单位"),
            ("对象类型", "非市场主体", r => r.Kind == "非市场主体"),
            ("监管标签", "有限空间", r => r.Tags is not null),
            ("监管标签", "稀有", r => r.Tags?.Contains("稀有", StringComparison.Ordinal) == true),
            ("监管标签", ListRequest.Empty, r => r.Tags is null),
            ("登记状态", "存续", _ => true),
        })
        {
            foreach (var sort in (string[])["", "name"])
            {
                var wanted = rows.Where(has).OrderBy(r => sort == "name" ? r.Name : r.Number, StringComparer.Ordinal).Select(r => r.Number).ToList();
                var request = new ListRequest("inspectees", null, null, new Dictionary<string, string> { [header] = value }, sort);

                var first = await AskAsync(host, request);
                var second = first.Next is { } next ? await AskAsync(host, request with { After = next }) : null;

                Assert.Equal(wanted.Count, first.Matching);
                Assert.Equal(wanted.Take(50), first.Lines.Select(l => l.Key));
                Assert.Equal(wanted.Skip(50).Take(50), second?.Lines.Select(l => l.Key) ?? []);
            }
        }
    }

    [Theory, BothDatabases]
    public async Task Search_OfBigRegister_FindsBeginnings_AndListsVeryManyInTheirOwnOrder(string database)
    {
        const int entries = 125_000;
        await using var host = await TestHost.StartAsync(database);
        await FillAsync(host, entries);
        var rows = Enumerable.Range(1, entries).Select(i => (Number: $"L{i:D6}", Name: $"厂{(i * 7919) % entries:D6}")).ToList();
        IEnumerable<string> Numbers(Func<(string Number, string Name), bool> has, Func<(string Number, string Name), string> by) => rows.Where(has).OrderBy(by, StringComparer.Ordinal).Select(r => r.Number);

        foreach (var (text, sort, begins, matching, wanted) in new[]
        {
            ("厂0001", "", (string?)null, 100, Numbers(r => r.Name.StartsWith("厂0001", StringComparison.Ordinal), r => r.Number)),
            ("L00", "", null, 9_999, Numbers(r => r.Number.StartsWith("L00", StringComparison.Ordinal), r => r.Number)),
            ("L11", "name", null, 10_000, Numbers(r => r.Number.StartsWith("L11", StringComparison.Ordinal), r => r.Name)),
            ("厂", "", "名称", -1, Numbers(_ => true, r => r.Name)),
            ("厂", "changed", "名称", -1, Numbers(_ => true, r => r.Name)),
            ("L1", "name", "对象编号", -1, Numbers(r => r.Number.StartsWith("L1", StringComparison.Ordinal), r => r.Number)),
        })
        {
            var request = new ListRequest("inspectees", text, null, new Dictionary<string, string>(), sort);

            var first = await AskAsync(host, request);
            var second = first.Next is { } next ? await AskAsync(host, request with { After = next }) : null;

            Assert.Equal((begins, matching), (first.Begins, first.Matching));
            Assert.Equal(wanted.Take(50), first.Lines.Select(l => l.Key));
            Assert.Equal(wanted.Skip(50).Take(50), second?.Lines.Select(l => l.Key) ?? []);
        }
    }

    private static async Task FillAsync(TestHost host, int entries = Entries)
    {
        await host.RunAsync(async (services, ct) =>
        {
            await services.GetRequiredService<DbContext>().Database.ExecuteSqlAsync($"""
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {entries})
                INSERT INTO inspectees (number, kind, name, entity_type, region_code, registered_address, legal_representative, registration_status, tags)
                SELECT 'L' || substr('000000' || CAST(i AS TEXT), length(CAST(i AS TEXT)) + 1, 6), CASE WHEN i % 5000 = 0 THEN '非市场主体' ELSE '企业单位' END,
                    '厂' || substr('000000' || CAST((i * 7919) % {entries} AS TEXT), length(CAST((i * 7919) % {entries} AS TEXT)) + 1, 6), '企业', '620823', '街1号', '张三', '存续',
                    CASE WHEN i % 7000 = 0 THEN '有限空间;稀有' WHEN i % 3 = 0 THEN '有限空间' END
                FROM n
                """, ct);
            return (Result<Done>)Done.It;
        });
    }

    private static async Task<RegisterListView> AskAsync(TestHost host, ListRequest request)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<DbContext>();
        return (await new RegisterQueries(db, scope.ServiceProvider.GetRequiredService<NeedToKnow>(), host.Time, scope.ServiceProvider.GetRequiredService<RegisterAsOf>(), scope.ServiceProvider.GetRequiredService<PersonalSeal>()).ListAsync(request, default))!;
    }
}
