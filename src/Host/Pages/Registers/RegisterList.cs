using System.Linq.Expressions;
using System.Reflection;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Registers;

/// <summary>What a person asks a list for; all of it stands in the address.</summary>
/// <param name="After">The last line of the page before, as <see cref="RegisterListView.Next"/> gave it.</param>
/// <param name="Filters">By header; “（空）” asks for entries that have nothing there.</param>
/// <param name="Sort">Empty: by number; <c>name</c>; <c>changed</c>: the latest change first.</param>
/// <param name="On">The register at the end of that day, by number and whole: what it is narrowed by may have been otherwise then. Null: now.</param>
/// <param name="Gap">What the entries lack, in the words of <see cref="RegisterGaps"/>.</param>
public sealed record ListRequest(string Kind, string? Text, string? After, IReadOnlyDictionary<string, string> Filters, string Sort = "", DateOnly? On = null, string? Gap = null)
{
    public const string Empty = "（空）";

    public bool IsNarrowed => Text is not null || Filters.Count > 0 || Gap is not null;
}

/// <summary>
/// One page of a register by its keys: each page is found from the last line of the one before, so that the ten thousandth costs what the first does. Counting stops
/// where the exact number no longer helps anybody.
/// </summary>
internal static class RegisterList
{
    public const int PageSize = 50;

    /// <summary>Up to here lists say how many there are.</summary>
    public const int CountedTo = 100_000;

    private const int Few = 2000;

    /// <summary>Texts that hold several values are few, however many entries have them: up to here they are looked through instead of the entries.</summary>
    private const int MaxTexts = 10_000;

    /// <summary>Of more than these one page is found sooner along the order that is asked for than by putting all of them in order.</summary>
    public const int Common = 20_000;

    private static readonly MethodInfo CompareTo = typeof(string).GetMethod(nameof(string.CompareTo), [typeof(string)])!;
    private static readonly MethodInfo Concat = typeof(string).GetMethod(nameof(string.Concat), [typeof(string), typeof(string)])!;
    private static readonly MethodInfo Contains = typeof(string).GetMethod(nameof(string.Contains), [typeof(string)])!;
    private static readonly IReadOnlyDictionary<string, List<string>> NoTexts = new Dictionary<string, List<string>>();

    /// <param name="search">The rows that hold the text; with true only what an index finds: the beginning of names and numbers.</param>
    /// <param name="beginning">Of a register that may be big: the rows whose name (true) or number (false) begins with the text, as a range along that order.</param>
    public static async Task<RegisterListView> PageAsync<T>(
        DbContext db, RegisterAsOf then, RegisterForm form, ListRequest request, IReadOnlyList<string> headers, Func<string, bool, Expression<Func<T, bool>>> search, Func<T, RegisterLine> line, CancellationToken cancellationToken,
        Expression<Func<T, bool>>? lacks = null, Func<string, bool, Expression<Func<T, bool>>>? beginning = null)
        where T : class, IRegisterEntry
    {
        IQueryable<T> all = db.Set<T>().AsNoTracking();
        if (request.On is { } on) return await PageThenAsync(all, then, form, on, request.After, headers, line, cancellationToken);
        var total = await Ordered(all, form, "").Take(CountedTo + 1).CountAsync(cancellationToken);
        var texts = total > Common ? await TextsAsync(db, form, request, cancellationToken) : NoTexts;
        var those = lacks is null ? all : all.Where(lacks);
        IQueryable<T> Matching(bool isWalked)
        {
            var filtered = Filtered(those, form, request, texts, isWalked);
            return request.Text is { } words ? filtered.Where(search(words, total > CountedTo)) : filtered;
        }
        var (matching, sort, begins) = (Matching(isWalked: false), request.Sort, (string?)null);
        // What few entries have is found first and then put in order: along the order asked for the database would read a big register from end to end.
        int? few = null;
        if (request.IsNarrowed && form.Keys.Count == 1)
        {
            var keys = await matching.Select(Of<T, string>(form[form.Keys[0]].Property)).Take(Few + 1).ToListAsync(cancellationToken);
            if (keys.Count <= Few)
            {
                (few, matching) = (keys.Count, all.Where(OneOf<T>(form[form.Keys[0]].Property, keys)).Take(Few));
            }
            else if (total > Common && (request.Sort.Length > 0 || request.Text is not null || texts.Count > 0))
            {
                var counted = await matching.Take(Common + 1).CountAsync(cancellationToken);
                // A bound that is never reached: without it PostgreSQL walks along the order, for it thinks those who match lie scattered, and names that begin alike lie together.
                if (counted <= Common)
                {
                    (few, matching) = (counted, matching.Take(Common));
                }
                else if (request.Text is { } text && beginning is not null && total > CountedTo)
                {
                    var byName = await Filtered(those, form, request, texts, isWalked: true).Where(beginning(text, false)).Take(Few + 1).CountAsync(cancellationToken) <= Few;
                    (matching, sort, begins) = (Filtered(those, form, request, texts, isWalked: true).Where(beginning(text, byName)), byName ? "name" : "", byName ? form.Name : form.Keys[0]);
                }
                else
                {
                    matching = Matching(isWalked: true);
                }
            }
        }
        var page = request.After is { Length: > 0 } after && Behind<T>(form, sort, after) is { } behind ? matching.Where(behind) : matching;
        var rows = await Ordered(page, form, sort).Take(PageSize + 1).ToListAsync(cancellationToken);
        string? next = null;
        if (rows.Count > PageSize)
        {
            rows.RemoveAt(PageSize);
            next = Cursor(form, sort, rows[^1]);
        }
        // Of a big register a rare combination is not counted: that would read it from end to end.
        var count = !request.IsNarrowed ? total : few ?? (total > CountedTo ? -1 : await matching.CountAsync(cancellationToken));
        return new RegisterListView(count, total, headers, [.. rows.Select(line)], next, begins);
    }

