using DoubleRandom.Basics;
using DoubleRandom.Inspections.Archives;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Rectification;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Inspections.Archives;

public sealed class ArchiveCaseTests
{
    [Theory, BothDatabases]
    public async Task Archive_OfASecondCaseOfOneInspectee_BindsTheNextVolumeOfItsBooklet(string database)
    {
        await using var host = await TestHost.StartAsync(database, s => s.AddScoped<ICaseDocuments, OneDocument>());
        var first = await CheckedCase.AddAsync(host, 1, "CorrectedOnSpot");
        var second = await CheckedCase.AddAsync(host, 2, "CorrectedOnSpot");
        await host.RunAsync(async s => (await s.GetRequiredService<DbContext>().Set<InspectionCase>().SingleAsync(c => c.Id == second.Id)).InspecteeNumber = first.InspecteeNumber);

        var one = await ArchiveAsync(host, first.Id);
        var two = await ArchiveAsync(host, second.Id);
        var again = await ArchiveAsync(host, first.Id);

        Assert.Equal(("CX00001-001", "CX00001-002"), (one.Value.ArchiveNo, two.Value.ArchiveNo));
        Assert.Equal(one.Value.Id, again.Value.Id);
        Assert.Equal(["审批与方案", "现场检查", "证据"], one.Value.Index.Select(e => e.Part));
        Assert.Equal([1, 2, 3], one.Value.Index.Select(e => e.Position));
        var row = await host.ReadAsync(db => db.Set<InspectionCase>().AsNoTracking().SingleAsync(c => c.Id == first.Id));
        Assert.Equal((InspectionStatus.Archived, "CX00001-001", host.Change().On), (row.Status, row.ArchiveNo, row.ArchivedOn));
        Assert.Equal(2, (await host.ReadAsync(db => db.Set<EnterpriseFile>().AsNoTracking().SingleAsync())).Volumes);
    }

    [Theory, BothDatabases]
    public async Task Archive_WithAnOrderNotReinspected_IsRefused(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var made = await CheckedCase.AddAsync(host, 1, "RectifyByDate");
        await host.RunAsync(s => Task.FromResult(s.GetRequiredService<DbContext>().Add(new RectificationOrder { Id = Guid.NewGuid(), CaseId = made.Id, InspectionNo = made.InspectionNo, InspecteeNumber = made.InspecteeNumber, Sequence = 1, IssuedByName = "芮志强" })));

        Assert.Equal("archives.open", (await ArchiveAsync(host, made.Id)).Refusal?.Code);
    }

    [Theory, BothDatabases]
    public async Task Archive_BySomebodyOutsideTheGroup_IsRefused(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var made = await CheckedCase.AddAsync(host, 1, "CorrectedOnSpot");

        Assert.Equal("cases.not-in-group", (await ArchiveAsync(host, made.Id, CheckedCase.SectionHead)).Refusal?.Code);
    }

    private static Task<Result<ArchiveVolume>> ArchiveAsync(TestHost host, Guid id, Actor? by = null)
        => host.HandleAsync((ArchiveCaseHandler h) => h.HandleAsync(new ArchiveCase(id), host.Change(by ?? CheckedCase.First), default));

    private sealed class OneDocument : ICaseDocuments
    {
        public Task<IReadOnlyList<FiledDocument>> OfCaseAsync(string inspectionNo, CancellationToken cancellationToken)
            => Task.FromResult<IReadOnlyList<FiledDocument>>([new FiledDocument(CaseFile.Approval, "行政检查审批表", "应急检审〔2026〕1号", new DateOnly(2026, 9, 1), Guid.Empty)]);
    }
}
