using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>
/// 带队人员 who is named, not drawn: appointed by the initiating unit where its profile appoints (S004-18), or let into the draw of leaders though he has not the
/// post that leads as a rule (S000-07, 一般由副局长带队) or not the certificate the items ask for (domain C2). He is seated by the same rules as everybody: certificate, scope, leave, relation, one visit a day.
/// </summary>
public sealed class LeaderAppointment
{
    public const int ReasonMaxLength = 200;

    public Guid Id { get; set; }

    public Guid CampaignId { get; set; }

    /// <summary>From 1 in the campaign; the order in which appointed leaders are asked.</summary>
    public int Sequence { get; set; }

    public required string PersonNumber { get; set; }

    public required string PersonName { get; set; }

    /// <summary>职务 on the day he was named.</summary>
    public required string Post { get; set; }

    public string? CertificateNo { get; set; }

    /// <summary>带队豁免: another post than the profile's, or a certificate he lacks; takes effect only when a second person has confirmed it.</summary>
    public bool IsWaiver { get; set; }

    /// <summary>What he lacks of the certificate the items ask for, on the day he was named; null: nothing. The two officers of the group are counted without him (处罚法 42).</summary>
    public string? Waives { get; set; }

    public required string Reason { get; set; }

    public Guid ById { get; set; }

    public required string ByName { get; set; }

    public DateTime At { get; set; }

    public Guid? ConfirmedById { get; set; }

    public string? ConfirmedByName { get; set; }

    public DateTime? ConfirmedAt { get; set; }

    public int Revision { get; set; }

    public bool IsInForce => !IsWaiver || ConfirmedAt is not null;
}

internal sealed class LeaderAppointmentMapping : IEntityTypeConfiguration<LeaderAppointment>
{
    public void Configure(EntityTypeBuilder<LeaderAppointment> builder)
    {
        builder.ToTable("leader_appointments");
        builder.HasKey(a => a.Id);
        builder.HasIndex(a => new { a.CampaignId, a.PersonNumber }).IsUnique();
        builder.Ignore(a => a.IsInForce);
        builder.Property(a => a.PersonNumber).HasMaxLength(32);
        builder.Property(a => a.PersonName).HasMaxLength(60);
        builder.Property(a => a.Post).HasMaxLength(60);
        builder.Property(a => a.CertificateNo).HasMaxLength(24);
        builder.Property(a => a.Waives).HasMaxLength(LeaderAppointment.ReasonMaxLength);
        builder.Property(a => a.Reason).HasMaxLength(LeaderAppointment.ReasonMaxLength);
        builder.Property(a => a.ByName).HasMaxLength(60);
        builder.Property(a => a.ConfirmedByName).HasMaxLength(60);
        builder.Property(a => a.Revision).IsConcurrencyToken();
    }
}

/// <summary>How a campaign finds its leaders, who could be named, and who was.</summary>
/// <param name="Fit">Holders of the profile's post who could lead a group of it.</param>
/// <param name="Others">Those of another post, or without the certificate the items ask for, who could by a waiver.</param>
/// <param name="Lacks">What those lack of the certificate, by number.</param>
/// <param name="Named">In the order they were named, waivers that wait included.</param>
public sealed record LeaderChoice(LeaderRule Rule, IReadOnlyList<Officer> Fit, IReadOnlyList<Officer> Others, IReadOnlyDictionary<string, string> Lacks, IReadOnlyList<LeaderAppointment> Named)
{
    public static async Task<LeaderChoice> OfAsync(DbContext db, Campaign campaign, CancellationToken cancellationToken)
    {
        var rule = (await CandidatePools.TeamAsync(db, campaign, cancellationToken)).Leader;
        List<Officer> able = [.. (await db.Set<Officer>().AsNoTracking().Where(o => o.MayLead).ToListAsync(cancellationToken)).Where(o => CandidatePools.WhyNotLead(o, campaign) is null).OrderBy(o => o.Number, StringComparer.Ordinal)];
        var lacks = able.Select(o => (o.Number, Lack: CandidatePools.LeaderLacks(o, campaign, rule))).Where(l => l.Lack is not null).ToDictionary(l => l.Number, l => l.Lack!, StringComparer.Ordinal);
        var fit = able.ToLookup(o => o.Post == rule.Post && !lacks.ContainsKey(o.Number));
        // Where he would be one of the two officers nobody can let him off the certificate.
        return new LeaderChoice(rule, [.. fit[true]], [.. fit[false].Where(o => !rule.CountsTowardTwo || !lacks.ContainsKey(o.Number))], lacks,
            await db.Set<LeaderAppointment>().AsNoTracking().Where(a => a.CampaignId == campaign.Id).OrderBy(a => a.Sequence).ToListAsync(cancellationToken));
    }

    /// <summary>Leaders of a campaign who need not hold the certificate: by a confirmed waiver, or all where the profile does not ask for it.</summary>
    internal static async Task<Func<string, bool>> WithoutCertificateAsync(DbContext db, Campaign campaign, CancellationToken cancellationToken)
    {
        if (!(await CandidatePools.TeamAsync(db, campaign, cancellationToken)).Leader.CertificateRequired) return _ => true;
        var waived = (await db.WithStagedAsync<LeaderAppointment>(a => a.CampaignId == campaign.Id && a.Waives != null, cancellationToken)).Where(a => a.IsInForce).Select(a => a.PersonNumber).ToHashSet(StringComparer.Ordinal);
        return waived.Contains;
    }

    /// <summary>The rule and what was made of it, in one sentence.</summary>
    public string ToText() => (Rule.Drawn ? $"由{Rule.Post}带队，抽取产生" : $"由发起单位指派{Rule.Post}带队，不抽取")
        + string.Concat(Named.Select(a => $"；{(a.IsWaiver ? "豁免" : "指派")}：{a.PersonName}（{a.Post}{(a.Waives is { } lack ? $"，{lack}" : "")}）{(a.IsWaiver ? $"，{a.Reason}{(a.IsInForce ? $"，{a.ConfirmedByName}批准" : "，待批准")}" : "")}"));
}
