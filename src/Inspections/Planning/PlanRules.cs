using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Planning;

/// <summary>计划规则: the floors and bounds of plans, as they hold from a day on. A line keeps the rules of its first day of checks.</summary>
public sealed class PlanRules
{
    public const int BasisMaxLength = 400;

    public Guid Id { get; set; }

    public DateOnly EffectiveFrom { get; set; }

    /// <summary>不定向抽查 of 市场主体总量, 0 to 1 (S001-11).</summary>
    public decimal UndirectedFloor { get; set; }

    /// <summary>定向抽查 of 市场主体总量, 0 to 1 (S001-12).</summary>
    public decimal DirectedFloor { get; set; }

    /// <summary>Planned visits an inspectee gets in a year, whoever comes for whatever item, 1 to 50; null: only the items' own caps hold (国办发〔2024〕54号).</summary>
    public int? VisitsPerInspectee { get; set; }

    /// <summary>Two departments whose visits lie at most so many calendar days apart are told that one visit can serve both, 0 to 365 (S004-26).</summary>
    public int MergeWithinDays { get; set; }

    /// <summary>Visits a group makes on a working day, 1 to 4; for the arithmetic of the plan only, a drawn person goes out once a day.</summary>
    public int VisitsPerDay { get; set; }

    /// <summary>So many complaints in twelve months, 1 to 1000, put an object into the stratum 投诉违法较多 (S003-08).</summary>
    public int ManyComplaints { get; set; }

    /// <summary>信用等级 and visits a year, as <see cref="CreditCap"/> reads them; null: no grade has a cap of its own. Full checks go by the item's own cap (S004-10).</summary>
    public string? CreditCaps { get; set; }

    /// <summary>Calendar days, 1 to 366, since the registers of objects and of officers were last changed, imported or verified, at a freeze; null: not asked.</summary>
    public int? RegisterFreshDays { get; set; }

    /// <summary>依据</summary>
    public required string Basis { get; set; }

    public Guid SetById { get; set; }

    public required string SetByName { get; set; }

    public DateTime SetAt { get; set; }

    /// <summary>What the law of the item list begins with.</summary>
    public static PlanRules Shipped { get; } = new()
    {
        EffectiveFrom = new DateOnly(2017, 1, 1),
        UndirectedFloor = SampleSize.FloorOf(Sampling.Undirected),
        DirectedFloor = SampleSize.FloorOf(Sampling.Directed),
        MergeWithinDays = 30,
        VisitsPerDay = 1,
        ManyComplaints = 3,
        CreditCaps = "A=1",
        RegisterFreshDays = 365,
        Basis = "随机抽查实施方案：不定向抽查不低于市场主体总量的 3%，定向抽查不低于 10%",
        SetByName = "出厂设定",
    };

    /// <summary>What the ratio may not be below; for a full check all.</summary>
    public decimal FloorOf(Sampling sampling) => sampling switch
    {
        Sampling.Undirected => UndirectedFloor,
        Sampling.Directed => DirectedFloor,
        _ => 1m,
    };

    /// <summary>The rules that hold on a day; of several of one day the last that was set.</summary>
    public static async Task<PlanRules> InForceAsync(DbContext db, DateOnly on, CancellationToken cancellationToken) => Of(await AllAsync(db, cancellationToken), on);

    internal static PlanRules Of(IEnumerable<PlanRules> all, DateOnly on) => all.Where(r => r.EffectiveFrom <= on).OrderBy(r => r.EffectiveFrom).ThenBy(r => r.SetAt).LastOrDefault() ?? Shipped;

    public static Task<List<PlanRules>> AllAsync(DbContext db, CancellationToken cancellationToken) => db.Set<PlanRules>().AsNoTracking().ToListAsync(cancellationToken);
}

internal sealed class PlanRulesMapping : IEntityTypeConfiguration<PlanRules>
{
    public void Configure(EntityTypeBuilder<PlanRules> builder)
    {
        builder.ToTable("plan_rules");
        builder.HasKey(r => r.Id);
        builder.Property(r => r.CreditCaps).HasMaxLength(CreditCap.MaxLength);
        builder.Property(r => r.Basis).HasMaxLength(PlanRules.BasisMaxLength);
        builder.Property(r => r.SetByName).HasMaxLength(60);
    }
}

/// <summary>信用等级年度上限: <c>A=1；B=2</c>, visits of random checks a year by credit grade.</summary>
public static class CreditCap
{
    public const int MaxLength = 40;

