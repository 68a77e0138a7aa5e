using System.Reflection;
using System.Runtime.InteropServices;
using DoubleRandom.Basics;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Data;

/// <summary>
/// The few rows that every step makes or opens, kept beside EF, whose tracking of one work item cost a quarter of a completion: a row that was made
/// waits to be inserted, a row that is in the database is compared with what it was. Before EF itself reads or writes in the unit they are handed
/// over to it, so that no row is ever there twice.
/// </summary>
internal sealed class OwnRows(Db db, Unit unit) : INewRows
{
    internal static readonly Func<object, object> Copy = typeof(object).GetMethod("MemberwiseClone", BindingFlags.Instance | BindingFlags.NonPublic)!.CreateDelegate<Func<object, object>>();

    private readonly List<object> _made = [];
    private readonly List<(object Row, object Was)> _kept = [];
    private int _inserted;

    public void Add<T>(T row) where T : class
    {
        unit.DemandOpen();
        _made.Add(row);
    }

    public IEnumerable<T> Of<T>() where T : class => _made.OfType<T>();

    /// <summary>A row that was just read.</summary>
    public void Keep(object row) => _kept.Add((row, Copy(row)));

    /// <summary>What waits to be written.</summary>
    /// <returns>False when EF has to find the order: of a key, a reference or a unique value that was changed.</returns>
    public bool TryStage(List<(int Rank, Statement Insert)> inserts, List<Statement> updates)
    {
        foreach (var row in CollectionsMarshal.AsSpan(_made)[_inserted..])
        {
            var sql = SqlOf(row);
            inserts.Add((sql.Rank, sql.Insert(row)));
        }
        foreach (var (row, was) in _kept)
        {
            var sql = SqlOf(row);
            if (!sql.TryUpdate(row, was, out var update)) return false;
            if (update is not null) updates.Add(update);
        }
        return true;
    }

    /// <summary>It was staged, and the unit goes on.</summary>
    public void Accept()
    {
        for (var i = 0; i < _kept.Count; i++) _kept[i] = (_kept[i].Row, Copy(_kept[i].Row));
        foreach (var row in CollectionsMarshal.AsSpan(_made)[_inserted..]) Keep(row);
        _inserted = _made.Count;
    }

    /// <summary>From here on EF tracks the rows of the database, with what was changed in them.</summary>
    public void HandOver()
    {
        foreach (var (row, was) in _kept)
        {
            var entry = db.Entry(row);
            entry.State = EntityState.Unchanged;
            entry.OriginalValues.SetValues(was);
        }
        _kept.Clear();
    }

    /// <summary>EF itself is to write everything, what was made too.</summary>
    public void LeaveToEf()
    {
        HandOver();
        foreach (var row in CollectionsMarshal.AsSpan(_made)[_inserted..]) db.Entry(row).State = EntityState.Added;
        _inserted = _made.Count;
    }

    private RowSql SqlOf(object row) => RowSql.Of(db.Model.FindEntityType(row.GetType())!);
}
