using DoubleRandom.Engine;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Engine;

/// <summary>The engine's refusals show their texts only when its room is registered.</summary>
internal static class EngineTexts
{
    public static void Load() => new ServiceCollection().AddEngine();
}
