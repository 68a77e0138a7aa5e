using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Planning;

/// <summary>不适用随机抽查: an object that is left out of the draws of a plan line, with one of the four lawful codes (S003-19…22). Counted by code and published with the draw.</summary>
public sealed class PlanExclusion
{
    public const int ReasonMaxLength = 400;
    public const int DocumentMaxLength = 200;

    /// <summary>The four codes with what each means.</summary>
    public static IReadOnlyList<(string Code, string Meaning)> Codes { get; } =
    [
        ("1", "法律、法规对监督检查方式有明确要求"),
        ("2", "正在处理该对象的投诉举报"),
        ("3", "风险评估结果不宜随机抽查"),
        ("4", "上级组织的专项检查或其他特定检查"),
    ];

    public Guid Id { get; set; }

    public required string PlanNo { get; set; }

    public int LineNo { get; set; }

    public required string InspecteeNumber { get; set; }

    public required string InspecteeName { get; set; }

    /// <summary>1 to 4.</summary>
    public required string Code { get; set; }

    public required string Reason { get; set; }

    /// <summary>The assessment, order or complaint it rests on; needed for codes 3 and 4.</summary>
    public string? Document { get; set; }

    public Guid? ById { get; set; }

    public required string ByName { get; set; }

    public DateTime At { get; set; }

    /// <summary>Recorded after the plan was approved: nobody approved it with the plan, so a second person has to confirm it before a list is frozen without the object.</summary>
    public bool IsLate { get; set; }

    public string? ConfirmedByName { get; set; }

    public DateTime? ConfirmedAt { get; set; }

    /// <summary>As a draw's list has it.</summary>
    internal Exclusion ToExclusion() => new(InspecteeNumber, $"EXCL-{Code}", Document is { Length: > 0 } document ? $"{Reason}（{document}）" : Reason);
}

internal sealed class PlanExclusionMapping : IEntityTypeConfiguration<PlanExclusion>
{
    public void Configure(EntityTypeBuilder<PlanExclusion> builder)
    {
        builder.ToTable("plan_exclusions");
        builder.HasKey(e => e.Id);
        builder.HasIndex(e => new { e.PlanNo, e.LineNo, e.InspecteeNumber }).IsUnique();
        builder.Property(e => e.PlanNo).HasMaxLength(60);
        builder.Property(e => e.InspecteeNumber).HasMaxLength(32);
        builder.Property(e => e.InspecteeName).HasMaxLength(200);
        builder.Property(e => e.Code).HasMaxLength(2);
        builder.Property(e => e.Reason).HasMaxLength(PlanExclusion.ReasonMaxLength);
        builder.Property(e => e.Document).HasMaxLength(PlanExclusion.DocumentMaxLength);
        builder.Property(e => e.ByName).HasMaxLength(60);
        builder.Property(e => e.ConfirmedByName).HasMaxLength(60);
    }
}

/// <param name="Inspectee">对象编号 or 统一社会信用代码.</param>
public sealed record ExcludeFromLine(string PlanNo, int LineNo, string Inspectee, string Code, string Reason, string? Document);

/// <summary>列入排除: those whom the register marks since the plan's approval, with its code and reason; each waits for a second person.</summary>
public sealed record ExcludeMarked(string PlanNo, int LineNo);

/// <param name="Count">Objects put on the list of exclusions.</param>
public readonly record struct MarkedExcluded(int Count);

/// <summary>An object put on the list by mistake is drawn like all others again, as long as nothing is frozen.</summary>
public sealed record IncludeInLine(Guid ExclusionId);

/// <summary>核准排除: of an exclusion that was recorded after the plan's approval, by a deputy director or the director who did not record it.</summary>
public sealed record ConfirmExclusion(Guid ExclusionId);

public sealed class PlanExclusionHandler(DbContext db, IAuditTrail audit)
{
    private const int Max = 2000;

