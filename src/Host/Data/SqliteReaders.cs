using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace DoubleRandom.Host.Data;

/// <summary>
/// Connections that pages ask SQLite over all day, with what they prepared: preparing the inbox's question costs more than answering it. Each is one
/// reader's at a time; those nobody uses wait here, with no transaction open.
/// </summary>
internal sealed class SqliteReaders(DatabaseSettings settings) : IDisposable
{
    /// <summary>More people than this at the same instant get a connection that is closed again.</summary>
    private const int MostKept = 16;

    /// <summary>Texts follow the filters that are set and the roles that are held: a few dozen.</summary>
    private const int MostPrepared = 200;

    private readonly ConcurrentBag<Reader> _idle = [];

    public T Read<T>(string sql, IReadOnlyList<(string Name, object Value)> values, Func<DbDataReader, T> read)
    {
        if (!_idle.TryTake(out var reader)) reader = new Reader(settings);
        try
        {
            var answer = reader.Read(sql, values, read);
            if (_idle.Count >= MostKept) return answer;
            _idle.Add(reader);
            reader = null;
            return answer;
        }
        finally
        {
            // After a fault too: the next one begins with a connection that knows nothing of it.
            reader?.Dispose();
        }
    }

    /// <summary>Lets go of the file: it is going to be replaced.</summary>
    public void Close()
    {
        while (_idle.TryTake(out var reader)) reader.Dispose();
    }

    public void Dispose() => Close();

    private sealed class Reader : IDisposable
    {
        private readonly Dictionary<string, SqliteCommand> _prepared = new(StringComparer.Ordinal);
        private readonly SqliteConnection _connection;

        public Reader(DatabaseSettings settings)
        {
            _connection = new SqliteConnection(settings.ConnectionString);
            _connection.Open();
            DatabaseSettings.SqlitePragmas.It.Apply(_connection);
        }

        public T Read<T>(string sql, IReadOnlyList<(string Name, object Value)> values, Func<DbDataReader, T> read)
        {
            if (!_prepared.TryGetValue(sql, out var command))
            {
                if (_prepared.Count >= MostPrepared) Forget();
                _prepared[sql] = command = _connection.CreateCommand();
#pragma warning disable CA2100 // Made of constants and the names of parameters.
                command.CommandText = sql;
#pragma warning restore CA2100
                foreach (var (name, value) in values) command.Parameters.AddWithValue(name, value);
            }
            else
            {
                for (var i = 0; i < values.Count; i++) command.Parameters[i].Value = values[i].Value;
            }
            using var reader = command.ExecuteReader();
            return read(reader);
        }

        public void Dispose()
        {
            Forget();
            _connection.Dispose();
        }

        private void Forget()
        {
            foreach (var command in _prepared.Values) command.Dispose();
            _prepared.Clear();
        }
    }
}
