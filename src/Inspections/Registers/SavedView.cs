using DoubleRandom.Basics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Registers;

/// <summary>保存的视图: a person's filter of a register under a name; a shared one is offered to all.</summary>
public sealed class SavedView
{
    public const int MaxPerPerson = 50;
    public const int NameMaxLength = 40;
    public const int QueryMaxLength = 800;

    public Guid Id { get; set; }

    public required string Kind { get; set; }

    public Guid OwnerId { get; set; }

    public required string OwnerName { get; set; }

    public required string Name { get; set; }

    /// <summary>What stands behind the “?” of the list's address.</summary>
    public required string Query { get; set; }

    public bool IsShared { get; set; }
}

internal sealed class SavedViewMapping : IEntityTypeConfiguration<SavedView>
{
    public void Configure(EntityTypeBuilder<SavedView> builder)
    {
        builder.ToTable("saved_views");
        builder.Property(v => v.Id).ValueGeneratedNever();
        builder.HasIndex(v => new { v.Kind, v.OwnerId });
        builder.Property(v => v.Kind).HasMaxLength(20);
        builder.Property(v => v.OwnerName).HasMaxLength(60);
        builder.Property(v => v.Name).HasMaxLength(SavedView.NameMaxLength);
        builder.Property(v => v.Query).HasMaxLength(SavedView.QueryMaxLength);
    }
}

public sealed record SaveView(string Kind, string Name, string Query, bool IsShared);

public sealed record RemoveView(Guid Id);

public sealed class SavedViewHandler(DbContext db)
{
    /// <summary>A second view of the person with one name replaces the first.</summary>
    public async Task<Result<SavedView>> HandleAsync(SaveView command, ChangeContext change, CancellationToken cancellationToken)
    {
        var name = command.Name.Trim();
        if (name.Length is 0 or > SavedView.NameMaxLength || name.Any(char.IsControl)) return Refusal.Invalid("registers.view-name", "name", SavedView.NameMaxLength);
        if (command.Query.Length is 0 or > SavedView.QueryMaxLength) return Refusal.Invalid("registers.view-empty", "name");
        var mine = await db.Set<SavedView>().Where(v => v.Kind == command.Kind && v.OwnerId == change.By.Id).ToListAsync(cancellationToken);
        var view = mine.Find(v => v.Name == name);
        if (view is null)
        {
            if (mine.Count >= SavedView.MaxPerPerson) return Refusal.Conflict("registers.too-many-views", SavedView.MaxPerPerson);
            view = new SavedView { Id = Ids.New(change), Kind = command.Kind, OwnerId = change.By.Id, OwnerName = change.By.Name, Name = name, Query = command.Query };
            db.Add(view);
        }
        (view.Query, view.IsShared) = (command.Query, command.IsShared);
        return view;
    }

    public async Task<Result<Done>> HandleAsync(RemoveView command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<SavedView>().FindAsync([command.Id], cancellationToken) is not { } view) return Done.It;
        if (view.OwnerId != change.By.Id) return Refusal.Forbidden("registers.not-your-view");
        db.Remove(view);
        return Done.It;
    }
}
