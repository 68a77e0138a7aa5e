using System.Globalization;
using DoubleRandom.Inspections.Calendars;

namespace DoubleRandom.Host.Commands;

/// <summary>Counts working days from a date, forward or back; <c>provisional</c> when a day walked over lies in a year without a published notice.</summary>
internal static class WorkdaysCommand
{
    public const string Usage = "workdays add|sub DATE N [--explain]";

    /// <summary>Longer than any period of the law, short enough to count at once.</summary>
    private const int MaxDays = 10_000;

    public static async Task<int> RunAsync(CommandLine line)
    {
        var explain = line.Flag("--explain");
        var words = line.Words(3, 3);
        if (words[0] is not ("add" or "sub")) throw new UsageException("workdays 后应为 add 或 sub");
        if (!DateOnly.TryParseExact(words[1], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) || date.Year is < 1950 or > 2150)
            throw new UsageException($"日期 {words[1]} 应写作 2026-09-18，年份在 1950 至 2150 之间");
        if (!int.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > MaxDays)
            throw new UsageException($"天数 {words[2]} 应是 0 至 {MaxDays} 的整数");

        var opened = await CommandHost.OpenAsync();
        if (opened.Refusal is { } refusal) return await CommandTable.RefuseAsync(refusal);
        await using var services = opened.Value;
        await using var scope = services.CreateAsyncScope();
        var calendar = await scope.ServiceProvider.GetRequiredService<CalendarSource>().CurrentAsync(CancellationToken.None);
        var result = words[0] == "add" ? calendar.Add(date, count) : calendar.Subtract(date, count);
        Console.WriteLine($"{result.On:yyyy-MM-dd}{(result.Provisional ? " provisional" : "")}");
        if (!explain) return 0;
        foreach (var step in calendar.Explain(date, count, words[0] == "sub"))
            Console.WriteLine($"{step.On:yyyy-MM-dd}\t{step.Counted?.ToString(CultureInfo.InvariantCulture) ?? "-"}\t{step.Name}{(step.Provisional ? "\tprovisional" : "")}");
        return 0;
    }
}
