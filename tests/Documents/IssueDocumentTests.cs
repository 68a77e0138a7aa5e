using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Documents.Issuing;
using DoubleRandom.Host.Data;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Documents;

public sealed class IssueDocumentTests
{
    private const string Pattern = "（崇）应急结〔{year}〕{seq}号";
    private static readonly Actor Director = TestHost.Person("马国栋", "director");
    private static readonly Actor CaseOfficer = TestHost.Person("王彦龙", "case-officer", "officer");
    private static readonly Guid Subject = Guid.Parse("01990000-0000-7000-8000-000000000001");

    [Theory, BothDatabases]
    public async Task Issue_FiftyAtOnceWithRollbacksBetween_NumbersHaveNoGap(string database)
    {
        await using var host = await TestHost.StartAsync(database);

        var results = await Task.WhenAll(Enumerable.Range(0, 75).Select(i => Task.Run(() => host.RunAsync<OfficialDocument>(async (services, ct) =>
        {
            var issued = await services.GetRequiredService<IssueDocumentHandler>().HandleAsync(Closing($"case/{i}"), host.Change(Director), ct);
            // Every third one fails after its number was given.
            return i % 3 == 2 ? Refusal.Conflict("data.schema-current") : issued;
        }))));

        Assert.Equal(50, results.Count(r => !r.IsRefused));
        var rows = await host.ReadAsync(db => db.Set<OfficialDocument>().AsNoTracking().OrderBy(d => d.Sequence).ToListAsync());
        Assert.Equal(Enumerable.Range(1, 50), rows.Select(d => d.Sequence!.Value));
        Assert.Equal("（崇）应急结〔2026〕50号", rows[^1].Number);
        Assert.All(rows, d => Assert.Contains(d.Number!, d.Html, StringComparison.Ordinal));
        Assert.Empty(await host.ReadAsync(db => AuditCheck.FindBrokenAsync(db, CancellationToken.None)));
    }

    [Theory, BothDatabases]
    public async Task Issue_AThrowingUnit_GivesTheNumberBack(string database)
    {
        await using var host = await TestHost.StartAsync(database);

        await Assert.ThrowsAsync<InvalidOperationException>(() => host.RunAsync<Done>(async (services, ct) =>
        {
            await services.GetRequiredService<IssueDocumentHandler>().HandleAsync(Closing("case/a"), host.Change(Director), ct);
            throw new InvalidOperationException("the power fails");
        }));
        var next = await IssueAsync(host, Closing("case/a"));

        Assert.Equal("（崇）应急结〔2026〕1号", next.Value.Number);
    }

    [Fact]
    public async Task Issue_RefusedPage_UsesNoNumberEvenWhenTheRestCommits()
    {
        await using var host = await TestHost.StartAsync();

        await host.RunAsync<Done>(async (services, ct) =>
        {
            var data = Data();
            data.Remove("execution");
            var refused = await services.GetRequiredService<IssueDocumentHandler>().HandleAsync(Closing("case/a") with { Data = data }, host.Change(Director), ct);
            Assert.Equal("documents.missing-field", refused.Refusal?.Code);
            return Done.It;
        });
        var next = await IssueAsync(host, Closing("case/a"));

        Assert.Equal(1, next.Value.Sequence);
    }

