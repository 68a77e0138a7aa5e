using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using DoubleRandom.Basics;
using SQLitePCL;

namespace DoubleRandom.Host.Data;

/// <summary>
/// Joins Microsoft.Data.Sqlite 10 to the SQLitePCLRaw 2.0.6 that restores here and to the system's libsqlite3.
/// One file, to be deleted when SQLitePCLRaw 2.1.13 or later restores (docs/adr/0002).
/// </summary>
internal static class SqliteRuntime
{
    private const string NativeName = "e_sqlite3";

    private static readonly string[] SystemLibraries = OperatingSystem.IsWindows() ? ["winsqlite3.dll", "sqlite3.dll"]
        : OperatingSystem.IsMacOS() ? ["libsqlite3.dylib", "/usr/lib/libsqlite3.dylib"]
        : ["libsqlite3.so.0", "libsqlite3.so"];

    /// <summary>The oldest SQLite with the JSON operators that EF Core writes (<c>-&gt;&gt;</c>) and <c>IS DISTINCT FROM</c>, which imports compare with.</summary>
    private static readonly Version Oldest = new(3, 39);

#pragma warning disable CA2255 // The provider must stand before the first type of Microsoft.Data.Sqlite is touched, in programs and in test hosts alike.
    [ModuleInitializer]
    internal static void Initialize()
    {
        // Microsoft.Data.Sqlite asks for a later SQLitePCLRaw.core than the one that is here; the runtime refuses the lower version and then asks us.
        AssemblyLoadContext.Default.Resolving += static (context, name) => name.Name == "SQLitePCLRaw.core"
            ? context.LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, "SQLitePCLRaw.core.dll"))
            : null;
        UseSystemLibrary();
    }
#pragma warning restore CA2255

    // Apart from Initialize, so that the types of SQLitePCLRaw are first looked for after the resolver stands.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void UseSystemLibrary()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        if (SystemLibraries.Any(l => NativeLibrary.TryLoad(l, out _))) raw.SetProvider(new SQLite3Provider_e_sqlite3());
    }

    /// <summary>The connection's handle for SQLitePCLRaw's own calls: to the compiler its type is that of another version, to the runtime it is the same.</summary>
    public static sqlite3 HandleOf(Microsoft.Data.Sqlite.SqliteConnection connection) => (sqlite3)Handle.GetValue(connection)!;

    private static readonly PropertyInfo Handle = typeof(Microsoft.Data.Sqlite.SqliteConnection).GetProperty("Handle")!;

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != NativeName) return 0;
        foreach (var library in SystemLibraries)
        {
            if (NativeLibrary.TryLoad(library, out var handle)) return handle;
        }
        return 0;
    }

    /// <summary>Says in plain words what is wrong with the machine's SQLite; null when all we use works.</summary>
    public static Refusal? SelfTest()
    {
        if (!SystemLibraries.Any(l => NativeLibrary.TryLoad(l, out _))) return Refusal.Conflict("data.sqlite-missing");
        if (raw.sqlite3_open(":memory:", out var db) != raw.SQLITE_OK) return Refusal.Conflict("data.sqlite-broken", "open");
        using (db)
        {
            var version = raw.sqlite3_libversion().utf8_to_string();
            if (Version.Parse(version) < Oldest) return Refusal.Conflict("data.sqlite-old", version, Oldest);
            foreach (var (what, sql) in Probes)
            {
                if (raw.sqlite3_exec(db, sql) != raw.SQLITE_OK) return Refusal.Conflict("data.sqlite-broken", what);
            }
            if (raw.sqlite3_open(":memory:", out var copy) != raw.SQLITE_OK) return Refusal.Conflict("data.sqlite-broken", "backup");
            using (copy)
            using (var backup = raw.sqlite3_backup_init(copy, "main", db, "main"))
            {
                if (raw.sqlite3_backup_step(backup, -1) != raw.SQLITE_DONE) return Refusal.Conflict("data.sqlite-broken", "backup");
            }
        }
        return null;
    }

    private static readonly (string What, string Sql)[] Probes =
    [
        ("JSON", """CREATE TABLE j AS SELECT '{"a":1}' ->> '$.a' AS a; CREATE TABLE j1 (ok INTEGER CHECK (ok = 1)); INSERT INTO j1 SELECT a FROM j;"""),
        ("FTS5", "CREATE VIRTUAL TABLE f USING fts5(t, tokenize='trigram'); INSERT INTO f VALUES ('双随机一公开'); CREATE TABLE f1 (ok INTEGER CHECK (ok = 1)); INSERT INTO f1 SELECT count(*) FROM f WHERE f MATCH '随机一';"),
        ("savepoint", "SAVEPOINT a; CREATE TABLE s (x); ROLLBACK TO a; RELEASE a;"),
        ("blob", "CREATE TABLE b (x BLOB, ok INTEGER CHECK (ok = 3)); INSERT INTO b VALUES (x'00ff00', length(x'00ff00'));"),
        ("upsert", "CREATE TABLE u (k INTEGER PRIMARY KEY, v); INSERT INTO u VALUES (1, 1) ON CONFLICT (k) DO UPDATE SET v = 2 RETURNING v;"),
    ];
}
