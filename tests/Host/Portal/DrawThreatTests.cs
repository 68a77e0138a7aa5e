using System.Text;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Host.Invariants;
using DoubleRandom.Host.Pages.Portal;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Draws.Protocol;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Tests.Inspections.Draws;
using DoubleRandom.Tests.Support;
using DoubleRandom.Tests.Workflows.Campaigns;
using DoubleRandom.Workflows.Forms;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Portal;

/// <summary>What somebody inside or outside might try against a draw, T1 to T12 of the threat model, and what becomes of it.</summary>
public sealed class DrawThreatTests
{
    /// <summary>T1: the seed is chosen. There is no place to put one: no command, form field or address has it.</summary>
    [Fact]
    public async Task T1_ASeedOfOnesOwn_HasNowhereToGo()
    {
        await using var host = await TestHost.StartAsync();
        await using var site = await WebSite.StartAsync(host);
        var assemblies = new[] { typeof(OrderDraws).Assembly, typeof(Form).Assembly, typeof(InvariantReport).Assembly };
        // What a handler or an address takes in: records named as commands or requests, and parameters of handlers.
        var inputs = assemblies.SelectMany(a => a.GetTypes()).Where(t => t.Name.EndsWith("Handler", StringComparison.Ordinal))
            .SelectMany(t => t.GetMethods()).Where(m => m.Name == "HandleAsync").SelectMany(m => m.GetParameters()).Select(p => p.ParameterType).Distinct().ToList();
        Assert.Contains(typeof(ExecuteDraws), inputs);
        Assert.DoesNotContain(inputs.SelectMany(t => t.GetProperties()), p => p.Name.Contains("seed", StringComparison.OrdinalIgnoreCase) || p.Name.Contains("ticket", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(["CampaignId"], typeof(ExecuteDraws).GetProperties().Select(p => p.Name));

        var api = await site.GetPageAsync("/openapi/v1.json");
        Assert.DoesNotContain("seed", api, StringComparison.OrdinalIgnoreCase);

        // The system's own number is made inside and is another one each time.
        var campaign = await host.CampaignAsync();
        await host.StratifiedDrawsAsync(campaign.Id);
        var own = await host.ReadAsync(db => db.Set<DrawCommitment>().Where(c => c.Party == DrawCommitment.System).Select(c => c.Commitment).ToListAsync());
        Assert.Equal(2, own.Distinct().Count());
    }

    /// <summary>T2: drawn until the result pleases. Of fifty orders at once one stands; another round needs a void one, a reason and a second person, and stays public.</summary>
    [Theory, BothDatabases]
    public async Task T2_FiftyOrdersAtOnce_MakeOneDraw(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await using var site = await WebSite.StartAsync(host);
        var campaign = await host.CampaignAsync();

        var tried = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(async () =>
        {
            try
            {
                return (await OrderAsync(host, campaign.Id, PortalGiven.Operator)).Refusal?.Code;
            }
            // The database's own guard, for those who lost the race behind the handler's back.
            catch (Exception e) when (e is DbUpdateException or InvalidOperationException)
            {
                return e.GetType().Name;
            }
        })));

        Assert.Single(tried, code => code is null);
        Assert.Single(await host.ReadAsync(db => db.Set<Draw>().ToListAsync()));
        Assert.Equal("draws.exists", (await OrderAsync(host, campaign.Id, PortalGiven.OtherOperator, "再来一次")).Refusal?.Code);
        Assert.Null((await host.HandleAsync((VoidDrawsHandler h) => h.HandleAsync(new(campaign.Id), host.Change(PortalGiven.Witness, "见证人遗失随机数"), default))).Refusal);
        Assert.Equal("draws.reason-missing", (await OrderAsync(host, campaign.Id, PortalGiven.Operator)).Refusal?.Code);
        Assert.Null((await OrderAsync(host, campaign.Id, PortalGiven.Operator, "见证人遗失随机数，重新下达")).Refusal);
        var list = await site.GetPageAsync("/portal/draws");
        Assert.Contains("2026-0001", list, StringComparison.Ordinal);
        Assert.Contains("第 2 轮", list, StringComparison.Ordinal);
        Assert.Contains("遗失随机数，重新下达", await site.GetPageAsync("/portal/draws/2026-0002"), StringComparison.Ordinal);
    }

