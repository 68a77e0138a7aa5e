using DoubleRandom.Host.Commands;

return await CommandTable.RunAsync(args);
