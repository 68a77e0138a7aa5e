namespace DoubleRandom.Engine.Expressions.Feel;

/// <summary>What the functions on lists and contexts do.</summary>
internal static partial class FeelBuiltins
{
    private static object? Extreme(List<object?> list, int sign)
    {
        if (list.Count == 0) return null;
        var best = list[0];
        foreach (var value in list)
        {
            if (FeelOperators.Compare(value, best) is not { } order) return null;
            if (Math.Sign(order) == sign) best = value;
        }
        return best;
    }

    private static object? Quantify(List<object?> list, bool all)
    {
        var unknown = false;
        foreach (var value in list)
        {
            if (value is not bool b) unknown = true;
            else if (b != all) return !all;
        }
        return unknown ? null : all;
    }

    private static List<object?>? Sublist(List<object?> list, int start, object? length)
    {
        if (start == 0 || Math.Abs(start) > list.Count) return null;
        var index = start > 0 ? start - 1 : list.Count + start;
        var take = length is null ? list.Count - index : Int(length);
        return take < 0 || index + take > list.Count ? null : list.GetRange(index, take);
    }

    private static List<object?>? InsertBefore(List<object?> list, int position, object? item)
    {
        if (position == 0 || Math.Abs(position) > list.Count) return null;
        List<object?> result = [.. list];
        result.Insert(position > 0 ? position - 1 : list.Count + position, item);
        return result;
    }

    private static List<object?>? Remove(List<object?> list, int position)
    {
        if (position == 0 || Math.Abs(position) > list.Count) return null;
        List<object?> result = [.. list];
        result.RemoveAt(position > 0 ? position - 1 : list.Count + position);
        return result;
    }

    private static List<object?>? ListReplace(List<object?> list, object? where, object? item)
    {
        List<object?> result = [.. list];
        if (where is decimal)
        {
            var position = (int)decimal.Truncate((decimal)where);
            if (position == 0 || Math.Abs(position) > list.Count) return null;
            result[position > 0 ? position - 1 : list.Count + position] = item;
            return result;
        }
        if (where is not FeelFunction { Parameters.Count: 2 } match) return null;
        for (var i = 0; i < result.Count; i++)
        {
            if (match.Invoke([result[i], item]) is not bool hit) return null;
            if (hit) result[i] = item;
        }
        return result;
    }

    private static List<object?> Distinct(IEnumerable<object?> values)
    {
        List<object?> result = [];
        foreach (var value in values)
        {
            if (!result.Any(r => FeelOperators.Equal(r, value) is true)) result.Add(value);
        }
        return result;
    }

    private static List<object?> Flatten(List<object?> list, FeelEvaluator evaluator)
    {
        List<object?> result = [];
        Into(list);
        return result;

        void Into(List<object?> items)
        {
            FeelGuard.Enter();
            foreach (var item in items)
            {
                if (item is List<object?> inner) Into(inner);
                else result.Add(item);
            }
            evaluator.Bounded(result);
            FeelGuard.Leave();
        }
    }

    private static List<object?>? Sort(List<object?> list, FeelFunction? precedes, FeelEvaluator evaluator)
    {
        List<object?> result = [];
        // Insertion keeps the order of equals and asks the function only pairs it can answer.
        foreach (var item in list)
        {
            var at = result.Count;
            while (at > 0)
            {
                evaluator.Step();
                var before = precedes is null ? FeelOperators.Less("<", item, result[at - 1]) : precedes.Invoke([item, result[at - 1]]) as bool?;
                if (before is null) return null;
                if (before is false) break;
                at--;
            }
            result.Insert(at, item);
        }
        return result;
    }

    private static Dictionary<string, object?>? ContextOf(List<object?> entries)
    {
        var result = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (entry is not Dictionary<string, object?> pair || pair.GetValueOrDefault("key") is not string key || !pair.TryGetValue("value", out var value) || !result.TryAdd(key, value)) return null;
        }
        return result;
    }

    private static Dictionary<string, object?>? Put(Dictionary<string, object?> context, IReadOnlyList<string> keys, object? value)
    {
        var result = new Dictionary<string, object?>(context, StringComparer.Ordinal);
        if (keys.Count == 1)
        {
            result[keys[0]] = value;
            return result;
        }
        if (result.GetValueOrDefault(keys[0]) is not Dictionary<string, object?> inner) return null;
        var put = Put(inner, [.. keys.Skip(1)], value);
        if (put is null) return null;
        result[keys[0]] = put;
        return result;
    }

    private static Dictionary<string, object?>? Merge(List<object?> contexts)
    {
        var result = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var context in contexts)
        {
            if (context is not Dictionary<string, object?> c) return null;
            foreach (var (key, value) in c) result[key] = value;
        }
        return result;
    }
}
