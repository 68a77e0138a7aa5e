using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>The lists a campaign draws from, as the registers say now: who is on them, and who is not and why. Nobody edits them.</summary>
internal static class CandidatePools
{
    public const string Objects = StrataRule.Whole;
    public const string Leaders = "带队人员";
    public const string Officers = "执法人员";
    public const string Experts = "安全专家";

    /// <summary>
    /// Objects that match the filter of the campaign's own item, less those the plan or the register leaves out, those the upper body has drawn for the item in these days, and those whose yearly cap is reached: the item's, the plan line's,
    /// or the office's for all departments together (国办发〔2024〕54号). Items that are merged into the visit draw nobody by themselves.
    /// </summary>
    public static async Task<Result<CandidatePool>> ObjectsAsync(DbContext db, Campaign campaign, DateOnly on, CancellationToken cancellationToken)
    {
        var codes = campaign.ItemCodes.Split(';');
        var items = await KeptItems.ItemsAsync(db, codes, campaign.ItemVersions, campaign.PeriodFrom, cancellationToken);
        foreach (var code in codes)
        {
            if (items.FirstOrDefault(i => i.Code == code) is not { } named) return Refusal.Conflict("campaigns.no-such-item", code);
            if (!named.IsRandom) return Refusal.Conflict("campaigns.item-not-random", code);
        }
        var item = items[0];
        var filter = ObjectFilter.Parse(item.ObjectFilter, item.Code);
        if (filter.Refusal is { } bad) return bad;
        var line = await PlanLines.ApprovedLineAsync(db, campaign.PlanNo, campaign.PlanLineNo, cancellationToken);
        var wanted = line is null ? filter.Value : FullCheck.Narrow(filter.Value, line.Sampling, line.FullCheckCode);
        var pool = await ObjectPool.OfAsync(db, wanted, campaign.BaseOn, campaign.PeriodTo, cancellationToken);
        // A supplementary round draws from what the first was drawn from: nobody leaves it by an exclusion of after the freeze.
        var frozenAt = await db.Set<Draw>().Where(d => d.CampaignId == campaign.Id && d.Kind == "object" && d.Status == DrawStatus.Drawn).MinAsync(d => (DateTime?)d.OrderedAt, cancellationToken);
        var left = (await db.Set<PlanExclusion>().AsNoTracking().Where(e => e.PlanNo == campaign.PlanNo && e.LineNo == campaign.PlanLineNo && (!e.IsLate || e.ConfirmedAt != null)).ToListAsync(cancellationToken))
            .Where(e => frozenAt is null || e.At <= frozenAt).ToDictionary(e => e.InspecteeNumber, StringComparer.Ordinal);
        var capped = await YearlyCaps.ReachedAsync(db, campaign, item, cancellationToken);
        var above = await UpperTasks.ExclusionsAsync(db, codes, campaign.PeriodFrom, campaign.PeriodTo, cancellationToken);
        HashSet<string> numbers = new(StringComparer.Ordinal);
        List<Exclusion> exclusions = [.. pool.Exclusions];
        foreach (var number in pool.Numbers)
        {
            if (left.TryGetValue(number, out var exclusion)) exclusions.Add(exclusion.ToExclusion());
            else if (above.TryGetValue(number, out var drawn)) exclusions.Add(drawn);
            else if (capped.TryGetValue(number, out var cap)) exclusions.Add(cap);
            else numbers.Add(number);
        }
        var rule = campaign.StrataRule;
        return new CandidatePool("object", await StrataAsync(db, campaign, numbers, on, cancellationToken),
            [.. exclusions.OrderBy(e => e.CandidateId, StringComparer.Ordinal)], rule.By is StratifyBy.None ? null : StrataRule.NameOf(rule.By));
    }

