namespace DoubleRandom.Engine.Definitions;

/// <summary>Where the engine finds compiled definitions. A version once published never changes.</summary>
public interface IDefinitionSource
{
    ValueTask<CompiledWorkflow?> FindVersionAsync(string versionId, CancellationToken cancellationToken);

    /// <summary>The published version of a definition; null when nothing is published under that id. May be remembered: a start has it checked when it commits.</summary>
    ValueTask<string?> PublishedVersionOfAsync(string definitionId, CancellationToken cancellationToken);

    /// <summary>All published definitions: whose triggers an event or a timer may start.</summary>
    ValueTask<IReadOnlyList<CompiledWorkflow>> PublishedAsync(CancellationToken cancellationToken);
}
