using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Credit;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Support.CheckedCase;

namespace DoubleRandom.Tests.Inspections.Credit;

public sealed class CreditTests
{
    [Theory, BothDatabases]
    public async Task Entry_OfWhatIsNotDecided_IsRefusedAndOfTheSameSourceIsOne(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var made = await AddAsync(host, 1, "SimplePenalty");
        var penalty = await PunishAsync(host, made, 1_000_00);

        Assert.Equal("credit.not-decided", (await EnterAsync(host, CreditKind.Penalty, penalty)).Refusal?.Code);
        await host.HandleAsync((RecordPaymentsHandler h) => h.HandleAsync(new(penalty, [new PaymentReceipt(1_000_00, host.Change().On, "票001")]), host.Change(First), default));
        var first = await EnterAsync(host, CreditKind.Penalty, penalty);
        var again = await EnterAsync(host, CreditKind.Penalty, penalty);

        Assert.Equal(first.Value.Id, again.Value.Id);
        Assert.Equal("credit.kind", (await EnterAsync(host, CreditKind.Repair, penalty)).Refusal?.Code);
        Assert.Equal("随机抽查结果：发现问题待后续处理", (await EnterAsync(host, CreditKind.Inspection, made.Id)).Value.Text);
    }

    [Theory, BothDatabases]
    public async Task Repair_AfterTheLeastPeriod_IsDecidedByTheDirector(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var made = await AddAsync(host, 1, "SimplePenalty");
        var penalty = await PunishAsync(host, made, 100_00, "票001");
        var entry = (await EnterAsync(host, CreditKind.Penalty, penalty)).Value;
        Task<Result<CreditRepair>> Ask() => host.HandleAsync((RepairCreditHandler h) => h.HandleAsync(new RequestRepair(entry.Id, "不再违法", "缴款票据"), host.Change(Legal), default));
        Task<Result<CreditRepair>> Decide(Guid id, Actor by) => host.HandleAsync((RepairCreditHandler h) => h.HandleAsync(new DecideRepair(id, true, "同意修复"), host.Change(by), default));

        Assert.Equal("credit.too-early", (await Ask()).Refusal?.Code);
        host.Time.Advance(TimeSpan.FromDays(95));
        var asked = (await Ask()).Value;
        Assert.Equal("credit.repair-open", (await Ask()).Refusal?.Code);
        Assert.Equal("cases.not-your-role", (await Decide(asked.Id, Legal)).Refusal?.Code);
        Assert.Null((await Decide(asked.Id, Director)).Refusal);
        Assert.Equal("credit.repair-decided", (await Decide(asked.Id, Director)).Refusal?.Code);
        Assert.Equal(CreditKind.Repair, (await host.ReadAsync(db => db.Set<CreditEntry>().AsNoTracking().SingleAsync(e => e.Id != entry.Id))).Kind);
    }

    [Theory, BothDatabases]
    public async Task List_WithoutHearingTheParty_IsRefusedAndRemovalTakesTheFlagAway(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var made = await AddAsync(host, 1, "CorrectedOnSpot");
        await host.RunAsync(async s => (await s.GetRequiredService<DbContext>().Set<InspectionCase>().SingleAsync()).Status = InspectionStatus.EntryRefused);
        Task<Result<DiscreditProposal>> Propose(DiscreditGround ground) => host.HandleAsync((ProposeDiscreditHandler h) => h.HandleAsync(new ProposeDiscredit(made.Id, ground, "锁闭大门拒绝检查"), host.Change(Legal), default));
        Task<Result<DiscreditProposal>> Decide(Actor by) => host.HandleAsync((DecideDiscreditHandler h) => h.HandleAsync(new(made.Id, true, "同意列入"), host.Change(by), default));
        Task<string?> FlagsAsync() => host.ReadAsync(db => db.Set<Inspectee>().Select(i => i.ListFlags).SingleAsync());

        Assert.Equal("credit.ground", (await Propose(DiscreditGround.Punished)).Refusal?.Code);
        Assert.Null((await Propose(DiscreditGround.RefusedCheck)).Refusal);
        Assert.Equal("credit.already", (await Propose(DiscreditGround.RefusedCheck)).Refusal?.Code);
        Assert.Equal("credit.not-heard", (await Decide(Director)).Refusal?.Code);
        await host.HandleAsync((HearDiscreditHandler h) => h.HandleAsync(new ServeDiscreditNotice(made.Id, host.Change().On, "谢世荣"), host.Change(Legal), default));
        await host.HandleAsync((HearDiscreditHandler h) => h.HandleAsync(new RecordDiscreditStatement(made.Id, true, true), host.Change(Legal), default));
        Assert.Equal("credit.own", (await Decide(Legal with { Roles = new HashSet<string> { "director" } })).Refusal?.Code);
        Assert.Null((await Decide(Director)).Refusal);
        Assert.Equal(DiscreditProposal.RegisterFlag, await FlagsAsync());

        var entry = (await EnterAsync(host, CreditKind.ListedAsDiscredited, made.Id)).Value;
        host.Time.Advance(TimeSpan.FromDays(366));
        var asked = await host.HandleAsync((RepairCreditHandler h) => h.HandleAsync(new RequestRepair(entry.Id, "接受检查", "检查记录"), host.Change(Legal), default));
        Assert.Null((await host.HandleAsync((RepairCreditHandler h) => h.HandleAsync(new DecideRepair(asked.Value.Id, true, "同意移出"), host.Change(Director), default))).Refusal);
        Assert.Null(await FlagsAsync());
        Assert.Equal(DiscreditStatus.Removed, (await host.ReadAsync(db => db.Set<DiscreditProposal>().AsNoTracking().SingleAsync())).Status);
    }

    private static async Task<Guid> PunishAsync(TestHost host, CheckedCase made, long fen, string? receipt = null)
    {
        var punished = await host.HandleAsync((RecordSimplePenaltyHandler h) => h.HandleAsync(
            new(made.Id, made.FindingIds, ["R011", "R013"], PenaltyKind.Fine, fen, "未张贴警示标志", "aq-99", "谢世荣", "机加工车间", true, true, OnSpotReceiptNo: receipt), host.Change(First), default));
        return punished.Value.Id;
    }

    private static Task<Result<CreditEntry>> EnterAsync(TestHost host, CreditKind kind, Guid subject)
        => host.HandleAsync((RecordCreditEntryHandler h) => h.HandleAsync(new(kind, subject), host.Change(), default));
}