    /// <param name="isWalked">Said so that no index of what is filtered is entered: the rows are met along the order instead.</param>
    private static IQueryable<T> Filtered<T>(IQueryable<T> all, RegisterForm form, ListRequest request, IReadOnlyDictionary<string, List<string>> texts, bool isWalked)
    {
        foreach (var (header, value) in request.Filters)
        {
            if (form.IndexOf(header) >= 0) all = all.Where(texts.TryGetValue(header, out var several) ? OneOf<T>(form[header].Property, several, isWalked) : Filter<T>(form[header], value, isWalked));
        }
        return all;
    }

    private static async Task<RegisterListView> PageThenAsync<T>(IQueryable<T> all, RegisterAsOf then, RegisterForm form, DateOnly on, string? after, IReadOnlyList<string> headers, Func<T, RegisterLine> line, CancellationToken cancellationToken)
        where T : class, IRegisterEntry
    {
        var total = await then.Of(Ordered(all, form, ""), form, on).Take(CountedTo + 1).CountAsync(cancellationToken);
        var page = after is { Length: > 0 } && Behind<T>(form, "", after) is { } behind ? all.Where(behind) : all;
        var rows = await then.Of(Ordered(page, form, ""), form, on).Take(PageSize + 1).ToListAsync(cancellationToken);
        var next = rows.Count > PageSize ? Cursor(form, "", rows[PageSize - 1].Row) : null;
        return new RegisterListView(total, total, headers, [.. rows.Take(PageSize).Select(r => line(then.Row(form, r)))], next);
    }

    /// <summary>
    /// For each column of several values that is asked for: the texts of the register in which the value stands, found by going from one text to the next along the index.
    /// A column without an index, or with very many texts, is not there.
    /// </summary>
    private static async Task<IReadOnlyDictionary<string, List<string>>> TextsAsync(DbContext db, RegisterForm form, ListRequest request, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var type = db.Model.FindEntityType(form.EntityType)!;
        foreach (var (header, value) in request.Filters.Where(f => f.Value != ListRequest.Empty && form.IndexOf(f.Key) >= 0 && form[f.Key].HoldsSeveral))
        {
            var property = type.FindProperty(form[header].Property)!;
            if (!type.GetIndexes().Any(i => i.Properties[0] == property)) continue;
            var (table, column) = (type.GetTableName(), property.GetColumnName());
#pragma warning disable EF1002 // Names of our own model.
            var texts = await db.Database.SqlQueryRaw<string>($"""
                WITH RECURSIVE texts(v) AS (
                    SELECT MIN({column}) FROM {table} WHERE {column} IS NOT NULL
                    UNION ALL SELECT (SELECT MIN({column}) FROM {table} WHERE {column} > texts.v) FROM texts WHERE texts.v IS NOT NULL)
                SELECT v AS "Value" FROM texts WHERE v IS NOT NULL LIMIT {MaxTexts + 1}
                """).ToListAsync(cancellationToken);
#pragma warning restore EF1002
            var those = texts.FindAll(t => t.Contains(value, StringComparison.Ordinal));
            // What stands in very many of them is met soon enough without.
            if (texts.Count <= MaxTexts && those.Count <= Few) found.Add(header, those);
        }
        return found;
    }

    private static Expression<Func<T, bool>> OneOf<T>(string property, List<string> values, bool isWalked = false)
    {
        var row = Expression.Parameter(typeof(T));
        var cell = Expression.Property(row, property);
        var one = Expression.Call(Value(values), nameof(List<string>.Contains), null, isWalked ? Expression.Add(cell, Expression.Constant(""), Concat) : cell);
        // Said that there is one, so that an index of those that have any is entered.
        return Expression.Lambda<Func<T, bool>>(Expression.AndAlso(Expression.NotEqual(cell, Expression.Constant(null, typeof(string))), one), row);
    }

