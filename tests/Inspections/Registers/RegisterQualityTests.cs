using System.Text;
using DoubleRandom.Basics;
using DoubleRandom.Host.Pages.Registers;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Inspections.Registers;

/// <summary>How complete and fresh the registers are, the legal office's list beside ours, and lists to be checked on the spot.</summary>
public sealed class RegisterQualityTests
{
    [Theory, BothDatabases]
    public async Task Quality_SampleCounty_IsCounted(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await host.ImportSampleAsync("organisation", "inspectees", "officers");

        var view = await host.ReadAsync(db => new RegisterQuality(db, host.Time, new KeptFigures()).ReadAsync(default));
        var first = await host.ReadAsync(db => new RegisterQuality(db, host.Time, new KeptFigures()).VerificationAsync("甲", 12, default));
        var again = await host.ReadAsync(db => new RegisterQuality(db, host.Time, new KeptFigures()).VerificationAsync("甲", 12, default));
        var other = await host.ReadAsync(db => new RegisterQuality(db, host.Time, new KeptFigures()).VerificationAsync("乙", 12, default));

        Assert.Equal((1001, 1001), (view.MarketEntities, view.Wanted));
        Assert.Equal(new DateOnly(2026, 9, 18), view.OfficersChangedOn);
        Assert.Equal(1025, view.Inspectees.Single(f => f.What == "没有联系电话").Of);
        Assert.All(view.Inspectees.Concat(view.Officers), f => Assert.InRange(f.Count, 0, f.Of));
        Assert.Equal(12, first.Count);
        Assert.Equal(first, again);
        Assert.NotEqual(first.Select(l => l.Key), other.Select(l => l.Key));
    }

    [Theory, BothDatabases]
    public async Task Verification_OfADrawnList_IsEnteredAndCounted(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await host.ImportSampleAsync("inspectees");
        var list = await host.ReadAsync(db => new RegisterQuality(db, host.Time, new KeptFigures()).VerificationAsync("甲", 4, default));
        Task<Result<Changed>> RecordAsync(string role, params (int At, bool? Is, string? Note)[] told) => host.HandleAsync((RecordVerificationHandler h) =>
            h.HandleAsync(new RecordVerification("甲", [.. told.Select(t => new Verified(list[t.At].Key, t.Is, t.Note))]), host.Change(TestHost.Person("朱文斌", role)), default));

        Assert.Equal("imports.not-your-role", (await RecordAsync("officer", (0, true, null))).Refusal?.Code);
        Assert.Equal("verifications.nothing", (await RecordAsync("planner", (0, null, "没去"))).Refusal?.Code);
        Assert.Equal(list[1].Key, (await RecordAsync("planner", (0, true, null), (1, false, " "))).Refusal?.Field);
        Assert.Equal(2, (await RecordAsync("planner", (0, true, null), (1, false, "已搬走"), (2, null, null))).Value.Count);
        Assert.Equal(1, (await RecordAsync("planner", (0, true, null), (1, true, null), (3, null, null))).Value.Count);
        Assert.Equal(1, (await RecordAsync("planner", (3, false, "电话是空号"))).Value.Count);

        Assert.Equal((3, 1), (await host.ReadAsync(db => new RegisterQuality(db, host.Time, new KeptFigures()).ReadAsync(default))).Verified);
        var told = await host.ReadAsync(db => new RegisterQuality(db, host.Time, new KeptFigures()).ToldAsync("甲", default));
        Assert.Equal(("电话是空号", "朱文斌"), (told[list[3].Key].Note, told[list[3].Key].ByName));
        Assert.False(told.ContainsKey(list[2].Key));
    }

