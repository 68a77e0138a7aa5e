using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Documents.Rendering;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Documents.Issuing;

/// <summary>签发: renders the page, gives it its number and keeps both. What it says must have been decided before; that is checked where the data come from.</summary>
/// <param name="Data">The template's fields; <c>number</c> and <c>date</c> are set here.</param>
/// <param name="NumberPattern">The office's form for the template's series: <c>（崇）应急责改〔{year}〕{seq}号</c>; null only for papers without a number.</param>
/// <param name="SignedByName">Whose decision it is; default: the person who acts.</param>
/// <param name="GivenNumber">The number another authority gave its own paper; then none of our series is used.</param>
public sealed record IssueDocument(
    string Template, Guid SubjectId, string CaseNo, string Chain, JsonObject Data, string? NumberPattern, string? SignedByName = null, string? GivenNumber = null);

/// <summary>送达: to whom, when and how. Who refuses is served by leaving it behind, with a witness or a recording (民事诉讼法 art. 89).</summary>
public sealed record ServeDocument(Guid DocumentId, DateOnly ServedOn, ServiceMethod Method, string Receiver, string Place, string? Note = null);

/// <summary>作废: the number is never used again and the page stays in the record with the reason.</summary>
public sealed record VoidDocument(Guid DocumentId, string Reason);

public sealed class IssueDocumentHandler(DbContext db, DocumentTemplates templates, DocumentRenderer renderer, NumberAllotter numbers, IAuditTrail audit)
{
    public async Task<Result<OfficialDocument>> HandleAsync(IssueDocument command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (change.MayNot(DocumentPowers.Issue) is { } forbidden) return forbidden;
        if (templates.Find(command.Template) is not { } template) return Refusal.NotFound("documents.no-template", command.Template);
        if (change.On < template.Effective) return Refusal.Conflict("documents.not-yet-effective", template.Title, template.Effective);
        NumberForm? form = null;
        if (command.GivenNumber?.Length > OfficialDocument.NumberMaxLength) return Refusal.Invalid("documents.too-long", "number", OfficialDocument.NumberMaxLength);
        if (template.Series.Length > 0 && command.GivenNumber is null)
        {
            if (command.NumberPattern is null) return Refusal.Conflict("documents.no-series", template.Title, template.Series);
            var parsed = NumberForm.Parse(command.NumberPattern);
            if (parsed.Refusal is { } bad) return bad;
            form = parsed.Value;
        }

        var data = (JsonObject)command.Data.DeepClone();
        data["date"] = change.On.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        // The number comes last: a page that cannot be made must not use one up. In a workflow the refusal is an incident and the rest commits.
        data["number"] = command.GivenNumber ?? form?.Write(change.On.Year, int.MaxValue);
        var trial = renderer.Render(command.Template, data);
        if (trial.Refusal is { } refusal) return refusal;

        int? sequence = form is null ? null : await numbers.NextAsync(form.CodeWord, change.On.Year, cancellationToken);
        if (sequence is { } n) data["number"] = form!.Write(change.On.Year, n);
        var page = form is null ? trial.Value : renderer.Render(command.Template, data).Value;
        var document = new OfficialDocument
        {
            Id = Ids.New(change),
            Template = template.Code,
            TemplateVersion = template.Version,
            Title = page.Title,
            Number = data["number"]?.GetValue<string>(),
            CodeWord = form?.CodeWord,
            Year = change.On.Year,
            Sequence = sequence,
            SubjectId = command.SubjectId,
            CaseNo = command.CaseNo,
            Chain = command.Chain,
            Html = page.Html,
            DataJson = CanonicalJson.Write(data),
            Sha256 = Hashing.Sha256Hex(page.Html),
            Status = DocumentStatus.Issued,
            IssuedById = change.By.Id,
            IssuedByName = change.By.Name,
            SignedByName = command.SignedByName ?? change.By.Name,
            SignedAt = change.At,
            SignedOn = change.On,
        };
        db.Add(document);
        audit.Record(change, document.Chain, "签发文书", document.Subject, new JsonObject { ["template"] = $"{template.Code} v{template.Version}", ["sha256"] = document.Sha256, ["signedBy"] = document.SignedByName });
        return document;
    }
}

public sealed class ServeDocumentHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<OfficialDocument>> HandleAsync(ServeDocument command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (change.MayNot(DocumentPowers.Serve) is { } forbidden) return forbidden;
        if (await db.Set<OfficialDocument>().FindAsync([command.DocumentId], cancellationToken) is not { } document) return Refusal.NotFound("documents.not-found");
        if (document.Status is not DocumentStatus.Issued) return Refusal.Conflict("documents.wrong-status", DocumentPowers.Of(document.Status));
        if (command.ServedOn < document.SignedOn || command.ServedOn > change.On) return Refusal.Invalid("documents.served-on", "servedOn", document.SignedOn, change.On);
        if (!Enum.IsDefined(command.Method)) return Refusal.Invalid("documents.no-method", "method");
        if (string.IsNullOrWhiteSpace(command.Receiver) || command.Receiver.Length > OfficialDocument.NameMaxLength) return Refusal.Invalid("documents.no-receiver", "receiver", OfficialDocument.NameMaxLength);
        if (string.IsNullOrWhiteSpace(command.Place) || command.Place.Length > OfficialDocument.TextMaxLength) return Refusal.Invalid("documents.no-place", "place", OfficialDocument.TextMaxLength);
        if (command.Method is ServiceMethod.LeftBehind && string.IsNullOrWhiteSpace(command.Note)) return Refusal.Invalid("documents.no-witness", "note");
        if (command.Note?.Length > OfficialDocument.TextMaxLength) return Refusal.Invalid("documents.too-long", "note", OfficialDocument.TextMaxLength);
        document.Status = DocumentStatus.Served;
        document.ServedOn = command.ServedOn;
        document.ServedHow = command.Method;
        document.Receiver = command.Receiver;
        document.ServedPlace = command.Place;
        document.ServiceNote = command.Note;
        document.ServedByName = change.By.Name;
        document.Revision++;
        audit.Record(change, document.Chain, "送达文书", document.Subject,
            new JsonObject { ["on"] = command.ServedOn.ToString("O", System.Globalization.CultureInfo.InvariantCulture), ["method"] = DocumentPowers.Of(command.Method), ["receiver"] = command.Receiver, ["note"] = command.Note });
        return document;
    }
}

public sealed class VoidDocumentHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<OfficialDocument>> HandleAsync(VoidDocument command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (change.MayNot(DocumentPowers.Void) is { } forbidden) return forbidden;
        if (await db.Set<OfficialDocument>().FindAsync([command.DocumentId], cancellationToken) is not { } document) return Refusal.NotFound("documents.not-found");
        if (document.Status is DocumentStatus.Voided) return Refusal.Conflict("documents.wrong-status", DocumentPowers.Of(document.Status));
        if (string.IsNullOrWhiteSpace(command.Reason)) return Refusal.Invalid("documents.reason-needed", "reason");
        if (command.Reason.Length > OfficialDocument.TextMaxLength) return Refusal.Invalid("documents.too-long", "reason", OfficialDocument.TextMaxLength);
        document.Status = DocumentStatus.Voided;
        document.VoidedAt = change.At;
        document.VoidedByName = change.By.Name;
        document.VoidReason = command.Reason;
        document.Revision++;
        audit.Record(change, document.Chain, "作废文书", document.Subject, new JsonObject { ["reason"] = command.Reason });
        return document;
    }
}
