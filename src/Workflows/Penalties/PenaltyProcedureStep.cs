using System.Text.Json.Nodes;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Penalties;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.Penalties;

/// <summary>
/// 适用程序: whether a case is to be filed, or the party was punished on the spot and only publication, payment and credit follow.
/// Something left to be filed wins.
/// </summary>
internal sealed class PenaltyProcedureStep : ActivityBody
{
    private const string Ordinary = "普通程序";
    private const string Simple = "简易程序";

    public static ActivityDescriptor Descriptor { get; } = new("Inspection.PenaltyProcedure", "处罚", "适用程序", "已当场处罚且没有需要立案的问题的，转入公示和执行；否则立案",
        [new("SubjectId", "检查案件", UiHint: "expression-editor")],
        [new("PenaltyId", "处罚案件", "String"), new("Decision", "处罚决定")],
        [new(Ordinary, Ordinary), new(Simple, Simple)]);

    public override async ValueTask RunAsync(ActivityRun run)
    {
        if (!Guid.TryParse(run.Text("SubjectId"), out var caseId)) throw new InvalidOperationException($"步骤“{run.DisplayText}”没有检查案件。");
        var db = run.Services.GetRequiredService<DbContext>();
        var penalties = await db.Set<PenaltyCase>().AsNoTracking().Where(p => p.CaseId == caseId).ToListAsync(run.CancellationToken);
        var findings = await db.Set<Finding>().AsNoTracking().Where(f => f.CaseId == caseId && f.Status != FindingStatus.Withdrawn).ToListAsync(run.CancellationToken);
        var toFile = findings.Any(f => PenaltyFindings.MayBePunished(f, Disposal.FileCase) && !PenaltyFindings.IsTaken(f, penalties));
        var onSpot = penalties.Where(p => p.Procedure is PenaltyProcedure.Simple).MaxBy(p => p.PenaltyNo, StringComparer.Ordinal);
        if (toFile || onSpot is null)
        {
            run.Complete(Ordinary);
            return;
        }
        run.SetOutput("PenaltyId", onSpot.Id.ToString());
        run.SetOutput("Decision", new JsonObject { ["simple"] = true, ["fine"] = onSpot.Status is not PenaltyStatus.Closed, ["amount"] = onSpot.AmountFen / 100m });
        run.Complete(Simple);
    }
}
