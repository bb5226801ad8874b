using System.CommandLine;
using System.Globalization;
using System.Text;
using Thrum.Detector.Samples;
using Thrum.Detector.Stages;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum deadletter list|show|replay</c>: messages that could not be decoded and points that a database refused, and sending them again.</summary>
internal static class DeadLetterCommand
{
    private const int ShownBytes = 256;

    public static Command Create(TimeProvider time) =>
        new("deadletter", "Messages that could not be decoded and points that a database refused: list them, look at one, send them again")
        {
            List(), Show(), DeadLetterReplay.Create(time),
        };

    private static Command List()
    {
        Option<string> store = Store();
        Option<string?> kind = Kind("all by default");
        var limit = new Option<int>("--limit") { Description = "Most letters shown, newest first", DefaultValueFactory = _ => 50 };
        Option<bool> json = OptionFactory.Json();
        var command = new Command("list", "List dead letters, newest first") { store, kind, limit, json };
        command.Does((parsed, _) =>
        {
            IReadOnlyList<StoredDeadLetter> letters = DeadLetterStore.Read(Existing(parsed.GetValue(store)!), parsed.GetValue(kind), parsed.GetValue(limit) is >= 1 and int most ? most : throw new UsageException($"--limit is {parsed.GetValue(limit)}, expected at least 1"));
            if (parsed.GetValue(json))
            {
                Terminal.WriteJson(letters.Select(Summary));
            }
            else
            {
                foreach (StoredDeadLetter letter in letters)
                {
                    Console.Out.WriteLine(Line(letter));
                }
            }

            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static Command Show()
    {
        Option<string> store = Store();
        var id = new Argument<long>("id") { Description = "Number of the letter, from list" };
        Option<bool> json = OptionFactory.Json();
        var command = new Command("show", "Show one dead letter") { id, store, json };
        command.Does((parsed, _) =>
        {
            StoredDeadLetter letter = Find(parsed.GetValue(store)!, parsed.GetValue(id));
            if (parsed.GetValue(json))
            {
                Terminal.WriteJson(new { summary = Summary(letter), properties = letter.Letter.Properties, payloadBase64 = Convert.ToBase64String(letter.Letter.Payload.Span) });
            }
            else
            {
                Console.Out.WriteLine(Line(letter));
                Console.Out.WriteLine(letter.Letter.Properties);
                Console.Out.WriteLine(Dump(letter.Letter.Payload.Span));
            }

            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    public static Option<string?> Kind(string otherwise)
    {
        var kind = new Option<string?>("--kind") { Description = $"{DeadLetter.Message} or {DeadLetter.Point}; {otherwise}" };
        kind.AcceptOnlyFromAmong(DeadLetter.Message, DeadLetter.Point);
        return kind;
    }

    public static Option<string> Store() => new("--store") { Description = "The gateway's store (Store:Path); the gateway may be running", DefaultValueFactory = _ => "thrum.db" };

    public static string Existing(string path) => File.Exists(path) ? path : throw new UsageException($"--store is '{path}', expected the gateway's database file");

    public static StoredDeadLetter Find(string path, long id) =>
        DeadLetterStore.Find(Existing(path), id) ?? throw new UsageException($"there is no dead letter {id} in {path}");

    private static object Summary(StoredDeadLetter letter) => new
    {
        id = letter.Id,
        kind = letter.Letter.Kind,
        source = letter.Letter.Source,
        reason = letter.Reason,
        detail = letter.Letter.Detail,
        receivedUnixNs = letter.Letter.ReceivedUnixNs,
        bytes = letter.Letter.Bytes,
        whole = letter.Letter.IsWhole,
    };

    private static string Line(StoredDeadLetter letter) => string.Create(
        CultureInfo.InvariantCulture,
        $"{letter.Id}  {letter.Letter.Kind}  {UnixTime.ToDateTimeOffset(letter.Letter.ReceivedUnixNs):yyyy-MM-dd HH:mm:ss.fff}  {letter.Reason}  {letter.Letter.Source}  {letter.Letter.Bytes} B  {letter.Letter.Detail}");

    /// <summary>The first bytes as hex beside what they are as text.</summary>
    private static string Dump(ReadOnlySpan<byte> payload)
    {
        var text = new StringBuilder();
        for (int i = 0; i < Math.Min(payload.Length, ShownBytes); i += 16)
        {
            ReadOnlySpan<byte> row = payload[i..Math.Min(i + 16, payload.Length)];
            text.Append(CultureInfo.InvariantCulture, $"{i:x4}  {Convert.ToHexStringLower(row),-32}  ");
            foreach (byte b in row)
            {
                text.Append(b is >= 0x20 and < 0x7F ? (char)b : '.');
            }

            text.AppendLine();
        }

        return payload.Length > ShownBytes ? text.Append(CultureInfo.InvariantCulture, $"… {payload.Length - ShownBytes} more bytes kept").ToString() : text.ToString();
    }
}
