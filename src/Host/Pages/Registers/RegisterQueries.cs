using DoubleRandom.Basics;
using DoubleRandom.Host.Pages.Parts;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Credit;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Registers;

public sealed record RegisterLine(string Key, string Name, IReadOnlyList<string> Cells);

/// <param name="Headers">Of <see cref="RegisterLine.Cells"/>.</param>
public sealed record RegisterListView(int Matching, int All, IReadOnlyList<string> Headers, IReadOnlyList<RegisterLine> Lines, string? Next);

public sealed record RegisterRecordView(string Key, string Name, IReadOnlyList<RegisterValue> Values, IReadOnlyList<InspectionCase> Cases, IReadOnlyList<CreditEntry> Credit);

public sealed record RegisterCount(string Kind, string Title, string Remark, int Count);

/// <summary>名录库: inspectees, officers, experts and the item list.</summary>
public sealed class RegisterQueries(DbContext db, TimeProvider time)
{
    public const int PageSize = 50;

    public static readonly IReadOnlyList<(string Kind, string Title)> Kinds = [("inspectees", "检查对象"), ("officers", "执法人员"), ("experts", "安全专家"), ("items", "抽查事项清单")];

    /// <summary>Whole telephone and identity numbers are for those who keep the registers.</summary>
    public static bool SeesPersonalData(Actor actor) => actor.IsAny(Roles.Planner, Roles.Admin);

    public async Task<IReadOnlyList<RegisterCount>> CountsAsync(CancellationToken cancellationToken)
    {
        var today = time.Today;
        return
        [
            new("inspectees", "检查对象", "企业、个体工商户和非市场主体", await Read<Inspectee>().CountAsync(cancellationToken)),
            new("officers", "执法人员", Wording.T("证件有效 {0} 人", await Read<Officer>().CountAsync(o => o.CertificateStatus == "有效" && o.CertificateValidTo >= today, cancellationToken)), await Read<Officer>().CountAsync(cancellationToken)),
            new("experts", "安全专家", Wording.T("聘期内 {0} 人", await Read<Expert>().CountAsync(e => e.AppointedFrom <= today && e.AppointedTo >= today, cancellationToken)), await Read<Expert>().CountAsync(cancellationToken)),
            new("items", "抽查事项清单", "事项、依据、方式、比例和频次", await Read<InspectionItem>().CountAsync(cancellationToken)),
        ];
    }

    public async Task<RegisterListView?> ListAsync(string kind, string? text, string? after, CancellationToken cancellationToken) => kind switch
    {
        "inspectees" => await PageAsync(Read<Inspectee>(), after, ["信用代码", "行业", "所在地", "登记状态", "风险"],
            text is null ? null : q => q.Where(r => r.Number.Contains(text) || r.Name.Contains(text) || r.CreditCode!.Contains(text) || r.Town!.Contains(text) || r.SafetySector!.Contains(text)),
            (q, key) => q.Where(r => r.Number.CompareTo(key) > 0), q => q.OrderBy(r => r.Number),
            r => new RegisterLine(r.Number, r.Name, [r.CreditCode ?? "—", r.SafetySector ?? r.IndustryName ?? "—", r.Town ?? r.RegisteredAddress, r.RegistrationStatus, r.RiskGrade ?? "—"]), cancellationToken),
        "officers" => await PageAsync(Read<Officer>(), after, ["单位科室", "职务", "执法证号", "有效至", "可检查范围"],
            text is null ? null : q => q.Where(r => r.Number.Contains(text) || r.Name.Contains(text) || r.Department.Contains(text) || r.Section!.Contains(text) || r.CertificateNo!.Contains(text)),
            (q, key) => q.Where(r => r.Number.CompareTo(key) > 0), q => q.OrderBy(r => r.Number),
            r => new RegisterLine(r.Number, r.Name, [$"{r.Department} {r.Section}".Trim(), r.Post ?? "—", r.CertificateNo ?? "—", $"{Wording.Day(r.CertificateValidTo)}（{r.CertificateStatus}）", r.Scope ?? "—"]), cancellationToken),
        "experts" => await PageAsync(Read<Expert>(), after, ["专业", "工作单位", "职称", "聘期", "状态"],
            text is null ? null : q => q.Where(r => r.Number.Contains(text) || r.Name.Contains(text) || r.Specialities.Contains(text) || r.Employer!.Contains(text)),
            (q, key) => q.Where(r => r.Number.CompareTo(key) > 0), q => q.OrderBy(r => r.Number),
            r => new RegisterLine(r.Number, r.Name, [r.Specialities, r.Employer ?? "—", r.Title ?? "—", $"{Wording.Day(r.AppointedFrom)} 至 {Wording.Day(r.AppointedTo)}", r.Status]), cancellationToken),
        "items" => await PageAsync(Read<InspectionItem>(), after, ["类别", "检查对象", "方式", "比例", "频次"],
            text is null ? null : q => q.Where(r => r.Code.Contains(text) || r.Name.Contains(text) || r.Category.Contains(text) || r.LegalBasis.Contains(text)),
            (q, key) => q.Where(r => r.Code.CompareTo(key) > 0), q => q.OrderBy(r => r.Code).ThenBy(r => r.Version),
            r => new RegisterLine(r.Code, r.Name, [r.Category, r.Objects, $"{r.Sampling} · {r.Methods}", Wording.Share(r.Ratio), r.Frequency]), cancellationToken),
        _ => null,
    };

