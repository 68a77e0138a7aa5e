using System.Linq.Expressions;
using System.Text.Json;
using DoubleRandom.Basics;
using DoubleRandom.Host.Pages.Parts;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Credit;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Inspections.WorkingRules;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Registers;

/// <param name="Owner">The section that keeps it, where the register has that.</param>
public sealed record RegisterLine(string Key, string Name, IReadOnlyList<string> Cells, string? Owner = null);

/// <param name="Matching">−1: not counted, the register is too big for that.</param>
/// <param name="All">At most one more than <see cref="RegisterList.CountedTo"/>.</param>
/// <param name="Headers">Of <see cref="RegisterLine.Cells"/>.</param>
/// <param name="Begins">So many hold the text that only those are listed whose column of this heading begins with it, in the order of that column; null: all.</param>
public sealed record RegisterListView(int Matching, int All, IReadOnlyList<string> Headers, IReadOnlyList<RegisterLine> Lines, string? Next, string? Begins = null);

/// <param name="Key">As the list names it.</param>
/// <param name="FullKey">As versions and edits name it.</param>
/// <param name="ChangeId">The change that made the entry what it is.</param>
/// <param name="Owner">The section that keeps it; null where the register is kept as one, empty where none is said.</param>
/// <param name="IsMine">Whether the reader may change it.</param>
public sealed record RegisterRecordView(string Key, string FullKey, string Name, Guid? ChangeId, string? Owner, bool IsMine, IReadOnlyList<RegisterValue> Values, IReadOnlyList<InspectionCase> Cases, IReadOnlyList<CreditEntry> Credit);

/// <summary>One change of an entry: who, when, why, and the cells.</summary>
public sealed record EntryChange(DateTime? At, string By, string Act, string? Reason, string? FileName, IReadOnlyList<FieldChange> Fields);

/// <param name="Name">With the names above it, where one alone says too little.</param>
public sealed record FoundCode(string Code, string Name);

/// <summary>One of 四库一细则 (S001-21): what there is of it, and whether it is missing.</summary>
public sealed record Foundation(string Title, string Url, string Has, bool IsMissing);

public sealed record RegisterCount(string Kind, string Title, string Remark, int Count);

/// <param name="Wanted">What the share must be, 0 to 1.</param>
public sealed record ItemShare(string Category, int Random, int All, decimal Wanted)
{
    public decimal Share => All == 0 ? 0 : (decimal)Random / All;

    public bool IsMet => All == 0 || Share >= Wanted;
}

/// <summary>名录库: inspectees, officers, experts, the item list and what belongs to them.</summary>
public sealed class RegisterQueries(DbContext db, NeedToKnow needs, TimeProvider time, RegisterAsOf then, PersonalSeal seal)
{
    public const int PageSize = RegisterList.PageSize;

    public static readonly IReadOnlyList<(string Kind, string Title)> Kinds =
        [("inspectees", "检查对象"), ("officers", "执法人员"), ("experts", "安全专家"), ("items", "抽查事项清单"), ("checklists", "检查表"), ("relations", "利害关系"), ("leave", "请假与公务"), ("codes", "代码表")];

    /// <summary>What a list can be narrowed by, in the order of the page.</summary>
    private static readonly Dictionary<string, string[]> Filters = new(StringComparer.Ordinal)
    {
        ["inspectees"] = ["登记状态", "对象类型", "乡镇", "监管行业领域", "信用等级", "风险等级", "监管标签", "名单标记", "许可证类型", "不适用抽查代码", "所属科室", "监管层级"],
        ["officers"] = ["人员性质", "证件状态", "带队资格", "单位", "内设机构", "专业", "执法事项范围"],
        ["experts"] = ["状态", "专业类别"],
        ["items"] = ["事项类别", "抽查方式", "是否随机抽查", "编制科室", "法制审核日期", "公示日期"],
        ["checklists"] = ["模板编号", "适用事项", "默认隐患等级", "必查"],
        ["relations"] = ["人员类别", "人员编号", "对象编号", "关系类型"],
        ["leave"] = ["状态", "类别", "人员编号"],
        ["codes"] = ["代码表", "上级代码"],
    };

