using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Draws.Protocol;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Inspections.Draws;

public sealed class DrawCeremonyTests
{
    private static readonly string SupervisorNonce = new('a', 64);
    private static readonly string WitnessNonce = new('b', 64);
    private static readonly Actor Planner = TestHost.Person("计划", "planner");
    private static readonly Actor Deputy = TestHost.Person("副局长", "deputy-director");
    private static readonly Actor Operator = TestHost.Person("抽取", "draw-operator");
    private static readonly Actor OtherOperator = TestHost.Person("抽取乙", "draw-operator");
    private static readonly Actor Supervisor = TestHost.Person("纪检", "supervisor");
    private static readonly Actor Witness = TestHost.Person("见证", "witness");

    [Theory, BothDatabases]
    public async Task Ceremony_OfAllParties_GivesAResultAStrangerVerifies(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var campaign = await RevealedAsync(host);

        var first = await host.HandleAsync((ExecuteDrawsHandler h) => h.HandleAsync(new(campaign), host.Change(Witness), default));
        var second = await host.HandleAsync((ExecuteDrawsHandler h) => h.HandleAsync(new(campaign), host.Change(Operator), default));

        var rows = await RowsAsync(host);
        Assert.Equal(["object", "officer"], rows.Select(r => r.Kind));
        Assert.All(rows, row =>
        {
            Assert.Equal(DrawStatus.Drawn, row.Status);
            var verification = DrawVerifier.Verify(row.Files());
            Assert.True(verification.IsGood, verification.Difference?.ToString());
        });
        var result = DrawResult.Read(rows[0].Files().Result!).Value;
        Assert.Equal((3, 97), (result.Order[0].Drawn.Count, result.Order[0].Reserves.Count));
        Assert.Equal(first.Value.Select(d => d.ResultFile), second.Value.Select(d => d.ResultFile));
        Assert.NotEqual(result.Seed, DrawResult.Read(rows[1].Files().Result!).Value.Seed);
        Assert.Equal(CampaignStatus.Drawn, (await host.ReadAsync(db => db.Set<Campaign>().AsNoTracking().SingleAsync())).Status);
    }

    [Theory, BothDatabases]
    public async Task Nonces_BeforeTheReveal_CannotBeReadFromTheDatabase(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var campaign = await ApprovedAsync(host);
        await OrderAsync(host, campaign, Operator);

        var sealedRows = await host.ReadAsync(db => db.Set<DrawCommitment>().AsNoTracking().Where(c => c.Party == DrawCommitment.System).ToListAsync());
        var opened = sealedRows.Select(c => host.Services.GetRequiredService<INonceSeal>().Open(c.SealedNonce!)).ToList();

        Assert.Equal(2, sealedRows.Count);
        Assert.All(sealedRows, c => Assert.Null(c.Nonce));
        Assert.All(sealedRows.Zip(opened), p => Assert.Equal(p.First.Commitment, Hashing.Sha256Hex(p.Second)));
        Assert.All(sealedRows.Zip(opened), p => Assert.DoesNotContain(p.Second, p.First.SealedNonce, StringComparison.Ordinal));
    }

    [Theory, BothDatabases]
    public async Task Order_OfAKindAlreadyDrawn_IsRefused(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var campaign = await ApprovedAsync(host);
        await OrderAsync(host, campaign, Operator);

        Assert.Equal("draws.exists", (await OrderAsync(host, campaign, Operator, "再抽一次")).Refusal?.Code);
    }

    [Theory, BothDatabases]
    public async Task Draw_WithoutAReveal_IsVoidInPublicAndTheNextRoundNeedsAnotherPersonAndAReason(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var campaign = await ApprovedAsync(host);
        await OrderAsync(host, campaign, Operator);
        var director = TestHost.Person("局长兼抽取", "director", "draw-operator");

        var voided = await host.HandleAsync((VoidDrawsHandler h) => h.HandleAsync(new(campaign), host.Change(director, "监督人未揭示"), default));

        Assert.All(voided.Value, d => Assert.Equal(DrawStatus.Void, d.Status));
        Assert.Equal("draws.reason-missing", (await OrderAsync(host, campaign, OtherOperator)).Refusal?.Code);
        Assert.Equal("draws.second-person", (await OrderAsync(host, campaign, director, "重抽")).Refusal?.Code);
        var next = (await OrderAsync(host, campaign, OtherOperator, "监督人未揭示，重新下达")).Value[0];
        Assert.Equal((2, "2026-0003"), (next.Round, next.Number));
        Assert.Equal(4, await host.ReadAsync(db => db.Set<Draw>().CountAsync()));
    }

    [Fact]
    public async Task Draw_OnceAllNoncesAreKnown_CannotBeMadeVoid()
    {
        await using var host = await TestHost.StartAsync();
        var draw = await RevealedAsync(host);

        var voided = await host.HandleAsync((VoidDrawsHandler h) => h.HandleAsync(new(draw), host.Change(Supervisor, "结果不好"), default));

        Assert.Equal("draws.already-drawn", voided.Refusal?.Code);
    }

    [Fact]
    public async Task Parties_ThatAreNotWhoTheySay_AreRefused()
    {
        await using var host = await TestHost.StartAsync();
        var draw = (await OrderAsync(host, await ApprovedAsync(host), Operator)).Value[0].CampaignId;
        var both = TestHost.Person("两职", "supervisor", "witness");

        Assert.Equal("draws.not-party", (await CommitAsync(host, draw, DrawCommitment.Witness, WitnessNonce, Supervisor)).Refusal?.Code);
        Assert.False((await CommitAsync(host, draw, DrawCommitment.Supervisor, SupervisorNonce, both)).IsRefused);
        Assert.Equal("draws.same-person", (await CommitAsync(host, draw, DrawCommitment.Witness, WitnessNonce, both)).Refusal?.Code);
        Assert.Equal("draws.commitment-reused", (await CommitAsync(host, draw, DrawCommitment.Witness, SupervisorNonce, Witness)).Refusal?.Code);
        host.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal("draws.too-late-to-commit", (await CommitAsync(host, draw, DrawCommitment.Witness, WitnessNonce, Witness)).Refusal?.Code);
    }

