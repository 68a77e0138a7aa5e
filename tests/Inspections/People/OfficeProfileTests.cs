using System.Text;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.People;
using DoubleRandom.Tests.Support;

namespace DoubleRandom.Tests.Inspections.People;

public sealed class OfficeProfileTests
{
    [Theory, BothDatabases]
    public async Task Current_AfterTheSampleIsTakenIn_HoldsTheOffice(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        Assert.Null(await host.ReadAsync(db => OfficeProfile.CurrentAsync(db)));

        var report = await ImportAsync(host, await File.ReadAllTextAsync(Repository.Path("samples/chongxin/organisation.json")));

        Assert.Empty(report.Errors);
        var office = (await host.ReadAsync(db => OfficeProfile.CurrentAsync(db)))!;
        Assert.Equal(("崇信县应急管理局", "620823", "应急"), (office.Name, office.RegionCode, office.Profile));
        Assert.Equal((1001, new DateOnly(2025, 12, 31)), (office.Data.MarketEntityTotal!.Count, office.Data.MarketEntityTotal.Date));
        Assert.Equal("应急检审", office.Data.DocumentNumbers!.Codes!["行政检查审批表"]);
        Assert.Equal("（崇）应急", office.Data.Bureau.DocPrefix);
        Assert.Equal((2, 1), (office.Data.Team().Officers.Min, office.Data.Team().Experts.Min));
        Assert.False(office.Data.Team("城管").Leader.Drawn);
    }

    [Theory]
    [InlineData("{", "bad-format")]
    [InlineData("null", "missing-value")]
    [InlineData("""{"region":{"code":"620823","name":"县"},"bureau":{}}""", "missing-value")]
    [InlineData("""{"region":{"code":"62","name":"县"},"bureau":{"name":"局"}}""", "bad-format")]
    [InlineData("""{"region":{"code":"620823","name":"县"},"bureau":{"name":"局"},"teamProfiles":[{"key":"应急","leader":{"post":"副局长"},"officers":{"min":1},"experts":{}}]}""", "out-of-range")]
    public async Task Import_FileThatIsNoOffice_NamesTheFieldAndChangesNothing(string json, string code)
    {
        await using var host = await TestHost.StartAsync();

        var report = await ImportAsync(host, json);

        Assert.Equal(code, report.Errors.Single().Code);
        Assert.Null(await host.ReadAsync(db => OfficeProfile.CurrentAsync(db)));
    }

    private static async Task<ImportReport> ImportAsync(TestHost host, string json)
        => (await host.HandleAsync((ImportFileHandler h) => h.HandleAsync(new ImportFile("organisation", new MemoryStream(Encoding.UTF8.GetBytes(json))), host.Change(), default))).Value;
}