    [Fact]
    public async Task Issue_AtTheTurnOfTheYear_BeginsWithOneByTheOfficesDate()
    {
        await using var host = await TestHost.StartAsync();
        // 2026-12-31 16:30 UTC is already 2027 in Shanghai.
        host.Time.Set(new DateTimeOffset(2026, 12, 31, 15, 30, 0, TimeSpan.Zero));
        var last = await IssueAsync(host, Closing("case/a"));
        host.Time.Set(new DateTimeOffset(2026, 12, 31, 16, 30, 0, TimeSpan.Zero));
        var first = await IssueAsync(host, Closing("case/a"));

        Assert.Equal("（崇）应急结〔2026〕1号", last.Value.Number);
        Assert.Equal("（崇）应急结〔2027〕1号", first.Value.Number);
        Assert.Contains("\"date\":\"2027-01-01\"", first.Value.DataJson, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_ThenVoid_KeepsNumberAndReason()
    {
        await using var host = await TestHost.StartAsync();
        var id = (await IssueAsync(host, Closing("case/a"))).Value.Id;

        var left = await host.HandleAsync((ServeDocumentHandler h) => h.HandleAsync(new ServeDocument(id, new DateOnly(2026, 9, 18), ServiceMethod.LeftBehind, "谢世荣", "花坪街183号"), host.Change(CaseOfficer), default));
        var early = await host.HandleAsync((ServeDocumentHandler h) => h.HandleAsync(new ServeDocument(id, new DateOnly(2026, 9, 17), ServiceMethod.Direct, "谢世荣", "花坪街183号"), host.Change(CaseOfficer), default));
        var served = await host.HandleAsync((ServeDocumentHandler h) => h.HandleAsync(new ServeDocument(id, new DateOnly(2026, 9, 18), ServiceMethod.Direct, "谢世荣", "花坪街183号"), host.Change(CaseOfficer), default));
        var again = await host.HandleAsync((ServeDocumentHandler h) => h.HandleAsync(new ServeDocument(id, new DateOnly(2026, 9, 18), ServiceMethod.Direct, "谢世荣", "花坪街183号"), host.Change(CaseOfficer), default));
        var noReason = await host.HandleAsync((VoidDocumentHandler h) => h.HandleAsync(new VoidDocument(id, " "), host.Change(Director), default));
        var voided = await host.HandleAsync((VoidDocumentHandler h) => h.HandleAsync(new VoidDocument(id, "当事人名称有误"), host.Change(Director), default));
        var next = await IssueAsync(host, Closing("case/a"));

        Assert.Equal("documents.no-witness", left.Refusal?.Code);
        Assert.Equal("documents.served-on", early.Refusal?.Code);
        Assert.Null(served.Refusal);
        Assert.Equal("documents.wrong-status", again.Refusal?.Code);
        Assert.Equal("documents.reason-needed", noReason.Refusal?.Code);
        Assert.Null(voided.Refusal);
        Assert.Equal("（崇）应急结〔2026〕2号", next.Value.Number);
        var lines = await QueryAsync(host, q => q.OfCaseAsync("2026-07-001", default));
        Assert.Equal([("（崇）应急结〔2026〕1号", "已作废", "当事人名称有误"), ("（崇）应急结〔2026〕2号", "已签发", null)], lines.OrderBy(l => l.Number).Select(l => (l.Number!, l.StatusName, l.VoidReason)));
        Assert.Equal(2, (await QueryAsync(host, q => q.LastAsync(Subject, "D44", default)))!.Sequence);
    }

    [Theory]
    [InlineData("auditor")]
    [InlineData("admin")]
    [InlineData("expert")]
    public async Task Issue_RoleWithoutThePower_IsForbidden(string role)
    {
        await using var host = await TestHost.StartAsync();
        var refused = await host.HandleAsync((IssueDocumentHandler h) => h.HandleAsync(Closing("case/a"), host.Change(TestHost.Person("某人", role)), default));
        Assert.Equal(("documents.not-permitted", RefusalKind.Forbidden), (refused.Refusal!.Code, refused.Refusal.Kind));
    }

    [Theory]
    [InlineData("（崇）应急结[{year}]{seq}号")]
    [InlineData("（崇）应急结〔{year}〕第{seq}号")]
    [InlineData("〔{year}〕{seq}号")]
    [InlineData("（崇） 应急结〔{year}〕{seq}号")]
    public void NumberForm_NotAfterTheStandard_IsRefused(string pattern) => Assert.Equal("documents.bad-pattern", NumberForm.Parse(pattern).Refusal?.Code);

    [Fact]
    public async Task Docx_OfTheStoredPage_IsTheSameEachTimeAndCarriesTheNumber()
    {
        await using var host = await TestHost.StartAsync();
        var id = (await IssueAsync(host, Closing("case/a"))).Value.Id;

        var document = await QueryAsync(host, q => q.FindAsync(id, default));

        var bytes = DocumentQueries.Docx(document!);
        Assert.Equal(bytes, DocumentQueries.Docx(document!));
        using var word = DocumentFormat.OpenXml.Packaging.WordprocessingDocument.Open(new MemoryStream(bytes), false);
        Assert.Contains("（崇）应急结〔2026〕1号", word.MainDocumentPart!.Document!.InnerText, StringComparison.Ordinal);
        Assert.Equal(Hashing.Sha256Hex(document!.Html), document.Sha256);
    }

    private static Task<Result<OfficialDocument>> IssueAsync(TestHost host, IssueDocument command)
        => host.HandleAsync((IssueDocumentHandler h) => h.HandleAsync(command, host.Change(Director), default));

    private static async Task<T> QueryAsync<T>(TestHost host, Func<DocumentQueries, Task<T>> ask)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await ask(scope.ServiceProvider.GetRequiredService<DocumentQueries>());
    }

    private static IssueDocument Closing(string chain) => new("D44", Subject, "2026-07-001", chain, Data(), Pattern);

    private static JsonObject Data() => new()
    {
        ["bureau"] = "崇信县应急管理局",
        ["caseTitle"] = "未按规定设置安全警示标志案",
        ["handling"] = "罚款人民币壹万元整",
        ["execution"] = "处罚决定已履行完毕",
        ["archiveNumber"] = "2026-07-001-罚1",
        ["opinion"] = "同意结案",
    };
}
