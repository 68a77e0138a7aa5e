using DoubleRandom.Basics;
using DoubleRandom.Host.Pages.Registers;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Pages.Registers;

public sealed class RegisterGapsTests
{
    [Theory, BothDatabases]
    public async Task Figures_OfTheRegisterChecks_AreTheListsBehindThem(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await host.ImportSampleAsync("inspectees", "officers");
        // One that lacks everything, and the same struck off: it counts nowhere.
        await host.RunAsync(services =>
        {
            var register = services.GetRequiredService<DbContext>();
            foreach (var (number, status) in ((string, string)[])[("X1", "存续"), ("X2", "注销")])
                register.Add(new Inspectee { Number = number, Kind = "企业单位", Name = number, EntityType = "企业", RegionCode = "620823", RegisteredAddress = "街", LegalRepresentative = "甲", RegistrationStatus = status, CreditCodeNote = "照执照", LicenceEnds = number == "X1" ? "2020-01-01;2099-01-01" : "2020-01-01" });
            register.Add(new Inspectee { Number = "X5", Kind = "场所", Name = "X5", EntityType = "其他", RegionCode = "620823", RegisteredAddress = "街", LegalRepresentative = "甲", RegistrationStatus = "存续", LicenceEnds = $"{host.Time.Today.AddDays(RegisterGaps.RenewDays).Iso()};2099-01-01" });
            register.Add(new Officer { Number = "X3", Name = "乙", Department = "局", StaffKind = "在编执法人员", CertificateStatus = "有效" });
            register.Add(new Officer { Number = "X4", Name = "丙", Department = "局", StaffKind = "在编执法人员", CertificateStatus = "有效", CertificateValidTo = host.Time.Today.AddDays(RegisterGaps.RenewDays) });
            return Task.CompletedTask;
        });
        var view = await host.ReadAsync(read => new RegisterQuality(read, host.Time, new KeptFigures()).ReadAsync(default));
        await using var scope = host.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<DbContext>();
        var queries = new RegisterQueries(db, scope.ServiceProvider.GetRequiredService<NeedToKnow>(), host.Time, scope.ServiceProvider.GetRequiredService<RegisterAsOf>(), scope.ServiceProvider.GetRequiredService<PersonalSeal>());

        foreach (var (kind, figure) in view.Inspectees.Select(f => ("inspectees", f)).Concat(view.Officers.Select(f => ("officers", f))))
        {
            Assert.True(figure.Count > 0, figure.What);
            var list = (await queries.ListAsync(new ListRequest(kind, null, null, new Dictionary<string, string>(), Gap: figure.What), default))!;
            Assert.Equal((figure.What, figure.Count), (figure.What, list.Matching));
            Assert.DoesNotContain("X2", list.Lines.Select(l => l.Key));
        }
    }
}