    /// <summary>Comes after every character that a name goes on with: SQLite, which compares by bytes, finds what begins so as a range of its index. PostgreSQL has an index of beginnings.</summary>
    private const string Last = "\U0010FFFD";

    /// <summary>Columns whose codes are shown with their names.</summary>
    private static readonly Dictionary<string, string> Coded = new(StringComparer.Ordinal)
    {
        ["行政区划"] = CodeEntry.Regions,
        ["行业代码"] = CodeEntry.Industries,
        ["信用等级"] = CodeTables.CreditGrades,
        ["不适用抽查代码"] = CodeTables.Exclusions,
    };

    /// <summary>What is about the registers as a whole – spot checks, filing, comparison – is the planner's.</summary>
    public static bool KeepsRegisters(Actor actor) => actor.Is(Roles.Planner);

    /// <summary>Whose entries of a register a person changes; whole telephone and identity numbers are for those.</summary>
    public async Task<RegisterRights> RightsAsync(string kind, Actor actor, CancellationToken cancellationToken)
        => RegisterForms.Find(kind) is { } form ? await RegisterRights.OfAsync(db, actor, form, cancellationToken) : KeepsRegisters(actor) ? RegisterRights.All : RegisterRights.None;

    /// <summary>What a person may import, and of that what as a whole.</summary>
    public async Task<IReadOnlyList<(RegisterKind Kind, bool IsWhole)>> ImportKindsAsync(Actor actor, CancellationToken cancellationToken)
    {
        List<(RegisterKind, bool)> kinds = [];
        foreach (var kind in RegisterFields.Kinds)
        {
            if (await RightsAsync(kind.Kind, actor, cancellationToken) is { MayChange: true } rights) kinds.Add((kind, rights.KeepsAll));
        }
        return kinds;
    }

    private async Task<bool> IsMineAsync(RegisterForm form, object entity, Actor actor, CancellationToken cancellationToken)
        => (await RegisterRights.OfAsync(db, actor, form, cancellationToken)).Covers(form.Owner is { } owner ? form[owner].TextOf(entity) : null);

    /// <summary>A key may hold what an address cannot.</summary>
    public static string RecordUrl(string kind, string key) => key.Contains('/', StringComparison.Ordinal) ? Wording.Url($"/registers/{kind}/record", ("key", key)) : $"/registers/{kind}/{Uri.EscapeDataString(key)}";

    public static IReadOnlyList<Column> FiltersOf(string kind) => Filters.TryGetValue(kind, out var headers) ? [.. headers.Select(h => RegisterForms.Find(kind)![h])] : [];

    public async Task<IReadOnlyList<RegisterCount>> CountsAsync(CancellationToken cancellationToken)
    {
        var today = time.Today;
        return
        [
            new("inspectees", "检查对象", "企业、个体工商户和非市场主体", await Read<Inspectee>().CountAsync(cancellationToken)),
            new("officers", "执法人员", Wording.T("证件有效 {0} 人", await Read<Officer>().CountAsync(o => o.CertificateStatus == "有效" && o.CertificateValidTo >= today, cancellationToken)), await Read<Officer>().CountAsync(cancellationToken)),
            new("experts", "安全专家", Wording.T("聘期内 {0} 人", await Read<Expert>().CountAsync(e => e.AppointedFrom <= today && e.AppointedTo >= today, cancellationToken)), await Read<Expert>().CountAsync(cancellationToken)),
            new("items", "抽查事项清单", "事项、依据、方式、比例和频次", await Read<InspectionItem>().CountAsync(cancellationToken)),
            new("checklists", "检查表", "每个事项的检查条目、依据和判定", await Read<ChecklistEntry>().CountAsync(cancellationToken)),
            new("relations", "利害关系", "回避的依据", await Read<Relation>().CountAsync(cancellationToken)),
            new("leave", "请假与公务", "不能派出的期间", await Read<LeavePeriod>().CountAsync(cancellationToken)),
            new("codes", "代码表", "区划、行业和各类选项，随程序载入，可以调整", await Read<CodeEntry>().CountAsync(cancellationToken)),
        ];
    }

