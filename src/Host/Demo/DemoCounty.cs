using System.Text;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.Planning;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Demo;

/// <summary>The registers of the sample county, from the files of <c>samples/chongxin</c> that lie beside the program.</summary>
internal static class DemoCounty
{
    private static readonly (string Kind, string File)[] Registers =
    [
        ("organisation", "organisation.json"), ("inspectees", "检查对象.csv"), ("officers", "执法人员.csv"), ("experts", "专家.csv"), ("items", "抽查事项清单.csv"), ("checklists", "检查表.csv"),
        ("relations", "利害关系.csv"), ("leave", "请假.csv"), ("plan", "年度计划.csv"), ("demands", "抽查需求.csv"),
    ];

    private static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "samples", "chongxin");

    /// <summary>One of the county's files.</summary>
    public static Task<string> FileAsync(string file, CancellationToken cancellationToken) => File.ReadAllTextAsync(Path.Combine(Folder, file), cancellationToken);

    /// <summary>Importing a file a second time changes nothing, so an interrupted import goes on.</summary>
    public static async Task ImportAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var units = services.GetRequiredService<IUnitOfWork>();
        // The last file's register is filled only after all others.
        if (await ReadAsync(services, db => db.Set<Demand>().AnyAsync(cancellationToken))) return;
        var change = ChangeContext.Now(services.GetRequiredService<TimeProvider>(), Actor.System, "演示");
        foreach (var (kind, file) in Registers)
        {
            await using var content = File.OpenRead(Path.Combine(Folder, file));
            var imported = await units.RunAsync((s, ct) => s.GetRequiredService<ImportFileHandler>().HandleAsync(new ImportFile(kind, content), change, ct), cancellationToken);
            if (imported.Refusal is { } refusal) throw new DemoStoppedException($"{file}：{refusal}");
            if (imported.Value.Refused > 0) throw new DemoStoppedException($"{file}：{imported.Value.Errors[0].Message}");
        }
    }

    /// <summary>The certificates that end in June and September are renewed: the register of officers is imported with their new days.</summary>
    public static async Task<Result<string>> RenewCertificatesAsync(IServiceProvider services, ChangeContext change, CancellationToken cancellationToken)
    {
        var register = await File.ReadAllTextAsync(Path.Combine(Folder, "执法人员.csv"), cancellationToken);
        foreach (var (old, renewed) in (IEnumerable<(string, string)>)[("2021-06-01,2026-06-30,有效", "2026-06-15,2031-06-30,有效"), ("2021-09-01,2026-09-30,有效", "2026-06-15,2031-09-30,有效")])
            register = register.Replace(old, renewed, StringComparison.Ordinal);
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(register));
        var imported = await services.GetRequiredService<ImportFileHandler>().HandleAsync(new ImportFile("officers", content), change, cancellationToken);
        if (imported.Refusal is { } refusal) return refusal;
        return imported.Value.Updated > 0 ? $"更新 {imported.Value.Updated} 人" : throw new DemoStoppedException("执法人员名录中没有到期的证件可换");
    }

    /// <summary>Line 13 of the plan: the check of the mines once more in winter, as the plan's adjustment asks for.</summary>
    public static async Task<Result<string>> AddWinterLineAsync(IServiceProvider services, ChangeContext change, CancellationToken cancellationToken)
    {
        var plan = (await File.ReadAllLinesAsync(Path.Combine(Folder, "年度计划.csv"), cancellationToken)).ToList();
        var mines = plan.Single(l => l.Contains("1号,7,YJ-05,", StringComparison.Ordinal));
        plan.Add(mines.Replace("1号,7,YJ-05,", "1号,13,YJ-05,", StringComparison.Ordinal).Replace("2026-05-11,2026-07-31", "2026-11-02,2026-12-31", StringComparison.Ordinal));
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', plan) + '\n'));
        var imported = await services.GetRequiredService<ImportFileHandler>().HandleAsync(new ImportFile("plan", content), change, cancellationToken);
        if (imported.Refusal is { } refusal) return refusal;
        return imported.Value.Refused > 0 ? throw new DemoStoppedException(imported.Value.Errors[0].Message) : $"增加 {imported.Value.Added} 行";
    }

    private static async Task<T> ReadAsync<T>(IServiceProvider services, Func<DbContext, Task<T>> read)
    {
        await using var scope = services.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<DbContext>());
    }
}