    [Fact]
    public async Task Beacon_TypedByOnePerson_OrTooEarly_OrDifferently_DoesNotCount()
    {
        await using var host = await TestHost.StartAsync();
        var draw = (await OrderAsync(host, await ApprovedAsync(host), Operator)).Value[0].CampaignId;
        await CommitAsync(host, draw, DrawCommitment.Supervisor, SupervisorNonce, Supervisor);
        await CommitAsync(host, draw, DrawCommitment.Witness, WitnessNonce, Witness);

        Assert.Equal("draws.beacon-too-early", (await EnterAsync(host, draw)).Refusal?.Code);
        host.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal("draws.no-beacon", (await RevealAsync(host, draw, DrawCommitment.Supervisor, SupervisorNonce, Supervisor)).Refusal?.Code);
        Assert.False((await EnterAsync(host, draw)).IsRefused);
        Assert.Equal("draws.same-person", (await ConfirmAsync(host, draw, "双色球 05 09", Operator)).Refusal?.Code);
        Assert.Equal("draws.beacon-differs", (await ConfirmAsync(host, draw, "双色球 05 10", Witness)).Refusal?.Code);
        Assert.False((await ConfirmAsync(host, draw, "双色球 05 09", Witness)).IsRefused);
        Assert.Equal("draws.reveal-mismatch", (await RevealAsync(host, draw, DrawCommitment.Supervisor, WitnessNonce, Supervisor)).Refusal?.Code);
    }

    private static async Task<Guid> RevealedAsync(TestHost host)
    {
        var draw = (await OrderAsync(host, await ApprovedAsync(host), Operator)).Value[0].CampaignId;
        Ok(await CommitAsync(host, draw, DrawCommitment.Supervisor, SupervisorNonce, Supervisor));
        Ok(await CommitAsync(host, draw, DrawCommitment.Witness, WitnessNonce, Witness));
        host.Time.Advance(TimeSpan.FromHours(2));
        Ok(await EnterAsync(host, draw));
        Ok(await ConfirmAsync(host, draw, "双色球 05 09", OtherOperator));
        Ok(await RevealAsync(host, draw, DrawCommitment.Supervisor, SupervisorNonce, Supervisor));
        Ok(await RevealAsync(host, draw, DrawCommitment.Witness, WitnessNonce, Witness));
        return draw;
    }

    private static void Ok(Result<List<Draw>> result) => Assert.Null(result.Refusal?.ToString());

    private static async Task<Guid> ApprovedAsync(TestHost host)
    {
        var created = await host.HandleAsync((CreateCampaignHandler h) => h.HandleAsync(
            new("2026", 3, "工贸企业随机抽查", ["YJ-01"], new(2026, 10, 9), new(2026, 10, 30), Sampling.Undirected, 100, new(2026, 1, 1), "0.03", 100, 2, 2),
            host.Change(Planner), default));
        var id = created.Value.Id;
        Ok(await host.HandleAsync((FillSchemeHandler h) => h.HandleAsync(new(id, new("工贸", "十月", "防事故", "3 户", "随机", "不得泄露", "公示")), host.Change(Planner), default)));
        Ok(await host.HandleAsync((ApproveCampaignHandler h) => h.HandleAsync(new(id), host.Change(Deputy), default)));
        return id;

        static void Ok(Result<Campaign> result) => Assert.Null(result.Refusal?.ToString());
    }

    private static Task<Result<List<Draw>>> OrderAsync(TestHost host, Guid campaign, Actor by, string? reason = null)
        => host.HandleAsync((OrderDrawsHandler h) => h.HandleAsync(new(
            campaign, [new("object", "对象", [.. Enumerable.Range(1, 100).Select(i => $"O{i:D4}")], [new("O9999", "EXCL-3", "风险评估")]), new("officer", "执法人员", ["R1", "R2", "R3"], [])],
            "双色球 2026-09-18", new(2026, 9, 18), host.Time.UtcNow.AddHours(1)), host.Change(by, reason), default));

    private static Task<Result<List<Draw>>> CommitAsync(TestHost host, Guid draw, string party, string nonce, Actor by)
        => host.HandleAsync((CommitNonceHandler h) => h.HandleAsync(new(draw, party, Hashing.Sha256Hex(nonce)), host.Change(by), default));

    private static Task<Result<List<Draw>>> EnterAsync(TestHost host, Guid draw)
        => host.HandleAsync((EnterBeaconHandler h) => h.HandleAsync(new(draw, "双色球 05 09"), host.Change(Operator), default));

    private static Task<Result<List<Draw>>> ConfirmAsync(TestHost host, Guid draw, string text, Actor by)
        => host.HandleAsync((ConfirmBeaconHandler h) => h.HandleAsync(new(draw, text), host.Change(by), default));

    private static Task<Result<List<Draw>>> RevealAsync(TestHost host, Guid draw, string party, string nonce, Actor by)
        => host.HandleAsync((RevealNonceHandler h) => h.HandleAsync(new(draw, party, nonce), host.Change(by), default));

    private static Task<List<Draw>> RowsAsync(TestHost host) => host.ReadAsync(db => db.Set<Draw>().AsNoTracking().OrderBy(d => d.Number).ToListAsync());
}
