using System.Text;
using DoubleRandom.Basics;
using DoubleRandom.Host.Data;
using DoubleRandom.Host.Pages.Registers;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Inspections.Registers;

/// <summary>An identity card's number is read by the planner and by nobody who holds the database: not in the register, its versions, the import's preview or the audit.</summary>
public sealed class PersonalSealTests
{
    private const string First = "620823198001011234", Second = "620823198001011235";
    private static readonly Actor Planner = TestHost.Person("朱文斌", "planner");

    [Theory, BothDatabases]
    public async Task IdNumber_IsSealedInEveryTableAndPlainInTheExport(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var file = $"人员编号,姓名,身份证号,单位,人员性质,证件状态\nR1,甲,{First},局,在编执法人员,有效\nR2,乙,,局,在编执法人员,有效\n";
        Assert.Equal(2, (await ImportAsync(host, file)).Added);
        Assert.Equal(2, (await ImportAsync(host, file)).Unchanged);
        host.Time.Advance(TimeSpan.FromDays(1));
        var preview = await ImportAsync(host, file.Replace(First, Second, StringComparison.Ordinal), dryRun: true);
        var before = await host.ReadAsync(db => db.Set<Officer>().AsNoTracking().SingleAsync(o => o.Number == "R1"));
        var edited = await host.HandleAsync((EditEntryHandler h) => h.HandleAsync(new EditEntry("officers", "R1", new Dictionary<string, string> { ["职务"] = "队长" }, before.ChangeId),
            host.Change(Planner) with { Reason = "任职" }, default));

        Assert.Null(edited.Refusal);
        var change = Assert.Single(Assert.Single(preview.Changes).Fields);
        Assert.Equal(("身份证号", "620*************34", "620*************35"), (change.Column, change.Old, change.New));
        Assert.Contains(First, await ExportAsync(host));
        Assert.Contains(First, await ExportAsync(host, host.Change().On.AddDays(-1)));
        Assert.Equal(First, (await CellsAsync(host))["身份证号"]);
        var kept = await host.ReadAsync(db => db.Set<Officer>().AsNoTracking().SingleAsync(o => o.Number == "R1"));
        Assert.Equal("队长", kept.Post);
        Assert.DoesNotContain("620823", kept.IdNumber);
        var everything = await host.ReadAsync(async db => string.Join('\n',
            [.. await db.Set<RegisterVersion>().Select(v => v.Data).ToListAsync(), .. await db.Set<AuditEntry>().Select(a => a.Data ?? "").ToListAsync()]));
        Assert.Contains("R1", everything);
        Assert.DoesNotContain(First, everything);
        Assert.DoesNotContain(Second, everything);
    }

    [Fact]
    public async Task WithoutTheKey_TheNumberIsNotReadAndNothingBreaks()
    {
        await using var host = await TestHost.StartAsync();
        await using var other = await TestHost.StartAsync();
        var (own, foreign) = (host.Services.GetRequiredService<PersonalSeal>(), other.Services.GetRequiredService<PersonalSeal>());
        var text = own.Seal(First);

        Assert.Equal(text, own.Seal(First));
        Assert.NotEqual(text[..20], own.Seal(Second)[..20]);
        Assert.Equal((First, "无法解密", "无法解密"), (own.Open(text), foreign.Open(text), own.Open(text[..^8] + "AAAAAAA=")));
        // What was registered before numbers were sealed.
        Assert.Equal(First, own.Open(First));
        Assert.True(text.Length <= PersonalSeal.MaxLength && own.Seal(new string('国', 18)).Length <= PersonalSeal.MaxLength);
    }

    private static async Task<ImportReport> ImportAsync(TestHost host, string text, bool dryRun = false)
        => (await host.HandleAsync((ImportFileHandler h) => h.HandleAsync(new ImportFile("officers", new MemoryStream(Encoding.UTF8.GetBytes(text)), dryRun), host.Change(Planner), default))).Value;

    private static async Task<string> ExportAsync(TestHost host, DateOnly? on = null)
    {
        await using var scope = host.Services.CreateAsyncScope();
        using var stream = new MemoryStream();
        Assert.Null(await scope.ServiceProvider.GetRequiredService<ExportRegister>().WriteAsync("officers", stream, RowSink.Csv, false, default, on));
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static async Task<IReadOnlyDictionary<string, string>> CellsAsync(TestHost host)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var queries = new RegisterQueries(services.GetRequiredService<DbContext>(), services.GetRequiredService<NeedToKnow>(), host.Time, services.GetRequiredService<RegisterAsOf>(), services.GetRequiredService<PersonalSeal>());
        return (await queries.CellsAsync("officers", "R1", default))!.Value.Cells;
    }
}
