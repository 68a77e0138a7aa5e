using System.Diagnostics;
using System.Globalization;
using System.Text;
using DoubleRandom.Basics;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.Registers;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace DoubleRandom.Bench;

/// <summary>
/// Row f: a million entries of the object register from a file, with all checks, duplicates, history and refusals. The limit is what the database takes of the same rows
/// into a table of the same columns, keys and indexes: COPY of the file on PostgreSQL, one prepared insert in one transaction on SQLite.
/// </summary>
internal static class ImportBench
{
    private const long MegaByte = 1024 * 1024;
    private const int MaxMemory = 300;

    private static readonly string[] Headers = [.. RegisterForms.Inspectees.Columns.Select(c => c.Header)];

    public static async IAsyncEnumerable<BenchRow> RunAsync(BenchPace pace)
    {
        // A million rows take half a minute each time: they are paired twice and compared with the limits of those two pairs throughout, so that the row ends within ten minutes.
        var rows = pace.IsQuick ? 100_000 : 1_000_000;
        var files = Directory.CreateTempSubdirectory("dr-bench-").FullName;
        try
        {
            // The clean file; the same with every third row otherwise, in two variants; one row in a hundred bad; the clean one as a spreadsheet; a small one to warm up with.
            var (clean, others, bad, sheet, small) = (Path.Combine(files, "a.csv"), (string[])[Path.Combine(files, "b.csv"), Path.Combine(files, "c.csv")], Path.Combine(files, "d.csv"), Path.Combine(files, "a.xlsx"), Path.Combine(files, "s.csv"));
            Write(small, 20_000, 0, false);
            Write(clean, rows, 0, false);
            Write(others[0], rows, 1, false);
            if (pace.IsQuick) Write(others[1], rows, 2, false);
            Write(bad, rows, 0, true);
            ToSpreadsheet(clean, sheet);
            foreach (var database in (string[])["sqlite", "postgres"])
            {
                var folder = Directory.CreateTempSubdirectory("dr-bench-").FullName;
                await using var server = database == "postgres" ? await PrivatePostgres.StartAsync() : null;
                try
                {
                    await using var product = await Product.OpenAsync(folder, server?.ConnectionString());
                    // Regions, industries and the tables of words: their codes are looked up for every row.
                    await product.Units.RunAsync((services, ct) => services.GetRequiredService<TakeInCodesHandler>().HandleAsync(new TakeInCodes(), product.Change() with { By = Actor.System }, ct));
                    var few = pace with { Pairs = pace.IsQuick ? 3 : 2 };
                    var once = pace.IsQuick ? few : pace with { Pairs = 1 };
                    List<double> known = [];
                    var peak = new Peak();
                    await using (var limit = await LimitAsync(product))
                    {
                        await limit.TakeAsync(small);
                        await FreshAsync(product, small, 20_000, 20_000);
                        yield return await Pairs.RunAsync(few, "f", database, null, "ms", isRate: false, 2.5, async () =>
                        {
                            known.Add(await limit.TakeAsync(clean));
                            return known[^1];
                        }, () => FreshAsync(product, clean, rows, rows), () => $"{rows} rows of {Headers.Length} columns, {new FileInfo(clean).Length / MegaByte} MB of CSV; against {limit.What}", isWarm: true);
                    }
                    // What a limit takes of the same rows was seen just now.
                    var bare = Pairs.Median([.. known.Order()]);
                    yield return await Pairs.RunAsync(once, "f-bad", database, null, "ms", isRate: false, 2.5, () => Task.FromResult(bare), () => FreshAsync(product, bad, rows, rows - rows / 100), () => "one row in a hundred refused, with the refusal file; against the limit of row f", isWarm: true);
                    await peak.OfAsync(() => FreshAsync(product, clean, rows, rows));
                    var turn = 0;
                    yield return await Pairs.RunAsync(once, "f-upsert", database, null, "ms", isRate: false, 5.0, () => Task.FromResult(bare), async () =>
                    {
                        var (time, report) = await ImportAsync(product, others[turn++ % 2]);
                        return report.Updated == (rows + 2) / 3 && report.Unchanged == rows - report.Updated ? time : throw new InvalidOperationException($"{report}");
                    }, () => "every third row changed, its old version kept; against the limit of row f", isWarm: true);
                    yield return await Pairs.RunAsync(once, "f-xlsx", database, null, "ms", isRate: false, 4.0, () => FreshAsync(product, clean, rows, rows), () => peak.OfAsync(() => FreshAsync(product, sheet, rows, rows)), () => $"the same rows as a spreadsheet of {new FileInfo(sheet).Length / MegaByte} MB; against ours from CSV", isWarm: true);
                    var memory = peak.MegaBytes;
                    yield return new BenchRow("f-memory", database, null, MaxMemory, memory, Math.Round(memory / (double)MaxMemory, 3), "<=1.00", memory <= MaxMemory, "MB", "largest resident memory of the process while it imported the file and the spreadsheet, the bench's own share included");
                }
                finally
                {
                    Directory.Delete(folder, recursive: true);
                }
            }
        }
        finally
        {
            Directory.Delete(files, recursive: true);
        }
    }

