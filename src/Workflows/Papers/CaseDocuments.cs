using DoubleRandom.Documents.Issuing;
using DoubleRandom.Inspections.Archives;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Papers;

/// <summary>Tells the archive which official documents belong to an inspection, void ones included: they keep their number.</summary>
internal sealed class CaseDocuments(DbContext db) : ICaseDocuments
{
    public async Task<IReadOnlyList<FiledDocument>> OfCaseAsync(string inspectionNo, CancellationToken cancellationToken)
    {
        var documents = await db.Set<OfficialDocument>().Where(d => d.CaseNo == inspectionNo).OrderBy(d => d.SignedAt).ThenBy(d => d.Template).ToListAsync(cancellationToken);
        return [.. documents.Select(d => new FiledDocument(PartOf(d.Template), d.Status is DocumentStatus.Voided ? $"{d.Title}（已作废）" : d.Title, d.Number, d.SignedOn, d.Id, d.Sha256))];
    }

    private static string PartOf(string template) => template switch
    {
        "D04" or "D07" or "D08" => CaseFile.Approval,
        "D12" or "D13" or "D14" => CaseFile.Rectifying,
        "D35" => CaseFile.Transferred,
        "D37" or "D38" or "D39" or "D40" => CaseFile.Supervised,
        "D42" => CaseFile.MadePublic,
        "D21" or "D22" or "D23" or "D24" or "D25" or "D26" or "D28" or "D29" or "D30" or "D32" or "D33" or "D44" or "D45" => CaseFile.Punishing,
        _ => CaseFile.OnSite,
    };
}
