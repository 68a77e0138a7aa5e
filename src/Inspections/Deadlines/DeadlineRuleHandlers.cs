using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Deadlines;

/// <summary>A change of a period the law or the office sets; it waits for another person.</summary>
/// <param name="Amount">In the unit; null only for the unit <c>date</c>, whose last day the document names.</param>
/// <param name="Citation">The provision it rests on: a rule without one is refused.</param>
/// <param name="EffectiveFrom">Not before today: a rule is never made for events that lie behind.</param>
/// <param name="Rungs">Its own ladder; null: the general one.</param>
/// <param name="Reason">Why it is changed.</param>
/// <param name="Extension">How far a leader may grant a later last day; times 0: not at all. Null: as shipped.</param>
/// <param name="Pauses">事由 for which its clocks may stand still; empty: none. Null: as shipped.</param>
/// <param name="MonthDay">For the unit <c>date</c>: the fixed day of every year, as <c>03-31</c>.</param>
public sealed record ProposeDeadlineRule(
    string Key, string Profile, DateOnly EffectiveFrom, int? Amount, DeadlineUnit Unit, DeadlineDirection Direction, bool Rollover, bool IsWindow,
    string Citation, IReadOnlyList<DeadlineRung>? Rungs, string Reason, string? MonthDay = null, ExtensionTerms? Extension = null, IReadOnlyList<string>? Pauses = null);

