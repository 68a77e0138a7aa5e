using System.Data.Common;
using DoubleRandom.Host.Data;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DoubleRandom.Host.Web;

/// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: the database answers and has this build's schema.</summary>
internal static class Health
{
    private const string Ready = "ready";

    public static void AddHealth(this IServiceCollection services)
        => services.AddHealthChecks().AddCheck<DatabaseCheck>("database", tags: [Ready]);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
        routes.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = c => c.Tags.Contains(Ready) }).AllowAnonymous();
    }

    private sealed class DatabaseCheck(Migrator migrator) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                return await migrator.IsCurrentAsync(cancellationToken) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("schema");
            }
            catch (DbException e)
            {
                return HealthCheckResult.Unhealthy("database", e);
            }
        }
    }
}
