using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.WorkingRules;

/// <summary>What the rule has to say something about (S001-20).</summary>
/// <param name="Proposed">What a bureau may begin with: how this product works.</param>
public sealed record RulePart(string Key, string Title, string Proposed);

/// <summary>随机抽查工作细则: the bureau's own rule for random checks, the fifth of 四库一细则 (S001-20, S001-21, S004-01). A version takes two persons; everybody reads the one in force.</summary>
public sealed class WorkingRule : TwoPersonChange
{
    public const int TitleMaxLength = 100, NumberMaxLength = 60, PartMaxLength = 4000;

    public static IReadOnlyList<RulePart> Parts { get; } =
    [
        new("registers", "名录库的范围", "检查对象名录库包括本机关监管的全部市场主体和其他单位；执法人员名录库包括所有持有效行政执法证件并从事相应监管工作的人员。名录有变动的，及时更新并报上级机关。"),
        new("draw", "检查对象的抽取办法", "按年度抽查计划确定的事项和比例，在监督人、见证人参加下公开抽取。候选名单、抽取规则在抽取前公布，任何人可以凭公布的文件重算结果。抽中的因故不能检查的，按候补顺序递补并说明理由。"),
        new("officers", "执法人员的选派办法", "按资格、专业、事项范围随机选派，每组不少于两名持证执法人员，由局领导带队。与检查对象有利害关系的回避；证件失效、请假、公务的不得选派。"),
        new("standards", "各领域抽查的标准和要点", "按照抽查事项清单和各事项的检查表逐项检查，记录每一项的结论、事实和依据。"),
        new("forms", "检查的形式", "实地检查为主，可以书面检查、网络监测，也可以委托专业机构检验、检测、鉴定。对同一对象的多个检查事项，能合并的一次完成。"),
        new("publication", "检查结果的公示", "检查结果自作出之日起二十个工作日内公示；行政处罚决定自作出之日起七个工作日内公示。按照谁检查、谁公示的原则，由起草人以外的人员审核后公布。"),
        new("documents", "文书格式", "使用统一的文书样式和编号，现场检查记录由执法人员、被检查单位负责人签名。"),
    ];

    public Guid Id { get; set; }

    /// <summary>1, 2 … in the order in which they were proposed.</summary>
    public int Version { get; set; }

    public required string Title { get; set; }

    /// <summary>文号 of the paper by which it was issued.</summary>
    public required string DocumentNo { get; set; }

    /// <summary>印发日期</summary>
    public DateOnly AdoptedOn { get; set; }

    /// <summary>施行日期, inclusive; it ends where the next one begins.</summary>
    public DateOnly EffectiveFrom { get; set; }

    /// <summary>The texts by <see cref="RulePart.Key"/>.</summary>
    public required string TextsJson { get; set; }

    public IReadOnlyDictionary<string, string> Texts => JsonSerializer.Deserialize<Dictionary<string, string>>(TextsJson)!;

    /// <summary>The version by which the bureau works on the day; null: it has none yet.</summary>
    public static Task<WorkingRule?> InForceAsync(DbContext db, DateOnly on, CancellationToken cancellationToken)
        => db.Set<WorkingRule>().AsNoTracking().Where(r => r.Status == DeadlineRuleStatus.InForce && r.EffectiveFrom <= on)
            .OrderByDescending(r => r.EffectiveFrom).ThenByDescending(r => r.Version).FirstOrDefaultAsync(cancellationToken);

    public static bool MayPropose(Actor actor) => actor.Is(Roles.Planner);

    public static bool MayDecide(Actor actor) => actor.IsAny(Roles.Legal, Roles.DeputyDirector, Roles.Director);
}

internal sealed class WorkingRuleMapping : IEntityTypeConfiguration<WorkingRule>
{
    public void Configure(EntityTypeBuilder<WorkingRule> builder)
    {
        builder.ToTable("working_rules");
        builder.Ignore(r => r.Texts);
        builder.Property(r => r.Id).ValueGeneratedNever();
        builder.Property(r => r.Title).HasMaxLength(WorkingRule.TitleMaxLength);
        builder.Property(r => r.DocumentNo).HasMaxLength(WorkingRule.NumberMaxLength);
        builder.Property(r => r.ProposedByName).HasMaxLength(100);
        builder.Property(r => r.DecidedByName).HasMaxLength(100);
        builder.Property(r => r.Reason).HasMaxLength(TwoPersonChange.ReasonMaxLength);
        builder.Property(r => r.Opinion).HasMaxLength(TwoPersonChange.ReasonMaxLength);
        builder.Property(r => r.Revision).IsConcurrencyToken();
        builder.HasIndex(r => r.Version).IsUnique();
        // One at a time waits, whoever was quicker.
        builder.HasIndex(r => r.Status).IsUnique().HasFilter("status = 'Proposed'");
    }
}

