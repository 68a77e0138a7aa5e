using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Registers;

/// <summary>Whose list the officer register is compared with.</summary>
public static class OfficerLists
{
    /// <summary>The legal office's officer database (S002-07).</summary>
    public const string Legal = "法制机构执法人员数据库";

    /// <summary>The office's own staff: who is qualified and engaged in supervision must all be in the register (S001-18).</summary>
    public const string Staff = "人事花名册";

    public static IReadOnlyList<string> All { get; } = [Staff, Legal];
}

/// <param name="Kind">只在本名录、只在对方、不一致</param>
public sealed record OfficerDifference(string Kind, string Number, string Name, string CertificateNo, string What);

/// <summary>人员名录比对: what a comparison of the officer register with another list came to; kept, for the figure is an indicator and has a day.</summary>
public sealed class OfficerComparison
{
    /// <summary>Differences that are kept and shown; the figures count all.</summary>
    public const int MaxDifferences = 1000;

    public const int FileNameMaxLength = 200;

    public Guid Id { get; set; }

    /// <summary>One of <see cref="OfficerLists"/>.</summary>
    public required string List { get; set; }

    /// <summary>The day as of which the other list was drawn up.</summary>
    public DateOnly ListOn { get; set; }

    /// <summary>UTC.</summary>
    public DateTime At { get; set; }

    public required string ByName { get; set; }

    public string? FileName { get; set; }

    /// <summary>Persons in the register.</summary>
    public int Ours { get; set; }

    /// <summary>Persons on the list.</summary>
    public int Theirs { get; set; }

    /// <summary>应在册: those of the list who are qualified and engaged.</summary>
    public int Wanted { get; set; }

    /// <summary>已在册: those of <see cref="Wanted"/> whom the register has.</summary>
    public int Covered { get; set; }

    public int Same { get; set; }

    public int Differing { get; set; }

    public required string DifferencesJson { get; set; }

    public required string UnknownJson { get; set; }

    /// <summary>在册率, 0 to 1, cut and never rounded up: only a whole register is 100 %. Null: the list names nobody who has to be there.</summary>
    public decimal? Coverage => Wanted == 0 ? null : Math.Floor(Covered * 10_000m / Wanted) / 10_000m;

    public IReadOnlyList<OfficerDifference> Differences => JsonSerializer.Deserialize<List<OfficerDifference>>(DifferencesJson)!;

    /// <summary>Columns of the list that were not compared.</summary>
    public IReadOnlyList<string> Unknown => JsonSerializer.Deserialize<List<string>>(UnknownJson)!;
}

internal sealed class OfficerComparisonMapping : IEntityTypeConfiguration<OfficerComparison>
{
    public void Configure(EntityTypeBuilder<OfficerComparison> builder)
    {
        builder.ToTable("officer_comparisons");
        builder.Ignore(c => c.Coverage);
        builder.Ignore(c => c.Differences);
        builder.Ignore(c => c.Unknown);
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.HasIndex(c => c.At);
        builder.Property(c => c.List).HasMaxLength(40);
        builder.Property(c => c.ByName).HasMaxLength(60);
        builder.Property(c => c.FileName).HasMaxLength(OfficerComparison.FileNameMaxLength);
    }
}
