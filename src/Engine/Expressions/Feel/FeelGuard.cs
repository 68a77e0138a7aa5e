namespace DoubleRandom.Engine.Expressions.Feel;

/// <summary>
/// Bounds for what walks values instead of nodes (comparing, flattening, writing out): a small expression can make a value that shares
/// its parts and is huge, or nested so deep that a walk would end the process.
/// </summary>
internal static class FeelGuard
{
    private const int MaxNesting = 200;

    /// <summary>The evaluation this thread runs; null outside one.</summary>
    [ThreadStatic]
    private static FeelEvaluator? _current;

    [ThreadStatic]
    private static int _nesting;

    [ThreadStatic]
    private static int _ticks;

    public static T Run<T>(FeelEvaluator evaluator, Func<T> body)
    {
        var (outer, nesting) = (_current, _nesting);
        (_current, _nesting) = (evaluator, 0);
        try
        {
            return body();
        }
        finally
        {
            (_current, _nesting) = (outer, nesting);
        }
    }

    /// <summary>Every walk into a value; pair it with <see cref="Leave"/>.</summary>
    public static void Enter()
    {
        if (_nesting >= MaxNesting) throw new FeelLimitException("feel.too-deep", MaxNesting);
        _nesting++;
        if ((++_ticks & 255) == 0) _current?.CheckTime();
    }

    public static void Leave() => _nesting--;

    /// <summary>The result counted as it would be written out; refused when it is too large or too deep for that.</summary>
    public static void Measure(object? value, int most)
    {
        var left = most;
        Measure(value, ref left, 0, most);
    }

    private static void Measure(object? value, ref int left, int nesting, int most)
    {
        if (nesting > MaxNesting) throw new FeelLimitException("feel.too-deep", MaxNesting);
        left -= value is string s ? 1 + s.Length / 16 : 1;
        if (left < 0) throw new FeelLimitException("feel.too-large", most);
        switch (value)
        {
            case List<object?> list:
                foreach (var item in list) Measure(item, ref left, nesting + 1, most);
                break;
            case Dictionary<string, object?> context:
                foreach (var item in context.Values) Measure(item, ref left, nesting + 1, most);
                break;
            case FeelRange range:
                Measure(range.Low, ref left, nesting + 1, most);
                Measure(range.High, ref left, nesting + 1, most);
                break;
        }
    }
}
