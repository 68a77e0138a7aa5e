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
