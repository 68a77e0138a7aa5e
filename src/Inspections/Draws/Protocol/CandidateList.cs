using System.Text;
using DoubleRandom.Basics;

namespace DoubleRandom.Inspections.Draws.Protocol;

public readonly record struct Candidate(string Stratum, string Id);

/// <summary><c>candidates.tsv</c>: one <c>stratum TAB id</c> a line, lines sorted by bytes, ids unique, every line ended by LF.</summary>
public static class CandidateList
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The file of the candidates, in whatever order they come.</summary>
    public static Result<byte[]> Write(IEnumerable<Candidate> candidates)
    {
        List<byte[]> lines = [];
        HashSet<string> ids = new(StringComparer.Ordinal);
        foreach (var (stratum, id) in candidates)
        {
            if (ProtocolText.Check(stratum, "stratum") is { } badStratum) return badStratum;
            if (ProtocolText.Check(id, "id") is { } badId) return badId;
            if (!ids.Add(id)) return Refusal.Invalid("draws.duplicate-id", "id", id);
            lines.Add(Strict.GetBytes($"{stratum}\t{id}\n"));
        }
        lines.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
        var file = new byte[lines.Sum(l => l.Length)];
        var at = 0;
        foreach (var line in lines)
        {
            line.CopyTo(file, at);
            at += line.Length;
        }
        return file;
    }

    /// <summary>Reads the file; the refusal names the first line that is not as the protocol wants it.</summary>
    public static Result<IReadOnlyList<Candidate>> Read(ReadOnlySpan<byte> file)
    {
        var lines = file.Count((byte)'\n');
        List<Candidate> candidates = new(lines);
        HashSet<string> ids = new(lines, StringComparer.Ordinal);
        ReadOnlySpan<byte> previous = default;
        ReadOnlySpan<byte> stratumBytes = default;
        var stratum = "";
        var number = 0;
        while (!file.IsEmpty)
        {
            number++;
            var end = file.IndexOf((byte)'\n');
            if (end < 0) return Refusal.Invalid("draws.no-final-lf", null, number);
            var line = file[..end];
            if (number > 1 && previous.SequenceCompareTo(line) >= 0) return Refusal.Invalid("draws.not-sorted", null, number);
            var tab = line.IndexOf((byte)'\t');
            string id;
            // Of the stratum of the line before, with an id in printable ASCII: there is nothing left to check in the text.
            if (number > 1 && tab > 0 && tab + 1 < line.Length && line[..tab].SequenceEqual(stratumBytes) && !line[(tab + 1)..].ContainsAnyExceptInRange((byte)' ', (byte)'~'))
            {
                id = Encoding.ASCII.GetString(line[(tab + 1)..]);
            }
            else
            {
                if (Parse(line, number) is var parsed && parsed.Refusal is { } bad) return bad;
                (stratum, id) = parsed.Value;
                stratumBytes = line[..tab];
            }
            if (!ids.Add(id)) return Refusal.Invalid("draws.duplicate-id", null, id);
            candidates.Add(new Candidate(stratum, id));
            previous = line;
            file = file[(end + 1)..];
        }
        return candidates;
    }

    private static Result<Candidate> Parse(ReadOnlySpan<byte> line, int number)
    {
        string text;
        try
        {
            text = Strict.GetString(line);
        }
        catch (DecoderFallbackException)
        {
            return Refusal.Invalid("draws.not-utf8", null, number);
        }
        var parts = text.Split('\t');
        if (parts.Length != 2 || parts[0].Length == 0 || parts[1].Length == 0) return Refusal.Invalid("draws.bad-line", null, number);
        if (ProtocolText.Check(parts[0], $"candidates.tsv:{number}") is { } badStratum) return badStratum;
        if (ProtocolText.Check(parts[1], $"candidates.tsv:{number}") is { } badId) return badId;
        return new Candidate(parts[0], parts[1]);
    }
}

/// <summary>Text in published files: NFC, not empty, no control character, so that two readings of the same bytes are impossible.</summary>
internal static class ProtocolText
{
    public static Refusal? Check(string text, string where)
    {
        if (text.Length == 0) return Refusal.Invalid("draws.empty-text", where, where);
        // Printable ASCII is in NFC and has no control character: nearly all ids there are.
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~')) return null;
        if (text.Any(char.IsControl)) return Refusal.Invalid("draws.control-character", where, where);
        if (!text.IsNormalized(NormalizationForm.FormC)) return Refusal.Invalid("draws.not-nfc", where, where);
        return null;
    }
}
