using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Tests.Inspections.Items;

public sealed class ObjectFilterTests
{
    [Theory, BothDatabases]
    public async Task Pool_OfEveryLineOfTheSamplePlan_IsThePlansFigure(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await host.ImportSampleAsync("inspectees", "items", "plan");

        var found = await host.ReadAsync(async db =>
        {
            List<(int Line, int Found, int Planned)> all = [];
            foreach (var line in await db.Set<PlanLine>().AsNoTracking().OrderBy(l => l.LineNo).ToListAsync())
            {
                var item = (await ObjectPool.ItemAsync(db, line.ItemCode, line.PeriodFrom, default))!;
                var pool = await ObjectPool.OfAsync(db, ObjectFilter.Parse(item.ObjectFilter, $"{line.LineNo}").Value, line.BaseDate, line.PeriodTo, default);
                all.Add((line.LineNo, pool.Numbers.Count, line.PoolCount!.Value));
            }
            return all;
        });

        Assert.Equal([412, 28, 306, 39, 24, 46, 16, 7, 118, 13, 62, 263], found.Select(f => f.Found));
        Assert.All(found, f => Assert.Equal(f.Planned, f.Found));
    }

    [Fact]
    public async Task Pool_OfAllSafetySectors_NamesWhoIsLeftOutAndWhy()
    {
        await using var host = await TestHost.StartAsync();
        await host.ImportSampleAsync("inspectees");

        var pool = await host.ReadAsync(db => ObjectPool.OfAsync(db, ObjectFilter.Parse("监管行业领域不为空", "YJ-06").Value, new(2025, 12, 31), new(2026, 6, 30), default));

        Assert.Equal(["EXCL-1", "EXCL-2", "EXCL-2", "EXCL-3", "EXCL-4"], pool.Exclusions.Where(e => e.Reason.StartsWith("EXCL", StringComparison.Ordinal)).Select(e => e.Reason).Order());
    }

    [Theory]
    [InlineData("监管标签含危化品使用或有限空间", "学校;危化品使用", true)]
    [InlineData("监管标签含危化品", "学校;危化品使用", false)]
    [InlineData("监管标签=学校", "学校;危化品使用", false)]
    [InlineData("监管标签=学校", "学校", true)]
    [InlineData("监管标签以学开头 且 监管标签不为空", "学校;危化品使用", true)]
    [InlineData("监管标签不为空", "", false)]
    [InlineData("对象类型=企业单位 且 监管标签含学校", "医院", false)]
    [InlineData("名称含学或校", "", true)]
    [InlineData("按线索逐件确定", "学校", false)]
    public void Matches_Term_OfItsGrammar(string filter, string tags, bool expected)
        => Assert.Equal(expected, ObjectFilter.Parse(filter, "1").Value.Matches(new Inspectee
        {
            Number = "1",
            Kind = "企业单位",
            Name = "某学堂",
            EntityType = "企业",
            RegionCode = "620823",
            RegisteredAddress = "住所",
            LegalRepresentative = "某",
            RegistrationStatus = "存续",
            Tags = tags.Length == 0 ? null : tags,
        }));

    [Theory]
    [InlineData("监管标签含学校 且 颜色=红", "颜色=红")]
    [InlineData("监管标签", "监管标签")]
    [InlineData("监管标签含学校或", "监管标签含学校或")]
    [InlineData("监管标签含学校 或 名称=甲", null)]
    [InlineData("监管标签=", "监管标签=")]
    [InlineData("监管行业领域以开头", "监管行业领域以开头")]
    [InlineData("", "（空）")]
    [InlineData("监管标签含学校且名称=甲 且 且", "且")]
    public void Parse_WhatIsNoTerm_IsRefusedNamingLineAndTerm(string filter, string? term)
    {
        var refusal = ObjectFilter.Parse(filter, "计划第 3 行").Refusal;

        if (term is null)
        {
            Assert.Null(refusal);
            return;
        }
        Assert.Equal("items.bad-filter", refusal!.Code);
        Assert.Equal(["计划第 3 行", term], refusal.Arguments);
    }
}
