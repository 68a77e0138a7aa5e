using System.Text.Json.Nodes;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Workflows.Activities;
using DoubleRandom.Workflows.Definitions;

namespace DoubleRandom.Host.Studio;

internal sealed record StudioPort(string Name, string DisplayName, string Type, bool IsBrowsable);

internal sealed record StudioInput(
    string Name, string TypeName, string DisplayName, string? Description, double Order, bool IsBrowsable, bool IsSerializable, bool IsSynthetic, bool IsWrapped,
    string UiHint, string? Category, JsonNode? DefaultValue, string DefaultSyntax, bool IsReadOnly, bool IsSensitive, string? StorageDriverType, JsonObject UiSpecifications);

internal sealed record StudioOutput(string Name, string TypeName, string DisplayName, string? Description, double Order, bool IsBrowsable, bool IsSerializable, bool IsSynthetic);

internal sealed record StudioActivity(
    string TypeName, string Namespace, string Name, int Version, string Category, string DisplayName, string Description, string Kind, bool RunAsynchronously,
    bool IsContainer, bool IsBrowsable, bool IsStart, bool IsTerminal, IReadOnlyList<StudioPort> Ports, IReadOnlyList<StudioInput> Inputs, IReadOnlyList<StudioOutput> Outputs,
    JsonObject CustomProperties, JsonObject ConstructionProperties);

internal sealed record StudioExpression(string Type, string DisplayName, bool IsSerializable, bool IsBrowsable, JsonObject Properties);

/// <summary>A choice known by its CLR name in Elsa's JSON: an incident strategy, an activation strategy …</summary>
internal sealed record StudioStrategy(string TypeName, string DisplayName, string Description);

internal sealed record StudioStorageDriver(string TypeName, string DisplayName, double Priority, bool Deprecated);

internal sealed record StudioVariableType(string TypeName, string DisplayName, string Category, string? Description);

/// <summary>An input whose list depends on another one.</summary>
/// <param name="By">The other input.</param>
/// <param name="Default">What the other input is where the node says nothing; null: not chosen.</param>
internal sealed record StudioDependent(string Activity, string Input, string By, string List, string? Default);

/// <param name="Lists">By name and by the value of the other input; the empty value: nothing chosen.</param>
internal sealed record StudioDependents(IReadOnlyList<StudioDependent> Inputs, IReadOnlyDictionary<string, IReadOnlyDictionary<string, JsonObject>> Lists);

internal sealed record StudioFeature(string Name, string Namespace, string FullName, string DisplayName, string Description);

/// <summary>What the designer knows of activities, expressions and types: the engine's own catalogue in the Studio's words.</summary>
internal sealed class StudioDescriptors(ActivityCatalog catalog, StudioOptions options, UsableWorkflows usable)
{
    /// <summary>FEEL stands right behind the literals: the Studio gives a new condition the first type that can be browsed.</summary>
    public static IReadOnlyList<StudioExpression> Expressions { get; } =
    [
        new("Literal", "固定值", true, false, []),
        new("Object", "对象（JSON）", true, false, new() { ["MonacoLanguage"] = "json" }),
        // Without a language of its own in the editor; without any the field would stay blank.
        new("FEEL", "FEEL 表达式", true, true, new() { ["MonacoLanguage"] = "plaintext" }),
        new("Variable", "变量", true, true, []),
        new("Input", "流程输入", true, true, []),
        new("JavaScript", "JavaScript（仅保留导入的简单表达式）", true, false, new() { ["MonacoLanguage"] = "javascript" }),
    ];

    public static IReadOnlyList<StudioStrategy> IncidentStrategies { get; } =
    [
        new("Elsa.Workflows.IncidentStrategies.ContinueWithIncidentsStrategy, Elsa.Workflows.Core", "停在出错的一步", "其他分支继续，由有权人员重试或处理（本系统默认）"),
        new("Elsa.Workflows.IncidentStrategies.FaultStrategy, Elsa.Workflows.Core", "整个流程终止", "流程以异常结束，不能恢复"),
    ];

