using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Thrum.Detector.Samples;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Workflows;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Replay;
using Thrum.Spectral.Units;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum replay FILE --broker mqtt://… --topic …</c>: publishes a recording.</summary>
internal static class ReplayCommand
{
    private const string AxisPlaceholder = "{axis}";

    // A century.
    private const double MostDays = 36_500;

    public static Command Create(TimeProvider time)
    {
        var file = new Argument<string>("file") { Description = "The recording: .mat, .csv, .npy, .npz, .uff, .wav, .f32, .i16" };
        var broker = new Option<string>("--broker") { Description = BrokerUri.Help, DefaultValueFactory = _ => "mqtt://127.0.0.1:1883" };
        var topic = new Option<string>("--topic") { Description = "Topic; {axis} stands for the recording's axis names", Required = true };
        var speed = new Option<string>("--speed") { Description = "How many times faster than recorded, or max", DefaultValueFactory = _ => "1" };
        var qos = new Option<int>("--qos") { Description = "Quality of service, 0 or 1", DefaultValueFactory = _ => 1 };
        var block = new Option<int>("--block") { Description = "Samples per message", DefaultValueFactory = _ => 1024 };
        var start = new Option<DateTimeOffset?>("--start") { Description = "Time of the first sample; by default the recording's own, or such that it ends when it has been published" };
        var recording = new RecordingOptionSet();
        var loops = new Option<int>("--loop") { Description = "How many times to play the recording, its time going on", DefaultValueFactory = _ => 1 };
        var link = new LinkOptionSet();
        Option<bool> json = OptionFactory.Json();
        var command = new Command("replay", "Publish a recording over MQTT, stamped with its time and rate; on request as over a bad link") { file, broker, topic, speed, qos, block, start, loops, json };
        link.AddTo(command);
        recording.AddTo(command);
        command.Does(async (parsed, cancellationToken) =>
        {
            MqttSessionOptions address = BrokerUri.Parse(parsed.GetValue(broker)!);
            IReadOnlyList<Signal> signals = Choose(parsed.GetValue(file)!, recording.Read(parsed), parsed.GetValue(topic)!);
            double factor = ParseSpeed(parsed.GetValue(speed)!);
            int count = parsed.GetValue(loops) is > 0 and <= 1_000_000 and int times ? times : throw new UsageException($"--loop is {parsed.GetValue(loops)}, expected 1 to 1000000");
            RequireShort(signals, count);
            DateTimeOffset origin = parsed.GetValue(start) ?? signals[0].Start ?? time.GetUtcNow() - (Ahead(signals, factor) * count);
            var options = new ReplayOptions
            {
                BlockSamples = parsed.GetValue(block) is > 0 and <= 1 << 20 and int size ? size : throw new UsageException($"--block is {parsed.GetValue(block)}, expected 1 to 1048576"),
                Speed = factor,
                Qos = parsed.GetValue(qos) is 0 or 1 ? parsed.GetValue(qos) : throw new UsageException($"--qos is {parsed.GetValue(qos)}, expected 0 or 1"),
                StartUnixNs = UnixTime.ToNs(origin),
                Loops = count,
                Faults = link.Read(parsed),
            };
            using ILoggerFactory loggers = StderrLogging.Create(LogLevel.Warning);
            var replayer = new RecordingReplayer(address, options, time, loggers.CreateLogger<RecordingReplayer>());
            ReplayAxis[] axes = [.. signals.Select(signal => new ReplayAxis(TopicOf(parsed.GetValue(topic)!, signal.Axis), signal.Samples) { Unit = VibrationUnits.Parse(signal.Unit) })];
            await ReplayAsync(replayer, axes, signals[0].SampleRateHz, options, cancellationToken).ConfigureAwait(false);
            Report(axes, signals[0].SampleRateHz, replayer, count, origin, parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    private static IReadOnlyList<Signal> Choose(string file, RecordingChoice choice, string topic)
    {
        if (topic.Length == 0 || topic.AsSpan().ContainsAny('+', '#'))
        {
            throw new UsageException($"--topic is '{topic}', expected a topic without the wildcards + and #");
        }

        IReadOnlyList<Signal> signals = choice.ReadAll(file, choice.Axis is null or RecordingChoice.AllAxes ? null : [choice.Axis]);
        return signals.Count == 1 || topic.Contains(AxisPlaceholder, StringComparison.Ordinal)
            ? signals
            : throw new UsageException(
                $"{file} has the axes {string.Join(", ", signals.Select(signal => signal.Axis))} and --topic '{topic}' has no {AxisPlaceholder}: expected --axis, or {AxisPlaceholder} in the topic");
    }

    /// <summary>The topic of an axis, whose name stays one level and no wildcard.</summary>
    private static string TopicOf(string topic, string axis) =>
        topic.Replace(AxisPlaceholder, string.Concat(axis.Select(letter => letter is '/' or '+' or '#' or '\0' ? '_' : letter)), StringComparison.Ordinal);

    /// <summary>Its stamps must not leave what can be written as a date.</summary>
    private static void RequireShort(IReadOnlyList<Signal> signals, int loops)
    {
        double days = loops * (signals.Max(signal => signal.Samples.Length) / signals[0].SampleRateHz) / TimeSpan.SecondsPerDay;
        if (days > MostDays)
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"the recording at {signals[0].SampleRateHz} Hz lasts {days:G3} days with --loop {loops}, expected at most {MostDays}: a higher --rate, or a smaller --loop"));
        }
    }

    /// <summary>How far a recording that begins now and plays faster than it was taken would run ahead of the clock.</summary>
    private static TimeSpan Ahead(IReadOnlyList<Signal> signals, double speed) =>
        signals.Max(signal => signal.Samples.Length) / signals[0].SampleRateHz is var seconds && speed > 1 ? TimeSpan.FromSeconds(seconds - (seconds / speed)) : TimeSpan.Zero;

    private static double ParseSpeed(string text) =>
        text == "max" ? double.PositiveInfinity
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double speed) && speed > 0 ? speed
        : throw new UsageException($"--speed is '{text}', expected a number above 0 or max");

    private static Task ReplayAsync(RecordingReplayer replayer, ReplayAxis[] axes, double rate, ReplayOptions options, CancellationToken cancellationToken)
    {
        if (!Terminal.IsInteractive)
        {
            return replayer.RunAsync(axes, rate, null, cancellationToken);
        }

        return Terminal.Error.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new RemainingTimeColumn()).StartAsync(async context =>
        {
            ProgressTask task = context.AddTask("Publishing", maxValue: options.Loops * axes.Max(axis => axis.Samples.Length) / (double)options.BlockSamples);
            await replayer.RunAsync(axes, rate, new BlockProgress(task), cancellationToken).ConfigureAwait(false);
        });
    }

    private static void Report(ReplayAxis[] axes, double rate, RecordingReplayer replayer, int loops, DateTimeOffset start, bool json)
    {
        long samples = loops * axes.Sum(axis => (long)axis.Samples.Length), messages = replayer.Messages;
        if (json)
        {
            Terminal.WriteJson(new { topics = axes.Select(axis => axis.Topic), samples, messages, sampleRateHz = rate, start, unheard = replayer.WasUnheard });
        }
        else
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"Published {samples} samples in {messages} messages at {rate} Hz, beginning at {start:O}, to {string.Join(", ", axes.Select(axis => axis.Topic))}"));
        }
    }

    private sealed class BlockProgress(ProgressTask task) : IProgress<long>
    {
        public void Report(long value) => task.Value = value;
    }
}
