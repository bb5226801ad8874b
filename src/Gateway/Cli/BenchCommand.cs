using System.CommandLine;
using Thrum.Gateway.Bench;
using Thrum.Gateway.Hosting;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum bench pipeline</c>: the figure to compare with other pipelines, as one JSON line.</summary>
internal static class BenchCommand
{
    public static Command Create(TimeProvider time) => new("bench", "Measure this machine") { Pipeline(time) };

    private static Command Pipeline(TimeProvider time)
    {
        var url = new Option<string>("--url") { Description = "Write address of the database, or none", DefaultValueFactory = _ => "none" };
        var model = new Option<string>("--model") { Description = "A dense autoencoder of 256 samples", Required = true };
        var port = new Option<int>("--port") { Description = "Broker port on 127.0.0.1", DefaultValueFactory = _ => 1883 };
        var qos = new Option<int>("--qos") { Description = "0 or 1", DefaultValueFactory = _ => 0 };
        var samples = new Option<int>("--samples") { Description = "Samples in a message", DefaultValueFactory = _ => 1024 };
        var messages = new Option<long>("--messages") { Description = "Messages that will be sent", Required = true };
        var seconds = new Option<double>("--seconds") { Description = "Longest time", DefaultValueFactory = _ => 90 };
        var command = new Command("pipeline", "Broker to database; says 'ready' on standard error once subscribed and prints one JSON line")
        {
            url, model, port, qos, samples, messages, seconds,
        };
        command.Does(async (parsed, cancellationToken) =>
        {
            var request = new BenchRequest(
                parsed.GetValue(url)!, parsed.GetValue(model)!, parsed.GetValue(port), parsed.GetValue(qos), parsed.GetValue(samples), parsed.GetValue(messages), parsed.GetValue(seconds));
            using ILoggerFactory loggers = StderrLogging.Create(LogLevel.Warning);
            Terminal.WriteJson(await new PipelineBench(request, time, loggers).RunAsync(() => Terminal.Note("ready"), cancellationToken).ConfigureAwait(false));
            return ExitCode.Done;
        });
        return command;
    }
}
