using DoubleRandom.Engine.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Host.Data;

// The engine knows no ORM: its rows are mapped here, for the schema and for the pages that read them. Bursts write them by hand-made SQL.

internal sealed class WorkflowInstanceRowMapping : IEntityTypeConfiguration<WorkflowInstanceRow>
{
    public void Configure(EntityTypeBuilder<WorkflowInstanceRow> builder)
    {
        builder.ToTable("workflow_instances");
        builder.Property(i => i.Id).ValueGeneratedNever();
        builder.Property(i => i.DefinitionId).HasMaxLength(60);
        builder.Property(i => i.DefinitionVersionId).HasMaxLength(60);
        builder.Property(i => i.CorrelationId).HasMaxLength(200);
        builder.Property(i => i.Name).HasMaxLength(200);
        builder.Property(i => i.Revision).IsConcurrencyToken();
        builder.HasIndex(i => i.ParentInstanceId).HasFilter("parent_instance_id IS NOT NULL");
        builder.HasIndex(i => i.CorrelationId);
        builder.HasIndex(i => new { i.DefinitionId, i.Status });
        builder.IsRewritten();
    }
}

internal sealed class BookmarkRowMapping : IEntityTypeConfiguration<BookmarkRow>
{
    public void Configure(EntityTypeBuilder<BookmarkRow> builder)
    {
        builder.ToTable("bookmarks");
        // Who looks for one knows its instance.
        builder.HasKey(b => new { b.InstanceId, b.Id });
        builder.Property(b => b.Id).ValueGeneratedNever();
        builder.Property(b => b.Name).HasMaxLength(200);
        builder.Property(b => b.Hash).HasMaxLength(64);
        builder.Property(b => b.CorrelationId).HasMaxLength(200);
        // Only events are found by their hash, only timers by their instant: a human step's bookmark stands in neither index.
        builder.HasIndex(b => new { b.Hash, b.CorrelationId }).HasFilter("name = 'Elsa.Event'");
        builder.HasIndex(b => b.DueAt).HasFilter("due_at IS NOT NULL");
        builder.LiesByKey();
    }
}

internal sealed class BurstRowMapping : IEntityTypeConfiguration<BurstRow>
{
    public void Configure(EntityTypeBuilder<BurstRow> builder)
    {
        builder.ToTable("bursts");
        builder.HasKey(b => new { b.InstanceId, b.Revision });
        builder.Property(b => b.Revision).ValueGeneratedNever();
        builder.Property(b => b.ByName).HasMaxLength(100);
    }
}

internal sealed class IncidentRowMapping : IEntityTypeConfiguration<IncidentRow>
{
    public void Configure(EntityTypeBuilder<IncidentRow> builder)
    {
        builder.ToTable("incidents");
        builder.Property(i => i.Id).ValueGeneratedNever();
        builder.HasIndex(i => i.InstanceId);
        builder.HasIndex(i => i.ResolvedAt).HasFilter("resolved_at IS NULL");
    }
}

internal sealed class DispatchRowMapping : IEntityTypeConfiguration<DispatchRow>
{
    public void Configure(EntityTypeBuilder<DispatchRow> builder)
    {
        builder.ToTable("dispatches");
        builder.Property(d => d.Id).ValueGeneratedNever();
        builder.Property(d => d.DefinitionId).HasMaxLength(60);
        builder.Property(d => d.CorrelationId).HasMaxLength(200);
        // A parent's step that runs a second time dispatches nothing a second time.
        builder.HasIndex(d => new { d.ParentExecutionId, d.Index }).IsUnique();
        // In the order of the start. What is done leaves the index: it stays as small as the work that waits.
        builder.HasIndex(d => new { d.CreatedAt, d.ParentExecutionId, d.Index }).HasFilter("started_at IS NULL");
    }
}

internal sealed class SignalRowMapping : IEntityTypeConfiguration<SignalRow>
{
    public void Configure(EntityTypeBuilder<SignalRow> builder)
    {
        builder.ToTable("signals");
        builder.Property(s => s.Id).ValueGeneratedNever();
        builder.Property(s => s.Kind).HasMaxLength(20);
        builder.Property(s => s.EventName).HasMaxLength(200);
        builder.Property(s => s.CorrelationId).HasMaxLength(200);
        builder.HasIndex(s => new { s.CreatedAt, s.Id }).HasFilter("consumed_at IS NULL");
    }
}

internal sealed class ChildCountRowMapping : IEntityTypeConfiguration<ChildCountRow>
{
    public void Configure(EntityTypeBuilder<ChildCountRow> builder)
    {
        builder.ToTable("child_counts").IsRewritten();
        builder.HasKey(c => c.ExecutionId);
        builder.Property(c => c.ExecutionId).ValueGeneratedNever();
    }
}

/// <summary>How a table lies on the disk.</summary>
internal static class Layout
{
    /// <summary>On PostgreSQL pages keep room, so that a row that changes with every step stays on its page and its indexes stay as they are.</summary>
    public static EntityTypeBuilder<T> IsRewritten<T>(this EntityTypeBuilder<T> builder) where T : class => builder.HasStorageParameter("fillfactor", 70);

    /// <summary>
    /// On SQLite the rows lie in the index of their key and nowhere else: short rows that come and go by their key cost one page then, not three. Of no use to
    /// rows of more than a quarter of a page.
    /// </summary>
    public static EntityTypeBuilder<T> LiesByKey<T>(this EntityTypeBuilder<T> builder) where T : class => builder.HasAnnotation(ByKey, true);

    /// <summary>EF's script of a SQLite table with what <see cref="LiesByKey"/> says, which EF cannot say.</summary>
    public static string Complete(string script, IModel model)
    {
        foreach (var table in model.GetEntityTypes().Where(t => t.FindAnnotation(ByKey) is not null))
        {
            var from = script.IndexOf($"CREATE TABLE \"{table.GetTableName()}\" (", StringComparison.Ordinal);
            var end = script.IndexOf("\n);", from, StringComparison.Ordinal);
            script = script.Insert(end + "\n)".Length, " WITHOUT ROWID");
        }
        return script;
    }

    private const string ByKey = "DoubleRandom:LiesByKey";
}
