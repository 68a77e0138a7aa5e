using Microsoft.Win32.SafeHandles;

namespace DoubleRandom.Inspections.Draws.Protocol;

/// <summary>The bytes of a published file, in memory or on the disk: a list of ten million candidates is not read whole.</summary>
public abstract class FileBytes : IDisposable
{
    public abstract long Length { get; }

    /// <summary>Bytes from there on, fewer only at the end of the file; good until the next call with the same buffer.</summary>
    /// <param name="buffer">Taken where the bytes are not in memory; its length is how many are read.</param>
    internal abstract ArraySegment<byte> Read(long offset, byte[] buffer);

    public static FileBytes Of(byte[] bytes) => new InMemory(bytes);

    /// <summary>Null when there is no such file.</summary>
    public static FileBytes? Open(string path) => File.Exists(path) ? new OnDisk(File.OpenHandle(path)) : null;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }

    private sealed class InMemory(byte[] bytes) : FileBytes
    {
        public override long Length => bytes.Length;

        internal override ArraySegment<byte> Read(long offset, byte[] buffer) => new(bytes, (int)offset, (int)Math.Min(buffer.Length, bytes.Length - offset));
    }

    private sealed class OnDisk(SafeFileHandle file) : FileBytes
    {
        public override long Length { get; } = RandomAccess.GetLength(file);

        internal override ArraySegment<byte> Read(long offset, byte[] buffer)
        {
            var length = (int)Math.Min(buffer.Length, Length - offset);
            for (var read = 0; read < length;)
            {
                var more = RandomAccess.Read(file, buffer.AsSpan(read, length - read), offset + read);
                if (more == 0) throw new EndOfStreamException("The file became shorter while it was read.");
                read += more;
            }
            return new ArraySegment<byte>(buffer, 0, length);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) file.Dispose();
            base.Dispose(disposing);
        }
    }
}
