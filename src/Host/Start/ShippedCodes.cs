using DoubleRandom.Basics;
using DoubleRandom.Inspections.Registers;

namespace DoubleRandom.Host.Start;

/// <summary>The code tables of this version of the product, taken into the register before anybody works in it.</summary>
internal static class ShippedCodes
{
    public static async Task<Refusal?> TakeInAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var change = ChangeContext.Now(services.GetRequiredService<TimeProvider>(), Actor.System, "程序自带的代码表");
        return (await services.GetRequiredService<IUnitOfWork>().RunAsync((s, ct) => s.GetRequiredService<TakeInCodesHandler>().HandleAsync(new TakeInCodes(), change, ct), cancellationToken)).Refusal;
    }
}
