using DoubleRandom.Inspections.Draws.Protocol;
using DoubleRandom.Tests.Support;

namespace DoubleRandom.Tests.Inspections.Draws;

/// <summary>A stranger's script, in another language and sharing no code, reproduces the published draws and refuses changed ones.</summary>
public sealed class StrangerTests
{
    private static readonly string Vectors = Repository.Path("tests/Inspections/Draws/vectors");

    public static TheoryData<string> Folders => ["1-objects", "2-officers-empty", "3-bytes"];

    [Fact]
    public void Script_IsShort_AndUsesTheStandardLibraryOnly()
    {
        var lines = File.ReadAllLines(Repository.Path("tests/stranger/verify.py"));

        Assert.InRange(lines.Length, 1, 60);
        Assert.Equal(["import hashlib, json, os, re, sys, unicodedata"], lines.Where(l => l.Contains("import ", StringComparison.Ordinal)));
    }

    [Theory, MemberData(nameof(Folders))]
    public async Task Script_OnAPublishedDraw_ReproducesIt(string folder)
    {
        var seed = DrawResult.Read(await File.ReadAllBytesAsync(Path.Combine(Vectors, folder, "result.json"))).Value.Seed;

        var (code, output) = await Stranger.PythonAsync("verify.py", Path.Combine(Vectors, folder));

        Assert.Equal(0, code);
        Assert.StartsWith($"OK: seed {seed}, ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Script_OnAnyChangedByte_Refuses()
    {
        var (code, output) = await Stranger.PythonAsync("tampered.py", [.. Directory.GetDirectories(Vectors)]);

        Assert.True(code == 0, output);
        Assert.Matches(@"^\d{4,} changed draws, 0 passed", output);
    }

    [Fact]
    public async Task Script_OnAFolderWithoutAResult_SaysSo()
    {
        var folder = Directory.CreateTempSubdirectory("dr-stranger-").FullName;
        File.Copy(Path.Combine(Vectors, "1-objects", "candidates.tsv"), Path.Combine(folder, "candidates.tsv"));

        var (code, output) = await Stranger.PythonAsync("verify.py", folder);

        Directory.Delete(folder, recursive: true);
        Assert.Equal(1, code);
        Assert.Contains("NOT REPRODUCED", output, StringComparison.Ordinal);
    }

    /// <summary>The portal's verifier is a third program: outside a browser it must judge the same.</summary>
    [Fact]
    public async Task PortalScript_OnPublishedAndChangedDraws_JudgesAsItShould()
    {
        // Node takes a file for a module by its ending.
        var module = Path.Combine(Directory.CreateTempSubdirectory("dr-verify-").FullName, "verify.mjs");
        File.Copy(Repository.Path("src/Host/wwwroot/portal/verify.js"), module);

        var (code, output) = await Stranger.RunAsync("node", [Repository.Path("tests/stranger/browser.mjs"), module, .. Directory.GetDirectories(Vectors)]);

        Directory.Delete(Path.GetDirectoryName(module)!, recursive: true);
        Assert.True(code == 0, output);
        Assert.Matches(@"^\d{4,} changed draws, 0 wrong", output);
    }
}
