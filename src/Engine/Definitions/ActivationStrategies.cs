namespace DoubleRandom.Engine.Definitions;

/// <summary>Elsa's names of the strategies, as they stand in <c>options.activationStrategyType</c>.</summary>
public static class ActivationStrategies
{
    public static string NameOf(ActivationStrategy strategy) => strategy switch
    {
        ActivationStrategy.Singleton => Full("SingletonStrategy"),
        ActivationStrategy.Correlation => Full("CorrelationStrategy"),
        ActivationStrategy.CorrelatedSingleton => Full("CorrelatedSingletonStrategy"),
        _ => Full("AllowAlwaysStrategy"),
    };

    /// <summary>An absent or unknown name allows every start, as in Elsa.</summary>
    public static ActivationStrategy Read(string? typeName)
        => Enum.GetValues<ActivationStrategy>().FirstOrDefault(s => typeName?.Contains($".{NameOf(s).Split(',')[0].Split('.')[^1]},", StringComparison.Ordinal) == true);

    private static string Full(string name) => $"Elsa.Workflows.Runtime.ActivationValidators.{name}, Elsa.Workflows.Runtime";
}
