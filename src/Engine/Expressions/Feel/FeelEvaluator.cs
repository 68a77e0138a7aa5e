using System.Diagnostics;

namespace DoubleRandom.Engine.Expressions.Feel;

/// <summary>How much one evaluation may use.</summary>
/// <param name="MaxSteps">Nodes evaluated.</param>
/// <param name="MaxItems">Items of one list, characters of one text.</param>
public sealed record FeelLimits(int MaxSteps = 200_000, int MaxItems = 100_000, int MaxMilliseconds = 1_000)
{
    public const int MaxSourceLength = 64 * 1024;
    public static FeelLimits Default { get; } = new();
}

/// <summary>A bound was reached: the evaluation ends with a refusal, not with null.</summary>
internal sealed class FeelLimitException(string code, params object[] arguments) : Exception(code)
{
    public string Code { get; } = code;
    public object[] Arguments { get; } = arguments;

    /// <summary>Where the text of the innermost expression begins that was being evaluated; -1 until it is known.</summary>
    public int At { get; set; } = -1;
}

/// <summary>Names in scope, innermost first.</summary>
internal sealed class FeelScope(FeelScope? outer, Func<string, (bool Found, object? Value)> find)
{
    public (bool Found, object? Value) Find(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            var found = scope.FindHere(name);
            if (found.Found) return found;
        }
        return (false, null);
    }

    private FeelScope? Outer => outer;

    private (bool Found, object? Value) FindHere(string name) => find(name);

    public FeelScope With(string name, object? value) => new(this, n => n == name ? (true, value) : (false, null));

    public FeelScope With(IReadOnlyDictionary<string, object?> values) => new(this, n => values.TryGetValue(n, out var value) ? (true, value) : (false, null));
}

/// <summary>Evaluates a tree. Errors are null, as the language has it; only the bounds stop it.</summary>
internal sealed class FeelEvaluator(FeelLimits limits, DateTimeOffset? now = null)
{
    private readonly long _until = Stopwatch.GetTimestamp() + Stopwatch.Frequency * limits.MaxMilliseconds / 1000;
    private int _steps;
    private int _depth;

    public FeelLimits Limits => limits;

    /// <summary>What <c>now()</c> says; null without a clock.</summary>
    public DateTimeOffset? Now => now;

    public object? Evaluate(FeelNode node, FeelScope scope)
    {
        Step();
        // An own depth, because a stack overflow cannot be caught.
        if (++_depth > 400) throw new FeelLimitException("feel.too-deep", 400);
        try
        {
            return Node(node, scope);
        }
        catch (FeelLimitException e) when (e.At < 0 && node.At >= 0)
        {
            e.At = node.At;
            throw;
        }
        finally
        {
            _depth--;
        }
    }

    public void Step()
    {
        if (++_steps > limits.MaxSteps) throw new FeelLimitException("feel.too-many-steps", limits.MaxSteps);
        if ((_steps & 255) == 0) CheckTime();
    }

    public void CheckTime()
    {
        if (Stopwatch.GetTimestamp() > _until) throw new FeelLimitException("feel.too-slow", limits.MaxMilliseconds);
    }

    public T Bounded<T>(T value)
    {
        var size = value switch { string s => s.Length, List<object?> list => list.Count, _ => 0 };
        return size > limits.MaxItems ? throw new FeelLimitException("feel.too-large", limits.MaxItems) : value;
    }

