using DoubleRandom.Documents.Rendering;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Documents.Issuing;

/// <summary>A document as lists show it, without its page.</summary>
public sealed record DocumentLine(
    Guid Id, string Template, string Title, string? Number, Guid SubjectId, string CaseNo, DocumentStatus Status, string SignedByName, DateOnly SignedOn,
    DateOnly? ServedOn, ServiceMethod? ServedHow, string? Receiver, string? VoidReason, string Sha256)
{
    public string StatusName => DocumentPowers.Of(Status);

    public string? ServedHowName => ServedHow is { } how ? DocumentPowers.Of(how) : null;
}

/// <summary>What pages ask of the documents. Who may see them is asked by the page.</summary>
public sealed class DocumentQueries(DbContext db)
{
    /// <summary>The documents of an inspection, campaign or plan number, oldest first.</summary>
    public Task<List<DocumentLine>> OfCaseAsync(string caseNo, CancellationToken cancellationToken) => LinesAsync(db.Set<OfficialDocument>().Where(d => d.CaseNo == caseNo), cancellationToken);

    /// <summary>The documents about one plan, campaign, inspection, penalty or hazard, oldest first.</summary>
    public Task<List<DocumentLine>> OfSubjectAsync(Guid subjectId, CancellationToken cancellationToken) => LinesAsync(db.Set<OfficialDocument>().Where(d => d.SubjectId == subjectId), cancellationToken);

    /// <summary>The last one of a template about a subject that is not void.</summary>
    public Task<OfficialDocument?> LastAsync(Guid subjectId, string template, CancellationToken cancellationToken) => db.Set<OfficialDocument>()
        .Where(d => d.SubjectId == subjectId && d.Template == template && d.Status != DocumentStatus.Voided).OrderByDescending(d => d.SignedAt).ThenByDescending(d => d.Sequence).FirstOrDefaultAsync(cancellationToken);

    public Task<OfficialDocument?> FindAsync(Guid id, CancellationToken cancellationToken) => db.Set<OfficialDocument>().AsNoTracking().FirstOrDefaultAsync(d => d.Id == id, cancellationToken);

    /// <summary>The signed page as a Word file; the same bytes each time.</summary>
    public static byte[] Docx(OfficialDocument document) => DocxWriter.Write(DocumentRenderer.ContentOf(document.Html));

    private static Task<List<DocumentLine>> LinesAsync(IQueryable<OfficialDocument> documents, CancellationToken cancellationToken) => documents.OrderBy(d => d.SignedAt).ThenBy(d => d.Template)
        .Select(d => new DocumentLine(d.Id, d.Template, d.Title, d.Number, d.SubjectId, d.CaseNo, d.Status, d.SignedByName, d.SignedOn, d.ServedOn, d.ServedHow, d.Receiver, d.VoidReason, d.Sha256))
        .ToListAsync(cancellationToken);
}
