using Thrum.Detector.Models;
using Thrum.Gateway.Cli;
using Thrum.Training.Data;

namespace Thrum.Gateway.Workflows;

/// <summary>Recordings as a model sees them: its axes, at its rate.</summary>
/// <param name="Samples">The samples; a model of one axis may be given several axes of a file, each a recording of its own.</param>
/// <param name="RatesHz">Rates at which they were recorded, each once.</param>
internal sealed record ModelRecordings(AxisRecordings Samples, IReadOnlyList<double> RatesHz)
{
    /// <summary>The file of each recording.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>What is wrong with them, in sentences.</summary>
    public required IReadOnlyList<string> Flaws { get; init; }

    /// <summary>Reads files and decimates them to the model's rate.</summary>
    /// <param name="model">The model.</param>
    /// <param name="files">The files.</param>
    /// <param name="choice">What of them.</param>
    /// <param name="spool">Receives the samples, block by block; null to read into memory.</param>
    /// <exception cref="Ingest.Recordings.RecordingException">A file cannot be read.</exception>
    /// <exception cref="UsageException">A file has not the model's axes, or a rate that is no whole multiple of the model's.</exception>
    public static ModelRecordings Read(AutoencoderModel model, IReadOnlyList<string> files, RecordingChoice choice, SampleSpool? spool = null)
    {
        ModelMetadata metadata = model.Metadata;
        var rates = new List<double>();
        var signals = new List<Signal>();
        var ofFile = new List<string>();
        foreach (string file in files)
        {
            foreach (Signal recorded in metadata.Axes.IsJoint ? ReadJoint(metadata.Axes, file, choice, spool) : choice.ReadChosen(file, spool))
            {
                rates.Add(recorded.SampleRateHz);
                signals.Add(RecordingChoice.ToRate(recorded, file, metadata.SampleRateHz, spool));
            }

            ofFile.AddRange(Enumerable.Repeat(file, (signals.Count / metadata.Axes.Count) - ofFile.Count));
        }

        return new ModelRecordings(new AxisRecordings(signals, metadata.Axes.Count, spool), [.. rates.Distinct()]) { Files = ofFile, Flaws = RecordingFlaws.Of(signals) };
    }

    /// <summary>
    /// The axes that the choice names, in that order. Where it names none, those of the model's names; a model that has no names gets the first ones in the order of theirs, as in the gateway.
    /// </summary>
    private static Signal[] ReadJoint(ModelAxes axes, string file, RecordingChoice choice, SampleSpool? spool)
    {
        IReadOnlyList<Signal> found = choice.ReadTogether(file, spool);
        bool isChosen = choice.Axis is not (null or RecordingChoice.AllAxes);
        Signal[] taken = isChosen ? [.. found]
            : axes.Names.Count > 0 ? [.. axes.Names.Select(name => found.FirstOrDefault(signal => signal.Axis == name)).OfType<Signal>()]
            : [.. found.OrderBy(signal => signal.Axis, StringComparer.Ordinal).Take(axes.Count)];
        return taken.Length == axes.Count
            ? taken
            : throw new UsageException(
                $"{file} has the axes {string.Join(", ", found.Select(signal => signal.Axis))}{(isChosen ? " by --axis" : "")}, expected {(axes.Names.Count > 0 ? $"those of the model, {string.Join(", ", axes.Names)}" : $"{axes.Count}")}; --axis names them in the model's order");
    }
}