    private object? Node(FeelNode node, FeelScope scope)
    {
        switch (node)
        {
            case Constant constant: return constant.Value;
            case NameRef name: return Name(name.Name, scope);
            case Unary unary:
                return Evaluate(unary.Operand, scope) switch { decimal d => -d, TimeSpan t => t.Negate(), YearsMonths m => new YearsMonths(-m.Months), _ => null };
            case Binary { Operator: "and" or "or" } logic: return Logic(logic, scope);
            case Binary binary: return Binary(binary, scope);
            case Between between:
                var value = Evaluate(between.Value, scope);
                return And(FeelOperators.Less(">=", value, Evaluate(between.Low, scope)), FeelOperators.Less("<=", value, Evaluate(between.High, scope)));
            case In membership: return Membership(Evaluate(membership.Value, scope), membership.Tests, scope);
            case UnaryTest test: return RangeOf(test, scope);
            case If choice: return Evaluate(choice.Condition, scope) is true ? Evaluate(choice.Then, scope) : Evaluate(choice.Else, scope);
            case For loop: return ForLoop(loop, scope);
            case Quantified quantified: return Quantify(quantified, scope);
            case ListNode list: return Bounded(list.Items.Select(i => Evaluate(i, scope)).ToList());
            case ContextNode context: return Context(context, scope);
            case RangeNode range: return Range(range, scope);
            case Path path: return Member(Evaluate(path.Source, scope), path.Name);
            case Filter filter: return FilterList(filter, scope);
            case Call call: return Invoke(call, scope);
            case FunctionNode function:
                return new FeelFunction(function.Parameters, given =>
                {
                    object?[] arguments = [.. given];
                    var inner = scope;
                    for (var i = 0; i < function.Types.Count; i++)
                    {
                        if (function.Types[i] is { } type && !FeelTypes.Conform(arguments[i], type, out arguments[i])) return null;
                    }
                    for (var i = 0; i < function.Parameters.Count; i++) inner = inner.With(function.Parameters[i], arguments[i]);
                    return Evaluate(function.Body, inner);
                });
            case InstanceOf instance: return FeelTypes.IsInstance(Evaluate(instance.Value, scope), instance.Type);
            default: throw new InvalidOperationException($"Unknown node {node.GetType().Name}.");
        }
    }

    private object? Name(string name, FeelScope scope)
    {
        var (found, value) = scope.Find(name);
        return found ? value : FeelBuiltins.Find(name, this);
    }

    private bool? Logic(Binary node, FeelScope scope)
    {
        var left = Evaluate(node.Left, scope) as bool?;
        if (node.Operator == "and")
        {
            if (left is false) return false;
            return And(left, Evaluate(node.Right, scope) as bool?);
        }
        if (left is true) return true;
        var right = Evaluate(node.Right, scope) as bool?;
        return right is true ? true : left is null || right is null ? null : false;
    }

    private static bool? And(bool? left, bool? right) => left is false || right is false ? false : left is null || right is null ? null : true;

    private object? Binary(Binary node, FeelScope scope)
    {
        var (left, right) = (Evaluate(node.Left, scope), Evaluate(node.Right, scope));
        return node.Operator switch
        {
            "=" => FeelOperators.Equal(left, right),
            "!=" => !FeelOperators.Equal(left, right),
            "<" or "<=" or ">" or ">=" => FeelOperators.Less(node.Operator, left, right),
            _ => Bounded(FeelOperators.Arithmetic(node.Operator, left, right)),
        };
    }

    private bool? Membership(object? value, IReadOnlyList<FeelNode> tests, FeelScope scope)
    {
        bool? result = false;
        foreach (var test in tests)
        {
            var matched = Matches(value, test, scope);
            if (matched is true) return true;
            if (matched is null) result = null;
        }
        return result;
    }

    private bool? Matches(object? value, FeelNode test, FeelScope scope)
    {
        if (test is UnaryTest unary)
        {
            var operand = Evaluate(unary.Operand, scope);
            return unary.Operator switch
            {
                "=" => FeelOperators.Equal(value, operand),
                "!=" => !FeelOperators.Equal(value, operand),
                _ => FeelOperators.Less(unary.Operator, value, operand),
            };
        }
        var wanted = Evaluate(test, scope);
        return Contains(value, wanted);
    }

    private static bool? Contains(object? value, object? wanted)
    {
        switch (wanted)
        {
            case FeelRange range:
                return value is FeelRange ? FeelOperators.Equal(value, range) : FeelOperators.InRange(value, range);
            case List<object?> list:
                if (value is List<object?> && FeelOperators.Equal(value, list) is true) return true;
                return list.Any(item => item is FeelRange r && value is not FeelRange ? FeelOperators.InRange(value, r) is true
                    : FeelOperators.Equal(value, item) is true || (item is List<object?> inner && value is not List<object?> && Contains(value, inner) is true));
            default:
                return FeelOperators.Equal(value, wanted);
        }
    }