    /// <summary>四库一细则: the plan of the year, the list in force, both registers, and the bureau's working rule.</summary>
    /// <param name="counts">As <see cref="CountsAsync"/> gave them.</param>
    public async Task<IReadOnlyList<Foundation>> FoundationsAsync(IReadOnlyList<RegisterCount> counts, CancellationToken cancellationToken)
    {
        var today = time.Today;
        var plans = await Read<AnnualPlan>().CountAsync(p => p.Year == today.Year && db.Set<PlanVersion>().Any(v => v.PlanId == p.Id && v.PublishedOn != null), cancellationToken);
        var items = await Read<InspectionItem>().Where(InspectionItem.InForce(today)).Select(i => i.Code).Distinct().CountAsync(cancellationToken);
        var (inspectees, officers) = (Count("inspectees"), Count("officers"));
        var rule = await WorkingRule.InForceAsync(db, today, cancellationToken);
        return
        [
            new("抽查计划库", "/plans", plans == 0 ? Wording.T("今年还没有公布") : Wording.T("今年已公布 {0} 个", plans), plans == 0),
            new("抽查事项清单库", "/registers/items", Wording.T("现行 {0} 项", items), items == 0),
            new("检查对象名录库", "/registers/inspectees", Wording.T("{0} 户", inspectees), inspectees == 0),
            new("执法人员名录库", "/registers/officers", Wording.T("{0} 人", officers), officers == 0),
            new("抽查工作细则", "/registers/working-rule", rule is null ? Wording.T("还没有") : rule.DocumentNo, rule is null),
        ];

        // Ten million are counted once a page.
        int Count(string kind) => counts.First(c => c.Kind == kind).Count;
    }

    /// <summary>Names of a code table that may be entered today.</summary>
    public async Task<IReadOnlyList<string>> WordsAsync(string table, CancellationToken cancellationToken) => [.. (await CodeTables.InForceAsync(db, table, time.Today, cancellationToken)).Select(w => w.Name)];

    /// <summary>Tables of the register of codes.</summary>
    public async Task<IReadOnlyList<string>> CodeTablesAsync(CancellationToken cancellationToken) => await Read<CodeEntry>().Select(e => e.TableName).Distinct().OrderBy(t => t).ToListAsync(cancellationToken);

    /// <summary>Codes in force that begin so or whose name holds the text; of one that is there whole, it comes first.</summary>
    public async Task<IReadOnlyList<FoundCode>> FindCodesAsync(string table, string text, CancellationToken cancellationToken)
    {
        var today = time.Today;
        var found = await Read<CodeEntry>().Where(e => e.TableName == table && (e.EffectiveTo == null || e.EffectiveTo >= today) && (e.EffectiveFrom == null || e.EffectiveFrom <= today) && (e.Code.StartsWith(text) || e.Name.Contains(text)))
            .OrderBy(e => e.Code == text ? 0 : e.Name == text ? 1 : 2).ThenBy(e => e.Code).Take(20).Select(e => new { e.Code, e.Name, e.ParentCode }).ToListAsync(cancellationToken);
        var codes = new List<FoundCode>();
        foreach (var code in found) codes.Add(new FoundCode(code.Code, await PathAsync(table, code.Name, code.ParentCode, cancellationToken)));
        return codes;
    }

    /// <summary>A name with those above it, the highest first: 甘肃省平凉市崇信县 of a region, the name alone of anything else.</summary>
    private async Task<string> PathAsync(string table, string name, string? parent, CancellationToken cancellationToken)
    {
        if (table != CodeEntry.Regions) return name;
        for (var depth = 0; parent is not null && depth < 3; depth++)
        {
            var above = parent;
            if (await Read<CodeEntry>().Where(e => e.TableName == table && e.Code == above).Select(e => new { e.Name, e.ParentCode }).SingleOrDefaultAsync(cancellationToken) is not { } up) break;
            (name, parent) = (up.Name is "市辖区" or "县" ? name : up.Name + name, up.ParentCode);
        }
        return name;
    }

    /// <summary>Codes with what they mean, for a person who reads the entry.</summary>
    private async Task<IReadOnlyList<RegisterValue>> NamedAsync(IReadOnlyList<RegisterValue> values, CancellationToken cancellationToken)
    {
        var named = values.ToList();
        for (var i = 0; i < named.Count; i++)
        {
            if (named[i].Value.Length == 0 || !Coded.TryGetValue(named[i].Header, out var table)) continue;
            var code = named[i].Value;
            var entry = await Read<CodeEntry>().Where(e => e.TableName == table && e.Code == code).Select(e => new { e.Name, e.ParentCode }).SingleOrDefaultAsync(cancellationToken);
            if (entry is not null) named[i] = named[i] with { Value = $"{code} {await PathAsync(table, entry.Name, entry.ParentCode, cancellationToken)}" };
        }
        return named;
    }

