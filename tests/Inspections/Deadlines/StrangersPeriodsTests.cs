using System.Globalization;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Tests.Inspections.Draws;

namespace DoubleRandom.Tests.Inspections.Deadlines;

/// <summary>Some thousand periods, counted once by the product and once by <c>tests/stranger/periods.py</c>, which shares no line and no data with it.</summary>
public sealed class StrangersPeriodsTests
{
    private const int Cases = 6_000;

    private static readonly string[] Kinds = ["wd+", "wd-", "wdfull", "cd+", "cd+roll", "cd-", "m+", "m+roll", "m-", "y+", "y+roll", "y-"];

    [Fact]
    public async Task Periods_AtRandomAndAtTheEdges_EndOnTheStrangersDay()
    {
        var asked = Questions().ToList();
        var file = Path.GetTempFileName();
        await File.WriteAllLinesAsync(file, asked.Select(q => q.Line));

        var (code, output) = await Stranger.PythonAsync("periods.py", file);

        File.Delete(file);
        Assert.True(code == 0, output);
        var answers = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(asked.Count, answers.Length);
        Assert.True(asked.Count > Cases, $"{asked.Count} cases");
        var other = asked.Zip(answers).Where(pair => pair.First.Ours.Iso() != pair.Second).Select(pair => $"{pair.First.Line}: {pair.First.Ours.Iso()}, the stranger {pair.Second}").ToList();
        Assert.True(other.Count == 0, $"{other.Count} of {asked.Count} differ: {string.Join("; ", other.Take(5))}");
        Assert.All(Kinds, kind => Assert.Contains(asked, q => q.Line.StartsWith($"{kind} ", StringComparison.Ordinal)));
    }

    private static IEnumerable<(string Line, DateOnly Ours)> Questions()
    {
        // Every kind from the last and first days of each month, and from the leap days.
        for (var year = 2024; year <= 2026; year++)
        {
            for (var month = 1; month <= 12; month++)
            {
                var last = new DateOnly(year, month, DateTime.DaysInMonth(year, month));
                foreach (var from in (DateOnly[])[last, last.AddDays(-1), last.AddDays(1)])
                {
                    foreach (var n in (int[])[1, 3, 6, 12]) foreach (var kind in (string[])["m+", "m-", "y+", "y-"]) yield return Ask(kind, from, n, []);
                    yield return Ask("m+roll", from, 3, []);
                    yield return Ask("cd+roll", from, 15, []);
                    yield return Ask("wd+", from, 20, []);
                }
            }
        }
        // The same questions in every run: what fails today fails tomorrow.
        var random = new Random(20261122);
        for (var i = 0; i < Cases; i++)
        {
            var kind = Kinds[random.Next(Kinds.Length)];
            var isYear = kind[0] == 'y';
            // The stranger has the notices of 2024 to 2027: what he must know of days of rest stays within.
            var rolls = kind.EndsWith("roll", StringComparison.Ordinal);
            var from = new DateOnly(kind[0] is 'm' or 'y' && !rolls ? random.Next(1996, 2090) : random.Next(2024, 2027), 1, 1).AddDays(random.Next(365));
            var n = (kind[0], rolls) switch { ('w', _) => random.Next(1, 60), ('c', _) => random.Next(1, 180), ('m', false) => random.Next(1, 40), ('m', true) => random.Next(1, 12), (_, true) => 1, _ => random.Next(1, 12) };
            if (rolls && isYear) from = new DateOnly(random.Next(2024, 2026), 1, 1).AddDays(random.Next(365));
            if (kind is "wd-" or "wdfull" or "cd-" && from < new DateOnly(2024, 9, 1)) from = from.AddYears(1);
            if (kind is "wd+" or "cd+" or "cd+roll" or "m+roll" && from > new DateOnly(2026, 12, 1)) from = from.AddYears(-1);
            yield return Ask(kind, from, n, kind is "wd+" or "cd+" or "cd+roll" && random.Next(3) == 0 ? [.. Pauses(random, from)] : []);
        }
    }

    /// <summary>One to three stretches, in order, that do not overlap; some lie beyond the end and change nothing.</summary>
    private static IEnumerable<PausedDays> Pauses(Random random, DateOnly from)
    {
        var at = from.AddDays(random.Next(10));
        for (var left = random.Next(1, 4); left > 0; left--)
        {
            var to = at.AddDays(random.Next(1, 20));
            yield return new PausedDays(at, to, "鉴定");
            at = to.AddDays(random.Next(1, 30));
        }
    }

    private static (string Line, DateOnly Ours) Ask(string kind, DateOnly from, int n, IReadOnlyList<PausedDays> pauses)
    {
        var unit = kind[0] switch { 'w' => DeadlineUnit.WorkingDays, 'c' => DeadlineUnit.CalendarDays, 'm' => DeadlineUnit.Months, _ => DeadlineUnit.Years };
        var direction = kind == "wdfull" ? DeadlineDirection.BeforeInFull : kind[1..].StartsWith('-') || kind.EndsWith('-') ? DeadlineDirection.Before : DeadlineDirection.After;
        var counted = DeadlineClock.Count(new DeadlineTerms(from, "事件", n, unit, direction, kind.EndsWith("roll", StringComparison.Ordinal), null, pauses), EmbeddedCalendars.Calendar);
        var line = string.Create(CultureInfo.InvariantCulture, $"{kind} {from.Iso()} {n}{string.Concat(pauses.Select(p => $" {p.From.Iso()}..{p.To.Iso()}"))}");
        return (line, counted.DueOn);
    }
}