    private object? RangeOf(UnaryTest test, FeelScope scope)
    {
        var operand = Evaluate(test.Operand, scope);
        return test.Operator switch
        {
            "<" => new FeelRange(null, operand, false, false, true),
            "<=" => new FeelRange(null, operand, false, true, true),
            ">" => new FeelRange(operand, null, false, false, true),
            ">=" => new FeelRange(operand, null, true, false, true),
            "=" => new FeelRange(operand, operand, true, true, true),
            _ => null,
        };
    }

    private FeelRange? Range(RangeNode node, FeelScope scope)
    {
        var (low, high) = (Evaluate(node.Low, scope), Evaluate(node.High, scope));
        if (low is null && high is null) return null;
        if (low is not null && high is not null && FeelOperators.Compare(low, high) is null) return null;
        if ((low ?? high) is bool or List<object?> or Dictionary<string, object?> or FeelRange or FeelFunction) return null;
        return new FeelRange(low, high, node.LowIncluded, node.HighIncluded);
    }

    private List<object?>? ForLoop(For loop, FeelScope scope)
    {
        List<object?> results = [];
        return Iterate(loop.Iterations, 0, scope, inner =>
        {
            results.Add(Evaluate(loop.Return, inner.With("partial", results)));
            Bounded(results);
            return true;
        }) ? results : null;
    }

    private bool? Quantify(Quantified node, FeelScope scope)
    {
        var unknown = false;
        bool? decided = null;
        var iterated = Iterate(node.Iterations, 0, scope, inner =>
        {
            var value = Evaluate(node.Condition, inner);
            if (value is not bool b) unknown = true;
            else if (b == node.IsSome) decided = node.IsSome;
            return decided is null;
        });
        if (!iterated) return null;
        return decided ?? (unknown ? null : !node.IsSome);
    }

    /// <summary>Walks the iterations; false when one does not iterate over anything. <paramref name="act"/> says whether to go on.</summary>
    private bool Iterate(IReadOnlyList<Iteration> iterations, int index, FeelScope scope, Func<FeelScope, bool> act)
    {
        var stop = false;
        return Walk(index, scope) is not false;

        bool? Walk(int at, FeelScope inner)
        {
            if (at == iterations.Count)
            {
                stop = !act(inner);
                return true;
            }
            var iteration = iterations[at];
            if (Items(iteration, inner) is not { } items) return false;
            foreach (var item in items)
            {
                Step();
                if (Walk(at + 1, inner.With(iteration.Name, item)) is false) return false;
                if (stop) break;
            }
            return true;
        }
    }

    private IEnumerable<object?>? Items(Iteration iteration, FeelScope scope)
    {
        var from = Evaluate(iteration.From, scope);
        if (iteration.To is null)
        {
            return from switch
            {
                null => null,
                List<object?> list => list,
                FeelRange { Low: decimal, High: decimal } or FeelRange { Low: FeelDate, High: FeelDate } => Span(((FeelRange)from).Low, ((FeelRange)from).High, (FeelRange)from),
                FeelRange => null,
                _ => [from],
            };
        }
        return Span(from, Evaluate(iteration.To, scope), null);
    }

