using System.Text.Json;
using System.Text.RegularExpressions;
using DoubleRandom.Tests.Support;

namespace DoubleRandom.Tests.Host.Pages;

/// <summary>A page's Chinese text is its own key: what a page says must stand in <c>Texts.json</c> with its English.</summary>
public sealed partial class PageTextsTests
{
    [Fact]
    public void Pages_EveryText_HasItsEnglish()
    {
        var folder = Path.Combine(Repository.Root, "src", "Host");
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "Texts.json")), new JsonDocumentOptions { AllowTrailingCommas = true });
        var known = json.RootElement.EnumerateObject().Select(e => e.Name).ToHashSet();
        var files = Directory.GetFiles(Path.Combine(folder, "Pages"), "*.*", SearchOption.AllDirectories).Where(f => !f.Contains($"{Path.DirectorySeparatorChar}Portal{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

        var said = files.SelectMany(f => Said().Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value)).Distinct().ToList();

        Assert.NotEmpty(said);
        Assert.DoesNotContain(said, t => Chinese().IsMatch(t) && !known.Contains(t));
    }

    [GeneratedRegex("(?<![A-Za-z_])T\\(\"([^\"]+)\"")]
    private static partial Regex Said();

    [GeneratedRegex(@"\p{IsCJKUnifiedIdeographs}")]
    private static partial Regex Chinese();
}