    /// <summary>Random items as a share of all items in force, by category (S004-02, -03).</summary>
    public async Task<IReadOnlyList<ItemShare>> ItemSharesAsync(CancellationToken cancellationToken)
    {
        var today = time.Today;
        var items = await Read<InspectionItem>().Where(InspectionItem.InForce(today)).Select(i => new { i.Code, i.Version, i.Category, i.IsRandom }).ToListAsync(cancellationToken);
        return [.. items.GroupBy(i => i.Code).Select(g => g.MaxBy(i => i.Version)!).GroupBy(i => i.Category).OrderByDescending(g => g.Key, StringComparer.Ordinal)
            .Select(g => new ItemShare(g.Key, g.Count(i => i.IsRandom), g.Count(), g.Key.Contains("市场", StringComparison.Ordinal) ? 0.7m : 0.5m))];
    }

    /// <summary>Versions that wait for the legal review, and those that wait for publication (S001-10).</summary>
    public async Task<(int Review, int Publication)> ItemStepsAsync(CancellationToken cancellationToken)
        => (await Read<InspectionItem>().CountAsync(i => i.PublishedOn == null && i.ReviewedOn == null, cancellationToken), await Read<InspectionItem>().CountAsync(i => i.PublishedOn == null && i.ReviewedOn != null, cancellationToken));

    public async Task<IReadOnlyList<SavedView>> ViewsAsync(string kind, Actor actor, CancellationToken cancellationToken)
        => await Read<SavedView>().Where(v => v.Kind == kind && (v.OwnerId == actor.Id || v.IsShared)).OrderBy(v => v.Name).Take(100).ToListAsync(cancellationToken);

