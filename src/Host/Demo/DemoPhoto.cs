using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace DoubleRandom.Host.Demo;

/// <summary>A small picture in place of a photograph: every one of another colour, so that each is a file of its own.</summary>
internal static class DemoPhoto
{
    private const int Width = 320;
    private const int Height = 200;

    public static byte[] Png(int seed)
    {
        var rows = new byte[Height * (1 + Width * 3)];
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                var at = y * (1 + Width * 3) + 1 + x * 3;
                // A floor, a wall and a door: enough to be told from another.
                var door = x is > 120 and < 190 && y is > 60 and < 160;
                rows[at] = (byte)(door ? 90 + seed * 13 % 120 : y > 150 ? 120 : 200);
                rows[at + 1] = (byte)(door ? 70 + seed * 29 % 140 : y > 150 ? 120 : 205 - y / 4);
                rows[at + 2] = (byte)(door ? 60 + seed * 7 % 160 : y > 150 ? 118 : 215 - x / 8);
            }
        }
        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Height);
        (header[8], header[9]) = (8, 2);
        Chunk(png, "IHDR", header);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(rows);
        Chunk(png, "IDAT", packed.ToArray());
        Chunk(png, "IEND", []);
        return png.ToArray();
    }

    private static void Chunk(MemoryStream png, string type, byte[] data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        png.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32(body));
        png.Write(number);
    }

    /// <summary>The check that closes each part of a PNG file (ISO 3309).</summary>
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }
        return ~crc;
    }
}
