using System.CommandLine;
using Thrum.Gateway.Workflows;

namespace Thrum.Gateway.Cli;

/// <summary>The command-line options that say what a recording's file does not.</summary>
internal sealed class RecordingOptionSet
{
    private readonly Option<double?> _rate = new("--rate") { Description = "Sampling rate of the recordings in Hz, where their files do not say it" };
    private readonly Option<int> _decimate = new("--decimate") { Description = "Low-pass and keep every n-th sample", DefaultValueFactory = _ => 1 };
    private readonly Option<string?> _axis = new("--axis", "--variable") { Description = "The axis to use, by name or position from 1, or all where several can be used; for a joint model several, separated by commas. The first one by default, for a joint model all or those of its names" };
    private readonly Option<double> _from = new("--from") { Description = "Where to begin, as a share of the recording from 0 to 1", DefaultValueFactory = _ => 0 };
    private readonly Option<double> _to = new("--to") { Description = "Where to end, as a share of the recording from 0 to 1", DefaultValueFactory = _ => 1 };

    public void AddTo(Command command)
    {
        command.Options.Add(_rate);
        command.Options.Add(_decimate);
        command.Options.Add(_axis);
        command.Options.Add(_from);
        command.Options.Add(_to);
    }

    public RecordingChoice Read(ParseResult parsed)
    {
        (double from, double to) = (parsed.GetValue(_from), parsed.GetValue(_to));
        if (!(from >= 0 && to <= 1 && from < to))
        {
            throw new UsageException($"--from {from} --to {to}: expected 0 <= from < to <= 1");
        }

        int decimate = parsed.GetValue(_decimate);
        return decimate is >= 1 and <= 1000
            ? new RecordingChoice(parsed.GetValue(_rate), decimate, parsed.GetValue(_axis), from, to)
            : throw new UsageException($"--decimate is {decimate}, expected 1 to 1000");
    }
}
