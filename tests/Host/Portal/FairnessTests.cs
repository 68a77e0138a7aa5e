using System.Globalization;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Draws.Protocol;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Portal;

/// <summary>"Was I in the list?", and whether lots alone decided over many draws.</summary>
public sealed class FairnessTests
{
    [Theory, BothDatabases]
    public async Task Listed_ByCode_TellsTheListAtOnceAndTheResultAfterTheVisit(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await using var site = await WebSite.StartAsync(host);
        await host.ImportSampleAsync("inspectees");
        var campaign = await host.CampaignAsync();
        var numbers = await host.StratifiedDrawsAsync(campaign.Id);
        await ExcludeAsync(host, numbers[0], "CX00100");
        await host.CommitAsync(campaign.Id);
        await host.ExecuteAsync(campaign.Id);
        var drawn = DrawResult.Read((await host.ReadAsync(db => DrawQueries.ExportAsync(db, numbers[0], default)))!.Files.Result!).Value.Order[2].Drawn[0];
        var entry = await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().SingleAsync(i => i.Number == drawn));
        var outside = await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().Where(i => i.CreditCode != null && i.Number.StartsWith("CX009")).OrderBy(i => i.Number).FirstAsync());
        Task<string> AskAsync(string code) => site.GetPageAsync($"/portal/listed?code={Uri.EscapeDataString(code)}");

        // Full-width and lower case, as people type it.
        var before = await AskAsync($" {entry.CreditCode!.ToLowerInvariant()[..9]}　{entry.CreditCode[9..]} ");
        Assert.Contains("在名单中（重大风险）", before, StringComparison.Ordinal);
        Assert.Contains("20%", before, StringComparison.Ordinal);
        Assert.Contains("结果在检查后说明", before, StringComparison.Ordinal);
        Assert.DoesNotContain(entry.Number, before, StringComparison.Ordinal);
        Assert.DoesNotContain("抽中，第", before, StringComparison.Ordinal);
        Assert.Contains("未列入：风险评估不宜随机抽查", await AskAsync("CX00100"), StringComparison.Ordinal);
        Assert.Contains("最近 1 次对象抽取的候选名单里没有它", await AskAsync(outside.CreditCode!), StringComparison.Ordinal);
        Assert.Contains("没有这个代码或编号", await AskAsync("91620823XXXXXXXXXX"), StringComparison.Ordinal);
        foreach (var odd in (string[])["'; DROP TABLE draws;--", "%", "甲", new string('9', 400)]) Assert.DoesNotContain("在名单中", await AskAsync(odd), StringComparison.Ordinal);

        await VisitAsync(host, campaign, entry);
        Assert.Contains("抽中，第 1 位", await AskAsync(entry.CreditCode), StringComparison.Ordinal);
        var reserves = DrawResult.Read((await host.ReadAsync(db => DrawQueries.ExportAsync(db, numbers[0], default)))!.Files.Result!).Value.Order[0].Reserves;
        await VisitAsync(host, campaign, await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().SingleAsync(i => i.Number == reserves[11])));
        Assert.Contains("未抽中，候补第 12 位，已递补检查", await AskAsync(reserves[11]), StringComparison.Ordinal);
    }

    /// <summary>Of a hundred draws all are found, a bounded number at a time.</summary>
    [Theory, BothDatabases]
    public async Task Listed_InMoreDrawsThanOneAnswerHas_GoesOnWithTheEarlierOnes(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await using var site = await WebSite.StartAsync(host);
        await host.ImportSampleAsync("inspectees");
        var campaign = await host.CampaignAsync();
        var number = (await host.StratifiedDrawsAsync(campaign.Id))[0];
        var entry = await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().SingleAsync(i => i.Number == "CX00001"));
        await host.RunAsync(async (s, ct) =>
        {
            var db = s.GetRequiredService<DbContext>();
            var first = await db.Set<Draw>().AsNoTracking().SingleAsync(d => d.Number == number, ct);
            for (var i = 1; i <= 60; i++)
            {
                db.Add(new Draw
                {
                    Id = Guid.NewGuid(),
                    Number = string.Create(CultureInfo.InvariantCulture, $"2025-{i:D4}"),
                    CampaignId = Guid.NewGuid(),
                    CampaignNo = first.CampaignNo,
                    Kind = "object",
                    Round = 1,
                    Status = DrawStatus.Void,
                    StrataJson = first.StrataJson,
                    Size = i == 30 ? 5_000_000 : first.Size,
                    Count = first.Count,
                    BaseCount = first.BaseCount,
                    BaseOn = first.BaseOn,
                    Ratio = first.Ratio,
                    BeaconSource = first.BeaconSource,
                    BeaconOn = first.BeaconOn,
                    PlannedAt = first.PlannedAt,
                    CandidatesFile = i % 2 == 0 ? first.CandidatesFile : first.CandidatesFile.Replace("\tCX00001\n", "\tCX99999\n", StringComparison.Ordinal),
                    OrderedById = first.OrderedById,
                    OrderedByName = first.OrderedByName,
                    OrderedAt = first.OrderedAt.AddDays(i / 3 - 100),
                });
            }
            return (Result<Done>)Done.It;
        });

        List<string> found = [];
        List<string> searched = [];
        for (var address = $"/portal/listed?code={entry.CreditCode}"; address is not null;)
        {
            var page = await site.GetPageAsync(address);
            found.AddRange(System.Text.RegularExpressions.Regex.Matches(page, "href=\"/portal/draws/([^\"]+)\"").Select(m => m.Groups[1].Value));
            searched.Add(System.Text.RegularExpressions.Regex.Match(page, "(\\d+) 次对象抽取").Groups[1].Value);
            address = System.Text.RegularExpressions.Regex.Match(page, "href=\"(/portal/listed\\?code=[^\"]+before=[^\"]+)\"") is { Success: true } next ? System.Net.WebUtility.HtmlDecode(next.Groups[1].Value) : null;
        }

        Assert.Equal(["31", "1", "29"], searched);
        Assert.Equal(Enumerable.Range(1, 60).Where(i => i % 2 == 0).Select(i => string.Create(CultureInfo.InvariantCulture, $"2025-{i:D4}")).Append(number).OrderDescending(), found);
    }

    [Theory, BothDatabases]
    public async Task Fairness_OfSomeDraws_SetsTheChancesAgainstWhatWasDrawn(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await using var site = await WebSite.StartAsync(host);
        Assert.Contains("还没有完成的抽取", await site.GetPageAsync("/portal/fairness"), StringComparison.Ordinal);
        await host.ImportSampleAsync("inspectees");
        List<string> drawn = [];
        for (var i = 0; i < 4; i++)
        {
            var campaign = await host.CampaignAsync();
            // A nonce that was shown commits to nothing again, so each round is put together from its own.
            var number = await DrawAsync(host, campaign.Id, i);
            drawn.AddRange(DrawResult.Read((await host.ReadAsync(db => DrawQueries.ExportAsync(db, number, default)))!.Files.Result!).Value.Order.SelectMany(s => s.Drawn));
        }

        var figures = (await host.ReadAsync(db => Fairness.OfAsync(db, 2026, default)))!;
        Assert.Equal((4, 60), (figures.Draws, figures.Objects));
        Assert.Equal([("一般风险", 160, 4d, 4), ("较大风险", 60, 4d, 4), ("重大风险", 20, 4d, 4)], figures.Strata.Select(s => (s.Name, s.Listed, s.Expected, s.Drawn)));
        Assert.Equal(60, figures.TimesDrawn.Sum(t => t.Actual));
        Assert.Equal(60, figures.TimesDrawn.Sum(t => t.Expected), 0.5);
        Assert.Equal(60 - drawn.Distinct().Count(), figures.TimesDrawn[0].Actual);
        // 40 × (39/40)⁴ + 15 × (14/15)⁴ + 5 × (4/5)⁴
        Assert.Equal(Math.Round(40 * Math.Pow(0.975, 4) + 15 * Math.Pow(14 / 15d, 4) + 5 * Math.Pow(0.8, 4), 1), figures.TimesDrawn[0].Expected);
        Assert.All(figures.By, b => Assert.InRange(b.Groups.Sum(g => g.Drawn), 0, 12));
        // Whoever has no grade is in a group too small to be shown; of the others each drawing is counted where it belongs.
        var grades = await host.ReadAsync(db => db.Set<Inspectee>().Where(i => i.CreditGrade != null).ToDictionaryAsync(i => i.Number, i => i.CreditGrade!));
        var shown = Assert.Single(figures.By, b => b.Name == "信用等级").Groups;
        Assert.True(shown.Count >= 3, $"{shown.Count} groups");
        Assert.All(shown.Where(g => g.Name != "其他"), g => Assert.Equal(drawn.Count(id => grades.GetValueOrDefault(id) == g.Name), g.Drawn));
        Assert.InRange(shown.Sum(g => g.Expected), 11.5, 12.1);
        Assert.Empty((await host.ReadAsync(db => Fairness.OfAsync(db, 2025, default)))!.Strata);
        var page = await site.GetPageAsync("/portal/fairness?year=2026");
        foreach (var word in new[] { "从未抽中", "检查负担", "重大风险", "信用等级" }) Assert.Contains(word, page, StringComparison.Ordinal);
        Assert.DoesNotContain(drawn, id => page.Contains(id, StringComparison.Ordinal));
        Assert.Equal(new FairnessYear(2026, 4, 0, 240, 12, 0, 0), Assert.Single(await host.ReadAsync(db => Fairness.YearsAsync(db, default))));
        Assert.Contains("历年对照", await site.GetPageAsync("/portal/fairness"), StringComparison.Ordinal);
        Assert.DoesNotContain("历年对照", page, StringComparison.Ordinal);
    }

    /// <summary>Officers' names stand behind their numbers only once they have been out.</summary>
    [Theory, BothDatabases]
    public async Task Proof_OfOfficers_NamesThoseWhoHaveBeenOut(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await using var site = await WebSite.StartAsync(host);
        await host.ImportSampleAsync("inspectees");
        var campaign = await host.CampaignAsync();
        var numbers = await host.StratifiedDrawsAsync(campaign.Id);
        await host.CommitAsync(campaign.Id);
        await host.ExecuteAsync(campaign.Id);
        var entry = await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().SingleAsync(i => i.Number == "CX00001"));
        await SeatAsync(host, campaign, "CX00001", "R001", "欧阳秉公");
        await SeatAsync(host, campaign, "CX00002", "R002", "司马未出");

        Assert.DoesNotContain("欧阳秉公", await site.GetPageAsync($"/portal/draws/{numbers[1]}"), StringComparison.Ordinal);
        await VisitAsync(host, campaign, entry);
        var page = await site.GetPageAsync($"/portal/draws/{numbers[1]}");

        Assert.Contains("<li>R001 欧阳秉公</li>", page, StringComparison.Ordinal);
        Assert.Contains("<li>R002</li>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("司马未出", page, StringComparison.Ordinal);
    }

    private static async Task<string> DrawAsync(TestHost host, Guid campaign, int round)
    {
        var numbers = await host.StratifiedDrawsAsync(campaign);
        var (supervisor, witness) = (Hashing.Sha256Hex($"监督人{round}"), Hashing.Sha256Hex($"见证人{round}"));
        var at = host.Time.GetUtcNow();
        async Task Ok(Task<Result<List<Draw>>> done) => Assert.Null((await done).Refusal?.ToString());
        await Ok(host.HandleAsync((CommitNonceHandler h) => h.HandleAsync(new(campaign, DrawCommitment.Supervisor, Hashing.Sha256Hex(supervisor)), host.Change(PortalGiven.Supervisor), default)));
        await Ok(host.HandleAsync((CommitNonceHandler h) => h.HandleAsync(new(campaign, DrawCommitment.Witness, Hashing.Sha256Hex(witness)), host.Change(PortalGiven.Witness), default)));
        host.Time.Advance(TimeSpan.FromHours(2));
        await host.EnterAsync(campaign);
        await host.ConfirmAsync(campaign);
        await Ok(host.HandleAsync((RevealNonceHandler h) => h.HandleAsync(new(campaign, DrawCommitment.Supervisor, supervisor), host.Change(PortalGiven.Supervisor), default)));
        await Ok(host.HandleAsync((RevealNonceHandler h) => h.HandleAsync(new(campaign, DrawCommitment.Witness, witness), host.Change(PortalGiven.Witness), default)));
        await Ok(host.HandleAsync((ExecuteDrawsHandler h) => h.HandleAsync(new(campaign), host.Change(PortalGiven.Operator), default)));
        host.Time.Set(at);
        return numbers[0];
    }

    private static Task ExcludeAsync(TestHost host, string draw, string candidate) => host.RunAsync(async services =>
    {
        var db = services.GetRequiredService<DbContext>();
        db.Add(new DrawExclusion { DrawId = await db.Set<Draw>().Where(d => d.Number == draw).Select(d => d.Id).SingleAsync(), CandidateId = candidate, Reason = "EXCL-3" });
    });

    private static Task VisitAsync(TestHost host, Campaign campaign, Inspectee entry) => host.RunAsync(services =>
    {
        services.GetRequiredService<DbContext>().Add(new InspectionCase
        {
            Id = Ids.New(host.Time.UtcNow),
            InspectionNo = $"2026-01-{entry.Number}",
            CampaignId = campaign.Id,
            CampaignNo = campaign.CampaignNo,
            InspecteeNumber = entry.Number,
            InspecteeName = entry.Name,
            ItemCodes = "YJ-01",
            Status = InspectionStatus.FindingsLocked,
            LeaderNumber = "R001",
            TeamJson = "[]",
            PlannedOn = new(2026, 10, 12),
            OpenedAt = host.Time.UtcNow,
            CheckedOn = new(2026, 9, 18),
        });
        return Task.CompletedTask;
    });

    private static Task SeatAsync(TestHost host, Campaign campaign, string inspectee, string person, string name) => host.RunAsync(services =>
    {
        var db = services.GetRequiredService<DbContext>();
        var visit = new InspectionAssignment { Id = Ids.New(host.Time.UtcNow), CampaignId = campaign.Id, InspecteeNumber = inspectee, InspecteeName = inspectee, PlannedOn = new(2026, 10, 12), DrawPosition = int.Parse(inspectee.AsSpan(2), CultureInfo.InvariantCulture) };
        db.Add(visit);
        db.Add(new AssignmentSeat { Id = Ids.New(host.Time.UtcNow), AssignmentId = visit.Id, CampaignId = campaign.Id, Part = TeamPart.Officer, PersonNumber = person, PersonName = name, IsActive = true });
        return Task.CompletedTask;
    });
}
