using DoubleRandom.Basics;
using DoubleRandom.Host.Accounts;

namespace DoubleRandom.Host.Commands;

/// <summary>Makes an account or gives it a new random password, printed once. Whoever can run it has the server anyway, so it acts as the system.</summary>
internal static class UserCommand
{
    public const string Usage = "user add NAME --display 姓名 --roles ROLE[,ROLE…] [--register R001] [--section 内设机构] [--department 单位] [--mail A@B] | user reset NAME";

    public static async Task<int> RunAsync(CommandLine line)
    {
        var (display, roles) = (line.Option("--display"), line.Option("--roles"));
        var (register, section, department, mail) = (line.Option("--register"), line.Option("--section"), line.Option("--department"), line.Option("--mail"));
        var words = line.Words(2, 2);
        var password = Passwords.NewRandom();

        var opened = await CommandHost.OpenAsync();
        if (opened.Refusal is { } notReady) return await CommandTable.RefuseAsync(notReady);
        await using var services = opened.Value;
        var change = ChangeContext.Now(services.GetRequiredService<TimeProvider>(), Actor.System, "命令行");
        var units = services.GetRequiredService<IUnitOfWork>();
        Result<Account> result;
        switch (words[0])
        {
            case "add" when display is not null && roles is not null:
                var add = new AddAccount(words[1], display, roles.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), password, register, section, department, mail);
                result = await units.RunAsync((s, ct) => s.GetRequiredService<AddAccountHandler>().HandleAsync(add, change, ct));
                break;
            case "reset":
                result = await units.RunAsync((s, ct) => s.GetRequiredService<ResetPasswordHandler>().HandleAsync(new ResetPassword(words[1], password), change, ct));
                break;
            default:
                throw new UsageException("user 后应为 add（要有 --display 和 --roles）或 reset");
        }
        if (result.Refusal is { } refusal) return await CommandTable.RefuseAsync(refusal);
        Console.WriteLine($"{result.Value.UserName}\t{password}");
        return 0;
    }
}
