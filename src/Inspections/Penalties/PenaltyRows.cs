using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Penalties;

/// <summary>What every handler of a penalty asks first.</summary>
internal static class PenaltyRows
{
    public const int MinOfficers = 2;

    public static async Task<Result<PenaltyCase>> FindPenaltyAsync(this DbContext db, Guid id, CancellationToken cancellationToken)
        => await db.Set<PenaltyCase>().FindAsync([id], cancellationToken) is { } found ? found : Refusal.NotFound("penalties.not-found");

    /// <summary>A fine on the spot may be paid when all else of the check has ended long ago: only from then on can its file be bound.</summary>
    public static Task FinishedAsync(this ClockActs clocks, PenaltyCase penalty, ChangeContext change, CancellationToken cancellationToken)
        => clocks.RestartAsync(penalty.CaseId, "archive", $"{penalty.PenaltyNo}结案", change, cancellationToken);

    public static Refusal? RequireStatus(this PenaltyCase penalty, params ReadOnlySpan<PenaltyStatus> allowed)
        => allowed.Contains(penalty.Status) ? null : Refusal.Conflict("penalties.wrong-state", penalty.PenaltyNo, Of(penalty.Status));

    /// <summary>One of the officers the case was filed with.</summary>
    public static Refusal? RequireCaseOfficer(this PenaltyCase penalty, ChangeContext change)
    {
        if (change.RequireAny(Roles.CaseOfficer) is { } forbidden) return forbidden;
        return penalty.IsCaseOfficer(change.By) ? null : Refusal.Forbidden("penalties.not-case-officer", penalty.PenaltyNo, penalty.OfficerNames);
    }

    /// <summary>
    /// Who records money: a case officer who did not decide (罚缴分离, art. 67). A penalty on the spot is followed up by any case officer: those who
    /// imposed it may be checking elsewhere.
    /// </summary>
    public static Refusal? RequirePayee(this PenaltyCase penalty, ChangeContext change)
    {
        if (penalty.Procedure is PenaltyProcedure.Simple) return change.RequireAny(Roles.CaseOfficer);
        return penalty.DecidedById == change.By.Id ? Refusal.Forbidden("penalties.decider-collects", penalty.PenaltyNo) : penalty.RequireCaseOfficer(change);
    }

    public static bool IsCaseOfficer(this PenaltyCase penalty, Actor actor)
        => penalty.ProposedById == actor.Id || (actor.RegisterNumber is { } number && penalty.Officers.Contains(number));

    /// <summary>
    /// Two officers or more, each with a certificate of the register valid that day (行政处罚法 art. 42) and none related to the party (art. 43).
    /// </summary>
    public static async Task<Result<IReadOnlyList<Officer>>> CertifiedOfficersAsync(this DbContext db, IReadOnlyCollection<string> numbers, string inspecteeNumber, DateOnly on, CancellationToken cancellationToken)
    {
        var wanted = numbers.Distinct().ToList();
        if (wanted.Count < MinOfficers) return Refusal.Invalid("penalties.two-officers", "officers", MinOfficers);
        var found = await db.Set<Officer>().Where(o => wanted.Contains(o.Number)).ToListAsync(cancellationToken);
        if (wanted.FirstOrDefault(n => found.All(o => o.Number != n)) is { } unknown) return Refusal.Invalid("penalties.unknown-officer", "officers", unknown);
        if (found.FirstOrDefault(o => !o.HoldsCertificate(on)) is { } without) return Refusal.Invalid("penalties.certificate", "officers", without.Name, on);
        var related = await db.Set<Relation>().Where(r => r.PersonKind == "执法人员" && r.InspecteeNumber == inspecteeNumber && wanted.Contains(r.PersonNumber)
            && r.From <= on && (r.To == null || r.To >= on)).FirstOrDefaultAsync(cancellationToken);
        if (related is not null) return Refusal.Invalid("penalties.recusal", "officers", found.First(o => o.Number == related.PersonNumber).Name, related.Kind);
        return wanted.ConvertAll(n => found.First(o => o.Number == n));
    }

    /// <summary>The certificate that lets an officer investigate, on the day.</summary>
    public static bool HoldsCertificate(this Officer officer, DateOnly on) => officer.StaffKind is "在编执法人员" && officer.CertificateStatus is "有效" && officer.CertificateValidTo >= on;

    public static string Of(PenaltyStatus status) => status switch
    {
        PenaltyStatus.FilingProposed => "待审批立案",
        PenaltyStatus.FilingRefused => "不予立案",
        PenaltyStatus.Investigating => "调查中",
        PenaltyStatus.Investigated => "调查终结",
        PenaltyStatus.Proposed => "已提出处理意见",
        PenaltyStatus.Noticed => "已告知",
        PenaltyStatus.Decided => "已作出决定",
        PenaltyStatus.Served => "已送达",
        _ => "已结案",
    };
}

/// <summary>The kinds and the money as people write them.</summary>
public static class PenaltyWords
{
    public static string Of(PenaltyKind kind) => kind switch
    {
        PenaltyKind.Warning => "警告",
        PenaltyKind.Criticism => "通报批评",
        PenaltyKind.Fine => "罚款",
        PenaltyKind.Confiscation => "没收违法所得、非法财物",
        PenaltyKind.LicenceSuspension => "暂扣许可证件",
        PenaltyKind.Downgrade => "降低资质等级",
        PenaltyKind.LicenceRevocation => "吊销许可证件",
        PenaltyKind.Restriction => "限制开展生产经营活动",
        PenaltyKind.BusinessSuspension => "责令停产停业",
        PenaltyKind.Closure => "责令关闭",
        PenaltyKind.OccupationBan => "限制从业",
        _ => "法律、行政法规规定的其他行政处罚",
    };

    /// <summary>Fen as yuan for a sentence: 5000, 1234.50.</summary>
    public static string Yuan(long fen) => fen % 100 == 0 ? $"{fen / 100}" : FormattableString.Invariant($"{fen / 100m:0.00}");
}

/// <summary>The last day of a period by the rules and the calendar in force; the same the deadline rows count with.</summary>
public sealed class Periods(CalendarSource calendars, DeadlineRuleSource rules, DeadlineProfiles profiles)
{
    /// <param name="subjectId">Whose rules it is counted by: campaign, inspection, penalty or hazard.</param>
    public async Task<DateOnly> LastDayAsync(string rule, DateOnly anchor, Guid subjectId, CancellationToken cancellationToken)
    {
        var current = await rules.CurrentAsync(cancellationToken);
        var profile = current.DependsOnProfile(rule) ? await profiles.OfAsync(subjectId, anchor, cancellationToken) : "*";
        var found = current.Find(rule, profile, anchor) ?? throw new InvalidOperationException($"No deadline rule {rule} on {anchor:O}.");
        var terms = new DeadlineTerms(anchor, found.Anchor, found.Amount, found.Unit, found.Direction, found.Rollover, null, []);
        return DeadlineClock.Count(terms, await calendars.CurrentAsync(cancellationToken)).DueOn;
    }
}
