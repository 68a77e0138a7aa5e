using System.Linq.Expressions;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Cases;

/// <summary>What every handler of this subject asks first: is there such a row, and may this person touch it.</summary>
internal static class CaseRows
{
    /// <summary>The rows of a condition, with those added or changed in this unit of work and not yet saved.</summary>
    public static async Task<List<T>> WithStagedAsync<T>(this DbContext db, Expression<Func<T, bool>> where, CancellationToken cancellationToken) where T : class
    {
        await db.Set<T>().Where(where).LoadAsync(cancellationToken);
        return [.. db.Set<T>().Local.Where(where.Compile(preferInterpretation: true))];
    }

    public static async Task<Result<InspectionCase>> FindCaseAsync(this DbContext db, Guid id, CancellationToken cancellationToken)
        => await db.Set<InspectionCase>().FindAsync([id], cancellationToken) is { } found ? found : Refusal.NotFound("cases.not-found");

    public static Refusal? RequireAny(this ChangeContext change, params ReadOnlySpan<string> roles)
    {
        foreach (var role in roles)
        {
            if (change.By.Is(role)) return null;
        }
        return Refusal.Forbidden("cases.not-your-role", string.Join("、", roles.ToArray().Select(r => Roles.Find(r)?.Name ?? r)));
    }

    /// <summary>The group's leader or one of its officers, in a role that may check.</summary>
    public static Refusal? RequireGroup(this InspectionCase inspection, ChangeContext change)
        => inspection.MemberOf(change) is not { Part: not TeamPart.Expert } member ? Refusal.Forbidden("cases.not-in-group", inspection.InspectionNo) : RoleOf(member, change);

    /// <summary>Anybody of the group, its experts too.</summary>
    public static Refusal? RequireMember(this InspectionCase inspection, ChangeContext change)
        => inspection.MemberOf(change) is not { } member ? Refusal.Forbidden("cases.not-in-group", inspection.InspectionNo) : RoleOf(member, change);

    public static TeamMember? MemberOf(this InspectionCase inspection, ChangeContext change)
        => change.By.RegisterNumber is { } number ? inspection.Team.FirstOrDefault(m => m.Number == number) : null;

    /// <summary>Being in the group is not enough: the account's role may have been taken away since the draw.</summary>
    private static Refusal? RoleOf(TeamMember member, ChangeContext change) => member.Part switch
    {
        TeamPart.Expert => change.RequireAny(Roles.Expert),
        TeamPart.Officer => change.RequireAny(Roles.Officer),
        _ => change.RequireAny(Roles.DeputyDirector, Roles.SectionHead, Roles.Director),
    };

    public static Refusal? RequireStatus(this InspectionCase inspection, params ReadOnlySpan<InspectionStatus> allowed)
        => allowed.Contains(inspection.Status) ? null : Refusal.Conflict("cases.wrong-state", inspection.InspectionNo, Of(inspection.Status));

    public static string Of(InspectionStatus status) => status switch
    {
        InspectionStatus.Opened => "待审批",
        InspectionStatus.Refused => "审批未通过",
        InspectionStatus.Approved => "已审批",
        InspectionStatus.Planned => "方案已定",
        InspectionStatus.OnSite => "检查中",
        InspectionStatus.FindingsLocked => "问题已锁定",
        InspectionStatus.Unreachable => "无法联系",
        InspectionStatus.Closed => "关闭停业",
        InspectionStatus.EntryRefused => "拒绝检查",
        _ => "已归档",
    };

    public static bool IsBlank(string? text) => string.IsNullOrWhiteSpace(text);
}
