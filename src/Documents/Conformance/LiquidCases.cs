using System.Text.Json.Nodes;
using DoubleRandom.Documents.Rendering.Liquid;

namespace DoubleRandom.Documents.Conformance;

/// <summary>How many cases passed, and a line for each that failed.</summary>
public sealed record LiquidReport(int Passed, IReadOnlyList<string> Failures);

/// <summary>Runs the cases of Golden Liquid: a template with data and partials, and the output, one of several outputs, or an error.</summary>
public static class LiquidCases
{
    public static LiquidReport Run(string folder)
    {
        var passed = 0;
        List<string> failures = [];
        foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            if ((JsonNode.Parse(File.ReadAllText(file)) as JsonObject)?["tests"] is not JsonArray cases) continue;
            foreach (var test in cases.Select(c => c!.AsObject()))
            {
                if (Judge(test) is { } difference) failures.Add($"{test["name"]}: {difference}");
                else passed++;
            }
        }
        return new LiquidReport(passed, failures);
    }

    private static string? Judge(JsonObject test)
    {
        var invalid = test["invalid"]?.GetValue<bool>() is true;
        try
        {
            var partials = (test["templates"] as JsonObject ?? []).ToDictionary(p => p.Key, p => p.Value!.GetValue<string>());
            var output = LiquidTemplate.Parse(test["template"]!.GetValue<string>())
                .Render(test["data"] as JsonObject ?? [], name => partials.TryGetValue(name, out var source) ? LiquidTemplate.Parse(source) : null);
            if (invalid) return $"an error was expected, not {Shown(output)}";
            string[] wanted = test["results"] is JsonArray several ? [.. several.Select(r => r!.GetValue<string>())] : [test["result"]!.GetValue<string>()];
            return wanted.Contains(output) ? null : $"{Shown(output)}, expected {Shown(wanted[0])}";
        }
        catch (LiquidException e)
        {
            return invalid ? null : e.Message;
        }
    }

    private static string Shown(string text) => JsonValue.Create(text).ToJsonString();
}
