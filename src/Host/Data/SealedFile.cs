using System.Buffers.Binary;
using System.Security.Cryptography;

namespace DoubleRandom.Host.Data;

/// <summary>
/// A file as it is kept when it may hold personal data: a mark, a salt, then blocks of AES-GCM, each found and opened by itself, so that a file of any size is read from
/// any place with the memory of one block. The number of a block and whether it is the last are sealed with it: none can be left out, put elsewhere or cut off.
/// </summary>
internal static class SealedFile
{
    public const int Block = 64 * 1024;
    public const int Tag = 16;
    public const int Salt = 16;

    public static ReadOnlySpan<byte> Mark => "DRS1"u8;

    public static int Head => Mark.Length + Salt;

    public static AesGcm KeyOf(byte[] secret, ReadOnlySpan<byte> salt)
    {
        Span<byte> key = stackalloc byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, salt, "file"u8);
        return new AesGcm(key, Tag);
    }

    /// <summary>The key is the file's own: its blocks are told apart by their number and by whether more come.</summary>
    public static void Nonce(Span<byte> nonce, long block, bool isLast)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce, block);
        nonce[^1] = isLast ? (byte)1 : (byte)0;
    }
}

/// <summary>The sealed bytes of a stream, as they are read.</summary>
internal sealed class SealingStream : Stream
{
    private readonly Stream _plain;
    private readonly AesGcm _key;
    private readonly byte[] _out = new byte[SealedFile.Block + SealedFile.Tag];
    private byte[] _block = new byte[SealedFile.Block];
    private byte[] _next = new byte[SealedFile.Block];
    private int _nextLength = -1;
    private long _number;
    private int _from;
    private int _to;
    private bool _isDone;

    public SealingStream(Stream plain, byte[] secret)
    {
        _plain = plain;
        SealedFile.Mark.CopyTo(_out);
        RandomNumberGenerator.Fill(_out.AsSpan(SealedFile.Mark.Length, SealedFile.Salt));
        _key = SealedFile.KeyOf(secret, _out.AsSpan(SealedFile.Mark.Length, SealedFile.Salt));
        _to = SealedFile.Head;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_from == _to && !_isDone) await SealNextAsync(cancellationToken);
        var length = Math.Min(buffer.Length, _to - _from);
        _out.AsSpan(_from, length).CopyTo(buffer.Span);
        _from += length;
        return length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Files are kept without blocking a thread.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _key.Dispose();
        base.Dispose(disposing);
    }

    private async Task SealNextAsync(CancellationToken cancellationToken)
    {
        if (_nextLength < 0) _nextLength = await _plain.ReadAtLeastAsync(_next, SealedFile.Block, throwOnEndOfStream: false, cancellationToken);
        var length = _nextLength;
        (_block, _next) = (_next, _block);
        // A block that is not full is the last one; after a full one it must be seen whether more comes.
        _nextLength = length < SealedFile.Block ? 0 : await _plain.ReadAtLeastAsync(_next, SealedFile.Block, throwOnEndOfStream: false, cancellationToken);
        _isDone = _nextLength == 0;
        SealBlock(length);
    }

    private void SealBlock(int length)
    {
        Span<byte> nonce = stackalloc byte[12];
        SealedFile.Nonce(nonce, _number++, _isDone);
        _key.Encrypt(nonce, _block.AsSpan(0, length), _out.AsSpan(0, length), _out.AsSpan(length, SealedFile.Tag));
        (_from, _to) = (0, length + SealedFile.Tag);
    }
}

/// <summary>What a sealed file says, from any place of it.</summary>
internal sealed class OpenedStream : Stream
{
    private readonly Stream _kept;
    private readonly AesGcm _key;
    private readonly byte[] _sealed = new byte[SealedFile.Block + SealedFile.Tag];
    private readonly byte[] _plain = new byte[SealedFile.Block];
    private readonly long _blocks;
    private long _at = -1;
    private int _length;

    public OpenedStream(Stream kept, byte[] secret)
    {
        _kept = kept;
        Span<byte> head = stackalloc byte[SealedFile.Head];
        kept.Position = 0;
        kept.ReadExactly(head);
        _key = SealedFile.KeyOf(secret, head[SealedFile.Mark.Length..]);
        var body = kept.Length - SealedFile.Head;
        _blocks = Math.Max(1, (body + _sealed.Length - 1) / _sealed.Length);
        Length = Math.Max(0, body - _blocks * SealedFile.Tag);
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position { get; set; }

    /// <summary>Whether a kept file is sealed; what was kept before files were sealed is read as it is.</summary>
    public static bool IsSealed(Stream kept)
    {
        Span<byte> mark = stackalloc byte[SealedFile.Mark.Length];
        kept.Position = 0;
        var isSealed = kept.Length >= SealedFile.Head + SealedFile.Tag && kept.ReadAtLeast(mark, mark.Length, throwOnEndOfStream: false) == mark.Length && mark.SequenceEqual(SealedFile.Mark);
        kept.Position = 0;
        return isSealed;
    }

    public override int Read(Span<byte> buffer)
    {
        if (Position >= Length || buffer.Length == 0) return 0;
        var block = Position / SealedFile.Block;
        if (block != _at) Open(block);
        var from = (int)(Position % SealedFile.Block);
        var length = Math.Min(buffer.Length, _length - from);
        _plain.AsSpan(from, length).CopyTo(buffer);
        Position += length;
        return length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        => cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<int>(cancellationToken) : ValueTask.FromResult(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch { SeekOrigin.Begin => offset, SeekOrigin.Current => Position + offset, _ => Length + offset };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _key.Dispose();
            _kept.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <exception cref="CryptographicException">The file is not whole, or was sealed with another key.</exception>
    private void Open(long block)
    {
        _kept.Position = SealedFile.Head + block * _sealed.Length;
        var length = _kept.ReadAtLeast(_sealed, _sealed.Length, throwOnEndOfStream: false) - SealedFile.Tag;
        if (length < 0) throw new CryptographicException("The kept file is cut off.");
        Span<byte> nonce = stackalloc byte[12];
        SealedFile.Nonce(nonce, block, block == _blocks - 1);
        _at = -1;
        _key.Decrypt(nonce, _sealed.AsSpan(0, length), _sealed.AsSpan(length, SealedFile.Tag), _plain.AsSpan(0, length));
        (_at, _length) = (block, length);
    }
}
