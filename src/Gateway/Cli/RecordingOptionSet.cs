using System.CommandLine;
using System.Globalization;
using Thrum.Gateway.Workflows;
using Thrum.Ingest.Recordings;

namespace Thrum.Gateway.Cli;

/// <summary>The command-line options that say what a recording's file does not.</summary>
internal sealed class RecordingOptionSet
{
    private readonly Option<double?> _rate = new("--rate") { Description = "Sampling rate of the recordings in Hz, where their files do not say it" };
    private readonly Option<int> _decimate = new("--decimate") { Description = "Low-pass and keep every n-th sample", DefaultValueFactory = _ => 1 };
    private readonly Option<string?> _axis = new("--axis", "--variable") { Description = "The axis to use, by name or position from 1, or all where several can be used; the first one by default" };
    private readonly Option<double> _from = new("--from") { Description = "Where to begin, as a share of the recording from 0 to 1", DefaultValueFactory = _ => 0 };
    private readonly Option<double> _to = new("--to") { Description = "Where to end, as a share of the recording from 0 to 1", DefaultValueFactory = _ => 1 };

    /// <summary>The options, in the order of help.</summary>
    public IReadOnlyList<Option> All => [_rate, _decimate, _axis, _from, _to];

    public void AddTo(Command command)
    {
        foreach (Option option in All)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>A sampling rate, where one is given.</summary>
    /// <exception cref="UsageException">Nothing is sampled at that.</exception>
    public static double? CheckedRate(double? rate, string option) => rate is null or (>= RecordingOptions.LowestRateHz and <= RecordingOptions.HighestRateHz)
        ? rate
        : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{option} is {rate}, expected a sampling rate from {RecordingOptions.LowestRateHz:0.######} to {RecordingOptions.HighestRateHz} Hz"));

    public RecordingChoice Read(ParseResult parsed)
    {
        (double from, double to) = (parsed.GetValue(_from), parsed.GetValue(_to));
        if (!(from >= 0 && to <= 1 && from < to))
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--from {from} --to {to}: expected 0 <= from < to <= 1"));
        }

        int decimate = parsed.GetValue(_decimate);
        return decimate is >= 1 and <= 1000
            ? new RecordingChoice(CheckedRate(parsed.GetValue(_rate), _rate.Name), decimate, parsed.GetValue(_axis), from, to)
            : throw new UsageException($"--decimate is {decimate}, expected 1 to 1000");
    }
}
