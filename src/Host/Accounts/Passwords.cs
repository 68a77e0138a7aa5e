using System.Security.Cryptography;
using DoubleRandom.Basics;
using Microsoft.AspNetCore.Identity;

namespace DoubleRandom.Host.Accounts;

/// <summary>Hashing is ASP.NET Core Identity's (PBKDF2); what a password must be is the office's.</summary>
public sealed class Passwords
{
    public const int MinLength = 10;
    public const int MaxLength = 128;

    // Without I, l, 1, O and 0: it is read from a sheet of paper.
    private const string Letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

    private readonly PasswordHasher<Account> _hasher = new();

    // Compared with when there is no such account, so that the time of the answer does not tell who exists.
    private readonly string _nobody = new PasswordHasher<Account>().HashPassword(null!, NewRandom());

    public string Hash(string password) => _hasher.HashPassword(null!, password);

    public bool Fits(string? hash, string password)
        => password.Length <= MaxLength & _hasher.VerifyHashedPassword(null!, hash ?? _nobody, password) is not PasswordVerificationResult.Failed & hash is not null;

    public static string NewRandom() => RandomNumberGenerator.GetString(Letters, 16);

    public static string NewStamp() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public static Refusal? Check(string password) => password.Length switch
    {
        < MinLength => Refusal.Invalid("accounts.password-short", "password", MinLength),
        > MaxLength => Refusal.Invalid("accounts.password-long", "password", MaxLength),
        _ => null,
    };
}
