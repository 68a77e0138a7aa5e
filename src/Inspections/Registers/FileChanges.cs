using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Evidence;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Registers;

/// <summary>报备: the changes of a register told to the upper body (S003-06), with the file that was sent.</summary>
public sealed class RegisterFiling
{
    public Guid Id { get; set; }

    public required string Kind { get; set; }

    public DateTime At { get; set; }

    public required string ByName { get; set; }

    /// <summary>报备给谁</summary>
    public required string Body { get; set; }

    /// <summary>文号, where there is one.</summary>
    public string? Number { get; set; }

    /// <summary>Acts upon the register since the filing before.</summary>
    public int Changes { get; set; }

    /// <summary>Entries in the file.</summary>
    public int Entries { get; set; }

    /// <summary>CSV in the form of the register, with who changed what, when and why; kept sealed, under the hash of that.</summary>
    public required string FileSha256 { get; set; }
}

internal sealed class RegisterFilingMapping : IEntityTypeConfiguration<RegisterFiling>
{
    public void Configure(EntityTypeBuilder<RegisterFiling> builder)
    {
        builder.ToTable("register_filings");
        builder.Property(f => f.Id).ValueGeneratedNever();
        builder.HasIndex(f => f.At);
        builder.Property(f => f.Kind).HasMaxLength(20);
        builder.Property(f => f.ByName).HasMaxLength(60);
        builder.Property(f => f.Body).HasMaxLength(100);
        builder.Property(f => f.Number).HasMaxLength(60);
        builder.Property(f => f.FileSha256).HasMaxLength(64);
    }
}

/// <summary>Everything of a register that changed and was not filed yet is filed now.</summary>
public sealed record FileChanges(string Kind, string Body, string? Number);

public sealed class FileChangesHandler(DbContext db, IAuditTrail audit, ExportRegister export, EvidenceStore store, PersonalSeal seal)
{
    public async Task<Result<RegisterFiling>> HandleAsync(FileChanges command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.IsAny(Roles.Planner, Roles.SectionHead)) return Refusal.Forbidden("registers.not-your-filing");
        if (RegisterForms.Find(command.Kind) is not { } form) return Refusal.NotFound("registers.no-register", command.Kind);
        if (command.Body.Trim() is not { Length: > 0 and <= 100 } body) return Refusal.Invalid("registers.filing-body", "body", 100);
        if (command.Number is { Length: > 60 }) return Refusal.Invalid("registers.filing-number", "number", 60);
        var open = db.Set<RegisterChange>().Unfiled().Where(c => c.Kind == command.Kind);
        var count = await open.CountAsync(cancellationToken);
        if (count == 0) return Refusal.Conflict("registers.nothing-to-file", form.Title);

        var id = Ids.New(change);
        await using var file = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 64 * 1024, FileOptions.DeleteOnClose);
        var entries = await export.WriteUnfiledAsync(form, file, cancellationToken);
        file.Position = 0;
        await using var sealing = seal.SealFile(file);
        var kept = await store.PutAsync(sealing, id, cancellationToken, ImportLimits.MaxKept);
        if (kept.Refusal is { } refusal) return refusal;
        var filing = new RegisterFiling
        {
            Id = id,
            Kind = form.Kind,
            At = change.At,
            ByName = change.By.Name,
            Body = body,
            Number = string.IsNullOrWhiteSpace(command.Number) ? null : command.Number.Trim(),
            Changes = count,
            Entries = entries,
            FileSha256 = kept.Value.Sha256,
        };
        db.Add(filing);
        await open.ExecuteUpdateAsync(s => s.SetProperty(c => c.FilingId, (Guid?)id), cancellationToken);
        audit.Record(change, $"register/{form.Kind}", $"报备{form.Title}", body, new JsonObject { ["filing"] = id.ToString(), ["changes"] = count, ["entries"] = entries, ["file"] = filing.FileSha256 });
        return filing;
    }
}
