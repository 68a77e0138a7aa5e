using System.Text;
using System.Text.Json.Nodes;

namespace DoubleRandom.Documents.Rendering.Liquid;

internal delegate void LiquidAct(LiquidScope scope, StringBuilder output);

/// <summary>A piece of a template.</summary>
/// <param name="At">Offset in the source.</param>
/// <param name="Blank">Writes nothing but white space whatever the data.</param>
/// <param name="IsWhite">Is white space.</param>
internal sealed record LiquidNode(LiquidAct Act, int At, bool Blank, bool IsWhite = false);

/// <summary>A parsed Liquid template. Bounded in steps, nesting, output and memory. Safe to share between threads.</summary>
public sealed class LiquidTemplate
{
    public const int MaximumSource = 1_000_000;
    private readonly IReadOnlyList<LiquidNode> _nodes;
    private readonly string _source;

    private LiquidTemplate(string source, IReadOnlyList<LiquidNode> nodes) => (_source, _nodes) = (source, nodes);

    /// <exception cref="LiquidException">With line and column.</exception>
    public static LiquidTemplate Parse(string source)
    {
        if (source.Length > MaximumSource) throw new LiquidException($"模板超过 {MaximumSource} 个字符");
        try
        {
            return new LiquidTemplate(source, LiquidParser.Parse(source));
        }
        catch (LiquidException e)
        {
            throw e.At(source, 0);
        }
    }

    /// <summary>Fills the template in.</summary>
    /// <param name="data">The values; never changed.</param>
    /// <param name="partials">Finds an included template.</param>
    /// <param name="escape">Writes values as HTML text: markup in them is shown, not obeyed; line ends become breaks.</param>
    /// <exception cref="LiquidException">With line and column.</exception>
    public string Render(JsonObject data, Func<string, LiquidTemplate?>? partials = null, bool escape = false)
    {
        var scope = new LiquidScope(LiquidValue.Map(data), partials ?? (_ => null), escape);
        var output = new StringBuilder();
        Run(scope, output, null);
        return output.ToString();
    }

    internal void Run(LiquidScope scope, StringBuilder output, string? name)
    {
        try
        {
            LiquidParser.Run(_nodes, scope, output);
        }
        catch (LiquidException e)
        {
            throw e.At(_source, scope.At, name);
        }
    }
}

internal enum LiquidInterrupt { None, Break, Continue }

/// <summary>What a rendering knows and has used up.</summary>
internal sealed class LiquidScope(LiquidMap data, Func<string, LiquidTemplate?> partials, bool escape)
{
    private const int MaximumSteps = 200_000;
    private const int MaximumDepth = 30;
    private const int MaximumOutput = 4_000_000;
    private const long MaximumVolume = 20_000_000;
    private int _steps;
    private int _depth;
    private long _volume;

    public List<LiquidMap> Frames { get; private set; } = [];

    public LiquidMap Assigned { get; private set; } = [];

    public LiquidMap Counters { get; private set; } = [];

    /// <summary>Where cycles and continued loops stand.</summary>
    public LiquidMap Memory { get; private set; } = [];

    /// <summary>The <c>forloop</c> of each open loop, the innermost last.</summary>
    public List<LiquidMap> Loops { get; private set; } = [];

    public LiquidMap Data { get; private set; } = data;

    public LiquidInterrupt Interrupt { get; set; }

    public bool Escape => escape;

    /// <summary>Offset of the tag that runs.</summary>
    public int At { get; private set; }

    public void Step(StringBuilder output, int at)
    {
        At = at;
        if (++_steps > MaximumSteps) throw new LiquidException($"执行超过 {MaximumSteps} 步");
        if (output.Length > MaximumOutput) throw new LiquidException($"输出超过 {MaximumOutput} 个字符");
    }

    /// <summary>Counts what filters make: characters of texts, entries of lists.</summary>
    public void Charge(object? value) => Charge(value switch { string text => text.Length, LiquidList list => list.Count, _ => 1 });

    public void Charge(long volume)
    {
        if ((_volume += volume) > MaximumVolume) throw new LiquidException($"中间结果超过 {MaximumVolume} 个字符");
    }

    public object? Find(string name)
    {
        for (var i = Frames.Count - 1; i >= 0; i--)
        {
            if (Frames[i].TryGetValue(name, out var found)) return found;
        }
        if (Assigned.TryGetValue(name, out var value)) return value;
        return Data.TryGetValue(name, out value) || Counters.TryGetValue(name, out value) ? value : null;
    }

    public void Include(string name, LiquidMap arguments, bool isolated, StringBuilder output)
    {
        var partial = partials(name) ?? throw new LiquidException($"没有名为“{name}”的部件");
        if (++_depth > MaximumDepth) throw new LiquidException($"部件嵌套超过 {MaximumDepth} 层");
        var (frames, assigned, counters, memory, loops, saved, at) = (Frames, Assigned, Counters, Memory, Loops, Data, At);
        if (isolated) (Frames, Assigned, Counters, Memory, Loops, Data) = ([], [], [], [], [], []);
        Frames.Add(arguments);
        partial.Run(this, output, name);
        Frames.Remove(arguments);
        (Frames, Assigned, Counters, Memory, Loops, Data, At) = (frames, assigned, counters, memory, loops, saved, at);
        if (isolated) Interrupt = LiquidInterrupt.None;
        _depth--;
    }
}
