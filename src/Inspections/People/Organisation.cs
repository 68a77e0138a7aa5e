namespace DoubleRandom.Inspections.People;

/// <summary>机构: who the office is, how it is divided and how it numbers what it signs. The file <c>organisation.json</c>, as the office wrote it.</summary>
/// <param name="Profile">应急、城管、市监: which law's defaults apply (law 11).</param>
/// <param name="Partners">Bodies the office joins with, transfers to or reports to.</param>
/// <param name="MarketEntityTotal">市场主体总量: the base of the 3 % and 10 % floors (S001-11, -12).</param>
public sealed record Organisation(
    OfficeRegion Region, string? Profile, Bureau Bureau, IReadOnlyList<OfficeSection>? Departments, IReadOnlyList<string>? Partners,
    ListingAuthority? ListingAuthority, NumberRules? DocumentNumbers, IReadOnlyList<TeamProfile>? TeamProfiles, IReadOnlyList<DrawPartyName>? DrawParties,
    EntityTotal? MarketEntityTotal, RegisterRules? Registers = null)
{
    /// <summary>The rules of a group: those of the given profile, else the office's own, else the strictest defaults of the law.</summary>
    public TeamProfile Team(string? key = null)
        => TeamProfiles?.FirstOrDefault(p => p.Key == (key ?? Profile)) ?? new TeamProfile(key ?? Profile ?? "", new LeaderRule("副局长"), new OfficerRule(), new ExpertRule());
}

/// <param name="Code">GB/T 2260, six digits.</param>
public sealed record OfficeRegion(string Code, string Name, string? TimeZone = null, IReadOnlyList<Town>? Towns = null);

public sealed record Town(string Code, string Name);

/// <param name="DocPrefix">The head of the office's own document numbers, for example <c>（崇）应急</c>.</param>
/// <param name="ReviewBodies">行政复议 and 行政诉讼 with the body that takes them.</param>
public sealed record Bureau(
    string Name, string? ShortName = null, string? DocPrefix = null, string? Address = null, string? Postcode = null, string? Phone = null, string? ComplaintPhone = null,
    string? Website = null, string? Seal = null, Payee? Payee = null, IReadOnlyDictionary<string, string>? ReviewBodies = null);

/// <summary>Where a fine is paid in.</summary>
public sealed record Payee(string? Account = null, string? Bank = null);

/// <summary>内设机构</summary>
public sealed record OfficeSection(string Name, string? Head = null, string? Duties = null);

/// <summary>Who lists major hazards (S000-19): the county government's safety committee as a rule.</summary>
public sealed record ListingAuthority(string Name, string? ShortName = null, string? DocPrefix = null, NumberRules? DocumentNumbers = null);

/// <summary>文号: pattern with <c>{region}</c>, <c>{code}</c>, <c>{year}</c>, <c>{seq}</c>; a sequence a code and year.</summary>
/// <param name="Codes">A document's kind to its code word.</param>
/// <param name="Official">公文: documents numbered in the office's official series instead.</param>
public sealed record NumberRules(string Pattern, string? Region = null, string? Reset = null, IReadOnlyDictionary<string, string>? Codes = null, OfficialNumbers? Official = null);

public sealed record OfficialNumbers(string Pattern, IReadOnlyList<string>? Uses = null);

/// <summary>A group after the department's own rule (domain C1–C4).</summary>
public sealed record TeamProfile(string Key, LeaderRule Leader, OfficerRule Officers, ExpertRule Experts);

/// <param name="Post">副局长、科长: who leads as a rule (S000-07, S004-18).</param>
/// <param name="Drawn">Drawn by lot when more than one is there; else appointed.</param>
/// <param name="CountsTowardTwo">The two-officer quorum is counted without the leader (S000-08).</param>
public sealed record LeaderRule(string Post, int Count = 1, bool Drawn = true, bool CertificateRequired = true, bool WaiverAllowed = false, bool CountsTowardTwo = false);

/// <param name="Min">Never under two (处罚法 42).</param>
/// <param name="RotateYearly">The same officer does not check the same inspectee in two years running.</param>
public sealed record OfficerRule(int Min = 2, bool RotateYearly = false);

public sealed record ExpertRule(int Default = 2, int Min = 1);

/// <param name="Kind"><c>system</c>, <c>supervisor</c> or <c>witness</c>.</param>
public sealed record DrawPartyName(string Name, string Kind);

/// <summary>名录库维护: who besides the owning section changes an entry.</summary>
/// <param name="LeadSections">牵头科室: planners of these sections, and of none, keep all entries; planners of others their own section's. Empty: all planners keep all.</param>
public sealed record RegisterRules(IReadOnlyList<string>? LeadSections = null);

/// <param name="Date">The day of the count.</param>
public sealed record EntityTotal(int Count, DateOnly Date, string? Source = null);
