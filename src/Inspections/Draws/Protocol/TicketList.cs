using System.Collections;
using System.Security.Cryptography;
using System.Text;
using DoubleRandom.Basics;

namespace DoubleRandom.Inspections.Draws.Protocol;

/// <summary>
/// A candidate list with its tickets, in their order. Of each candidate twelve bytes are kept, the beginning of its ticket and where its id stands; the rest
/// stays in the file. So ten million candidates take little memory, and the file is read once from beginning to end.
/// </summary>
internal sealed class TicketList
{
    private const int BlockSize = 1 << 20;
    private const int LinesAtOnce = 2_048;
    private const int MergeMemory = 16 << 20;

    private readonly FileBytes _file;
    private readonly ulong[] _heads;
    private readonly uint[] _starts;
    private readonly List<Part> _parts = [];

    private TicketList(FileBytes file, int candidates) => (_file, _heads, _starts) = (file, new ulong[candidates], new uint[candidates]);

    public int Lines { get; private set; }

    /// <summary>SHA-256 of the file, lower hex.</summary>
    public string Hash { get; private set; } = "";

    /// <summary>Reads and checks the list; the refusal names the first line that is not as the protocol wants it. Whether it is the order's list says <see cref="Check"/>.</summary>
    public static Result<TicketList> Read(FileBytes file, DrawOrder order, string seed)
    {
        if (file.Length > uint.MaxValue) return Refusal.Invalid("draws.list-too-long", null, uint.MaxValue >> 30);
        // No line is shorter than four bytes: what the order says is believed only as far as the file can hold it.
        var list = new TicketList(file, (int)Math.Min(order.Strata.Sum(s => (long)s.Size), file.Length / 4 + 1));
        var keys = order.Strata.ToDictionary(s => s.Name, s => Tickets.Key(seed, order.Kind, order.Round, s.Name), StringComparer.Ordinal);
        if (list.Scan(keys) is { } bad) return bad;
        Refusal? twice = null;
        Parallel.Invoke(() => twice = list.FindTwice(), list.Sort);
        return twice is { } duplicate ? duplicate : list;
    }

    /// <summary>The list is the one the order names, and every stratum has the size the order says.</summary>
    public Refusal? Check(DrawOrder order)
    {
        if (Hash != order.ListHash) return Refusal.Invalid("draws.list-hash", "listHash");
        if (_parts.Find(p => order.Strata.All(s => s.Name != p.Name)) is { } missing) return Refusal.Invalid("draws.stratum-missing", "strata", missing.Name);
        var sizes = _parts.ToDictionary(p => p.Name, p => p.Count, StringComparer.Ordinal);
        if (order.Strata.FirstOrDefault(s => sizes.GetValueOrDefault(s.Name) != s.Size) is { } wrong)
            return Refusal.Invalid("draws.stratum-size", "strata", wrong.Name, wrong.Size, sizes.GetValueOrDefault(wrong.Name));
        return null;
    }

    /// <summary>Who is drawn and who waits, of a list that passed <see cref="Check"/>.</summary>
    public IReadOnlyList<StratumResult> Result(DrawOrder order)
    {
        var parts = _parts.ToDictionary(p => p.Name, StringComparer.Ordinal);
        return [.. order.Strata.Select(s =>
        {
            var first = parts.GetValueOrDefault(s.Name)?.First ?? 0;
            return new StratumResult(s.Name, [.. new Ids(this, first, s.Count)], new Ids(this, first + s.Count, s.Size - s.Count));
        })];
    }

