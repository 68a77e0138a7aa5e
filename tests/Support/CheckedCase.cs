using System.Text.Json;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Evidence;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Support;

/// <summary>A check that has ended with findings, its inspectee, its group in the officer register and one photo: where punishment and listing begin.</summary>
internal sealed record CheckedCase(Guid Id, string InspectionNo, string InspecteeNumber, IReadOnlyList<Guid> FindingIds, string EvidenceHash)
{
    public static Actor Leader { get; } = Member("R002", "信建军", "deputy-director");
    public static Actor First { get; } = Member("R011", "芮志强", "officer", "case-officer");
    public static Actor Second { get; } = Member("R013", "张鹏程", "officer", "case-officer");
    public static Actor SectionHead { get; } = Member("R007", "杨玉梅", "section-head");
    public static Actor Legal { get; } = Member("R009", "信慧敏", "legal");
    public static Actor Director { get; } = Member("R001", "马国栋", "director");
    public static Actor Government { get; } = TestHost.Person("县安委办", "government");

    public static Actor Member(string number, string name, params string[] roles) => TestHost.Person(name, roles) with { RegisterNumber = number };

    /// <param name="disposals">One finding each, as disposal names with “;” between; a major hazard when it names Suspend.</param>
    public static async Task<CheckedCase> AddAsync(TestHost host, int sequence, params string[] disposals)
    {
        CheckedCase made = null!;
        await host.RunAsync(services => Task.FromResult(made = Stage(services.GetRequiredService<DbContext>(), host, sequence, disposals)));
        return made;
    }

    private static CheckedCase Stage(DbContext db, TestHost host, int sequence, string[] disposals)
    {
        var change = host.Change();
        var inspectee = $"CX{sequence:00000}";
        var no = $"2026-07-{sequence:000}";
        var proof = Hashing.Sha256Hex(no);
        foreach (var (number, name, speciality) in new[] { ("R001", "马国栋", "综合"), ("R002", "信建军", "综合"), ("R007", "杨玉梅", "工贸"), ("R009", "信慧敏", "法制"), ("R011", "芮志强", "综合"), ("R013", "张鹏程", "工贸") })
        {
            if (db.Find<Officer>(number) is not null) continue;
            db.Add(new Officer
            {
                Number = number,
                Name = name,
                Department = "崇信县应急管理局",
                StaffKind = "在编执法人员",
                CertificateNo = $"620823260{number[1..]}",
                CertificateValidTo = new DateOnly(2027, 12, 31),
                CertificateStatus = "有效",
                Speciality = speciality,
                Scope = "YJ-02",
                Note = number == "R009" ? "法制审核人员，已取得法律职业资格" : null,
            });
        }
        db.Add(new Inspectee
        {
            Number = inspectee,
            Kind = "企业单位",
            Name = $"崇信县第{sequence}机械厂",
            EntityType = "企业",
            RegionCode = "620823",
            RegisteredAddress = "崇信县锦屏镇1号",
            LegalRepresentative = "谢世荣",
            RegistrationStatus = "存续",
        });
        var team = new[] { new TeamMember("R002", "信建军", TeamPart.Leader, "62082326002", new DateOnly(2027, 11, 30)), new TeamMember("R011", "芮志强", TeamPart.Officer, "62082326011", new DateOnly(2027, 5, 31)), new TeamMember("R013", "张鹏程", TeamPart.Officer, "62082326013", new DateOnly(2027, 3, 31)) };
        var inspection = new InspectionCase
        {
            Id = Ids.New(change),
            InspectionNo = no,
            CampaignId = Ids.New(change),
            CampaignNo = "2026-07",
            InspecteeNumber = inspectee,
            InspecteeName = $"崇信县第{sequence}机械厂",
            ItemCodes = "YJ-02",
            Status = InspectionStatus.FindingsLocked,
            LeaderNumber = "R002",
            TeamJson = JsonSerializer.Serialize(team),
            PlannedOn = change.On,
            OpenedAt = change.At,
            LockedAt = change.At,
            CheckedOn = change.On,
            ResultCodes = "8",
        };
        db.Add(inspection);
        db.Add(new EvidenceItem { Id = Ids.New(change), CaseId = inspection.Id, InspectionNo = no, Sha256 = proof, Name = "砂轮机无防护罩.jpg", ContentType = "image/jpeg", Size = 3, TakenAt = change.At, TakenByName = "芮志强", RecordedAt = change.At });
        var findings = disposals.Select((codes, i) => new Finding
        {
            Id = Ids.New(change),
            CaseId = inspection.Id,
            InspectionNo = no,
            InspecteeNumber = inspectee,
            BookletNo = i + 1,
            EntryCode = $"GM-{i + 1:00}",
            Description = $"第{i + 1}台砂轮机未安装防护罩",
            Place = "机加工车间",
            Basis = "《安全生产法》第三十六条第一款",
            Grade = codes.Contains("Suspend", StringComparison.Ordinal) ? HazardGrade.Major : HazardGrade.General,
            MajorCriterion = codes.Contains("Suspend", StringComparison.Ordinal) ? "《工贸企业重大事故隐患判定标准》第七条" : null,
            DisposalCodes = codes,
            Requirement = "安装防护罩",
            EvidenceHashes = proof,
            FoundByName = "芮志强",
            FoundAt = change.At,
            Status = FindingStatus.Open,
        }).ToList();
        db.AddRange(findings);
        return new CheckedCase(inspection.Id, no, inspectee, [.. findings.Select(f => f.Id)], proof);
    }
}
