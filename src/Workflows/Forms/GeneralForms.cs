using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.Forms;

/// <summary>
/// 填写意见: a step of the office's own, for processes that managers draw: somebody is asked, writes what he found, and chooses an outcome. It decides nothing
/// that the law gives to a step of its own, so any role may be given it and its outcomes are free.
/// </summary>
public static class GeneralForms
{
    public const string Opinion = "general.opinion";

    /// <summary>The most earlier opinions shown, the latest ones.</summary>
    private const int MaxEarlier = 20;

    public static IReadOnlyList<Form> All { get; } = [new(Opinion, "填写意见（通用）", PrepareAsync, ApplyAsync)];

    private static async Task<FormView> PrepareAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        List<FormField> fields = [];
        // What the drawing hands over, under the names it gives.
        if (JsonNode.Parse(item.DataJson) is JsonObject data)
        {
            foreach (var (name, value) in data.Take(MaxEarlier))
            {
                if (value is JsonValue text && text.ToString() is { Length: > 0 } said) fields.Add(new($"given.{fields.Count}", name, FieldKind.Note, Default: said));
            }
        }
        var earlier = await services.GetRequiredService<DbContext>().Set<WorkItem>().AsNoTracking()
            .Where(i => i.RootInstanceId == item.RootInstanceId && i.CompletedById != null && i.FormKey == Opinion && i.Status == WorkItemStatus.Completed && i.Id != item.Id)
            .OrderByDescending(i => i.CompletedAt).ThenByDescending(i => i.Id).Take(MaxEarlier).ToListAsync(cancellationToken);
        var zone = services.GetRequiredService<TimeProvider>().LocalTimeZone;
        foreach (var one in earlier.AsEnumerable().Reverse())
        {
            var at = TimeZoneInfo.ConvertTimeFromUtc(one.CompletedAt!.Value, zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
            fields.Add(new($"earlier.{one.Id}", one.Title, FieldKind.Note, Default: $"{one.CompletedByName}（{at}）{one.Outcome}：{JsonNode.Parse(one.ValuesJson ?? "{}")?["opinion"]}"));
        }
        return new FormView([.. fields, new("opinion", "意见", FieldKind.Multiline, Required: true)]);
    }

    private static Task<Result<JsonObject>> ApplyAsync(FormSubmission form, CancellationToken cancellationToken)
        => Task.FromResult<Result<JsonObject>>(new JsonObject
        {
            ["outcome"] = form.Outcome,
            ["opinion"] = form.Text("opinion"),
            ["by"] = form.Change.By.Name,
            ["on"] = form.Change.On.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        });
}