    private Refusal? Scan(Dictionary<string, byte[]> keys)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (buffer, check) = (new byte[BlockSize], new LineCheck());
        var (starts, lengths, owners) = (new int[BlockSize / 4 + 1], new int[BlockSize / 4 + 1], new Part[BlockSize / 4 + 1]);
        Part? part = null;
        for (var at = 0L; at < _file.Length;)
        {
            var block = _file.Read(at, buffer);
            var whole = block.AsSpan().LastIndexOf((byte)'\n') + 1;
            if (whole == 0) return Refusal.Invalid(at + block.Count == _file.Length ? "draws.no-final-lf" : "draws.bad-line", null, Lines + 1);
            var lines = 0;
            for (var from = 0; from < whole; lines++)
            {
                var end = from + block.AsSpan(from, whole - from).IndexOf((byte)'\n');
                if (check.Take(block.AsSpan(from, end - from)) is { } bad) return bad;
                if (check.IsNewStratum) _parts.Add(part = new Part(check.Stratum, Lines + lines, at + from, check.Prefix, keys.GetValueOrDefault(check.Stratum)));
                (starts[lines], lengths[lines], owners[lines]) = (from + check.Prefix, end - from - check.Prefix, part!);
                part!.Count++;
                from = end + 1;
            }
            hash.AppendData(block.AsSpan(0, whole));
            // Each ticket is its own hash, so the work splits over the cores without changing a byte.
            var (first, offset, known) = (Lines, at, Math.Clamp(_heads.Length - Lines, 0, lines));
            Parallel.For(0, (known + LinesAtOnce - 1) / LinesAtOnce, chunk =>
            {
                for (var i = chunk * LinesAtOnce; i < Math.Min(known, (chunk + 1) * LinesAtOnce); i++)
                {
                    _starts[first + i] = (uint)(offset + starts[i]);
                    if (owners[i].Key is { } key) _heads[first + i] = Tickets.Head(key, block.AsSpan(starts[i], lengths[i]));
                }
            });
            Lines += lines;
            at += whole;
        }
        Hash = Convert.ToHexStringLower(hash.GetHashAndReset());
        return null;
    }

    private void Sort() => Parallel.ForEach(_parts.Where(p => p.Key is not null && p.First + p.Count <= _heads.Length), part =>
    {
        Array.Sort(_heads, _starts, part.First, part.Count);
        Tickets.SettleTies(part.Key!, _heads.AsSpan(part.First, part.Count), _starts.AsSpan(part.First, part.Count), start => IdAt(start));
    });

    /// <summary>Within a stratum ids follow one another; merged, equal ids of two strata stand side by side.</summary>
    private Refusal? FindTwice()
    {
        if (_parts.Count < 2) return null;
        var size = Math.Clamp(MergeMemory / _parts.Count, 4 * 1024, 64 * 1024);
        // A heap by the ids at which the strata stand: the least is at its top.
        List<Cursor> heap = [.. _parts.Select(p => new Cursor(_file, p, size)).Where(c => c.Next())];
        for (var i = heap.Count / 2; i >= 0; i--) Settle(heap, i);
        var (last, length) = (new byte[256], -1);
        while (heap.Count > 0)
        {
            var least = heap[0];
            var id = least.Id;
            if (id.Length == length && id.SequenceEqual(last.AsSpan(0, length))) return Refusal.Invalid("draws.duplicate-id", null, Encoding.UTF8.GetString(id));
            if (id.Length > last.Length) last = new byte[id.Length * 2];
            id.CopyTo(last);
            length = id.Length;
            if (!least.Next())
            {
                heap[0] = heap[^1];
                heap.RemoveAt(heap.Count - 1);
            }
            Settle(heap, 0);
        }
        return null;
    }

    private static void Settle(List<Cursor> heap, int at)
    {
        while (true)
        {
            var child = 2 * at + 1;
            if (child >= heap.Count) return;
            if (child + 1 < heap.Count && heap[child + 1].Id.SequenceCompareTo(heap[child].Id) < 0) child++;
            if (heap[at].Id.SequenceCompareTo(heap[child].Id) <= 0) return;
            (heap[at], heap[child]) = (heap[child], heap[at]);
            at = child;
        }
    }

    /// <summary>The id in UTF-8; good until the next call with the same buffer.</summary>
    private ReadOnlySpan<byte> IdAt(uint start, byte[]? buffer = null)
    {
        buffer ??= new byte[128];
        while (true)
        {
            var bytes = _file.Read(start, buffer).AsSpan();
            if (bytes.IndexOf((byte)'\n') is var end and >= 0) return bytes[..end];
            buffer = new byte[buffer.Length * 4];
        }
    }

    /// <summary>A stratum's lines, which follow one another.</summary>
    /// <param name="Offset">In the file, of its first line.</param>
    /// <param name="Prefix">Bytes of a line before the id.</param>
    /// <param name="Key">Null: the order does not name it.</param>
    private sealed record Part(string Name, int First, long Offset, int Prefix, byte[]? Key)
    {
        public int Count { get; set; }
    }

    /// <summary>Ids of a stratum in the order of their tickets, looked up when they are asked for.</summary>
    internal sealed class Ids(TicketList list, int first, int count) : IReadOnlyList<string>
    {
        private readonly byte[] _buffer = new byte[128];

        public int Count => count;

        public string this[int index] => Encoding.UTF8.GetString(Utf8(index));

        /// <summary>Good until the next call.</summary>
        public ReadOnlySpan<byte> Utf8(int index)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)count, nameof(index));
            return list.IdAt(list._starts[first + index], _buffer);
        }

        public IEnumerator<string> GetEnumerator()
        {
            for (var i = 0; i < count; i++) yield return this[i];
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    /// <summary>Walks the ids of one stratum.</summary>
    private sealed class Cursor(FileBytes file, Part part, int size)
    {
        private byte[] _buffer = new byte[size];
        private ArraySegment<byte> _block = ArraySegment<byte>.Empty;
        private long _at = part.Offset;
        private int _left = part.Count;
        private int _next;
        private int _start;
        private int _length;

        public ReadOnlySpan<byte> Id => _block.AsSpan(_start, _length);

        public bool Next()
        {
            if (_left-- == 0) return false;
            var end = _block.AsSpan(_next).IndexOf((byte)'\n');
            for (; end < 0; end = _block.AsSpan().IndexOf((byte)'\n'))
            {
                // A line longer than the buffer: a larger one.
                if (_next == 0 && _block.Count > 0) _buffer = new byte[_buffer.Length * 4];
                _at += _next;
                (_block, _next) = (file.Read(_at, _buffer), 0);
            }
            (_start, _length) = (_next + part.Prefix, end - part.Prefix);
            _next += end + 1;
            return true;
        }
    }
}

