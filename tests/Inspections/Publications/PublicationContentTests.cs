using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Inspections.Publications;

public sealed class PublicationContentTests
{
    private static readonly PublicationAuthor Author = new(CheckedCase.First.Id, CheckedCase.First.Name);

    [Theory, BothDatabases]
    public async Task Penalty_OfANaturalPerson_IsMaskedAndExpiresAfterAYear(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var made = await CheckedCase.AddAsync(host, 1, "FileCase");
        var id = await AddPenaltyAsync(host, made, PenaltyOutcome.Punish);

        var drafted = await DraftAsync(host, PublicationKind.Penalty, id);

        Assert.Null(drafted.Refusal);
        var content = JsonNode.Parse(drafted.Value.MaskedJson)!.AsObject();
        Assert.Equal(["文号", "案号", "当事人", "案由", "违法事实", "违反条款", "处罚依据", "处罚种类", "罚款金额", "决定日期", "检查编号"], content.Select(p => p.Key));
        Assert.Equal(("刘**", "人民币2000.00元"), (content["当事人"]!.GetValue<string>(), content["罚款金额"]!.GetValue<string>()));
        Assert.DoesNotContain("刘建国", drafted.Value.MaskedJson + drafted.Value.Title, StringComparison.Ordinal);
        Assert.Equal(new DateOnly(2027, 9, 18), drafted.Value.ExpiresOn);
    }

    [Theory, BothDatabases]
    public async Task Draft_OfWhatIsNotDecidedYet_IsRefused(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var made = await CheckedCase.AddAsync(host, 1, "FileCase");
        var penalty = await AddPenaltyAsync(host, made, null);

        Assert.Equal("publications.not-decided", (await DraftAsync(host, PublicationKind.Penalty, penalty)).Refusal?.Code);
        Assert.Equal("publications.no-subject", (await DraftAsync(host, PublicationKind.HazardListing, made.Id)).Refusal?.Code);
        Assert.Equal("rectification.not-reinspected", (await DraftAsync(host, PublicationKind.Rectification, made.Id)).Refusal?.Code);
        Assert.Equal("publications.no-subject", (await DraftAsync(host, PublicationKind.Report, made.Id)).Refusal?.Code);
        Assert.Equal("publications.no-content", (await DraftAsync(host, PublicationKind.Discredit, made.Id)).Refusal?.Code);
    }

    [Theory, BothDatabases]
    public async Task Draft_WithoutAnAuthor_IsRefused(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var made = await CheckedCase.AddAsync(host, 1, "FileCase");
        var id = await AddPenaltyAsync(host, made, PenaltyOutcome.Punish);

        var drafted = await host.HandleAsync((DraftPublicationOfHandler h) => h.HandleAsync(new DraftPublicationOf(PublicationKind.Penalty, id), host.Change(), default));

        Assert.Equal("publications.no-author", drafted.Refusal?.Code);
    }

    private static Task<Result<Publication>> DraftAsync(TestHost host, PublicationKind kind, Guid subject)
        => host.HandleAsync((DraftPublicationOfHandler h) => h.HandleAsync(new DraftPublicationOf(kind, subject, Author, DocumentNo: "（崇）应急罚〔2026〕1号"), host.Change(), default));

    private static async Task<Guid> AddPenaltyAsync(TestHost host, CheckedCase made, PenaltyOutcome? outcome)
    {
        var id = Guid.CreateVersion7();
        await host.RunAsync(services => Task.FromResult(services.GetRequiredService<DbContext>().Add(new PenaltyCase
        {
            Id = id,
            PenaltyNo = $"{made.InspectionNo}-罚1",
            CaseId = made.Id,
            InspectionNo = made.InspectionNo,
            InspecteeNumber = made.InspecteeNumber,
            Procedure = PenaltyProcedure.Ordinary,
            Status = outcome is null ? PenaltyStatus.Investigating : PenaltyStatus.Decided,
            Cause = "未落实安全防护措施",
            PartyName = "刘建国",
            PartyIsUnit = false,
            FindingIds = string.Join(';', made.FindingIds),
            OfficerNumbers = "R011;R013",
            OfficerNames = "芮志强、张鹏程",
            Facts = "刘建国操作的砂轮机未装防护罩",
            ViolatedClause = "安全生产法第三十六条",
            PenaltyClause = "安全生产法第九十九条",
            KindCodes = "Fine",
            AmountFen = 200_000,
            Outcome = outcome,
            DecidedOn = outcome is null ? null : host.Time.Today,
        })));
        return id;
    }
}
