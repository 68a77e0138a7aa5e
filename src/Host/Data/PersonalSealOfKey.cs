using System.Security.Cryptography;
using System.Text;
using DoubleRandom.Inspections.Registers;
using Microsoft.AspNetCore.DataProtection;

namespace DoubleRandom.Host.Data;

/// <summary>
/// AES-GCM whose nonce is a keyed hash of the text: the same text gives the same seal, another one never the same nonce. Its key lies beside the key ring, itself
/// sealed with it; several hosts share the folder.
/// </summary>
internal sealed class PersonalSealOfKey(IDataProtectionProvider keys, DatabaseSettings settings) : PersonalSeal
{
    private const string Mark = "s1.";
    private const int NonceSize = 12, TagSize = 16;

    private readonly Lazy<byte[]> _key = new(() => KeyOf(keys.CreateProtector("personal-v1"), Path.Combine(settings.Folder, "keys", "personal.key")));

    public override string Seal(string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var all = new byte[NonceSize + plain.Length + TagSize];
        var nonce = all.AsSpan(0, NonceSize);
        HMACSHA256.HashData(_key.Value.AsSpan(32), plain).AsSpan(0, NonceSize).CopyTo(nonce);
        using var aes = new AesGcm(_key.Value.AsSpan(0, 32), TagSize);
        aes.Encrypt(nonce, plain, all.AsSpan(NonceSize, plain.Length), all.AsSpan(NonceSize + plain.Length));
        return Mark + Convert.ToBase64String(all);
    }

    public override string Open(string sealedText)
    {
        if (!sealedText.StartsWith(Mark, StringComparison.Ordinal)) return sealedText;
        try
        {
            var all = Convert.FromBase64String(sealedText[Mark.Length..]);
            var plain = new byte[all.Length - NonceSize - TagSize];
            using var aes = new AesGcm(_key.Value.AsSpan(0, 32), TagSize);
            aes.Decrypt(all.AsSpan(0, NonceSize), all.AsSpan(NonceSize, plain.Length), all.AsSpan(NonceSize + plain.Length), plain);
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception e) when (e is CryptographicException or FormatException or OverflowException)
        {
            return "无法解密";
        }
    }

    public override Stream SealFile(Stream plain) => new SealingStream(plain, _key.Value);

    public override Stream? OpenFile(Stream? kept) => kept is not null && OpenedStream.IsSealed(kept) ? new OpenedStream(kept, _key.Value) : kept;

    /// <summary>32 bytes to seal with and 32 for nonces; made by whoever comes first.</summary>
    private static byte[] KeyOf(IDataProtector protector, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!File.Exists(path))
        {
            var own = $"{path}.{Path.GetRandomFileName()}";
            File.WriteAllBytes(own, protector.Protect(RandomNumberGenerator.GetBytes(64)));
            try
            {
                File.Move(own, path);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(own);
            }
        }
        return protector.Unprotect(File.ReadAllBytes(path));
    }
}
