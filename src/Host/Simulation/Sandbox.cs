using System.Globalization;
using System.Text;
using System.Text.Json;
using DoubleRandom.Basics;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Host.Data;
using DoubleRandom.Host.Demo;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Workflows.Definitions;
using DoubleRandom.Workflows.Simulation;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Simulation;

/// <summary>What a trial takes over from the running office: how its days and deadlines count, and whose name stands on its papers. Only read.</summary>
internal sealed record OfficeRules(
    IReadOnlyList<CalendarYear> Years, IReadOnlyList<CalendarDay> Days, IReadOnlyList<CalendarException> Exceptions, IReadOnlyList<DeadlineRuleVersion> Rules, IReadOnlyList<ProfileChange> Changes, OfficeProfile? Profile)
{
    public static async Task<OfficeRules> ReadAsync(DbContext db, CancellationToken cancellationToken) => new(
        await db.Set<CalendarYear>().AsNoTracking().ToListAsync(cancellationToken),
        await db.Set<CalendarDay>().AsNoTracking().ToListAsync(cancellationToken),
        await db.Set<CalendarException>().AsNoTracking().ToListAsync(cancellationToken),
        await db.Set<DeadlineRuleVersion>().AsNoTracking().Where(r => r.Status == DeadlineRuleStatus.InForce).ToListAsync(cancellationToken),
        await db.Set<ProfileChange>().AsNoTracking().Where(c => c.Status == DeadlineRuleStatus.InForce).ToListAsync(cancellationToken),
        await OfficeProfile.CurrentAsync(db, cancellationToken));
}

/// <summary>
/// An office of its own for one trial: the product's services over a SQLite file in a folder that is deleted afterwards, with the sample county's
/// people and registers and a clock that is set by hand. Nothing is sent from it: the sender of mail and the clockwork run in the server only,
/// and it knows neither the server's settings nor its database (docs/adr/0013).
/// </summary>
internal sealed class Sandbox : IAsyncDisposable
{
    private const string LockFile = "lock";

    /// <summary>As many inspectees as a single check can need; a draw needs all.</summary>
    private const int FewInspectees = 40;

    private readonly FileStream _held;
    private readonly string _folder;
    private ServiceProvider? _services;

    private Sandbox(string folder, FileStream held, ManualTime time) => (_folder, _held, Time) = (folder, held, time);

    public ManualTime Time { get; }

    public IServiceProvider Services => _services ?? throw new InvalidOperationException("The sandbox is not open.");

    /// <summary>Who acts in it, by account: the sample county's people, one at least for every role.</summary>
    public IReadOnlyDictionary<string, Actor> People { get; private set; } = new Dictionary<string, Actor>();

    /// <param name="folder">A new folder in the one that holds nothing but sandboxes.</param>
    /// <param name="wholeRegister">All inspectees and the plan of the year, for a draw.</param>
    public static async Task<Sandbox> OpenAsync(string folder, DraftWorld world, OfficeRules rules, DateTimeOffset start, bool wholeRegister, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        // Held as long as the sandbox lives: what a killed program left behind is told from it by the lock.
        var held = new FileStream(Path.Combine(folder, LockFile), FileMode.CreateNew, FileAccess.Write, FileShare.None);
        var sandbox = new Sandbox(folder, held, new ManualTime(start));
        try
        {
            await sandbox.FillAsync(world, rules, wholeRegister, cancellationToken);
            return sandbox;
        }
        catch
        {
            await sandbox.DisposeAsync();
            throw;
        }
    }

