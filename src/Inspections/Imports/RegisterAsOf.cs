using System.Linq.Expressions;
using System.Reflection;
using System.Text;
using System.Text.Json;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Imports;

/// <summary>An entry on its way out: as it is, or with what it was on the day that was asked for.</summary>
public sealed class EntryThen<T> where T : class
{
    public required T Row { get; init; }

    /// <summary>The version of that day, as <see cref="RegisterVersion.Data"/>; null: the row is still what it was then.</summary>
    public string? Data { get; init; }
}

/// <summary>
/// A whole register as it stood at the end of a day: entries that came later are not in it, those that were changed later are as they were. Each entry's version is
/// found by its key, so the database reads the register once, however many versions there are.
/// </summary>
public sealed class RegisterAsOf(DbContext db, TimeProvider time, PersonalSeal seal)
{
    private static readonly MethodInfo Concat = typeof(string).GetMethod(nameof(string.Concat), [typeof(string), typeof(string)])!;

    /// <param name="rows">Of the register as it is now, narrowed by their keys at most: what else they hold may have been otherwise. In their order the answer comes.</param>
    /// <param name="on">Null: now.</param>
    public IQueryable<EntryThen<T>> Of<T>(IQueryable<T> rows, RegisterForm form, DateOnly? on) where T : class, IRegisterEntry
    {
        if (on is not { } day) return rows.Select(r => new EntryThen<T> { Row = r });
        var (kind, end) = (form.Kind, time.InstantOf(day.AddDays(1), TimeOnly.MinValue));
        Expression<Func<T, string, bool>> wasThere = (r, key) => r.ChangedAt == null || r.ChangedAt < end
            || db.Set<RegisterVersion>().Any(v => v.Kind == kind && v.Key == key && v.ToAt >= end && (v.FromAt == null || v.FromAt < end));
        Expression<Func<T, string, EntryThen<T>>> then = (r, key) => new EntryThen<T>
        {
            Row = r,
            Data = db.Set<RegisterVersion>().Where(v => v.Kind == kind && v.Key == key && v.ToAt >= end && (v.FromAt == null || v.FromAt < end)).OrderBy(v => v.ToAt).Select(v => v.Data).FirstOrDefault(),
        };
        return rows.Where(WithKey(wasThere, form)).Select(WithKey(then, form));
    }

    /// <summary>The cells of an entry, in the order of the form.</summary>
    public IEnumerable<string> Cells<T>(RegisterForm form, EntryThen<T> entry) where T : class
    {
        if (entry.Data is null) return form.All.Select(c => seal.Plain(c, c.TextOf(entry.Row)));
        using var data = JsonDocument.Parse(entry.Data);
        var type = db.Model.FindEntityType(form.EntityType)!;
        return [.. form.All.Select(c => data.RootElement.TryGetProperty(type.FindProperty(c.Property)!.GetColumnName(), out var value) ? seal.Plain(c, c.TextOf(value)) : "")];
    }

    /// <summary>The entry as a row. A cell that today's rules would no longer take stays empty in it; the export has it as it was.</summary>
    public T Row<T>(RegisterForm form, EntryThen<T> entry) where T : class
    {
        if (entry.Data is null) return entry.Row;
        var (row, made) = (new StagedRow(form.All.Count), (T)(object)form.Make());
        row.Clear();
        foreach (var (i, text) in Cells(form, entry).Index())
        {
            if (form.All[i].Read(Encoding.UTF8.GetBytes(text), row, i) is null) form.All[i].Set(made, row, i);
        }
        return made;
    }

    /// <summary>The expression with the entry's key, as versions name it, in place of its second parameter.</summary>
    private static Expression<Func<T, TResult>> WithKey<T, TResult>(Expression<Func<T, string, TResult>> of, RegisterForm form)
    {
        var row = of.Parameters[0];
        Expression? key = null;
        foreach (var header in form.Keys)
        {
            Expression part = Expression.Property(row, form[header].Property);
            if (part.Type != typeof(string)) part = Expression.Call(part, nameof(int.ToString), null);
            key = key is null ? part : Expression.Add(Expression.Add(key, Expression.Constant("/"), Concat), part, Concat);
        }
        return Expression.Lambda<Func<T, TResult>>(new Replacer(of.Parameters[1], key!).Visit(of.Body), row);
    }

    private sealed class Replacer(ParameterExpression from, Expression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : node;
    }
}