    [Theory, BothDatabases]
    public async Task CompareOfficers_LegalOfficesList_NamesWhoDiffers(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await host.ImportSampleAsync("officers");
        var officers = (await host.ReadAsync(db => Microsoft.EntityFrameworkCore.EntityFrameworkQueryableExtensions.ToListAsync(System.Linq.Queryable.OrderBy(db.Set<Officer>(), o => o.Number)))).Where(o => o.CertificateNo is not null).ToList();
        var file = "姓名,执法证号,有效期至,证件状态\n" + string.Concat(officers.Skip(1).Select((o, i) => $"{o.Name},{o.CertificateNo},{(i == 0 ? "2031-01-01" : o.CertificateValidTo?.ToString("yyyy/M/d", System.Globalization.CultureInfo.InvariantCulture))},{o.CertificateStatus}\n")) + "外来者,X999,,有效\n";
        Task<Result<OfficerComparison>> CompareAsync(byte[] bytes, string role) => host.HandleAsync((CompareOfficersHandler h) => h.HandleAsync(new CompareOfficers(new MemoryStream(bytes)), host.Change(TestHost.Person("某", role)), default));

        var result = (await CompareAsync(Encoding.UTF8.GetBytes(file), "planner")).Value;

        Assert.Equal((officers.Count, officers.Count - 2), (result.Theirs, result.Same));
        Assert.Equal([$"只在本名录/{officers[0].Name}", $"不一致/{officers[1].Name}", "只在对方/外来者"], result.Differences.Select(d => $"{d.Kind}/{d.Name}"));
        Assert.Contains("2031-01-01", result.Differences[1].What, StringComparison.Ordinal);
        // As such lists come: a title above the header, the office's own words.
        var titled = (await CompareAsync(Encoding.UTF8.GetBytes($"崇信县行政执法人员名单,,\n姓名,执法证件编号,民族\n{officers[0].Name},另号,汉\n"), "planner")).Value;
        Assert.Equal("民族", Assert.Single(titled.Unknown));
        Assert.Equal($"执法证号：{officers[0].CertificateNo} → 另号", titled.Differences[0].What);
        Assert.Equal("imports.not-your-role", (await CompareAsync(Encoding.UTF8.GetBytes(file), "officer")).Refusal!.Code);
        Assert.Equal("registers.unreadable", (await CompareAsync([0xD0, 0xCF, 0x11, 0xE0, 0, 0, 0, 0], "planner")).Refusal!.Code);
        Assert.Equal("imports.missing-column", (await CompareAsync("执法证号\nX\n"u8.ToArray(), "planner")).Refusal!.Code);
    }

    /// <summary>S001-18: the register covers everybody who is qualified and engaged; the staff list says who that is.</summary>
    [Theory, BothDatabases]
    public async Task CompareOfficers_StaffList_SaysWhoIsMissingBothWaysAndKeepsTheShare(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await host.HandleAsync((ImportFileHandler h) => h.HandleAsync(new ImportFile("officers", new MemoryStream(Encoding.UTF8.GetBytes("""
            人员编号,姓名,身份证号,单位,内设机构,职务,人员性质,执法证号,证件有效期至,证件状态
            R1,王伟,620899197108134274,局,工贸科,科员,在编执法人员,001,2028-01-01,有效
            R2,王伟,620899198003093052,局,矿山科,科员,在编执法人员,002,2028-01-01,有效
            R3,李芳,,局,综合科,科员,在编执法人员,003,2028-01-01,有效
            R4,赵军,,局,大队,科员,在编执法人员,004,2028-01-01,有效
            R5,钱多,,局,大队,,辅助人员,,,无证
            """))), host.Change(TestHost.Person("朱文斌", "planner"), "建库"), default));
        var csv = """
            崇信县应急管理局干部职工花名册,,,,,,,
            序号,姓名,身份证号码,科室,现任职务,编制性质,行政执法证号,是否从事监管,在岗状态
            1,王伟,620899198003093052,矿山科,科员,公务员,002,是,在岗
            2,王伟,620899197108134274,危化科,科长,公务员,001,是,在岗
            3,赵军,,大队,科员,公务员,004,是,2026年6月退休
            4,孙丽,,法制科,科员,参公,005,是,在岗
            5,周涛,,办公室,司机,工勤,,否,在岗
            6,吴敏,,财务室,会计,事业编,,否,在岗
            """;
        Task<Result<OfficerComparison>> CompareAsync(string list, DateOnly? on = null) => host.HandleAsync((CompareOfficersHandler h) => h.HandleAsync(new CompareOfficers(new MemoryStream(Encoding.UTF8.GetBytes(csv)), list, on, "花名册.csv"), host.Change(TestHost.Person("朱文斌", "planner")), default));

        Assert.Equal("registers.which-list", (await CompareAsync("朋友圈")).Refusal!.Code);
        Assert.Equal("registers.list-day", (await CompareAsync(OfficerLists.Staff, new DateOnly(2026, 9, 19))).Refusal!.Code);
        var result = (await CompareAsync(OfficerLists.Staff, new DateOnly(2026, 9, 1))).Value;

        // Two of one name are told by their identity numbers, whatever the order.
        Assert.Equal(["不一致/R1/内设机构：工贸科 → 危化科；职务：科员 → 科长", "只在本名录/R3/", "不一致/R4/对方名单：2026年6月退休", "只在本名录/R5/", "只在对方//法制科 科员"], result.Differences.Select(d => $"{d.Kind}/{d.Number}/{d.What}"));
        Assert.Equal((5, 6, 3, 2, 1, 5), (result.Ours, result.Theirs, result.Wanted, result.Covered, result.Same, result.Differing));
        Assert.Equal(0.6666m, result.Coverage);
        Assert.Empty(result.Unknown);
        // The indicator is the staff list's, also when the legal office's came later.
        host.Time.Advance(TimeSpan.FromHours(1));
        await CompareAsync(OfficerLists.Legal);
        var view = await host.ReadAsync(db => new RegisterQuality(db, host.Time, new KeptFigures()).ReadAsync(default));
        Assert.Equal((OfficerLists.Staff, new DateOnly(2026, 9, 1), 0.6666m), (view.Compared!.List, view.Compared.ListOn, view.Compared.Coverage));
        Assert.Equal([OfficerLists.Legal, OfficerLists.Staff], (await host.ReadAsync(db => new RegisterQuality(db, host.Time, new KeptFigures()).ComparisonsAsync(default))).Select(c => c.List));
        // The register is as it was.
        Assert.Equal("工贸科", (await host.ReadAsync(db => db.Set<Officer>().FindAsync("R1").AsTask()))!.Section);
    }

