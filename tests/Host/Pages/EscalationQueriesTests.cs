using DoubleRandom.Basics;
using DoubleRandom.Host.Pages.Escalation;
using DoubleRandom.Host.Pages.Parts;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Pages;

/// <summary>What the escalation officer finds by the name the list shows, and what stands still.</summary>
public sealed class EscalationQueriesTests
{
    [Theory, BothDatabases]
    public async Task Search_ByOwner_FindsPersonsRolesAndThoseOfTheRegister(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await host.RunAsync(services =>
        {
            services.GetRequiredService<DbContext>().AddRange(
                new Officer { Number = "R1", Name = "芮志强", Department = "崇信县应急管理局", StaffKind = "在编执法人员", CertificateStatus = "有效" },
                new Officer { Number = "R2", Name = "苏锦程", Department = "崇信县应急管理局", StaffKind = "在编执法人员", CertificateStatus = "有效" },
                new Officer { Number = "R10", Name = "芮城", Department = "崇信县应急管理局", StaffKind = "在编执法人员", CertificateStatus = "有效" });
            return Task.CompletedTask;
        });
        await OpenAsync("2026-0001", numbers: ";R1;R2;");
        await OpenAsync("2026-0002", name: "苏锦程");
        await OpenAsync("2026-0003", role: "publisher");
        await OpenAsync("2026-0004", numbers: ";R10;");
        var stopped = await OpenAsync("2026-0005", numbers: ";R1;");
        await host.RunAsync(async s => (await s.GetRequiredService<DbContext>().Set<Deadline>().SingleAsync(d => d.Id == stopped)).PausedOn = host.Time.Today);

        Assert.Equal(["2026-0001"], await FindAsync("芮志强"));
        Assert.Equal(["2026-0001", "2026-0004"], await FindAsync("芮"));
        Assert.Equal(["2026-0001", "2026-0002"], await FindAsync("苏锦程"));
        Assert.Equal(["2026-0003"], await FindAsync("发布员"));
        Assert.Equal(["2026-0004"], await FindAsync("2026-0004"));
        Assert.Empty(await FindAsync("没有此人"));
        Assert.Equal(["2026-0005"], await FindAsync(null, pausedOnly: true));
        Assert.Empty(await FindAsync("苏锦程", pausedOnly: true));

        async Task<Guid> OpenAsync(string caseNo, string role = "officer", string? numbers = null, string? name = null)
        {
            var opened = await host.HandleAsync((OpenDeadlineHandler h) => h.HandleAsync(new OpenDeadline("result.publish", caseNo, "inspection", Guid.NewGuid(), host.Time.Today.AddDays(-26), role, SubjectName: "永兴商行"), host.Change(), default));
            await host.RunAsync(async s =>
            {
                var row = await s.GetRequiredService<DbContext>().Set<Deadline>().SingleAsync(d => d.Id == opened.Value.Id);
                (row.OwnerNumbers, row.OwnerName) = (numbers, name);
            });
            return opened.Value.Id;
        }

        async Task<string[]> FindAsync(string? text, bool pausedOnly = false)
        {
            await using var scope = host.Services.CreateAsyncScope();
            var queries = ActivatorUtilities.CreateInstance<EscalationQueries>(scope.ServiceProvider, ActivatorUtilities.CreateInstance<DueReader>(scope.ServiceProvider));
            var view = await queries.ReadAsync(new EscalationQuestion(20, null, null, text, null, PausedOnly: pausedOnly), default);
            Assert.Equal((view.Lines.Count, 1), (view.Matching, view.Paused));
            return [.. view.Lines.Select(l => l.Deadline.CaseNo).Order(StringComparer.Ordinal)];
        }
    }
}
