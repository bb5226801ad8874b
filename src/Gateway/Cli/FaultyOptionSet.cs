using System.CommandLine;
using Thrum.Gateway.Workflows;
using Thrum.Training.Data;

namespace Thrum.Gateway.Cli;

/// <summary>The command-line options about recordings with a fault beside those that a model is trained on.</summary>
internal sealed class FaultyOptionSet(string purpose)
{
    private readonly Option<string[]> _files = new("--faulty") { Description = $"Recordings with a fault{purpose}; they are used whole and decimated to the rate of the training", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
    private readonly Option<double?> _rate = new("--faulty-rate") { Description = "Rate of the faulty recordings in Hz, where it differs from --rate" };

    public void AddTo(Command command)
    {
        command.Options.Add(_files);
        command.Options.Add(_rate);
    }

    public string[] Files(ParseResult parsed) => parsed.GetValue(_files)!;

    /// <summary>Reads their axes, as those of the others, at the rate of the training.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="training">Says which axes.</param>
    /// <param name="healthy">Those that are trained on, after decimation.</param>
    /// <param name="spool">Receives the samples; null to read into memory.</param>
    /// <exception cref="UsageException">The rates do not fit.</exception>
    public Signal[] Read(ParseResult parsed, TrainingOptionSet training, IReadOnlyList<Signal> healthy, SampleSpool? spool)
    {
        string[] files = Files(parsed);
        if (files.Length == 0)
        {
            return parsed.GetValue(_rate) is null ? [] : throw new UsageException("--faulty-rate is given without --faulty, expected both or neither");
        }

        // Which part of a healthy recording is used and by how much it is decimated says nothing of a faulty one.
        RecordingChoice common = training.Recordings.Read(parsed);
        RecordingChoice choice = common with { RateHz = parsed.GetValue(_rate) ?? common.RateHz, Decimate = 1, From = 0, To = 1 };
        double rate = TrainingRequest.CommonRate(healthy);
        Signal[] faulty = [.. files.SelectMany(file => training.ReadSignals(parsed, choice, file, spool).Select(signal => RecordingChoice.ToRate(signal, file, rate, spool)))];
        if (parsed.GetValue(_rate) is null && common.RateHz is { } taken)
        {
            Terminal.Note(FormattableString.Invariant($"faulty recordings are read at {taken} Hz, as --rate says: --faulty-rate gives another"));
        }

        return faulty;
    }
}
