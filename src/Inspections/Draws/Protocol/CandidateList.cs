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
        List<Candidate> candidates = [];
        HashSet<string> ids = new(StringComparer.Ordinal);
        var check = new LineCheck();
        while (!file.IsEmpty)
        {
            var end = file.IndexOf((byte)'\n');
            if (end < 0) return Refusal.Invalid("draws.no-final-lf", null, candidates.Count + 1);
            if (check.Take(file[..end]) is { } bad) return bad;
            var id = Strict.GetString(file[check.Prefix..end]);
            if (!ids.Add(id)) return Refusal.Invalid("draws.duplicate-id", null, id);
            candidates.Add(new Candidate(check.Stratum, id));
            file = file[(end + 1)..];
        }
        return candidates;
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
        if (text.Contains('\uFFFE') || !text.IsNormalized(NormalizationForm.FormC)) return Refusal.Invalid("draws.not-nfc", where, where);
        return null;
    }
}