    public async Task<RegisterRecordView?> FindAsync(string kind, string key, Actor actor, CancellationToken cancellationToken)
    {
        switch (kind)
        {
            case "inspectees" when await Read<Inspectee>().SingleOrDefaultAsync(r => r.Number == key, cancellationToken) is { } row:
                return new RegisterRecordView(key, row.Name, Shown(RegisterFields.Of(row), actor), await CasesAsync(c => c.InspecteeNumber == key, cancellationToken),
                    await Read<CreditEntry>().Where(e => e.InspecteeNumber == key).OrderByDescending(e => e.On).Take(100).ToListAsync(cancellationToken));
            case "officers" when await Read<Officer>().SingleOrDefaultAsync(r => r.Number == key, cancellationToken) is { } row:
                return new RegisterRecordView(key, row.Name, Shown(RegisterFields.Of(row), actor), await CasesOfPersonAsync(key, cancellationToken), []);
            case "experts" when await Read<Expert>().SingleOrDefaultAsync(r => r.Number == key, cancellationToken) is { } row:
                return new RegisterRecordView(key, row.Name, Shown(RegisterFields.Of(row), actor), await CasesOfPersonAsync(key, cancellationToken), []);
            case "items" when await Read<InspectionItem>().Where(r => r.Code == key).OrderByDescending(r => r.Version).FirstOrDefaultAsync(cancellationToken) is { } row:
                return new RegisterRecordView(key, row.Name, RegisterFields.Of(row), [], []);
            default:
                return null;
        }
    }

    public Task<ImportJob?> ImportAsync(Guid id, CancellationToken cancellationToken) => Read<ImportJob>().SingleOrDefaultAsync(j => j.Id == id, cancellationToken);

    public async Task<IReadOnlyList<ImportJob>> ImportsAsync(CancellationToken cancellationToken) => await Read<ImportJob>().OrderByDescending(j => j.RequestedAt).Take(PageSize).ToListAsync(cancellationToken);

    private Task<List<InspectionCase>> CasesOfPersonAsync(string number, CancellationToken cancellationToken)
    {
        var quoted = $"\"{number}\"";
        return CasesAsync(c => c.TeamJson.Contains(quoted), cancellationToken);
    }

    private Task<List<InspectionCase>> CasesAsync(System.Linq.Expressions.Expression<Func<InspectionCase, bool>> where, CancellationToken cancellationToken)
        => Read<InspectionCase>().Where(where).OrderByDescending(c => c.PlannedOn).ThenBy(c => c.InspectionNo).Take(100).ToListAsync(cancellationToken);

    private static IReadOnlyList<RegisterValue> Shown(IReadOnlyList<RegisterValue> values, Actor actor)
        => SeesPersonalData(actor) ? values : [.. values.Select(v => v.Value.Length == 0 ? v
            : v.Header.Contains("身份证", StringComparison.Ordinal) ? v with { Value = Mask.IdNumber(v.Value) }
            : v.Header.Contains("电话", StringComparison.Ordinal) || v.Header.Contains("手机", StringComparison.Ordinal) ? v with { Value = Mask.Phone(v.Value) }
            : v)];

    private IQueryable<T> Read<T>() where T : class => db.Set<T>().AsNoTracking();

    private static async Task<RegisterListView> PageAsync<T>(
        IQueryable<T> all, string? after, IReadOnlyList<string> headers, Func<IQueryable<T>, IQueryable<T>>? filter, Func<IQueryable<T>, string, IQueryable<T>> behind,
        Func<IQueryable<T>, IQueryable<T>> order, Func<T, RegisterLine> line, CancellationToken cancellationToken)
    {
        var matching = filter is null ? all : filter(all);
        var page = after is { Length: > 0 } ? behind(matching, after) : matching;
        var lines = (await order(page).Take(PageSize + 1).ToListAsync(cancellationToken)).Select(line).ToList();
        var next = lines.Count > PageSize ? lines[PageSize - 1].Key : null;
        if (next is not null) lines.RemoveAt(PageSize);
        return new RegisterListView(await matching.CountAsync(cancellationToken), await all.CountAsync(cancellationToken), headers, lines, next);
    }
}
