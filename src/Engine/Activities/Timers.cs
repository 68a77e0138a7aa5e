using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Engine.Expressions;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Engine.Activities;

/// <summary>Waits until an instant. One that has passed completes at once, and so does the trigger that started the instance.</summary>
internal abstract class TimerBody : ActivityBody
{
    public override ValueTask RunAsync(ActivityRun run)
    {
        if (run.IsTrigger)
        {
            run.Complete();
            return ValueTask.CompletedTask;
        }
        var due = Due(run.Input(InputName), run.DisplayText, run.Change.At, run.Services.GetService<TimeProvider>()?.LocalTimeZone ?? TimeZoneInfo.Utc)
            ?? throw new ExpressionException(Texts.Of("engine.never-due", run.DisplayText));
        if (due <= run.Change.At) run.Complete();
        else run.CreateBookmark(new JsonObject { ["ResumeAt"] = due.ToString("O", CultureInfo.InvariantCulture) }, dueAt: due);
        return ValueTask.CompletedTask;
    }

    /// <summary>The one input that says when.</summary>
    internal abstract string InputName { get; }

    /// <summary>The first instant after <paramref name="from"/>, in UTC; null when there is none.</summary>
    /// <param name="office">Where the calendar of a Cron expression is read.</param>
    internal abstract DateTime? Due(JsonNode? input, string step, DateTime from, TimeZoneInfo office);

    /// <summary>A trigger of this kind starts instances again and again.</summary>
    internal virtual bool Repeats => true;

    private protected static string TextOf(JsonNode? input) => input is JsonValue v && v.TryGetValue<string>(out var text) ? text : input?.ToJsonString() ?? "";
}

/// <summary>Delay and Timer: a span, as <c>1.02:00:00</c> or as a FEEL duration.</summary>
internal sealed class SpanBody(string inputName) : TimerBody
{
    internal override string InputName => inputName;

    internal override DateTime? Due(JsonNode? input, string step, DateTime from, TimeZoneInfo office)
    {
        var text = TextOf(input);
        if (!TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) && !TryIso(text, out span)) throw new ExpressionException(Texts.Of("engine.bad-timespan", step, text));
        // An instant beyond the calendar's end never comes.
        return span > DateTime.MaxValue - from ? null : from + span;
    }

    private static bool TryIso(string text, out TimeSpan span)
    {
        try
        {
            span = XmlConvert.ToTimeSpan(text);
            // A month has no fixed length.
            return text.IndexOf('M', StringComparison.Ordinal) is var month && (month < 0 || text.IndexOf('T', StringComparison.Ordinal) is var time && time >= 0 && time < month) && !text.Contains('Y', StringComparison.Ordinal);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            span = default;
            return false;
        }
    }
}

/// <summary>StartAt: an instant.</summary>
internal sealed class InstantBody : TimerBody
{
    internal override string InputName => "DateTime";

    internal override bool Repeats => false;

    internal override DateTime? Due(JsonNode? input, string step, DateTime from, TimeZoneInfo office)
        => DateTimeOffset.TryParse(TextOf(input), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at.UtcDateTime : throw new ExpressionException(Texts.Of("engine.bad-instant", step, TextOf(input)));
}

/// <summary>Cron: the next time the calendar of the office matches.</summary>
internal sealed class CronBody : TimerBody
{
    internal override string InputName => "CronExpression";

    internal override DateTime? Due(JsonNode? input, string step, DateTime from, TimeZoneInfo office)
    {
        var parsed = CronExpression.Parse(TextOf(input));
        if (parsed.Refusal is { } refusal) throw new RefusedException(refusal);
        return parsed.Value.Next(from, office);
    }
}