    /// <summary>T3: a hand in the database changes a draw that is drawn. Whatever it touches, the check names the draw.</summary>
    [Theory, BothDatabases]
    public async Task T3_AnyFileOfADrawChangedInTheDatabase_IsNamed(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var (_, numbers) = await DrawnAsync(host);
        foreach (var column in (string[])["candidates_file", "order_file", "reveals_file", "result_file"])
        {
            var before = await ScalarAsync(host, $"SELECT {column} AS \"Value\" FROM draws WHERE number = '{numbers[0]}'");
            // The last digit in the text: of a candidate, a hash, a nonce, a drawn one.
            var at = before.LastIndexOfAny([.. "0123456789"]);
            var after = before[..at] + (before[at] == '0' ? '1' : '0') + before[(at + 1)..];
            await ExecuteAsync(host, $"UPDATE draws SET {column} = {{0}} WHERE number = '{numbers[0]}'", after);

            Assert.Contains(await BrokenAsync(host, "draws-verify"), b => b.StartsWith($"抽取 {numbers[0]}-object：", StringComparison.Ordinal));
            await ExecuteAsync(host, $"UPDATE draws SET {column} = {{0}} WHERE number = '{numbers[0]}'", before);
        }
        Assert.Empty(await BrokenAsync(host, "draws-verify"));
    }

    /// <summary>The proof's page reads and hashes the files once for a state of the draw, not at each view; who has a file is told so without reading it.</summary>
    [Theory, BothDatabases]
    public async Task Proof_SeenAgain_IsNotHashedAgain(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var (_, numbers) = await DrawnAsync(host);
        var digests = new DrawDigests();
        var first = await ProofAsync();
        Assert.Equal(Hashing.Sha256Hex(await ScalarAsync(host, $"SELECT candidates_file AS \"Value\" FROM draws WHERE number = '{numbers[0]}'")), first.ListHash);
        Assert.Equal(first.Files.Select(f => (string?)f.Hash), await Task.WhenAll(first.Files.Select(f => host.ReadAsync(db => new PortalReader(db, host.Time, digests).KnownHashAsync(numbers[0], f.Name, default)))));

        // Nobody reads the list for the page any more: not even that it is gone is noticed here. The verifier reads the files.
        await ExecuteAsync(host, $"UPDATE draws SET candidates_file = {{0}} WHERE number = '{numbers[0]}'", "");
        var second = await ProofAsync();
        Assert.Same(first.Files, second.Files);
        Assert.Same(first.Strata, second.Strata);
        Assert.Equal(first.ListHash, second.ListHash);

        await ExecuteAsync(host, $"UPDATE draws SET revision = revision + 1, candidates_file = {{0}} WHERE number = '{numbers[0]}'", "检查对象\tCX1\n");
        Assert.Equal(Hashing.Sha256Hex("检查对象\tCX1\n"), (await ProofAsync()).ListHash);

        async Task<DrawView> ProofAsync() => (await host.ReadAsync(db => new PortalReader(db, host.Time, digests).DrawAsync(numbers[0], default)))!;
    }

    /// <summary>T3, T4: list, exclusions or order exchanged before the draw, so that everything still fits together: the audit chain knows the first ones.</summary>
    [Theory, BothDatabases]
    public async Task T3_AListExchangedBeforeTheDraw_DoesNotMatchWhatWasRecordedAtTheFreeze(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var campaign = await host.CampaignAsync();
        var numbers = await host.StratifiedDrawsAsync(campaign.Id);
        Assert.Empty(await BrokenAsync(host, "draws-as-ordered"));

        await ExecuteAsync(host, "UPDATE draw_exclusions SET reason = {0}", "EXCL-1");
        Assert.Equal(2, (await BrokenAsync(host, "draws-as-ordered")).Count(b => b.EndsWith("的排除理由与留痕不一致", StringComparison.Ordinal)));
        await ExecuteAsync(host, $"UPDATE draws SET candidates_file = {{0}} WHERE number = '{numbers[0]}'", "一般风险\tCX00001\n");
        Assert.Contains($"抽取 {numbers[0]} 的名单与留痕不一致", await BrokenAsync(host, "draws-as-ordered"));
        await host.CommitAsync(campaign.Id);
        await ExecuteAsync(host, $"UPDATE draws SET order_file = {{0}} WHERE number = '{numbers[1]}'", "{}");
        Assert.Contains($"抽取 {numbers[1]} 的抽取令与留痕不一致", await BrokenAsync(host, "draws-as-ordered"));
    }

