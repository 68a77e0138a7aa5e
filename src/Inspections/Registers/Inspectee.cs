using DoubleRandom.Basics;
using DoubleRandom.Inspections.Imports;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Registers;

/// <summary>检查对象: an entry of the object register. Market entities have a credit code; units that are no market entities may lack one (S001-24).</summary>
public sealed class Inspectee : IRegisterEntry
{
    /// <summary>Some five of them; what is older lies in the versions.</summary>
    public const int FormerNamesMaxLength = 800;

    /// <summary>Of each of the three columns: some ten licences.</summary>
    public const int LicencesMaxLength = 800;

    /// <summary>对象类型. Places, projects and products are inspected as such: a school's canteen, a building site, a batch (S001-24).</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["企业单位", "个体经营户", "非市场主体", "场所", "项目", "产品"];

    /// <summary>Of <see cref="Kinds"/> those that are registered as market entities: they have a credit code and count into the base.</summary>
    public static IReadOnlyList<string> MarketKinds { get; } = ["企业单位", "个体经营户"];

    public static ParallelLists LicenceColumns { get; } = new("许可证", ["许可证类型", "许可证编号", "许可证有效期至"], "许可证有效期至");

    /// <summary>对象编号: internal, never changed.</summary>
    public required string Number { get; set; }

    public required string Kind { get; set; }

    public required string Name { get; set; }

    /// <summary>曾用名: the latest first, each with the day until which it was borne where that is known: 甲公司（至2026-09-18）；乙厂.</summary>
    public string? FormerName { get; set; }

    /// <summary>统一社会信用代码 after GB 32100, normalised.</summary>
    public string? CreditCode { get; set; }

    /// <summary>Why a code whose check characters are wrong stands here all the same, as the licence shows it.</summary>
    public string? CreditCodeNote { get; set; }

    public string? OtherCode { get; set; }

    public string? RegistrationNumber { get; set; }

    public required string EntityType { get; set; }

    public string? CompanyType { get; set; }

    public string? IndustryCode { get; set; }

    public string? IndustryName { get; set; }

    public required string RegionCode { get; set; }

    public string? TownCode { get; set; }

    public string? Town { get; set; }

    public required string RegisteredAddress { get; set; }

    public string? SiteAddress { get; set; }

    public string? Longitude { get; set; }

    public string? Latitude { get; set; }

    public string? Datum { get; set; }

    /// <summary>Personal data: masked in public.</summary>
    public required string LegalRepresentative { get; set; }

    public string? Post { get; set; }

    /// <summary>Personal data: masked in public.</summary>
    public string? Phone { get; set; }

    public string? SafetyContact { get; set; }

    public string? SafetyContactPhone { get; set; }

    public string? RegistrationAuthority { get; set; }

    /// <summary>存续、停业、清算、注销、吊销、撤销、迁出</summary>
    public required string RegistrationStatus { get; set; }

    public DateOnly? EstablishedOn { get; set; }

    public string? CapitalWan { get; set; }

    public int? Employees { get; set; }

    public string? Size { get; set; }

    public string? SafetySector { get; set; }

    /// <summary>许可证 by <see cref="LicenceColumns"/>, what ends first in front.</summary>
    public string? LicenceKinds { get; set; }

    public string? LicenceNumbers { get; set; }

    /// <summary>Last days as yyyy-MM-dd, inclusive: the text begins with the earliest, and texts of it are in the order of the days.</summary>
    public string? LicenceEnds { get; set; }

    public string? Tags { get; set; }

    public string? CreditGrade { get; set; }

    /// <summary>Who graded it, or by which rules.</summary>
    public string? CreditSource { get; set; }

    public DateOnly? CreditGradedOn { get; set; }

    public string? RiskGrade { get; set; }

    public string? ListFlags { get; set; }

    public int? Complaints12Months { get; set; }

    public int? Penalties24Months { get; set; }

    public int? OpenHazards { get; set; }

    public int? VisitsThisYear { get; set; }

    /// <summary>不适用随机抽查: 1 法定方式 2 投诉举报个案 3 风险评估不宜 4 上级专项 (S003-19…22).</summary>
    public string? ExclusionCode { get; set; }

    public string? ExclusionReason { get; set; }

    public DateOnly? ExclusionFrom { get; set; }

    public DateOnly? ExclusionTo { get; set; }

    public string? OwnerSection { get; set; }

    public string? Level { get; set; }

    public string? Source { get; set; }

    public DateOnly? UpdatedOn { get; set; }

    /// <summary>Whether the entry counts into the jurisdiction's total of market entities: the base of the 3 % and 10 % floors (S001-11, -12).</summary>
    public bool IsMarketEntity => MarketKinds.Contains(Kind) && (RegistrationStatus is "存续" or "停业");

    /// <summary>Whether the entry may be drawn on a day: registered and not excluded.</summary>
    public bool MayBeDrawn(DateOnly on) => RegistrationStatus is "存续"
        && (ExclusionCode is null || (ExclusionFrom is { } from && on < from) || (ExclusionTo is { } to && on > to));

    /// <summary>Whether random checks do not apply (S003-19…22) on any day from the one to the other, both inclusive.</summary>
    public bool IsExcluded(DateOnly from, DateOnly to) => ExclusionCode is not null && (ExclusionFrom is null || ExclusionFrom <= to) && (ExclusionTo is null || ExclusionTo >= from);

    /// <summary>The former names after another change of name.</summary>
    internal static string FormerNames(string name, DateOnly until, string known)
    {
        var all = $"{name}（至{until.Iso()}）{(known.Length > 0 ? "；" + known : "")}";
        return all.Length > FormerNamesMaxLength ? all[..FormerNamesMaxLength] : all;
    }

