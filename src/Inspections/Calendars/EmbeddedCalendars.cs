namespace DoubleRandom.Inspections.Calendars;

/// <summary>The notices shipped with the product: 2024–2026 published, 2027 provisional.</summary>
public static class EmbeddedCalendars
{
    private const string Prefix = "calendars/";

    public const string Version = "内置";

    public static IReadOnlyList<CalendarYearDays> Years { get; } = Load();

    /// <summary>What counts where there is no database.</summary>
    public static WorkingCalendar Calendar { get; } = new(Years);

    private static List<CalendarYearDays> Load()
    {
        var room = typeof(EmbeddedCalendars).Assembly;
        var years = new List<CalendarYearDays>();
        foreach (var name in room.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(room.GetManifestResourceStream(name)!);
            var file = CalendarCsv.Read(reader, Version);
            if (file.Errors is [var error, ..]) throw new InvalidOperationException($"{name}:{error.Row}: {error.Message}");
            years.AddRange(file.Years);
        }
        return years;
    }
}
