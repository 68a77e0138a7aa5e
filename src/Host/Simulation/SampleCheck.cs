using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Cases;

namespace DoubleRandom.Host.Simulation;

/// <summary>The one check of a trial: an enterprise, a matter and a group of the sample county that fit together.</summary>
internal static class SampleCheck
{
    private const string Inspectee = "CX00003";
    private const string Item = "YJ-06";
    private const string Leader = "R002";
    private const string Expert = "E03";
    private const string Lead = "试运行样例：群众来电反映疏散通道堆放货物。";
    private const int DaysAhead = 3;

    private static readonly string[] Officers = ["R010", "R011"];

    public static async Task<OpenSpecialCheck> OfAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var calendar = await services.GetRequiredService<CalendarSource>().CurrentAsync(cancellationToken);
        return new OpenSpecialCheck(Inspectee, [Item], Leader, Officers, [Expert], calendar.Add(services.GetRequiredService<TimeProvider>().Today, DaysAhead).On, Lead);
    }

    /// <summary>The same as the answer of the form that opens a special check.</summary>
    public static async Task FillAsync(JsonObject values, IServiceProvider services, CancellationToken cancellationToken)
    {
        var check = await OfAsync(services, cancellationToken);
        values["lead"] = check.Lead;
        values["inspectee"] = check.InspecteeNumber;
        values["items"] = new JsonArray([.. check.ItemCodes.Select(c => (JsonNode)c)]);
        values["plannedOn"] = check.PlannedOn.Iso();
        values["leader"] = check.LeaderNumber;
        values["officers"] = new JsonArray([.. check.OfficerNumbers.Select(n => (JsonNode)n)]);
        values["experts"] = new JsonArray([.. check.ExpertNumbers.Select(n => (JsonNode)n)]);
    }
}
