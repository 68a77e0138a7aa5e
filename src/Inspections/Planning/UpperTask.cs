using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Planning;

/// <summary>上级任务: what the city bureau hands down for the county to draw, or has drawn itself (做好与市局随机抽查工作的衔接, S003-09). Imported or entered like an entry of a register.</summary>
public sealed class UpperTask : IRegisterEntry
{
    public const string Pending = "待办理";

    /// <summary>A plan line does it: one made for it, or one that checks the item in that time anyway.</summary>
    public const string Planned = "纳入计划";

    /// <summary>Done already: answered with the reason.</summary>
    public const string Covered = "已有检查覆盖";

    public const int TextMaxLength = 400;
    public const int DrawnMaxLength = 8000;

    /// <summary>上级已抽取: why a list of ours does not have an object. Public, counted like every reason.</summary>
    public const string DrawnAbove = "上级已抽取同一事项";

    /// <summary>任务编号 as the upper body gave it.</summary>
    public required string Number { get; set; }

    /// <summary>下达机关</summary>
    public required string Issuer { get; set; }

    /// <summary>Name and number of the paper it came with.</summary>
    public required string Document { get; set; }

    public DateOnly IssuedOn { get; set; }

    /// <summary>In this office's item list.</summary>
    public required string ItemCode { get; set; }

    public string? ItemName { get; set; }

    /// <summary>抽查范围 in the upper body's words.</summary>
    public string? Scope { get; set; }

    public DateOnly PeriodFrom { get; set; }

    /// <summary>Inclusive; in the year of <see cref="PeriodFrom"/>.</summary>
    public DateOnly PeriodTo { get; set; }

    /// <summary>要求户数; null: none was named.</summary>
    public int? WantedCount { get; set; }

    /// <summary>Whom the upper body drew itself: 统一社会信用代码 or 对象编号, joined by “;”. Null: the drawing is left to the county.</summary>
    public string? Drawn { get; set; }

    public string? Note { get; set; }

    /// <summary><see cref="Planned"/> or <see cref="Covered"/>; null: it waits.</summary>
    public string? Answer { get; set; }

    public string? PlanNo { get; set; }

    public int? LineNo { get; set; }

    public string? AnswerReason { get; set; }

    public string? AnsweredByName { get; set; }

    public DateOnly? AnsweredOn { get; set; }

    public Guid? ChangeId { get; set; }

    public DateTime? ChangedAt { get; set; }

    public IReadOnlyList<string> DrawnCodes => [.. (Drawn ?? "").Split([';', '；', ',', '，', '、', ' '], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];

    /// <summary>As files have it; who answers it writes the last columns.</summary>
    public static RegisterForm<UpperTask> Form { get; } = new("upper-tasks", "上级任务", () => new UpperTask { Number = "", Issuer = "", Document = "", ItemCode = "" },
    [
        Columns.Text<UpperTask>("任务编号", r => r.Number, 60, required: true),
        Columns.Text<UpperTask>("下达机关", r => r.Issuer, 100, required: true),
        Columns.Text<UpperTask>("下达文件", r => r.Document, 200, required: true),
        Columns.Day<UpperTask>("下达日期", r => r.IssuedOn),
        Columns.Text<UpperTask>("事项编号", r => r.ItemCode, 20, required: true),
        Columns.Text<UpperTask>("事项名称", r => r.ItemName, 200),
        Columns.Text<UpperTask>("抽查范围", r => r.Scope, TextMaxLength),
        Columns.Day<UpperTask>("检查时段起", r => r.PeriodFrom),
        Columns.Day<UpperTask>("检查时段止", r => r.PeriodTo),
        Columns.Number<UpperTask>("要求户数", r => r.WantedCount, 1),
        Columns.Text<UpperTask>("上级抽取名单", r => r.Drawn, DrawnMaxLength),
        Columns.Text<UpperTask>("备注", r => r.Note, TextMaxLength),
        Columns.Text<UpperTask>("办理", r => r.Answer, 20),
        Columns.Text<UpperTask>("纳入计划编号", r => r.PlanNo, 60),
        Columns.Number<UpperTask>("纳入行号", r => r.LineNo),
        Columns.Text<UpperTask>("办理说明", r => r.AnswerReason, TextMaxLength),
    ])
    {
        Keys = ["任务编号"],
        Name = "任务编号",
        Steps = ["办理", "纳入计划编号", "纳入行号", "办理说明"],
        Check = static (form, row) => row.Number(form.IndexOf("检查时段止")) is var last && row.Number(form.IndexOf("检查时段起")) is var first && last < first ? ("检查时段止", "out-of-range")
            : DateOnly.FromDayNumber(first).Year != DateOnly.FromDayNumber(last).Year ? ("检查时段止", "out-of-range") : null,
    };
}

internal sealed class UpperTaskMapping : IEntityTypeConfiguration<UpperTask>
{
    public void Configure(EntityTypeBuilder<UpperTask> builder)
    {
        builder.ToTable("upper_tasks");
        builder.HasKey(t => t.Number);
        builder.Ignore(t => t.DrawnCodes);
        builder.HasIndex(t => t.ItemCode);
        builder.Property(t => t.Number).HasMaxLength(60);
        builder.Property(t => t.Issuer).HasMaxLength(100);
        builder.Property(t => t.Document).HasMaxLength(200);
        builder.Property(t => t.ItemCode).HasMaxLength(20);
        builder.Property(t => t.ItemName).HasMaxLength(200);
        builder.Property(t => t.Scope).HasMaxLength(UpperTask.TextMaxLength);
        builder.Property(t => t.Drawn).HasMaxLength(UpperTask.DrawnMaxLength);
        builder.Property(t => t.Note).HasMaxLength(UpperTask.TextMaxLength);
        builder.Property(t => t.Answer).HasMaxLength(20);
        builder.Property(t => t.PlanNo).HasMaxLength(60);
        builder.Property(t => t.AnswerReason).HasMaxLength(UpperTask.TextMaxLength);
        builder.Property(t => t.AnsweredByName).HasMaxLength(60);
    }
}

/// <summary>An object the upper body drew, as the register has it.</summary>
/// <param name="Code">As the task's list has it.</param>
/// <param name="Entry">Null: the register does not have it.</param>
public sealed record DrawnAbove(string Code, Inspectee? Entry);

public static class UpperTasks
{
    public static async Task<IReadOnlyList<DrawnAbove>> DrawnAsync(DbContext db, UpperTask task, CancellationToken cancellationToken)
    {
        Dictionary<string, Inspectee> found = new(StringComparer.Ordinal);
        foreach (var chunk in task.DrawnCodes.Chunk(500))
        {
            foreach (var entry in await db.Set<Inspectee>().AsNoTracking().Where(i => chunk.Contains(i.Number) || chunk.Contains(i.CreditCode!)).OrderByDescending(i => i.Number).ToListAsync(cancellationToken))
            {
                found[entry.Number] = entry;
                if (entry.CreditCode is { } code) found[code] = entry;
            }
        }
        return [.. task.DrawnCodes.Select(c => new DrawnAbove(c, found.GetValueOrDefault(c)))];
    }

