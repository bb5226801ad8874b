using System.Globalization;
using Thrum.Detector.Alarms;
using Thrum.Detector.Calibration;
using Thrum.Detector.Commands;
using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Questions;
using Thrum.Detector.Samples;

namespace Thrum.Gateway.Calibration;

/// <summary>
/// Calibrates an axis anew on an operator's word: makes a calibration of scores that were kept, shows how it differs, and puts it in force once that is confirmed. Thread-safe.
/// </summary>
/// <param name="recorder">The scores that were kept; null where none are.</param>
/// <param name="axes">Tells what an axis is judged by.</param>
/// <param name="models">The models in use.</param>
/// <param name="rules">The alarm rules as configured.</param>
/// <param name="commands">Where the confirmation goes.</param>
internal sealed class Recalibrator(
    ScoreRecorder? recorder, AxisReader axes, Func<IReadOnlyList<ModelAssignment>> models, IReadOnlyList<AlarmRuleOptions> rules, OperatorCommands commands)
{
    /// <summary>Fewer windows make no calibration.</summary>
    public const int LeastWindows = 100;

    /// <summary>What the axis is judged by now.</summary>
    public Task<AxisAnswer<AxisStandard>> StandardAsync(AxisId axis, string band, AxisScorer scorer, CancellationToken cancellationToken) =>
        axes.ReadStandardAsync(axis, band, scorer, cancellationToken);

    /// <summary>Makes a calibration of an axis's healthy scores of some time, and says how it differs; nothing changes.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="band">The band of speed or load; empty for the one that it is in.</param>
    /// <param name="scorer">Whose scores.</param>
    /// <param name="fromUnixNs">From when.</param>
    /// <param name="toUnixNs">Until when.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The report; or null and why there is none.</returns>
    public async Task<(DriftReport? Report, CommandResult Fault)> ProposeAsync(
        AxisId axis, string band, AxisScorer scorer, long fromUnixNs, long toUnixNs, CancellationToken cancellationToken)
    {
        AxisAnswer<AxisStandard> answer = await axes.ReadStandardAsync(axis, band, scorer, cancellationToken).ConfigureAwait(false);
        if (answer.Value is not { } standard)
        {
            return (null, new CommandResult(answer.Outcome == AnswerOutcome.Unknown ? CommandOutcome.Unknown : CommandOutcome.Unavailable, answer.Message));
        }

        if (recorder is null)
        {
            return (null, new CommandResult(CommandOutcome.WrongState, "no scores are kept: Detector:Recalibration:KeptWindows is 0"));
        }

        AutoencoderModel? model = models().FirstOrDefault(entry => entry.Model.Hash == standard.Revision)?.Model;
        if (standard.Rules.Count == 0 || (model is null && standard.Metrics.Count == 0))
        {
            return (null, new CommandResult(CommandOutcome.WrongState, $"{axis} has no alarms over scores yet, expected an axis that a model or its learned baseline scores"));
        }

        // A baseline calibrates some of what it tells of a window, a model all.
        string[] metrics = [.. model is null ? standard.Metrics.Keys : standard.Scorer.Metrics];
        int[] places = [.. metrics.Select(metric => standard.Scorer.Metrics.ToList().IndexOf(metric))];
        var kept = KeptScores.Of(recorder.Read(axis, ScoreRecorder.ScorerOf(standard.Scorer), fromUnixNs, toUnixNs), ScoreRecorder.HashOf(standard.Band?.Name), metrics, places);
        if (kept.Windows < LeastWindows)
        {
            return (null, new CommandResult(CommandOutcome.WrongState, string.Create(
                CultureInfo.InvariantCulture,
                $"{axis} has {kept.Windows} healthy windows kept of that time{(standard.Band is null ? "" : $" and the band {standard.Band.Name}")}, expected at least {LeastWindows} ({kept.LeftOut} were under an alarm)")));
        }

        try
        {
            return (Propose(axis, standard, kept, model, recorder.Proposals), default);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, new CommandResult(CommandOutcome.Unavailable, $"the proposal cannot be kept for its confirmation: {e.Message}"));
        }
    }

    /// <summary>Puts what was proposed in force.</summary>
    public async Task<CommandResult> ConfirmAsync(AxisId axis, string id, bool force, string by, CancellationToken cancellationToken)
    {
        if (recorder?.Proposals.Find(id) is not { } proposal || proposal.Axis != axis.ToString())
        {
            return new CommandResult(CommandOutcome.Unknown, $"there is no proposal '{id}' for {axis}: ask for the report anew");
        }

        return proposal.NeedsForce && !force
            ? new CommandResult(CommandOutcome.WrongState, "the report warns that this looks like a fault and not like drift, expected \"force\": true with the confirmation if it is meant all the same")
            : await commands.SubmitAsync(
                new OperatorCommand { Action = OperatorAction.Recalibrate, Target = axis, Calibration = proposal.Calibration, By = by }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts the calibration that an axis had before back in force.</summary>
    public Task<CommandResult> RestoreAsync(AxisId axis, string band, AxisScorer scorer, string by, CancellationToken cancellationToken) =>
        commands.SubmitAsync(new OperatorCommand { Action = OperatorAction.RestoreCalibration, Target = axis, Band = band, Scorer = scorer, By = by }, cancellationToken);

    private DriftReport Propose(AxisId axis, AxisStandard standard, KeptScores kept, AutoencoderModel? model, KeptProposals proposals)
    {
        var table = CalibrationTable.FromScores(kept.Scores);
        AlarmRule[] resolved = model is null ? [] : [.. rules.Select(rule => rule.Resolve(model, table, kept.Sequences(model.Metadata.HopSamples)))];
        var calibration = new AxisRecalibration
        {
            Revision = standard.Revision,
            Band = standard.Band,
            FromUnixNs = kept.FromUnixNs,
            ToUnixNs = kept.ToUnixNs,
            Metrics = table.Metrics,
            Levels = [.. resolved.Where(rule => double.IsFinite(rule.RaiseLevel)).Select(rule => new RecalibratedLevel(rule.Id, rule.RaiseLevel, rule.ClearLevel, rule.LevelOrigin))],
        };
        MetricDrift[] drifts = [.. standard.Metrics.Where(metric => table.Metrics.ContainsKey(metric.Key)).Select(metric => Drift.Of(metric.Key, metric.Value, table.Metrics[metric.Key]))];
        LevelChange[] levels = [.. standard.Rules.Select(rule => Change(rule, resolved.FirstOrDefault(next => next.Id == rule.Id)))];
        (List<string> warnings, bool needsForce) = DriftWarnings.Of(standard, drifts, kept);
        string id = proposals.Keep(new Proposal(axis.ToString(), needsForce, calibration.ToJson()));
        return new DriftReport(
            id, axis.ToString(), standard.Scorer.Name, standard.Band?.Name, UnixTime.ToDateTimeOffset(kept.FromUnixNs), UnixTime.ToDateTimeOffset(kept.ToUnixNs), kept.Windows, kept.LeftOut, drifts, levels, warnings, needsForce);
    }

    private static LevelChange Change(AlarmRule before, AlarmRule? after) => new(
        before.Id, before.Metric, before.RaiseLevel.FiniteOrNull(), (after ?? before).RaiseLevel.FiniteOrNull(), (after ?? before).ClearLevel.FiniteOrNull(), before.LevelOrigin,
        after?.LevelOrigin ?? "standard deviations of the scores, which are those of the new calibration", after?.Budget?.LowPerHour.FiniteOrNull(), after?.Budget?.HighPerHour.FiniteOrNull());
}
