using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Thrum.Detector.Metrics;
using Thrum.Training.Data;
using Thrum.Training.Evaluation;
using Thrum.Training.Trainer;

namespace Thrum.Training.Search;

/// <summary>
/// Trains every point of a search on every fold, several at a time, and measures it on the fold's test windows. What is done is noted in a log, one JSON document a line, so that a
/// search that was stopped goes on; the results do not depend on the order. Thread-safe.
/// </summary>
public sealed class HyperparameterSearch
{
    private readonly SearchData _data;
    private readonly TrialSetup _base;
    private readonly string _objective;
    private readonly IReadOnlyList<BlockedFold> _folds;
    private readonly string _fingerprint;

    /// <summary>Prepares the folds.</summary>
    /// <param name="data">What to train and measure on.</param>
    /// <param name="setup">What points do not vary.</param>
    /// <param name="objective">A metric in the grammar of metrics; lower is better on healthy windows.</param>
    /// <param name="folds">Folds, at least <see cref="BlockedFolds.Fewest"/>.</param>
    public HyperparameterSearch(SearchData data, TrialSetup setup, string objective, int folds)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(setup);
        _data = data;
        _base = setup with { Options = setup.Options with { SampleRateHz = data.SampleRateHz, Threads = 1 } };
        _objective = MetricExpression.Parse(objective).Text;
        _folds = BlockedFolds.Divide(data.Healthy.Lengths, folds);
        _fingerprint = data.Fingerprint();
    }

    /// <summary>All faults of the points, before anything is trained.</summary>
    public IReadOnlyList<string> Faults(IReadOnlyList<SearchPoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        return [.. points.SelectMany(point => Faults(point).Select(fault => $"{point}: {fault}"))];
    }

    /// <summary>Trains what the log does not hold yet.</summary>
    /// <param name="points">The points.</param>
    /// <param name="log">The log's path; made if need be, appended to.</param>
    /// <param name="parallel">Trainings at a time, one thread each.</param>
    /// <param name="progress">Told after each fold that was trained or found done, on any thread.</param>
    /// <param name="cancellationToken">Ends it; what is done stays in the log.</param>
    /// <returns>The results in the order of the points.</returns>
    public IReadOnlyList<TrialResult> Run(
        IReadOnlyList<SearchPoint> points, string log, int parallel, IProgress<FoldDone>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(points);
        var trials = new TrialLog(log);
        Dictionary<string, FoldResult> done = trials.Read();
        trials.EndLastLine();
        var results = new FoldResult[points.Count][];
        var work = new List<(int Point, int Fold)>();
        for (int point = 0; point < points.Count; point++)
        {
            results[point] = new FoldResult[_folds.Count];
            for (int fold = 0; fold < _folds.Count; fold++)
            {
                if (done.TryGetValue(KeyOf(points[point], fold), out FoldResult? known))
                {
                    results[point][fold] = known;
                    progress?.Report(new FoldDone(points[point], known));
                }
                else
                {
                    work.Add((point, fold));
                }
            }
        }

        ParallelRuns.Of(work, parallel, item => Train(points[item.Point], item.Fold, cancellationToken), (item, result) =>
        {
            results[item.Point][item.Fold] = result;
            trials.Append(points[item.Point], result);
            progress?.Report(new FoldDone(points[item.Point], result));
        }, cancellationToken);
        return [.. points.Select((point, i) => new TrialResult(point, results[i]))];
    }

    private IEnumerable<string> Faults(SearchPoint point)
    {
        TrialSetup setup;
        try
        {
            setup = point.ApplyTo(_base, _data.Healthy.Axes);
        }
        catch (FormatException e)
        {
            return [e.Message];
        }

        return setup.Faults(_data.Healthy.Axes);
    }

    private FoldResult Train(SearchPoint point, int fold, CancellationToken cancellationToken)
    {
        TrialSetup setup = point.ApplyTo(_base, _data.Healthy.Axes);
        BlockedFold ranges = _folds[fold];
        string key = KeyOf(point, fold);
        try
        {
            IReadOnlyList<ZScoreNormaliser> fitted = _data.Healthy.Fit(ranges.Train);
            RecordedWindows Cut(AxisSamples samples, IReadOnlyList<SampleRange> of, int hop) => RecordedWindows.Cut(samples, of, setup.WindowSamples, hop, fitted);
            RecordedWindows test = Require(Cut(_data.Healthy, ranges.Test, setup.HopSamples), "test", setup);
            TrainedModel model = AutoencoderTrainer.Train(
                Require(Cut(_data.Healthy, ranges.Train, setup.TrainingHopSamples), "training", setup),
                Require(Cut(_data.Healthy, ranges.Stop, setup.TrainingHopSamples), "validation", setup),
                setup.Options,
                cancellationToken: cancellationToken);
            double[] healthy = Scores(model, test, setup);
            double[] faulty = _data.Faulty is null ? [] : Scores(model, Cut(_data.Faulty, _data.Faulty.Whole, setup.HopSamples), setup);
            return new FoldResult
            {
                Key = key,
                Fold = fold,
                Objective = healthy.Average(),
                Auroc = faulty.Length == 0 ? double.NaN : Discrimination.AreaUnderRoc(healthy, faulty),
                BestEpoch = model.BestEpoch,
                IsBetterThanConstantOutput = model.IsBetterThanConstantOutput,
            };
        }
        catch (Exception e) when (e is TrainingDivergedException or ArgumentException)
        {
            return new FoldResult { Key = key, Fold = fold, Objective = double.NaN, Auroc = double.NaN, BestEpoch = 0, IsBetterThanConstantOutput = false, Fault = e.Message };
        }
    }

    /// <summary>Without the fold, whose number stands beside it: what is wrong with all of them is then told once.</summary>
    private static RecordedWindows Require(RecordedWindows windows, string role, TrialSetup setup) => windows.Count > 0
        ? windows
        : throw new ArgumentException($"there is no {role} window of {setup.WindowSamples} samples; expected longer recordings or fewer folds");

    private double[] Scores(TrainedModel model, RecordedWindows windows, TrialSetup setup)
    {
        MetricSet metric = MetricSet.Compile(
            [MetricExpression.Parse(_objective)], setup.WindowSamples, _data.SampleRateHz, _base.Options.LossScale, axes: _data.Healthy.Axes);
        float[] value = new float[1];
        double[] scores = new double[windows.Count];
        model.Reconstruct(windows, (index, window, reconstruction) =>
        {
            metric.Evaluate(window, reconstruction, value);
            scores[index] = value[0];
        });
        return scores;
    }

    private string KeyOf(SearchPoint point, int fold)
    {
        string text = JsonSerializer.Serialize(new { setup = point.ApplyTo(_base, _data.Healthy.Axes), fold, folds = _folds.Count, _objective, _fingerprint });
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];
    }
}
