using System.Text;
using DoubleRandom.Basics;
using DoubleRandom.Host.Background;
using DoubleRandom.Host.Data;
using DoubleRandom.Host.Pages.Registers;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Evidence;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Inspections.Registers;

/// <summary>An identity card's number is read by the planner and by nobody who holds the database: not in the register, its versions, the import's preview or the audit.</summary>
public sealed class PersonalSealTests
{
    private const string First = "620823198001011239", Second = "620823198001011255";
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
        Assert.Equal(("身份证号", "620*************39", "620*************55"), (change.Column, change.Old, change.New));
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

    /// <summary>What was handed in, what was refused of it and what was sent on lie sealed: whoever copies the data folder reads no number there.</summary>
    [Theory, BothDatabases]
    public async Task KeptFiles_HoldNoNumberAndGiveBackWhatWasHandedIn(string database)
    {
        await using var host = await TestHost.StartAsync(database, s => s.AddScoped<IStaff, OnePlanner>());
        var (seal, store) = (host.Services.GetRequiredService<PersonalSeal>(), host.Services.GetRequiredService<EvidenceStore>());
        var text = $"人员编号,姓名,身份证号,单位,人员性质,证件状态\nR1,甲,{First},局,在编执法人员,有效\nR2,乙,{Second},局,在编执法人员,无\nR3,丙,{First}{Second},局,在编执法人员,有效\n";
        await using var sealing = seal.SealFile(new MemoryStream(Encoding.UTF8.GetBytes(text)));
        var kept = (await store.PutAsync(sealing, host.Change().OperationId, default)).Value;
        var job = (await host.HandleAsync((RequestImportHandler h) => h.HandleAsync(new RequestImport("officers", "人员.csv", kept.Sha256, text.Length), host.Change(Planner), default))).Value;
        await host.Services.GetRequiredService<ImportRunner>().RunDueAsync(default);
        Assert.Null((await host.HandleAsync((DecideImportHandler h) => h.HandleAsync(new DecideImport(job.Id, true, "入库"), host.Change(Planner), default))).Refusal);
        await host.Services.GetRequiredService<ImportRunner>().RunDueAsync(default);
        var done = await host.ReadAsync(db => db.Set<ImportJob>().AsNoTracking().SingleAsync());
        var filing = await host.HandleAsync((FileChangesHandler h) => h.HandleAsync(new FileChanges("officers", "市局", null), host.Change(Planner), default));

        Assert.Equal((1, 2), (done.Report!.Added, done.Report.Refused));
        async Task<string> ReadAsync(string sha256)
        {
            using var reader = new StreamReader(seal.OpenFile(store.Open(sha256))!);
            return await reader.ReadToEndAsync();
        }
        Assert.Equal(text, await ReadAsync(kept.Sha256));
        Assert.Contains($"R2,乙,{Second}", await ReadAsync(done.RefusalsSha256!), StringComparison.Ordinal);
        Assert.Contains(First, await ReadAsync(filing.Value.FileSha256), StringComparison.Ordinal);
        Assert.DoesNotContain("62082319", done.ReportJson, StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(host.Folder, "*", SearchOption.AllDirectories))
        {
            await using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            await open.CopyToAsync(bytes);
            Assert.True(bytes.ToArray().AsSpan().IndexOf("82319800101"u8) < 0, file);
        }
        // Who hands in for one section sees what was refused of the own file and of nobody else's.
        var registrar = TestHost.Person("茹维民", Roles.Registrar) with { Section = "工贸监管科" };
        Assert.True(await host.ReadAsync(db => ImportRights.MayReadAsync(db, Planner, done, default)));
        Assert.False(await host.ReadAsync(db => ImportRights.MayReadAsync(db, registrar, done, default)));
        var own = new ImportJob { Kind = "inspectees", FileName = "", FileSha256 = "", ByName = "", ById = registrar.Id };
        Assert.True(await host.ReadAsync(db => ImportRights.MayReadAsync(db, registrar, own, default)));
        own.ById = Planner.Id;
        Assert.False(await host.ReadAsync(db => ImportRights.MayReadAsync(db, registrar, own, default)));
    }

    [Fact]
    public async Task SealedFile_IsReadFromAnyPlaceAndNotWhenItIsNotWhole()
    {
        await using var host = await TestHost.StartAsync();
        var seal = host.Services.GetRequiredService<PersonalSeal>();
        async Task<byte[]> SealAsync(byte[] plain)
        {
            using var kept = new MemoryStream();
            await using var sealing = seal.SealFile(new MemoryStream(plain));
            await sealing.CopyToAsync(kept, 1000);
            return kept.ToArray();
        }
        foreach (var length in (int[])[0, 1, 65535, 65536, 65537, 131072, 200_000])
        {
            var plain = new byte[length];
            new Random(length).NextBytes(plain);
            var bytes = await SealAsync(plain);
            await using var opened = seal.OpenFile(new MemoryStream(bytes))!;
            Assert.Equal(length, opened.Length);
            using var all = new MemoryStream();
            await opened.CopyToAsync(all);
            Assert.Equal(plain, all.ToArray());
            opened.Position = length / 2;
            var half = new byte[length - length / 2];
            await opened.ReadExactlyAsync(half);
            Assert.Equal(plain[(length / 2)..], half);
        }
        var three = await SealAsync(new byte[200_000]);
        async Task<bool> FailsAsync(byte[] bytes)
        {
            await using var opened = seal.OpenFile(new MemoryStream(bytes))!;
            return await Record.ExceptionAsync(() => opened.CopyToAsync(Stream.Null)) is System.Security.Cryptography.CryptographicException;
        }
        const int Block = 65536 + 16, Head = 20;
        Assert.False(await FailsAsync(three));
        Assert.True(await FailsAsync(three[..(Head + 2 * Block)]));
        Assert.True(await FailsAsync(three[..^5]));
        Assert.True(await FailsAsync([.. three[..Head], .. three[(Head + Block)..(Head + 2 * Block)], .. three[Head..(Head + Block)], .. three[(Head + 2 * Block)..]]));
        // What was kept before files were sealed.
        Assert.Equal("abc"u8.ToArray(), ((MemoryStream)seal.OpenFile(new MemoryStream("abc"u8.ToArray()))!).ToArray());
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

    /// <summary>Who handed the files in, with the role still.</summary>
    private sealed class OnePlanner : IStaff
    {
        public IReadOnlyList<Actor> All => [Planner];

        public Actor? Find(Guid id) => id == Planner.Id ? Planner : null;
    }
}
