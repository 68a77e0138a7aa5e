using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Documents.Issuing;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Papers;

/// <summary>说明作废文号: what became of a number that is used no more, for the register of numbers.</summary>
public sealed record ExplainVoidNumber(Guid DocumentId, string Explanation);

/// <summary>作废文书 with what follows: a number that is void must be explained within the period of <c>docno.void</c>.</summary>
public sealed class VoidNumberHandler(DbContext db, IAuditTrail audit, VoidDocumentHandler voiding, ClockActs clocks)
{
    public const int ExplanationMaxLength = 200;

    public static bool MayExplain(Actor actor) => actor.IsAny(Roles.SectionHead, Roles.DeputyDirector, Roles.Director, Roles.Legal, Roles.Planner);

    public async Task<Result<OfficialDocument>> HandleAsync(VoidDocument command, ChangeContext change, CancellationToken cancellationToken)
    {
        var voided = await voiding.HandleAsync(command, change, cancellationToken);
        // A paper without a number leaves no gap in the register.
        if (voided.Refusal is not null || voided.Value.Number is null) return voided;
        return await clocks.HappenedAsync("number.voided", Of(voided.Value), change.On, change, cancellationToken) is { } stuck ? stuck : voided;
    }

    public async Task<Result<OfficialDocument>> HandleAsync(ExplainVoidNumber command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!MayExplain(change.By)) return Refusal.Forbidden("void-numbers.not-yours");
        if (await db.Set<OfficialDocument>().FindAsync([command.DocumentId], cancellationToken) is not { } document) return Refusal.NotFound("documents.not-found");
        if (document is not { Status: DocumentStatus.Voided, Number: { } number }) return Refusal.Conflict("void-numbers.not-void", document.Title);
        if (string.IsNullOrWhiteSpace(command.Explanation)) return Refusal.Invalid("void-numbers.explanation-needed", "explanation");
        var explanation = command.Explanation.Trim();
        if (explanation.Length > ExplanationMaxLength) return Refusal.Invalid("documents.too-long", "explanation", ExplanationMaxLength);
        if (!await clocks.IsRunningAsync(document.Id, "docno.void", cancellationToken)) return Refusal.Conflict("void-numbers.explained", number);
        if (await clocks.HappenedAsync("number.explained", Of(document), change.On, change, cancellationToken, explanation) is { } stuck) return stuck;
        audit.Record(change, document.Chain, "说明作废文号", number, new JsonObject { ["explanation"] = explanation });
        return document;
    }

    private static ClockSubject Of(OfficialDocument document) => new(document.Id, "document", document.CaseNo, document.Chain, $"{document.Title} {document.Number}", []);
}
