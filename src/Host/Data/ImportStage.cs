using System.Data;
using System.Data.Common;
using System.Globalization;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace DoubleRandom.Host.Data;

/// <summary>
/// The sets of an import in SQL that both databases read alike; how rows get into the stage, and a row's JSON, is each one's own. Tables are temporary:
/// they belong to the connection and end with the stage.
/// </summary>
internal abstract class ImportStage(Db db) : IImportStage
{
    /// <summary>A changed row that another section gets.</summary>
    private const string Transferred = "2";

    private IReadOnlyList<Column> _present = [];
    private IReadOnlyList<Column> _derived = [];
    private List<Unique> _uniques = [];
    private string[] _names = [];
    private string[] _keys = [];
    private RegisterForm _form = null!;
    private IDbContextTransaction? _own;
    private string _table = "";
    private DateOnly _on;
    private int _keyAt;
    private int _keyless;
    private int _found;
    private int _added;
    private int _refused;

    protected DbConnection Connection => db.Database.GetDbConnection();

    protected DbTransaction Transaction => db.Database.CurrentTransaction!.GetDbTransaction();

    protected IReadOnlyList<string> Names => _names;

    protected IReadOnlyList<Column> Present => _present;

    /// <summary>Of the staged columns among the form's.</summary>
    protected int[] Places { get; private set; } = [];

    protected IEntityType Type { get; private set; } = null!;

    protected string Table => _table;

    protected abstract string AtEnd { get; }

    protected abstract void BeginRows();

    protected abstract void AddRow(int line, StagedRow row);

    protected abstract void EndRows();

    /// <summary>The row under the alias t as JSON by column names.</summary>
    protected abstract string JsonOfRow { get; }

    protected Microsoft.EntityFrameworkCore.Infrastructure.DatabaseFacade Database => db.Database;

    protected virtual Task<IDbContextTransaction> BeginOwnAsync(CancellationToken cancellationToken) => db.Database.BeginTransactionAsync(cancellationToken);