    public async Task<RegisterListView?> ListAsync(ListRequest request, CancellationToken cancellationToken) => request.Kind switch
    {
        "inspectees" => await RegisterList.PageAsync<Inspectee>(db, then, RegisterForms.Inspectees, request, ["信用代码", "行业", "所在地", "登记状态", "风险"],
            SearchInspectees,
            r => new RegisterLine(r.Number, r.Name, [r.CreditCode ?? "—", r.SafetySector ?? r.IndustryName ?? "—", r.Town ?? r.RegisteredAddress, r.RegistrationStatus, r.RiskGrade ?? "—"], r.OwnerSection), cancellationToken, request.Gap is { } gap ? RegisterGaps.OfInspectees(gap, time.Today) : null, BeginningOfInspectees),
        "officers" => await RegisterList.PageAsync<Officer>(db, then, RegisterForms.Officers, request, ["单位科室", "职务", "执法证号", "有效至", "可检查范围"],
            (text, isBig) => isBig ? r => r.Number.StartsWith(text) || r.Name.StartsWith(text) || r.CertificateNo == text : r => r.Number.Contains(text) || r.Name.Contains(text) || r.Department.Contains(text) || r.Section!.Contains(text) || r.CertificateNo!.Contains(text),
            r => new RegisterLine(r.Number, r.Name, [$"{r.Department} {r.Section}".Trim(), r.Post ?? "—", r.CertificateNo ?? "—", $"{Wording.Day(r.CertificateValidTo)}（{r.CertificateStatus}）", r.Scope ?? "—"]), cancellationToken, request.Gap is { } gap ? RegisterGaps.OfOfficers(gap, time.Today) : null),
        "experts" => await RegisterList.PageAsync<Expert>(db, then, RegisterForms.Experts, request, ["专业", "工作单位", "职称", "聘期", "状态"],
            (text, _) => r => r.Number.Contains(text) || r.Name.Contains(text) || r.Specialities.Contains(text) || r.Employer!.Contains(text),
            r => new RegisterLine(r.Number, r.Name, [r.Specialities, r.Employer ?? "—", r.Title ?? "—", $"{Wording.Day(r.AppointedFrom)} 至 {Wording.Day(r.AppointedTo)}", r.Status]), cancellationToken),
        "items" => await RegisterList.PageAsync<InspectionItem>(db, then, RegisterForms.Items, request, ["版本", "类别", "检查对象", "方式", "比例", "频次"],
            (text, _) => r => r.Code.Contains(text) || r.Name.Contains(text) || r.Category.Contains(text) || r.LegalBasis.Contains(text),
            r => new RegisterLine($"{r.Code}/{r.Version}", r.Name, [$"{r.Version}（{Wording.Day(r.EffectiveFrom)} 起）", r.Category, r.Objects, $"{r.Sampling} · {r.Methods}", Wording.Share(r.Ratio), r.Frequency], r.OwnerSection), cancellationToken),
        "checklists" => await RegisterList.PageAsync<ChecklistEntry>(db, then, RegisterForms.Checklists, request, ["模板", "适用事项", "依据", "默认隐患等级"],
            (text, _) => r => r.EntryCode.Contains(text) || r.Content.Contains(text) || r.TemplateName.Contains(text) || r.Basis.Contains(text),
            r => new RegisterLine(r.EntryCode, r.Content, [r.TemplateName, r.ItemCode, $"{r.Basis} {r.Clause}", r.DefaultGrade ?? "—"]), cancellationToken),
        "relations" => await RegisterList.PageAsync<Relation>(db, then, RegisterForms.Relations, request, ["人员", "对象", "起止", "来源"],
            (text, _) => r => r.Number.Contains(text) || r.PersonName!.Contains(text) || r.InspecteeName!.Contains(text) || r.PersonNumber == text || r.InspecteeNumber == text,
            r => new RegisterLine(r.Number, r.Kind, [$"{r.PersonName} {r.PersonNumber}", $"{r.InspecteeName} {r.InspecteeNumber}", $"{Wording.Day(r.From)} 至 {Wording.Day(r.To)}", r.Source ?? "—"]), cancellationToken),
        "leave" => await RegisterList.PageAsync<LeavePeriod>(db, then, RegisterForms.Leave, request, ["类别", "起止", "事由", "状态"],
            (text, _) => r => r.Number.Contains(text) || r.PersonName!.Contains(text) || r.PersonNumber == text,
            r => new RegisterLine(r.Number, r.PersonName ?? r.PersonNumber, [r.Kind, $"{Wording.Day(r.From)} 至 {Wording.Day(r.To)}", r.Reason ?? "—", r.Status]), cancellationToken),
        "codes" => await RegisterList.PageAsync<CodeEntry>(db, then, RegisterForms.Codes, request, ["代码表", "上级代码", "起止", "来源"],
            (text, _) => r => r.Code == text || r.Name.Contains(text),
            r => new RegisterLine($"{r.TableName}/{r.Code}", $"{r.Code} {r.Name}", [r.TableName, r.ParentCode ?? "—", r.EffectiveFrom is null && r.EffectiveTo is null ? "—" : $"{Wording.Day(r.EffectiveFrom)} 至 {Wording.Day(r.EffectiveTo)}", r.Note is null ? r.Source ?? "—" : $"{r.Source}（{r.Note}）"]), cancellationToken),
        _ => null,
    };

    private Expression<Func<Inspectee, bool>> SearchInspectees(string text, bool isBig)
    {
        if (!isBig) return r => r.Number.Contains(text) || r.Name.Contains(text) || r.FormerName!.Contains(text) || r.CreditCode!.Contains(text) || r.Town!.Contains(text) || r.SafetySector!.Contains(text);
        return db.Database.IsSqlite()
            ? r => (r.Number.CompareTo(text) >= 0 && r.Number.CompareTo(text + Last) < 0) || (r.Name.CompareTo(text) >= 0 && r.Name.CompareTo(text + Last) < 0) || (r.FormerName!.CompareTo(text) >= 0 && r.FormerName!.CompareTo(text + Last) < 0) || r.CreditCode == text
            : r => r.Number.StartsWith(text) || r.Name.StartsWith(text) || r.FormerName!.StartsWith(text) || r.CreditCode == text;
    }

