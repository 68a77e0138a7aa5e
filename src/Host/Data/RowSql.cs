using System.Collections.Concurrent;
using System.Data.Common;
using System.Linq.Expressions;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using NpgsqlTypes;

namespace DoubleRandom.Host.Data;

/// <summary>A statement's text with the types of its parameters ($1, $2 …); made once, prepared once a connection.</summary>
/// <param name="isCheck">A query that finds one row when the unit may commit.</param>
/// <param name="insertOfColumns">For PostgreSQL: the same insert of any number of rows, with an array a column; null for what is no plain insert.</param>
internal sealed class SqlText(string text, NpgsqlDbType[] types, bool isCheck = false, string? insertOfColumns = null)
{
    public string? InsertOfColumns => insertOfColumns;

    public string Text => text;

    public NpgsqlDbType[] Types => types;

    public bool IsCheck => isCheck;

    /// <summary>
    /// The same for PostgreSQL, failing by itself when it does not touch exactly one row: the commit travels in the same batch, so nobody could look
    /// at the count before it.
    /// </summary>
    public string Guarded { get; } = $"WITH touched AS ({text}{(isCheck ? "" : " RETURNING 1")}) SELECT 1 / count(*) FROM touched";

    public static NpgsqlDbType TypeOf(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(string) => NpgsqlDbType.Text,
        var t when t == typeof(Guid) => NpgsqlDbType.Uuid,
        var t when t == typeof(DateTime) => NpgsqlDbType.TimestampTz,
        var t when t == typeof(DateOnly) => NpgsqlDbType.Date,
        var t when t == typeof(TimeOnly) => NpgsqlDbType.Time,
        var t when t == typeof(bool) => NpgsqlDbType.Boolean,
        var t when t == typeof(int) => NpgsqlDbType.Integer,
        var t when t == typeof(long) => NpgsqlDbType.Bigint,
        var t when t == typeof(double) => NpgsqlDbType.Double,
        var t when t == typeof(byte[]) => NpgsqlDbType.Bytea,
        var t => throw new NotSupportedException($"A column of {t} is not written by hand-made SQL."),
    };
}

/// <summary>One statement to be run with its values.</summary>
/// <param name="OnMiss">What is thrown when it does not touch exactly one row; null: it may touch any number.</param>
/// <param name="IsHeld">The row was read under a lock in this unit, so that on PostgreSQL it cannot miss and nothing is counted.</param>
internal sealed record Statement(SqlText Sql, object?[] Values, Func<ConflictException>? OnMiss = null, bool IsHeld = false)
{
    /// <summary>Whether PostgreSQL has to count what it touched.</summary>
    public bool IsGuarded => OnMiss is not null && !IsHeld;
}

/// <summary>The statements of one table. Names, types and conversions come from the EF mapping, so they stand in one place.</summary>
internal sealed class RowSql
{
    private static readonly ConcurrentDictionary<IEntityType, RowSql> All = new();

    private readonly Column[] _columns;
    // What an update asks for: the key and the concurrency tokens.
    private readonly Column[] _identity;
    private readonly string _table;
    private readonly string _names;
    private readonly ConcurrentDictionary<string, SqlText> _texts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<UInt128, SqlText> _updates = new();
    private readonly Func<ConflictException> _onMiss;
    private readonly SqlText _insert;

    private RowSql(IEntityType type)
    {
        _table = $"\"{type.GetTableName()}\"";
        _columns = [.. type.GetProperties().Select((p, i) => new Column(p, type, i))];
        // The columns an update sets are a number of so many bits.
        if (_columns.Length > 128) throw new NotSupportedException($"{_table} has more columns than hand-made SQL can tell apart.");
        _onMiss = () => new ConflictException($"A row of {_table} was changed by another transaction.");
        _identity = [.. _columns.Where(c => c.IsKey || c.Property.IsConcurrencyToken)];
        Rank = RankOf(type);
        _names = string.Join(", ", _columns.Select(c => c.Name));
        _insert = new SqlText($"INSERT INTO {_table} ({_names}) VALUES ({Placeholders(_columns.Length)})", [.. _columns.Select(c => c.Type)],
            insertOfColumns: $"INSERT INTO {_table} ({_names}) SELECT * FROM unnest({Placeholders(_columns.Length)})");
    }

    /// <summary>Rows that others refer to are written before those: how far down the references reach.</summary>
    public int Rank { get; }

