using System.Net;
using DoubleRandom.Basics;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.People;
using DoubleRandom.Tests.Host.Pages;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Tests.Host.Accounts;

/// <summary>Who may sign in and what they may do is given and withdrawn by an administrator, with a reason, never to oneself.</summary>
public sealed class ManageAccountsTests
{
    private static readonly Actor Admin = TestHost.Person("祁浩", Roles.Admin);

    [Theory, BothDatabases]
    public async Task ChangeAccount_GivesAndWithdrawsWithAReason_NeverTheOwn(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await host.ImportSampleAsync("officers");
        Task<Result<Account>> AddAsync(Actor by, string name, string[] roles, string? number = null, bool accepts = false, string? reason = "到岗")
            => host.HandleAsync((AddAccountHandler h) => h.HandleAsync(new AddAccount(name, name, roles, "correct-horse-9", number, AcceptsConcerns: accepts), host.Change(by, reason), default));
        async Task<Account> NowAsync(Guid id) => await host.ReadAsync(db => db.Set<Account>().AsNoTracking().SingleAsync(a => a.Id == id));
        async Task<string?> ChangeAsync(Guid id, string[] roles, Actor? by = null, bool isDisabled = false, string? number = null, string? section = null, string? seen = null, bool accepts = false, string? reason = "调岗")
            => (await host.HandleAsync((ChangeAccountHandler h) => h.HandleAsync(new ChangeAccount(id, "张三", roles, number, section, null, isDisabled, seen ?? NowAsync(id).Result.Seen, accepts), host.Change(by ?? Admin, reason), default))).Refusal?.Code;

        Assert.Equal("accounts.not-admin", (await AddAsync(TestHost.Person("朱文斌", Roles.Planner), "zhang", [Roles.Officer])).Refusal!.Code);
        Assert.Equal("accounts.say-why", (await AddAsync(Admin, "zhang", [Roles.Officer], reason: null)).Refusal!.Code);
        Assert.Equal("accounts.no-number", (await AddAsync(Admin, "zhang", [Roles.Officer], "R999")).Refusal!.Code);
        Assert.Equal("accounts.concern", (await AddAsync(Admin, "zhang", [Roles.DrawOperator, Roles.Supervisor])).Refusal!.Code);
        var zhang = (await AddAsync(Admin, "zhang", [Roles.Officer], "R005")).Value;
        Assert.Equal("accounts.number-taken", (await AddAsync(Admin, "li", [Roles.Officer], "R005")).Refusal!.Code);

        Assert.Equal("accounts.not-admin", await ChangeAsync(zhang.Id, [Roles.Planner], TestHost.Person("局长", Roles.Director)));
        Assert.Equal("accounts.own", await ChangeAsync(zhang.Id, [Roles.Director], Admin with { Id = zhang.Id }));
        Assert.Equal("accounts.say-why", await ChangeAsync(zhang.Id, [Roles.Planner], reason: " "));
        Assert.Equal("accounts.no-role", await ChangeAsync(zhang.Id, []));
        Assert.Equal("accounts.unknown-role", await ChangeAsync(zhang.Id, ["emperor"]));
        Assert.Equal("accounts.long-section", await ChangeAsync(zhang.Id, [Roles.Officer], section: new string('科', 101)));
        Assert.Equal("accounts.changed-meanwhile", await ChangeAsync(zhang.Id, [Roles.Planner], seen: "x"));
        Assert.Null(await ChangeAsync(zhang.Id, [Roles.Registrar], section: "工贸监管科", number: "R005"));
        var now = await NowAsync(zhang.Id);
        Assert.Equal(("registrar", "工贸监管科"), (Assert.Single(now.Roles), now.Section));
        Assert.NotEqual(zhang.SecurityStamp, now.SecurityStamp);
        // What speaks against it is said once; given all the same, it stands in the audit and does not stop the next change.
        Assert.Equal("accounts.concern", await ChangeAsync(zhang.Id, [Roles.CaseOfficer, Roles.Legal]));
        Assert.Null(await ChangeAsync(zhang.Id, [Roles.CaseOfficer, Roles.Legal], accepts: true, reason: "仅有两人"));
        Assert.Null(await ChangeAsync(zhang.Id, [Roles.CaseOfficer, Roles.Legal], isDisabled: true));
        var audit = await host.ReadAsync(db => db.Set<AuditEntry>().AsNoTracking().Where(e => e.Chain == AccountRules.Chain).OrderBy(e => e.Sequence).ToListAsync());
        Assert.Equal(["新建账号", "修改账号", "修改账号", "停用账号"], audit.Select(e => e.Action));
        Assert.Equal("仅有两人", audit[2].Reason);
        Assert.Contains("给予：案件承办、法制审核；收回：名录员；职责冲突：案件承办、法制审核：办案的人不作法制审核", AccountRules.WordsOf(audit[2].Data), StringComparison.Ordinal);

        // The last administrator who can sign in stays one.
        var chief = (await AddAsync(Actor.System, "chief", [Roles.Admin])).Value;
        var second = (await AddAsync(Actor.System, "second", [Roles.Admin])).Value;
        Assert.Null(await ChangeAsync(second.Id, [Roles.Admin], isDisabled: true));
        Assert.Equal("accounts.last-admin", await ChangeAsync(chief.Id, [Roles.Planner]));
        Assert.Equal("accounts.last-admin", await ChangeAsync(chief.Id, [Roles.Admin], isDisabled: true));
    }

