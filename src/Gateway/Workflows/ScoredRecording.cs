using Thrum.Detector.Models;
using Thrum.Training.Data;

namespace Thrum.Gateway.Workflows;

/// <summary>The scores of a recording's windows, and where it shows a fault.</summary>
/// <param name="Scores">[metrics][windows]</param>
/// <param name="Starts">First sample of each window; windows with a sample that is not finite have no score.</param>
/// <param name="Faults">When it shows a fault.</param>
/// <param name="IsFaulty">Whether each window holds a sample of one.</param>
internal sealed record ScoredRecording(IReadOnlyList<List<float>> Scores, IReadOnlyList<int> Starts, FaultSpans Faults, bool[] IsFaulty)
{
    /// <summary>Windows that have no score.</summary>
    public int LeftOut { get; private init; }

    public static ScoredRecording Of(RecordingScorer scorer, AutoencoderModel model, AxisRecordings recordings, SampleRange range, FaultSpans faults)
    {
        List<float>[] scores = [.. model.Description.Metrics.Select(_ => new List<float>())];
        var starts = new List<int>();
        int leftOut = recordings.Score(scorer, model.Metadata, range, model.Metadata.HopSamples, scores, starts);
        return new ScoredRecording(scores, starts, faults, faults.Labels(starts, model.Metadata)) { LeftOut = leftOut };
    }
}
