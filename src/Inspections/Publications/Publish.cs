using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Publications;

/// <param name="CaseId">The inspection it concerns; its chain is written to. Null: campaign, plan, list.</param>
/// <param name="PersonNames">Names of natural persons in the content, to be starred.</param>
public sealed record DraftPublication(
    PublicationKind Kind, string Title, string SubjectNo, JsonObject Content, Guid? CaseId = null, string? InspecteeNumber = null,
    DateOnly? DueOn = null, DateOnly? ExpiresOn = null, IReadOnlyList<string>? PersonNames = null, PublicationAuthor? Author = null);

/// <summary>Whose text it is: the person whose act in the record it repeats. Named only by the system, which drafts in the author's stead.</summary>
public sealed record PublicationAuthor(Guid Id, string Name);

/// <summary>起草: the text of a kind about a subject, written from the record.</summary>
/// <param name="Author">Who acted last in the author's role (谁检查谁公示); the record's own name goes before, and a person who acts is the author.</param>
/// <param name="DocumentNo">文号 of the paper that goes with it.</param>
public sealed record DraftPublicationOf(PublicationKind Kind, Guid SubjectId, PublicationAuthor? Author = null, DateOnly? DueOn = null, string? DocumentNo = null);

/// <summary>修改: a returned text is corrected. Facts come from the record; what people write is the title, single values and a remark.</summary>
/// <param name="Values">New texts by their names in the content; names that are not there are refused.</param>
/// <param name="Remark">说明 beneath the content; null leaves it, empty takes it away.</param>
/// <param name="Rewrite">Takes the content from the record again before the values are put in.</param>
public sealed record RevisePublication(Guid PublicationId, string Title, IReadOnlyDictionary<string, string> Values, string? Remark = null, bool Rewrite = false);

/// <summary>审核: by a section's head who did not write it. Returned with an opinion, it stays a draft.</summary>
public sealed record ReviewPublication(Guid PublicationId, bool Agreed, string? Opinion = null);

/// <summary>发布: by a publisher who neither wrote nor reviewed it, and only what was reviewed.</summary>
public sealed record Publish(Guid PublicationId, string Channel);

public sealed class DraftPublicationHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<Publication>> HandleAsync(DraftPublication command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.IsSystem && change.RequireAny(Roles.Officer, Roles.CaseOfficer, Roles.SectionHead, Roles.DeputyDirector, Roles.Planner, Roles.DrawOperator, Roles.Legal, Roles.Government) is { } forbidden) return forbidden;
        // Somebody must answer for the text, or nobody could be kept from reviewing his own.
        if (change.By.IsSystem && command.Author is null) return Refusal.Conflict("publications.no-author", command.Title);
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
            ContentJson = PublicationText.Write(command.Content),
            MaskedJson = PublicationText.Write(Mask.Content(command.Content, command.PersonNames ?? [], command.Kind is PublicationKind.Penalty)),
            PersonNames = string.Join(';', command.PersonNames ?? []),
            DueOn = command.DueOn,
            ExpiresOn = command.ExpiresOn,
            AuthorId = change.By.IsSystem ? command.Author!.Id : change.By.Id,
            AuthorName = change.By.IsSystem ? command.Author!.Name : change.By.Name,
            DraftedAt = change.At,
        };
        db.Add(publication);
        audit.Record(change, publication.Chain, "起草公示", publication.Title, new JsonObject { ["author"] = publication.AuthorName, ["sha256"] = Hashing.Sha256Hex(publication.ContentJson) });
        return publication;
    }
}

public sealed class DraftPublicationOfHandler(DraftPublicationHandler drafts, IEnumerable<IPublicationContent> contents)
{
    public async Task<Result<Publication>> HandleAsync(DraftPublicationOf command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (contents.FirstOrDefault(c => c.Kind == command.Kind) is not { } content) return Refusal.NotFound("publications.no-content", PublicationKinds.Names[command.Kind]);
        var written = await content.WriteAsync(command.SubjectId, change, cancellationToken);
        if (written.Refusal is { } refusal) return refusal;
        var text = written.Value;
        var body = command.DocumentNo is { Length: > 0 } number ? PublicationText.Of([("文号", number), .. text.Content.Select(p => (p.Key, p.Value?.DeepClone()))]) : text.Content;
        var drafted = await drafts.HandleAsync(
            new DraftPublication(command.Kind, text.Title, text.SubjectNo, body, text.CaseId, text.InspecteeNumber, command.DueOn, text.ExpiresOn, text.PersonNames, text.Author ?? command.Author), change, cancellationToken);
        if (drafted.Refusal is null) drafted.Value.SubjectId = command.SubjectId;
        return drafted;
    }
}

public sealed class RevisePublicationHandler(DbContext db, IEnumerable<IPublicationContent> contents, IAuditTrail audit)
{
    public const string RemarkName = "说明";

