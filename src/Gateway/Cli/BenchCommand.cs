using System.CommandLine;
using Thrum.Gateway.Bench;
using Thrum.Gateway.Hosting;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum bench pipeline</c>, <c>receive</c> and <c>page</c>: figures to compare with other pipelines, as one JSON line.</summary>
internal static class BenchCommand
{
    private const double MostSeconds = 86_400;

    private static readonly Option<int> Port = new("--port") { Description = "Broker port on 127.0.0.1", DefaultValueFactory = _ => 1883 };
    private static readonly Option<int> Qos = new("--qos") { Description = "0 or 1", DefaultValueFactory = _ => 0 };
    private static readonly Option<int> Samples = new("--samples") { Description = "Samples in a message", DefaultValueFactory = _ => 1024 };
    private static readonly Option<long> Messages = new("--messages") { Description = "Messages that will be sent", Required = true };
    private static readonly Option<double> Seconds = new("--seconds") { Description = "Longest time", DefaultValueFactory = _ => 90 };

    public static Command Create(TimeProvider time) => new("bench", "Measure this machine") { Pipeline(time), Receive(time), Page(time) };

    private static Command Pipeline(TimeProvider time)
    {
        var url = new Option<string>("--url") { Description = "Write address of the database, or none", DefaultValueFactory = _ => "none" };
        var model = new Option<string>("--model") { Description = "A dense autoencoder of 256 samples", Required = true };
        var command = new Command("pipeline", "Broker to database; says 'ready' on standard error once subscribed and prints one JSON line")
        {
            url, model, Port, Qos, Samples, Messages, Seconds,
        };
        command.Does(async (parsed, cancellationToken) =>
        {
            BenchRequest request = Request(parsed, parsed.GetValue(url)!, parsed.GetValue(model)!);
            using ILoggerFactory loggers = StderrLogging.Create(LogLevel.Warning);
            Terminal.WriteJson(await new PipelineBench(request, time, loggers).RunAsync(() => Terminal.Note("ready"), cancellationToken).ConfigureAwait(false));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Page(TimeProvider time)
    {
        var model = new Option<string>("--model") { Description = "The model that scores", Required = true };
        var axes = new Option<int>("--axes") { Description = "How many axes send", DefaultValueFactory = _ => 1000 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds with and without a viewer", DefaultValueFactory = _ => 10 };
        Option<TimeSpan?> each = OptionFactory.Wait("--each", "How long a round takes; 4s by default");
        var command = new Command("page", "What an open page costs the pipeline: windows per second of processor time in alternating rounds without and with a viewer, as one JSON line") { model, axes, rounds, each };
        command.Does(async (parsed, cancellationToken) =>
        {
            var request = new PageBenchRequest(parsed.GetValue(model)!, Within(parsed, axes, 1_000_000), Within(parsed, rounds, 10_000), parsed.GetValue(each) ?? TimeSpan.FromSeconds(4));
            using ILoggerFactory loggers = StderrLogging.Create(LogLevel.Warning);
            Terminal.WriteJson(await new PageBench(request, time, loggers).RunAsync(cancellationToken).ConfigureAwait(false));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Receive(TimeProvider time)
    {
        var command = new Command("receive", "Receive and decode only; says 'ready' on standard error once subscribed and prints one JSON line")
        {
            Port, Qos, Samples, Messages, Seconds,
        };
        command.Does(async (parsed, cancellationToken) =>
        {
            using ILoggerFactory loggers = StderrLogging.Create(LogLevel.Warning);
            var bench = new ReceiveBench(Request(parsed, "none", ""), time, loggers);
            Terminal.WriteJson(await bench.RunAsync(() => Terminal.Note("ready"), cancellationToken).ConfigureAwait(false));
            return ExitCode.Done;
        });
        return command;
    }

    private static BenchRequest Request(ParseResult parsed, string url, string model) => new(
        url,
        model,
        Within(parsed, Port, ushort.MaxValue),
        parsed.GetValue(Qos) is 0 or 1 ? parsed.GetValue(Qos) : throw new UsageException($"--qos is {parsed.GetValue(Qos)}, expected 0 or 1"),
        Within(parsed, Samples, 1 << 20),
        parsed.GetValue(Messages) is > 0 and long messages ? messages : throw new UsageException($"--messages is {parsed.GetValue(Messages)}, expected at least 1"),
        parsed.GetValue(Seconds) is > 0 and <= MostSeconds and double seconds ? seconds : throw new UsageException(FormattableString.Invariant($"--seconds is {parsed.GetValue(Seconds)}, expected more than 0 and at most {MostSeconds}")));

    private static int Within(ParseResult parsed, Option<int> option, int most) => parsed.GetValue(option) is >= 1 and int count && count <= most
        ? count
        : throw new UsageException($"{option.Name} is {parsed.GetValue(option)}, expected 1 to {most}");
}
