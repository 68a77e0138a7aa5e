using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Calendars;

/// <summary>Makes one day off, or a working day, for this office. Open deadlines are counted anew.</summary>
/// <param name="Scope">Where it holds: the autonomous area, the county, the office.</param>
/// <param name="Document">Number or title of what ordered it.</param>
/// <param name="DryRun">Only says what would move.</param>
public sealed record AddCalendarException(DateOnly On, SpecialDayKind Kind, string Name, string Scope, string Document, bool DryRun = false);

/// <summary>Takes such a day back; the notice holds again.</summary>
/// <param name="DryRun">Only says what would move; needs no reason yet.</param>
public sealed record WithdrawCalendarException(DateOnly On, string Reason, bool DryRun = false);

public sealed class CalendarExceptionHandler(DbContext db, IAuditTrail audit, CalendarSource source, DeadlineRecount recount)
{
    public async Task<Result<CalendarLoaded>> HandleAsync(AddCalendarException command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!CalendarRights.MayChange(change.By)) return Refusal.Forbidden("calendars.not-your-role");
        if (command.On.Year is < CalendarCsv.FirstYear or > CalendarCsv.LastYear) return Refusal.Invalid("calendars.year-out-of-range", nameof(command.On), command.On.Year);
        if (command.Kind == SpecialDayKind.Working && StatutoryHolidays.Find(command.On) is { } statutory) return Refusal.Invalid("calendars.make-up-on-statutory", nameof(command.On), command.On, statutory);
        if (command.Name.Trim().Length is 0 or > CalendarDay.NameMaxLength) return Refusal.Invalid("calendars.bad-name", nameof(command.Name), CalendarDay.NameMaxLength);
        if (command.Scope.Trim().Length is 0 or > CalendarException.ScopeMaxLength) return Refusal.Invalid("calendars.no-scope", nameof(command.Scope), CalendarException.ScopeMaxLength);
        if (command.Document.Trim().Length is 0 or > CalendarException.DocumentMaxLength) return Refusal.Invalid("calendars.no-document", nameof(command.Document), CalendarException.DocumentMaxLength);
        if (await db.Set<CalendarException>().AnyAsync(e => e.On == command.On, cancellationToken)) return Refusal.Conflict("calendars.exception-exists", command.On);
        var before = await source.CurrentAsync(cancellationToken);
        if (before.IsWorkingDay(command.On) == (command.Kind == SpecialDayKind.Working))
            return Refusal.Invalid(command.Kind == SpecialDayKind.Working ? "calendars.already-working" : "calendars.already-off", nameof(command.On), command.On);

        var exception = new CalendarException
        {
            On = command.On,
            Kind = command.Kind,
            Name = command.Name.Trim(),
            Scope = command.Scope.Trim(),
            Document = command.Document.Trim(),
            AddedByName = change.By.Name,
            AddedAt = change.At,
        };
        var all = await db.Set<CalendarException>().AsNoTracking().ToListAsync(cancellationToken);
        if (!command.DryRun)
        {
            db.Add(exception);
            audit.Record(change, "office", "增加地方日历", command.On.Iso(), Describe(exception));
        }
        return await CountedAsync(before, [.. all, exception], command.DryRun, change, cancellationToken);
    }

    public async Task<Result<CalendarLoaded>> HandleAsync(WithdrawCalendarException command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!CalendarRights.MayChange(change.By)) return Refusal.Forbidden("calendars.not-your-role");
        if (!command.DryRun && string.IsNullOrWhiteSpace(command.Reason)) return Refusal.Invalid("calendars.no-reason", nameof(command.Reason));
        var exception = await db.Set<CalendarException>().FindAsync([command.On], cancellationToken);
        if (exception is null) return Refusal.NotFound("calendars.no-exception", command.On);
        var left = await db.Set<CalendarException>().AsNoTracking().Where(e => e.On != command.On).ToListAsync(cancellationToken);
        var before = await source.CurrentAsync(cancellationToken);
        if (!command.DryRun)
        {
            db.Remove(exception);
            audit.Record(change with { Reason = command.Reason.Trim() }, "office", "撤销地方日历", command.On.Iso(), Describe(exception));
        }
        return await CountedAsync(before, left, command.DryRun, change, cancellationToken);
    }

    private async Task<CalendarLoaded> CountedAsync(WorkingCalendar before, IReadOnlyList<CalendarException> exceptions, bool dryRun, ChangeContext change, CancellationToken cancellationToken)
    {
        var calendar = CalendarSource.Combine((await source.LoadedAsync(cancellationToken)).Values, exceptions);
        return new CalendarLoaded(1, 0, 1, 0, [], await recount.RunAsync(before, calendar, dryRun, change, cancellationToken), []);
    }

    private static JsonObject Describe(CalendarException exception) => new()
    {
        ["kind"] = exception.Kind.ToString(),
        ["name"] = exception.Name,
        ["scope"] = exception.Scope,
        ["document"] = exception.Document,
    };
}

/// <summary>Who may change what counts as a working day.</summary>
public static class CalendarRights
{
    public static bool MayChange(Actor actor) => actor.IsSystem || actor.IsAny(Roles.Admin, Roles.Planner);
}
