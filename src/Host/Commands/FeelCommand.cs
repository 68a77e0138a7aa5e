using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine;
using DoubleRandom.Engine.Expressions.Feel;

namespace DoubleRandom.Host.Commands;

/// <summary>Evaluates a FEEL expression: the value as a FEEL literal, or line:column and what is wrong.</summary>
internal static class FeelCommand
{
    public const string Usage = "feel EXPRESSION [--context FILE.json]";

    public static async Task<int> RunAsync(CommandLine line)
    {
        new ServiceCollection().AddEngine();
        var file = line.Option("--context");
        var words = line.Words(1, 1);
        JsonObject context = [];
        if (file is not null)
        {
            try
            {
                context = JsonNode.Parse(await File.ReadAllTextAsync(file)) as JsonObject ?? throw new UsageException($"{file} 应是一个 JSON 对象");
            }
            catch (JsonException e)
            {
                throw new UsageException($"{file} 不是有效的 JSON:{e.Message}");
            }
        }
        var parsed = FeelExpression.Parse(words[0], context.ContainsKey);
        if (parsed.Refusal is { } refusal)
        {
            var place = refusal.Code == "feel.syntax" ? $"{refusal.Arguments[0]}:{refusal.Arguments[1]}: {refusal.Arguments[2]}" : refusal.ToString();
            await Console.Error.WriteLineAsync(place);
            return 1;
        }
        var result = parsed.Value.Evaluate(name => context[name], now: new OfficeTime(OfficeTime.DefaultZone).GetLocalNow());
        if (result.Error is { } error) return await CommandTable.RefuseAsync(error);
        Console.WriteLine(result.ToLiteral());
        return 0;
    }
}
