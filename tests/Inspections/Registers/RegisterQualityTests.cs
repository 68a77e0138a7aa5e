using System.Text;
using DoubleRandom.Basics;
using DoubleRandom.Host.Pages.Registers;
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

        var view = await host.ReadAsync(db => new RegisterQuality(db, host.Time).ReadAsync(default));
        var first = await host.ReadAsync(db => new RegisterQuality(db, host.Time).VerificationAsync("甲", 12, default));
        var again = await host.ReadAsync(db => new RegisterQuality(db, host.Time).VerificationAsync("甲", 12, default));
        var other = await host.ReadAsync(db => new RegisterQuality(db, host.Time).VerificationAsync("乙", 12, default));

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
        var list = await host.ReadAsync(db => new RegisterQuality(db, host.Time).VerificationAsync("甲", 4, default));
        Task<Result<Changed>> RecordAsync(string role, params (int At, bool? Is, string? Note)[] told) => host.HandleAsync((RecordVerificationHandler h) =>
            h.HandleAsync(new RecordVerification("甲", [.. told.Select(t => new Verified(list[t.At].Key, t.Is, t.Note))]), host.Change(TestHost.Person("朱文斌", role)), default));

        Assert.Equal("imports.not-your-role", (await RecordAsync("officer", (0, true, null))).Refusal?.Code);
        Assert.Equal("verifications.nothing", (await RecordAsync("planner", (0, null, "没去"))).Refusal?.Code);
        Assert.Equal(list[1].Key, (await RecordAsync("planner", (0, true, null), (1, false, " "))).Refusal?.Field);
        Assert.Equal(2, (await RecordAsync("planner", (0, true, null), (1, false, "已搬走"), (2, null, null))).Value.Count);
        Assert.Equal(1, (await RecordAsync("planner", (0, true, null), (1, true, null), (3, null, null))).Value.Count);
        Assert.Equal(1, (await RecordAsync("planner", (3, false, "电话是空号"))).Value.Count);

        Assert.Equal((3, 1), (await host.ReadAsync(db => new RegisterQuality(db, host.Time).ReadAsync(default))).Verified);
        var told = await host.ReadAsync(db => new RegisterQuality(db, host.Time).ToldAsync("甲", default));
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
        var (open, filings) = await host.ReadAsync(db => new RegisterQuality(db, host.Time).FilingsAsync(default));
        Assert.Equal(["experts"], open.Select(o => o.Kind));
        Assert.Equal(2, filings.Count);
    }
}