    public async Task<Result<Publication>> HandleAsync(RevisePublication command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (change.RequireAny(Roles.Officer, Roles.CaseOfficer, Roles.SectionHead, Roles.DeputyDirector, Roles.Planner, Roles.DrawOperator, Roles.Legal, Roles.Government) is { } forbidden) return forbidden;
        if (await db.Set<Publication>().FindAsync([command.PublicationId], cancellationToken) is not { } publication) return Refusal.NotFound("publications.not-found");
        if (publication.Status is not PublicationStatus.Draft) return Refusal.Conflict("publications.not-draft", publication.Title);
        // 谁检查谁公示: an officer corrects what his own group checked; the other roles write for the office.
        var officerOnly = !change.By.IsAny(Roles.CaseOfficer, Roles.SectionHead, Roles.DeputyDirector, Roles.Planner, Roles.DrawOperator, Roles.Legal, Roles.Government);
        if (officerOnly && publication.CaseId is { } caseId && (await db.FindCaseAsync(caseId, cancellationToken)).Value.RequireGroup(change) is { } outsider) return outsider;
        if (CaseRows.IsBlank(command.Title) || command.Title.Length > Publication.TitleMaxLength) return Refusal.Invalid("publications.bad-title", "title", Publication.TitleMaxLength);

        var content = JsonNode.Parse(publication.ContentJson)!.AsObject();
        if (command.Rewrite && publication.SubjectId is { } subject && contents.FirstOrDefault(c => c.Kind == publication.Kind) is { } writer)
        {
            var written = await writer.WriteAsync(subject, change, cancellationToken);
            if (written.Refusal is { } refusal) return refusal;
            var kept = content;
            content = PublicationText.Of([("文号", kept["文号"]?.DeepClone()), .. written.Value.Content.Select(p => (p.Key, p.Value?.DeepClone())), (RemarkName, kept[RemarkName]?.DeepClone())]);
        }
        foreach (var (name, text) in command.Values)
        {
            if (content[name] is not JsonValue old || !old.TryGetValue<string>(out _)) return Refusal.Invalid("publications.unknown-value", "values", name);
            if (CaseRows.IsBlank(text)) return Refusal.Invalid("publications.empty-value", "values", name);
            content[name] = text;
        }
        if (command.Remark is { } remark)
        {
            content.Remove(RemarkName);
            if (!CaseRows.IsBlank(remark)) content[RemarkName] = remark;
        }
        var before = Hashing.Sha256Hex(publication.ContentJson);
        publication.Title = command.Title;
        publication.ContentJson = PublicationText.Write(content);
        publication.MaskedJson = PublicationText.Write(Mask.Content(content, publication.PersonNames.Split(';', StringSplitOptions.RemoveEmptyEntries), publication.Kind is PublicationKind.Penalty));
        publication.RevisedById = change.By.Id;
        publication.RevisedByName = change.By.Name;
        publication.Revision++;
        audit.Record(change, publication.Chain, "修改公示", publication.Title, new JsonObject { ["before"] = before, ["after"] = Hashing.Sha256Hex(publication.ContentJson) });
        return publication;
    }
}

public sealed class ReviewPublicationHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<Publication>> HandleAsync(ReviewPublication command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (change.RequireAny(Roles.SectionHead) is { } forbidden) return forbidden;
        if (await db.Set<Publication>().FindAsync([command.PublicationId], cancellationToken) is not { } publication) return Refusal.NotFound("publications.not-found");
        if (publication.IsWrittenBy(change.By)) return Refusal.Forbidden("publications.own-text", publication.Title);
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

public sealed class PublishHandler(DbContext db, IAuditTrail audit, Deadlines.ClockActs clocks)
{
    public async Task<Result<Publication>> HandleAsync(Publish command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (change.RequireAny(Roles.Publisher) is { } forbidden) return forbidden;
        if (await db.Set<Publication>().FindAsync([command.PublicationId], cancellationToken) is not { } publication) return Refusal.NotFound("publications.not-found");
        if (publication.IsWrittenBy(change.By)) return Refusal.Forbidden("publications.own-text", publication.Title);
        if (publication.ReviewerId == change.By.Id) return Refusal.Forbidden("publications.own-review", publication.Title);
        if (publication.Status is not PublicationStatus.Reviewed) return Refusal.Conflict("publications.not-reviewed", publication.Title);
        if (CaseRows.IsBlank(command.Channel)) return Refusal.Invalid("publications.no-channel", "channel");
        if (command.Channel.Length > Publication.ChannelMaxLength) return Refusal.Invalid("publications.long-channel", "channels", Publication.ChannelMaxLength);
        publication.Status = PublicationStatus.Published;
        publication.PublishedAt = change.At;
        publication.PublishedOn = change.On;
        publication.PublisherName = change.By.Name;
        publication.Channel = command.Channel;
        publication.Revision++;
        audit.Record(change, publication.Chain, "发布公示", publication.Title, new JsonObject { ["channel"] = command.Channel, ["sha256"] = Hashing.Sha256Hex(publication.MaskedJson) });
        return await ClockAsync(publication, change, cancellationToken) is { } stuck ? stuck : publication;
    }

    /// <summary>The announcement is out in time.</summary>
    private async Task<Refusal?> ClockAsync(Publication publication, ChangeContext change, CancellationToken cancellationToken)
        => publication.Kind switch
        {
            PublicationKind.Announcement when await db.Set<Campaign>().FirstOrDefaultAsync(c => c.CampaignNo == publication.SubjectNo, cancellationToken) is { } campaign
                => await clocks.HappenedAsync("campaign.announced", PreNotice.Of(campaign), change.On, change, cancellationToken),
            _ => null,
        };
}
