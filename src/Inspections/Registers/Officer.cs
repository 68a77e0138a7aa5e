using DoubleRandom.Inspections.Imports;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Registers;

/// <summary>执法人员: an entry of the officer register. Only holders of a valid certificate carry out checks (S000-05).</summary>
public sealed class Officer : IRegisterEntry
{
    public const string StaysOut = "否";
    public const int OutReasonMaxLength = 200;
    public const int TrainingMaxLength = 600;

    public static ParallelLists TrainingColumns { get; } = new("培训记录", ["培训日期", "培训内容", "考试成绩"], "培训日期");

    public required string Number { get; set; }

    public required string Name { get; set; }

    public string? Gender { get; set; }

    public string? BornIn { get; set; }

    /// <summary>Personal data, kept sealed (<see cref="PersonalSeal"/>); never published.</summary>
    public string? IdNumber { get; set; }

    public required string Department { get; set; }

    public string? Section { get; set; }

    public string? Post { get; set; }

    public string? Rank { get; set; }

    /// <summary>在编执法人员、辅助人员、挂职. Auxiliary staff are never eligible.</summary>
    public required string StaffKind { get; set; }

    /// <summary>带队资格</summary>
    public bool MayLead { get; set; }

    public string? CertificateNo { get; set; }

    public string? CertificateIssuer { get; set; }

    public DateOnly? CertificateIssuedOn { get; set; }

    /// <summary>Last day of validity, inclusive.</summary>
    public DateOnly? CertificateValidTo { get; set; }

    /// <summary>有效、过期、暂扣、注销、无证</summary>
    public required string CertificateStatus { get; set; }

    /// <summary>第二证件: of the province or the ministry, beside the national one.</summary>
    public string? SecondCertificateNo { get; set; }

    public DateOnly? SecondCertificateValidTo { get; set; }

    /// <summary>Codes of the items the officer may check, joined by “;”.</summary>
    public string? Scope { get; set; }

    public string? Speciality { get; set; }

    public string? Education { get; set; }

    /// <summary>职称</summary>
    public string? Title { get; set; }

    /// <summary>岗位资质, joined by “;”.</summary>
    public string? PostQualifications { get; set; }

    /// <summary>培训记录 by <see cref="TrainingColumns"/>.</summary>
    public string? TrainingDays { get; set; }

    public string? TrainingSubjects { get; set; }

    public string? TrainingMarks { get; set; }

    public string? Phone { get; set; }

    public string? Status { get; set; }

    public string? LastYearPartners { get; set; }

    /// <summary>是、否; null: 是. Who approves or reviews draws does not go out, whatever his certificate.</summary>
    public string? TakesPart { get; set; }

    /// <summary>Why not; there when <see cref="TakesPart"/> is 否.</summary>
    public string? OutReason { get; set; }

    public string? Note { get; set; }

    public bool MayBeDrawn => TakesPart is not StaysOut;

    /// <summary>Whether the certificate allows checks of the item on the day (S000-05, 处罚法 42).</summary>
    public bool MayCheck(string itemCode, DateOnly on) => StaffKind is "在编执法人员" && CertificateStatus is "有效" && CertificateValidTo >= on
        && (Scope ?? "").Split(';').Contains(itemCode);

    public Guid? ChangeId { get; set; }

    public DateTime? ChangedAt { get; set; }
}

internal sealed class OfficerMapping : IEntityTypeConfiguration<Officer>
{
    public void Configure(EntityTypeBuilder<Officer> builder)
    {
        builder.ToTable("officers");
        builder.HasKey(e => e.Number);
        builder.Ignore(e => e.MayBeDrawn);
        builder.Property(e => e.TakesPart).HasMaxLength(4);
        builder.Property(e => e.OutReason).HasMaxLength(Officer.OutReasonMaxLength);
        builder.Property(e => e.Number).HasMaxLength(32);
        builder.Property(e => e.Name).HasMaxLength(60);
        builder.Property(e => e.Gender).HasMaxLength(4);
        builder.Property(e => e.BornIn).HasMaxLength(7);
        builder.Property(e => e.IdNumber).HasMaxLength(PersonalSeal.MaxLength);
        builder.Property(e => e.Department).HasMaxLength(100);
        builder.Property(e => e.Section).HasMaxLength(100);
        builder.Property(e => e.Post).HasMaxLength(60);
        builder.Property(e => e.Rank).HasMaxLength(60);
        builder.Property(e => e.StaffKind).HasMaxLength(40);
        builder.Property(e => e.CertificateNo).HasMaxLength(24);
        builder.Property(e => e.CertificateIssuer).HasMaxLength(100);
        builder.Property(e => e.CertificateStatus).HasMaxLength(10);
        builder.Property(e => e.Scope).HasMaxLength(400);
        builder.Property(e => e.Speciality).HasMaxLength(100);
        builder.Property(e => e.SecondCertificateNo).HasMaxLength(40);
        builder.Property(e => e.Education).HasMaxLength(40);
        builder.Property(e => e.Title).HasMaxLength(60);
        builder.Property(e => e.PostQualifications).HasMaxLength(200);
        builder.Property(e => e.TrainingDays).HasMaxLength(Officer.TrainingMaxLength);
        builder.Property(e => e.TrainingSubjects).HasMaxLength(Officer.TrainingMaxLength);
        builder.Property(e => e.TrainingMarks).HasMaxLength(Officer.TrainingMaxLength);
        builder.Property(e => e.Phone).HasMaxLength(20);
        builder.Property(e => e.Status).HasMaxLength(20);
        builder.Property(e => e.LastYearPartners).HasMaxLength(200);
        builder.Property(e => e.Note).HasMaxLength(400);
    }
}
