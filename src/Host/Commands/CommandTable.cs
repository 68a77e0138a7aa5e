using System.Text;
using DoubleRandom.Basics;
using DoubleRandom.Host.Data;
using DoubleRandom.Host.Demo;
using DoubleRandom.Host.Web;

namespace DoubleRandom.Host.Commands;

/// <summary>The commands by name. Each is a file in this folder; exit codes: 0 done, 1 refused, failed or something found wrong, 2 wrong usage.</summary>
internal static class CommandTable
{
    public static IEnumerable<string> Names => Commands.Select(c => c.Name);

    private static readonly (string Name, string Usage, Func<CommandLine, Task<int>> Run)[] Commands =
    [
        ("serve", ServeCommand.Usage, ServeCommand.RunAsync),
        ("demo", DemoCommand.Usage, DemoCommand.RunAsync),
        ("migrate", MigrateCommand.Usage, MigrateCommand.RunAsync),
        ("user", UserCommand.Usage, UserCommand.RunAsync),
        ("import", ImportCommand.Usage, ImportCommand.RunAsync),
        ("export", ExportCommand.Usage, ExportCommand.RunAsync),
        ("workdays", WorkdaysCommand.Usage, WorkdaysCommand.RunAsync),
        ("workflows", WorkflowsCommand.Usage, WorkflowsCommand.RunAsync),
        ("draw", DrawCommand.Usage, DrawCommand.RunAsync),
        ("invariants", InvariantsCommand.Usage, InvariantsCommand.RunAsync),
        ("backup", BackupCommand.Usage, BackupCommand.RunAsync),
        ("restore", RestoreCommand.Usage, RestoreCommand.RunAsync),
        ("conformance", ConformanceCommand.Usage, ConformanceCommand.RunAsync),
        ("render", RenderCommand.Usage, RenderCommand.RunAsync),
        ("feel", FeelCommand.Usage, FeelCommand.RunAsync),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        Texts.Register(typeof(CommandTable).Assembly);
        var named = args.Length > 0 && !args[0].StartsWith("--", StringComparison.Ordinal);
        var name = named ? args[0] : args is ["--help", ..] ? "help" : "serve";
        var command = Commands.FirstOrDefault(c => c.Name == name);
        if (command.Run is null)
        {
            (name == "help" ? Console.Out : Console.Error).WriteLine(string.Join('\n', Commands.Select(c => $"doublerandom {c.Usage}")));
            return name == "help" ? 0 : 2;
        }
        try
        {
            return await command.Run(new CommandLine(named ? args.Skip(1) : args));
        }
        catch (UsageException e)
        {
            await Console.Error.WriteLineAsync($"{e.Message}\n用法：doublerandom {command.Usage}");
            return 2;
        }
        // The world failed (a file, the database): the reason and the remedy are the answer, a stack trace is not.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        catch (Exception e) when (DatabaseTrouble.Explain(e, DatabaseSettings.From(CommandHost.Configuration)) is { } trouble)
        {
            return await RefuseAsync(trouble);
        }
        catch (System.Data.Common.DbException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    /// <summary>A refusal as a command shows it: code and text on stderr, exit code 1.</summary>
    public static async Task<int> RefuseAsync(Refusal refusal)
    {
        await Console.Error.WriteLineAsync(refusal.ToString());
        return 1;
    }
}