    public static IReadOnlyList<StudioStrategy> ActivationStrategies { get; } =
    [
        new(ActivationStrategiesOf(ActivationStrategy.Always), "总是允许", "不限制同时运行的实例数"),
        new(ActivationStrategiesOf(ActivationStrategy.Singleton), "只允许一个", "本流程已有在办实例时不再启动"),
        new(ActivationStrategiesOf(ActivationStrategy.Correlation), "每个关联编号一个", "同一关联编号已有任何流程在办时不再启动"),
        new(ActivationStrategiesOf(ActivationStrategy.CorrelatedSingleton), "本流程每个关联编号一个", "同一关联编号下本流程已在办时不再启动"),
    ];

    private static string ActivationStrategiesOf(ActivationStrategy strategy) => Engine.Definitions.ActivationStrategies.NameOf(strategy);

    public static IReadOnlyList<StudioStrategy> LogPersistenceStrategies { get; } =
        [new("Elsa.Workflows.LogPersistence.Strategies.Include, Elsa.Workflows.Core", "全部记录", "每一步都写入流程日志，不能关闭")];

    public static IReadOnlyList<StudioStorageDriver> StorageDrivers { get; } =
    [
        new("Elsa.Workflows.WorkflowInstanceStorageDriver, Elsa.Workflows.Core", "随流程实例保存", 10, false),
        new("Elsa.Workflows.MemoryStorageDriver, Elsa.Workflows.Core", "仅本次执行（等待后丢失）", 0, false),
        new("Elsa.Workflows.WorkflowStorageDriver, Elsa.Workflows.Core", "随流程实例保存（旧名称）", 0, true),
    ];

    public static IReadOnlyList<StudioVariableType> VariableTypes { get; } =
    [
        new("String", "文本", "基本类型", null), new("Boolean", "是否", "基本类型", null), new("Int32", "整数", "基本类型", null), new("Int64", "长整数", "基本类型", null),
        new("Decimal", "小数", "基本类型", null), new("DateTimeOffset", "时间", "基本类型", null), new("TimeSpan", "时长", "基本类型", null), new("Guid", "标识", "基本类型", null),
        new("Object", "任意值", "基本类型", null), new("JsonObject", "JSON 对象", "JSON", null), new("JsonArray", "JSON 数组", "JSON", null),
    ];

    /// <summary>Without <c>Elsa.RealTimeWorkflowUpdates</c> the viewer asks every five seconds: no hub, no connection to keep over several hosts.</summary>
    public static IReadOnlyList<StudioFeature> Features { get; } =
    [
        new("WorkflowManagement", "Elsa", "Elsa.WorkflowManagement", "流程定义", "流程定义的查看"),
        new("WorkflowRuntime", "Elsa", "Elsa.WorkflowRuntime", "流程运行", "流程实例与日志的查看"),
        new("WorkflowsApi", "Elsa", "Elsa.WorkflowsApi", "流程接口", "供设计器读取"),
        new("RealTimeWorkflowUpdates", "Elsa", "Elsa.RealTimeWorkflowUpdates", "实时更新", "案件一动，正在查看它的页面随即更新"),
    ];

    /// <summary>Every type, the definitions that may be used as activities among them.</summary>
    public async Task<IReadOnlyList<StudioActivity>> ActivitiesAsync(CancellationToken cancellationToken)
    {
        var deadlines = await options.DeadlinesAsync(cancellationToken);
        return [.. catalog.All.Select(d => Show(d, deadlines)), .. (await usable.AllAsync(cancellationToken)).Select(d => ShowUsed(d, deadlines)), NotFound];
    }

    public async Task<StudioActivity?> FindAsync(string typeName, CancellationToken cancellationToken)
        => catalog.Find(typeName) is { } descriptor ? Show(descriptor, await options.DeadlinesAsync(cancellationToken)) : typeName == DesignerJson.NotFoundType ? NotFound : null;

