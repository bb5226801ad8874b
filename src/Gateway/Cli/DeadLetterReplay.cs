using System.CommandLine;
using System.Globalization;
using Thrum.Detector.Stages;
using Thrum.Gateway.Configuration;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Pipeline;
using Thrum.Sink.Influx;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum deadletter replay</c>: messages go to a broker again, points to the database that refused them. The letters stay.</summary>
internal static class DeadLetterReplay
{
    public static Command Create(TimeProvider time)
    {
        Option<string> store = DeadLetterCommand.Store();
        Option<string?> kind = DeadLetterCommand.Kind("in the place of numbers: all of this kind, oldest first");
        var id = new Argument<long[]>("id") { Description = "Numbers of the letters, from list", Arity = ArgumentArity.ZeroOrMore };
        var broker = new Option<string?>("--broker") { Description = $"Where messages go: {BrokerUri.Help}; the configuration's broker by default, as its user" };
        var topic = new Option<string?>("--topic") { Description = "Topic to send messages to; the letter's own by default, where other subscribers see it again too" };
        var config = new Option<string>("--config", "-c") { Description = "The configuration file, which knows the broker and the databases", DefaultValueFactory = _ => "thrum.json" };
        var to = new Option<string?>("--to") { Description = "Id of the database to write points to; the one that refused them by default" };
        var command = new Command("replay", "Send dead letters again as they came, for instance after a format or a bucket was mended") { id, kind, store, broker, topic, config, to };
        command.Does(async (parsed, cancellationToken) =>
        {
            StoredDeadLetter[] letters = Chosen(DeadLetterCommand.Existing(parsed.GetValue(store)!), parsed.GetValue(id)!, parsed.GetValue(kind));
            StoredDeadLetter[] points = [.. letters.Where(letter => letter.Letter.Kind == DeadLetter.Point)], messages = [.. letters.Except(points)];
            bool allTaken = true;
            if (points.Length > 0)
            {
                ThrumOptions options = ConfigurationLoader.Load(parsed.GetValue(config)!, []);
                allTaken = await WriteAsync(points, options, parsed.GetValue(to), time, cancellationToken).ConfigureAwait(false);
            }

            if (messages.Length > 0)
            {
                MqttSessionOptions target = parsed.GetValue(broker) is { } address ? BrokerUri.Parse(address) : BrokerOf(parsed.GetValue(config)!);
                await PublishAsync(messages, target, parsed.GetValue(topic), time, cancellationToken).ConfigureAwait(false);
            }

            return allTaken ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    private static StoredDeadLetter[] Chosen(string store, long[] ids, string? kind)
    {
        if (ids.Length > 0 == kind is not null)
        {
            throw new UsageException("replay expects either the numbers of letters or --kind");
        }

        StoredDeadLetter[] letters = kind is null
            ? [.. ids.Select(number => DeadLetterCommand.Find(store, number))]
            : [.. DeadLetterStore.Read(store, kind, int.MaxValue).Reverse().Where(letter => letter.Letter.IsWhole)];
        return letters.FirstOrDefault(letter => !letter.Letter.IsWhole) is { } unfit
            ? throw new UsageException($"letter {unfit.Id} cannot be sent again, expected one whose whole payload was kept (at most {DeadLetter.MaxPayloadBytes} bytes)")
            : letters;
    }

    /// <summary>The broker that the gateway of a configuration receives from, with its secrets, but without the gateway's session.</summary>
    private static MqttSessionOptions BrokerOf(string config) => ConfigurationLoader.Load(config, []).Mqtt.ToSession() with
    {
        ClientId = "",
        CleanStart = true,
        SessionExpiry = TimeSpan.Zero,
        Will = null,
        Subscriptions = [],
    };

    private static async Task PublishAsync(StoredDeadLetter[] letters, MqttSessionOptions broker, string? topic, TimeProvider time, CancellationToken cancellationToken)
    {
        await using MqttPublisher publisher = await MqttPublisher.ConnectAsync(broker, time, cancellationToken).ConfigureAwait(false);
        foreach (StoredDeadLetter letter in letters)
        {
            await publisher.PublishAsync(
                topic ?? letter.Letter.Source, letter.Letter.Payload, MqttQos.AtLeastOnce, properties: Properties(letter.Letter), ct: cancellationToken).ConfigureAwait(false);
        }

        await publisher.DrainAsync(cancellationToken).ConfigureAwait(false);
        Terminal.Note(string.Create(CultureInfo.InvariantCulture, $"sent {letters.Length}"));
    }

    /// <summary>False when a database refuses again or is not reached; the others are written all the same.</summary>
    private static async Task<bool> WriteAsync(StoredDeadLetter[] letters, ThrumOptions options, string? to, TimeProvider time, CancellationToken cancellationToken)
    {
        var written = 0;
        foreach (StoredDeadLetter letter in letters)
        {
            InfluxOptions database = Find(options, to ?? letter.Letter.Source);
            InfluxAnswer answer = await InfluxProbe.WriteAsync(database, letter.Letter.Payload, time, cancellationToken).ConfigureAwait(false);
            if (answer.IsPermitted)
            {
                written++;
            }
            else
            {
                Terminal.Note(string.Create(CultureInfo.InvariantCulture, $"letter {letter.Id}: {database.Id} says {answer.Words}"));
            }
        }

        Terminal.Note(string.Create(CultureInfo.InvariantCulture, $"wrote {written} of {letters.Length}"));
        return written == letters.Length;
    }

    private static InfluxOptions Find(ThrumOptions options, string id) =>
        options.Influx.FirstOrDefault(influx => influx.Id == id)
        ?? throw new UsageException($"the configuration has no database '{id}', expected one of {string.Join(", ", options.Influx.Select(influx => influx.Id))} (--to)");

    private static MqttUserProperty[] Properties(DeadLetter letter) =>
        [.. letter.Properties.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=', 2)).Select(pair => new MqttUserProperty(pair[0], pair[^1]))];
}
