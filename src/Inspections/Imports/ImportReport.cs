using System.Text.Json.Serialization;

namespace DoubleRandom.Inspections.Imports;

/// <param name="Row">As the person sees it: the physical line on which the record begins, the row of the sheet; 0: the file as a whole.</param>
/// <param name="Column">The header as the register has it.</param>
/// <param name="Code">Stable: missing-value, bad-format, bad-region, bad-town, formula-error, lost-digits, check-digit, unknown-code, duplicate-in-file, duplicate-credit-code, out-of-range, control-character, too-long, by-step, make-new-version, not-your-section.</param>
public sealed record ImportError(int Row, string Column, string Code, string Message);

/// <param name="Old">Empty for a row that is new.</param>
public sealed record FieldChange(string Column, string Old, string New);

/// <summary>What would become of a row: new, or some cells otherwise.</summary>
/// <param name="IsFound">The file did not say the key: the register's entry was found by its unique value.</param>
public sealed record RowChange(int Row, string Key, string Name, bool IsNew, IReadOnlyList<FieldChange> Fields, bool IsFound = false);

/// <summary>What an import did, or would do.</summary>
/// <param name="Errors">At most 10,000; the refusal file has all.</param>
public sealed record ImportReport(int Read, int Added, int Updated, int Unchanged, int Refused, IReadOnlyList<ImportError> Errors)
{
    /// <summary>The first rows that change and that are new.</summary>
    [JsonIgnore]
    public IReadOnlyList<RowChange> Changes { get; init; } = [];

    /// <summary>Columns of the file that mean nothing here.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> UnknownColumns { get; init; } = [];

    /// <summary>Columns that the file lacks: what the register has stays.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> MissingColumns { get; init; } = [];

    /// <summary>Rows that do not say their key and were found by their unique value.</summary>
    [JsonIgnore]
    public int Found { get; init; }

    /// <summary>Entries of the register that no good row is about (S001-17, S004-08); null where the file has less than half of the register.</summary>
    [JsonIgnore]
    public int? Absent { get; init; }

    /// <summary>The first of them by key.</summary>
    [JsonIgnore]
    public IReadOnlyList<StagedAbsence> Absences { get; init; } = [];

    /// <summary>CSV of the refused rows as they came, with the reason: put right, it can be imported. Null when nothing was refused.</summary>
    [JsonIgnore]
    public string? RefusalsSha256 { get; init; }

    /// <summary>Whether the file as a whole was refused.</summary>
    [JsonIgnore]
    public bool IsFault => Errors is [{ Row: 0 }, ..];
}

/// <param name="Rows">Read so far.</param>
/// <param name="Share">Of the file, 0 to 1.</param>
public readonly record struct ImportProgress(string Step, int Rows, double Share);