    private static async Task<IReadOnlyList<StratumPool>> StrataAsync(DbContext db, Campaign campaign, HashSet<string> numbers, DateOnly on, CancellationToken cancellationToken)
    {
        var rule = campaign.StrataRule;
        if (rule.By is StratifyBy.None || numbers.Count == 0) return [new StratumPool(Objects, [.. numbers.Order(StringComparer.Ordinal)])];
        // What the cases say on the day of the freeze, not what somebody typed into the register.
        var figures = rule.By is StratifyBy.Conduct ? await InspecteeFigures.FromCasesAsync(db, on, cancellationToken) : new Dictionary<string, InspecteeFigures>();
        var many = (await PlanRules.InForceAsync(db, campaign.PeriodFrom, cancellationToken)).ManyComplaints;
        Dictionary<string, List<string>> strata = new(StringComparer.Ordinal);
        await foreach (var entry in db.Set<Inspectee>().AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (!numbers.Contains(entry.Number)) continue;
            var name = rule.StratumOf(entry, figures.GetValueOrDefault(entry.Number, InspecteeFigures.None).With(entry, on), many);
            if (!strata.TryGetValue(name, out var ids)) strata[name] = ids = [];
            ids.Add(entry.Number);
        }
        return [.. strata.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => new StratumPool(s.Key, [.. s.Value.Order(StringComparer.Ordinal)], rule.WeightOf(s.Key)))];
    }

    /// <summary>
    /// Leaders hold 带队资格 and the post the team profile names (应急 副局长), and those a confirmed waiver lets in; where the profile appoints (城管 科长) they are who was
    /// appointed, in that order. Officers are the other holders of a certificate. Nobody is on both lists.
    /// </summary>
    public static async Task<IReadOnlyList<CandidatePool>> PersonsAsync(DbContext db, Campaign campaign, CancellationToken cancellationToken)
    {
        var rule = (await TeamAsync(db, campaign, cancellationToken)).Leader;
        var named = (await db.WithStagedAsync<LeaderAppointment>(a => a.CampaignId == campaign.Id, cancellationToken)).Where(a => a.IsInForce).ToDictionary(a => a.PersonNumber, a => a.Sequence, StringComparer.Ordinal);
        var without = await LeaderChoice.WithoutCertificateAsync(db, campaign, cancellationToken);
        // Until somebody is appointed the preview shows who could be; nothing is frozen without a name.
        var byPost = rule.Drawn || named.Count == 0;
        List<string> leaders = [], officers = [], experts = [];
        List<Exclusion> noLeader = [], noOfficer = [], noExpert = [];
        foreach (var officer in (await db.Set<Officer>().AsNoTracking().ToListAsync(cancellationToken)).OrderBy(o => o.Number, StringComparer.Ordinal))
        {
            var (on, off) = named.ContainsKey(officer.Number) || (byPost && officer.MayLead && officer.Post == rule.Post) ? (leaders, noLeader) : (officers, noOfficer);
            if ((on == leaders && without(officer.Number) ? WhyNotServe(officer) : WhyNot(officer, campaign)) is { } reason) off.Add(new Exclusion(officer.Number, reason, officer.MayBeDrawn ? officer.CertificateNo : officer.OutReason));
            else on.Add(officer.Number);
        }
        foreach (var expert in (await db.Set<Expert>().AsNoTracking().ToListAsync(cancellationToken)).OrderBy(e => e.Number, StringComparer.Ordinal))
        {
            if (WhyNot(expert, campaign) is { } reason) noExpert.Add(new Exclusion(expert.Number, reason, null));
            else experts.Add(expert.Number);
        }
        if (!rule.Drawn) leaders.Sort((a, b) => named.GetValueOrDefault(a).CompareTo(named.GetValueOrDefault(b)) is var order && order != 0 ? order : string.CompareOrdinal(a, b));
        CandidatePool leader = new("leader", Leaders, leaders, noLeader), officer2 = new("officer", Officers, officers, noOfficer);
        return campaign.ExpertsPerGroup == 0 ? [leader, officer2] : [leader, officer2, new CandidatePool("expert", Experts, experts, noExpert)];
    }

    /// <summary>Whether the profile draws its leaders; where it appoints them the register's order stands for the tickets.</summary>
    public static async Task<TeamProfile> TeamAsync(DbContext db, Campaign campaign, CancellationToken cancellationToken)
        => (await OfficeProfile.CurrentAsync(db, cancellationToken))?.Data.Team(campaign.TeamProfile) ?? new TeamProfile(campaign.TeamProfile ?? "", new LeaderRule("副局长"), new OfficerRule(), new ExpertRule());

    private static string? WhyNot(Officer officer, Campaign campaign) => WhyNotServe(officer) ?? LacksCertificate(officer, campaign);

    /// <summary>Why the person is drawn for nothing; null: he may be.</summary>
    private static string? WhyNotServe(Officer officer)
    {
        if (officer.StaffKind is not "在编执法人员") return $"人员性质：{officer.StaffKind}";
        if (officer.Status is not (null or "在岗")) return $"状态：{officer.Status}";
        return officer.MayBeDrawn ? null : "名录登记不参加抽取";
    }

    private static string? LacksCertificate(Officer officer, Campaign campaign)
    {
        if (officer.CertificateStatus is not "有效") return $"执法证件：{officer.CertificateStatus}";
        // S000-05: only holders of a certificate carry out checks, and one without a number cannot be shown.
        if (string.IsNullOrEmpty(officer.CertificateNo)) return "执法证件：没有证号";
        if (officer.CertificateValidTo is not { } to || to < campaign.PeriodFrom) return "执法证件在任务期前到期";
        return Lacks(officer, campaign);
    }

    /// <summary>What of the certificate a leader lacks where the profile asks for one (domain C2): two persons may let him off it. Null: nothing.</summary>
    public static string? LeaderLacks(Officer officer, Campaign campaign, LeaderRule rule) => rule.CertificateRequired ? LacksCertificate(officer, campaign) : null;

    /// <summary>Why the person cannot lead a group of the campaign, whatever his post and by no waiver; null: he can.</summary>
    public static string? WhyNotLead(Officer officer, Campaign campaign)
    {
        if (!officer.MayLead) return "名录登记没有带队资格";
        // 发起单位 appoints from among its own; 县城市管理局 and 崇信县城市管理局 are one.
        if (campaign.LeadUnit is { } unit && !officer.Department.Contains(unit, StringComparison.Ordinal) && !unit.Contains(officer.Department, StringComparison.Ordinal)) return $"不是{unit}的人员";
        return WhyNotServe(officer);
    }

    public static string? Lacks(Officer officer, Campaign campaign)
    {
        var scope = (officer.Scope ?? "").Split(';');
        return campaign.ItemCodes.Split(';').FirstOrDefault(c => !scope.Contains(c)) is { } lacks ? $"执法事项范围不含 {lacks}" : null;
    }

    private static string? WhyNot(Expert expert, Campaign campaign)
    {
        if (expert.Status is not "在聘") return $"状态：{expert.Status}";
        if (expert.AppointedTo < campaign.PeriodFrom || expert.AppointedFrom > campaign.PeriodTo) return "聘期不在任务期内";
        return Lacks(expert, campaign);
    }

    public static string? Lacks(Expert expert, Campaign campaign)
        => campaign.Speciality is { Length: > 0 } wanted && !wanted.Split(';').Any(expert.Specialities.Split(';').Contains) ? $"专业类别不含 {wanted}" : null;
}
