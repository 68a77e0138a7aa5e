using DoubleRandom.Basics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.WorkItems;

/// <summary>常用筛选: a named filter of the inbox; shared, the colleagues of the section see it too.</summary>
public sealed class SavedFilter
{
    public const int NameMaxLength = 30;
    public const int QueryMaxLength = 600;

    /// <summary>Of one person.</summary>
    public const int Most = 30;

    public Guid Id { get; set; }

    public Guid OwnerId { get; set; }

    public required string OwnerName { get; set; }

    /// <summary>Whose colleagues see a shared one.</summary>
    public string? Section { get; set; }

    public required string Name { get; set; }

    /// <summary>The query of the inbox's address, without the place in the list.</summary>
    public required string Query { get; set; }

    public bool IsShared { get; set; }
}

internal sealed class SavedFilterMapping : IEntityTypeConfiguration<SavedFilter>
{
    public void Configure(EntityTypeBuilder<SavedFilter> builder)
    {
        builder.ToTable("saved_filters");
        builder.HasKey(f => f.Id);
        builder.Property(f => f.Id).ValueGeneratedNever();
        builder.Property(f => f.OwnerName).HasMaxLength(60);
        builder.Property(f => f.Section).HasMaxLength(100);
        builder.Property(f => f.Name).HasMaxLength(SavedFilter.NameMaxLength);
        builder.Property(f => f.Query).HasMaxLength(SavedFilter.QueryMaxLength);
        builder.HasIndex(f => new { f.OwnerId, f.Name }).IsUnique();
        builder.HasIndex(f => f.Section);
    }
}

/// <summary>Keeps a filter under a name; the same name again replaces it.</summary>
public sealed record SaveFilter(string Name, string Query, bool IsShared);

public sealed class SaveFilterHandler(DbContext db)
{
    public async Task<Result<SavedFilter>> HandleAsync(SaveFilter command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (command.Name?.Trim() is not { Length: > 0 and <= SavedFilter.NameMaxLength } name) return Refusal.Invalid("filters.name", "name", SavedFilter.NameMaxLength);
        if (command.Query is not { Length: <= SavedFilter.QueryMaxLength } query) return Refusal.Invalid("filters.query", "query");
        if (command.IsShared && change.By.Section is null) return Refusal.Invalid("filters.no-section", "shared");
        var own = await db.Set<SavedFilter>().Where(f => f.OwnerId == change.By.Id).ToListAsync(cancellationToken);
        var filter = own.Find(f => f.Name == name);
        if (filter is null)
        {
            if (own.Count >= SavedFilter.Most) return Refusal.Conflict("filters.many", SavedFilter.Most);
            filter = new SavedFilter { Id = Ids.New(change), OwnerId = change.By.Id, OwnerName = change.By.Name, Name = name, Query = query };
            db.Add(filter);
        }
        (filter.Query, filter.IsShared, filter.Section) = (query, command.IsShared, change.By.Section);
        return filter;
    }
}

public sealed record RemoveFilter(Guid Id);

public sealed class RemoveFilterHandler(DbContext db)
{
    public async Task<Result<Done>> HandleAsync(RemoveFilter command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<SavedFilter>().FindAsync([command.Id], cancellationToken) is not { } filter) return Done.It;
        if (filter.OwnerId != change.By.Id) return Refusal.Forbidden("filters.not-yours", filter.Name, filter.OwnerName);
        db.Remove(filter);
        return Done.It;
    }
}
