using System.Reflection;
using System.Text;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace DoubleRandom.Host.Data;

/// <summary>The only context: gathers the mappings that stand beside the rows of each room and gives them the house's conventions.</summary>
public sealed class Db(DbContextOptions<Db> options) : DbContext(options)
{
    private static readonly Assembly[] Rooms =
    [
        Assembly.Load("DoubleRandom.Inspections"), Assembly.Load("DoubleRandom.Documents"), Assembly.Load("DoubleRandom.Workflows"), typeof(Db).Assembly,
    ];

    /// <summary>The hand-made SQL of the unit of work this context belongs to; null outside one.</summary>
    internal UnitSql? Sql { get; set; }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTime>().HaveConversion<UtcConverter>();
        configurationBuilder.Properties<Enum>().HaveConversion<string>().HaveMaxLength(40);
        // SQLite knows no decimal: ratios are kept as their text on both, and never ordered or summed in a query.
        configurationBuilder.Properties<decimal>().HaveConversion<string>().HaveMaxLength(40);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        foreach (var room in Rooms) modelBuilder.ApplyConfigurationsFromAssembly(room);
        // Short rows that are found by their key: a bad day writes ten thousand of them.
        modelBuilder.Entity<AlertDelivery>().LiesByKey();
        if (Database.IsNpgsql())
        {
            // In whatever locale the office's database is, a name or number is found by its beginning here; the indexes it is ordered by know only whole texts.
            modelBuilder.Entity<Inspectee>().HasIndex(i => i.Name, "ix_inspectees_name_beginning").HasOperators("varchar_pattern_ops");
            modelBuilder.Entity<Inspectee>().HasIndex(i => i.FormerName, "ix_inspectees_former_name_beginning").HasOperators("varchar_pattern_ops").HasFilter("former_name IS NOT NULL");
            modelBuilder.Entity<Inspectee>().HasIndex(i => i.Number, "ix_inspectees_number_beginning").HasOperators("varchar_pattern_ops");
        }
        UseSnakeCase(modelBuilder);
    }

    private static void UseSnakeCase(ModelBuilder modelBuilder)
    {
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            if (entity.GetTableName() is { } table) entity.SetTableName(ToSnake(table));
            foreach (var property in entity.GetProperties()) property.SetColumnName(ToSnake(property.GetColumnName()));
        }
        // After all columns: the default names of keys and indexes are made of them.
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (var key in entity.GetKeys()) key.SetName(key.GetName()?.ToLowerInvariant());
            foreach (var foreign in entity.GetForeignKeys()) foreign.SetConstraintName(foreign.GetConstraintName()?.ToLowerInvariant());
            foreach (var index in entity.GetIndexes()) index.SetDatabaseName(index.GetDatabaseName()?.ToLowerInvariant());
        }
    }

    internal static string ToSnake(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            var startsWord = char.IsUpper(c) && i > 0 && name[i - 1] != '_'
                && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            if (startsWord) text.Append('_');
            text.Append(char.ToLowerInvariant(c));
        }
        return text.ToString();
    }

    /// <summary>SQLite forgets the kind of an instant, Npgsql insists on UTC.</summary>
    private sealed class UtcConverter() : ValueConverter<DateTime, DateTime>(
        value => DateTime.SpecifyKind(value, DateTimeKind.Utc), value => DateTime.SpecifyKind(value, DateTimeKind.Utc));
}