    private Expression<Func<Inspectee, bool>> BeginningOfInspectees(string text, bool byName)
    {
        if (db.Database.IsSqlite()) return byName ? r => r.Name.CompareTo(text) >= 0 && r.Name.CompareTo(text + Last) < 0 : r => r.Number.CompareTo(text) >= 0 && r.Number.CompareTo(text + Last) < 0;
        // Where the range begins along the order, which the index of beginnings does not have, is said as well.
        return byName ? r => r.Name.CompareTo(text) >= 0 && r.Name.StartsWith(text) : r => r.Number.CompareTo(text) >= 0 && r.Number.StartsWith(text);
    }

    /// <summary>Every change of an entry, the latest first; the last one is how it came.</summary>
    public async Task<IReadOnlyList<EntryChange>> HistoryAsync(string kind, string fullKey, Actor actor, CancellationToken cancellationToken)
    {
        var form = RegisterForms.Find(kind)!;
        if (await EditEntryHandler.FindAsync(db, form, fullKey, cancellationToken) is not { } entity) return [];
        var versions = await Read<RegisterVersion>().Where(v => v.Kind == kind && v.Key == fullKey).OrderByDescending(v => v.ToAt).Take(100).ToListAsync(cancellationToken);
        var ids = versions.Select(v => (Guid?)v.ChangeId).Concat(versions.Select(v => v.MadeBy)).Append(entity.ChangeId).Where(i => i is not null).Distinct().ToList();
        var changes = await Read<RegisterChange>().Where(c => ids.Contains(c.Id)).ToDictionaryAsync(c => c.Id, cancellationToken);
        List<EntryChange> history = [];
        var mine = await IsMineAsync(form, entity, actor, cancellationToken);
        var after = Shown([.. form.All.Select(c => new RegisterValue(c.Header, seal.Plain(c, c.TextOf(entity))))], mine);
        foreach (var version in versions)
        {
            var before = Shown(Values(form, version), mine);
            var change = changes.GetValueOrDefault(version.ChangeId);
            history.Add(new EntryChange(version.ToAt, change?.ByName ?? "—", change?.Act ?? "—", change?.Reason, change?.FileName, [.. before.Zip(after, (b, a) => new FieldChange(b.Header, b.Value, a.Value)).Where(f => f.Old != f.New)]));
            after = before;
        }
        var first = versions.Count > 0 ? versions[^1].MadeBy : entity.ChangeId;
        var made = first is { } id ? changes.GetValueOrDefault(id) : null;
        history.Add(new EntryChange(versions.Count > 0 ? versions[^1].FromAt : entity.ChangedAt, made?.ByName ?? "—", "入库", made?.Reason, made?.FileName, []));
        return history;
    }

    /// <summary>The entry as it stood at the end of a day; null: it was not there.</summary>
    public async Task<IReadOnlyList<RegisterValue>?> AsOfAsync(string kind, string fullKey, DateOnly on, Actor actor, CancellationToken cancellationToken)
    {
        var form = RegisterForms.Find(kind)!;
        if (await EditEntryHandler.FindAsync(db, form, fullKey, cancellationToken) is not { } entity) return null;
        var end = time.InstantOf(on.AddDays(1), TimeOnly.MinValue);
        var mine = await IsMineAsync(form, entity, actor, cancellationToken);
        if (entity.ChangedAt is null || entity.ChangedAt < end) return Shown([.. form.All.Select(c => new RegisterValue(c.Header, seal.Plain(c, c.TextOf(entity))))], mine);
        var version = await Read<RegisterVersion>().Where(v => v.Kind == kind && v.Key == fullKey && v.ToAt >= end && (v.FromAt == null || v.FromAt < end)).OrderBy(v => v.ToAt).FirstOrDefaultAsync(cancellationToken);
        return version is null ? null : Shown(Values(form, version), mine);
    }

    /// <summary>The cells of one entry for the form that edits it; of a new one when there is no key.</summary>
    public async Task<(IReadOnlyDictionary<string, string> Cells, Guid? ChangeId)?> CellsAsync(string kind, string? fullKey, CancellationToken cancellationToken)
    {
        var form = RegisterForms.Find(kind)!;
        if (fullKey is null) return (form.All.ToDictionary(c => c.Header, _ => ""), null);
        return await EditEntryHandler.FindAsync(db, form, fullKey, cancellationToken) is { } entity ? (form.All.ToDictionary(c => c.Header, c => seal.Plain(c, c.TextOf(entity))), entity.ChangeId) : null;
    }

