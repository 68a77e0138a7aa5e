using DoubleRandom.Basics;
using DoubleRandom.Documents.Rendering;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Host.Pages.Escalation;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Credit;
using DoubleRandom.Workflows.Definitions;
using DoubleRandom.Workflows.Forms;
using DoubleRandom.Workflows.Papers;

namespace DoubleRandom.Host.Studio;

internal sealed record StudioChoice(string Value, string Text);

/// <summary>The lists behind the dropdowns of a node, from what the running product holds.</summary>
internal sealed class StudioOptions(FormCatalogue forms, DocumentTemplates templates, DeadlineRuleSource rules, TimeProvider time)
{
    /// <summary>The rules of time with the periods in force in this office today. One key has a rule for each profile and date; the step names the key.</summary>
    public async Task<IReadOnlyList<StudioChoice>> DeadlinesAsync(CancellationToken cancellationToken)
    {
        var current = await rules.CurrentAsync(cancellationToken);
        return [.. current.All.Select(r => r.Key).Distinct(StringComparer.Ordinal).Select(key => current.Find(key, "应急", time.Today) ?? current.All.First(r => r.Key == key))
            .Select(r => new StudioChoice(r.Key, $"{r.Name}（{r.Key}）：{RuleWords.Of(r)}"))];
    }

    /// <summary>What another input of the node can be for a list that depends on it.</summary>
    public IEnumerable<string> Deciding(string list) => list switch
    {
        "roles" => forms.All.Select(f => f.Key),
        "document-templates" => PaperKinds.Names,
        _ => [],
    };

    /// <summary>The input's choices; null when nothing is to choose from.</summary>
    /// <param name="deadlines">As <see cref="DeadlinesAsync"/> read them.</param>
    /// <param name="by">The value of the input it depends on (<see cref="ActivityInput.OptionsBy"/>), as far as it is chosen.</param>
    public IReadOnlyList<StudioChoice>? Of(string activityType, ActivityInput input, IReadOnlyList<StudioChoice> deadlines, string? by = null)
    {
        IReadOnlyList<StudioChoice> choices = input.OptionsFrom switch
        {
            // What the law gives to certain roles is offered to them only; the linter holds it whatever is typed.
            "roles" when by is { Length: > 0 } && LawRules.RolesOf(by) is { } allowed => [.. Roles.All.Where(r => allowed.Contains(r.Key)).Select(r => new StudioChoice(r.Key, r.Name))],
            "roles" => [.. Roles.All.Select(r => new StudioChoice(r.Key, r.Name))],
            "forms" => [.. forms.All.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => new StudioChoice(f.Key, $"{f.Title}（{f.Key}）"))],
            "sign-rules" => [new(nameof(SignRule.None), "不会签"), new(nameof(SignRule.All), "会签：全部同意"), new(nameof(SignRule.Any), "或签：一人同意即可"), new(nameof(SignRule.Share), "票签：达到比例")],
            "credit-kinds" => [.. CreditEntryKinds.Names.Select(k => new StudioChoice(k, k))],
            "paper-kinds" => [.. PaperKinds.Names.Select(k => new StudioChoice(k, k))],
            "deadline-rules" => deadlines,
            // Templates that a step can fill in from the rows of a case; of the kind chosen, where one is.
            "document-templates" => [.. templates.All.Where(t => PaperKinds.Of(t.Code) is { } kind && (by is null || kind == by || !PaperKinds.Names.Contains(by))).Select(t => new StudioChoice(t.Code, $"{t.Code} {t.Title}"))],
            "publication-kinds" => [.. PublicationKinds.Names.Select(k => new StudioChoice(k.Value, k.Value))],
            _ => Fixed(activityType, input.Name),
        };
        return choices.Count == 0 ? null : choices;
    }

    private static IReadOnlyList<StudioChoice> Fixed(string activityType, string input) => (activityType, input) switch
    {
        ("Elsa.FlowJoin", "Mode") => [new("WaitAny", "任一分支到达即继续，取消其余分支"), new("WaitAll", "全部分支到达"), new("WaitAllActive", "全部走到的分支到达")],
        ("Elsa.FlowSwitch" or "Elsa.Switch", "Mode") => [new("MatchFirst", "第一个成立的"), new("MatchAny", "所有成立的")],
        ("Elsa.Fork", "JoinMode") => [new("WaitAny", "任一分支完成即继续，取消其余分支"), new("WaitAll", "全部分支完成")],
        _ => [],
    };
}
