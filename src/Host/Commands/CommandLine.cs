namespace DoubleRandom.Host.Commands;

/// <summary>Wrong usage: exit code 2, the usage on stderr.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>The words after the command's name. Options are taken out one by one; what is left must be the positional words.</summary>
internal sealed class CommandLine(IEnumerable<string> args)
{
    private readonly List<string> _words = [.. args];

    public bool Flag(string name) => _words.Remove(name);

    public string? Option(string name)
    {
        var at = _words.IndexOf(name);
        if (at < 0) return null;
        if (at + 1 >= _words.Count) throw new UsageException($"{name} 后缺少值");
        var value = _words[at + 1];
        _words.RemoveRange(at, 2);
        return value;
    }

    /// <summary>The positional words; wrong usage when there are too few, too many, or an option nobody took.</summary>
    public IReadOnlyList<string> Words(int min, int max)
    {
        if (_words.FirstOrDefault(w => w.StartsWith("--", StringComparison.Ordinal)) is { } unknown) throw new UsageException($"不认识的选项 {unknown}");
        if (_words.Count < min || _words.Count > max) throw new UsageException("参数个数不对");
        return _words;
    }

    /// <summary>All that is left, options included: what ASP.NET Core reads as configuration.</summary>
    public string[] Remaining => [.. _words];
}
