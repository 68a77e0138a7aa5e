using System.Text.Json;
using DoubleRandom.Inspections.Cases;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Visits;

/// <summary>What the group met at the door.</summary>
public enum VisitOutcome { Arrived, Unreachable, Closed, Refused }

/// <param name="CertificateNo">The certificate shown (行政处罚法 art. 55); null for experts.</param>
public sealed record PresentPerson(string Number, string Name, string? CertificateNo);

/// <summary>到场: one attempt to check an inspectee on the spot. No finding is recorded before an attempt that arrived.</summary>
public sealed class Visit
{
    public Guid Id { get; set; }

    public Guid CaseId { get; set; }

    public required string InspectionNo { get; set; }

    /// <summary>1 for the first attempt.</summary>
    public int Attempt { get; set; }

    public DateOnly On { get; set; }

    public DateTime At { get; set; }

    public required string Place { get; set; }

    /// <summary>Degrees, WGS 84; null when the device gave none.</summary>
    public double? Latitude { get; set; }

    public double? Longitude { get; set; }

    /// <summary>JSON array of <see cref="PresentPerson"/>.</summary>
    public required string OfficersJson { get; set; }

    public required string ExpertsJson { get; set; }

    public VisitOutcome Outcome { get; set; }

    /// <summary>Certificates shown, purpose, content and rights told (S000-25, -26).</summary>
    public bool Notified { get; set; }

    public required string Note { get; set; }

    /// <summary>SHA-256 of the evidence, <c>;</c> between.</summary>
    public string EvidenceHashes { get; set; } = "";

    public required string RecordedByName { get; set; }

    public DateTime RecordedAt { get; set; }

    public IReadOnlyList<PresentPerson> Officers => JsonSerializer.Deserialize<PresentPerson[]>(OfficersJson)!;

    public IReadOnlyList<PresentPerson> Experts => JsonSerializer.Deserialize<PresentPerson[]>(ExpertsJson)!;
}

internal sealed class VisitMapping : IEntityTypeConfiguration<Visit>
{
    public void Configure(EntityTypeBuilder<Visit> builder)
    {
        builder.ToTable("visits");
        builder.HasKey(v => v.Id);
        builder.Property(v => v.InspectionNo).HasMaxLength(InspectionCase.NumberMaxLength);
        builder.Ignore(v => v.Officers).Ignore(v => v.Experts);
        builder.HasOne<InspectionCase>().WithMany().HasForeignKey(v => v.CaseId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(v => new { v.CaseId, v.Attempt }).IsUnique();
    }
}
