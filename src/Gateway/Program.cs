using System.CommandLine;
using Thrum.Gateway.Cli;

// The composition root: the only place that names the system's clock.
#pragma warning disable RS0030
TimeProvider time = TimeProvider.System;
#pragma warning restore RS0030

var root = new RootCommand("Thrum: a streaming anomaly detector for vibrating machines")
{
    RunCommand.Create(time),
    TopCommand.Create(time),
    RecalibrateCommand.Create(),
    DemoCommand.Create(time),
    ReplayCommand.Create(time),
    SimulateCommand.Create(),
    TrainCommand.Create(time),
    SearchCommand.Create(),
    CalibrateCommand.Create(time),
    EvaluateCommand.Create(),
    ReproduceCommand.Create(time),
    InspectCommand.Create(),
    ExplainCommand.Create(),
    ListenCommand.Create(time),
    BenchCommand.Create(time),
    ConfigCommand.Create(),
    DoctorCommand.Create(time),
    BackupCommand.Create(time),
    DeadLetterCommand.Create(time),
    WebhookCommand.Create(time),
    TokenCommand.Create(),
    VersionCommand.Create(),
};

return await CommandLine.RunAsync(root, args).ConfigureAwait(false);
