using System.CommandLine;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Hosting;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum run -c thrum.json</c>: the gateway proper.</summary>
internal static class RunCommand
{
    public static Command Create(TimeProvider time)
    {
        var config = new Option<string>("--config", "-c") { Description = "The configuration file", DefaultValueFactory = _ => "thrum.json" };
        Option<string[]> set = OptionFactory.Set();
        var level = new Option<LogLevel>("--log-level") { Description = "Least level to log", DefaultValueFactory = _ => LogLevel.Information };
        var command = new Command("run", "Run the gateway until SIGTERM or Ctrl-C") { config, set, level };
        command.Does(async (parsed, cancellationToken) =>
        {
            ThrumOptions options = ConfigurationLoader.Load(parsed.GetValue(config)!, parsed.GetValue(set)!);
            using ILoggerFactory loggers = StderrLogging.Create(parsed.GetValue(level));
            await using GatewayHost host = await GatewayHost.CreateAsync(options, time, loggers).ConfigureAwait(false);
            if (!cancellationToken.IsCancellationRequested)
            {
                await host.StartHttpAsync(CancellationToken.None).ConfigureAwait(false);
                await host.RunAsync(cancellationToken).ConfigureAwait(false);
            }

            Log.Stopped(loggers.CreateLogger(nameof(RunCommand)), host.Ingest.Counters.Received, host.Live.Windows);
            return ExitCode.Done;
        });
        return command;
    }
}
