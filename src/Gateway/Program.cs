using System.CommandLine;
using Thrum.Gateway.Cli;

var root = new RootCommand("Thrum: a streaming anomaly detector for vibrating machines")
{
    RunCommand.Create(),
    DemoCommand.Create(),
    ReplayCommand.Create(),
    SimulateCommand.Create(),
    TrainCommand.Create(),
    EvaluateCommand.Create(),
    InspectCommand.Create(),
    BenchCommand.Create(),
    ConfigCommand.Create(),
    VersionCommand.Create(),
};

ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (string error in parsed.Errors.Select(error => error.Message))
    {
        Terminal.Fault(error);
    }

    return ExitCode.WrongUsage;
}

return await parsed.InvokeAsync().ConfigureAwait(false);
