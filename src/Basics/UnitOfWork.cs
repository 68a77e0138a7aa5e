namespace DoubleRandom.Basics;

/// <summary>
/// One transaction: everything that follows from one act commits together or not at all (law 1 of the house).
/// The work runs in a scope of its own with one <c>DbContext</c>; handlers take it and never save. On a conflict the whole
/// work runs again in a new scope, at most three times. A refusal rolls everything back.
/// </summary>
public interface IUnitOfWork
{
    /// <param name="work">Resolves its handlers from the given provider; must have no effect outside the database.</param>
    Task<Result<T>> RunAsync<T>(Func<IServiceProvider, CancellationToken, Task<Result<T>>> work, CancellationToken cancellationToken = default)
        where T : notnull;
}

/// <summary>Inside a unit of work: makes rows that were added or changed visible to queries of the same transaction. Commits nothing.</summary>
public interface IUnitFlush
{
    Task FlushAsync(CancellationToken cancellationToken);
}

/// <summary>
/// Rows that a unit of work makes and mostly never looks at again. They are written as they stand when it commits or flushes; what is changed in them
/// after a flush is written too. Cheaper than the context's own <c>Add</c>, which remembers what they were: for what every step makes.
/// </summary>
public interface INewRows
{
    void Add<T>(T row) where T : class;

    /// <summary>Those that this unit has made, in their order.</summary>
    IEnumerable<T> Of<T>() where T : class;
}
