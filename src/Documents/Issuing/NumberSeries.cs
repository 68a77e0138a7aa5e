using System.Globalization;
using DoubleRandom.Basics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Documents.Issuing;

/// <summary>文号系列: the last number given under a code word in an office year. Numbers begin with 1 each year and have no gaps.</summary>
public sealed class NumberSeries
{
    /// <summary>What stands before 〔year〕: （崇）应急责改.</summary>
    public required string CodeWord { get; set; }

    public int Year { get; set; }

    public int Last { get; set; }
}

internal sealed class NumberSeriesMapping : IEntityTypeConfiguration<NumberSeries>
{
    public void Configure(EntityTypeBuilder<NumberSeries> builder)
    {
        builder.ToTable("number_series");
        builder.HasKey(s => new { s.CodeWord, s.Year });
        builder.Property(s => s.CodeWord).HasMaxLength(NumberForm.MaxLength);
        builder.Property(s => s.Year).ValueGeneratedNever();
    }
}

/// <summary>How a number is written: code word, 〔year〕 in hexagonal brackets, sequence without leading zeros (GB/T 9704-2012, 7.2.5).</summary>
public sealed record NumberForm
{
    public const int MaxLength = 60;
    private const string YearMark = "〔{year}〕";
    private const string SequenceMark = "{seq}";
    private readonly string _after;

    private NumberForm(string codeWord, string after) => (CodeWord, _after) = (codeWord, after);

    public string CodeWord { get; }

    /// <param name="pattern">For example <c>（崇）应急责改〔{year}〕{seq}号</c>.</param>
    public static Result<NumberForm> Parse(string pattern)
    {
        var at = pattern.IndexOf(YearMark, StringComparison.Ordinal);
        if (at <= 0 || at > MaxLength || pattern.Any(char.IsWhiteSpace)) return Refusal.Invalid("documents.bad-pattern", "pattern", pattern);
        var after = pattern[(at + YearMark.Length)..];
        if (!after.StartsWith(SequenceMark, StringComparison.Ordinal) || pattern.AsSpan(0, at).ContainsAny('{', '}') || after.Length > SequenceMark.Length + 10)
            return Refusal.Invalid("documents.bad-pattern", "pattern", pattern);
        return new NumberForm(pattern[..at], after[SequenceMark.Length..]);
    }

    public string Write(int year, int sequence)
        => string.Create(CultureInfo.InvariantCulture, $"{CodeWord}〔{year}〕{sequence}{_after}");
}

/// <summary>
/// Gives the next number in the caller's transaction: on PostgreSQL the series' row stays locked until its end, on SQLite the transaction is the only writer.
/// A transaction that is rolled back gives its number back, so the series has no gaps.
/// </summary>
public sealed class NumberAllotter(DbContext db)
{
    public async Task<int> NextAsync(string codeWord, int year, CancellationToken cancellationToken)
    {
        // One statement, so that two who begin a series at once cannot both begin it.
        var numbers = await db.Database.SqlQuery<int>(
            $"""
             INSERT INTO number_series (code_word, year, last) VALUES ({codeWord}, {year}, 1)
             ON CONFLICT (code_word, year) DO UPDATE SET last = number_series.last + 1 RETURNING last AS "Value"
             """).ToListAsync(cancellationToken);
        return numbers.Single();
    }
}
