using DoubleRandom.Basics;
using DoubleRandom.Inspections.Evidence;

namespace DoubleRandom.Host.Pages.Parts;

/// <summary>The one file of a form with a <see cref="ProofField"/>.</summary>
internal static class Proof
{
    /// <returns>Neither when none was chosen.</returns>
    public static async Task<(UploadedFile? File, Refusal? Refusal)> TakeAsync(IFormCollection posted, Uploads uploads, CancellationToken cancellationToken)
    {
        if (posted.Files.GetFile("proof") is not { Length: > 0 } file) return (UploadedFile.Parse(posted["kept"]), null);
        var taken = await uploads.TakeAsync(file, "proof", cancellationToken);
        return taken.Refusal is { } refusal ? (UploadedFile.Parse(posted["kept"]), refusal) : (taken.Value, null);
    }

    /// <summary>Names it as evidence of the case, in the unit of work of what it shows.</summary>
    public static async Task<Refusal?> KeepAsync(IServiceProvider services, Guid caseId, UploadedFile? file, ChangeContext change, CancellationToken cancellationToken)
        => file is null ? null : (await services.GetRequiredService<RecordEvidenceHandler>().HandleAsync(new RecordEvidence(caseId, file.Sha256, file.Name, file.ContentType, change.At), change, cancellationToken)).Refusal;
}