public sealed class ProposeDeadlineRuleHandler(DbContext db, IAuditTrail audit, DeadlineRuleSource rules)
{
    public async Task<Result<DeadlineRuleVersion>> HandleAsync(ProposeDeadlineRule command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!DeadlineRuleRights.MayPropose(change.By)) return Refusal.Forbidden("deadline-rules.not-yours");
        if (await ProblemsAsync(command, change.On, cancellationToken) is [var problem, ..]) return problem;
        var rule = Version(command, change);
        db.Add(rule);
        audit.Record(change with { Reason = rule.Reason }, DeadlineRuleRights.Chain, "提出修改时限规则", rule.Name, DeadlineRuleRights.Describe(rule));
        return rule;
    }

    /// <summary>All for which the change would be refused today, the gravest first; a trial shows them beside its examples.</summary>
    public async Task<IReadOnlyList<Refusal>> ProblemsAsync(ProposeDeadlineRule command, DateOnly today, CancellationToken cancellationToken)
    {
        if (DeadlineRules.Embedded.All.FirstOrDefault(r => r.Key == command.Key) is not { } known) return [Refusal.Invalid("deadline-rules.unknown-key", nameof(command.Key), command.Key)];
        if (!DeadlineRules.Profiles.Contains(command.Profile)) return [Refusal.Invalid("deadline-rules.unknown-profile", nameof(command.Profile), command.Profile, string.Join('、', DeadlineRules.Profiles))];
        List<Refusal> problems = [];
        var terms = CheckTerms(command);
        if (terms is not null) problems.Add(terms);
        if (command.Extension is { Times: > 0 } && known.MovedBy is { } procedure) problems.Add(Refusal.Conflict("deadline-rules.moved-by", known.Name, procedure));
        if (string.IsNullOrWhiteSpace(command.Citation)) problems.Add(Refusal.Invalid("deadline-rules.no-citation", nameof(command.Citation)));
        else if (command.Citation.Length > DeadlineRuleVersion.CitationMaxLength) problems.Add(Refusal.Invalid("deadline-rules.too-long", nameof(command.Citation), DeadlineRuleVersion.CitationMaxLength));
        if (TwoPersonChange.CheckReason(command.Reason) is { } unsaid) problems.Add(unsaid);
        if (command.EffectiveFrom == default) problems.Add(Refusal.Invalid("deadline-rules.no-day", nameof(command.EffectiveFrom)));
        else if (command.EffectiveFrom < today) problems.Add(Refusal.Invalid("deadline-rules.retroactive", nameof(command.EffectiveFrom), today));
        else if (command.EffectiveFrom > today.AddYears(MostYearsAhead)) problems.Add(Refusal.Invalid("profiles.far", nameof(command.EffectiveFrom)));
        else if (terms is null && !string.IsNullOrWhiteSpace(command.Citation) && await HoldsAlreadyAsync(command, cancellationToken)) problems.Add(Refusal.Conflict("deadline-rules.same", known.Name, command.EffectiveFrom));
        var waiting = await db.Set<DeadlineRuleVersion>().AnyAsync(r => r.Key == command.Key && r.Profile == command.Profile && r.Status == DeadlineRuleStatus.Proposed, cancellationToken);
        if (waiting) problems.Add(Refusal.Conflict("deadline-rules.waiting", known.Name));
        return problems;
    }

    /// <summary>Later than so many years ahead nobody knows what the law will be; as for a change of the profile.</summary>
    public const int MostYearsAhead = 2;

    /// <summary>Whether that very rule would hold on its day without the change.</summary>
    private async Task<bool> HoldsAlreadyAsync(ProposeDeadlineRule command, CancellationToken cancellationToken)
    {
        if ((await rules.CurrentAsync(cancellationToken)).Find(command.Key, command.Profile, command.EffectiveFrom) is not { } holds) return false;
        var proposed = Version(command, null).ToRule();
        static string Words(DeadlineRule r) => string.Join('|', r.Amount, r.Unit, r.Direction, r.Rollover, r.Window, r.MonthDay, r.Citation, r.Rungs is null ? null : DeadlineRungs.Write(r.Rungs),
            r.Extension is { } e ? $"{e.Times}×{e.Amount} {e.Unit} {string.Join(';', e.By.Order(StringComparer.Ordinal))}" : null, string.Join(';', r.Pauses.Order(StringComparer.Ordinal)));
        return Words(proposed) == Words(holds);
    }

    /// <param name="change">Null: only to see what rule it would make.</param>
    private static DeadlineRuleVersion Version(ProposeDeadlineRule command, ChangeContext? change)
    {
        var known = DeadlineRules.Embedded.All.First(r => r.Key == command.Key);
        return new DeadlineRuleVersion
        {
            Id = change is null ? default : Ids.New(change),
            Key = command.Key,
            Profile = command.Profile,
            EffectiveFrom = command.EffectiveFrom,
            Name = known.Name,
            Anchor = known.Anchor,
            Amount = command.Amount,
            Unit = command.Unit,
            Direction = command.Direction,
            Rollover = command.Rollover,
            IsWindow = command.IsWindow,
            Citation = command.Citation.Trim(),
            MonthDay = string.IsNullOrWhiteSpace(command.MonthDay) ? null : command.MonthDay.Trim(),
            ExtensionTimes = command.Extension?.Times,
            ExtensionAmount = command.Extension?.Amount ?? 0,
            ExtensionUnit = command.Extension?.Unit ?? DeadlineUnit.WorkingDays,
            ExtensionBy = command.Extension is { } extension ? string.Join(';', extension.By.Distinct()) : null,
            Pauses = command.Pauses is null ? null : string.Join(';', command.Pauses.Distinct()),
            Rungs = command.Rungs is null ? null : DeadlineRungs.Write(command.Rungs),
            ProposedById = change?.By.Id ?? default,
            ProposedByName = change?.By.Name ?? "",
            ProposedAt = change?.At ?? default,
            Reason = command.Reason.Trim(),
        };
    }

    /// <summary>Whether the period itself makes sense; what a trial of it needs.</summary>
    public static Refusal? CheckTerms(ProposeDeadlineRule command)
    {
        if (command.Unit == DeadlineUnit.Date && command.Amount is not null) return Refusal.Invalid("deadline-rules.date-has-no-amount", nameof(command.Amount));
        var (least, most) = (MayBeNone(command) ? 0 : 1, DeadlineRuleVersion.MostOf(command.Unit));
        if (command.Unit != DeadlineUnit.Date && (command.Amount is not { } amount || amount < least || amount > most)) return Refusal.Invalid("deadline-rules.amount", nameof(command.Amount), least, most);
        if (command.Unit != DeadlineUnit.WorkingDays && command.Direction == DeadlineDirection.BeforeInFull) return Refusal.Invalid("deadline-rules.full-days", nameof(command.Direction));
        if (command is { Unit: DeadlineUnit.Hours, Rollover: true }) return Refusal.Invalid("deadline-rules.hours-roll", nameof(command.Rollover));
        if (!string.IsNullOrWhiteSpace(command.MonthDay))
        {
            if (command.Unit != DeadlineUnit.Date) return Refusal.Invalid("deadline-rules.month-day-unit", nameof(command.MonthDay));
            // Of a year without a leap day: a fixed day exists every year.
            if (!DateOnly.TryParseExact($"2025-{command.MonthDay.Trim()}", "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out _))
                return Refusal.Invalid("deadline-rules.month-day", nameof(command.MonthDay), command.MonthDay);
        }
        return CheckMoving(command) ?? (command.Rungs is null ? null : DeadlineRungs.Check(command.Rungs, (command.Unit, command.Direction)));
    }

    /// <summary>0 after an event is no time at all; before it, it is the day of the event itself.</summary>
    private static bool MayBeNone(ProposeDeadlineRule command) => command.Direction != DeadlineDirection.After || DeadlineRules.Embedded.All.Any(r => r.Key == command.Key && r.Amount == 0);

    /// <summary>Who may grant a later last day: leaders, as for every extension.</summary>
    public static IReadOnlyList<string> Extenders { get; } = [Roles.SectionHead, Roles.DeputyDirector, Roles.Director];

    private static Refusal? CheckMoving(ProposeDeadlineRule command)
    {
        if (command.Extension is { } extension)
        {
            if (extension.Times is < 0 or > DeadlineRuleVersion.MostExtensions) return Refusal.Invalid("deadline-rules.extension-times", nameof(command.Extension), DeadlineRuleVersion.MostExtensions);
            if (extension.Times > 0 && command.Unit == DeadlineUnit.Hours) return Refusal.Invalid("deadline-rules.hours-fixed", nameof(command.Extension));
            if (extension.Times > 0 && (extension.Amount <= 0 || extension.Amount > DeadlineRuleVersion.MostOf(extension.Unit) || extension.Unit is DeadlineUnit.Date or DeadlineUnit.Hours)) return Refusal.Invalid("deadline-rules.extension-amount", nameof(command.Extension), DeadlineRuleVersion.MostOf(extension.Unit));
            if (extension.Times > 0 && extension.By.Count == 0) return Refusal.Invalid("deadline-rules.extension-nobody", nameof(command.Extension));
            if (extension.By.FirstOrDefault(r => !Extenders.Contains(r)) is { } unfit) return Refusal.Invalid("deadline-rules.extension-role", nameof(command.Extension), unfit);
        }
        if (command.Pauses is not { } pauses) return null;
        if (pauses.Count > 0 && command.Unit == DeadlineUnit.Hours) return Refusal.Invalid("deadline-rules.hours-fixed", nameof(command.Pauses));
        return pauses.FirstOrDefault(p => !DeadlinePause.Reasons.Contains(p)) is { } unknown ? Refusal.Invalid("deadlines.pause-reason", nameof(command.Pauses), unknown, string.Join('、', DeadlinePause.Reasons)) : null;
    }
}

/// <summary>Another person puts the proposed rule in force, or turns it down with an opinion.</summary>
public sealed record DecideDeadlineRule(Guid Id, bool Agrees, string? Opinion);

public sealed class DecideDeadlineRuleHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<DeadlineRuleVersion>> HandleAsync(DecideDeadlineRule command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!DeadlineRuleRights.MayDecide(change.By)) return Refusal.Forbidden("deadline-rules.not-yours");
        var rule = await db.Set<DeadlineRuleVersion>().FindAsync([command.Id], cancellationToken);
        if (rule is null) return Refusal.NotFound("deadline-rules.not-found");
        // Approved late, it would have been in force before anybody could know it.
        var late = rule.EffectiveFrom < change.On ? Refusal.Conflict("deadline-rules.too-late", rule.Name, rule.EffectiveFrom) : null;
        if (rule.Decide(rule.Name, command.Agrees, command.Opinion, change, late) is { } refusal) return refusal;
        audit.Record(change with { Reason = rule.Opinion }, DeadlineRuleRights.Chain, command.Agrees ? "批准时限规则" : "退回时限规则", rule.Name, DeadlineRuleRights.Describe(rule));
        return rule;
    }
}

/// <summary>Who may change rules. Two persons always: who proposed it cannot approve it.</summary>
public static class DeadlineRuleRights
{
    internal const string Chain = "office/deadline-rules";

    public static bool MayPropose(Actor actor) => actor.IsAny(Roles.Legal, Roles.Admin);

    public static bool MayDecide(Actor actor) => actor.IsAny(Roles.Legal, Roles.DeputyDirector, Roles.Director);

    internal static JsonObject Describe(DeadlineRuleVersion rule) => new()
    {
        ["rule"] = rule.Key,
        ["profile"] = rule.Profile,
        ["effectiveFrom"] = rule.EffectiveFrom.Iso(),
        ["amount"] = rule.Amount,
        ["unit"] = rule.Unit.ToString(),
        ["direction"] = rule.Direction.ToString(),
        ["rollover"] = rule.Rollover,
        ["window"] = rule.IsWindow,
        ["monthDay"] = rule.MonthDay,
        ["citation"] = rule.Citation,
        ["extension"] = rule.ExtensionTimes is { } times ? $"{times}×{rule.ExtensionAmount} {rule.ExtensionUnit} {rule.ExtensionBy}" : null,
        ["pauses"] = rule.Pauses,
        ["rungs"] = rule.Rungs,
    };
}
