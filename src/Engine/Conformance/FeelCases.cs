using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Engine.Expressions.Feel;

namespace DoubleRandom.Engine.Conformance;

/// <summary>Runs the cases of DMN's compatibility kit: expression, context, expected value or error (which in FEEL is null).</summary>
public static class FeelCases
{
    /// <summary>Cases that expect a value, and cases that expect null or an error, each with its failures.</summary>
    public sealed record Report(CaseReport Values, CaseReport Errors);

    public static Report Run(string folder)
    {
        int values = 0, errors = 0;
        List<string> valueFailures = [], errorFailures = [];
        foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            if (JsonNode.Parse(File.ReadAllText(file)) is not JsonArray cases) continue;
            foreach (var test in cases.Select(c => c!.AsObject()))
            {
                var wantsError = test["error"]?.GetValue<bool>() == true || test["expected"] is null;
                var difference = Judge(test, wantsError);
                if (difference is null)
                {
                    if (wantsError) errors++;
                    else values++;
                    continue;
                }
                (wantsError ? errorFailures : valueFailures).Add($"{System.IO.Path.GetFileNameWithoutExtension(file)}/{test["id"]}: {test["expression"]} → {difference}");
            }
        }
        return new Report(new CaseReport(values, valueFailures), new CaseReport(errors, errorFailures));
    }

    /// <summary>The same moment in every run.</summary>
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 9, 0, 0, TimeSpan.FromHours(8));

    private static string? Judge(JsonObject test, bool wantsError)
    {
        var context = (test["context"] as JsonObject ?? []).ToDictionary(p => p.Key, p => Value(p.Value), StringComparer.Ordinal);
        var parsed = FeelExpression.Parse(test["expression"]!.GetValue<string>(), context.ContainsKey);
        if (parsed.Refusal is { } refusal) return wantsError ? null : refusal.ToString();
        var result = parsed.Value.Evaluate(new FeelScope(null, name => context.TryGetValue(name, out var value) ? (true, value) : (false, null)), now: Now);
        if (result.Error is { } error) return wantsError ? null : error.ToString();
        if (wantsError) return result.Value is null ? null : result.ToLiteral();
        return Same(Value(test["expected"]), result.Value) ? null : $"{result.ToLiteral()}, expected {FeelValue.Literal(Value(test["expected"]))}";
    }

    /// <summary>The kit compares numbers to the digits it gives.</summary>
    private static bool Same(object? wanted, object? found) => (wanted, found) switch
    {
        (decimal x, decimal y) => Math.Abs(x - y) <= Math.Max(0.00000001m, Math.Abs(x) * 0.0000000001m),
        (List<object?> x, List<object?> y) => x.Count == y.Count && !x.Where((v, i) => !Same(v, y[i])).Any(),
        (Dictionary<string, object?> x, Dictionary<string, object?> y) => x.Count == y.Count && x.All(p => y.ContainsKey(p.Key) && Same(p.Value, y[p.Key])),
        (null, null) => true,
        _ => FeelOperators.Equal(wanted, found) is true,
    };

    private static object? Value(JsonNode? node)
    {
        if (node is not JsonObject o) return null;
        if (o["list"] is JsonArray list) return list.Select(Value).ToList();
        if (o["context"] is JsonObject context) return context.ToDictionary(p => p.Key, p => Value(p.Value), StringComparer.Ordinal);
        var text = o["value"]?.ToString();
        if (text is null) return null;
        return o["type"]?.GetValue<string>() switch
        {
            "boolean" => text is "true" or "True",
            "decimal" or "double" or "integer" or "int" or "number" => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
            "date" => FeelTemporal.Date(text),
            "time" => FeelTemporal.Time(text),
            "dateTime" => FeelTemporal.DateTime(text),
            "duration" or "dayTimeDuration" or "yearMonthDuration" => FeelTemporal.Duration(text),
            _ => text,
        };
    }
}
