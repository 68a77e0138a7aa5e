using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Registers;

/// <summary>核查情况: what a look on the spot at an entry of the object register found (S001-19).</summary>
public sealed class RegisterVerification
{
    public const int MarkMaxLength = 64;
    public const int NoteMaxLength = 200;

    /// <summary>清单标识 of the drawn list.</summary>
    public required string Mark { get; set; }

    public required string InspecteeNumber { get; set; }

    public required string InspecteeName { get; set; }

    /// <summary>Whether the register says what is there.</summary>
    public bool IsConsistent { get; set; }

    /// <summary>What differs; there when it is not consistent.</summary>
    public string? Note { get; set; }

    public Guid ById { get; set; }

    public required string ByName { get; set; }

    /// <summary>UTC.</summary>
    public DateTime At { get; set; }
}

internal sealed class RegisterVerificationMapping : IEntityTypeConfiguration<RegisterVerification>
{
    public void Configure(EntityTypeBuilder<RegisterVerification> builder)
    {
        builder.ToTable("register_verifications");
        builder.HasKey(v => new { v.Mark, v.InspecteeNumber });
        builder.HasIndex(v => v.At);
        builder.Property(v => v.Mark).HasMaxLength(RegisterVerification.MarkMaxLength);
        builder.Property(v => v.InspecteeNumber).HasMaxLength(32);
        builder.Property(v => v.InspecteeName).HasMaxLength(200);
        builder.Property(v => v.Note).HasMaxLength(RegisterVerification.NoteMaxLength);
        builder.Property(v => v.ByName).HasMaxLength(60);
    }
}

/// <param name="IsConsistent">Null: not looked at yet, nothing is entered.</param>
public sealed record Verified(string InspecteeNumber, bool? IsConsistent, string? Note);

/// <summary>登记核查情况 of a drawn list, as many of its lines as are known; a line may be corrected.</summary>
public sealed record RecordVerification(string Mark, IReadOnlyList<Verified> Lines);

public sealed class RecordVerificationHandler(DbContext db, IAuditTrail audit)
{
    public const int MaxLines = 200;

    /// <returns>How many lines were entered or corrected.</returns>
    public async Task<Result<Changed>> HandleAsync(RecordVerification command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.Is(Roles.Planner)) return Refusal.Forbidden("imports.not-your-role");
        if (command.Mark.Length is 0 or > RegisterVerification.MarkMaxLength || command.Lines.Count > MaxLines) return Refusal.Invalid("verifications.list", "mark", MaxLines);
        var told = command.Lines.Where(l => l.IsConsistent is not null).DistinctBy(l => l.InspecteeNumber, StringComparer.Ordinal).ToList();
        if (told.Count == 0) return Refusal.Invalid("verifications.nothing", "lines");
        var numbers = told.Select(l => l.InspecteeNumber).ToList();
        var names = await db.Set<Inspectee>().AsNoTracking().Where(i => numbers.Contains(i.Number)).Select(i => new { i.Number, i.Name }).ToDictionaryAsync(i => i.Number, i => i.Name, StringComparer.Ordinal, cancellationToken);
        var known = await db.Set<RegisterVerification>().Where(v => v.Mark == command.Mark && numbers.Contains(v.InspecteeNumber)).ToDictionaryAsync(v => v.InspecteeNumber, StringComparer.Ordinal, cancellationToken);
        var changed = 0;
        foreach (var line in told)
        {
            if (!names.TryGetValue(line.InspecteeNumber, out var name)) return Refusal.NotFound("registers.no-entry", line.InspecteeNumber);
            var (consistent, note) = (line.IsConsistent!.Value, CaseRows.IsBlank(line.Note) ? null : line.Note!.Trim());
            if (!consistent && note is null) return Refusal.Invalid("verifications.what", line.InspecteeNumber, name);
            if (note?.Length > RegisterVerification.NoteMaxLength) return Refusal.Invalid("verifications.long", line.InspecteeNumber, name, RegisterVerification.NoteMaxLength);
            if (known.TryGetValue(line.InspecteeNumber, out var entered))
            {
                if (entered.IsConsistent == consistent && entered.Note == note) continue;
                (entered.IsConsistent, entered.Note, entered.ById, entered.ByName, entered.At) = (consistent, note, change.By.Id, change.By.Name, change.At);
            }
            else
            {
                db.Add(new RegisterVerification { Mark = command.Mark, InspecteeNumber = line.InspecteeNumber, InspecteeName = name, IsConsistent = consistent, Note = note, ById = change.By.Id, ByName = change.By.Name, At = change.At });
            }
            changed++;
            audit.Record(change, $"register/{RegisterForms.Inspectees.Kind}", consistent ? "核查一致" : "核查不一致", line.InspecteeNumber, new JsonObject { ["list"] = command.Mark, ["note"] = note });
        }
        return new Changed(changed);
    }
}