    private static async Task<double> FreshAsync(Product product, string file, int read, int added)
    {
        await product.Units.RunAsync<Done>(async (services, ct) =>
        {
            var db = services.GetRequiredService<DbContext>();
            foreach (var table in (string[])["inspectees", "register_versions", "register_changes"]) await db.Database.ExecuteSqlRawAsync(product.Settings.IsPostgres ? $"TRUNCATE {table}" : $"DELETE FROM {table}", ct);
            return Done.It;
        });
        var (time, report) = await ImportAsync(product, file);
        return report.Read == read && report.Added == added && report.Refused == read - added ? time : throw new InvalidOperationException($"{report}");
    }

    private static async Task<(double Time, ImportReport Report)> ImportAsync(Product product, string file)
    {
        await using var content = File.OpenRead(file);
        var change = product.Change() with { By = Actor.System };
        var clock = Stopwatch.StartNew();
        var result = await product.Units.RunAsync((services, ct) => services.GetRequiredService<ImportFileHandler>().HandleAsync(new ImportFile("inspectees", content), change, ct));
        return (clock.Elapsed.TotalMilliseconds, result.Value);
    }

    private static void Write(string path, int rows, int variant, bool isBad)
    {
        using var file = new StreamWriter(path, false, new UTF8Encoding(false), 1 << 20);
        file.WriteLine(string.Join(',', Headers));
        for (var i = 0; i < rows; i++)
        {
            var changed = variant > 0 && i % 3 == 0;
            file.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"QG{i:D8},企业单位,{(isBad && i % 100 == 50 ? "" : $"某某县第{i}号机械制造有限公司")},,{Code(i)},,,,企业,有限责任公司,C3484,机械零部件加工,620823,620823100,锦屏镇,某某县锦屏镇工业路{i % 997}号,某某县锦屏镇工业路{i % 997}号,107.{i % 1000000:D6},35.{i % 999999:D6},CGCS2000,张{(char)('一' + i % 5000)}明,法定代表人、总经理,154{i % 100000000:D8},李{(char)('一' + i % 4000)}华,154{(i + 7) % 100000000:D8},某某县市场监督管理局,{(changed ? variant == 1 ? "停业" : "迁出" : "存续")},20{i % 24:D2}-0{i % 9 + 1}-1{i % 9},{i % 5000},{i % 300},小型,工贸（机械）,,,,有限空间;粉尘涉爆,B,,2025-12-20,低,,{i % 4},{i % 3},0,{i % 2},,,,,县应急管理局综合执法科,县级,市场监管登记库,{(changed ? "2026-02-01" : "2025-12-20")}"));
        }
    }

    private static string Code(int i)
    {
        const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        var organisation = string.Create(CultureInfo.InvariantCulture, $"MA{i % 1_000_000:D6}");
        int[] weights = [3, 7, 9, 10, 5, 8, 4, 2];
        var check = 11 - organisation.Select((c, k) => (char.IsAsciiDigit(c) ? c - '0' : c - 'A' + 10) * weights[k]).Sum() % 11;
        var body = $"91{620800 + i / 1_000_000}{organisation}{check switch { 10 => 'X', 11 => '0', _ => (char)('0' + check) }}";
        var (weight, sum) = (1, 0);
        foreach (var c in body)
        {
            sum += Alphabet.IndexOf(c, StringComparison.Ordinal) * weight;
            weight = weight * 3 % 31;
        }
        return body + Alphabet[(31 - sum % 31) % 31];
    }

    private static void ToSpreadsheet(string csv, string xlsx)
    {
        using var file = File.Create(xlsx);
        using var sink = RowSink.Open(RowSink.Xlsx, file);
        foreach (var line in File.ReadLines(csv)) sink.WriteRow(line.Split(','));
    }

    private static async Task<Limit> LimitAsync(Product product) => product.Settings.IsPostgres ? await CopyLimit.OpenAsync(product.Settings) : InsertLimit.Open(product.Settings);

    private abstract class Limit : IAsyncDisposable
    {
        public abstract string What { get; }

        public abstract Task<double> TakeAsync(string file);

        public abstract ValueTask DisposeAsync();

        protected static string Names => string.Join(", ", RegisterForms.Inspectees.Columns.Select(c => Db.ToSnake(c.Property)));
    }

    private sealed class CopyLimit(NpgsqlConnection connection) : Limit
    {
        public override string What => "COPY of the file into a table of the same shape and indexes";

        public static async Task<Limit> OpenAsync(DatabaseSettings settings)
        {
            var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync();
            await using var create = new NpgsqlCommand("CREATE TABLE limit_inspectees (LIKE inspectees INCLUDING ALL)", connection);
            await create.ExecuteNonQueryAsync();
            return new CopyLimit(connection);
        }

        public override async Task<double> TakeAsync(string file)
        {
            await using (var empty = new NpgsqlCommand("TRUNCATE limit_inspectees", connection)) await empty.ExecuteNonQueryAsync();
            var clock = Stopwatch.StartNew();
            await using (var copy = await connection.BeginTextImportAsync($"COPY limit_inspectees ({Names}) FROM STDIN (FORMAT CSV, HEADER)"))
            {
                using var reader = new StreamReader(file, Encoding.UTF8, false, 1 << 16);
                var buffer = new char[1 << 16];
                int read;
                while ((read = await reader.ReadAsync(buffer)) > 0) await copy.WriteAsync(buffer.AsMemory(0, read));
            }
            return clock.Elapsed.TotalMilliseconds;
        }

        public override ValueTask DisposeAsync() => connection.DisposeAsync();
    }

    private sealed class InsertLimit(SqliteConnection connection) : Limit
    {
        public override string What => "one prepared insert in one transaction into a table of the same shape and indexes";

        public static Limit Open(DatabaseSettings settings)
        {
            // A file of its own: the product's writer is not to wait for this connection.
            var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(settings.Folder, "limit.db") }.ToString());
            connection.Open();
            DatabaseSettings.SqlitePragmas.It.Apply(connection);
            using var source = new SqliteConnection(settings.ConnectionString);
            source.Open();
            using var schema = source.CreateCommand();
            schema.CommandText = "SELECT sql FROM sqlite_master WHERE tbl_name = 'inspectees' AND sql IS NOT NULL ORDER BY type DESC";
            using var reader = schema.ExecuteReader();
            while (reader.Read()) Run(connection, reader.GetString(0));
            return new InsertLimit(connection);
        }

        public override Task<double> TakeAsync(string file)
        {
            Run(connection, "DELETE FROM inspectees");
            var clock = Stopwatch.StartNew();
            using var transaction = connection.BeginTransaction();
            using var insert = connection.CreateCommand();
            insert.Transaction = transaction;
            var parameters = Enumerable.Range(0, Headers.Length).Select(i => insert.Parameters.Add($"$p{i}", SqliteType.Text)).ToArray();
#pragma warning disable CA2100 // Names of our own columns.
            insert.CommandText = $"INSERT INTO inspectees ({Names}) VALUES ({string.Join(", ", parameters.Select(p => p.ParameterName))})";
#pragma warning restore CA2100
            foreach (var line in File.ReadLines(file).Skip(1))
            {
                var cells = line.Split(',');
                for (var i = 0; i < cells.Length; i++) parameters[i].Value = cells[i].Length == 0 ? DBNull.Value : cells[i];
                insert.ExecuteNonQuery();
            }
            transaction.Commit();
            return Task.FromResult(clock.Elapsed.TotalMilliseconds);
        }

        public override ValueTask DisposeAsync()
        {
            SqliteConnection.ClearPool(connection);
            return connection.DisposeAsync();
        }

        private static void Run(SqliteConnection connection, string sql)
        {
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Our own schema.
            command.CommandText = sql;
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }
    }

    /// <summary>The largest resident memory while something runs.</summary>
    private sealed class Peak
    {
        public long MegaBytes { get; private set; }

        public async Task<double> OfAsync(Func<Task<double>> work)
        {
            // What the limit's rows left behind is not ours.
            GC.Collect(2, GCCollectionMode.Aggressive, true, true);
            using var stop = new CancellationTokenSource();
            var watch = Task.Run(async () =>
            {
                using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
                while (!stop.IsCancellationRequested && await timer.WaitForNextTickAsync())
                {
                    using var process = Process.GetCurrentProcess();
                    MegaBytes = Math.Max(MegaBytes, process.WorkingSet64 / MegaByte);
                }
            });
            var time = await work();
            await stop.CancelAsync();
            await watch;
            return time;
        }
    }
}