    private List<RegisterValue> Values(RegisterForm form, RegisterVersion version)
    {
        var type = db.Model.FindEntityType(form.EntityType)!;
        using var data = JsonDocument.Parse(version.Data);
        return [.. form.All.Select(c => new RegisterValue(c.Header, data.RootElement.TryGetProperty(type.FindProperty(c.Property)!.GetColumnName(), out var value) ? seal.Plain(c, c.TextOf(value)) : ""))];
    }

    public async Task<RegisterRecordView?> FindAsync(string kind, string key, Actor actor, CancellationToken cancellationToken)
    {
        if (RegisterForms.Find(kind) is not { } form || Kinds.All(k => k.Kind != kind)) return null;
        // The item's own code leads to its latest version.
        if (kind == "items" && !key.Contains('/', StringComparison.Ordinal) && await Read<InspectionItem>().Where(i => i.Code == key).MaxAsync(i => (int?)i.Version, cancellationToken) is { } version) key = $"{key}/{version}";
        if (await EditEntryHandler.FindAsync(db, form, key, cancellationToken) is not { } entity) return null;
        var mine = await IsMineAsync(form, entity, actor, cancellationToken);
        var values = await NamedAsync(Shown([.. form.All.Select(c => new RegisterValue(c.Header, seal.Plain(c, c.TextOf(entity))))], mine), cancellationToken);
        return new RegisterRecordView(key, form.KeyOf(entity), form[form.Name].TextOf(entity) is { Length: > 0 } name ? name : key, entity.ChangeId, form.Owner is { } owner ? form[owner].TextOf(entity) : null, mine, values,
            kind switch
            {
                "inspectees" => await CasesAsync(c => c.InspecteeNumber == key, actor, cancellationToken),
                "officers" or "experts" => await CasesOfPersonAsync(key, actor, cancellationToken),
                _ => [],
            },
            kind == "inspectees" ? await Read<CreditEntry>().Where(e => e.InspecteeNumber == key).OrderByDescending(e => e.On).Take(100).ToListAsync(cancellationToken) : []);
    }

    /// <summary>Null also where the person may not look into it.</summary>
    public async Task<ImportJob?> ImportAsync(Guid id, Actor actor, CancellationToken cancellationToken)
        => await Read<ImportJob>().SingleOrDefaultAsync(j => j.Id == id, cancellationToken) is { } job && await ImportRights.MayReadAsync(db, actor, job, cancellationToken) ? job : null;

    public async Task<IReadOnlyList<ImportJob>> ImportsAsync(Actor actor, IReadOnlyList<string> wholeKinds, CancellationToken cancellationToken)
        => await Read<ImportJob>().Where(j => j.ById == actor.Id || wholeKinds.Contains(j.Kind)).OrderByDescending(j => j.RequestedAt).Take(PageSize).ToListAsync(cancellationToken);

    private Task<List<InspectionCase>> CasesOfPersonAsync(string number, Actor reader, CancellationToken cancellationToken)
    {
        var quoted = $"\"{number}\"";
        return CasesAsync(c => c.TeamJson.Contains(quoted), reader, cancellationToken);
    }

    private async Task<List<InspectionCase>> CasesAsync(System.Linq.Expressions.Expression<Func<InspectionCase, bool>> where, Actor reader, CancellationToken cancellationToken)
        => await (await needs.KnownAsync(Read<InspectionCase>().Where(where), reader, cancellationToken)).OrderByDescending(c => c.PlannedOn).ThenBy(c => c.InspectionNo).Take(100).ToListAsync(cancellationToken);

    private static IReadOnlyList<RegisterValue> Shown(IReadOnlyList<RegisterValue> values, bool isMine)
        => isMine ? values : [.. values.Select(v => v.Value.Length == 0 ? v
            : v.Header.Contains("身份证", StringComparison.Ordinal) ? v with { Value = Mask.IdNumber(v.Value) }
            : v.Header.Contains("电话", StringComparison.Ordinal) || v.Header.Contains("手机", StringComparison.Ordinal) ? v with { Value = Mask.Phone(v.Value) }
            : v)];

    private IQueryable<T> Read<T>() where T : class => db.Set<T>().AsNoTracking();
}
