using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Visits;

/// <summary>
/// 两名以上执法人员 (行政处罚法 art. 42): counted among the group's officers, without the leader and never an expert. The register is asked on
/// the day: a certificate valid at the draw may have expired or been withdrawn since (domain C2, S000-05).
/// </summary>
internal static class Quorum
{
    /// <summary>The persons present with their certificates, or the refusal naming who is missing or cannot show one.</summary>
    public static async Task<Result<IReadOnlyList<PresentPerson>>> OfAsync(
        DbContext db, InspectionCase inspection, IReadOnlyList<string> present, DateOnly on, CancellationToken cancellationToken)
    {
        var team = inspection.Team;
        if (present.FirstOrDefault(n => team.All(m => m.Number != n || m.Part is TeamPart.Expert)) is { } stranger)
            return Refusal.Invalid("visits.not-in-group", "officers", team.FirstOrDefault(m => m.Number == stranger)?.Name ?? stranger);

        var campaign = await db.Set<Campaign>().FindAsync([inspection.CampaignId], cancellationToken);
        var excused = campaign is null ? _ => false : await LeaderChoice.WithoutCertificateAsync(db, campaign, cancellationToken);
        var people = new List<(TeamMember Member, bool IsPresent, Officer? Entry, string? Lack)>();
        foreach (var member in team.Where(m => m.Part is not TeamPart.Expert))
        {
            var entry = await db.Set<Officer>().FindAsync([member.Number], cancellationToken);
            people.Add((member, present.Contains(member.Number), entry, member.Part is TeamPart.Leader && entry is not null && excused(member.Number) ? null : Lack(entry, inspection.Items, on)));
        }
        var officers = people.Where(p => p.Member.Part is TeamPart.Officer).ToList();
        var certified = officers.Count(p => p.IsPresent && p.Lack is null);
        if (certified < 2)
        {
            var missing = officers.Where(p => !p.IsPresent || p.Lack is not null).Select(p => $"{p.Member.Name}（{(p.IsPresent ? p.Lack : "未到场")}）");
            return Refusal.Conflict("visits.two-officers", certified, string.Join("、", missing));
        }
        if (people.FirstOrDefault(p => p.IsPresent && p.Lack is not null) is { Lack: { } lack, Member: var without }) return Refusal.Conflict("visits.certificate", without.Name, lack);
        // In a joint check each department's officers hold their own scope; together the group must hold all.
        if (inspection.Items.Count > 1 && inspection.Items.FirstOrDefault(item => !people.Any(p => p.IsPresent && p.Entry!.MayCheck(item, on))) is { } uncovered) return Refusal.Conflict("visits.no-officer-for-item", uncovered);
        return people.Where(p => p.IsPresent).Select(p => new PresentPerson(p.Member.Number, p.Member.Name, p.Entry!.CertificateStatus is "有效" && p.Entry.CertificateValidTo >= on ? p.Entry.CertificateNo : null)).ToArray();
    }

    /// <summary>What keeps a person from checking these items on the day; null: nothing.</summary>
    private static string? Lack(Officer? entry, IReadOnlyList<string> items, DateOnly on) => entry switch
    {
        null => "不在执法人员名录",
        { StaffKind: not "在编执法人员" } => $"{entry.StaffKind}，不是在编执法人员",
        { CertificateStatus: not "有效" } => $"执法证{entry.CertificateStatus}",
        { CertificateValidTo: { } last } when last < on => $"执法证有效期至{last.Iso()}",
        _ when items.All(i => !entry.MayCheck(i, on)) => $"执法范围不含事项{string.Join('、', items)}",
        _ => null,
    };
}
