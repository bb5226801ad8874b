using System.CommandLine;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Telemetry;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum run -c thrum.json</c>: the gateway proper.</summary>
internal static class RunCommand
{
    public static Command Create(TimeProvider time)
    {
        var config = new Option<string>("--config", "-c") { Description = "The configuration file", DefaultValueFactory = _ => "thrum.json" };
        Option<string[]> set = OptionFactory.Set();
        var level = OptionFactory.OneOf("--log-level", "Least level to log", LogLevel.Information);
        var command = new Command("run", "Run the gateway until SIGTERM or Ctrl-C") { config, set, level };
        command.Does(async (parsed, cancellationToken) =>
        {
            ThrumOptions options = ConfigurationLoader.Load(parsed.GetValue(config)!, parsed.GetValue(set)!);
            using ILoggerFactory loggers = StderrLogging.Create(parsed.GetValue(level));
            await using GatewayHost host = await GatewayHost.CreateAsync(options, time, loggers).ConfigureAwait(false);
            if (!cancellationToken.IsCancellationRequested)
            {
                await host.StartHttpAsync(CancellationToken.None).ConfigureAwait(false);
                using OtlpExport? export = OtlpExport.Start(options.Telemetry.Otlp, options.Name);
                await ServeAsync(host, time, loggers, cancellationToken).ConfigureAwait(false);
            }

            Log.Stopped(loggers.CreateLogger(nameof(RunCommand)), host.Ingest.Counters.Received, host.Live.Windows);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Runs the gateway, and tells a service manager how it stands.</summary>
    private static async Task ServeAsync(GatewayHost host, TimeProvider time, ILoggerFactory loggers, CancellationToken stopping)
    {
        using var manager = new ServiceManager(Environment.GetEnvironmentVariable, time, loggers.CreateLogger<ServiceManager>());
        using var ended = new CancellationTokenSource();
        await using CancellationTokenRegistration told = stopping.Register(manager.Stopping);
        Task run = host.RunAsync(stopping);
        manager.Ready();
        Task watch = manager.WatchAsync(host.Status.NotReadyReasons, new ProgressWatch(host.Pipeline).Look, ended.Token);
        try
        {
            await run.ConfigureAwait(false);
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await watch.ConfigureAwait(false);
        }
    }
}
