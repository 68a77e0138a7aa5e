using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;

namespace DoubleRandom.Inspections.Visits;

/// <summary>两名以上执法人员 (行政处罚法 art. 42): counted among the group's officers, without the leader, each with a certificate valid that day (domain C2).</summary>
internal static class Quorum
{
    /// <summary>The persons present with their certificates, or the refusal naming who is missing or cannot show one.</summary>
    public static Result<IReadOnlyList<PresentPerson>> Of(IReadOnlyList<TeamMember> team, IReadOnlyList<string> present, DateOnly on)
    {
        if (present.FirstOrDefault(n => team.All(m => m.Number != n || m.Part is TeamPart.Expert)) is { } stranger)
            return Refusal.Invalid("visits.not-in-group", "officers", stranger);
        var here = team.Where(m => m.Part is not TeamPart.Expert && present.Contains(m.Number)).ToList();
        var certified = here.Count(m => m.Part is TeamPart.Officer && IsCertified(m, on));
        if (certified < 2)
        {
            var missing = team.Where(m => m.Part is TeamPart.Officer && !(present.Contains(m.Number) && IsCertified(m, on)))
                .Select(m => present.Contains(m.Number) ? $"{m.Name}(证件无效)" : $"{m.Name}(未到场)");
            return Refusal.Conflict("visits.two-officers", certified, string.Join("、", missing));
        }
        if (here.FirstOrDefault(m => !IsCertified(m, on)) is { } without) return Refusal.Conflict("visits.certificate", without.Name, on);
        return here.Select(m => new PresentPerson(m.Number, m.Name, m.CertificateNo)).ToArray();
    }

    private static bool IsCertified(TeamMember member, DateOnly on) => member.CertificateNo is { Length: > 0 } && member.CertificateValidTo >= on;
}