    [Theory, BothDatabases]
    public async Task FileChanges_WhatWasNotTold_IsFiledOnce(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await host.ImportSampleAsync("officers", "experts");
        Task<Result<RegisterFiling>> FileAsync(string kind, string role) => host.HandleAsync((FileChangesHandler h) => h.HandleAsync(new FileChanges(kind, "市应急管理局", "崇应急〔2026〕9号"), host.Change(TestHost.Person("朱文斌", role)), default));

        var first = (await FileAsync("officers", "planner")).Value;
        var again = await FileAsync("officers", "planner");
        await host.HandleAsync((EditEntryHandler h) => h.HandleAsync(new EditEntries("officers", ["R001", "R002"], "备注", "换岗"), host.Change(TestHost.Person("朱文斌", "planner"), "人事通知"), default));
        var second = (await FileAsync("officers", "section-head")).Value;

        Assert.Equal((1, 36), (first.Changes, first.Entries));
        Assert.Equal("registers.nothing-to-file", again.Refusal!.Code);
        Assert.Equal((1, 2), (second.Changes, second.Entries));
        Assert.Equal("registers.not-your-filing", (await FileAsync("experts", "officer")).Refusal!.Code);
        await using var stream = host.Services.GetRequiredService<PersonalSeal>().OpenFile(host.Services.GetRequiredService<DoubleRandom.Inspections.Evidence.EvidenceStore>().Open(second.FileSha256))!;
        using var reader = new StreamReader(stream);
        Assert.Contains("批量修改,2026-09-18,朱文斌,人事通知", await reader.ReadToEndAsync(), StringComparison.Ordinal);
        var (open, filings) = await host.ReadAsync(db => new RegisterQuality(db, host.Time, new KeptFigures()).FilingsAsync(default));
        Assert.Equal(["experts"], open.Select(o => o.Kind));
        Assert.Equal(2, filings.Count);
    }

    [Fact]
    public void KeptFigures_OfBigRegister_HoldTenMinutes_AndOfSmallOneNotAtAll()
    {
        var kept = new KeptFigures();
        var now = new DateTime(2026, 9, 1, 8, 0, 0, DateTimeKind.Utc);
        InspecteeFigures Of(int all) => new(all, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

        kept.Keep(now, Of(RegisterList.CountedTo));
        Assert.Null(kept.Since(now));

        kept.Keep(now, Of(RegisterList.CountedTo + 1));
        Assert.Equal((now, RegisterList.CountedTo + 1), (kept.Since(now.AddMinutes(9))!.Value.At, kept.Since(now.AddMinutes(9))!.Value.Figures.All));
        Assert.Null(kept.Since(now.AddMinutes(10)));
        // A clock put back (a demonstration's): counted anew.
        Assert.Null(kept.Since(now.AddMinutes(-1)));
    }
}
