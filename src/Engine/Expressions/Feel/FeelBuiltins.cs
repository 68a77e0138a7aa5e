using System.Globalization;
using System.Text.RegularExpressions;

namespace DoubleRandom.Engine.Expressions.Feel;

/// <summary>The built-in functions by name. A wrong argument makes null, as the language has it.</summary>
internal static partial class FeelBuiltins
{
    private sealed record Overload(string[] Parameters, int Required, Func<object?[], FeelEvaluator, object?> Body, bool Variadic = false);

    private static readonly Dictionary<string, List<Overload>> Table = Build();

    /// <summary>A built-in met as a value keeps its name, so that named arguments find their places.</summary>
    private sealed record BuiltinFunction(string Name, FeelEvaluator Evaluator);

    private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<FeelFunction, BuiltinFunction> Known = [];

    public static bool Has(string name) => Table.ContainsKey(name);

    public static bool IsBuiltin(FeelFunction function) => Known.TryGetValue(function, out _);

    public static FeelFunction? Find(string name, FeelEvaluator evaluator)
    {
        if (!Table.TryGetValue(name, out var overloads)) return null;
        var function = new FeelFunction(overloads[0].Parameters, arguments => Call(overloads, [.. arguments], evaluator), IsVariadic: true);
        Known.Add(function, new BuiltinFunction(name, evaluator));
        return function;
    }

    public static object? InvokeNamed(FeelFunction function, IReadOnlyList<string> names, IReadOnlyList<object?> values)
    {
        if (!Known.TryGetValue(function, out var builtin)) return null;
        foreach (var overload in Table[builtin.Name])
        {
            // What "is" is not given is null, and null is something it can be asked about.
            if (names.Any(n => !overload.Parameters.Contains(n)) || (builtin.Name != "is" && overload.Parameters.Take(overload.Required).Any(p => !names.Contains(p)))) continue;
            var arguments = new object?[overload.Parameters.Length];
            for (var i = 0; i < names.Count; i++) arguments[Array.IndexOf(overload.Parameters, names[i])] = values[i];
            var last = overload.Parameters.ToList().FindLastIndex(p => names.Contains(p));
            return Run(overload, arguments[..(last + 1)], builtin.Evaluator);
        }
        return null;
    }

    private static object? Call(List<Overload> overloads, object?[] arguments, FeelEvaluator evaluator)
    {
        foreach (var overload in overloads)
        {
            if (overload.Variadic || (arguments.Length >= overload.Required && arguments.Length <= overload.Parameters.Length))
            {
                if (Run(overload, arguments, evaluator) is { } value) return value;
            }
        }
        return null;
    }

    private static object? Run(Overload overload, object?[] arguments, FeelEvaluator evaluator)
    {
        evaluator.Step();
        // One call may be long (a pattern): the clock is asked at each.
        evaluator.CheckTime();
        try
        {
            var padded = overload.Variadic ? arguments : [.. arguments, .. new object?[overload.Parameters.Length - arguments.Length]];
            return overload.Body(padded, evaluator);
        }
        catch (Exception e) when (e is InvalidCastException or OverflowException or ArgumentException or FormatException or DivideByZeroException or NullReferenceException)
        {
            return null;
        }
        catch (RegexMatchTimeoutException e)
        {
            // What was not decided in time is not "null".
            throw new FeelLimitException("feel.too-slow", (int)e.MatchTimeout.TotalMilliseconds);
        }
    }

    private static decimal Num(object? v) => v is decimal d ? d : throw new InvalidCastException();

    /// <summary>A text; a list of one stands for its item.</summary>
    private static string Str(object? v) => v as string ?? (v is List<object?> { Count: 1 } one ? one[0] as string : null) ?? throw new InvalidCastException();

    /// <summary>A list; a single value that is no list counts as a list of one.</summary>
    private static List<object?> List(object? v) => v switch { List<object?> l => l, null => throw new InvalidCastException(), _ => [v] };