/// <param name="Texts">By <see cref="RulePart.Key"/>; none may be missing.</param>
/// <param name="Reason">Why there is a new version.</param>
public sealed record ProposeWorkingRule(string Title, string DocumentNo, DateOnly? AdoptedOn, DateOnly? EffectiveFrom, IReadOnlyDictionary<string, string> Texts, string Reason);

/// <summary>提出细则: the whole text of a version.</summary>
public sealed class ProposeWorkingRuleHandler(DbContext db, IAuditTrail audit)
{
    internal const string Chain = "register/working-rule";

    public async Task<Result<WorkingRule>> HandleAsync(ProposeWorkingRule command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!WorkingRule.MayPropose(change.By)) return Refusal.Forbidden("working-rules.not-yours");
        var (title, number) = (command.Title.Trim(), command.DocumentNo.Trim());
        if (title.Length is 0 or > WorkingRule.TitleMaxLength) return Refusal.Invalid("working-rules.length", "title", "名称", WorkingRule.TitleMaxLength);
        if (number.Length is 0 or > WorkingRule.NumberMaxLength) return Refusal.Invalid("working-rules.length", "number", "文号", WorkingRule.NumberMaxLength);
        if (command.AdoptedOn is not { } adopted || adopted > change.On) return Refusal.Invalid("working-rules.adopted", "adopted", change.On);
        if (command.EffectiveFrom is not { } from || from < adopted) return Refusal.Invalid("working-rules.from", "from", adopted);
        var texts = new JsonObject();
        foreach (var part in WorkingRule.Parts)
        {
            var text = command.Texts.GetValueOrDefault(part.Key, "").Trim();
            if (text.Length is 0 or > WorkingRule.PartMaxLength) return Refusal.Invalid("working-rules.length", part.Key, part.Title, WorkingRule.PartMaxLength);
            texts[part.Key] = text;
        }
        if (TwoPersonChange.CheckReason(command.Reason) is { } unsaid) return unsaid;
        if (await db.Set<WorkingRule>().AsNoTracking().FirstOrDefaultAsync(r => r.Status == DeadlineRuleStatus.Proposed, cancellationToken) is { } waiting) return Refusal.Conflict("working-rules.waiting", waiting.Version, waiting.ProposedByName);
        var rule = new WorkingRule
        {
            Id = Ids.New(change),
            Version = (await db.Set<WorkingRule>().MaxAsync(r => (int?)r.Version, cancellationToken) ?? 0) + 1,
            Title = title,
            DocumentNo = number,
            AdoptedOn = adopted,
            EffectiveFrom = from,
            TextsJson = texts.ToJsonString(),
            ProposedById = change.By.Id,
            ProposedByName = change.By.Name,
            ProposedAt = change.At,
            Reason = command.Reason.Trim(),
        };
        db.Add(rule);
        audit.Record(change with { Reason = rule.Reason }, Chain, "提出抽查工作细则", number, new JsonObject { ["version"] = rule.Version, ["from"] = from.Iso(), ["text"] = Hashing.Sha256Hex(rule.TextsJson) });
        return rule;
    }
}

/// <summary>Another person puts the version in force, or turns it down with an opinion.</summary>
public sealed record DecideWorkingRule(Guid Id, bool Agrees, string? Opinion);

/// <summary>批准细则: from its day of effect everybody reads it on the portal.</summary>
public sealed class DecideWorkingRuleHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<WorkingRule>> HandleAsync(DecideWorkingRule command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!WorkingRule.MayDecide(change.By)) return Refusal.Forbidden("working-rules.not-yours");
        if (await db.Set<WorkingRule>().FindAsync([command.Id], cancellationToken) is not { } rule) return Refusal.NotFound("working-rules.not-found");
        if (rule.Decide($"{rule.Title}第 {rule.Version} 版", command.Agrees, command.Opinion, change) is { } refusal) return refusal;
        audit.Record(change with { Reason = rule.Opinion }, ProposeWorkingRuleHandler.Chain, command.Agrees ? "批准抽查工作细则" : "退回抽查工作细则", rule.DocumentNo, new JsonObject { ["version"] = rule.Version });
        return rule;
    }
}
