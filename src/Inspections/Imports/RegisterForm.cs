using DoubleRandom.Inspections.Registers;

namespace DoubleRandom.Inspections.Imports;

/// <summary>A register as a file and as a page: its columns in their order, and what makes a row whole.</summary>
public abstract class RegisterForm(string kind, string title, Type entityType, IReadOnlyList<Column> columns)
{
    private readonly Dictionary<string, int> _places = columns.Select((c, i) => (c.Header, i)).ToDictionary(c => c.Header, c => c.i, StringComparer.Ordinal);

    /// <summary>As files are imported: <c>inspectees</c>, <c>officers</c> …</summary>
    public string Kind => kind;

    public string Title => title;

    /// <summary>Whose rows they are.</summary>
    public Type EntityType => entityType;

    public IReadOnlyList<Column> All => columns;

    /// <summary>Headers of the columns that tell a row from all others, in their order.</summary>
    public required IReadOnlyList<string> Keys { get; init; }

    /// <summary>What a page calls the row.</summary>
    public required string Name { get; init; }

    /// <summary>Values that two rows must not share, and by the first of which that a row has a file without keys finds it.</summary>
    public IReadOnlyList<string> Uniques { get; init; } = [];

    /// <summary>Columns that together are a list: a file has all of them or none.</summary>
    public IReadOnlyList<ParallelLists> Lists { get; init; } = [];

    /// <summary>Where a name goes that the row no longer has: a file that does not know it does not take it away.</summary>
    public string? FormerName { get; init; }

    /// <summary>Says why wrong check characters are let through.</summary>
    public string? Excuse { get; init; }

    /// <summary>The section that keeps the row (S001-06, S002-06); null: the register is kept as one.</summary>
    public string? Owner { get; init; }

    /// <summary>Columns that steps of their own write, each by another person: neither a page nor a file enters them.</summary>
    public IReadOnlyList<string> Steps { get; init; } = [];

    /// <summary>A row that has a value here stays as it is but for <see cref="OpenWhenClosed"/>; null: rows are never closed.</summary>
    public string? ClosedBy { get; init; }

    /// <summary>Columns that may change in a closed row, and without starting the steps anew.</summary>
    public IReadOnlyList<string> OpenWhenClosed { get; init; } = [];

    /// <summary>Columns that older files lack: for a new row they are read from what such a file wrote elsewhere; null: nothing.</summary>
    internal IReadOnlyList<(string Header, Func<RegisterForm, StagedRow, string?> From)> Derived { get; init; } = [];

    /// <summary>What several cells must be together: the header and the code of what is wrong; null: nothing.</summary>
    internal Func<RegisterForm, StagedRow, (string Header, string Code)?>? Check { get; init; }

    /// <summary>Puts the row's lists in order and looks at what several cells must be together: the header, the code of what is wrong and how; null: nothing.</summary>
    internal (string Header, string Code, string Value)? Settle(StagedRow row)
    {
        foreach (var list in Lists)
        {
            if (list.Settle(this, row) is { } uneven) return uneven;
        }
        return Check?.Invoke(this, row) is { } problem ? (problem.Header, problem.Code, "") : null;
    }

    public Column this[string header] => columns[_places[header]];

    /// <summary>The place among all columns; −1: it is none of them.</summary>
    public int IndexOf(string header) => _places.GetValueOrDefault(header, -1);

    public abstract IRegisterEntry Make();

    /// <summary>As pages and versions name the row: the keys, joined by “/”.</summary>
    public string KeyOf(object entity) => string.Join('/', Keys.Select(k => this[k].TextOf(entity)));
}

public sealed class RegisterForm<T>(string kind, string title, Func<T> make, IReadOnlyList<Column<T>> columns) : RegisterForm(kind, title, typeof(T), columns)
    where T : class, IRegisterEntry
{
    public IReadOnlyList<Column<T>> Columns => columns;

    public override IRegisterEntry Make() => make();
}
