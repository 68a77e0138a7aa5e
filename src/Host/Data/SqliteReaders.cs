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

    /// <summary>A day of either database. SQLite keeps it as text, which its driver reads by the rules of a culture: of 26 lines that is a tenth of a page's time.</summary>
    public static DateOnly DayOf(DbDataReader reader, int column)
    {
        if (reader is not SqliteDataReader) return reader.GetFieldValue<DateOnly>(column);
        var text = reader.GetString(column);
        return text is [_, _, _, _, '-', _, _, '-', _, _] ? new DateOnly(Number(text, 0, 4), Number(text, 5, 2), Number(text, 8, 2)) : throw new FormatException($"{text} is no day.");

        static int Number(string text, int from, int length)
        {
            var number = 0;
            for (var i = from; i < from + length; i++) number = number * 10 + (text[i] - '0');
            return number;
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
            // The lines of a page lie anywhere in the file: read as memory, a page of an inbox costs no system call instead of one a line (a third of its time). Only the
            // writer changes the file, and SQLite maps it anew when it has grown. It maps two gigabytes at most and reads what lies beyond as before.
            using var map = _connection.CreateCommand();
            map.CommandText = "PRAGMA mmap_size=2147418112";
            map.ExecuteNonQuery();
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