    /// <summary>
    /// All lists that depend on another input, at once. The Studio asks for such a list some fifty times whenever a step is selected, and what a
    /// person does while an answer is on its way is lost: our script answers it from these, in the page.
    /// </summary>
    public StudioDependents Dependents()
    {
        var inputs = catalog.All.SelectMany(d => d.Inputs.Where(i => i.OptionsBy is not null && i.OptionsFrom is not null).Select(i => (Activity: d, Input: i))).ToList();
        return new(
            [.. inputs.Select(i => new StudioDependent(i.Activity.TypeName, StudioWire.Camel(i.Input.Name), StudioWire.Camel(i.Input.OptionsBy!), i.Input.OptionsFrom!, ByDefault(i.Activity, i.Input)))],
            inputs.DistinctBy(i => i.Input.OptionsFrom).ToDictionary(i => i.Input.OptionsFrom!, i => (IReadOnlyDictionary<string, JsonObject>)options.Deciding(i.Input.OptionsFrom!).Prepend("")
                .ToDictionary(by => by, by => options.Of(i.Activity.TypeName, i.Input, [], by) is { } choices ? Dropdown(choices, refresh: true) : [])));
    }

    /// <summary>The designer writes the definition and its version into a dropped node, and opens the definition from it.</summary>
    private StudioActivity ShowUsed(ActivityDescriptor d, IReadOnlyList<StudioChoice> deadlines)
    {
        var (use, shown) = (d.Uses!, Show(d with { TypeName = $"Workflow.{d.TypeName}" }, deadlines));
        return shown with
        {
            TypeName = d.TypeName,
            Name = d.TypeName,
            // The designer opens what is used through this port, and names it so above the drawing.
            Ports = [new("Root", "流程图", "Embedded", false), .. shown.Ports],
            CustomProperties = new() { ["RootType"] = "WorkflowDefinitionActivity", ["WorkflowDefinitionId"] = use.DefinitionId, ["WorkflowDefinitionVersionId"] = use.VersionId },
            ConstructionProperties = new() { ["workflowDefinitionId"] = use.DefinitionId, ["workflowDefinitionVersionId"] = use.VersionId, ["version"] = use.Version },
        };
    }

    private static StudioActivity NotFound { get; } = new(
        DesignerJson.NotFoundType, "Elsa", "NotFoundActivity", 1, "其他", "本系统没有的活动", "导入的定义使用了本系统不支持的活动类型；原内容完整保留，发布前须换用工具箱中的活动", "Action", false,
        false, false, false, false, [],
        [
            new("MissingTypeName", "String", "活动类型", null, 0, true, true, false, false, "singleline", null, null, "Literal", true, false, null, []),
            new("OriginalActivityJson", "String", "原内容", null, 1, true, true, false, false, "multiline", null, null, "Literal", true, false, null, []),
        ],
        [], [], []);

    private StudioActivity Show(ActivityDescriptor d, IReadOnlyList<StudioChoice> deadlines)
    {
        var dot = d.TypeName.LastIndexOf('.');
        return new(
            d.TypeName, d.TypeName[..dot], d.DisplayName, d.Version, d.Category, d.DisplayName, d.Description, d.Kind, false,
            d.IsContainer, d.IsBrowsable, d.IsStart, d.IsTerminal,
            [.. d.Ports.Select(p => new StudioPort(p.Name, p.DisplayName, p.IsEmbedded ? "Embedded" : "Flow", !p.IsEmbedded || d.TypeName != "Elsa.Flowchart")), .. DonePort(d)],
            [.. d.Inputs.Select((input, order) => Show(d, input, order, deadlines))],
            [.. d.Outputs.Select((o, order) => new StudioOutput(o.Name, o.TypeName, o.DisplayName, null, order, true, true, false))],
            [], Filled(d));
    }

    /// <summary>The designer copies this into a dropped node: defaults that a person can see and change, and expressions open in FEEL, not in the designer's JavaScript.</summary>
    private static JsonObject Filled(ActivityDescriptor d)
    {
        var filled = new JsonObject();
        foreach (var input in d.Inputs.Where(i => i.UiHint is "expression-editor" or "json-editor" && i.Default is null))
            filled[StudioWire.Camel(input.Name)] = new JsonObject { ["typeName"] = input.TypeName, ["expression"] = new JsonObject { ["type"] = "FEEL", ["value"] = "" } };
        foreach (var input in d.Inputs.Where(i => i.Default is not null))
        {
            var value = input.Default is JsonArray list ? JsonValue.Create(list.ToJsonString()) : input.Default!.DeepClone();
            filled[StudioWire.Camel(input.Name)] = input.IsWrapped
                ? new JsonObject { ["typeName"] = input.TypeName, ["expression"] = new JsonObject { ["type"] = input.Default is JsonArray ? "Object" : "Literal", ["value"] = value } } : input.Default.DeepClone();
        }
        return filled;
    }

