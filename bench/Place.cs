namespace DoubleRandom.Bench;

/// <summary>A product on a database of its own, removed at the end.</summary>
internal sealed class Place(Product product, PrivatePostgres? server, string folder) : IAsyncDisposable
{
    public Product Product => product;

    public static async Task<Place> OpenAsync(string db)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Machine.Root, ".artifacts", $"bench-{Guid.NewGuid():N}")).FullName;
        var server = db == "postgres" ? await PrivatePostgres.StartAsync() : null;
        return new Place(await Product.OpenAsync(folder, server?.ConnectionString()), server, folder);
    }

    public async ValueTask DisposeAsync()
    {
        await product.DisposeAsync();
        if (server is not null) await server.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }
}
