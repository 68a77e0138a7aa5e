using DoubleRandom.Basics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.WorkItems;

/// <summary>发起: who set a case going.</summary>
public sealed class CaseStart
{
    /// <summary>The root instance.</summary>
    public Guid Id { get; set; }

    public required string CaseNo { get; set; }

    public Guid ById { get; set; }

    public required string ByName { get; set; }

    public DateTime At { get; set; }
}

internal sealed class CaseStartMapping : IEntityTypeConfiguration<CaseStart>
{
    public void Configure(EntityTypeBuilder<CaseStart> builder)
    {
        builder.ToTable("case_starts");
        builder.HasKey(s => s.Id);
        builder.Property(s => s.Id).ValueGeneratedNever();
        builder.Property(s => s.CaseNo).HasMaxLength(60);
        builder.Property(s => s.ByName).HasMaxLength(140);
        builder.HasIndex(s => new { s.ById, s.At });
        builder.HasIndex(s => s.CaseNo);
    }
}

public static class CaseStarts
{
    /// <summary>Remembers who started the case; what the product starts by itself was started by nobody.</summary>
    public static void Started(this DbContext db, Guid rootInstanceId, string caseNo, ChangeContext change)
    {
        if (!change.By.IsSystem) db.Add(new CaseStart { Id = rootInstanceId, CaseNo = caseNo, ById = change.By.Id, ByName = change.By.Name, At = change.At });
    }
}
