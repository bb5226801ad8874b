using Thrum.Training.Data;
using Thrum.Training.Trainer;

namespace Thrum.Training.Studies;

/// <summary>
/// The rule of the leaderboard's convolutional autoencoder: windows of 60 rows, each scored by Σ over quantities of the mean |d| over time;
/// a row is flagged when all 59 windows that begin before it, up to 58 rows into the future, exceed a limit from the training windows.
/// The loop of the published notebook never flags the first 59 nor the last 118 test rows.
/// </summary>
internal static class SkabNotebookRule
{
    public const int Window = 60;

    /// <summary>
    /// The limits of the notebooks that flag by this rule, in the repository of the benchmark: of the convolutional autoencoder and of the LSTM one. A quantile of the training windows' scores, and its factor.
    /// </summary>
    public static readonly IReadOnlyList<SkabLimit> PublishedLimits = [new(0.999, 4.0 / 3), new(0.99, 1.5)];

    /// <summary>Flags of the test rows by a network trained on the training rows.</summary>
    public static bool[] Flags(SkabFile file, SkabLimit limit, int seed, CancellationToken cancellationToken)
    {
        float[][] rows = file.Standardised();
        WindowSet train = Cut(rows.AsSpan(0, SkabFile.TrainRows)), test = Cut(rows.AsSpan(SkabFile.TrainRows));
        TrainedModel model = Train(train, seed, cancellationToken);
        return Flags(Scores(test, model.Reconstruct(test)), rows.Length - SkabFile.TrainRows, limit.Of(Scores(train, model.Reconstruct(train))));
    }

    /// <summary>The published training: the last tenth of the windows ends it after 5 epochs without progress, or 100 do; the weights are those of its last epoch.</summary>
    internal static TrainedModel Train(WindowSet windows, int seed, CancellationToken cancellationToken)
    {
        const double trainShare = 0.9;
        int count = (int)(windows.Count * trainShare);
        var options = new TrainingOptions
        {
            Model = "the published network with eight outputs",
            Network = SkabNetwork.Create(windows.WindowSamples / Window, Window),
            Epochs = 100,
            Patience = 5,
            KeepsLastWeights = true,
            Restarts = 0,
            BatchSize = 32,
            LearningRate = 1e-3,
            Seed = seed,
        };
        return AutoencoderTrainer.Train(Part(windows, 0, count), Part(windows, count, windows.Count), options, cancellationToken: cancellationToken);
    }

    private static WindowSet Part(WindowSet windows, int from, int to) =>
        new(windows.Values[(from * windows.WindowSamples)..(to * windows.WindowSamples)].ToArray(), windows.WindowSamples);

    /// <summary>The same rule with no model: what is given back is 0 throughout. Shows how much of a score is the rule's.</summary>
    public static bool[] FlagsOfZeroModel(SkabFile file)
    {
        // The published convolutional autoencoder's own limit, which is where the zero model looks best.
        float[][] rows = file.Standardised();
        WindowSet train = Cut(rows.AsSpan(0, SkabFile.TrainRows)), test = Cut(rows.AsSpan(SkabFile.TrainRows));
        return Flags(Scores(test, new float[test.Values.Length]), rows.Length - SkabFile.TrainRows, PublishedLimits[0].Of(Scores(train, new float[train.Values.Length])));
    }

    /// <summary>The rows that the notebook's loop can flag at all.</summary>
    internal static bool[] Reachable(int testRows) => Flags([.. Enumerable.Repeat(1.0, Math.Max(0, testRows - Window + 1))], testRows, 0);

    /// <summary>How much the rule flags of the rows that have 59 windows before them, without the loop's ends.</summary>
    internal static double FlagShare(ReadOnlySpan<double> scores, double limit)
    {
        int run = 0, flagged = 0;
        foreach (double score in scores)
        {
            run = score > limit ? run + 1 : 0;
            flagged += run >= Window - 1 ? 1 : 0;
        }

        return (double)flagged / (scores.Length - Window + 2);
    }

    private static bool[] Flags(double[] testScores, int testRows, double limit)
    {
        bool[] flags = new bool[testRows];
        int run = 0;
        for (int row = Window - 1; row < testScores.Length - Window + 1; row++)
        {
            // The windows that begin at row − 59 … row − 1.
            if (row == Window - 1)
            {
                run = LeadingRun(testScores.AsSpan(0, row), limit);
            }
            else
            {
                run = testScores[row - 1] > limit ? run + 1 : 0;
            }

            flags[row] = run >= Window - 1;
        }

        return flags;
    }

    /// <summary>How many scores at the end of the span lie above the limit without a break.</summary>
    private static int LeadingRun(ReadOnlySpan<double> scores, double limit)
    {
        int run = 0;
        while (run < scores.Length && scores[scores.Length - 1 - run] > limit)
        {
            run++;
        }

        return run;
    }

    /// <summary>Windows at every row, one quantity after the other.</summary>
    internal static WindowSet Cut(ReadOnlySpan<float[]> rows)
    {
        int count = Math.Max(0, rows.Length - Window + 1);
        float[] values = new float[count * SkabFile.Quantities * Window];
        int next = 0;
        for (int start = 0; start < count; start++)
        {
            for (int quantity = 0; quantity < SkabFile.Quantities; quantity++)
            {
                for (int row = 0; row < Window; row++)
                {
                    values[next++] = rows[start + row][quantity];
                }
            }
        }

        return new WindowSet(values, SkabFile.Quantities * Window);
    }

    internal static double[] Scores(WindowSet windows, float[] reconstructions)
    {
        double[] scores = new double[windows.Count];
        for (int i = 0; i < scores.Length; i++)
        {
            ReadOnlySpan<float> window = windows[i];
            double sum = 0;
            for (int j = 0; j < window.Length; j++)
            {
                sum += Math.Abs(window[j] - reconstructions[(i * windows.WindowSamples) + j]);
            }

            scores[i] = sum / Window;
        }

        return scores;
    }
}
