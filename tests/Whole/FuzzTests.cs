using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Documents.Rendering.Liquid;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Engine.Expressions.Feel;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.Definitions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace DoubleRandom.Tests.Whole;

/// <summary>
/// Valid files and texts, damaged at random: each is taken or refused in words; nothing is thrown, nothing hangs, the register stays whole. <c>./test long fuzz</c>
/// takes a fresh seed, prints it and goes on longer; the same seed makes the same damage.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private static readonly string Seed = Environment.GetEnvironmentVariable("DOUBLERANDOM_FUZZ_SEED") ?? "2026-09-18";
    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("DOUBLERANDOM_FUZZ_ROUNDS"), out var rounds) ? rounds : 20;

    // Each takes milliseconds; the rest is for a machine that does something else.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory, BothDatabases]
    public async Task Import_DamagedFile_IsTakenRowByRowOrRefusedAsAWhole(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await host.ImportSampleAsync("officers");
        // Entries with several licences, of which the columns must go together.
        var entries = "对象编号,对象类型,名称,其他身份代码,主体类型,行政区划,住所,经度,纬度,法定代表人,登记状态,注册资本万元,许可证类型,许可证编号,许可证有效期至,监管标签\n"
            + string.Concat(Enumerable.Range(0, 30).Select(i => $"F{i:D3},场所,第{i}库,Z{i},其他,620823,街{i}号,106.{i:D6},35.2,李,存续,{i},甲证;乙证;丙证,{i};;{i + 1},2027-01-{i % 28 + 1:D2};2026-12-31;,学校;有限空间\n"));
        Assert.Equal(30, (await host.HandleAsync((ImportFileHandler h) => h.HandleAsync(new ImportFile("inspectees", new MemoryStream(Encoding.UTF8.GetBytes(entries))), host.Change(), default))).Value.Added);
        foreach (var kind in (string[])["officers", "inspectees"]) await EachDamageAsync(host, database, kind);
    }

    private async Task EachDamageAsync(TestHost host, string database, string register)
    {
        var (csv, xlsx) = (await ExportAsync(host, register, RowSink.Csv), await ExportAsync(host, register, RowSink.Xlsx));
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        (string What, Func<Random, byte[]> Make)[] kinds =
        [
            ("csv", r => Damaged(r, csv)),
            ("gb18030", r => Damaged(r, Encoding.GetEncoding("GB18030").GetBytes(Encoding.UTF8.GetString(csv)))),
            ("utf-16", r => Damaged(r, [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(csv).Replace(',', '\t'))])),
            ("cells", r => Encoding.UTF8.GetBytes(Damaged(r, Encoding.UTF8.GetString(csv), ["\"", ",", "\n", "\r\n", "=1+1", "是", "2026-02-30", "\t", "\u0000", "\uFEFF", "99999999999", "甲", ";", "；", "、", "2027-01-01;"]))),
            ("xlsx", r => Damaged(r, xlsx)),
            ("sheet", r => Repacked(r, xlsx)),
        ];
        var known = await CountAsync(host, register);
        foreach (var (what, make) in kinds)
        {
            await EachAsync($"import/{database}/{register}/{what}", async random =>
            {
                using var file = new MemoryStream(make(random));
                var report = (await host.HandleAsync((ImportFileHandler h) => h.HandleAsync(new ImportFile(register, file), host.Change(), default))).Value;
                if (report.IsFault) Assert.Equal((0, 0, 0, 0), (report.Added, report.Updated, report.Unchanged, report.Refused));
                else Assert.Equal(report.Read, report.Added + report.Updated + report.Unchanged + report.Refused);
                Assert.All(report.Errors, e => Assert.False(string.IsNullOrWhiteSpace(e.Message)));
                known += report.Added;
                Assert.Equal(known, await CountAsync(host, register));
            });
        }
    }

    [Fact]
    public async Task Feel_DamagedExpression_HasAValueOrIsRefused()
    {
        string[] corpus = ["Answer.amount >= 200 and Answer.opinion != \"退回\"", "for i in 1..10 return i * 2", "some x in list satisfies x > 3", "if a then \"甲\" else null", "date(\"2026-09-18\") + duration(\"P10D\")",
            "count(list[item > 2]) + sum([1, 2.5, -3])", "{甲: 1, 乙: [1..3]}.乙", "string length(substring(\"隐患整改\", 2, 2))", "every p in items satisfies p.name in (\"甲\", \"乙\")", "(1 + 2) ** 3 / 4 between 1 and 10", .. ShippedFeel()];
        string[] words = ["(", ")", "[", "]", "..", "\"", "for ", " in ", "return ", "if ", "-", "**", "1e9", "999999999999", "null", "list", ".", "{", "}", "@", "\\", "甲", "function(x) x(x)", "\u0001"];
        var list = JsonNode.Parse("[1,2,3,\"甲\",null,{\"name\":\"甲\"}]");
        await EachAsync("feel", random =>
        {
            var text = Damaged(random, corpus[random.Next(corpus.Length)], words);
            if (FeelExpression.Parse(text) is { IsRefused: false } parsed) parsed.Value.Evaluate(name => name is "list" or "items" ? list : null).ToLiteral();
            return Task.CompletedTask;
        }, 20);
    }

    [Fact]
    public async Task Liquid_DamagedTemplate_RendersOrNamesThePlace()
    {
        var corpus = Directory.EnumerateFiles(Repository.Path("src/Documents/Templates"), "*.liquid").Order(StringComparer.Ordinal).Select(File.ReadAllText).ToArray();
        string[] words = ["{{", "}}", "{%", "%}", "|", "for ", "endfor", "if ", "else", "endif", "assign x = x | append: x", "(1..99999999)", "'", "\"", "include 'a'", "[", "]", ".", "capture", "raw", "甲"];
        await EachAsync("liquid", random =>
        {
            try
            {
                LiquidTemplate.Parse(Damaged(random, corpus[random.Next(corpus.Length)], words)).Render([]);
            }
            catch (LiquidException e)
            {
                Assert.StartsWith("第 ", e.Message, StringComparison.Ordinal);
            }
            return Task.CompletedTask;
        }, 5);
    }

    [Fact]
    public async Task Definition_DamagedJson_IsReadAndLookedThroughOrRefused()
    {
        await using var host = await TestHost.StartAsync();
        await using var scope = host.Services.CreateAsyncScope();
        var linter = scope.ServiceProvider.GetRequiredService<DefinitionLinter>();
        var corpus = Directory.EnumerateFiles(Repository.Path("workflows-json"), "*.json").Order(StringComparer.Ordinal).Select(File.ReadAllText).ToArray();
        await EachAsync("definition", random =>
        {
            var text = corpus[random.Next(corpus.Length)];
            if (random.Next(3) == 0)
            {
                text = Damaged(random, text, ["{", "}", "[", "]", ",", "\"", "null", "1e999", ":", "\\u0000", "\"id\":"]);
            }
            else
            {
                var json = JsonNode.Parse(text)!;
                for (var n = random.Next(1, 6); n > 0; n--) Disturb(random, json);
                text = json.ToJsonString();
            }
            if (WorkflowDefinition.Parse(text) is { IsRefused: false } parsed) Assert.NotNull(linter.Lint(parsed.Value));
            return Task.CompletedTask;
        }, 3);
    }

    /// <summary>Each round with a sequence of its own, so that one of them can be made again.</summary>
    private async Task EachAsync(string what, Func<Random, Task> round, int times = 1)
    {
        output.WriteLine($"{what}: seed {Seed}, {Rounds * times} rounds");
        for (var i = 0; i < Rounds * times; i++)
        {
            var random = new Random(BitConverter.ToInt32(Convert.FromHexString(Hashing.Sha256Hex($"{Seed}/{what}/{i}")[..8])));
            var clock = Stopwatch.StartNew();
            try
            {
                await Task.Run(() => round(random)).WaitAsync(Patience);
            }
            catch (Exception e)
            {
                Assert.Fail($"{what}, seed {Seed}, round {i}, {clock.Elapsed.TotalSeconds:0.0} s: {e}");
            }
        }
    }

    private static byte[] Damaged(Random random, byte[] valid)
    {
        var bytes = valid.ToList();
        for (var n = random.Next(1, 8); n > 0 && bytes.Count > 0; n--)
        {
            var at = random.Next(bytes.Count);
            var length = Math.Min(random.Next(1, 200), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes.RemoveRange(at, length); break;
                case 2: bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - length + 1), length)); break;
                case 3: bytes.InsertRange(at, Enumerable.Range(0, length).Select(_ => (byte)random.Next(256))); break;
                case 4: bytes.RemoveRange(at, bytes.Count - at); break;
                default: for (var i = at; i < at + length; i++) bytes[i] = 0; break;
            }
        }
        return [.. bytes];
    }

    private static string Damaged(Random random, string valid, string[] words)
    {
        var text = new StringBuilder(valid);
        for (var n = random.Next(1, 8); n > 0; n--)
        {
            var at = random.Next(text.Length + 1);
            var length = Math.Min(random.Next(1, 40), text.Length - at);
            switch (random.Next(4))
            {
                case 0: text.Remove(at, length); break;
                case 1: text.Insert(at, text.ToString(at, length)); break;
                case 2: text.Insert(at, string.Concat(Enumerable.Repeat(words[random.Next(words.Length)], random.Next(20) == 0 ? 3_000 : 1))); break;
                default: text.Remove(at, length).Insert(at, words[random.Next(words.Length)]); break;
            }
        }
        return text.ToString();
    }

    /// <summary>The package stays a package; what is in it is damaged.</summary>
    private static byte[] Repacked(Random random, byte[] xlsx)
    {
        using var source = new ZipArchive(new MemoryStream(xlsx));
        using var target = new MemoryStream();
        using (var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true))
        {
            var chosen = random.Next(source.Entries.Count);
            foreach (var (i, entry) in source.Entries.Index())
            {
                using var from = entry.Open();
                using var content = new MemoryStream();
                from.CopyTo(content);
                using var to = zip.CreateEntry(entry.FullName).Open();
                to.Write(i == chosen ? Encoding.UTF8.GetBytes(Damaged(random, Encoding.UTF8.GetString(content.ToArray()), ["<", ">", "</c>", "<c r=\"A1\">", "<v>1</v>", "t=\"s\"", "r=\"ZZZ9\"", "&#0;", "&x;", "<!DOCTYPE a>", "1048577", "-1", "\""])) : content.ToArray());
            }
        }
        return target.ToArray();
    }

    /// <summary>A value somewhere in it becomes another one, of another kind, goes, or is there twice.</summary>
    private static void Disturb(Random random, JsonNode json)
    {
        var node = json;
        while (random.Next(6) > 0 && Children(node) is { Count: > 0 } inner) node = inner[random.Next(inner.Count)];
        if (node.Parent is null) return;
        JsonNode? other = random.Next(8) switch { 0 => null, 1 => JsonValue.Create(-1), 2 => JsonValue.Create("甲"), 3 => new JsonArray(), 4 => new JsonObject(), 5 => JsonValue.Create(true), 6 => JsonValue.Create("Elsa.Flowchart"), _ => json["root"]?.DeepClone() };
        if (node.Parent is JsonArray list)
        {
            if (random.Next(2) == 0) list.Add(node.DeepClone());
            else list[node.GetElementIndex()] = other;
        }
        else if (random.Next(4) == 0)
        {
            node.Parent.AsObject().Remove(node.GetPropertyName());
        }
        else
        {
            node.Parent[node.GetPropertyName()] = other;
        }
    }

    private static List<JsonNode> Children(JsonNode node) => node switch
    {
        JsonObject o => [.. o.Select(p => p.Value).OfType<JsonNode>()],
        JsonArray a => [.. a.OfType<JsonNode>()],
        _ => [],
    };

    private static IEnumerable<string> ShippedFeel()
    {
        foreach (var file in Directory.EnumerateFiles(Repository.Path("workflows-json"), "*.json").Order(StringComparer.Ordinal))
        {
            var nodes = new Stack<JsonNode>([JsonNode.Parse(File.ReadAllText(file))!]);
            while (nodes.TryPop(out var node))
            {
                if (node is JsonObject o && o["type"] is JsonValue type && type.ToString() == "FEEL" && o["value"] is JsonValue value) yield return value.ToString();
                foreach (var child in Children(node)) nodes.Push(child);
            }
        }
    }

    private static Task<int> CountAsync(TestHost host, string register) => host.ReadAsync(db => register == "officers" ? db.Set<Officer>().CountAsync() : db.Set<Inspectee>().CountAsync());

    private static async Task<byte[]> ExportAsync(TestHost host, string register, string format)
    {
        await using var scope = host.Services.CreateAsyncScope();
        using var file = new MemoryStream();
        Assert.Null(await scope.ServiceProvider.GetRequiredService<ExportRegister>().WriteAsync(register, file, format, false, default));
        return file.ToArray();
    }
}
