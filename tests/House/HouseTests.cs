using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DoubleRandom.Tests.House;

/// <summary>The rules of the house that a compiler does not hold.</summary>
public sealed partial class HouseTests
{
    private static readonly string Root = FindRoot();

    public static TheoryData<string, string[]> Arrows => new()
    {
        { "Basics", [] },
        { "Engine", ["Basics"] },
        { "Inspections", ["Basics"] },
        { "Documents", ["Basics"] },
        { "Workflows", ["Basics", "Engine", "Inspections", "Documents"] },
        { "Host", ["Basics", "Engine", "Inspections", "Documents", "Workflows"] },
    };

    [Theory, MemberData(nameof(Arrows))]
    public void Room_References_OnlyWhatTheHouseAllows(string room, string[] allowed)
    {
        var references = Assembly.Load($"DoubleRandom.{room}").GetReferencedAssemblies()
            .Select(a => a.Name!).Where(n => n.StartsWith("DoubleRandom.", StringComparison.Ordinal)).Select(n => n["DoubleRandom.".Length..]);

        Assert.Empty(references.Except(allowed));
    }

    /// <summary>Whoever follows README or docs types a command that is there; "bench" is the script's own.</summary>
    [Fact]
    public void Docs_NameOnlyCommandsThatAreThere()
    {
        var known = DoubleRandom.Host.Commands.CommandTable.Names.Append("help").ToHashSet();
        if (File.ReadAllText(Path.Combine(Root, "doublerandom")).Contains("\"${1:-}\" = bench", StringComparison.Ordinal)) known.Add("bench");
        var pages = Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories).Append(Path.Combine(Root, "README.md"));
        var named = pages.SelectMany(p => Regex.Matches(File.ReadAllText(p), "doublerandom ([a-z]+)").Select(m => (Page: Path.GetFileName(p), Command: m.Groups[1].Value))).ToList();
        Assert.Contains(named, n => n.Command == "bench");
        Assert.DoesNotContain(named, n => !known.Contains(n.Command));
    }

    [Fact]
    public void Basics_Files_AreFifteenAtMost()
        => Assert.InRange(Directory.GetFiles(Path.Combine(Root, "src", "Basics"), "*.cs").Length, 1, 15);

    [Theory]
    [InlineData("P:System.DateTime.Now")]
    [InlineData("P:System.DateTime.UtcNow")]
    [InlineData("P:System.DateTime.Today")]
    [InlineData("P:System.DateTimeOffset.Now")]
    [InlineData("P:System.DateTimeOffset.UtcNow")]
    [InlineData("P:System.Random.Shared")]
    public void ClockAndChance_AreBanned(string symbol)
        => Assert.Contains(File.ReadLines(Path.Combine(Root, "BannedSymbols.txt")), l => l.StartsWith(symbol + ";", StringComparison.Ordinal));

    [Fact]
    public void EveryProject_HasALockFile()
    {
        var without = SourceFiles("*.csproj").Select(p => Path.GetDirectoryName(p)!).Where(d => !File.Exists(Path.Combine(d, "packages.lock.json")));

        Assert.Empty(without);
    }

    [Theory]
    [InlineData("Engine")]
    [InlineData("Inspections")]
    [InlineData("Documents")]
    [InlineData("Workflows")]
    [InlineData("Host")]
    public void Texts_EveryCode_IsOnceAndInBothLanguages(string room)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root, "src", room, "Texts.json")), new JsonDocumentOptions { AllowTrailingCommas = true });
        var entries = json.RootElement.EnumerateObject().ToList();

        Assert.Empty(entries.GroupBy(e => e.Name).Where(g => g.Count() > 1).Select(g => g.Key));
        Assert.All(entries, e =>
        {
            Assert.Equal(2, e.Value.GetArrayLength());
            Assert.Matches(@"\p{IsCJKUnifiedIdeographs}", e.Value[0].GetString());
            // People read full-width marks between Chinese words.
            Assert.DoesNotMatch(@"[\p{IsCJKUnifiedIdeographs}”）》][,;:!?(]", e.Value[0].GetString());
            Assert.False(string.IsNullOrWhiteSpace(e.Value[1].GetString()), $"{e.Name} has no English text");
            Assert.Equal(Placeholders(e.Value[0].GetString()!), Placeholders(e.Value[1].GetString()!));
        });
    }

    [Fact]
    public void Refusals_EveryCodeInTheSource_HasItsTexts()
    {
        var known = new HashSet<string>();
        foreach (var file in Directory.GetFiles(Path.Combine(Root, "src"), "Texts.json", SearchOption.AllDirectories).Where(IsSource))
        {
            using var json = JsonDocument.Parse(File.ReadAllText(file), new JsonDocumentOptions { AllowTrailingCommas = true });
            known.UnionWith(json.RootElement.EnumerateObject().Select(e => e.Name));
        }

        var used = SourceFiles("*.cs").Where(f => !f.Contains($"{Path.DirectorySeparatorChar}tests{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(f => RefusalCode().Matches(File.ReadAllText(f)).Select(m => (Code: m.Groups[1].Value, File: Path.GetRelativePath(Root, f)))).ToList();

        Assert.NotEmpty(used);
        Assert.Empty(used.Where(u => !known.Contains(u.Code)).Select(u => $"{u.Code} ({u.File})").Distinct());
    }

    private static IEnumerable<string> Placeholders(string text) => Placeholder().Matches(text).Select(m => m.Value).Distinct().Order();

    private static IEnumerable<string> SourceFiles(string pattern)
        => new[] { "src", "tests" }.SelectMany(d => Directory.GetFiles(Path.Combine(Root, d), pattern, SearchOption.AllDirectories)).Where(IsSource);

    private static bool IsSource(string path) => !path.Split(Path.DirectorySeparatorChar).Any(p => p is "bin" or "obj");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "DoubleRandom.slnx"))) folder = folder.Parent!;
        return folder.FullName;
    }

    [GeneratedRegex("Refusal\\.(?:Invalid|Forbidden|NotFound|Conflict)\\(\\s*\"([^\"]+)\"")]
    private static partial Regex RefusalCode();

    [GeneratedRegex(@"\{\d+")]
    private static partial Regex Placeholder();
}