    private static Expression<Func<T, bool>> Filter<T>(Column column, string value, bool isWalked)
    {
        var row = Expression.Parameter(typeof(T));
        var property = Expression.Property(row, column.Property);
        Expression test;
        if (column.Kind is ColumnKind.YesNo) test = Expression.Equal(property, Expression.Constant(value == "是"));
        else if (value == ListRequest.Empty) test = property.Type == typeof(string) ? Expression.Equal(property, Expression.Constant(null, typeof(string))) : Nullable.GetUnderlyingType(property.Type) is null ? Expression.Constant(false) : Expression.Equal(property, Expression.Constant(null, property.Type));
        else if (property.Type != typeof(string)) test = int.TryParse(value, out var number) && column.Kind is ColumnKind.Number ? Expression.Equal(property, Expression.Convert(Value(number), property.Type)) : Expression.Constant(false);
        // Said that there is one, so that an index of those that have any is entered.
        else if (column.HoldsSeveral) test = Expression.AndAlso(Expression.NotEqual(property, Expression.Constant(null, typeof(string))), Expression.Call(property, Contains, Value(value)));
        else test = Expression.Equal(isWalked ? Expression.Add(property, Expression.Constant(""), Concat) : property, Value(value));
        return Expression.Lambda<Func<T, bool>>(test, row);
    }

    private static IQueryable<T> Ordered<T>(IQueryable<T> rows, RegisterForm form, string sort) where T : class, IRegisterEntry
    {
        var ordered = sort switch
        {
            "changed" => rows.Where(r => r.ChangedAt != null).OrderByDescending(r => r.ChangedAt),
            "name" => rows.OrderBy(Of<T, string>(form[form.Name].Property)),
            _ => null,
        };
        var first = Of<T, string>(form[form.Keys[0]].Property);
        ordered = ordered is null ? rows.OrderBy(first) : ordered.ThenBy(first);
        if (form.Keys.Count < 2) return ordered;
        return form[form.Keys[1]].Kind is ColumnKind.Text ? ordered.ThenBy(Of<T, string>(form[form.Keys[1]].Property)) : ordered.ThenBy(Of<T, int>(form[form.Keys[1]].Property));
    }

    private static string Cursor(RegisterForm form, string sort, IRegisterEntry row)
        => string.Join('\n', (string[])[sort switch { "changed" => row.ChangedAt!.Value.Ticks.ToString(System.Globalization.CultureInfo.InvariantCulture), "name" => form[form.Name].TextOf(row), _ => "" }, .. form.Keys.Select(k => form[k].TextOf(row))]);

    /// <summary>All that comes after the cursor: a later value, or the same and a later key. Null when it is none of ours.</summary>
    private static Expression<Func<T, bool>>? Behind<T>(RegisterForm form, string sort, string cursor)
    {
        var parts = cursor.Split('\n');
        if (parts.Length != form.Keys.Count + 1) return null;
        var row = Expression.Parameter(typeof(T));
        Expression? behind = null;
        for (var i = form.Keys.Count - 1; i >= 0; i--)
        {
            var column = form[form.Keys[i]];
            var property = Expression.Property(row, column.Property);
            if (column.Kind is ColumnKind.Text) behind = After(property, Value(parts[i + 1]), behind);
            else if (int.TryParse(parts[i + 1], out var number)) behind = After(property, Value(number), behind);
            else return null;
        }
        if (sort == "name")
        {
            behind = After(Expression.Property(row, form[form.Name].Property), Value(parts[0]), behind);
        }
        else if (sort == "changed")
        {
            if (!long.TryParse(parts[0], out var ticks) || ticks is < 0 or > 3_155_378_975_999_999_999) return null;
            var changed = Expression.Property(row, nameof(IRegisterEntry.ChangedAt));
            var at = Expression.Convert(Value(new DateTime(ticks, DateTimeKind.Utc)), typeof(DateTime?));
            behind = Expression.AndAlso(Expression.LessThanOrEqual(changed, at), Expression.OrElse(Expression.LessThan(changed, at), Expression.AndAlso(Expression.Equal(changed, at), behind!)));
        }
        return Expression.Lambda<Func<T, bool>>(behind!, row);
    }

    private static BinaryExpression After(MemberExpression property, Expression value, Expression? then)
    {
        var isText = property.Type == typeof(string);
        var (left, right) = isText ? ((Expression)Expression.Call(property, CompareTo, value), (Expression)Expression.Constant(0)) : (property, value);
        var later = Expression.GreaterThan(left, right);
        // Said twice, so that the database enters its index there: of the “or” alone it would read all that comes before.
        return then is null ? later : Expression.AndAlso(Expression.GreaterThanOrEqual(left, right), Expression.OrElse(later, Expression.AndAlso(Expression.Equal(property, value), then)));
    }

    private static Expression<Func<T, TValue>> Of<T, TValue>(string property)
    {
        var row = Expression.Parameter(typeof(T));
        return Expression.Lambda<Func<T, TValue>>(Expression.Property(row, property), row);
    }

    /// <summary>As a parameter of the query and not as text in it.</summary>
    private static MemberExpression Value<TValue>(TValue value) => Expression.Property(Expression.Constant(new Box<TValue>(value)), nameof(Box<TValue>.Value));

    private sealed record Box<TValue>(TValue Value);
}
