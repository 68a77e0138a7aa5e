using System.Buffers;
using System.Security.Cryptography;
using DoubleRandom.Basics;

namespace DoubleRandom.Inspections.Evidence;

/// <param name="Folder">Where the bytes lie: <c>&lt;folder&gt;/ab/&lt;sha256&gt;</c>.</param>
/// <param name="MaxBytes">Largest single file; default 200 MiB, a few minutes of video.</param>
public sealed record EvidenceOptions(string Folder, long MaxBytes = 200L * 1024 * 1024);

public sealed record StoredEvidence(string Sha256, long Size);

/// <summary>
/// The bytes of evidence, named by what they are: written whole and to the disk before the transaction that names them, never changed after.
/// </summary>
public sealed class EvidenceStore(EvidenceOptions options)
{
    /// <summary>How the name of a file that is not yet whole begins.</summary>
    public const string IncomingPrefix = ".incoming-";

    /// <summary>Reads the stream to its end. The same bytes a second time are the same file.</summary>
    /// <param name="maxBytes">Null: the largest single file of evidence.</param>
    public async Task<Result<StoredEvidence>> PutAsync(Stream content, Guid operation, CancellationToken cancellationToken, long? maxBytes = null)
    {
        Directory.CreateDirectory(options.Folder);
        var incoming = Path.Combine(options.Folder, IncomingPrefix + operation.ToString("N"));
        var buffer = ArrayPool<byte>.Shared.Rent(81920);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long size = 0;
            await using (var file = new FileStream(incoming, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                int read;
                while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
                {
                    size += read;
                    if (size > (maxBytes ?? options.MaxBytes)) return Refusal.Invalid("evidence.too-large", "file", (maxBytes ?? options.MaxBytes) / (1024 * 1024));
                    hash.AppendData(buffer, 0, read);
                    await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                }
                if (size == 0) return Refusal.Invalid("evidence.empty", "file");
                file.Flush(flushToDisk: true);
            }
            var name = Convert.ToHexStringLower(hash.GetHashAndReset());
            var path = PathOf(name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            // Also when the bytes are there: the file is young again, and the sweeper leaves it to the row that follows.
            File.Move(incoming, path, overwrite: true);
            return new StoredEvidence(name, size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            File.Delete(incoming);
        }
    }

    /// <summary>Size in bytes, or null when there is no such file.</summary>
    public long? SizeOf(string sha256)
    {
        var file = new FileInfo(PathOf(sha256));
        return file.Exists ? file.Length : null;
    }

    /// <summary>The bytes, or null when there is no such file. The caller closes the stream.</summary>
    public Stream? Open(string sha256) => File.Exists(PathOf(sha256)) ? File.OpenRead(PathOf(sha256)) : null;

    /// <summary>Whether the file's bytes still are what its name says.</summary>
    public async Task<bool> VerifyAsync(string sha256, CancellationToken cancellationToken)
    {
        await using var stream = Open(sha256);
        return stream is not null && Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken)) == sha256;
    }

    /// <summary>Lower hexadecimal of 32 bytes: nothing else may become part of a path.</summary>
    public static bool IsHash(string text) => text.Length == 64 && text.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f'));

    private string PathOf(string sha256)
        => IsHash(sha256) ? Path.Combine(options.Folder, sha256[..2], sha256) : throw new ArgumentException("Not a SHA-256 in lower hexadecimal.", nameof(sha256));
}