    [Fact]
    public void DutyConflicts_NameBothRoles_OnceForEachPair()
    {
        Assert.Empty(DutyConflicts.Of([Roles.Planner, Roles.Officer]));
        Assert.Single(DutyConflicts.Of([Roles.Admin, Roles.Auditor]));
        Assert.Equal(2, DutyConflicts.Of([Roles.Admin, Roles.Planner, Roles.Officer]).Count);
        Assert.All(DoubleRandom.Host.Demo.DemoOffice.People, p => Assert.Empty(DutyConflicts.Of([.. p.Roles])));
    }

    [Theory, BothDatabases]
    public async Task Pages_AccountIsMadeChangedAndLocked_AndTheRightsFollowAtOnce(string database)
    {
        await using var host = await PageHost.StartAsync(database);
        await host.Data.ImportSampleAsync("inspectees");
        var admin = await host.SignInAsync("祁浩", [Roles.Admin]);
        var officer = await host.SignInAsync("王芳", [Roles.Officer]);

        Assert.Equal(HttpStatusCode.NotFound, (await officer.GetAsync("/accounts")).Status);
        await admin.GetAsync("/accounts/new");
        await admin.PostAsync("account", ("userName", "ruweimin"), ("displayName", "茹维民"), ("section", "工贸监管科"), ("role", Roles.Registrar), ("reason", "名录员到岗"));
        Assert.Contains("只显示这一次", admin.Text);
        var password = System.Text.RegularExpressions.Regex.Match(admin.Html, "<code>([^<]+)</code>").Groups[1].Value;
        var registrar = host.Anonymous();
        await registrar.GetAsync("/signin");
        Assert.Equal("/inbox", (await registrar.PostAsync("signin", ("Input.UserName", "ruweimin"), ("Input.Password", password))).Path);

        // A section's own entries have buttons, the others' do not.
        var own = await host.Data.ReadAsync(db => db.Set<DoubleRandom.Inspections.Registers.Inspectee>().AsNoTracking().FirstAsync(i => i.OwnerSection == "工贸监管科"));
        var other = await host.Data.ReadAsync(db => db.Set<DoubleRandom.Inspections.Registers.Inspectee>().AsNoTracking().FirstAsync(i => i.OwnerSection == "矿山监管科"));
        await registrar.GetAsync($"/registers/inspectees/{own.Number}");
        Assert.Contains("/registers/inspectees/entry?key=", registrar.Html, StringComparison.Ordinal);
        await registrar.GetAsync($"/registers/inspectees/{other.Number}");
        Assert.Contains("由矿山监管科维护。", registrar.Text);
        Assert.DoesNotContain("/registers/inspectees/entry?key=", registrar.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await registrar.GetAsync($"/registers/inspectees/entry?key={other.Number}")).Status);
        await registrar.GetAsync("/registers/inspectees?q=" + Uri.EscapeDataString(other.Number));
        Assert.Contains("您维护工贸监管科的记录", registrar.Text);
        Assert.DoesNotContain("name=\"key\"", registrar.Html, StringComparison.Ordinal);
        await registrar.GetAsync("/registers/import");
        Assert.DoesNotContain("value=\"officers\"", registrar.Html, StringComparison.Ordinal);

        await admin.GetAsync("/accounts/ruweimin");
        Assert.Contains("给予：名录员", admin.Text);
        await admin.PostAsync("account", ("displayName", "茹维民"), ("section", "工贸监管科"), ("role", Roles.Registrar), ("role", Roles.Legal), ("reason", "兼任"));
        Assert.Equal(HttpStatusCode.BadRequest, admin.Status);
        Assert.Contains("不宜由一人担任", admin.Text);
        await admin.PostAsync("account", ("displayName", "茹维民"), ("section", "工贸监管科"), ("role", Roles.Registrar), ("disabled", "1"), ("reason", "调离"));
        Assert.Contains("已保存", admin.Text);
        Assert.StartsWith("/signin", (await registrar.GetAsync("/registers")).Path, StringComparison.Ordinal);
        await admin.GetAsync("/accounts?q=ruweimin");
        Assert.Contains("已停用", admin.Text);
        var mine = $"/accounts/u{Hashing.Sha256Hex("祁浩")[..8]}";
        await admin.GetAsync(mine);
        Assert.Contains("由另一位管理员办理", admin.Text);
    }
}
