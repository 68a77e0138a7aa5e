using DoubleRandom.Basics;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Registers;

/// <summary>One figure of how complete or how fresh a register is.</summary>
/// <param name="What">In the words of <see cref="RegisterGaps"/>, by which a list shows them.</param>
/// <param name="Count">Entries that lack it, or are late.</param>
public sealed record QualityFigure(string What, int Count, int Of);

/// <param name="Compared">The latest comparison with the office's own staff, or with the legal office's list where there is none.</param>
/// <param name="Wanted">市场主体总量 of the office's own file; null: it says none.</param>
/// <param name="CountedAt">When the figures of objects were counted, where that was not just now.</param>
public sealed record QualityView(int MarketEntities, int? Wanted, DateOnly? InspecteesChangedOn, DateOnly? OfficersChangedOn, IReadOnlyList<QualityFigure> Inspectees, IReadOnlyList<QualityFigure> Officers,
    (int All, int Wrong) Verified, OfficerComparison? Compared, DateTime? CountedAt);

public sealed record VerificationLine(string Key, string Name, string CreditCode, string Address, string Contact, string Status);

/// <summary>Figures of the object register under <see cref="RegisterGaps"/>' words: of those that exist, how many there are and how many lack what.</summary>
internal sealed record InspecteeFigures(int All, int Market, int NoPhone, int NoSite, int NoPlace, int NoContact, int NoIndustry, int NoGrade, int NoRisk, int NoOwner, int Excused, int Stale);

/// <summary>The figures of a big register for a while: ten million entries are read from end to end for them, which takes seconds.</summary>
internal sealed class KeptFigures
{
    public static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(10);

    private (DateTime At, InspecteeFigures Figures)? _kept;

    public (DateTime At, InspecteeFigures Figures)? Since(DateTime now) => _kept is { } kept && now - kept.At < KeptFor && now >= kept.At ? kept : null;

    public void Keep(DateTime now, InspecteeFigures figures) => _kept = figures.All > RegisterList.CountedTo ? (now, figures) : null;
}

/// <summary>完整性、及时性与抽查核查 (S001-17…19). Each register is read once for all its figures.</summary>
internal sealed class RegisterQuality(DbContext db, TimeProvider time, KeptFigures kept)
{
    public const int MaxVerified = RecordVerificationHandler.MaxLines;

    public async Task<QualityView> ReadAsync(CancellationToken cancellationToken)
    {
        var today = time.Today;
        var (yearAgo, soon) = (today.AddYears(-1), today.AddDays(RegisterGaps.RenewDays));
        var before = kept.Since(time.UtcNow);
        var i = before?.Figures ?? await InspecteesAsync(yearAgo, cancellationToken);
        var o = await db.Set<Officer>().AsNoTracking().Where(r => r.StaffKind == "在编执法人员").GroupBy(_ => 1).Select(g => new
        {
            All = g.Count(),
            NoCertificate = g.Count(r => r.CertificateNo == null),
            Late = g.Count(r => r.CertificateStatus == "有效" && (r.CertificateValidTo == null || r.CertificateValidTo < today)),
            Soon = g.Count(r => r.CertificateStatus == "有效" && r.CertificateValidTo >= today && r.CertificateValidTo <= soon),
            NoScope = g.Count(r => r.Scope == null && r.CertificateStatus == "有效"),
            NoPhone = g.Count(r => r.Phone == null),
        }).SingleOrDefaultAsync(cancellationToken);
        var office = await OfficeProfile.CurrentAsync(db, cancellationToken);
        var all = i?.All ?? 0;
        var officers = o?.All ?? 0;
        return new QualityView(i?.Market ?? 0, office?.Data.MarketEntityTotal?.Count, await ChangedOnAsync("inspectees", cancellationToken), await ChangedOnAsync("officers", cancellationToken),
            i is null ? [] :
            [
                new("一年内没有更新", i.Stale, all), await LicencesAsync("许可证已过期"), await LicencesAsync("许可证 90 天内到期"), new("没有联系电话", i.NoPhone, all), new("没有生产经营地址", i.NoSite, all), new("没有坐标", i.NoPlace, all),
                new("没有安全负责人", i.NoContact, all), new("没有行业代码", i.NoIndustry, all), new("市场主体没有信用等级", i.NoGrade, i.Market),
                new("没有风险等级", i.NoRisk, all), new("没有所属科室", i.NoOwner, all), new("信用代码校验位例外", i.Excused, all),
            ],
            o is null ? [] :
            [
                new("没有执法证号", o.NoCertificate, officers), new("证件状态为有效但已过有效期", o.Late, officers), new("证件 90 天内到期", o.Soon, officers), new("持证但没有执法事项范围", o.NoScope, officers), new("没有手机号码", o.NoPhone, officers),
            ],
            await VerifiedAsync(cancellationToken), (await ComparisonsAsync(cancellationToken)).OrderByDescending(c => c.List == OfficerLists.Staff).ThenByDescending(c => c.At).FirstOrDefault(), before?.At);

        // Few entries have a licence: the index of those that have one is read, not the register again.
        async Task<QualityFigure> LicencesAsync(string what) => new(what, await db.Set<Inspectee>().AsNoTracking().CountAsync(RegisterGaps.OfInspectees(what, today)!, cancellationToken), all);
    }

