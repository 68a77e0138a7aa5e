using DoubleRandom.Basics;
using DoubleRandom.Engine.Dispatching;
using DoubleRandom.Engine.Execution;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Engine;

public static class EngineServices
{
    public static IServiceCollection AddEngine(this IServiceCollection services)
    {
        Texts.Register(typeof(EngineServices).Assembly);
        services.AddScoped<WorkflowRuntime>();
        services.AddSingleton<ChildPump>();
        return services;
    }
}