    /// <summary>Deletes what programs left behind that were killed in the middle of a trial; the sandboxes of running ones stay.</summary>
    public static void RemoveLeftOvers(string parent)
    {
        if (!Directory.Exists(parent)) return;
        foreach (var folder in Directory.EnumerateDirectories(parent))
        {
            try
            {
                var mark = Path.Combine(folder, LockFile);
                if (File.Exists(mark)) new FileStream(mark, FileMode.Open, FileAccess.Write, FileShare.None).Dispose();
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Somebody's trial is running in it, or it is somebody else's.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_services is not null) await _services.DisposeAsync();
        await using (var connection = new SqliteConnection(new DatabaseSettings(_folder, null).ConnectionString)) SqliteConnection.ClearPool(connection);
        await _held.DisposeAsync();
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (IOException)
        {
            // Still held by the machine (a scanner, a slow disk): the next start removes it.
        }
    }

    private async Task FillAsync(DraftWorld world, OfficeRules rules, bool wholeRegister, CancellationToken cancellationToken)
    {
        var settings = new DatabaseSettings(_folder, null);
        if (settings.Prepare() is { } notReady) throw new SimulationStoppedException(Texts.Of(notReady));
        var services = new ServiceCollection();
        services.AddLogging(l => l.SetMinimumLevel(LogLevel.None));
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddDoubleRandom(settings);
        services.AddSingleton<TimeProvider>(Time);
        _services = services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
        await using (var scope = Services.CreateAsyncScope()) await scope.ServiceProvider.GetRequiredService<Migrator>().ApplyAsync(cancellationToken);

        var units = Services.GetRequiredService<IUnitOfWork>();
        await units.RunAsync<Done>((s, _) =>
        {
            var db = s.GetRequiredService<DbContext>();
            db.AddRange(rules.Years);
            db.AddRange(rules.Days);
            db.AddRange(rules.Exceptions);
            db.AddRange(rules.Rules);
            db.AddRange(rules.Changes);
            if (rules.Profile is { } profile) db.Add(profile);
            foreach (var row in world.Rows) db.Add(InForce(row, world.IsInForce(row)));
            People = DemoOffice.People.ToDictionary(p => p.UserName, p => AddAccount(db, p), StringComparer.Ordinal);
            return Task.FromResult<Result<Done>>(Done.It);
        }, cancellationToken);

        var change = ChangeContext.Now(Time, Actor.System, "试运行");
        var year = change.On.Year;
        if (rules.Profile is null) await ImportAsync("organisation", await DemoCounty.FileAsync("organisation.json", cancellationToken));
        var inspectees = await DemoCounty.FileAsync("检查对象.csv", cancellationToken);
        await ImportAsync("inspectees", wholeRegister ? inspectees : string.Join('\n', inspectees.Split('\n').Take(FewInspectees + 1)) + '\n');
        await ImportAsync("officers", await DemoCounty.FileAsync("执法人员.csv", cancellationToken));
        await ImportAsync("experts", await DemoCounty.FileAsync("专家.csv", cancellationToken));
        await ImportAsync("items", await DemoCounty.FileAsync("抽查事项清单.csv", cancellationToken));
        await ImportAsync("checklists", await DemoCounty.FileAsync("检查表.csv", cancellationToken));
        if (wholeRegister)
        {
            // The sample year's plan, as the year's of the trial.
            var plan = (await DemoCounty.FileAsync("年度计划.csv", cancellationToken)).Replace("2025-12-31", string.Create(CultureInfo.InvariantCulture, $"{year - 1}-12-31"), StringComparison.Ordinal);
            await ImportAsync("plan", plan.Replace("2026", year.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        }
        await units.RunAsync<Done>(async (s, ct) =>
        {
            // The county's certificates and terms end in its own years; a trial of any year has people who may act.
            var db = s.GetRequiredService<DbContext>();
            foreach (var officer in await db.Set<Officer>().Where(o => o.CertificateStatus == "有效").ToListAsync(ct)) officer.CertificateValidTo = Time.Today.AddYears(5);
            foreach (var expert in await db.Set<Expert>().Where(e => e.Status == "在聘").ToListAsync(ct)) expert.AppointedTo = Time.Today.AddYears(5);
            return Done.It;
        }, cancellationToken);

        async Task ImportAsync(string kind, string text)
        {
            using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
            var imported = await units.RunAsync((s, ct) => s.GetRequiredService<ImportFileHandler>().HandleAsync(new ImportFile(kind, content), change, ct), cancellationToken);
            if (imported.Refusal is { } refusal) throw new SimulationStoppedException(Texts.Of(refusal));
            if (imported.Value.Refused > 0) throw new SimulationStoppedException(imported.Value.Errors[0].Message);
        }
    }

    private DefinitionVersion InForce(DefinitionVersion row, bool isInForce)
    {
        row.IsPublished = isInForce;
        if (isInForce) row.PublishedAt ??= Time.UtcNow;
        return row;
    }

    private Actor AddAccount(DbContext db, DemoPerson person)
    {
        var account = new Account
        {
            Id = Ids.New(Time.UtcNow),
            UserName = person.UserName,
            DisplayName = person.Name,
            RolesJson = JsonSerializer.Serialize(person.Roles),
            RegisterNumber = person.Number,
            Section = person.Section,
            Department = person.Department,
            Mail = $"{person.UserName}@example.org",
            // Nobody signs in to a sandbox.
            PasswordHash = "-",
            SecurityStamp = "-",
            CreatedAt = Time.UtcNow,
        };
        db.Add(account);
        return account.ToActor();
    }
}

/// <summary>The trial cannot go on; the message says why, in Chinese.</summary>
internal sealed class SimulationStoppedException(string message) : Exception(message);
