using DoubleRandom.Basics;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.Registers;

namespace DoubleRandom.Inspections.Items;

/// <summary>
/// 对象筛选条件 of an item: terms over the columns of the object register, joined by “ 且 ”. A term is <c>列=值</c> (of an
/// entry's licences one is enough), <c>列含A或B</c> (a value of a list column, or part of a text), <c>列以X开头</c> or <c>列不为空</c>. 按线索逐件确定 draws nothing: such checks follow a lead, not the lot.
/// </summary>
public sealed class ObjectFilter
{
    public const string ByLead = "按线索逐件确定";

    private const int MaxLength = 400;
    private const string Joint = " 且 ";
    private const string NotEmpty = "不为空";
    private const string StartsWith = "开头";

    private readonly IReadOnlyList<Func<Inspectee, bool>> _terms;

    private ObjectFilter(string text, IReadOnlyList<Func<Inspectee, bool>> terms) => (Text, _terms) = (text, terms);

    /// <summary>As the item list has it.</summary>
    public string Text { get; }

    /// <summary>Whether it never draws anything.</summary>
    public bool MatchesNothing => Text == ByLead;

    /// <param name="line">What the refusal names: the item's code or the plan's line.</param>
    public static Result<ObjectFilter> Parse(string? text, string line)
    {
        var trimmed = text?.Trim() ?? "";
        if (trimmed == ByLead) return new ObjectFilter(ByLead, [_ => false]);
        if (trimmed.Length is 0 or > MaxLength) return Refusal.Invalid("items.bad-filter", "对象筛选条件", line, trimmed.Length == 0 ? "（空）" : trimmed[..40]);
        List<Func<Inspectee, bool>> terms = [];
        foreach (var term in trimmed.Split(Joint))
        {
            if (Term(term.Trim()) is not { } test) return Refusal.Invalid("items.bad-filter", "对象筛选条件", line, term.Trim());
            terms.Add(test);
        }
        return new ObjectFilter(trimmed, terms);
    }

    /// <summary>Both conditions at once.</summary>
    public ObjectFilter And(ObjectFilter other) => MatchesNothing ? this : new ObjectFilter($"{Text}{Joint}{other.Text}", [.. _terms, .. other._terms]);

    public bool Matches(Inspectee inspectee) => _terms.All(t => t(inspectee));

    private static Func<Inspectee, bool>? Term(string term)
    {
        // The longest column first, so that a column whose name begins with another's is not cut short.
        foreach (var column in RegisterForms.Inspectees.Columns.Where(c => term.StartsWith(c.Header, StringComparison.Ordinal)).OrderByDescending(c => c.Header.Length))
        {
            var rest = term[column.Header.Length..].Trim();
            if (rest == NotEmpty) return r => column.Get(r).Length > 0;
            if (rest.StartsWith('=') && rest[1..].Trim() is { Length: > 0 } value)
                return Inspectee.LicenceColumns.Headers.Contains(column.Header) ? r => ListCells.Places(column.Get(r)).Contains(value) : r => column.Get(r) == value;
            if (rest.StartsWith('以') && rest.EndsWith(StartsWith, StringComparison.Ordinal) && rest[1..^StartsWith.Length].Trim() is { Length: > 0 } head)
                return r => column.Get(r).StartsWith(head, StringComparison.Ordinal);
            if (rest.StartsWith('含'))
            {
                string[] wanted = [.. rest[1..].Split('或').Select(w => w.Trim())];
                if (wanted.Any(w => w.Length == 0)) return null;
                // In a cell of several values 含 means one of them; in plain text, a part of it.
                return column.HoldsSeveral
                    ? r => column.Get(r).Split(ListCells.Separator).Any(wanted.Contains)
                    : r => wanted.Any(w => column.Get(r).Contains(w, StringComparison.Ordinal));
            }
        }
        return null;
    }
}
