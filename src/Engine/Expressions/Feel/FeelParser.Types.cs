namespace DoubleRandom.Engine.Expressions.Feel;

/// <summary>Types, as <c>instance of</c> and functions name them.</summary>
internal sealed partial class FeelParser
{
    private FeelType Type()
    {
        var start = Now;
        if (start.Kind is not (TokenKind.Name or TokenKind.Keyword)) throw Unexpected();
        var name = start.Text;
        _at++;
        foreach (var known in TypeNames.Where(t => t.Contains(' ', StringComparison.Ordinal) && t.Split(' ')[0] == start.Text))
        {
            var words = known.Split(' ');
            if (Enumerable.Range(1, words.Length - 1).All(i => Peek(i - 1).Text == words[i]))
            {
                _at += words.Length - 1;
                name = known;
                break;
            }
        }
        if (!Is("<")) return new FeelType(name);
        _at++;
        if (name == "context")
        {
            var members = new Dictionary<string, FeelType>(StringComparer.Ordinal);
            do
            {
                var key = DeclaredName(":");
                Expect(":");
                members[key] = Type();
            }
            while (Take(","));
            Expect(">");
            return new FeelType(name, Members: members);
        }
        List<FeelType> arguments = [];
        if (!Is(">"))
        {
            do arguments.Add(Type());
            while (Take(","));
        }
        Expect(">");
        return name == "function" && Take("->") ? new FeelType(name, arguments, Result: Type()) : new FeelType(name, arguments);
    }
}
