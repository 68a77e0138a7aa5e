using System.IO.Compression;
using System.Text;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Host.Archive;
using DoubleRandom.Host.Invariants;
using DoubleRandom.Inspections.Evidence;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Archive;

/// <summary>Backup while people work, restore elsewhere, nothing lost and nothing overwritten.</summary>
public sealed class OfficeArchiveTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dr-archive-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string NewFile => Path.Combine(_folder, $"{Guid.NewGuid():N}.zip");

    private static OfficeArchive Archive(TestHost host) => host.Services.GetRequiredService<OfficeArchive>();

    private static Task AddAsync(TestHost host, string name)
        => host.HandleAsync((AddAccountHandler h) => h.HandleAsync(new AddAccount(name, name, ["planner"], "correct horse"), host.Change(), default));

    [Theory, BothDatabases]
    public async Task Backup_RestoredElsewhere_HoldsEverythingAndTheInvariantsToo(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await AddAsync(host, "zhang");
        var evidence = await host.Services.GetRequiredService<EvidenceStore>().PutAsync(new MemoryStream(Encoding.UTF8.GetBytes("照片")), Guid.NewGuid(), default);
        Directory.CreateDirectory(Path.Combine(host.Folder, "keys"));
        await File.WriteAllTextAsync(Path.Combine(host.Folder, "keys", "key-1.xml"), "<key/>");
        var file = NewFile;

        var made = await Archive(host).BackupAsync(file, default);
        await AddAsync(host, "later");
        await using var other = await TestHost.StartAsync(database);
        var restored = await Archive(other).RestoreAsync(file, default);

        Assert.Null(made.Refusal);
        Assert.Null(restored.Refusal);
        Assert.Equal(["zhang"], await other.ReadAsync(db => db.Set<Account>().Select(a => a.UserName).ToListAsync()));
        Assert.NotNull(other.Services.GetRequiredService<EvidenceStore>().SizeOf(evidence.Value.Sha256));
        Assert.True(File.Exists(Path.Combine(other.Folder, "keys", "key-1.xml")));
        var report = await InvariantCatalogue.CheckAsync(other.Services);
        Assert.True(report.Ok, string.Join('\n', report.Checks.SelectMany(c => c.Broken)));
        // And it is a database to work on.
        await AddAsync(other, "new");
        Assert.Equal(2, await other.ReadAsync(db => db.Set<Account>().CountAsync()));
    }

    [Theory, BothDatabases]
    public async Task Restore_WhereSomebodyWorked_IsRefusedAndChangesNothing(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await AddAsync(host, "zhang");
        var file = NewFile;
        await Archive(host).BackupAsync(file, default);
        Assert.Equal("archive.exists", (await Archive(host).BackupAsync(file, default)).Refusal!.Code);
        await AddAsync(host, "later");

        Assert.Equal("archive.not-empty", (await Archive(host).RestoreAsync(file, default)).Refusal!.Code);

        Assert.Equal(2, await host.ReadAsync(db => db.Set<Account>().CountAsync()));
    }

    [Fact]
    public async Task Restore_OfWhatIsNoBackup_IsRefusedInWords()
    {
        await using var host = await TestHost.StartAsync();
        await using var postgres = await TestHost.StartAsync(Databases.Postgres);
        await AddAsync(host, "zhang");
        var good = NewFile;
        await Archive(host).BackupAsync(good, default);
        await using var empty = await TestHost.StartAsync();

        Assert.Equal("archive.no-file", (await Archive(empty).RestoreAsync(NewFile, default)).Refusal!.Code);
        Assert.Equal("archive.other-database", (await Archive(postgres).RestoreAsync(good, default)).Refusal!.Code);
        foreach (var bytes in (byte[][])[[], Encoding.UTF8.GetBytes("PK no"), (await File.ReadAllBytesAsync(good))[..^200]])
        {
            var bad = NewFile;
            await File.WriteAllBytesAsync(bad, bytes);
            Assert.Equal("archive.unreadable", (await Archive(empty).RestoreAsync(bad, default)).Refusal!.Code);
        }
        Assert.Equal(0, await empty.ReadAsync(db => db.Set<Account>().CountAsync()));
    }

    [Fact]
    public async Task Restore_EntriesThatPointElsewhere_AreNotWritten()
    {
        await using var host = await TestHost.StartAsync();
        await AddAsync(host, "zhang");
        var file = NewFile;
        await Archive(host).BackupAsync(file, default);
        await using (var zip = await ZipFile.OpenAsync(file, ZipArchiveMode.Update))
        {
            foreach (var name in (string[])["../outside.txt", "evidence/../../outside.txt", "keys/../outside.xml", "/outside.txt", "evidence/outside.txt"])
            {
                await using var entry = await zip.CreateEntry(name).OpenAsync();
                await entry.WriteAsync("x"u8.ToArray());
            }
        }
        await using var other = await TestHost.StartAsync();

        Assert.Null((await Archive(other).RestoreAsync(file, default)).Refusal);

        Assert.Empty(Directory.EnumerateFiles(other.Folder, "outside*", SearchOption.AllDirectories));
        Assert.False(File.Exists(Path.Combine(Path.GetDirectoryName(other.Folder)!, "outside.txt")));
    }
}