    /// <returns>By grade; null: it cannot be read. Empty text: none.</returns>
    public static IReadOnlyDictionary<string, int>? Parse(string? text)
    {
        Dictionary<string, int> caps = new(StringComparer.Ordinal);
        if (text?.Length > MaxLength) return null;
        foreach (var part in (text ?? "").Split([';', '；', '、', ',', '，'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var sides = part.Split(['=', '＝'], StringSplitOptions.TrimEntries);
            if (sides is not ["A" or "B" or "C" or "D", var number] || !int.TryParse(number, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var cap) || cap is < 1 or > 50 || !caps.TryAdd(sides[0], cap)) return null;
        }
        return caps;
    }
}

/// <param name="EffectiveFrom">Today or later: what was planned by the old rules stays lawful.</param>
public sealed record SetPlanRules(
    DateOnly EffectiveFrom, decimal UndirectedFloor, decimal DirectedFloor, int? VisitsPerInspectee, int MergeWithinDays, int VisitsPerDay, string Basis,
    int ManyComplaints = 3, string? CreditCaps = null, int? RegisterFreshDays = null);

public sealed class SetPlanRulesHandler(DbContext db, IAuditTrail audit)
{
    public Task<Result<PlanRules>> HandleAsync(SetPlanRules command, ChangeContext change, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Set(command, change));
    }

    private Result<PlanRules> Set(SetPlanRules command, ChangeContext change)
    {
        if (!change.By.Is(Roles.Director)) return Refusal.Forbidden("plan-rules.not-director");
        if (command.EffectiveFrom < change.On) return Refusal.Invalid("plan-rules.past", "effectiveFrom", command.EffectiveFrom, change.On);
        if (command.UndirectedFloor is <= 0 or > 1 || command.DirectedFloor is <= 0 or > 1) return Refusal.Invalid("plan-rules.floor", command.UndirectedFloor is <= 0 or > 1 ? "undirected" : "directed");
        if (command.VisitsPerInspectee is < 1 or > 50) return Refusal.Invalid("plan-rules.bounds", "visits", "每户每年计划检查次数", 1, 50);
        if (command.MergeWithinDays is < 0 or > 365) return Refusal.Invalid("plan-rules.bounds", "merge", "合并提示天数", 0, 365);
        if (command.VisitsPerDay is < 1 or > 4) return Refusal.Invalid("plan-rules.bounds", "perDay", "每组每日检查户数", 1, 4);
        if (command.ManyComplaints is < 1 or > 1000) return Refusal.Invalid("plan-rules.bounds", "complaints", "投诉较多的次数", 1, 1000);
        if (CreditCap.Parse(command.CreditCaps) is null) return Refusal.Invalid("plan-rules.credit-caps", "creditCaps");
        if (command.RegisterFreshDays is < 1 or > 366) return Refusal.Invalid("plan-rules.bounds", "fresh", "名录时效天数", 1, 366);
        if (CaseRows.IsBlank(command.Basis) || command.Basis.Trim().Length > PlanRules.BasisMaxLength) return Refusal.Invalid("plan-rules.basis", "basis", PlanRules.BasisMaxLength);
        var rules = new PlanRules
        {
            Id = Ids.New(change),
            EffectiveFrom = command.EffectiveFrom,
            UndirectedFloor = command.UndirectedFloor,
            DirectedFloor = command.DirectedFloor,
            VisitsPerInspectee = command.VisitsPerInspectee,
            MergeWithinDays = command.MergeWithinDays,
            VisitsPerDay = command.VisitsPerDay,
            ManyComplaints = command.ManyComplaints,
            CreditCaps = CaseRows.IsBlank(command.CreditCaps) ? null : command.CreditCaps!.Trim(),
            RegisterFreshDays = command.RegisterFreshDays,
            Basis = command.Basis.Trim(),
            SetById = change.By.Id,
            SetByName = change.By.Name,
            SetAt = change.At,
        };
        db.Add(rules);
        audit.Record(change, "office", "设定计划规则", "plan-rules", new JsonObject
        {
            ["from"] = rules.EffectiveFrom.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            ["undirected"] = rules.UndirectedFloor,
            ["directed"] = rules.DirectedFloor,
            ["visits"] = rules.VisitsPerInspectee,
            ["merge"] = rules.MergeWithinDays,
            ["perDay"] = rules.VisitsPerDay,
            ["complaints"] = rules.ManyComplaints,
            ["creditCaps"] = rules.CreditCaps,
            ["freshDays"] = rules.RegisterFreshDays,
            ["basis"] = rules.Basis,
        });
        return rules;
    }
}
