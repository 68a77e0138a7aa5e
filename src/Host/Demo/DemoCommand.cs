using System.Diagnostics;
using System.Globalization;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Host.Clock;
using DoubleRandom.Host.Commands;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Demo;

/// <summary>The sample county: one campaign the whole way and others half-way, driven through the handlers and work items that people use.</summary>
internal static class DemoCommand
{
    public const string Usage = "demo [--fresh] [--no-serve] [--until yyyy-MM-dd] [--urls http://127.0.0.1:5080]";

    /// <summary>Where the year begins, and the Friday evening on which the demonstration stands still.</summary>
    private static readonly DateTimeOffset Begin = new(2026, 1, 5, 9, 0, 0, TimeSpan.FromHours(8));
    private static readonly DateOnly End = new(2026, 10, 16);

    public static async Task<int> RunAsync(CommandLine line)
    {
        var (fresh, noServe) = (line.Flag("--fresh"), line.Flag("--no-serve"));
        var until = line.Option("--until") is not { } text ? End
            : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day
            : throw new UsageException("--until 应为 yyyy-MM-dd");
        var urls = line.Option("--urls");
        line.Words(0, 0);

        var clock = Stopwatch.StartNew();
        IReadOnlyDictionary<string, string> passwords;
        await using (var services = CommandHost.Build())
        {
            var opened = await DemoData.OpenAsync(services, fresh, Begin);
            if (opened.Refusal is { } refusal) return await CommandTable.RefuseAsync(refusal);
            try
            {
                await DemoCounty.ImportAsync(services, CancellationToken.None);
                passwords = await DemoOffice.OpenAccountsAsync(services, CancellationToken.None);
                var run = new DemoRun(services, DemoEvents.All, new DemoScript(), Console.Out);
                await run.RunAsync(until, CancellationToken.None);
                await SummariseAsync(services, run.Steps, clock.Elapsed);
            }
            catch (DemoStoppedException e)
            {
                await Console.Error.WriteLineAsync($"演示中断：{e.Message}");
                return 1;
            }
        }
        Console.WriteLine(urls ?? "http://127.0.0.1:5080");
        foreach (var person in DemoOffice.People)
            Console.WriteLine($"{string.Join('、', person.Roles.Select(r => Roles.Find(r)!.Name))}\t{person.UserName}\t{passwords[person.UserName]}");
        return noServe ? 0 : await ServeCommand.RunAsync(new CommandLine(urls is null ? [] : ["--urls", urls]));
    }

    private static async Task SummariseAsync(IServiceProvider services, int steps, TimeSpan elapsed)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<DbContext>();
        var finished = await db.Set<WorkflowInstanceRow>().CountAsync(i => i.Id == i.RootInstanceId && i.Status == WorkflowStatus.Finished);
        var running = await db.Set<WorkflowInstanceRow>().CountAsync(i => i.Id == i.RootInstanceId && i.Status == WorkflowStatus.Running);
        var open = await db.Set<WorkItem>().CountAsync(i => i.Status == WorkItemStatus.Open);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"共办理 {steps} 步：办结案件 {finished} 件，在办 {running} 件，待办 {open} 项；用时 {elapsed.TotalSeconds:0.0} 秒。"));
    }
}
