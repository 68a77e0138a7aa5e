using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Publications;

/// <summary>提请撤回公示: a penalty that is public was changed or annulled, or a text turned out wrong.</summary>
/// <param name="Ground">One of <see cref="ProposeWithdrawalHandler.GroundsOf"/>.</param>
/// <param name="GroundOn">The day of the decision it rests on, or on which the mistake was found; not in the future, not before it was public.</param>
/// <param name="Document">What shows it: 行政复议决定书, 判决书 …</param>
public sealed record ProposeWithdrawal(Guid PublicationId, string Ground, DateOnly GroundOn, string Document);

/// <summary>撤回: what was public stays in the record with the reason (行政处罚法 art. 48).</summary>
public sealed record WithdrawPublication(Guid PublicationId, string Reason);

/// <summary>不予撤回: the proposal is turned down; the text stays public.</summary>
public sealed record DeclineWithdrawal(Guid PublicationId, string Reason);

public sealed class ProposeWithdrawalHandler(DbContext db, IAuditTrail audit)
{
    public const int DocumentMaxLength = 200;
    public const string Mistake = "公示内容有误";

    /// <summary>行政处罚法 art. 48: within three working days.</summary>
    public static IReadOnlyList<string> OfTheLaw { get; } = ["处罚决定被变更", "处罚决定被撤销", "处罚决定被确认违法", "处罚决定被确认无效"];

    public static IReadOnlyList<string> GroundsOf(PublicationKind kind) => kind is PublicationKind.Penalty ? [.. OfTheLaw, Mistake] : [Mistake];

    public static bool MayPropose(Actor actor) => actor.IsAny(Roles.CaseOfficer, Roles.Legal, Roles.SectionHead, Roles.Publisher, Roles.DeputyDirector, Roles.Director);

    public async Task<Result<Publication>> HandleAsync(ProposeWithdrawal command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!MayPropose(change.By)) return Refusal.Forbidden("publications.withdrawal-role");
        if (await db.Set<Publication>().FindAsync([command.PublicationId], cancellationToken) is not { } publication) return Refusal.NotFound("publications.not-found");
        if (publication.Status is not PublicationStatus.Published) return Refusal.Conflict("publications.not-public", publication.Title);
        if (publication.WithdrawalGround is not null) return Refusal.Conflict("publications.withdrawal-open", publication.Title, publication.WithdrawalProposedByName!);
        var grounds = GroundsOf(publication.Kind);
        if (!grounds.Contains(command.Ground)) return Refusal.Invalid("publications.withdrawal-ground", "ground", command.Ground, string.Join('、', grounds));
        if (command.GroundOn > change.On || command.GroundOn < publication.PublishedOn) return Refusal.Invalid("publications.withdrawal-day", "groundOn", publication.PublishedOn!.Value, change.On);
        if (CaseRows.IsBlank(command.Document) || command.Document.Length > DocumentMaxLength) return Refusal.Invalid("publications.withdrawal-document", "document", DocumentMaxLength);
        (publication.WithdrawalGround, publication.WithdrawalGroundOn, publication.WithdrawalDocument) = (command.Ground, command.GroundOn, command.Document.Trim());
        (publication.WithdrawalProposedById, publication.WithdrawalProposedByName) = (change.By.Id, change.By.Name);
        publication.WithdrawalsProposed++;
        publication.Revision++;
        audit.Record(change, publication.Chain, "提请撤回公示", publication.Title, new JsonObject { ["ground"] = command.Ground, ["on"] = command.GroundOn.Iso(), ["document"] = publication.WithdrawalDocument });
        return publication;
    }
}

public sealed class WithdrawPublicationHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<Publication>> HandleAsync(WithdrawPublication command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await FindAsync(command.PublicationId, command.Reason, change, cancellationToken);
        if (found.Refusal is { } no) return no;
        var publication = found.Value;
        publication.Status = PublicationStatus.Withdrawn;
        publication.WithdrawnAt = change.At;
        publication.WithdrawnByName = change.By.Name;
        publication.WithdrawalReason = command.Reason;
        publication.Revision++;
        audit.Record(change, publication.Chain, "撤回公示", publication.Title, new JsonObject { ["reason"] = command.Reason });
        return publication;
    }

    public async Task<Result<Publication>> HandleAsync(DeclineWithdrawal command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await FindAsync(command.PublicationId, command.Reason, change, cancellationToken);
        if (found.Refusal is { } no) return no;
        var publication = found.Value;
        // A penalty that was annulled comes off the page; about that the law leaves nothing to decide.
        if (publication.WithdrawalGround is { } ground && ProposeWithdrawalHandler.OfTheLaw.Contains(ground)) return Refusal.Conflict("publications.withdrawal-must", ground);
        (publication.WithdrawalGround, publication.WithdrawalGroundOn, publication.WithdrawalDocument, publication.WithdrawalProposedById, publication.WithdrawalProposedByName) = (null, null, null, null, null);
        publication.Revision++;
        audit.Record(change, publication.Chain, "不予撤回公示", publication.Title, new JsonObject { ["reason"] = command.Reason });
        return publication;
    }

    private async Task<Result<Publication>> FindAsync(Guid id, string reason, ChangeContext change, CancellationToken cancellationToken)
    {
        if (change.RequireAny(Roles.Publisher, Roles.DeputyDirector, Roles.Director) is { } forbidden) return forbidden;
        if (await db.Set<Publication>().FindAsync([id], cancellationToken) is not { } publication) return Refusal.NotFound("publications.not-found");
        if (publication.Status is not PublicationStatus.Published) return Refusal.Conflict("publications.not-public", publication.Title);
        if (publication.WithdrawalProposedById == change.By.Id) return Refusal.Forbidden("publications.withdrawal-own", publication.Title);
        return CaseRows.IsBlank(reason) ? Refusal.Invalid("cases.no-reason", "reason") : publication;
    }
}