    private static IEnumerable<object?>? Span(object? low, object? high, FeelRange? range)
    {
        // A range from high to low is none; only "2..1" after "in" goes downward.
        if (range is not null && FeelOperators.Compare(low, high) > 0) return null;
        switch (low, high)
        {
            case (decimal a, decimal b) when a == decimal.Truncate(a) && b == decimal.Truncate(b):
                if (range is { LowIncluded: false }) a++;
                if (range is { HighIncluded: false }) b--;
                return Numbers(a, b, range is not null);
            case (FeelDate a, FeelDate b):
                if (range is { LowIncluded: false }) a = a.AddDays(1);
                if (range is { HighIncluded: false }) b = b.AddDays(-1);
                return Days(a, b, range is not null);
            default:
                return null;
        }

        static IEnumerable<object?> Numbers(decimal a, decimal b, bool upOnly)
        {
            if (a <= b)
            {
                for (var i = a; i <= b; i++) yield return i;
            }
            else if (!upOnly)
            {
                for (var i = a; i >= b; i--) yield return i;
            }
        }

        static IEnumerable<object?> Days(FeelDate a, FeelDate b, bool upOnly)
        {
            if (a.Number <= b.Number)
            {
                for (var i = a.Number; i <= b.Number; i++) yield return new FeelDate(i);
            }
            else if (!upOnly)
            {
                for (var i = a.Number; i >= b.Number; i--) yield return new FeelDate(i);
            }
        }
    }

    private Dictionary<string, object?>? Context(ContextNode node, FeelScope scope)
    {
        var context = new Dictionary<string, object?>(StringComparer.Ordinal);
        var inner = scope;
        foreach (var (key, value) in node.Entries)
        {
            if (context.ContainsKey(key)) return null;
            var evaluated = Evaluate(value, inner);
            context[key] = evaluated;
            inner = inner.With(key, evaluated);
        }
        return context;
    }

    private object? Member(object? source, string name) => source switch
    {
        Dictionary<string, object?> context => context.GetValueOrDefault(name),
        List<object?> list => list.Select(item => Member(item, name)).ToList(),
        _ => FeelMembers.Of(source, name),
    };

    private object? FilterList(Filter node, FeelScope scope)
    {
        var source = Evaluate(node.Source, scope);
        if (source is null) return null;
        if (source is FeelRange { Low: decimal low, High: decimal high } range) source = Span(low, high, range)?.Take(Limits.MaxItems + 1).ToList() is { } items ? Bounded(items) : null;
        var list = source as List<object?> ?? [source];
        // An index does not depend on the items: it is evaluated once, outside.
        if (node.Condition is Constant { Value: decimal } or Unary { Operand: Constant { Value: decimal } })
            return At(list, (decimal)Evaluate(node.Condition, scope)!);
        List<object?> kept = [];
        for (var i = 0; i < list.Count; i++)
        {
            var item = list[i];
            var inner = scope.With("item", item);
            if (item is Dictionary<string, object?> context) inner = inner.With(context);
            var value = Evaluate(node.Condition, inner);
            if (value is decimal index) return At(list, index);
            if (value is true) kept.Add(item);
            else if (value is not (bool or null)) return null;
        }
        if (list.Count == 0 && Evaluate(node.Condition, scope.With("item", null)) is decimal) return null;
        return kept;
    }

    private static object? At(List<object?> list, decimal index)
    {
        if (index != decimal.Truncate(index) || index == 0 || Math.Abs(index) > list.Count) return null;
        return list[(int)(index > 0 ? index - 1 : list.Count + index)];
    }

    private object? Invoke(Call call, FeelScope scope)
    {
        var function = Evaluate(call.Function, scope) as FeelFunction;
        if (function is null) return null;
        var arguments = call.Arguments.Select(a => Evaluate(a, scope)).ToList();
        if (call.Names is null)
            return function.IsVariadic || arguments.Count == function.Parameters.Count || FeelBuiltins.IsBuiltin(function) ? Bounded(function.Invoke(arguments)) : null;
        if (FeelBuiltins.IsBuiltin(function)) return Bounded(FeelBuiltins.InvokeNamed(function, call.Names, arguments));
        if (call.Names.Count != function.Parameters.Count || call.Names.Any(n => !function.Parameters.Contains(n))) return null;
        return Bounded(function.Invoke([.. function.Parameters.Select(p => arguments[call.Names.ToList().IndexOf(p)])]));
    }
}

