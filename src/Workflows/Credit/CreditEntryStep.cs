using DoubleRandom.Basics;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Inspections.Credit;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.Credit;

/// <summary>记入信用档案: what was decided becomes an entry in the inspectee's credit archive, once.</summary>
internal sealed class CreditEntryStep : ActivityBody
{
    public static ActivityDescriptor Descriptor { get; } = new("Inspection.CreditEntry", "信用", "记入信用档案", "把已作出的决定记入对象的信用档案；同一来源只记一次",
        [
            new("SubjectId", "记入事项", UiHint: "expression-editor", Description: "检查、处罚或挂牌的编号"),
            new("Kind", "类别", UiHint: "dropdown", OptionsFrom: "credit-kinds"),
        ],
        [new("EntryId", "记录编号", "String")]);

    public override async ValueTask RunAsync(ActivityRun run)
    {
        if (!Guid.TryParse(run.Text("SubjectId"), out var subject)) throw new InvalidOperationException($"步骤“{run.DisplayText}”没有记入事项。");
        if (run.Text("Kind") is not { } word || CreditEntryKinds.Find(word) is not { } kind) throw new RefusedException(Refusal.Invalid("credit.kind", "kind", run.Text("Kind") ?? ""));
        var recorded = await run.Services.GetRequiredService<RecordCreditEntryHandler>().HandleAsync(new RecordCreditEntry(kind, subject), run.Change, run.CancellationToken);
        if (recorded.Refusal is { } refusal) throw new RefusedException(refusal);
        await run.Services.GetRequiredService<IUnitFlush>().FlushAsync(run.CancellationToken);
        run.SetOutput("EntryId", recorded.Value.Id.ToString());
        run.Complete();
    }
}

/// <summary>The kinds of credit entries a step can make, in the words of the designer.</summary>
public static class CreditEntryKinds
{
    private static readonly Dictionary<string, CreditKind> Kinds = new(StringComparer.Ordinal)
    {
        ["检查结果"] = CreditKind.Inspection,
        ["行政处罚"] = CreditKind.Penalty,
        ["挂牌督办"] = CreditKind.HazardListing,
        ["公开曝光"] = CreditKind.Exposure,
        ["名单"] = CreditKind.ListedAsDiscredited,
    };

    public static IReadOnlyCollection<string> Names => Kinds.Keys;

    public static CreditKind? Find(string name) => Kinds.TryGetValue(name, out var kind) ? kind : null;
}
