using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Publications;

/// <param name="CaseId">The inspection it concerns; its chain is written to. Null: campaign, plan, list.</param>
/// <param name="PersonNames">Names of natural persons in the content, to be starred.</param>
public sealed record DraftPublication(
    PublicationKind Kind, string Title, string SubjectNo, JsonObject Content, Guid? CaseId = null, string? InspecteeNumber = null,
    DateOnly? DueOn = null, DateOnly? ExpiresOn = null, IReadOnlyList<string>? PersonNames = null);

/// <summary>审核: by a section's head who did not write it. Returned with an opinion, it stays a draft.</summary>
public sealed record ReviewPublication(Guid PublicationId, bool Agreed, string? Opinion = null);

/// <summary>发布: by a publisher who did not write it, and only what was reviewed.</summary>
public sealed record Publish(Guid PublicationId, string Channel);

/// <summary>撤回: what was public stays in the record with the reason (行政处罚法 art. 48).</summary>
public sealed record WithdrawPublication(Guid PublicationId, string Reason);

public sealed class DraftPublicationHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<Publication>> HandleAsync(DraftPublication command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (change.RequireAny(Roles.Officer, Roles.CaseOfficer, Roles.SectionHead, Roles.DeputyDirector, Roles.Planner, Roles.DrawOperator, Roles.Legal) is { } forbidden) return forbidden;
        if (CaseRows.IsBlank(command.Title) || command.Title.Length > Publication.TitleMaxLength) return Refusal.Invalid("publications.bad-title", "title", Publication.TitleMaxLength);
        if (CaseRows.IsBlank(command.SubjectNo) || command.Content.Count == 0) return Refusal.Invalid("publications.empty", "content");
        if (command.CaseId is { } id)
        {
            var found = await db.FindCaseAsync(id, cancellationToken);
            if (found.Refusal is { } missing) return missing;
            if (command.Kind is PublicationKind.InspectionResult && found.Value.ResultCodes is null) return Refusal.Conflict("publications.result-missing", found.Value.InspectionNo);
        }
        var publication = new Publication
        {
            Id = Ids.New(change),
            Kind = command.Kind,
            Status = PublicationStatus.Draft,
            Title = command.Title,
            CaseId = command.CaseId,
            SubjectNo = command.SubjectNo,
            InspecteeNumber = command.InspecteeNumber,
            ContentJson = CanonicalJson.Write(command.Content),
            MaskedJson = CanonicalJson.Write(Mask.Content(command.Content, command.PersonNames ?? [], command.Kind is PublicationKind.Penalty)),
            DueOn = command.DueOn,
            ExpiresOn = command.ExpiresOn,
            AuthorId = change.By.Id,
            AuthorName = change.By.Name,
            DraftedAt = change.At,
        };
        db.Add(publication);
        audit.Record(change, publication.Chain, "起草公示", publication.Title, new JsonObject { ["sha256"] = Hashing.Sha256Hex(publication.ContentJson) });
        return publication;
    }
}

public sealed class ReviewPublicationHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<Publication>> HandleAsync(ReviewPublication command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (change.RequireAny(Roles.SectionHead) is { } forbidden) return forbidden;
        if (await db.Set<Publication>().FindAsync([command.PublicationId], cancellationToken) is not { } publication) return Refusal.NotFound("publications.not-found");
        if (publication.AuthorId == change.By.Id) return Refusal.Forbidden("publications.own-text", publication.Title);
        if (publication.Status is not PublicationStatus.Draft) return Refusal.Conflict("publications.not-draft", publication.Title);
        if (!command.Agreed && CaseRows.IsBlank(command.Opinion)) return Refusal.Invalid("cases.no-reason", "opinion");
        publication.ReviewerId = change.By.Id;
        publication.ReviewerName = change.By.Name;
        publication.ReviewedAt = change.At;
        publication.ReviewOpinion = command.Opinion;
        if (command.Agreed) publication.Status = PublicationStatus.Reviewed;
        publication.Revision++;
        audit.Record(change, publication.Chain, command.Agreed ? "审核公示" : "退回公示", publication.Title, new JsonObject { ["opinion"] = command.Opinion });
        return publication;
    }
}

public sealed class PublishHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<Publication>> HandleAsync(Publish command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (change.RequireAny(Roles.Publisher) is { } forbidden) return forbidden;
        if (await db.Set<Publication>().FindAsync([command.PublicationId], cancellationToken) is not { } publication) return Refusal.NotFound("publications.not-found");
        if (publication.AuthorId == change.By.Id) return Refusal.Forbidden("publications.own-text", publication.Title);
        if (publication.Status is not PublicationStatus.Reviewed) return Refusal.Conflict("publications.not-reviewed", publication.Title);
        if (CaseRows.IsBlank(command.Channel)) return Refusal.Invalid("publications.no-channel", "channel");
        publication.Status = PublicationStatus.Published;
        publication.PublishedAt = change.At;
        publication.PublishedOn = change.On;
        publication.PublisherName = change.By.Name;
        publication.Channel = command.Channel;
        publication.Revision++;
        audit.Record(change, publication.Chain, "发布公示", publication.Title, new JsonObject { ["channel"] = command.Channel, ["sha256"] = Hashing.Sha256Hex(publication.MaskedJson) });
        return publication;
    }
}

public sealed class WithdrawPublicationHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<Publication>> HandleAsync(WithdrawPublication command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (change.RequireAny(Roles.Publisher, Roles.DeputyDirector, Roles.Director) is { } forbidden) return forbidden;
        if (await db.Set<Publication>().FindAsync([command.PublicationId], cancellationToken) is not { } publication) return Refusal.NotFound("publications.not-found");
        if (publication.Status is not PublicationStatus.Published) return Refusal.Conflict("publications.not-public", publication.Title);
        if (CaseRows.IsBlank(command.Reason)) return Refusal.Invalid("cases.no-reason", "reason");
        publication.Status = PublicationStatus.Withdrawn;
        publication.WithdrawnAt = change.At;
        publication.WithdrawnByName = change.By.Name;
        publication.WithdrawalReason = command.Reason;
        publication.Revision++;
        audit.Record(change, publication.Chain, "撤回公示", publication.Title, new JsonObject { ["reason"] = command.Reason });
        return publication;
    }
}
