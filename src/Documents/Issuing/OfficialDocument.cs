using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Documents.Issuing;

/// <summary>已签发, 已送达, 已作废. A void document keeps its number.</summary>
public enum DocumentStatus { Issued, Served, Voided }

/// <summary>送达方式 (行政处罚法 art. 61, 民事诉讼法 arts. 88–95): 直接, 留置, 电子, 委托, 邮寄, 转交, 公告.</summary>
public enum ServiceMethod { Direct, LeftBehind, Electronic, Entrusted, Post, Forwarded, PublicNotice }

/// <summary>签发的文书: what was signed, as it was signed. The page is kept whole, so that a later template changes nothing.</summary>
public sealed class OfficialDocument
{
    public const int NumberMaxLength = 80;
    public const int TitleMaxLength = 100;
    public const int NameMaxLength = 100;
    public const int TextMaxLength = 400;

    public Guid Id { get; set; }

    /// <summary>The template's code in the catalogue: D12.</summary>
    public required string Template { get; set; }

    public int TemplateVersion { get; set; }

    public required string Title { get; set; }

    /// <summary>文号; null for internal papers without one.</summary>
    public string? Number { get; set; }

    public string? CodeWord { get; set; }

    /// <summary>Office year of the signing.</summary>
    public int Year { get; set; }

    public int? Sequence { get; set; }

    /// <summary>What it is about: plan, campaign, inspection, penalty or hazard.</summary>
    public Guid SubjectId { get; set; }

    /// <summary>Plan, campaign or inspection number.</summary>
    public required string CaseNo { get; set; }

    /// <summary>The audit chain of the case.</summary>
    public required string Chain { get; set; }

    /// <summary>The page as signed, self-contained.</summary>
    public required string Html { get; set; }

    /// <summary>What the template was filled in with, canonical JSON.</summary>
    public required string DataJson { get; set; }

    /// <summary>SHA-256 of <see cref="Html"/>.</summary>
    public required string Sha256 { get; set; }

    public DocumentStatus Status { get; set; }

    /// <summary>Who made it out: the person whose act the step followed from.</summary>
    public Guid IssuedById { get; set; }

    public required string IssuedByName { get; set; }

    /// <summary>Whose decision it is, by the record of the case.</summary>
    public required string SignedByName { get; set; }

    public DateTime SignedAt { get; set; }

    public DateOnly SignedOn { get; set; }

    public DateOnly? ServedOn { get; set; }

    public ServiceMethod? ServedHow { get; set; }

    /// <summary>受送达人 or who took it in for them.</summary>
    public string? Receiver { get; set; }

    public string? ServedPlace { get; set; }

    /// <summary>拒收情况、见证人 or the receipt of the post.</summary>
    public string? ServiceNote { get; set; }

    public string? ServedByName { get; set; }

    public DateTime? VoidedAt { get; set; }

    public string? VoidedByName { get; set; }

    public string? VoidReason { get; set; }

    public int Revision { get; set; }
}

internal sealed class OfficialDocumentMapping : IEntityTypeConfiguration<OfficialDocument>
{
    public void Configure(EntityTypeBuilder<OfficialDocument> builder)
    {
        builder.ToTable("official_documents");
        builder.HasKey(d => d.Id);
        builder.Property(d => d.Template).HasMaxLength(10);
        builder.Property(d => d.Title).HasMaxLength(OfficialDocument.TitleMaxLength);
        builder.Property(d => d.Number).HasMaxLength(OfficialDocument.NumberMaxLength);
        builder.Property(d => d.CodeWord).HasMaxLength(NumberForm.MaxLength);
        builder.Property(d => d.CaseNo).HasMaxLength(60);
        builder.Property(d => d.Chain).HasMaxLength(100);
        builder.Property(d => d.Sha256).HasMaxLength(64);
        builder.Property(d => d.IssuedByName).HasMaxLength(OfficialDocument.NameMaxLength);
        builder.Property(d => d.SignedByName).HasMaxLength(OfficialDocument.NameMaxLength);
        builder.Property(d => d.Receiver).HasMaxLength(OfficialDocument.NameMaxLength);
        builder.Property(d => d.ServedPlace).HasMaxLength(OfficialDocument.TextMaxLength);
        builder.Property(d => d.ServiceNote).HasMaxLength(OfficialDocument.TextMaxLength);
        builder.Property(d => d.ServedByName).HasMaxLength(OfficialDocument.NameMaxLength);
        builder.Property(d => d.VoidedByName).HasMaxLength(OfficialDocument.NameMaxLength);
        builder.Property(d => d.VoidReason).HasMaxLength(OfficialDocument.TextMaxLength);
        builder.Property(d => d.Revision).IsConcurrencyToken();
        // A number is given once, whatever happens to the document.
        builder.HasIndex(d => new { d.CodeWord, d.Year, d.Sequence }).IsUnique();
        builder.HasIndex(d => d.CaseNo);
        builder.HasIndex(d => new { d.SubjectId, d.Template });
    }
}
