using DoubleRandom.Bench;
using DoubleRandom.Bench.Kills;

// Two programs in one: figures against the limit of the same machine in the same run, and work that is killed and must not be lost.
return args switch
{
    ["kills", .. var rest] => await KillRun.RunAsync(rest),
    ["kill-worker", .. var rest] => await KillWorker.RunAsync(rest),
    ["draw-child", .. var rest] => DrawBench.RunChild(rest),
    _ => await BenchCommand.RunAsync(args),
};