    /// <summary>T4: somebody is quietly taken out of the register. The list is then shorter than the plan said, and the freeze asks why; the answer is public.</summary>
    [Fact]
    public async Task T4_AnObjectMissingWithoutAReason_StopsTheFreeze()
    {
        await using var host = await CampaignWalk.CountyAsync(Databases.Sqlite, new(2026, 3, 2, 9, 0, 0, TimeSpan.FromHours(8)), publishes: false);
        await using var site = await WebSite.StartAsync(host);
        await host.ApprovePlanAsync();
        await host.StartCampaignAsync();
        await host.DoAsync("scheme", CampaignWalk.Planner, "提交", await host.DefaultsAsync("scheme"));
        await host.DoAsync("approve", CampaignWalk.Deputy, "批准");
        var campaign = await host.ReadAsync(db => db.Set<Campaign>().SingleAsync());
        string? taken = null;
        await host.RunAsync(async services =>
        {
            var db = services.GetRequiredService<DbContext>();
            taken = (await services.GetRequiredService<FreezeCampaignHandler>().PreviewAsync(campaign, host.Time.Today, default)).Value[0].Ids.First();
            db.Remove((await db.FindAsync<Inspectee>(taken))!);
        });
        host.Time.Set(new(2026, 3, 2, 10, 0, 0, TimeSpan.FromHours(8)));
        // Nor does leaving one out of an approved line hide it: its own reason does not stand in the plan that was approved.
        var other = (await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().Where(i => i.SafetySector != null && i.RegistrationStatus == "存续" && i.ExclusionCode == null && i.SafetySector.StartsWith("工贸")).OrderByDescending(i => i.Number).FirstAsync())).Number;
        var excluded = await host.HandleAsync((PlanExclusionHandler h) => h.HandleAsync(new ExcludeFromLine(SampleCounty.PlanNo, 3, other, "2", "正在办理举报", null), host.Change(CampaignWalk.Planner), default));
        Assert.Null(excluded.Refusal);
        Assert.Equal("plan-exclusions.unconfirmed", (await host.TryAsync("freeze", CampaignWalk.Operator, "冻结", await host.DefaultsAsync("freeze")))?.Code);
        Assert.Null((await host.HandleAsync((PlanExclusionHandler h) => h.HandleAsync(new ConfirmExclusion(excluded.Value.Id), host.Change(CampaignWalk.Deputy), default))).Refusal);

        var values = await host.DefaultsAsync("freeze");
        var quiet = await host.TryAsync("freeze", CampaignWalk.Operator, "冻结", values.DeepClone().AsObject());
        values["reason"] = "重复登记，已合并到另一条记录";
        await host.DoAsync("freeze", CampaignWalk.Operator, "冻结", values);