    private async Task<InspecteeFigures?> InspecteesAsync(DateOnly yearAgo, CancellationToken cancellationToken)
    {
        // Ten million wide rows are more than a list is given time for.
        var timeout = db.Database.GetCommandTimeout();
        db.Database.SetCommandTimeout(TimeSpan.FromMinutes(3));
        try
        {
            var figures = await db.Set<Inspectee>().AsNoTracking().Where(r => r.RegistrationStatus == "存续" || r.RegistrationStatus == "停业").GroupBy(_ => 1).Select(g => new InspecteeFigures(
                g.Count(),
                g.Count(r => Inspectee.MarketKinds.Contains(r.Kind)),
                g.Count(r => r.Phone == null),
                g.Count(r => r.SiteAddress == null),
                g.Count(r => r.Longitude == null || r.Latitude == null),
                g.Count(r => r.SafetyContact == null),
                g.Count(r => r.IndustryCode == null),
                g.Count(r => r.CreditGrade == null && Inspectee.MarketKinds.Contains(r.Kind)),
                g.Count(r => r.RiskGrade == null),
                g.Count(r => r.OwnerSection == null),
                g.Count(r => r.CreditCodeNote != null),
                g.Count(r => r.UpdatedOn == null || r.UpdatedOn < yearAgo))).SingleOrDefaultAsync(cancellationToken);
            if (figures is not null) kept.Keep(time.UtcNow, figures);
            return figures;
        }
        finally
        {
            db.Database.SetCommandTimeout(timeout);
        }
    }

    /// <summary>
    /// Entries to be looked at on the spot: those whose number, hashed with the list's own mark, comes first. Whoever has the mark gets the same list again.
    /// </summary>
    /// <param name="mark">Of the list: chance, chosen when the list was made.</param>
    public async Task<IReadOnlyList<VerificationLine>> VerificationAsync(string mark, int count, CancellationToken cancellationToken)
    {
        var first = new PriorityQueue<string, string>(Comparer<string>.Create((a, b) => string.CompareOrdinal(b, a)));
        await foreach (var number in db.Set<Inspectee>().AsNoTracking().Where(r => r.RegistrationStatus == "存续" || r.RegistrationStatus == "停业").Select(r => r.Number).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            first.Enqueue(number, Hashing.Sha256Hex($"{mark}\n{number}"));
            if (first.Count > Math.Clamp(count, 1, MaxVerified)) first.Dequeue();
        }
        var numbers = first.UnorderedItems.Select(e => e.Element).ToList();
        var rows = await db.Set<Inspectee>().AsNoTracking().Where(r => numbers.Contains(r.Number)).OrderBy(r => r.Number).ToListAsync(cancellationToken);
        return [.. rows.Select(r => new VerificationLine(r.Number, r.Name, r.CreditCode ?? r.OtherCode ?? "—", r.SiteAddress ?? r.RegisteredAddress, $"{r.LegalRepresentative} {r.Phone}".Trim(), r.RegistrationStatus))];
    }

    /// <summary>What was entered of a drawn list, by number.</summary>
    public async Task<IReadOnlyDictionary<string, RegisterVerification>> ToldAsync(string mark, CancellationToken cancellationToken)
        => await db.Set<RegisterVerification>().AsNoTracking().Where(v => v.Mark == mark).Take(MaxVerified).ToDictionaryAsync(v => v.InspecteeNumber, StringComparer.Ordinal, cancellationToken);

    /// <summary>Entries looked at in the last twelve months, and those of them that were not as the register says.</summary>
    private async Task<(int All, int Wrong)> VerifiedAsync(CancellationToken cancellationToken)
    {
        var since = time.UtcNow.AddMonths(-12);
        var recent = db.Set<RegisterVerification>().AsNoTracking().Where(v => v.At >= since);
        return (await recent.CountAsync(cancellationToken), await recent.CountAsync(v => !v.IsConsistent, cancellationToken));
    }

    /// <summary>Comparisons of the officer register, the latest first, without what differed: the last of each list and as many more as a page shows.</summary>
    public async Task<IReadOnlyList<OfficerComparison>> ComparisonsAsync(CancellationToken cancellationToken)
    {
        List<OfficerComparison> all = [];
        foreach (var list in OfficerLists.All)
        {
            all.AddRange((await db.Set<OfficerComparison>().AsNoTracking().Where(c => c.List == list).OrderByDescending(c => c.At).Take(25)
                .Select(c => new { c.Id, c.ListOn, c.At, c.ByName, c.FileName, c.Ours, c.Theirs, c.Wanted, c.Covered, c.Same, c.Differing }).ToListAsync(cancellationToken))
                .Select(c => new OfficerComparison { Id = c.Id, List = list, ListOn = c.ListOn, At = c.At, ByName = c.ByName, FileName = c.FileName, Ours = c.Ours, Theirs = c.Theirs, Wanted = c.Wanted, Covered = c.Covered, Same = c.Same, Differing = c.Differing, DifferencesJson = "[]", UnknownJson = "[]" }));
        }
        return [.. all.OrderByDescending(c => c.At)];
    }

    public Task<OfficerComparison?> ComparisonAsync(Guid id, CancellationToken cancellationToken) => db.Set<OfficerComparison>().AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellationToken);

    /// <summary>Changes of each register that the upper body was not told of, and what it was told (S003-06).</summary>
    public async Task<(IReadOnlyList<(string Kind, int Changes)> Open, IReadOnlyList<RegisterFiling> Filings)> FilingsAsync(CancellationToken cancellationToken)
    {
        var open = await db.Set<RegisterChange>().AsNoTracking().Unfiled().GroupBy(c => c.Kind).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellationToken);
        return ([.. open.Select(o => (o.Key, o.Count))], await db.Set<RegisterFiling>().AsNoTracking().OrderByDescending(f => f.At).Take(50).ToListAsync(cancellationToken));
    }

    private async Task<DateOnly?> ChangedOnAsync(string kind, CancellationToken cancellationToken)
        => await db.Set<RegisterChange>().AsNoTracking().Where(c => c.Kind == kind).MaxAsync(c => (DateTime?)c.At, cancellationToken) is { } at ? time.DateOf(at) : null;
}
