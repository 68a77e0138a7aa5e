using System.Security.Cryptography;
using System.Text;

namespace DoubleRandom.Basics;

/// <summary>SHA-256 as it is written in public files: lower hexadecimal of the UTF-8 text or the bytes.</summary>
public static class Hashing
{
    public static string Sha256Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static string Sha256Hex(string text) => Sha256Hex(Encoding.UTF8.GetBytes(text));
}