    private static int Int(object? v) => Num(v) is var d && d == decimal.Truncate(d) ? (int)d : throw new InvalidCastException();

    /// <summary>min(1,2) and min([1,2]) are the same.</summary>
    private static List<object?> Spread(object?[] arguments)
        => arguments.Length == 0 ? throw new ArgumentException("No argument.") : arguments is [List<object?> only] ? only : [.. arguments];

    private static List<decimal> Numbers(object?[] arguments) => [.. Spread(arguments).Select(Num)];

    private static Dictionary<string, List<Overload>> Build()
    {
        var table = new Dictionary<string, List<Overload>>(StringComparer.Ordinal);
        void Add(string name, string[] parameters, int required, Func<object?[], FeelEvaluator, object?> body, bool variadic = false)
            => (table.TryGetValue(name, out var list) ? list : table[name] = []).Add(new Overload(parameters, required, body, variadic));
        void F(string name, string parameters, Func<object?[], object?> body, int optional = 0)
        {
            var names = parameters.Length == 0 ? [] : parameters.Split(',');
            Add(name, names, names.Length - optional, (a, _) => body(a));
        }
        void V(string name, Func<object?[], object?> body) => Add(name, ["list"], 0, (a, _) => body(a), variadic: true);

        // Conversion
        Add("string", ["from"], 1, (a, e) =>
        {
            if (a[0] is null) return null;
            FeelGuard.Measure(a[0], e.Limits.MaxItems);
            return e.Bounded(FeelValue.Text(a[0]));
        });
        F("number", "from", a => Parse(Str(a[0]), null, null));
        F("number", "from,grouping separator,decimal separator", a => a[0] is string s ? Parse(s, a[1], a[2]) : null);
        F("date", "from", a => a[0] switch { string s => FeelTemporal.Date(s), FeelDate d => d, FeelDateTime dt => dt.Date, _ => null });
        F("date", "year,month,day", a => FeelDate.Of(Int(a[0]), Int(a[1]), Int(a[2])));
        F("time", "from", a => a[0] switch { string s => FeelTemporal.Time(s), FeelTime t => t, FeelDateTime dt => new FeelTime(dt.OfDay, dt.Offset, dt.Zone, dt.Nanos), FeelDate => new FeelTime(TimeSpan.Zero, TimeSpan.Zero), _ => null });
        F("time", "hour,minute,second,offset", a => TimeOf(Num(a[0]), Num(a[1]), Num(a[2]), a[3]), optional: 1);
        F("date and time", "from", a => a[0] switch { string s => FeelTemporal.DateTime(s), FeelDateTime dt => dt, FeelDate d => new FeelDateTime(d, TimeSpan.Zero, null), _ => null });
        F("date and time", "date,time", a => (a[0] switch { FeelDate d => (FeelDate?)d, FeelDateTime dt => dt.Date, _ => null }, a[1]) switch
        {
            ({ } d, FeelTime t) => new FeelDateTime(d, t.OfDay, t.Offset, t.Zone, t.Nanos),
            _ => null,
        });
        F("duration", "from", a => a[0] switch { string s => FeelTemporal.Duration(s), TimeSpan t => t, YearsMonths m => m, _ => null });
        F("years and months duration", "from,to", a => Months(a[0], a[1]));

        // Boolean and comparison
        F("not", "negand", a => a[0] is bool b ? !b : null);
        F("is", "value1,value2", a => Is(a[0], a[1]));

        // Strings
        Add("substring", ["string", "start position", "length"], 2, (a, _) => Substring(Str(a[0]), Num(a[1]), a[2]));
        F("string length", "string", a => (decimal)Runes(Str(a[0])).Length);
        F("upper case", "string", a => Str(a[0]).ToUpperInvariant());
        F("lower case", "string", a => Str(a[0]).ToLowerInvariant());
        F("substring before", "string,match", a => Str(a[0]).IndexOf(Str(a[1]), StringComparison.Ordinal) is >= 0 and var i ? Str(a[0])[..i] : "");
        F("substring after", "string,match", a => Str(a[0]).IndexOf(Str(a[1]), StringComparison.Ordinal) is >= 0 and var i ? Str(a[0])[(i + Str(a[1]).Length)..] : "");
        Add("replace", ["input", "pattern", "replacement", "flags"], 3, (a, e) => e.Bounded(Pattern(Str(a[1]), a[3]).Replace(Str(a[0]), Replacement(Str(a[2])))));
        Add("matches", ["input", "pattern", "flags"], 2, (a, _) => Pattern(Str(a[1]), a[2]).IsMatch(Str(a[0])));
        F("contains", "string,match", a => Str(a[0]).Contains(Str(a[1]), StringComparison.Ordinal));
        F("starts with", "string,match", a => Str(a[0]).StartsWith(Str(a[1]), StringComparison.Ordinal));
        F("ends with", "string,match", a => Str(a[0]).EndsWith(Str(a[1]), StringComparison.Ordinal));
        Add("split", ["string", "delimiter"], 2, (a, _) => Pattern(Str(a[1]), null).Split(Str(a[0])).Cast<object?>().ToList());
        Add("string join", ["list", "delimiter"], 1, (a, e) => e.Bounded(string.Join(a[1] is null ? "" : Str(a[1]), List(a[0]).Where(v => v is not null).Select(Str))));
        F("trim", "string", a => Str(a[0]).Trim());

        // Lists
        F("list contains", "list,element", a => List(a[0]).Any(v => FeelOperators.Equal(v, a[1]) is true));
        F("count", "list", a => (decimal)List(a[0]).Count);
        V("min", a => Extreme(Spread(a), -1));
        V("max", a => Extreme(Spread(a), 1));
        V("sum", a => Numbers(a) is { Count: > 0 } n ? n.Sum() : null);
        V("product", a => Numbers(a) is { Count: > 0 } n ? n.Aggregate((x, y) => x * y) : null);
        V("mean", a => Numbers(a) is { Count: > 0 } n ? n.Sum() / n.Count : null);
        V("median", a => Median(Numbers(a)));
        V("stddev", a => Deviation(Numbers(a)));
        V("mode", a => Mode(Numbers(a)));
        V("all", a => Quantify(Spread(a), all: true));
        V("any", a => Quantify(Spread(a), all: false));
        Add("sublist", ["list", "start position", "length"], 2, (a, _) => Sublist(List(a[0]), Int(a[1]), a[2]));
        Add("append", ["list", "item"], 1, (a, e) => e.Bounded(new List<object?>([.. a[0] is List<object?> l ? l : [a[0]], .. a[1..]])), variadic: true);
        Add("concatenate", ["list"], 0, (a, e) => e.Bounded(a.SelectMany(List).ToList()), variadic: true);
        F("insert before", "list,position,newItem", a => InsertBefore(List(a[0]), Int(a[1]), a[2]));
        F("remove", "list,position", a => Remove(List(a[0]), Int(a[1])));
        F("list replace", "list,position,newItem", a => ListReplace(List(a[0]), a[1], a[2]));
        F("list replace", "list,match,newItem", a => ListReplace(List(a[0]), a[1], a[2]));
        F("reverse", "list", a => Enumerable.Reverse(List(a[0])).ToList());
        F("index of", "list,match", a => List(a[0]).Select((v, i) => (v, i)).Where(p => FeelOperators.Equal(p.v, a[1]) is true).Select(p => (object?)(decimal)(p.i + 1)).ToList());
        V("union", a => Distinct(a.SelectMany(List)));
        F("distinct values", "list", a => Distinct(List(a[0])));
        F("duplicate values", "list", a => Distinct(List(a[0]).Where(v => List(a[0]).Count(o => FeelOperators.Equal(v, o) is true) > 1)));
        Add("flatten", ["list"], 1, (a, e) => Flatten(List(a[0]), e));
        Add("sort", ["list", "precedes"], 1, (a, e) => Sort(List(a[0]), a[1] as FeelFunction, e));

        // Numbers
        F("decimal", "n,scale", a => Round(Num(a[0]), Num(a[1]), MidpointRounding.ToEven));
        F("floor", "n", a => decimal.Floor(Num(a[0])));
        F("floor", "n,scale", a => Round(Num(a[0]), Num(a[1]), MidpointRounding.ToNegativeInfinity));
        F("ceiling", "n", a => decimal.Ceiling(Num(a[0])));
        F("ceiling", "n,scale", a => Round(Num(a[0]), Num(a[1]), MidpointRounding.ToPositiveInfinity));
        F("round up", "n,scale", a => RoundUp(Num(a[0]), Num(a[1])));
        F("round down", "n,scale", a => Round(Num(a[0]), Num(a[1]), MidpointRounding.ToZero));
        F("round half up", "n,scale", a => Round(Num(a[0]), Num(a[1]), MidpointRounding.AwayFromZero));
        F("round half down", "n,scale", a => RoundHalfDown(Num(a[0]), Num(a[1])));
        F("abs", "n", a => a[0] switch { decimal d => Math.Abs(d), TimeSpan t => t.Duration(), YearsMonths m => new YearsMonths(Math.Abs(m.Months)), _ => null });
        F("modulo", "dividend,divisor", a => Num(a[1]) == 0 ? null : Num(a[0]) - Num(a[1]) * decimal.Floor(Num(a[0]) / Num(a[1])));
        F("sqrt", "number", a => Num(a[0]) < 0 ? null : Root(Num(a[0])));
        F("log", "number", a => Num(a[0]) <= 0 ? null : (decimal)Math.Log((double)Num(a[0])));
        F("exp", "number", a => (decimal)Math.Exp((double)Num(a[0])));
        F("odd", "number", a => Num(a[0]) == decimal.Truncate(Num(a[0])) ? Num(a[0]) % 2 != 0 : null);
        F("even", "number", a => Num(a[0]) == decimal.Truncate(Num(a[0])) ? Num(a[0]) % 2 == 0 : null);

        // Dates
        F("day of year", "date", a => (decimal)Day(a[0]).DayOfYear);
        F("day of week", "date", a => Day(a[0]).DayOfWeek.ToString());
        F("month of year", "date", a => CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(Day(a[0]).Month));
        F("week of year", "date", a => (decimal)Day(a[0]).WeekOfYear);
        // Without a clock (a trigger is asked before there is a case) there is no now.
        Add("now", [], 0, (_, e) => e.Now is { } now ? new FeelDateTime(FeelDate.Of(DateOnly.FromDateTime(now.DateTime)), now.TimeOfDay, now.Offset) : null);
        Add("today", [], 0, (_, e) => e.Now is { } now ? FeelDate.Of(DateOnly.FromDateTime(now.DateTime)) : null);

        // Contexts
        F("get value", "m,key", a => a[1] is string key ? (a[0] as Dictionary<string, object?>)?.GetValueOrDefault(key) : null);
        F("get value", "context,keys", a => a[1] is List<object?> keys ? keys.Aggregate((object?)a[0], (c, k) => (c as Dictionary<string, object?>)?.GetValueOrDefault((string)k!)) : null);
        F("get entries", "m", a => ((Dictionary<string, object?>)a[0]!).Select(p => (object?)new Dictionary<string, object?>(StringComparer.Ordinal) { ["key"] = p.Key, ["value"] = p.Value }).ToList());
        F("context", "entries", a => ContextOf(List(a[0])));
        F("context put", "context,key,value", a => a[1] is string key ? Put((Dictionary<string, object?>)a[0]!, [key], a[2]) : null);
        F("context put", "context,keys,value", a => a[1] is List<object?> { Count: > 0 } keys ? Put((Dictionary<string, object?>)a[0]!, [.. keys.Select(Str)], a[2]) : null);
        F("context merge", "contexts", a => Merge(List(a[0])));

        Add("range", ["from"], 1, (a, e) => RangeOf(Str(a[0]), e));
        AddRanges(F);
        return table;
    }
}
