using DoubleRandom.Engine.Execution;
using DoubleRandom.Workflows.Migration;

namespace DoubleRandom.Host.Api;

internal sealed record MigrationChoiceView(Guid ExecutionId, string Step, IReadOnlyList<MigrationCandidate> Candidates);

internal sealed record MigrationLineView(Guid InstanceId, string CaseNo, string Name, int FromVersion, MigrationOutcome Outcome, string Reason, IReadOnlyList<MigrationChoiceView> Choices);

internal sealed record MigrationPreviewView(string DefinitionId, string Name, string ToVersionId, int ToVersion, string Summary, bool Truncated, IReadOnlyList<MigrationLineView> Cases);

/// <param name="Choices">By waiting step (its execution id) the activity id of the new version.</param>
internal sealed record MigrateBody(string? ToVersionId, string? Reason, Dictionary<Guid, string>? Choices);

/// <param name="Opinion">Required where it is rejected.</param>
internal sealed record DecideMigrationBody(bool Agree, string? Opinion);

internal sealed record MigrationProposalView(Guid Id, Guid InstanceId, string CaseNo, int FromVersion, int ToVersion, string Reason, MigrationProposalStatus Status, string ProposedByName, DateTime ProposedAt, string? DecidedByName, string? Opinion);

internal sealed record UndoBody(string? Reason);

internal sealed record CaseMigrationView(Guid Id, Guid InstanceId, string CaseNo, int FromVersion, int ToVersion, DateTime At, string ByName, DateTime? UndoneAt);

internal static class MigrationRoutes
{
    public static void MapMigrations(this IEndpointRouteBuilder api)
    {
        api.MapGet("/workflows/{definitionId}/migration", PreviewAsync).WithSummary("试算：把在办案件迁移到正在使用的版本，逐件说明，不作改动");
        api.MapPost("/workflows/instances/{id:guid}/migrate", ProposeAsync).WithSummary("提出迁移一件在办案件，写明理由；另一人批准后才迁移");
        api.MapPost("/workflows/migration-proposals/{id:guid}/decide", DecideAsync).WithSummary("批准或退回迁移申请；批准的当即迁移");
        api.MapPost("/workflows/migration-proposals/{id:guid}/withdraw", WithdrawAsync).WithSummary("收回自己提出的迁移申请");
        api.MapPost("/workflows/migrations/{id:guid}/undo", UndoAsync).WithSummary("案件办理下一步之前撤销迁移，写明理由");
    }

    private static Task<IResult> PreviewAsync(string definitionId, HttpContext http)
        => ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<PreviewMigrationHandler>().HandleAsync(new PreviewMigration(definitionId), change, ct), View);

    private static Task<IResult> ProposeAsync(Guid id, MigrateBody body, HttpContext http)
        => ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<ProposeMigrationHandler>().HandleAsync(new ProposeMigration(id, body.ToVersionId ?? "", body.Choices), change, ct), View, body.Reason);

    private static Task<IResult> DecideAsync(Guid id, DecideMigrationBody body, HttpContext http)
        => ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<DecideMigrationHandler>().HandleAsync(new DecideMigration(id, body.Agree, body.Opinion), change, ct), d => View(d.Proposal));

    private static Task<IResult> WithdrawAsync(Guid id, HttpContext http)
        => ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<WithdrawMigrationHandler>().HandleAsync(new WithdrawMigration(id), change, ct), View);

    private static Task<IResult> UndoAsync(Guid id, UndoBody body, HttpContext http)
        => ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<UndoMigrationHandler>().HandleAsync(new UndoMigration(id), change, ct), View, body.Reason);

    private static MigrationPreviewView View(MigrationPreview p) => new(p.DefinitionId, p.Name, p.ToVersionId, p.ToVersion, p.Summary, p.Truncated,
        [.. p.Lines.Select(l => new MigrationLineView(l.InstanceId, l.CaseNo, l.Name, l.FromVersion, l.Outcome, l.Reason, [.. l.Choices.Select(c => new MigrationChoiceView(c.ExecutionId, c.Step, c.Candidates))]))]);

    private static MigrationProposalView View(MigrationProposal p) => new(p.Id, p.InstanceId, p.CaseNo, p.FromVersion, p.ToVersion, p.Reason, p.Status, p.ProposedByName, p.ProposedAt, p.DecidedByName, p.Opinion);

    private static CaseMigrationView View(CaseMigration m) => new(m.Id, m.InstanceId, m.CaseNo, m.FromVersion, m.ToVersion, m.At, m.ByName, m.UndoneAt);
}