    /// <summary>Where a type names no outcome the Studio draws “Done”; named by us it is drawn in Chinese. Outcomes listed by the node itself are the Studio's to draw.</summary>
    private static IEnumerable<StudioPort> DonePort(ActivityDescriptor d)
        => d.IsTerminal || d.IsContainer || d.Ports.Count > 0 || d.Inputs.Any(i => i.UiHint is "dynamic-outcomes" or "flow-switch-editor") ? [] : [new("Done", "完成", "Flow", true)];

    private StudioInput Show(ActivityDescriptor activity, ActivityInput input, int order, IReadOnlyList<StudioChoice> deadlines)
    {
        var choices = options.Of(activity.TypeName, input, deadlines, ByDefault(activity, input));
        return new(
            input.Name, input.TypeName, input.DisplayName, input.Description, order, true, true, false, input.IsWrapped,
            // A list that is empty in this installation is typed in, not chosen from nothing.
            input.UiHint == "dropdown" && choices is null ? "singleline" : input.UiHint,
            null, input.Default?.DeepClone(),
            input.UiHint switch { "expression-editor" or "json-editor" => "FEEL", "dynamic-outcomes" or "flow-switch-editor" => "Object", _ => "Literal" },
            false, false, null, choices is null ? [] : Dropdown(choices, input.OptionsBy is not null));
    }

    /// <summary>A ready step comes with its form: its roles are those of the form.</summary>
    private static string? ByDefault(ActivityDescriptor activity, ActivityInput input)
        => input.OptionsBy is null ? null : activity.Inputs.FirstOrDefault(i => i.Name == input.OptionsBy)?.Default?.ToString();

    /// <summary>The choices of one input as they are with the node's other inputs; null: no such input.</summary>
    /// <param name="context">The node's inputs by name, as the Studio sends them when one has changed.</param>
    public async Task<JsonObject?> OptionsOfAsync(string typeName, string property, JsonObject? context, CancellationToken cancellationToken)
    {
        if (catalog.Find(typeName) is not { } activity || activity.Inputs.FirstOrDefault(i => string.Equals(i.Name, property, StringComparison.OrdinalIgnoreCase)) is not { } input) return null;
        var by = input.OptionsBy is null ? null : Literal(context?.FirstOrDefault(p => string.Equals(p.Key, input.OptionsBy, StringComparison.OrdinalIgnoreCase)).Value) ?? ByDefault(activity, input);
        return options.Of(activity.TypeName, input, await options.DeadlinesAsync(cancellationToken), by) is { } choices ? Dropdown(choices, input.OptionsBy is not null) : [];
    }

    private static string? Literal(JsonNode? value) => value switch
    {
        JsonValue v when v.TryGetValue<string>(out var text) => text,
        JsonObject o when o["expression"] is JsonObject e && e["value"] is JsonValue inner && inner.TryGetValue<string>(out var text) => text,
        _ => null,
    };

    /// <param name="refresh">The Studio asks for the choices again whenever an input of the node changes.</param>
    private static JsonObject Dropdown(IReadOnlyList<StudioChoice> choices, bool refresh)
    {
        var dropdown = new JsonObject
        {
            ["dropdown"] = new JsonObject
            {
                ["selectList"] = new JsonObject
                {
                    ["items"] = new JsonArray([.. choices.Select(c => (JsonNode)new JsonObject { ["text"] = c.Text, ["value"] = c.Value })]),
                    ["isFlagsEnum"] = false,
                    ["sortItems"] = false,
                },
            },
        };
        if (refresh) dropdown["Refresh"] = true;
        return dropdown;
    }
}
