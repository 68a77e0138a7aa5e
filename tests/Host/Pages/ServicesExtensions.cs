using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Pages;

internal static class ServicesExtensions
{
    public static DbContext GetDb(this IServiceProvider services) => services.GetRequiredService<DbContext>();
}