        Assert.Equal(("campaigns.list-shrunk", 2), (quiet?.Code, (int)quiet!.Arguments[1]! - (int)quiet.Arguments[0]!));
        Assert.Contains("重复登记，已合并到另一条记录", await site.GetPageAsync("/portal/draws/2026-0001"), StringComparison.Ordinal);
    }

    /// <summary>T5: strata or counts are shifted once something is known. They are in the hashed order before the first nonce is shown.</summary>
    [Fact]
    public async Task T5_StrataAndCounts_CannotBeChangedOnceTheListIsFrozen()
    {
        await using var host = await TestHost.StartAsync();
        var campaign = await host.CampaignAsync();
        var numbers = await host.StratifiedDrawsAsync(campaign.Id);
        await host.CommitAsync(campaign.Id);

        var scheme = await host.HandleAsync((FillSchemeHandler h) => h.HandleAsync(new(campaign.Id, new("工贸", "十月", "防事故", "3 户", "随机", "不得泄露", "公示"), null, StrataRule.Default(StratifyBy.Credit)), host.Change(PortalGiven.Planner), default));
        Assert.Equal("campaigns.already-approved", scheme.Refusal?.Code);
        Assert.Equal("draws.exists", (await OrderAsync(host, campaign.Id, PortalGiven.OtherOperator, "换一种分层")).Refusal?.Code);
        // Even by hand in the row: what is drawn comes from the order's bytes.
        await ExecuteAsync(host, "UPDATE draws SET strata_json = {0}, count = 9", """[{"name":"一般风险","size":40,"count":9,"weight":1}]""");
        await host.ExecuteAsync(campaign.Id);
        var draw = (await host.ReadAsync(db => DrawQueries.ExportAsync(db, numbers[0], default)))!;
        Assert.Equal([1, 1, 1], DrawResult.Read(draw.Files.Result!).Value.Order.Select(s => s.Drawn.Count));
    }

    /// <summary>T6: the result is looked at and the program stopped. What follows from the reveals is the same however often it is computed, and can no longer be made void.</summary>
    [Theory, BothDatabases]
    public async Task T6_ADrawStoppedBetweenRevealAndResult_EndsWithTheSameResult(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var campaign = await host.CampaignAsync();
        var numbers = await host.StratifiedDrawsAsync(campaign.Id);
        await RevealedAsync(host, campaign.Id);
        string? seen = null;

        // The work is done and lost before it is committed, as a kill does it.
        await Assert.ThrowsAsync<OperationCanceledException>(() => host.RunAsync<Done>(async (services, _) =>
        {
            var drawn = await services.GetRequiredService<ExecuteDrawsHandler>().HandleAsync(new(campaign.Id), host.Change(PortalGiven.Operator), default);
            seen = drawn.Value[0].ResultFile;
            throw new OperationCanceledException("killed");
        }));
        Assert.Null(await host.ReadAsync(db => db.Set<Draw>().Where(d => d.Number == numbers[0]).Select(d => d.ResultFile).SingleAsync()));
        Assert.Equal("draws.already-drawn", (await host.HandleAsync((VoidDrawsHandler h) => h.HandleAsync(new(campaign.Id), host.Change(PortalGiven.Supervisor, "系统故障"), default))).Refusal?.Code);
        var changed = await host.HandleAsync((RevealNonceHandler h) => h.HandleAsync(new(campaign.Id, DrawCommitment.Witness, PortalGiven.WitnessNonce), host.Change(PortalGiven.Witness), default));
        Assert.Null((await host.HandleAsync((ExecuteDrawsHandler h) => h.HandleAsync(new(campaign.Id), host.Change(PortalGiven.Witness), default))).Refusal);

        Assert.Equal("draws.wrong-status", changed.Refusal?.Code);
        Assert.NotNull(seen);
        Assert.Equal(seen, await host.ReadAsync(db => db.Set<Draw>().Where(d => d.Number == numbers[0]).Select(d => d.ResultFile).SingleAsync()));
    }

    /// <summary>T7: the last party does not reveal. Nothing is drawn; the round is void in public and its number is not used again.</summary>
    [Theory, BothDatabases]
    public async Task T7_AWithheldReveal_DrawsNothingAndIsVoidInPublic(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await using var site = await WebSite.StartAsync(host);
        var campaign = await host.CampaignAsync();
        var numbers = await host.StratifiedDrawsAsync(campaign.Id);
        await host.CommitAsync(campaign.Id);
        host.Time.Advance(TimeSpan.FromHours(2));
        await host.EnterAsync(campaign.Id);
        await host.ConfirmAsync(campaign.Id);
        await host.RevealAsync(campaign.Id, DrawCommitment.Supervisor);

        Assert.Equal("draws.wrong-status", (await host.HandleAsync((ExecuteDrawsHandler h) => h.HandleAsync(new(campaign.Id), host.Change(PortalGiven.Operator), default))).Refusal?.Code);
        // Nobody reveals in another's place, with whatever number.
        Assert.Equal("draws.not-party", (await host.HandleAsync((RevealNonceHandler h) => h.HandleAsync(new(campaign.Id, DrawCommitment.Witness, PortalGiven.WitnessNonce), host.Change(PortalGiven.Supervisor), default))).Refusal?.Code);
        Assert.Equal("draws.not-party", (await host.HandleAsync((RevealNonceHandler h) => h.HandleAsync(new(campaign.Id, DrawCommitment.Witness, PortalGiven.WitnessNonce), host.Change(TestHost.Person("另一见证员", "witness")), default))).Refusal?.Code);
        Assert.Null((await host.HandleAsync((VoidDrawsHandler h) => h.HandleAsync(new(campaign.Id), host.Change(PortalGiven.Supervisor, "见证人未揭示"), default))).Refusal);
        Assert.Contains("见证人未揭示", await site.GetPageAsync($"/portal/draws/{numbers[0]}"), StringComparison.Ordinal);
        Assert.Equal("2026-0003", (await OrderAsync(host, campaign.Id, PortalGiven.OtherOperator, "见证人未揭示，重新下达")).Value[0].Number);
        var audited = await host.ReadAsync(db => db.Set<DoubleRandom.Host.Data.AuditEntry>().Where(e => e.Action == "抽取作废").Select(e => e.Data!).ToListAsync());
        Assert.All(audited, data => Assert.Equal("见证人", JsonNode.Parse(data)!["missing"]![0]!.GetValue<string>()));
    }

    /// <summary>T8: the program itself is changed and says that all is well. A stranger's script, which shares nothing with it, does not.</summary>
    [Fact]
    public async Task T8_AResultOfAChangedProgram_IsRefusedByTheStranger()
    {
        await using var host = await TestHost.StartAsync();
        var (_, numbers) = await DrawnAsync(host);
        var draw = (await host.ReadAsync(db => DrawQueries.ExportAsync(db, numbers[0], default)))!;
        await Stranger.ReproducesAsync([draw]);
        var order = DrawOrder.Read(draw.Files.Order!).Value;
        var (seed, list) = (DrawResult.Read(draw.Files.Result!).Value.Seed, CandidateList.Read(draw.Files.Candidates!).Value);
        // A patched sampler: as the product's, but a favoured firm of a stratum is always moved to the reserves' end.
        var patched = new DrawResult(seed, [.. order.Strata.Select(s =>
        {
            var ids = Tickets.Order(Tickets.Key(seed, order.Kind, order.Round, s.Name), [.. list.Where(c => c.Stratum == s.Name).Select(c => c.Id)]);
            return new StratumResult(s.Name, ids[1..(s.Count + 1)], [.. ids[(s.Count + 1)..], ids[0]]);
        })]);
        var folder = Directory.CreateTempSubdirectory("dr-patched-").FullName;
        await (draw.Files with { Result = patched.ToBytes() }).WriteAsync(folder, default);

        var (code, output) = await Stranger.PythonAsync("verify.py", folder);

        Directory.Delete(folder, recursive: true);
        Assert.Equal(1, code);
        Assert.Contains("NOT REPRODUCED", output, StringComparison.Ordinal);
    }

    /// <summary>T9: officers are exchanged after the pairing. Nobody can name a successor: the next in ticket order comes, with reason, proof and another's decision, and every exchange stands in the chain.</summary>
    [Theory, BothDatabases]
    public async Task T9_AfterTheLock_OnlyTheNextInOrderComesAndNobodyNamesHim(string database)
    {
        // What can be said about a change at all: there is no place for a successor.
        Assert.Equal(["FromOn", "InspecteeNumber", "Kind", "PersonNumber", "Proof", "Reason", "ToOn"], typeof(RosterRequestLine).GetProperties().Select(p => p.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["Grant", "Opinion", "Sequence"], typeof(RosterDecision).GetProperties().Select(p => p.Name).Order(StringComparer.Ordinal));
        await using var host = await CampaignWalk.CountyAsync(database, new(2026, 3, 10, 9, 0, 0, TimeSpan.FromHours(8)), publishes: false);
        var campaign = await host.DrawnAsync();
        await host.DoAsync("recusals", CampaignWalk.Operator, "无人申报");
        await host.DoAsync("lock", CampaignWalk.Operator, "锁定");
        var before = (await host.VisitsAsync(campaign))[4];
        var leaving = before.OfficerNumbers[0];
        var both = TestHost.Person("一人两职", "draw-operator", "director");

        Assert.Equal("draws.not-operator", (await host.HandleAsync((FileRosterRequestsHandler h) => h.HandleAsync(new(campaign, [new(RosterRequestKind.Absence, leaving, null, before.PlannedOn, before.PlannedOn, "另有公务", "会议通知")]), host.Change(CampaignWalk.Planner), default))).Refusal?.Code);
        Assert.Equal("campaigns.request-reason", (await host.AwayAsync(campaign, leaving, before.PlannedOn, "", "会议通知")).Refusal?.Code);
        Assert.Equal("campaigns.request-proof", (await host.AwayAsync(campaign, leaving, before.PlannedOn, "另有公务", " ")).Refusal?.Code);
        Assert.Null((await host.HandleAsync((FileRosterRequestsHandler h) => h.HandleAsync(new(campaign, [new(RosterRequestKind.Absence, leaving, null, before.PlannedOn, before.PlannedOn, "另有公务", "会议通知")]), host.Change(both), default))).Refusal?.ToString());
        Assert.Equal("campaigns.own-request", (await host.DecideAsync(campaign, 1, both)).Refusal?.Code);
        Assert.Equal(before.Team, (await host.VisitsAsync(campaign))[4].Team);
        Assert.Null((await host.DecideAsync(campaign, 1, CampaignWalk.Director)).Refusal?.ToString());

        await host.AssertNextInOrderAsync(campaign, before, leaving);
        var chain = await host.ReadAsync(db => db.Set<DoubleRandom.Host.Data.AuditEntry>().Where(e => e.Chain == "campaign/2026-01" && e.Action.EndsWith("不能参加")).OrderBy(e => e.At).Select(e => e.Data!).ToListAsync());
        Assert.Equal(2, chain.Count);
        Assert.Contains("会议通知", JsonNode.Parse(chain[0])!["proof"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains("递补", JsonNode.Parse(chain[1])!["effect"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    /// <summary>T10: the result leaks before the visit (inside the office: SecrecyPagesTests). The public sees numbers of the register, never a name, an address or a credit code.</summary>
    [Theory, BothDatabases]
    public async Task T10_BeforeTheVisit_NoPublicPageSaysWhoWasDrawn(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await using var site = await WebSite.StartAsync(host);
        await host.ImportSampleAsync("inspectees", "officers");
        var (campaign, numbers) = await DrawnAsync(host);
        var drawn = DrawResult.Read((await host.ReadAsync(db => DrawQueries.ExportAsync(db, numbers[0], default)))!.Files.Result!).Value.Order.SelectMany(s => s.Drawn).ToList();
        var entries = await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().Where(i => drawn.Contains(i.Number)).ToListAsync());
        var officers = await host.ReadAsync(db => db.Set<Officer>().Where(o => o.Number.StartsWith("R00")).Select(o => o.Name).ToListAsync());
        Assert.Equal(drawn.Count, entries.Count);

        List<string> paths = ["/portal", "/portal/draws", $"/portal/search?q={Uri.EscapeDataString(entries[0].Name[..4])}"];
        foreach (var number in numbers) paths.AddRange([$"/portal/draws/{number}", $"/portal/draws/{number}/ceremony", .. DrawFiles.Names.Select(n => $"/portal/draws/{number}/files/{n}")]);
        foreach (var path in paths)
        {
            var page = await site.GetPageAsync(path);
            Assert.DoesNotContain(entries, e => page.Contains(e.Name, StringComparison.Ordinal) || (e.CreditCode is { } code && page.Contains(code, StringComparison.Ordinal)));
            Assert.DoesNotContain(officers, o => page.Contains(o, StringComparison.Ordinal));
        }
        Assert.Equal(CampaignStatus.Drawn, (await host.ReadAsync(db => db.Set<Campaign>().SingleAsync(c => c.Id == campaign))).Status);
    }

    /// <summary>T11: a clock put back, or a beacon that is known already.</summary>
    [Fact]
    public async Task T11_ABeaconFromBeforeTheFreeze_IsRefused()
    {
        await using var host = await TestHost.StartAsync();
        var campaign = await host.CampaignAsync();
        var yesterday = await host.HandleAsync((OrderDrawsHandler h) => h.HandleAsync(new(campaign.Id, [new("object", "对象", ["A", "B", "C", "D"], [])], "双色球", new(2026, 9, 17), host.Time.UtcNow.AddHours(1)), host.Change(PortalGiven.Operator), default));
        await host.StratifiedDrawsAsync(campaign.Id);
        await host.CommitAsync(campaign.Id);
        host.Time.Advance(TimeSpan.FromHours(2));
        host.Time.Advance(-TimeSpan.FromDays(1));
        var early = await host.HandleAsync((EnterBeaconHandler h) => h.HandleAsync(new(campaign.Id, PortalGiven.Beacon), host.Change(PortalGiven.Operator), default));
        host.Time.Advance(TimeSpan.FromDays(1));
        Assert.Null((await host.HandleAsync((EnterBeaconHandler h) => h.HandleAsync(new(campaign.Id, PortalGiven.Beacon), host.Change(PortalGiven.Operator), default))).Refusal);

        Assert.Equal("draws.planned-in-past", yesterday.Refusal?.Code);
        Assert.Equal("draws.beacon-too-early", early.Refusal?.Code);
    }

    /// <summary>T12: two readings of one text. No field can hold what separates fields, so no two lists, orders or seeds share their bytes.</summary>
    [Fact]
    public void T12_FieldsThatRunIntoOneAnother_AreRefusedOrDiffer()
    {
        foreach (var bad in (string[])["a\nb", "a\tb", "a\0b", "a\rb", "a\u0085b", "a\u007fb", "e\u0301"])
        {
            Assert.NotNull(CandidateList.Write([new Candidate(bad, "x")]).Refusal);
            Assert.NotNull(CandidateList.Write([new Candidate("x", bad)]).Refusal);
            Assert.NotNull(DrawReveals.Read(Encoding.UTF8.GetBytes(new JsonObject { ["beacon"] = bad, ["reveals"] = new JsonArray() }.ToJsonString())).Refusal);
        }
        var random = new Random(12);
        Dictionary<string, string> files = new(StringComparer.Ordinal), keys = new(StringComparer.Ordinal);
        for (var i = 0; i < 20_000; i++)
        {
            // Short texts over few characters, so that moved borders ("ab"+"c", "a"+"bc") do occur.
            string Text() => new([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => "ab1甲"[random.Next(4)])]);
            var (stratum, id, kind, round) = (Text(), Text(), random.Next(2) == 0 ? "object" : "officer", random.Next(1, 13));
            var what = $"{stratum}‖{id}";
            if (CandidateList.Write([new Candidate(stratum, id)]) is { IsRefused: false } file)
            {
                var hash = Hashing.Sha256Hex(file.Value);
                Assert.Equal(what, files.GetValueOrDefault(hash, what));
                files[hash] = what;
            }
            var key = Convert.ToHexString(Tickets.Key(new string('a', 64), kind, round, stratum));
            Assert.Equal($"{kind}‖{round}‖{stratum}", keys.GetValueOrDefault(key, $"{kind}‖{round}‖{stratum}"));
            keys[key] = $"{kind}‖{round}‖{stratum}";
        }
    }

    private static async Task<(Guid Campaign, List<string> Numbers)> DrawnAsync(TestHost host)
    {
        var campaign = await host.CampaignAsync();
        var numbers = await host.StratifiedDrawsAsync(campaign.Id);
        await host.CommitAsync(campaign.Id);
        await host.ExecuteAsync(campaign.Id);
        return (campaign.Id, numbers);
    }

    private static async Task RevealedAsync(TestHost host, Guid campaign)
    {
        await host.CommitAsync(campaign);
        host.Time.Advance(TimeSpan.FromHours(2));
        await host.EnterAsync(campaign);
        await host.ConfirmAsync(campaign);
        await host.RevealAsync(campaign, DrawCommitment.Supervisor);
        await host.RevealAsync(campaign, DrawCommitment.Witness);
    }

    private static Task<Result<List<Draw>>> OrderAsync(TestHost host, Guid campaign, Actor by, string? reason = null)
        => host.HandleAsync((OrderDrawsHandler h) => h.HandleAsync(new(campaign, [new("object", "对象", ["A", "B", "C", "D"], [])], "双色球", new(2026, 9, 18), host.Time.UtcNow.AddHours(1)), host.Change(by, reason), default));

    private static async Task<IReadOnlyList<string>> BrokenAsync(TestHost host, string id) => (await InvariantCatalogue.CheckAsync(host.Services)).Checks.Single(c => c.Id == id).Broken;

    private static Task<string> ScalarAsync(TestHost host, string sql) => host.ReadAsync(db => db.Database.SqlQueryRaw<string>(sql).SingleAsync());

    private static Task ExecuteAsync(TestHost host, string sql, params object[] arguments) => host.RunAsync(async services => await services.GetRequiredService<DbContext>().Database.ExecuteSqlRawAsync(sql, arguments));
}
