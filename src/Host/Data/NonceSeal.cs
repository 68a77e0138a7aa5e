using System.Security.Cryptography;
using DoubleRandom.Inspections.Draws;
using Microsoft.AspNetCore.DataProtection;

namespace DoubleRandom.Host.Data;

/// <summary>Seals with the installation's key ring, which lies beside the database and not in it. Several hosts share the folder of the keys.</summary>
internal sealed class NonceSeal(IDataProtectionProvider keys) : INonceSeal
{
    private readonly IDataProtector _protector = keys.CreateProtector("draw-nonce-v1");

    public string Seal(string nonce) => _protector.Protect(nonce);

    public string Open(string seal)
    {
        try
        {
            return _protector.Unprotect(seal);
        }
        catch (CryptographicException e)
        {
            throw new InvalidOperationException("系统随机数的密钥已丢失，本次抽取只能作废后重新下达。", e);
        }
    }
}

internal static class KeyServices
{
    /// <summary>The key ring of the installation: cookies and what waits sealed in the database.</summary>
    public static IServiceCollection AddKeys(this IServiceCollection services, DatabaseSettings settings)
    {
        services.AddDataProtection().SetApplicationName("DoubleRandom").PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(settings.Folder, "keys")));
        services.AddSingleton<INonceSeal, NonceSeal>();
        services.AddSingleton<Inspections.Registers.PersonalSeal, PersonalSealOfKey>();
        return services;
    }
}