    public async Task<Result<PlanExclusion>> HandleAsync(ExcludeFromLine command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.Is(Roles.Planner)) return Refusal.Forbidden("plans.not-planner");
        if (await db.Set<PlanLine>().FindAsync([command.PlanNo, command.LineNo], cancellationToken) is not { } line) return Refusal.NotFound("campaigns.no-line", command.PlanNo, command.LineNo);
        if (await FrozenAsync(line.PlanNo, line.LineNo, cancellationToken) is { } frozen) return frozen;
        if (PlanExclusion.Codes.All(c => c.Code != command.Code)) return Refusal.Invalid("plan-exclusions.code", "code");
        if (CaseRows.IsBlank(command.Reason) || command.Reason.Trim().Length > PlanExclusion.ReasonMaxLength) return Refusal.Invalid("plan-exclusions.reason", "reason", PlanExclusion.ReasonMaxLength);
        if (command.Code is "3" or "4" && CaseRows.IsBlank(command.Document)) return Refusal.Invalid("plan-exclusions.document", "document");
        if (command.Document?.Length > PlanExclusion.DocumentMaxLength) return Refusal.Invalid("plan-exclusions.reason", "document", PlanExclusion.DocumentMaxLength);
        var wanted = command.Inspectee.Trim();
        var entry = await db.Set<Inspectee>().AsNoTracking().Where(i => i.Number == wanted || i.CreditCode == wanted).OrderBy(i => i.Number).FirstOrDefaultAsync(cancellationToken);
        if (entry is null) return Refusal.Invalid("plan-exclusions.no-object", "object", wanted.Length == 0 ? "（空）" : wanted.Length > 40 ? wanted[..40] : wanted);
        var there = await db.WithStagedAsync<PlanExclusion>(e => e.PlanNo == line.PlanNo && e.LineNo == line.LineNo, cancellationToken);
        if (there.Any(e => e.InspecteeNumber == entry.Number)) return Refusal.Conflict("plan-exclusions.twice", entry.Name, line.LineNo);
        if (there.Count >= Max) return Refusal.Conflict("plan-exclusions.many", line.LineNo, Max);
        if (await NotListedAsync(line, entry, cancellationToken) is { } elsewhere) return elsewhere;
        var late = await PlanLines.ApprovedLineAsync(db, line.PlanNo, line.LineNo, cancellationToken) is not null;
        return Add(line, entry, command.Code, command.Reason.Trim(), CaseRows.IsBlank(command.Document) ? null : command.Document!.Trim(), late, change);
    }

    public async Task<Result<MarkedExcluded>> HandleAsync(ExcludeMarked command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.Is(Roles.Planner)) return Refusal.Forbidden("plans.not-planner");
        if (await db.Set<PlanLine>().FindAsync([command.PlanNo, command.LineNo], cancellationToken) is not { } line) return Refusal.NotFound("campaigns.no-line", command.PlanNo, command.LineNo);
        if (await FrozenAsync(line.PlanNo, line.LineNo, cancellationToken) is { } frozen) return frozen;
        var there = (await db.WithStagedAsync<PlanExclusion>(e => e.PlanNo == line.PlanNo && e.LineNo == line.LineNo, cancellationToken)).Select(e => e.InspecteeNumber).ToHashSet(StringComparer.Ordinal);
        var marked = (await LateMarks.OpenAsync(db, line, cancellationToken)).Where(m => !there.Contains(m.Number)).ToList();
        if (marked.Count == 0) return Refusal.Conflict("plan-exclusions.none-marked", line.LineNo);
        if (there.Count + marked.Count > Max) return Refusal.Conflict("plan-exclusions.many", line.LineNo, Max);
        foreach (var entry in marked)
            Add(line, entry, entry.ExclusionCode!, entry.ExclusionReason ?? "名录登记", $"名录登记{(entry.ExclusionTo is { } to ? $"，至{to.Iso()}" : "")}", late: true, change);
        return new MarkedExcluded(marked.Count);
    }

    private PlanExclusion Add(PlanLine line, Inspectee entry, string code, string reason, string? document, bool late, ChangeContext change)
    {
        var exclusion = new PlanExclusion
        {
            Id = Ids.New(change),
            PlanNo = line.PlanNo,
            LineNo = line.LineNo,
            InspecteeNumber = entry.Number,
            InspecteeName = entry.Name,
            Code = code,
            Reason = reason,
            Document = document,
            ById = change.By.Id,
            ByName = change.By.Name,
            At = change.At,
            IsLate = late,
        };
        db.Add(exclusion);
        Record(change, "列为不适用随机抽查", exclusion);
        return exclusion;
    }

    /// <summary>Only who would be drawn can be left out: an object of the line's own item that the register has as existing.</summary>
    private async Task<Refusal?> NotListedAsync(PlanLine line, Inspectee entry, CancellationToken cancellationToken)
    {
        if (await LateMarks.ObjectsAsync(db, line, cancellationToken) is not var (item, filter)) return Refusal.Invalid("plans.no-item", "object", line.LineNo, line.ItemCode);
        if (!filter.Matches(entry)) return Refusal.Invalid("plan-exclusions.other-item", "object", line.LineNo, entry.Name, item.Code, item.Name);
        return entry.RegistrationStatus is "存续" ? null : Refusal.Invalid("plan-exclusions.not-listed", "object", line.LineNo, entry.Name, entry.RegistrationStatus);
    }

    public async Task<Result<PlanExclusion>> HandleAsync(IncludeInLine command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.Is(Roles.Planner)) return Refusal.Forbidden("plans.not-planner");
        if (await db.Set<PlanExclusion>().FindAsync([command.ExclusionId], cancellationToken) is not { } exclusion) return Refusal.NotFound("plan-exclusions.gone");
        if (await FrozenAsync(exclusion.PlanNo, exclusion.LineNo, cancellationToken) is { } frozen) return frozen;
        db.Remove(exclusion);
        Record(change, "恢复随机抽查", exclusion);
        return exclusion;
    }

    public async Task<Result<PlanExclusion>> HandleAsync(ConfirmExclusion command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.IsAny(Roles.DeputyDirector, Roles.Director)) return Refusal.Forbidden("plan-exclusions.not-approver");
        if (await db.Set<PlanExclusion>().FindAsync([command.ExclusionId], cancellationToken) is not { } exclusion) return Refusal.NotFound("plan-exclusions.gone");
        if (!exclusion.IsLate || exclusion.ConfirmedAt is not null) return Refusal.Conflict("plan-exclusions.confirmed", exclusion.InspecteeName);
        if (exclusion.ById == change.By.Id) return Refusal.Forbidden("plan-exclusions.own", exclusion.InspecteeName);
        if (await FrozenAsync(exclusion.PlanNo, exclusion.LineNo, cancellationToken) is { } frozen) return frozen;
        (exclusion.ConfirmedByName, exclusion.ConfirmedAt) = (change.By.Name, change.At);
        Record(change, "核准计划批准后的排除", exclusion);
        return exclusion;
    }

    /// <summary>Every running campaign of the line has its lists: leaving somebody out now would change nothing but the record. A line with a campaign still to be frozen takes exclusions for that one.</summary>
    private async Task<Refusal?> FrozenAsync(string planNo, int lineNo, CancellationToken cancellationToken)
    {
        var running = await db.Set<Campaign>().Where(c => c.PlanNo == planNo && c.PlanLineNo == lineNo && c.Status != CampaignStatus.Archived)
            .Select(c => new { c.CampaignNo, IsFrozen = db.Set<Draw>().Any(d => d.CampaignId == c.Id && d.Status != DrawStatus.Void) }).ToListAsync(cancellationToken);
        return running.Count > 0 && running.TrueForAll(c => c.IsFrozen) ? Refusal.Conflict("plan-exclusions.frozen", lineNo, running[0].CampaignNo) : null;
    }

    private void Record(ChangeContext change, string act, PlanExclusion exclusion) => audit.Record(change, "register/plan", act, string.Create(CultureInfo.InvariantCulture, $"{exclusion.PlanNo}/{exclusion.LineNo}"),
        new JsonObject { ["object"] = exclusion.InspecteeNumber, ["code"] = exclusion.Code, ["reason"] = exclusion.Reason, ["document"] = exclusion.Document });
}