    public Guid? ChangeId { get; set; }

    public DateTime? ChangedAt { get; set; }
}

internal sealed class InspecteeMapping : IEntityTypeConfiguration<Inspectee>
{
    public void Configure(EntityTypeBuilder<Inspectee> builder)
    {
        builder.ToTable("inspectees");
        builder.HasKey(e => e.Number);
        builder.Ignore(e => e.IsMarketEntity);
        // Not unique in the database: of two register entries with one code the second is refused at import, with its row.
        builder.HasIndex(e => e.CreditCode);
        // What lists of ten million entries are narrowed or ordered by: also a value that most entries have, for of the others there are few.
        builder.HasIndex(e => new { e.Name, e.Number });
        builder.HasIndex(e => new { e.Kind, e.Number });
        // The latest first, and within one import by number: after a first import that is the whole register.
        builder.HasIndex(e => new { e.ChangedAt, e.Number }).IsDescending(true, false);
        builder.HasIndex(e => new { e.RegistrationStatus, e.Number });
        builder.HasIndex(e => new { e.Town, e.Number });
        builder.HasIndex(e => new { e.SafetySector, e.Number });
        builder.HasIndex(e => new { e.RiskGrade, e.Number });
        builder.HasIndex(e => new { e.CreditGrade, e.Number });
        builder.HasIndex(e => new { e.OwnerSection, e.Number });
        builder.HasIndex(e => new { e.Level, e.Number });
        // Few entries have one; what stands among several is looked for in the index, which is a tenth of the table.
        builder.HasIndex(e => new { e.Tags, e.Number }).HasFilter("tags IS NOT NULL");
        builder.HasIndex(e => new { e.FormerName, e.Number }).HasFilter("former_name IS NOT NULL");
        builder.HasIndex(e => new { e.ListFlags, e.Number }).HasFilter("list_flags IS NOT NULL");
        builder.HasIndex(e => new { e.ExclusionCode, e.Number }).HasFilter("exclusion_code IS NOT NULL");
        builder.HasIndex(e => new { e.LicenceEnds, e.Number }).HasFilter("licence_ends IS NOT NULL");
        builder.HasIndex(e => new { e.LicenceKinds, e.Number }).HasFilter("licence_kinds IS NOT NULL");
        builder.HasIndex(e => e.OtherCode).HasFilter("other_code IS NOT NULL");
        builder.Property(e => e.Number).HasMaxLength(32);
        builder.Property(e => e.Kind).HasMaxLength(20);
        builder.Property(e => e.Name).HasMaxLength(200);
        builder.Property(e => e.FormerName).HasMaxLength(Inspectee.FormerNamesMaxLength);
        builder.Property(e => e.CreditCode).HasMaxLength(18);
        builder.Property(e => e.CreditCodeNote).HasMaxLength(200);
        builder.Property(e => e.OtherCode).HasMaxLength(40);
        builder.Property(e => e.RegistrationNumber).HasMaxLength(20);
        builder.Property(e => e.EntityType).HasMaxLength(40);
        builder.Property(e => e.CompanyType).HasMaxLength(80);
        builder.Property(e => e.IndustryCode).HasMaxLength(8);
        builder.Property(e => e.IndustryName).HasMaxLength(100);
        builder.Property(e => e.RegionCode).HasMaxLength(6);
        builder.Property(e => e.TownCode).HasMaxLength(9);
        builder.Property(e => e.Town).HasMaxLength(60);
        builder.Property(e => e.RegisteredAddress).HasMaxLength(300);
        builder.Property(e => e.SiteAddress).HasMaxLength(300);
        builder.Property(e => e.Longitude).HasMaxLength(16);
        builder.Property(e => e.Latitude).HasMaxLength(16);
        builder.Property(e => e.Datum).HasMaxLength(16);
        builder.Property(e => e.LegalRepresentative).HasMaxLength(60);
        builder.Property(e => e.Post).HasMaxLength(60);
        builder.Property(e => e.Phone).HasMaxLength(20);
        builder.Property(e => e.SafetyContact).HasMaxLength(60);
        builder.Property(e => e.SafetyContactPhone).HasMaxLength(20);
        builder.Property(e => e.RegistrationAuthority).HasMaxLength(100);
        builder.Property(e => e.RegistrationStatus).HasMaxLength(20);
        builder.Property(e => e.CapitalWan).HasMaxLength(20);
        builder.Property(e => e.Size).HasMaxLength(20);
        builder.Property(e => e.SafetySector).HasMaxLength(60);
        builder.Property(e => e.LicenceKinds).HasMaxLength(Inspectee.LicencesMaxLength);
        builder.Property(e => e.LicenceNumbers).HasMaxLength(Inspectee.LicencesMaxLength);
        builder.Property(e => e.LicenceEnds).HasMaxLength(Inspectee.LicencesMaxLength);
        builder.Property(e => e.Tags).HasMaxLength(200);
        builder.Property(e => e.CreditGrade).HasMaxLength(2);
        builder.Property(e => e.CreditSource).HasMaxLength(100);
        builder.Property(e => e.RiskGrade).HasMaxLength(10);
        builder.Property(e => e.ListFlags).HasMaxLength(200);
        builder.Property(e => e.ExclusionCode).HasMaxLength(2);
        builder.Property(e => e.ExclusionReason).HasMaxLength(200);
        builder.Property(e => e.OwnerSection).HasMaxLength(100);
        builder.Property(e => e.Level).HasMaxLength(20);
        builder.Property(e => e.Source).HasMaxLength(60);
    }
}