/// <summary>The members of dates, times, durations and ranges.</summary>
internal static class FeelMembers
{
    public static object? Of(object? value, string name) => (value, name) switch
    {
        (FeelDate d, "year") => (decimal)d.Year,
        (FeelDate d, "month") => (decimal)d.Month,
        (FeelDate d, "day") => (decimal)d.Day,
        (FeelDate d, "weekday") => Weekday(d.DayOfWeek),
        (FeelDateTime d, "year") => (decimal)d.Date.Year,
        (FeelDateTime d, "month") => (decimal)d.Date.Month,
        (FeelDateTime d, "day") => (decimal)d.Date.Day,
        (FeelDateTime d, "weekday") => Weekday(d.Date.DayOfWeek),
        (FeelDateTime d, "hour") => (decimal)d.OfDay.Hours,
        (FeelDateTime d, "minute") => (decimal)d.OfDay.Minutes,
        (FeelDateTime d, "second") => (decimal)d.OfDay.Seconds,
        (FeelDateTime d, "time offset") => d.Offset,
        (FeelDateTime d, "timezone") => d.Zone,
        (FeelTime t, "hour") => (decimal)t.OfDay.Hours,
        (FeelTime t, "minute") => (decimal)t.OfDay.Minutes,
        (FeelTime t, "second") => (decimal)t.OfDay.Seconds,
        (FeelTime t, "time offset") => t.Offset,
        (FeelTime t, "timezone") => t.Zone,
        (TimeSpan s, "days") => (decimal)s.Days,
        (TimeSpan s, "hours") => (decimal)s.Hours,
        (TimeSpan s, "minutes") => (decimal)s.Minutes,
        (TimeSpan s, "seconds") => (decimal)s.Seconds,
        (YearsMonths m, "years") => (decimal)(m.Months / 12),
        (YearsMonths m, "months") => (decimal)(m.Months % 12),
        (FeelRange r, "start") => r.Low,
        (FeelRange r, "end") => r.High,
        (FeelRange r, "start included") => r.LowIncluded,
        (FeelRange r, "end included") => r.HighIncluded,
        _ => null,
    };

    private static decimal Weekday(DayOfWeek day) => day is DayOfWeek.Sunday ? 7 : (int)day;
}

internal static class FeelTypes
{
    /// <summary>The value as a parameter of this type takes it: a list of one stands for its item, an item for a list of one. False when it is of another type; null is of every type.</summary>
    public static bool Conform(object? value, FeelType type, out object? taken)
    {
        taken = value;
        if (value is null || !IsKnown(type) || IsInstance(value, type)) return true;
        if (value is List<object?> { Count: 1 } list && IsInstance(list[0], type))
        {
            taken = list[0];
            return true;
        }
        if (type.Name != "list" || value is List<object?>) return false;
        taken = new List<object?> { value };
        return IsInstance(taken, type);
    }

    /// <summary>A type that only a DMN file declares says nothing here.</summary>
    private static bool IsKnown(FeelType type)
        => FeelParser.TypeNames.Contains(type.Name) && (type.Arguments ?? []).All(IsKnown) && (type.Members?.Values ?? []).All(IsKnown);

    public static bool IsInstance(object? value, FeelType type)
    {
        switch (type.Name)
        {
            case "Any": return value is not null;
            case "Null": return value is null;
            case "number": return value is decimal;
            case "string": return value is string;
            case "boolean": return value is bool;
            case "date": return value is FeelDate;
            case "time": return value is FeelTime;
            case "date and time": return value is FeelDateTime;
            case "days and time duration" or "dayTimeDuration": return value is TimeSpan;
            case "years and months duration" or "yearMonthDuration": return value is YearsMonths;
            case "list": return value is List<object?> list && (type.Arguments is not { Count: 1 } || list.All(i => IsInstance(i, type.Arguments[0]) || i is null));
            case "context":
                return value is Dictionary<string, object?> context
                && (type.Members is null || type.Members.All(m => context.TryGetValue(m.Key, out var member) && (member is null || IsInstance(member, m.Value))));
            case "range": return value is FeelRange range && (type.Arguments is not { Count: 1 } || IsInstance(range.Low ?? range.High, type.Arguments[0]));
            case "function": return value is FeelFunction f && (type.Arguments is null || f.Parameters.Count == type.Arguments.Count);
            default: return false;
        }
    }
}
