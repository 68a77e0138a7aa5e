namespace DoubleRandom.Inspections.Imports;

/// <summary>A row that is refused because of another, or of a code that its table does not have: its cells as they were read.</summary>
/// <param name="Column">The header.</param>
/// <param name="Code">missing-value (of a key that could not be found by another value), duplicate-in-file, duplicate-credit-code, duplicate-code, unknown-code, by-step, make-new-version or not-your-section.</param>
/// <param name="Value">What there is twice.</param>
/// <param name="Holder">Who has it: the line in the file, or the register's key.</param>
public sealed record StagedDuplicate(int Row, string Column, string Code, string Value, string Holder, IReadOnlyList<string> Cells)
{
    /// <summary>Before the section to which a row would be given, so that it is not taken for the one that keeps it.</summary>
    public const string Given = "→";
}

/// <param name="Changed">With the transferred ones.</param>
public readonly record struct StagedCounts(int Added, int Changed, int Unchanged)
{
    /// <summary>Changed rows that another section gets.</summary>
    public int Transferred { get; init; }

    /// <summary>Rows without a key that were found by their unique value.</summary>
    public int Found { get; init; }
}

/// <param name="Old">Empty when the row is new.</param>
/// <param name="New">Cells of the staged columns, in their order.</param>
/// <param name="IsFound">The file did not say the key.</param>
public sealed record StagedChange(int Row, string Key, IReadOnlyList<string> Old, IReadOnlyList<string> New, bool IsFound = false);

/// <summary>An entry of the register that the file does not have.</summary>
public sealed record StagedAbsence(string Key, string Name);

/// <summary>
/// The good rows of a file, beside the register in the database: compared and applied there as sets, so that memory does not grow with the file.
/// Lives in the caller's transaction, or in one of its own that is rolled back.
/// </summary>
public interface IImportStage : IAsyncDisposable
{
    /// <param name="present">Columns that the file has; the others keep their values.</param>
    /// <param name="derived">Of the present ones those the file itself lacks: a row the register has keeps its own.</param>
    Task OpenAsync(RegisterForm form, IReadOnlyList<Column> present, IReadOnlyList<Column> derived, CancellationToken cancellationToken);

    /// <summary>Takes a copy of the values.</summary>
    void Add(int line, StagedRow row);

    /// <summary>After the last row. Whoever comes with the next file waits from here on.</summary>
    /// <param name="isApplied">Whether the register will be written.</param>
    Task CompleteAsync(bool isApplied, CancellationToken cancellationToken);

    /// <summary>
    /// Gives rows without a key the key of the register's entry with the same unique value. Takes out the later of two rows with one key, rows whose unique value belongs to another and rows with codes that their table does not have on the day; in the
    /// order of the file. A code that the register's own row has already is let through: what is registered stays importable. Also rows that write what steps of their
    /// own write, or change a closed row; a change of a row that is not closed takes its steps back. Also rows of sections that the person does not keep.
    /// </summary>
    /// <param name="coded">Columns in which such a code was met; the others are not looked at again.</param>
    /// <param name="isTakeOver">The office's own computer brings a list that was reviewed and published before: new rows may come with their steps.</param>
    /// <param name="owners">Whose rows the file may make or change; null: everybody's.</param>
    Task RefuseAsync(IReadOnlyList<Column> coded, DateOnly on, bool isTakeOver, IReadOnlyList<string>? owners, Action<StagedDuplicate> each, CancellationToken cancellationToken);

    Task<StagedCounts> CompareAsync(CancellationToken cancellationToken);

    /// <summary>The first rows that change, and the first that are new.</summary>
    Task<IReadOnlyList<StagedChange>> SampleAsync(int changed, int added, CancellationToken cancellationToken);

    /// <summary>Entries of the register that no good row of the file is about: how many, and the first of them by key. Null when the file has less than half of the register, for then it is no list of all.</summary>
    /// <param name="name">The column of the entry's name.</param>
    Task<(int Count, IReadOnlyList<StagedAbsence> First)?> AbsentAsync(Column name, int first, CancellationToken cancellationToken);

    /// <summary>Keeps the old versions, then writes the rows.</summary>
    /// <param name="transferId">The change of rows that another section gets.</param>
    Task ApplyAsync(Guid changeId, Guid transferId, DateTime at, CancellationToken cancellationToken);
}