    protected virtual Task LockAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected virtual Task AnalyseAsync(string table, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task OpenAsync(RegisterForm form, IReadOnlyList<Column> present, IReadOnlyList<Column> derived, CancellationToken cancellationToken)
    {
        _form = form;
        (_present, _derived) = (present, derived);
        Type = db.Model.FindEntityType(form.EntityType)!;
        _table = Type.GetTableName()!;
        _names = [.. present.Select(NameOf)];
        _keys = [.. form.Keys.Select(k => NameOf(form[k]))];
        Places = [.. present.Select(c => form.IndexOf(c.Header))];
        _uniques = [.. form.Uniques.Where(u => present.Any(c => c.Header == u)).Select(u => new Unique(u, form.IndexOf(u)))];
        (_keyAt, _keyless, _found) = (form.IndexOf(form.Keys[0]), 0, 0);
        // A dry run may have no transaction: its tables go with its own, which is never committed.
        if (db.Database.CurrentTransaction is null) _own = await BeginOwnAsync(cancellationToken);
        await DropAsync(cancellationToken);
        var columns = string.Join(", ", present.Select(c => $"{NameOf(c)} {Type.FindProperty(c.Property)!.GetColumnType()}"));
        await RunAsync($"CREATE TEMP TABLE import_stage (line INTEGER PRIMARY KEY, {columns}){AtEnd}", cancellationToken);
        await RunAsync($"CREATE TEMP TABLE import_refused (line INTEGER PRIMARY KEY, header TEXT, code VARCHAR(40), value TEXT, holder TEXT){AtEnd}", cancellationToken);
        BeginRows();
    }

    public void Add(int line, StagedRow row)
    {
        AddRow(line, row);
        _added++;
        if (row.IsNull(_keyAt)) _keyless++;
        foreach (var unique in _uniques) unique.IsMet |= !row.IsNull(unique.At);
    }

    public async Task CompleteAsync(bool isApplied, CancellationToken cancellationToken)
    {
        EndRows();
        if (_added > 10_000) await AnalyseAsync("import_stage", cancellationToken);
        if (isApplied) await LockAsync(cancellationToken);
    }

    public async Task RefuseAsync(IReadOnlyList<Column> coded, DateOnly on, bool isTakeOver, IReadOnlyList<string>? owners, Action<StagedDuplicate> each, CancellationToken cancellationToken)
    {
        _on = on;
        if (_keyless > 0) await FindKeysAsync(cancellationToken);
        var keys = Join(", ", k => k);
        // “+” keeps SQLite from looking for later lines by their number, pair by pair, when it should look for equal keys.
        _refused += await RunAsync($"""
            INSERT INTO import_refused SELECT s.line, '{_form.Keys[0]}', 'duplicate-in-file', {KeyText("s")}, CAST(d.first_line AS TEXT) FROM import_stage s
            JOIN (SELECT {keys}, MIN(line) AS first_line FROM import_stage GROUP BY {keys} HAVING COUNT(*) > 1) d ON {Join(" AND ", k => $"d.{k} = s.{k}")} WHERE +s.line > d.first_line
            """, cancellationToken);
        foreach (var header in _uniques.Where(u => u.IsMet).Select(u => u.Header))
        {
            var code = NameOf(_form[header]);
            var refusal = header == "统一社会信用代码" ? "duplicate-credit-code" : "duplicate-code";
            var left = Left;
            _refused += await RunAsync($"""
                INSERT INTO import_refused SELECT s.line, '{header}', '{refusal}', s.{code}, MIN({KeyText("t")}) FROM import_stage s JOIN {_table} t ON t.{code} = s.{code}
                WHERE NOT ({Join(" AND ", k => $"t.{k} = s.{k}")}){left} GROUP BY s.line, s.{code}
                """, cancellationToken);
            left = Left;
            _refused += await RunAsync($"""
                INSERT INTO import_refused SELECT s.line, '{header}', '{refusal}', s.{code}, {KeyText("h")} FROM import_stage s
                JOIN (SELECT s.{code}, MIN(s.line) AS first_line FROM import_stage s WHERE s.{code} IS NOT NULL{left} GROUP BY s.{code} HAVING COUNT(*) > 1) d ON d.{code} = s.{code}
                JOIN import_stage h ON h.line = d.first_line WHERE +s.line > d.first_line{left}
                """, cancellationToken);
        }
        foreach (var column in coded)
        {
            var name = NameOf(column);
            _refused += await RunAsync($"""
                INSERT INTO import_refused SELECT s.line, '{column.Header}', 'unknown-code', s.{name}, '{column.CodeTable}' FROM import_stage s
                WHERE s.{name} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM code_entries e WHERE e.table_name = '{column.CodeTable}' AND e.code = s.{name}
                    AND (e.effective_from IS NULL OR e.effective_from <= '{on:yyyy-MM-dd}') AND (e.effective_to IS NULL OR e.effective_to >= '{on:yyyy-MM-dd}'))
                AND NOT EXISTS (SELECT 1 FROM {_table} t WHERE {Join(" AND ", k => $"t.{k} = s.{k}")} AND t.{name} = s.{name}){Left}
                """, cancellationToken);
        }
        foreach (var column in _derived) await RunAsync($"UPDATE import_stage AS s SET {NameOf(column)} = t.{NameOf(column)} FROM {_table} t WHERE {Join(" AND ", k => $"t.{k} = s.{k}")}", cancellationToken);
        if (owners is not null) await GuardOwnersAsync(owners, cancellationToken);
        await GuardStepsAsync(isTakeOver, cancellationToken);
        if (_refused == 0) return;
        await ForEachAsync($"SELECT r.line, r.header, r.code, r.value, r.holder, {string.Join(", ", _names.Select(n => $"s.{n}"))} FROM import_refused r JOIN import_stage s ON s.line = r.line ORDER BY r.line", reader => each(new StagedDuplicate(reader.GetInt32(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), Cells(reader, 5))), cancellationToken);
        await RunAsync("DELETE FROM import_stage WHERE line IN (SELECT line FROM import_refused)", cancellationToken);
    }

    /// <summary>
    /// A row without its key is the register's entry with the same unique value, the first that the row has. The database does not hold that value unique: of two such entries nobody can say which
    /// is meant.
    /// </summary>
    private async Task FindKeysAsync(CancellationToken cancellationToken)
    {
        var key = _keys[0];
        await RunAsync($"CREATE TEMP TABLE import_found (line INTEGER PRIMARY KEY, first_key TEXT NOT NULL, last_key TEXT NOT NULL){AtEnd}", cancellationToken);
        var before = "";
        List<string> codes = [];
        foreach (var unique in _uniques)
        {
            var code = NameOf(_form[unique.Header]);
            codes.Add($"s.{code}");
            if (unique.IsMet) _found += await RunAsync($"INSERT INTO import_found SELECT s.line, MIN(t.{key}), MAX(t.{key}) FROM import_stage s JOIN {_table} t ON t.{code} = s.{code} WHERE s.{key} IS NULL{before} GROUP BY s.line", cancellationToken);
            before += $" AND s.{code} IS NULL";
        }
        var value = codes.Count == 1 ? codes[0] : $"COALESCE({string.Join(", ", codes)})";
        if (_found > 10_000) await AnalyseAsync("import_found", cancellationToken);
        _refused += await RunAsync($"""
            INSERT INTO import_refused SELECT s.line, '{_form.Keys[0]}', 'missing-value', {value}, COALESCE(f.first_key || '、' || f.last_key, '') FROM import_stage s LEFT JOIN import_found f ON f.line = s.line
            WHERE s.{key} IS NULL AND (f.line IS NULL OR f.first_key <> f.last_key)
            """, cancellationToken);
        await RunAsync($"UPDATE import_stage AS s SET {key} = f.first_key FROM import_found f WHERE f.line = s.line AND f.first_key = f.last_key", cancellationToken);
    }

    /// <summary>Rows that are another section's, and rows that would be given to one.</summary>
    private async Task GuardOwnersAsync(IReadOnlyList<string> owners, CancellationToken cancellationToken)
    {
        var header = _form.Owner!;
        var name = NameOf(_form[header]);
        var own = string.Join(", ", owners.Select((_, i) => $"@o{i}"));
        var others = $"t.{_keys[0]} IS NOT NULL AND (t.{name} IS NULL OR t.{name} NOT IN ({own}))";
        await using var command = Command($"""
            INSERT INTO import_refused SELECT s.line, '{header}', 'not-your-section', {KeyText("s")}, CASE WHEN {others} THEN COALESCE(t.{name}, '') ELSE '{StagedDuplicate.Given}' || s.{name} END
            FROM import_stage s LEFT JOIN {_table} t ON {Join(" AND ", k => $"t.{k} = s.{k}")} WHERE (({others}) OR s.{name} NOT IN ({own})){Left}
            """);
        for (var i = 0; i < owners.Count; i++) Add(command, $"@o{i}", owners[i]);
        _refused += await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>What a page refuses of a reviewed and of a closed row, a file is refused as well, row by row.</summary>
    private async Task GuardStepsAsync(bool isTakeOver, CancellationToken cancellationToken)
    {
        if (_form.ClosedBy is null) return;
        var same = Join(" AND ", k => $"t.{k} = s.{k}");
        var steps = _present.Where(c => _form.Steps.Contains(c.Header)).ToList();
        foreach (var step in steps)
        {
            var name = NameOf(step);
            // A file that leaves them empty leaves them as they are.
            await RunAsync($"UPDATE import_stage AS s SET {name} = t.{name} FROM {_table} t WHERE {same} AND s.{name} IS NULL AND t.{name} IS NOT NULL", cancellationToken);
            _refused += await RunAsync($"""
                INSERT INTO import_refused SELECT s.line, '{step.Header}', 'by-step', {KeyText("s")}, '' FROM import_stage s LEFT JOIN {_table} t ON {same}
                WHERE s.{name} IS DISTINCT FROM t.{name}{(isTakeOver ? $" AND t.{_keys[0]} IS NOT NULL" : "")}{Left}
                """, cancellationToken);
        }
        var content = _present.Where(c => !_form.Steps.Contains(c.Header) && !_form.OpenWhenClosed.Contains(c.Header) && !_form.Keys.Contains(c.Header)).ToList();
        if (content.Count == 0) return;
        var differs = content.Select(c => $"t.{NameOf(c)} IS DISTINCT FROM s.{NameOf(c)}").ToList();
        var closed = $"t.{NameOf(_form[_form.ClosedBy])}";
        _refused += await RunAsync($"""
            INSERT INTO import_refused SELECT s.line, CASE {string.Join(" ", content.Select((c, i) => $"WHEN {differs[i]} THEN '{c.Header}'"))} END, 'make-new-version', {KeyText("s")}, ''
            FROM import_stage s JOIN {_table} t ON {same} WHERE {closed} IS NOT NULL AND ({string.Join(" OR ", differs)}){Left}
            """, cancellationToken);
        // What was reviewed is no longer what will stand there.
        await RunAsync($"UPDATE import_stage AS s SET {string.Join(", ", steps.Select(c => $"{NameOf(c)} = NULL"))} FROM {_table} t WHERE {same} AND {closed} IS NULL AND ({string.Join(" OR ", differs)}){Left}", cancellationToken);
    }

    public async Task<StagedCounts> CompareAsync(CancellationToken cancellationToken)
    {
        var staged = _added - _refused;
        await RunAsync($"CREATE TEMP TABLE import_known (line INTEGER PRIMARY KEY, is_changed INTEGER NOT NULL){AtEnd}", cancellationToken);
        if (await CountAsync($"SELECT COUNT(*) FROM (SELECT 1 FROM {_table} LIMIT 1) x", cancellationToken) == 0) return new StagedCounts(staged, 0, 0);
        await KeepFormerNamesAsync(cancellationToken);
        var others = _names.Except(_keys).ToList();
        // Told apart in one go, without comparing one by one what is mostly alike.
        var owner = _form.Owner is { } header && _present.Any(c => c.Header == header) ? NameOf(_form[header]) : null;
        var transferred = owner is null ? "" : $"WHEN t.{owner} IS DISTINCT FROM s.{owner} THEN {Transferred} ";
        var distinct = others.Count == 0 ? "0" : $"CASE {transferred}WHEN {string.Join(" OR ", others.Select(n => $"t.{n} IS DISTINCT FROM s.{n}"))} THEN 1 ELSE 0 END";
        var known = await RunAsync($"INSERT INTO import_known SELECT s.line, {distinct} FROM import_stage s JOIN {_table} t ON {Join(" AND ", k => $"t.{k} = s.{k}")}", cancellationToken);
        if (known > 10_000) await AnalyseAsync("import_known", cancellationToken);
        var changed = (int)await CountAsync("SELECT COUNT(*) FROM import_known WHERE is_changed > 0", cancellationToken);
        return new StagedCounts(staged - known, changed, known - changed)
        {
            Transferred = owner is null ? 0 : (int)await CountAsync($"SELECT COUNT(*) FROM import_known WHERE is_changed = {Transferred}", cancellationToken),
            Found = _found == 0 ? 0 : (int)await CountAsync("SELECT COUNT(*) FROM import_found f JOIN import_stage s ON s.line = f.line", cancellationToken),
        };
    }

    public async Task<IReadOnlyList<StagedChange>> SampleAsync(int changed, int added, CancellationToken cancellationToken)
    {
        List<StagedChange> rows = [];
        var mine = string.Join(", ", _names.Select(n => $"s.{n}"));
        await ForEachAsync($"SELECT s.line, {KeyText("s")}, {(_found == 0 ? "0" : "(SELECT COUNT(*) FROM import_found f WHERE f.line = s.line)")}, {mine}, {string.Join(", ", _names.Select(n => $"t.{n}"))} FROM import_known k JOIN import_stage s ON s.line = k.line JOIN {_table} t ON {Join(" AND ", k => $"t.{k} = s.{k}")} WHERE k.is_changed > 0 ORDER BY s.line LIMIT {changed.ToString(CultureInfo.InvariantCulture)}", reader => rows.Add(new StagedChange(reader.GetInt32(0), reader.GetString(1), Cells(reader, 3 + _names.Length), Cells(reader, 3), reader.GetInt32(2) > 0)), cancellationToken);
        await ForEachAsync($"SELECT s.line, {KeyText("s")}, {mine} FROM import_stage s WHERE NOT EXISTS (SELECT 1 FROM import_known k WHERE k.line = s.line) ORDER BY s.line LIMIT {added.ToString(CultureInfo.InvariantCulture)}", reader => rows.Add(new StagedChange(reader.GetInt32(0), reader.GetString(1), [], Cells(reader, 2))), cancellationToken);
        return rows;
    }

    public async Task<(int Count, IReadOnlyList<StagedAbsence> First)?> AbsentAsync(Column name, int first, CancellationToken cancellationToken)
    {
        var known = await CountAsync("SELECT COUNT(*) FROM import_known", cancellationToken);
        var least = (known * 2 + 1).ToString(CultureInfo.InvariantCulture);
        // Counted no further than needed: a few rows for a register of millions come every day.
        if (await CountAsync($"SELECT COUNT(*) FROM (SELECT 1 FROM {_table} LIMIT {least}) x", cancellationToken) > known * 2) return null;
        await RunAsync($"CREATE TEMP TABLE import_absent AS SELECT {_keys[0]} AS absent_key FROM {_table} EXCEPT SELECT {_keys[0]} FROM import_stage", cancellationToken);
        List<StagedAbsence> rows = [];
        await ForEachAsync($"SELECT t.{_keys[0]}, t.{NameOf(name)} FROM import_absent a JOIN {_table} t ON t.{_keys[0]} = a.absent_key ORDER BY t.{_keys[0]} LIMIT {first.ToString(CultureInfo.InvariantCulture)}",
            reader => rows.Add(new StagedAbsence(reader.GetString(0), reader.GetString(1))), cancellationToken);
        return ((int)await CountAsync("SELECT COUNT(*) FROM import_absent", cancellationToken), rows);
    }

    public async Task ApplyAsync(Guid changeId, Guid transferId, DateTime at, CancellationToken cancellationToken)
    {
        var same = Join(" AND ", k => $"t.{k} = s.{k}");
        var others = _names.Except(_keys).ToList();
        var changed = await CountAsync("SELECT COUNT(*) FROM (SELECT 1 FROM import_known WHERE is_changed > 0 LIMIT 1) x", cancellationToken) > 0;
        if (changed)
        {
            var by = $"CASE k.is_changed WHEN {Transferred} THEN @transfer ELSE @change END";
            await RunAsync($"""
                INSERT INTO register_versions (kind, key, change_id, made_by, from_at, to_at, data)
                SELECT '{_form.Kind}', {KeyText("t")}, {by}, t.change_id, t.changed_at, @at, {JsonOfRow}
                FROM import_known k JOIN import_stage s ON s.line = k.line JOIN {_table} t ON {same} WHERE k.is_changed > 0
                """, cancellationToken, changeId, at, transferId);
            await RunAsync($"""
                UPDATE {_table} AS t SET {string.Join(", ", others.Select(n => $"{n} = s.{n}"))}, change_id = {by}, changed_at = @at
                FROM import_stage s JOIN import_known k ON k.line = s.line WHERE k.is_changed > 0 AND {same}
                """, cancellationToken, changeId, at, transferId);
        }
        // A yes-or-no that the file does not have is no.
        var absent = _form.All.Where(c => c.Kind is ColumnKind.YesNo).Select(NameOf).Except(_names).ToList();
        await RunAsync($"""
            INSERT INTO {_table} ({string.Join(", ", _names.Concat(absent))}, change_id, changed_at)
            SELECT {string.Join(", ", _names.Select(n => $"s.{n}").Concat(absent.Select(_ => "FALSE")))}, @change, @at FROM import_stage s
            {(await CountAsync("SELECT COUNT(*) FROM (SELECT 1 FROM import_known LIMIT 1) x", cancellationToken) == 0 ? "" : "WHERE NOT EXISTS (SELECT 1 FROM import_known k WHERE k.line = s.line)")}
            """, cancellationToken, changeId, at);
    }

    public async ValueTask DisposeAsync()
    {
        Abandon();
        if (_own is { } own)
        {
            _own = null;
            await own.RollbackAsync();
            await own.DisposeAsync();
        }
        else if (_names.Length > 0 && Connection.State == ConnectionState.Open && db.Database.CurrentTransaction is not null)
        {
            try
            {
                await DropAsync(CancellationToken.None);
            }
            catch (DbException)
            {
                // The transaction was given up; what ended it is already on its way to the caller, and the tables go with it.
            }
        }
        (_names, _uniques, _added, _refused) = ([], [], 0, 0);
    }

    /// <summary>Rows were begun and not ended: the file went wrong.</summary>
    protected abstract void Abandon();

    protected async Task<int> RunAsync(string sql, CancellationToken cancellationToken, Guid? change = null, DateTime? at = null, Guid? transfer = null)
    {
        await using var command = Command(sql);
        if (change is not null) Add(command, "@change", change.Value);
        if (at is not null) Add(command, "@at", at.Value);
        if (transfer is not null) Add(command, "@transfer", transfer.Value);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }

    private async Task DropAsync(CancellationToken cancellationToken)
    {
        foreach (var table in (string[])["import_stage", "import_refused", "import_known", "import_absent", "import_found"]) await RunAsync($"DROP TABLE IF EXISTS {table}", cancellationToken);
    }

    /// <summary>A new name puts the one before in front of the former ones, with the day; a file that says something else about them is believed.</summary>
    private async Task KeepFormerNamesAsync(CancellationToken cancellationToken)
    {
        if (_form.FormerName is not { } header || _present.All(c => c.Header != header) || _present.All(c => c.Header != _form.Name)) return;
        var (former, name) = (NameOf(_form[header]), NameOf(_form[_form.Name]));
        await RunAsync($"""
            UPDATE import_stage AS s SET {former} = CASE WHEN t.{name} <> s.{name} THEN SUBSTR(t.{name} || '（至{_on:yyyy-MM-dd}）' || COALESCE('；' || t.{former}, ''), 1, {Inspectee.FormerNamesMaxLength.ToString(CultureInfo.InvariantCulture)}) ELSE t.{former} END
            FROM {_table} t WHERE {Join(" AND ", k => $"t.{k} = s.{k}")} AND (t.{former} IS NOT NULL OR t.{name} <> s.{name})
                AND (s.{former} IS NULL OR (t.{name} <> s.{name} AND (s.{former} = t.{name} OR s.{former} = t.{former})))
            """, cancellationToken);
    }

    /// <summary>Quoted: “from” and “group” are words of SQL.</summary>
    private string NameOf(Column column) => $"\"{Type.FindProperty(column.Property)!.GetColumnName()}\"";

    private string Join(string separator, Func<string, string> of) => string.Join(separator, _keys.Select(of));

    private string Left => _refused > 0 ? " AND NOT EXISTS (SELECT 1 FROM import_refused r WHERE r.line = s.line)" : "";

    private string KeyText(string alias) => Join(" || '/' || ", k => $"{alias}.{k}");

    private async Task<long> CountAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = Command(sql);
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }

    private async Task ForEachAsync(string sql, Action<DbDataReader> each, CancellationToken cancellationToken)
    {
        await using var command = Command(sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) each(reader);
    }

    private DbCommand Command(string sql)
    {
        var command = Connection.CreateCommand();
        command.Transaction = Transaction;
#pragma warning disable CA2100 // Names of our own model and constants; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.CommandTimeout = 3600;
        return command;
    }

    private string[] Cells(DbDataReader reader, int from)
    {
        var cells = new string[_present.Count];
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = reader.IsDBNull(from + i) ? "" : _present[i].Kind switch
            {
                ColumnKind.Date => reader.GetFieldValue<DateOnly>(from + i).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                ColumnKind.YesNo => reader.GetFieldValue<bool>(from + i) ? "是" : "否",
                ColumnKind.Number => reader.GetInt32(from + i).ToString(CultureInfo.InvariantCulture),
                _ => reader.GetString(from + i),
            };
        }
        return cells;
    }

    /// <summary>A column of <see cref="RegisterForm.Uniques"/> that the file has.</summary>
    private sealed class Unique(string header, int at)
    {
        public string Header => header;

        public int At => at;

        /// <summary>Whether any row has a value there.</summary>
        public bool IsMet { get; set; }
    }
}
