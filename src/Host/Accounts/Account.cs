using System.Text.Json;
using DoubleRandom.Basics;
using DoubleRandom.Host.Outgoing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Host.Accounts;

/// <summary>Who may sign in, and as whom they act.</summary>
public sealed class Account
{
    public const int UserNameMaxLength = 60;
    public const int DisplayNameMaxLength = 60;
    public const int SectionMaxLength = 100;

    public Guid Id { get; set; }

    /// <summary>Lower case; unique.</summary>
    public required string UserName { get; set; }

    /// <summary>The name as it is written in journals and on documents.</summary>
    public required string DisplayName { get; set; }

    /// <summary>JSON array of role keys.</summary>
    public required string RolesJson { get; set; }

    /// <summary>Number in the officer or expert register, when the person is entered there.</summary>
    public string? RegisterNumber { get; set; }
    public string? Section { get; set; }
    public string? Department { get; set; }
    public string? Mail { get; set; }

    /// <summary>退信: a mail to the address came back, and what the bounce said. Entering the address anew ends it.</summary>
    public string? MailBounce { get; set; }

    /// <summary>Mobile number for messages by SMS.</summary>
    public string? Phone { get; set; }
    public required string PasswordHash { get; set; }

    /// <summary>Changes with the password, the roles and the blocking: every session that carries another one ends.</summary>
    public required string SecurityStamp { get; set; }

    /// <summary>Wrong passwords since the last right one.</summary>
    public int FailedCount { get; set; }
    public DateTime? LockedUntil { get; set; }
    public bool IsDisabled { get; set; }
    public DateTime CreatedAt { get; set; }
    public int Revision { get; set; }

    public IReadOnlySet<string> Roles => JsonSerializer.Deserialize<HashSet<string>>(RolesJson)!;

    /// <summary>What a form that changes the account carries: it is another one after each change of password, roles or place.</summary>
    public string Seen => Hashing.Sha256Hex(SecurityStamp)[..16];

    public Actor ToActor() => new(Id, DisplayName, Roles, RegisterNumber, Section, Department);
}

internal sealed class AccountMapping : IEntityTypeConfiguration<Account>
{
    public void Configure(EntityTypeBuilder<Account> builder)
    {
        builder.ToTable("accounts");
        builder.Property(a => a.Id).ValueGeneratedNever();
        builder.Property(a => a.UserName).HasMaxLength(Account.UserNameMaxLength);
        builder.Property(a => a.DisplayName).HasMaxLength(Account.DisplayNameMaxLength);
        builder.Property(a => a.RegisterNumber).HasMaxLength(20);
        builder.Property(a => a.Section).HasMaxLength(100);
        builder.Property(a => a.Department).HasMaxLength(100);
        builder.Property(a => a.Mail).HasMaxLength(200);
        builder.Property(a => a.MailBounce).HasMaxLength(ReportBounce.ReasonMaxLength);
        builder.Property(a => a.Phone).HasMaxLength(20);
        builder.Property(a => a.SecurityStamp).HasMaxLength(64);
        builder.Property(a => a.Revision).IsConcurrencyToken();
        builder.Ignore(a => a.Roles);
        builder.Ignore(a => a.Seen);
        builder.HasIndex(a => a.UserName).IsUnique();
    }
}
