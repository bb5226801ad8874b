using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Thrum.Gateway.Hosting;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Payloads;
using Thrum.Ingest.Survey;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum listen</c>: which topics a broker carries, how often, in which format, and what is wrong with them.</summary>
internal static class ListenCommand
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    public static Command Create(TimeProvider time)
    {
        var broker = new Option<string>("--broker") { Description = BrokerUri.Help, DefaultValueFactory = _ => "mqtt://127.0.0.1:1883" };
        var filter = new Option<string>("--filter") { Description = "What to subscribe to", DefaultValueFactory = _ => "#" };
        Option<TimeSpan?> duration = OptionFactory.Wait("--for", "How long to listen; 10s by default");
        Option<bool> json = OptionFactory.Json();
        var command = new Command("listen", "Listen to a broker and tell each topic's rate, format and gaps; acknowledges nothing and keeps no session") { broker, filter, duration, json };
        command.Does(async (parsed, cancellationToken) =>
        {
            MqttSessionOptions options = BrokerUri.Parse(parsed.GetValue(broker)!) with
            {
                Subscriptions = [new MqttSubscription(parsed.GetValue(filter)!, MqttQos.AtMostOnce)],
            };
            IReadOnlyList<TopicSight> sights = await ListenAsync(options, parsed.GetValue(duration) ?? TimeSpan.FromSeconds(10), !parsed.GetValue(json) && Terminal.IsInteractive, time, cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(json))
            {
                Terminal.WriteJson(sights.Select(Row));
            }
            else
            {
                Terminal.Out.Write(TableOf(sights));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<IReadOnlyList<TopicSight>> ListenAsync(MqttSessionOptions options, TimeSpan duration, bool isWatched, TimeProvider time, CancellationToken cancellationToken)
    {
        using ILoggerFactory loggers = StderrLogging.Create(LogLevel.Error);
        var survey = new TopicSurvey(time);
        var session = new MqttSession(options, time, loggers.CreateLogger<MqttSession>());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task receiving = session.RunAsync(survey, stop.Token);
        long started = time.GetTimestamp();
        while (!session.IsSubscribed && time.GetElapsedTime(started) < options.ConnectTimeout && session.LastFault is null)
        {
            await Task.Delay(Poll, time, cancellationToken).ConfigureAwait(false);
        }

        string? fault = session.IsSubscribed ? null : session.LastFault ?? "no answer";
        if (fault is null)
        {
            Task listening = Task.Delay(duration, time, cancellationToken);
            if (isWatched)
            {
                await ShowAsync(survey, listening, time).ConfigureAwait(false);
            }

            await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await stop.CancelAsync().ConfigureAwait(false);
        await receiving.ConfigureAwait(false);
        return fault is null ? survey.Sights : throw new MqttException(fault);
    }

    /// <summary>The table so far, anew every second, on standard error; it goes when the listening ends, and the result is printed.</summary>
    private static Task ShowAsync(TopicSurvey survey, Task listening, TimeProvider time) =>
        Terminal.Error.Live(TableOf([])).AutoClear(true).StartAsync(async view =>
        {
            using var second = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
            while (!listening.IsCompleted)
            {
                view.UpdateTarget(TableOf(survey.Sights));
                await Task.WhenAny(listening, second.WaitForNextTickAsync(CancellationToken.None).AsTask()).ConfigureAwait(false);
            }
        });

    private static object Row(TopicSight sight) => new
    {
        topic = sight.Topic,
        messages = sight.Messages,
        bytes = sight.Bytes,
        messagesPerS = Math.Round(sight.MessagesPerS, 3),
        longestSilenceS = Math.Round(sight.LongestSilenceS, 3),
        format = FormatOf(sight),
        axes = sight.Guess.Decoded.AxisCount,
        samples = sight.Guess.Decoded.SampleCount,
        stamped = sight.IsStamped,
        rateHz = sight.RateHz,
        missing = sight.Missing,
        gaps = sight.Gaps,
        different = sight.Different,
        oversized = sight.Oversized,
        advice = Advice(sight),
    };

    private static Table TableOf(IReadOnlyList<TopicSight> sights)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("topic", "messages", "a second", "format", "axes × samples", "time", "rate Hz", "missing", "gaps", "longest silence", "advice");
        foreach (TopicSight sight in sights)
        {
            string[] cells =
            [
                sight.Topic,
                sight.Messages.ToString(CultureInfo.InvariantCulture),
                sight.MessagesPerS.ToString("0.##", CultureInfo.InvariantCulture),
                FormatOf(sight),
                string.Create(CultureInfo.InvariantCulture, $"{sight.Guess.Decoded.AxisCount} × {sight.Guess.Decoded.SampleCount / Math.Max(1, sight.Guess.Decoded.AxisCount)}"),
                sight.IsStamped ? "stamped" : "counted",
                sight.RateHz?.ToString("0.###", CultureInfo.InvariantCulture) ?? "",
                sight.Missing?.ToString(CultureInfo.InvariantCulture) ?? "",
                sight.Gaps?.ToString(CultureInfo.InvariantCulture) ?? "",
                string.Create(CultureInfo.InvariantCulture, $"{sight.LongestSilenceS:0.###} s"),
                string.Join("; ", Advice(sight)),
            ];
            table.AddRow([.. cells.Select(Markup.Escape)]);
        }

        return table;
    }

    private static string FormatOf(TopicSight sight)
    {
        string format = sight.IsSparkplug ? "sparkplug" : sight.Guess.Format?.ToString().ToLowerInvariant() ?? "unknown";
        return sight.Guess.Compression == PayloadCompression.None ? format : $"{format}, {sight.Guess.Compression.ToString().ToLowerInvariant()}";
    }

    /// <summary>What to do about what was seen.</summary>
    private static string[] Advice(TopicSight sight) =>
    [
        .. sight.IsSparkplug ? ["set Format sparkplug and a Template spBv1.0/group/node/device/metric"] : Array.Empty<string>(),
        .. sight.Guess.Compression != PayloadCompression.None ? [$"set Compression {sight.Guess.Compression.ToString().ToLowerInvariant()}"] : Array.Empty<string>(),
        .. sight.Oversized > 0 ? [string.Create(CultureInfo.InvariantCulture, $"{sight.Oversized} messages are too long to be looked at: see Mqtt:MaxMessageBytes")] : Array.Empty<string>(),
        .. sight.Guess.Format is null && !sight.IsSparkplug && sight.Messages > 0 ? ["no format fits: see docs/payloads.md"] : Array.Empty<string>(),
        .. sight.Guess.Format is not null && sight.RateHz is null ? ["set SampleRateHz of its topic"] : Array.Empty<string>(),
        .. sight.Different > 0 ? [string.Create(CultureInfo.InvariantCulture, $"{sight.Different} messages are of another format")] : Array.Empty<string>(),
        .. sight.Missing > 0 ? [string.Create(CultureInfo.InvariantCulture, $"{sight.Missing} blocks are missing: use QoS 1 and a lasting session")] : Array.Empty<string>(),
        .. sight is { Gaps: > 0, Missing: null or 0 } ? [string.Create(CultureInfo.InvariantCulture, $"{sight.Gaps} times a block begins late by its stamp: blocks are missing, or the rate is not the one said")] : Array.Empty<string>(),
    ];
}
