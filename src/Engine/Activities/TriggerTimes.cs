using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Engine.Expressions;

namespace DoubleRandom.Engine.Activities;

/// <summary>When a timer that starts instances is due. It is asked before there is an instance, so its input can look at nothing but itself.</summary>
public static class TriggerTimes
{
    public static bool IsTimer(CompiledNode trigger) => trigger.Body is TimerBody;

    public static bool Repeats(CompiledNode trigger) => trigger.Body is TimerBody { Repeats: true };

    /// <summary>The first instant after <paramref name="from"/>, in UTC; null when none comes.</summary>
    /// <param name="office">Where the calendar of a Cron expression is read.</param>
    public static Result<NextTime> Next(CompiledNode trigger, DateTime from, TimeZoneInfo office)
    {
        var timer = (TimerBody)trigger.Body!;
        try
        {
            var input = trigger.Inputs.TryGetValue(CompiledWorkflow.Camel(timer.InputName), out var expression) ? expression.Evaluate(Nothing.It)
                : trigger.Descriptor!.Inputs.First(i => i.Name == timer.InputName).Default?.DeepClone();
            return new NextTime(timer.Due(input, trigger.DisplayText, from, office));
        }
        catch (RefusedException refused)
        {
            return refused.Refusal;
        }
        catch (ExpressionException wrong)
        {
            return Refusal.Invalid("engine.trigger-input", null, trigger.DisplayText, wrong.Message);
        }
    }

    private sealed class Nothing : IExpressionScope
    {
        public static readonly Nothing It = new();

        public JsonNode? Inputs => null;

        public DateTimeOffset? Now => null;

        public bool TryVariableById(string id, out JsonNode? value) => (value = null) is not null;

        public bool TryVariableByName(string name, out JsonNode? value) => (value = null) is not null;
    }
}

/// <param name="At">In UTC; null: never again.</param>
public sealed record NextTime(DateTime? At);
