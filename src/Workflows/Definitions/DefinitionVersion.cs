using DoubleRandom.Engine.Definitions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Workflows.Definitions;

/// <summary>One version of a workflow definition. A published version never changes (law 9); a draft is overwritten until it is published.</summary>
public sealed class DefinitionVersion
{
    public const int NameMaxLength = 200;

    /// <summary>Elsa's version id: what an instance points to for ever.</summary>
    public required string Id { get; set; }

    /// <summary>Stable through all versions; the file name in <c>workflows-json/</c>.</summary>
    public required string DefinitionId { get; set; }

    public int Version { get; set; }

    public required string Name { get; set; }

    public string? Description { get; set; }

    /// <summary>The whole definition as Elsa 3 JSON; unknown properties are kept.</summary>
    public required string Json { get; set; }

    /// <summary>SHA-256 of <see cref="Json"/>: what an approval is bound to.</summary>
    public required string Hash { get; set; }

    /// <summary>Where it came from: <c>file</c> (shipped), <c>studio</c>, <c>import</c>.</summary>
    public required string Origin { get; set; }

    public bool IsLatest { get; set; }

    public bool IsPublished { get; set; }

    public DateTime CreatedAt { get; set; }

    public required string CreatedByName { get; set; }

    /// <summary>Who saved the draft last; null while it is as it came in.</summary>
    public Guid? EditedById { get; set; }

    public string? EditedByName { get; set; }

    public DateTime? EditedAt { get; set; }

    /// <summary>When it was first put into force; null: still a draft.</summary>
    public DateTime? PublishedAt { get; set; }

    /// <summary>Once in force, never changed again: cases run on it.</summary>
    public bool IsDraft => PublishedAt is null;

    public string LastEditorName => EditedByName ?? CreatedByName;

    public DateTime LastEditedAt => EditedAt ?? CreatedAt;

    /// <summary>The definition with its row's marks: those in the text are of the day it was written.</summary>
    public WorkflowDefinition Read()
    {
        var definition = WorkflowDefinition.Parse(Json).Value;
        definition.Json["isLatest"] = IsLatest;
        definition.Json["isPublished"] = IsPublished;
        return definition;
    }
}

internal sealed class DefinitionVersionMapping : IEntityTypeConfiguration<DefinitionVersion>
{
    public void Configure(EntityTypeBuilder<DefinitionVersion> builder)
    {
        builder.ToTable("definition_versions");
        builder.HasKey(v => v.Id);
        builder.Property(v => v.Id).HasMaxLength(60);
        builder.Property(v => v.DefinitionId).HasMaxLength(60);
        builder.Property(v => v.Name).HasMaxLength(DefinitionVersion.NameMaxLength);
        builder.Property(v => v.EditedByName).HasMaxLength(100);
        builder.Ignore(v => v.IsDraft).Ignore(v => v.LastEditorName).Ignore(v => v.LastEditedAt);
        builder.HasIndex(v => new { v.DefinitionId, v.Version }).IsUnique();
        builder.HasIndex(v => new { v.DefinitionId, v.Hash });
    }
}

/// <summary>A shipped file that was taken in: a file is looked at again only when its hash is new.</summary>
public sealed class TakenInFile
{
    public required string DefinitionId { get; set; }

    public required string FileHash { get; set; }

    public DateTime TakenInAt { get; set; }
}

internal sealed class TakenInFileMapping : IEntityTypeConfiguration<TakenInFile>
{
    public void Configure(EntityTypeBuilder<TakenInFile> builder)
    {
        builder.ToTable("definition_files");
        builder.HasKey(f => new { f.DefinitionId, f.FileHash });
        builder.Property(f => f.DefinitionId).HasMaxLength(60);
        builder.Property(f => f.FileHash).HasMaxLength(64);
    }
}
