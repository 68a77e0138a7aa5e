using System.Buffers.Binary;
using DoubleRandom.Inspections.Imports;
using Npgsql;

namespace DoubleRandom.Host.Data;

/// <summary>Rows go in with COPY, in the form the server keeps them in.</summary>
internal sealed class PostgresImportStage(Db db) : ImportStage(db)
{
    private static readonly int Epoch = new DateOnly(2000, 1, 1).DayNumber;

    private NpgsqlRawCopyStream? _copy;
    private byte[] _bytes = new byte[256 * 1024];
    private int _used;

    protected override string AtEnd => " ON COMMIT DROP";

    protected override string JsonOfRow => "(to_jsonb(t) - 'change_id' - 'changed_at')::text";

    protected override void BeginRows()
    {
        _copy = ((NpgsqlConnection)Connection).BeginRawBinaryCopy($"COPY import_stage (line, {string.Join(", ", Names)}) FROM STDIN (FORMAT BINARY)");
        // Signature, flags, length of the header's extension: PostgreSQL's binary format of COPY.
        "PGCOPY\n"u8.CopyTo(_bytes);
        ((ReadOnlySpan<byte>)[0xFF, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0]).CopyTo(_bytes.AsSpan(7));
        _used = 19;
    }

    protected override void AddRow(int line, StagedRow row)
    {
        Room(6 + 4);
        BinaryPrimitives.WriteInt16BigEndian(_bytes.AsSpan(_used), (short)(Names.Count + 1));
        _used += 2;
        Int32(4);
        Int32(line);
        for (var i = 0; i < Places.Length; i++)
        {
            var at = Places[i];
            if (row.IsNull(at))
            {
                Int32(-1);
                continue;
            }
            switch (Present[i].Kind)
            {
                case ColumnKind.Number:
                    Int32(4);
                    Int32(row.Number(at));
                    break;
                case ColumnKind.Date:
                    Int32(4);
                    Int32(row.Number(at) - Epoch);
                    break;
                case ColumnKind.YesNo:
                    Int32(1);
                    Room(1);
                    _bytes[_used++] = (byte)row.Number(at);
                    break;
                default:
                    var text = row.Text(at);
                    Int32(text.Length);
                    Room(text.Length);
                    text.CopyTo(_bytes.AsSpan(_used));
                    _used += text.Length;
                    break;
            }
        }
        if (_used > 192 * 1024) Flush();
    }

    protected override void EndRows()
    {
        Room(2);
        BinaryPrimitives.WriteInt16BigEndian(_bytes.AsSpan(_used), -1);
        _used += 2;
        Flush();
        _copy!.Dispose();
        _copy = null;
    }

    protected override void Abandon()
    {
        // Ended as if it were whole: a cancelled copy would fail the caller's transaction, which has other things to say.
        try
        {
            if (_copy is not null) EndRows();
        }
        catch (ObjectDisposedException)
        {
            // The server ended it; what it said is on its way to the caller.
            _copy = null;
        }
    }

    protected override Task LockAsync(CancellationToken cancellationToken) => RunAsync($"LOCK TABLE {Table} IN SHARE ROW EXCLUSIVE MODE", cancellationToken);

    protected override Task AnalyseAsync(string table, CancellationToken cancellationToken) => RunAsync($"ANALYZE {table}", cancellationToken);

    private void Int32(int value)
    {
        Room(4);
        BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(_used), value);
        _used += 4;
    }

    private void Room(int length)
    {
        if (_used + length <= _bytes.Length) return;
        Flush();
        if (length > _bytes.Length) Array.Resize(ref _bytes, length);
    }

    private void Flush()
    {
        _copy!.Write(_bytes, 0, _used);
        _used = 0;
    }
}
