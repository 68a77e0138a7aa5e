using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Engine.Storage;

namespace DoubleRandom.Engine.Execution;

/// <summary>A variable as a step sees it: the nearest of its name.</summary>
public sealed record ScopedVariable(string Name, string TypeName, JsonNode? Value)
{
    private const int MaxLength = 100_000;

    /// <summary>The value as a person reads and writes it: text as it is, everything else as JSON.</summary>
    public string Text => Value switch
    {
        null => "",
        JsonValue v when v.GetValueKind() is JsonValueKind.String => v.GetValue<string>(),
        var other => other.ToJsonString(Readable),
    };

    private static JsonSerializerOptions Readable { get; } = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The variables that a live step of an instance sees, nearest scope first; empty when the step is not live.</summary>
    public static IReadOnlyList<ScopedVariable> Of(CompiledWorkflow workflow, WorkflowInstanceRow instance, Guid executionId)
    {
        var state = BurstState.Read(instance.State);
        var live = state.Executions.ToDictionary(e => e.Id);
        if (state.Properties[Burst.TriggerKey]?.GetValue<string>() is { } triggerId) workflow = workflow.StartedBy(triggerId);
        List<ScopedVariable> variables = [];
        for (var scope = live.GetValueOrDefault(executionId); scope is not null; scope = scope.ParentId is { } parent ? live.GetValueOrDefault(parent) : null)
        {
            foreach (var (name, value) in scope.LoopVariables) Add(name, "Object", value);
            foreach (var variable in workflow.Find(scope.NodeId)?.Variables ?? []) Add(variable.Name, variable.TypeName, scope.Variables.TryGetPropertyValue(variable.Id, out var value) ? value : variable.Default);
        }
        return variables;

        void Add(string name, string typeName, JsonNode? value)
        {
            if (!variables.Exists(v => v.Name == name)) variables.Add(new(name, typeName, value?.DeepClone()));
        }
    }

    /// <summary>What a person wrote, as a value of the variable's type; nothing written is no value.</summary>
    public Result<NewValue> Read(string text)
    {
        if (text.Length > MaxLength) return Refusal.Invalid("engine.value-too-long", "value", Name, MaxLength);
        if (TypeName is "String") return new NewValue(text);
        if (string.IsNullOrWhiteSpace(text)) return new NewValue(null);
        try
        {
            switch (TypeName)
            {
                case "Boolean":
                    return bool.TryParse(text, out var flag) ? new NewValue(flag) : Wrong("true、false");
                case "Int16" or "Int32" or "Int64":
                    return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? new NewValue(whole) : Wrong("整数");
                case "Decimal" or "Double" or "Single":
                    return decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? new NewValue(number) : Wrong("数");
                case "DateTime" or "DateTimeOffset" or "TimeSpan" or "Guid":
                    return new NewValue(text);
                default:
                    return new NewValue(JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = 64 }));
            }
        }
        catch (JsonException)
        {
            // A variable of any type holds words as well; only what looks like JSON must be JSON.
            return text.AsSpan().TrimStart() is ['{' or '[' or '"', ..] ? Wrong("JSON") : new NewValue(text);
        }

        Refusal Wrong(string wanted) => Refusal.Invalid("engine.bad-value", "value", Name, wanted);
    }
}

/// <summary>A value that may be null.</summary>
public sealed record NewValue(JsonNode? Value);