/// <summary>Takes the lines of a candidate list one after another and says what is wrong with the first that is not as the protocol wants it.</summary>
internal sealed class LineCheck
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private byte[] _previous = new byte[256];
    private byte[] _prefix = [];
    private int _length;
    private int _number;

    /// <summary>Of the line taken last.</summary>
    public string Stratum { get; private set; } = "";

    public bool IsNewStratum { get; private set; }

    /// <summary>Bytes of the line before its id.</summary>
    public int Prefix => _prefix.Length;

    /// <param name="line">Without its LF.</param>
    public Refusal? Take(ReadOnlySpan<byte> line)
    {
        _number++;
        if (_number > 1 && _previous.AsSpan(0, _length).SequenceCompareTo(line) >= 0) return Refusal.Invalid("draws.not-sorted", null, _number);
        IsNewStratum = false;
        // Of the stratum of the line before, with an id in printable ASCII: there is nothing left to check in the text.
        if (_number == 1 || line.Length <= Prefix || !line.StartsWith(_prefix) || line[Prefix..].ContainsAnyExceptInRange((byte)' ', (byte)'~'))
        {
            if (Parse(line) is { } bad) return bad;
        }
        if (line.Length > _previous.Length) _previous = new byte[line.Length * 2];
        line.CopyTo(_previous);
        _length = line.Length;
        return null;
    }

    private Refusal? Parse(ReadOnlySpan<byte> line)
    {
        string text;
        try
        {
            text = Strict.GetString(line);
        }
        catch (DecoderFallbackException)
        {
            return Refusal.Invalid("draws.not-utf8", null, _number);
        }
        var parts = text.Split('\t');
        if (parts.Length != 2 || parts[0].Length == 0 || parts[1].Length == 0) return Refusal.Invalid("draws.bad-line", null, _number);
        if (ProtocolText.Check(parts[0], $"candidates.tsv:{_number}") is { } badStratum) return badStratum;
        if (ProtocolText.Check(parts[1], $"candidates.tsv:{_number}") is { } badId) return badId;
        if (_number > 1 && parts[0] == Stratum) return null;
        (Stratum, IsNewStratum, _prefix) = (parts[0], true, line[..(line.IndexOf((byte)'\t') + 1)].ToArray());
        return null;
    }
}
