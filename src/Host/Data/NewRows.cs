using DoubleRandom.Basics;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Data;

/// <summary>Rows that wait for <see cref="UnitSql.StageTrackedAsync"/>.</summary>
internal sealed class NewRows(Db db, Unit unit) : INewRows
{
    private readonly List<object> _rows = [];
    private int _written;

    public void Add<T>(T row) where T : class
    {
        unit.DemandOpen();
        _rows.Add(row);
    }

    public IEnumerable<T> Of<T>() where T : class => _rows.OfType<T>();

    /// <summary>What was not staged yet.</summary>
    public ReadOnlySpan<object> Waiting => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_rows)[_written..];

    /// <summary>They were staged, and the unit goes on: from here on a change in them is found like in any other row.</summary>
    public void Track()
    {
        foreach (var row in Waiting) db.Entry(row).State = EntityState.Unchanged;
        _written = _rows.Count;
    }

    /// <summary>EF itself is to write everything.</summary>
    public void LeaveToEf()
    {
        foreach (var row in Waiting) db.Entry(row).State = EntityState.Added;
        _written = _rows.Count;
    }
}
