using System.Data;
using System.Globalization;
using DoubleRandom.Inspections.Imports;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using SQLitePCL;

namespace DoubleRandom.Host.Data;

/// <summary>Rows go in with one prepared statement, bound without going through objects.</summary>
internal sealed class SqliteImportStage(Db db) : ImportStage(db)
{
    private sqlite3_stmt? _insert;

    protected override string AtEnd => "";

    protected override string JsonOfRow => $"json_object({string.Join(", ", Type.GetProperties().Select(p => p.GetColumnName()).Where(n => n is not ("change_id" or "changed_at")).Select(n => $"'{n}', t.\"{n}\""))})";

    /// <summary>A dry run writes temporary tables only: it does not wait for the writer and the writer does not wait for it.</summary>
    protected override async Task<IDbContextTransaction> BeginOwnAsync(CancellationToken cancellationToken)
    {
        await Database.OpenConnectionAsync(cancellationToken);
        return (await Database.UseTransactionAsync(((SqliteConnection)Connection).BeginTransaction(deferred: true), cancellationToken))!;
    }

    protected override void BeginRows()
    {
        var handle = SqliteRuntime.HandleOf((SqliteConnection)Connection);
        if (raw.sqlite3_prepare_v2(handle, $"INSERT INTO import_stage (line, {string.Join(", ", Names)}) VALUES (?{string.Concat(Enumerable.Repeat(", ?", Names.Count))})", out var insert) != raw.SQLITE_OK)
            throw new InvalidOperationException(raw.sqlite3_errmsg(handle).utf8_to_string());
        _insert = insert;
    }

    protected override void AddRow(int line, StagedRow row)
    {
        var insert = _insert!;
        raw.sqlite3_bind_int(insert, 1, line);
        Span<byte> day = stackalloc byte[10];
        for (var i = 0; i < Places.Length; i++)
        {
            var at = Places[i];
            if (row.IsNull(at))
            {
                raw.sqlite3_bind_null(insert, i + 2);
                continue;
            }
            switch (Present[i].Kind)
            {
                case ColumnKind.Number or ColumnKind.YesNo:
                    raw.sqlite3_bind_int(insert, i + 2, row.Number(at));
                    break;
                case ColumnKind.Date:
                    DateOnly.FromDayNumber(row.Number(at)).TryFormat(day, out _, "yyyy-MM-dd", CultureInfo.InvariantCulture);
                    raw.sqlite3_bind_text(insert, i + 2, day);
                    break;
                default:
                    raw.sqlite3_bind_text(insert, i + 2, row.Text(at));
                    break;
            }
        }
        var result = raw.sqlite3_step(insert);
        raw.sqlite3_reset(insert);
        if (result != raw.SQLITE_DONE) throw new SqliteException(raw.sqlite3_errstr(result).utf8_to_string(), result);
    }

    protected override void EndRows()
    {
        _insert!.Dispose();
        _insert = null;
    }

    protected override void Abandon()
    {
        if (_insert is not null) EndRows();
    }
}
