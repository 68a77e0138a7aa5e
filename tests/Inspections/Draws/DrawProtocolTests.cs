using System.Text;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Draws.Protocol;
using DoubleRandom.Tests.Support;

namespace DoubleRandom.Tests.Inspections.Draws;

/// <summary>The published worked examples of DR-1, every intermediate value, and what must not pass.</summary>
public sealed class DrawProtocolTests
{
    private static readonly string Vectors = Repository.Path("tests/Inspections/Draws/vectors");

    public static TheoryData<string> Folders => ["1-objects", "2-officers-empty", "3-bytes"];

    [Theory, MemberData(nameof(Folders))]
    public async Task Verify_WorkedExample_IsGood(string folder)
    {
        var verification = DrawVerifier.Verify(await FilesAsync(folder));

        Assert.Null(verification.Difference);
        Assert.Equal(6, verification.Checked.Count);
    }

    [Theory, MemberData(nameof(Folders))]
    public void Verify_FolderOfAWorkedExample_IsGood(string folder) => Assert.Null(DrawVerifier.Verify(Path.Combine(Vectors, folder)).Difference);

    /// <summary>A list of several blocks, read where it lies: the same bytes as from memory, and in each stratum the order of the single tickets.</summary>
    [Fact]
    public async Task Of_ListOfSeveralBlocks_IsTheSameFromTheDisk()
    {
        using var folder = new TemporaryFolder();
        var (files, order, ids) = Long();
        var reveals = DrawReveals.Read(files.Reveals!).Value;
        await (files with { Result = DrawResult.Of(files.Candidates!, files.Order!, reveals).Value.ToBytes() }).WriteAsync(folder.Path, default);

        using var list = FileBytes.Open(Path.Combine(folder.Path, "candidates.tsv"))!;
        var result = DrawResult.Of(list, files.Order!, reveals).Value;

        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(folder.Path, "result.json")), result.ToBytes());
        Assert.All(result.Order, s => Assert.Equal(Tickets.Order(Tickets.Key(result.Seed, order.Kind, order.Round, s.Stratum), ids[s.Stratum]), s.Drawn.Concat(s.Reserves)));
        Assert.Null(DrawVerifier.Verify(folder.Path).Difference);
    }

    [Fact]
    public async Task Verify_OneOfManyReservesChanged_NamesItsPlace()
    {
        using var folder = new TemporaryFolder();
        var (files, _, _) = Long();
        var result = DrawResult.Of(files.Candidates!, files.Order!, DrawReveals.Read(files.Reveals!).Value).Value;
        var bytes = result.ToBytes();
        var id = result.Order[1].Reserves[20_000];
        var at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"\"{id}\"")) + 3;
        bytes[at] ^= 1;
        await (files with { Result = bytes }).WriteAsync(folder.Path, default);

        var difference = DrawVerifier.Verify(folder.Path).Difference;

        Assert.Equal("draws.result-differs", difference?.Code);
        Assert.Equal(["乙", "候补", 20_001, id], difference!.Arguments[..4]);
    }

    /// <summary>Far from one another, in different blocks.</summary>
    [Fact]
    public void Of_IdInTwoStrata_IsRefused()
    {
        var (files, order, ids) = Long();
        var lines = Encoding.UTF8.GetString(files.Candidates!).Split('\n', StringSplitOptions.RemoveEmptyEntries).Append($"丁\t{ids["乙"][^7]}").Order(StringComparer.Ordinal);
        var twice = Encoding.UTF8.GetBytes(string.Concat(lines.Select(l => $"{l}\n")));

        Assert.Equal("draws.duplicate-id", DrawResult.Of(twice, (order with { ListHash = Hashing.Sha256Hex(twice) }).ToBytes(), DrawReveals.Read(files.Reveals!).Value).Refusal?.Code);
    }

    private static (DrawFiles Files, DrawOrder Order, Dictionary<string, string[]> Ids) Long()
    {
        var ids = new Dictionary<string, string[]>
        {
            ["丁"] = [.. Enumerable.Range(0, 10_000).Select(i => $"X{i:00000}")],
            ["乙"] = [.. Enumerable.Range(0, 90_000).Select(i => $"CX{i:00000}")],
            ["己"] = [.. Enumerable.Range(0, 1_000).Select(i => $"企业{i:0000}")],
        };
        var list = CandidateList.Write(ids.SelectMany(s => s.Value.Select(id => new Candidate(s.Key, id)))).Value;
        var nonce = new string('7', 64);
        var order = new DrawOrder(JsonValue.Create("2026-0001"), "object", 1, Hashing.Sha256Hex(list), [.. ids.Select(s => new Stratum(s.Key, s.Value.Length, 5))], 101_000, "2025-12-31", "0.03",
            [new DrawParty("系统", Hashing.Sha256Hex(nonce))], "双色球", "2026-05-10", "2026-05-08T10:00:00Z");
        return (new DrawFiles(list, order.ToBytes(), new DrawReveals([new Reveal("系统", nonce)], "03 07").ToBytes(), null), order, ids);
    }

    [Theory, MemberData(nameof(Folders))]
    public async Task Of_WorkedExample_GivesThePublishedBytesOfTheResult(string folder)
    {
        var files = await FilesAsync(folder);

        var result = DrawResult.Of(files.Candidates!, files.Order!, DrawReveals.Read(files.Reveals!).Value).Value;

        var published = DrawResult.Read(files.Result!).Value;
        Assert.Equal(published.Seed, result.Seed);
        Assert.Equal(published.Order.Select(s => $"{s.Stratum}|{string.Join(",", s.Drawn)}|{string.Join(",", s.Reserves)}"), result.Order.Select(s => $"{s.Stratum}|{string.Join(",", s.Drawn)}|{string.Join(",", s.Reserves)}"));
    }

    [Theory, MemberData(nameof(Folders))]
    public async Task ToBytes_OrderReadAndWrittenAgain_IsTheSameFile(string folder)
    {
        var files = await FilesAsync(folder);

        Assert.Equal(files.Order, DrawOrder.Read(files.Order!).Value.ToBytes());
    }

    [Theory, MemberData(nameof(Folders))]
    public async Task Write_CandidatesInAnyOrder_IsTheSameFile(string folder)
    {
        var files = await FilesAsync(folder);
        var candidates = CandidateList.Read(files.Candidates!).Value;

        Assert.Equal(files.Candidates, CandidateList.Write(candidates.Reverse()).Value);
    }

    /// <summary>Every byte of every file, changed: nothing that was touched verifies.</summary>
    [Theory, MemberData(nameof(Folders))]
    public async Task Verify_AnyByteChanged_Fails(string folder)
    {
        var files = await FilesAsync(folder);
        Func<byte[], DrawFiles>[] replace = [b => files with { Candidates = b }, b => files with { Order = b }, b => files with { Reveals = b }, b => files with { Result = b }];
        byte[][] originals = [files.Candidates!, files.Order!, files.Reveals!, files.Result!];
        for (var file = 0; file < originals.Length; file++)
        {
            for (var i = 0; i < originals[file].Length; i++)
            {
                var changed = originals[file].ToArray();
                changed[i] ^= 1;
                // White space between JSON tokens of the two files that need not be canonical carries no meaning.
                if (file > 1 && originals[file][i] is (byte)' ' or (byte)'\n') continue;
                Assert.False(DrawVerifier.Verify(replace[file](changed)).IsGood, $"{DrawFiles.Names[file]} byte {i}");
            }
        }
    }

    [Fact]
    public async Task Verify_DrawnSwapped_NamesStratumPlaceAndBoth()
    {
        var files = await FilesAsync("1-objects");
        var json = JsonNode.Parse(files.Result!)!;
        var drawn = json["order"]!.AsArray().Select(s => s!["drawn"]!.AsArray()).First(d => d.Count > 1);
        var (first, second) = (drawn[0]!.GetValue<string>(), drawn[1]!.GetValue<string>());
        (drawn[0], drawn[1]) = (second, first);

        var difference = DrawVerifier.Verify(files with { Result = Encoding.UTF8.GetBytes(json.ToJsonString()) }).Difference;

        Assert.Equal("draws.result-differs", difference!.Code);
        Assert.Equal([1, first, second], difference.Arguments[2..]);
    }

    [Fact]
    public async Task Verify_UnknownKey_Fails()
    {
        var files = await FilesAsync("1-objects");
        var json = JsonNode.Parse(files.Reveals!)!.AsObject();
        json["seed"] = "x";

        Assert.Equal("draws.unknown-key", DrawVerifier.Verify(files with { Reveals = Encoding.UTF8.GetBytes(json.ToJsonString()) }).Difference!.Code);
    }

    [Fact]
    public async Task Verify_NotYetRevealed_NamesTheMissingFile()
        => Assert.Equal("draws.file-missing", DrawVerifier.Verify((await FilesAsync("1-objects")) with { Reveals = null, Result = null }).Difference!.Code);

    [Theory]
    [InlineData("甲", "e\u0301", "draws.not-nfc")]
    [InlineData("甲", "a\u0007", "draws.control-character")]
    [InlineData("", "a", "draws.empty-text")]
    public void Write_TextOutsideTheProtocol_IsRefused(string stratum, string id, string code)
        => Assert.Equal(code, CandidateList.Write([new Candidate(stratum, id)]).Refusal!.Code);

    [Fact]
    public void Order_ManyIds_IsTheOrderOfTheSingleTickets()
    {
        var key = Tickets.Key(new string('a', 64), "object", 1, "甲");
        var ids = Enumerable.Range(0, 10_000).Select(i => $"CX{i:00000}").ToArray();

        var expected = ids.OrderBy(id => Convert.ToHexString(Tickets.Ticket(key, id)), StringComparer.Ordinal);

        Assert.Equal(expected, Tickets.Order(key, ids));
    }

    [Fact]
    public void SettleTies_TicketsThatBeginAlike_AreOrderedByTheWholeTicket()
    {
        var key = Tickets.Key(new string('a', 64), "object", 1, "甲");
        var ids = Enumerable.Range(0, 50).Select(i => $"CX{i:00000}").ToArray();
        var heads = ids.Select((_, i) => (ulong)(i < 10 || i >= 40 ? i : 10)).ToArray();

        var places = Enumerable.Range(0, ids.Length).Select(i => (uint)i).ToArray();
        Tickets.SettleTies(key, heads, places, place => Encoding.UTF8.GetBytes(ids[place]));

        Assert.Equal([.. ids[..10], .. ids[10..40].OrderBy(id => Convert.ToHexString(Tickets.Ticket(key, id)), StringComparer.Ordinal), .. ids[40..]], places.Select(p => ids[p]));
    }

    [Fact]
    public void Read_IdsOfBothKinds_AreThoseWritten()
    {
        Candidate[] written = [new("乙", "CX2"), new("甲", "CX1"), new("甲", "~"), new("甲", "企业一"), new("甲 ", "a b"), new("甲a", "CX3")];

        var read = CandidateList.Read(CandidateList.Write(written).Value);

        Assert.Equal(written.ToHashSet(), read.Value.ToHashSet());
    }

    [Theory]
    [InlineData("甲\tA\n甲\tB\tC\n", "draws.bad-line")]
    [InlineData("甲\tA\n甲乙\n", "draws.bad-line")]
    [InlineData("甲\tA\n甲\tB\u007f\n", "draws.control-character")]
    [InlineData("甲\tA\n甲\te\u0301\n", "draws.not-nfc")]
    [InlineData("乙\tA\n甲\tA\n", "draws.duplicate-id")]
    [InlineData("甲\tB\n甲\tA\n", "draws.not-sorted")]
    [InlineData("甲\tA\n甲\tA\n", "draws.not-sorted")]
    public void Read_ASecondLineThatIsWrong_IsRefused(string file, string code)
        => Assert.Equal(code, CandidateList.Read(System.Text.Encoding.UTF8.GetBytes(file)).Refusal?.Code);

    [Fact]
    public void Select_VectorOfRfc3797_GivesItsOrder()
        => Assert.Equal([17, 7, 2, 16, 25, 23, 8, 24, 19, 13, 22, 5, 18, 9, 1, 4], Rfc3797.Select("9319./2.5.8.10.12./9.18.26.34.41.45./", 25, 16));

    /// <summary>The comparison names positions of the published list, by the RFC's selection from the seed; a draw that does not verify has none.</summary>
    [Fact]
    public async Task Export_ForRfc3797_ListsItsSelectionOfEachStratum()
    {
        var files = await FilesAsync("1-objects");
        var order = DrawOrder.Read(files.Order!).Value;
        var key = DrawResult.Read(files.Result!).Value.Seed.ToUpperInvariant() + "./";

        var text = Rfc3797.Export(files).Value;

        Assert.All(order.Strata, s =>
        {
            string[] ids = [.. CandidateList.Read(files.Candidates!).Value.Where(c => c.Stratum == s.Name).Select(c => c.Id)];
            var lines = Rfc3797.Select(key, s.Size, s.Count).Select(p => $"{p}\t{ids[p - 1]}\n");
            Assert.Contains($"stratum\t{s.Name}\nkey\t{key}\npool\t{s.Size}\nselect\t{s.Count}\n{string.Concat(lines)}", text, StringComparison.Ordinal);
        });
        Assert.Equal("draws.file-missing", Rfc3797.Export(files with { Result = null }).Refusal?.Code);
    }

    [Theory, MemberData(nameof(Folders))]
    public async Task Values_OfTheVectors_AreReproduced(string folder)
    {
        var files = await FilesAsync(folder);
        var text = await File.ReadAllTextAsync(Path.Combine(Vectors, "vectors.json"));

        Assert.Contains(Hashing.Sha256Hex(files.Candidates!), text, StringComparison.Ordinal);
        Assert.Contains(Hashing.Sha256Hex(files.Order!), text, StringComparison.Ordinal);
        var seed = Tickets.Seed(Hashing.Sha256Hex(files.Order!), DrawReveals.Read(files.Reveals!).Value);
        Assert.Contains(seed, text, StringComparison.Ordinal);
        var order = DrawOrder.Read(files.Order!).Value;
        Assert.All(order.Strata, s => Assert.Contains(Convert.ToHexStringLower(Tickets.Key(seed, order.Kind, order.Round, s.Name)), text, StringComparison.Ordinal));
    }

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("dr-draw-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }

    private static async Task<DrawFiles> FilesAsync(string folder)
    {
        async Task<byte[]> File(string name) => await System.IO.File.ReadAllBytesAsync(Path.Combine(Vectors, folder, name));
        return new DrawFiles(await File("candidates.tsv"), await File("order.json"), await File("reveals.json"), await File("result.json"));
    }
}