    /// <summary>Objects the upper body has drawn for one of the items in days that overlap: they are not drawn a second time (国办发〔2024〕54号). By number, with the task as evidence.</summary>
    internal static async Task<IReadOnlyDictionary<string, Exclusion>> ExclusionsAsync(DbContext db, IReadOnlyList<string> items, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        Dictionary<string, Exclusion> left = new(StringComparer.Ordinal);
        foreach (var task in await db.Set<UpperTask>().AsNoTracking().Where(t => t.Drawn != null && items.Contains(t.ItemCode) && t.PeriodFrom <= to && t.PeriodTo >= from).OrderBy(t => t.Number).ToListAsync(cancellationToken))
        {
            foreach (var drawn in await DrawnAsync(db, task, cancellationToken))
            {
                if (drawn.Entry is { } entry) left.TryAdd(entry.Number, new Exclusion(entry.Number, UpperTask.DrawnAbove, $"{task.Issuer} {task.Number}（{task.Document}）"));
            }
        }
        return left;
    }

    /// <summary>
    /// Visits of a year the upper body has drawn, by object: each counts toward the caps like a visit of ours. Where a check of ours for the item falls into the task's days
    /// the two are one visit and counted there.
    /// </summary>
    /// <param name="item">Null: of any item.</param>
    /// <param name="isOurs">Whether a check of ours takes the object for the item in these days.</param>
    internal static async Task<IReadOnlyDictionary<string, int>> VisitsAsync(DbContext db, int year, string? item, Func<UpperTask, IReadOnlyList<string>, Task<IReadOnlySet<string>>> isOurs, CancellationToken cancellationToken)
    {
        DateOnly first = new(year, 1, 1), last = new(year, 12, 31);
        Dictionary<string, int> visits = new(StringComparer.Ordinal);
        foreach (var task in await db.Set<UpperTask>().AsNoTracking().Where(t => t.Drawn != null && (item == null || t.ItemCode == item) && t.PeriodFrom >= first && t.PeriodFrom <= last).ToListAsync(cancellationToken))
        {
            List<string> numbers = [.. (await DrawnAsync(db, task, cancellationToken)).Where(d => d.Entry is not null).Select(d => d.Entry!.Number).Distinct()];
            var ours = await isOurs(task, numbers);
            foreach (var number in numbers.Where(n => !ours.Contains(n))) visits[number] = visits.GetValueOrDefault(number) + 1;
        }
        return visits;
    }

    /// <summary>The item's version in force in the task's time; null: the item list has none.</summary>
    public static Task<InspectionItem?> ItemAsync(DbContext db, UpperTask task, CancellationToken cancellationToken) => ObjectPool.ItemAsync(db, task.ItemCode, task.PeriodFrom, cancellationToken);
}
