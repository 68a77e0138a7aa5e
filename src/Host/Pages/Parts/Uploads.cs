using DoubleRandom.Basics;
using DoubleRandom.Inspections.Evidence;

namespace DoubleRandom.Host.Pages.Parts;

internal static class UploadLimits
{
    /// <summary>One form with its files: a few photos and a short video.</summary>
    public const long RequestBytes = 256L * 1024 * 1024;

    public const int FilesPerField = 30;
}

/// <summary>A file whose bytes are kept already, and what it was called.</summary>
public sealed record UploadedFile(string Sha256, string Name, string ContentType)
{
    /// <summary>How it travels in the form until the form is accepted.</summary>
    public string Token => $"{Sha256}|{ContentType}|{Name}";

    public static UploadedFile? Parse(string? token)
        => token?.Split('|', 3) is [var hash, var type, var name] && EvidenceStore.IsHash(hash) && Uploads.IsAllowed(type) && name.Length is > 0 and <= EvidenceItem.NameMaxLength
            ? new UploadedFile(hash, name, type)
            : null;
}

/// <summary>
/// Takes files that come with a form into the evidence store before the form is judged, so that a refused form loses no file.
/// What the file is, is read from its bytes and not from its name.
/// </summary>
public sealed class Uploads(EvidenceStore store, TimeProvider time)
{
    private static readonly (string Type, byte[] Start, int At)[] Signatures =
    [
        ("image/jpeg", [0xFF, 0xD8, 0xFF], 0),
        ("image/png", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], 0),
        ("image/webp", "WEBP"u8.ToArray(), 8),
        ("application/pdf", "%PDF-"u8.ToArray(), 0),
        ("video/mp4", "ftyp"u8.ToArray(), 4),
        ("video/webm", [0x1A, 0x45, 0xDF, 0xA3], 0),
        ("audio/mpeg", "ID3"u8.ToArray(), 0),
        ("audio/wav", "WAVE"u8.ToArray(), 8),
        ("audio/ogg", "OggS"u8.ToArray(), 0),
        // DOCX, XLSX and other packages.
        ("application/zip", [0x50, 0x4B, 0x03, 0x04], 0),
    ];

    public const string Accept = ".jpg,.jpeg,.png,.webp,.pdf,.mp4,.webm,.mp3,.wav,.ogg,.docx,.xlsx,.zip";

    public static bool IsAllowed(string contentType) => Signatures.Any(s => s.Type == contentType);

    public static bool IsImage(string contentType) => contentType.StartsWith("image/", StringComparison.Ordinal);

    public async Task<Result<UploadedFile>> TakeAsync(IFormFile file, string field, CancellationToken cancellationToken)
    {
        var name = CleanName(file.FileName);
        await using var stream = file.OpenReadStream();
        var start = new byte[16];
        var read = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        if (read == 0) return Refusal.Invalid("pages.file-empty", field, name);
        if (TypeOf(start.AsSpan(0, read)) is not { } type) return Refusal.Invalid("pages.file-type", field, name);
        stream.Position = 0;
        var stored = await store.PutAsync(stream, Ids.New(time.UtcNow), cancellationToken);
        return stored.Refusal is { } refusal ? refusal with { Field = field } : new UploadedFile(stored.Value.Sha256, name, type);
    }

    private static string? TypeOf(ReadOnlySpan<byte> start)
    {
        foreach (var (type, signature, at) in Signatures)
        {
            if (start.Length >= at + signature.Length && start.Slice(at, signature.Length).SequenceEqual(signature)) return type;
        }
        return null;
    }

    /// <summary>The last part of the path, without control characters and the token's separator, cut from the left so that the ending stays.</summary>
    private static string CleanName(string given)
    {
        var name = new string([.. given.Split('/', '\\')[^1].Where(c => !char.IsControl(c) && c != '|')]).Trim();
        if (name.Length == 0) return "file";
        return name.Length > EvidenceItem.NameMaxLength ? name[^EvidenceItem.NameMaxLength..] : name;
    }
}