    public static RowSql Of<T>(DbContext db) => Of(db.Model.FindEntityType(typeof(T))!);

    public static RowSql Of(IEntityType type) => All.GetOrAdd(type, t => new RowSql(t));

    /// <summary>Whether hand-made SQL can stand for EF's: properties are plain, keys are given by the program, a table is one type.</summary>
    public static bool IsPlain(IEntityType type)
        => type.BaseType is null && !type.GetDerivedTypes().Any() && !type.IsOwned() && !type.GetNavigations().Any() && !type.GetComplexProperties().Any() && type.GetTableName() is not null
            && type.GetProperties().All(p => p.PropertyInfo is not null && p.GetAfterSaveBehavior() is PropertySaveBehavior.Save or PropertySaveBehavior.Throw
                && (p.ValueGenerated is ValueGenerated.Never || p.ClrType == typeof(Guid)));

    /// <summary>A query for whole rows, for <see cref="RowReader{T}"/>.</summary>
    /// <param name="where">What follows the table's name; always one of few texts, because each stays prepared.</param>
    /// <param name="without">A property whose text is not fetched: it reads as an empty object. Null: all are.</param>
    public SqlText Select(string where, object[] values, string? without = null)
        => _texts.GetOrAdd(without is null ? where : $"{without}: {where}", _ => new SqlText(
            $"SELECT {(without is null ? _names : string.Join(", ", _columns.Select(c => c.Property.Name == without ? $"'{{}}' AS {c.Name}" : c.Name)))} FROM {_table} {where}", [.. values.Select(v => SqlText.TypeOf(v.GetType()))]));

    public Statement Insert(object row) => new(_insert, ValuesOf(row));

    /// <summary>An insert that does nothing when the row is there: by its key, or by the columns named.</summary>
    public Statement InsertOrNothing(object row, string conflict, Func<ConflictException>? onMiss = null)
        => new(_texts.GetOrAdd($"nothing {conflict}", _ => new SqlText($"{_insert.Text} ON CONFLICT ({conflict}) DO NOTHING", _insert.Types)), ValuesOf(row), onMiss);

    /// <summary>Writes the changed columns of a tracked row; it must still be as it was read, by its concurrency tokens.</summary>
    /// <returns>Null when a change needs EF's ordering: of a key, a reference or a unique value.</returns>
    public Statement? Update(EntityEntry entry)
    {
        List<Column> set = [];
        foreach (var column in _columns)
        {
            if (!entry.Property(column.Property).IsModified) continue;
            if (column.IsDelicate) return null;
            set.Add(column);
        }
        return Update(entry.Entity, set, c => c.ToProvider(entry.Property(c.Property).OriginalValue));
    }

    /// <summary>The same for a row that only we remember.</summary>
    /// <param name="was">A copy of the row as it was read.</param>
    /// <param name="update">Null when nothing was changed.</param>
    /// <returns>False when a change needs EF's ordering.</returns>
    public bool TryUpdate(object row, object was, out Statement? update)
    {
        update = null;
        List<Column>? set = null;
        foreach (var column in _columns)
        {
            if (column.IsSame(row, was)) continue;
            if (column.IsDelicate) return false;
            (set ??= []).Add(column);
        }
        if (set is not null) update = Update(row, set, c => c.ValueOf(was));
        return true;
    }

    private Statement Update(object row, List<Column> set, Func<Column, object?> before)
    {
        UInt128 columns = 0;
        foreach (var column in set) columns |= UInt128.One << column.Place;
        var sql = _updates.GetOrAdd(columns, _ =>
        {
            var n = 0;
            var sets = string.Join(", ", set.Select(c => $"{c.Name} = ${++n}"));
            var wheres = string.Join(" AND ", _identity.Select(c => $"{c.Name} = ${++n}"));
            return new SqlText($"UPDATE {_table} SET {sets} WHERE {wheres}", [.. set.Concat(_identity).Select(c => c.Type)]);
        });
        var values = new object?[set.Count + _identity.Length];
        for (var i = 0; i < set.Count; i++) values[i] = set[i].ValueOf(row);
        for (var i = 0; i < _identity.Length; i++) values[set.Count + i] = _identity[i].IsKey ? _identity[i].ValueOf(row) : before(_identity[i]);
        return new Statement(sql, values, _onMiss);
    }

