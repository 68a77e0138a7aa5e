using DoubleRandom.Host.Accounts;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Accounts;

public sealed class AccountDirectoryTests
{
    [Theory, BothDatabases]
    public async Task Directory_ByRoleSectionAndNumber_NamesWhoCanAct(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        async Task AddAsync(string name, string display, string role, string? section, string? number, string? mail)
            => Assert.Null((await host.HandleAsync((AddAccountHandler h) => h.HandleAsync(new AddAccount(name, display, [role], "correct horse", number, section, null, mail), host.Change(), default))).Refusal);
        await AddAsync("head1", "一科长", "section-head", "执法一科", null, "h1@example.org");
        await AddAsync("head2", "二科长", "section-head", "执法二科", null, null);
        await AddAsync("officer", "李四", "officer", "执法一科", "R007", "o@example.org");
        await AddAsync("gone", "已调离", "section-head", "执法一科", "R008", "g@example.org");
        await host.RunAsync(async s => (await s.GetRequiredService<DbContext>().Set<Account>().SingleAsync(a => a.UserName == "gone")).IsDisabled = true);

        await using var scope = host.Services.CreateAsyncScope();
        var directory = scope.ServiceProvider.GetRequiredService<IDirectory>();

        Assert.Equal(["一科长"], directory.WithRole("section-head", "执法一科").Select(r => r.Name));
        Assert.Equal(["一科长", "二科长"], directory.WithRole("section-head", null).Select(r => r.Name));
        Assert.Null(directory.WithRole("section-head", "执法二科").Single().Mail);
        Assert.Equal("o@example.org", directory.WithNumber("R007")!.Mail);
        Assert.Null(directory.WithNumber("R008"));
        Assert.Equal("李四", directory.Person(directory.WithNumber("R007")!.Id)!.Name);
        Assert.Empty(directory.WithRole("director", null));
    }
}