    private object?[] ValuesOf(object row)
    {
        var values = new object?[_columns.Length];
        for (var i = 0; i < values.Length; i++) values[i] = _columns[i].ValueOf(row);
        return values;
    }

    private static string Placeholders(int count) => string.Join(", ", Enumerable.Range(1, count).Select(i => $"${i}"));

    private static int RankOf(IEntityType type)
        => type.GetForeignKeys().Where(f => f.PrincipalEntityType != type).Select(f => RankOf(f.PrincipalEntityType) + 1).DefaultIfEmpty(0).Max();

    internal sealed class Column
    {
        private readonly Func<object, object?> _get;
        private readonly Func<object, object, bool> _same;
        private readonly ValueConverter? _converter;

        public Column(IProperty property, IEntityType type, int place)
        {
            Property = property;
            Place = place;
            Name = $"\"{property.GetColumnName()}\"";
            _converter = property.GetTypeMapping().Converter;
            Type = SqlText.TypeOf(_converter?.ProviderClrType ?? property.ClrType);
            IsKey = property.IsKey();
            IsDelicate = IsKey || property.IsForeignKey() || type.GetIndexes().Any(i => i.IsUnique && i.Properties.Contains(property));
            var row = Expression.Parameter(typeof(object));
            var value = Expression.Property(Expression.Convert(row, type.ClrType), property.PropertyInfo!);
            _get = Expression.Lambda<Func<object, object?>>(Expression.Convert(value, typeof(object)), row).Compile();
            // As it is typed, so that nothing is boxed: every step compares some sixty values.
            var was = Expression.Parameter(typeof(object));
            var comparer = typeof(EqualityComparer<>).MakeGenericType(property.ClrType);
            var same = Expression.Call(Expression.Property(null, comparer, nameof(EqualityComparer<>.Default)), comparer.GetMethod("Equals", [property.ClrType, property.ClrType])!, value,
                Expression.Property(Expression.Convert(was, type.ClrType), property.PropertyInfo!));
            _same = Expression.Lambda<Func<object, object, bool>>(same, row, was).Compile();
        }

        public IProperty Property { get; }
        public int Place { get; }
        public string Name { get; }
        public NpgsqlDbType Type { get; }
        public bool IsKey { get; }
        public bool IsDelicate { get; }

        public bool IsSame(object row, object was) => _same(row, was);

        /// <summary>As the database has it.</summary>
        public object? ValueOf(object row) => ToProvider(_get(row));

        public object? ToProvider(object? value) => value is null || _converter is null ? value : _converter.ConvertToProvider(value);
    }
}

/// <summary>Makes rows of what a reader gives in the order of <see cref="RowSql.Select"/>.</summary>
internal static class RowReader<T> where T : class
{
    private static readonly ConcurrentDictionary<IEntityType, Func<DbDataReader, T>> All = new();
    private static readonly MethodInfo Field = typeof(DbDataReader).GetMethod(nameof(DbDataReader.GetFieldValue))!;
    private static readonly MethodInfo IsNull = typeof(DbDataReader).GetMethod(nameof(DbDataReader.IsDBNull))!;

    public static Func<DbDataReader, T> Of(DbContext db) => All.GetOrAdd(db.Model.FindEntityType(typeof(T))!, Make);

    private static Func<DbDataReader, T> Make(IEntityType type)
    {
        var reader = Expression.Parameter(typeof(DbDataReader));
        var bindings = type.GetProperties().Select((p, i) =>
        {
            var converter = p.GetTypeMapping().Converter;
            var stored = converter?.ProviderClrType ?? Nullable.GetUnderlyingType(p.ClrType) ?? p.ClrType;
            Expression value = Expression.Call(reader, Field.MakeGenericMethod(stored), Expression.Constant(i));
            if (converter is not null) value = Expression.Invoke(converter.ConvertFromProviderExpression, value);
            value = Expression.Convert(value, p.ClrType);
            if (p.IsNullable) value = Expression.Condition(Expression.Call(reader, IsNull, Expression.Constant(i)), Expression.Default(p.ClrType), value);
            return (MemberBinding)Expression.Bind(p.PropertyInfo!, value);
        });
        return Expression.Lambda<Func<DbDataReader, T>>(Expression.MemberInit(Expression.New(typeof(T)), bindings), reader).Compile();
    }
}
