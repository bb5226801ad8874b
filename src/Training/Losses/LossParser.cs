using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using Thrum.Detector.Metrics;
using Thrum.Training.Graphs;

namespace Thrum.Training.Losses;

/// <summary>What a loss is resolved for.</summary>
/// <param name="Scale">s of <c>lmse</c> and <c>fl(…)</c>, in the unit of the normalised windows.</param>
/// <param name="WindowSamples">n.</param>
/// <param name="SampleRateHz">For bins in Hz; 0 when unknown.</param>
/// <param name="IsMetric">As the detector scores, flat beyond a clamp; else with a slope there, as descent needs it.</param>
internal readonly record struct LossContext(double Scale, int WindowSamples, double SampleRateHz, bool IsMetric = false);

/// <summary>
/// Reads losses: the grammar of metrics, and in its sums also <c>huber(δ)</c>, <c>log-cosh</c>, <c>bce</c>, each of them in <c>fl(…)</c> too, and the weight penalties
/// <c>weights(l1)</c> and <c>weights(l2)</c>: <c>mse + 0.5*fft(3..12) + 1e-4*weights(l2)</c>.
/// </summary>
internal static partial class LossParser
{
    public static bool TryParse(string text, LossContext context, [NotNullWhen(true)] out ReconstructionLoss? loss, [NotNullWhen(false)] out string? fault)
    {
        loss = null;
        fault = null;
        try
        {
            string[] parts = SumSign().Split(string.Concat(text.Where(c => !char.IsWhiteSpace(c))));
            var terms = new List<LossTerm>();
            var penalties = new List<WeightPenalty>();
            foreach (string part in parts)
            {
                Add(part, context, terms, penalties);
            }

            loss = terms.Count > 0 ? new ReconstructionLoss(terms, penalties) : throw new FormatException("a weight penalty alone is no loss");
            return true;
        }
        catch (FormatException e)
        {
            fault = $"Loss is '{text}': {e.Message}; expected a metric, huber(δ), log-cosh, bce, one of these in fl(…) or a sum of such, with weights(l1) or weights(l2) as a penalty";
            return false;
        }
    }

    private static void Add(string part, LossContext context, List<LossTerm> terms, List<WeightPenalty> penalties)
    {
        Match match = OwnTerm().Match(part);
        if (!match.Success)
        {
            MetricTerm metric = MetricExpression.Parse(part).Terms[0];
            terms.Add(new LossTerm(metric.Weight, MetricLosses.Of(metric, context)));
            return;
        }

        double weight = match.Groups["weight"].Success ? Positive(match.Groups["weight"].Value, part) : 1;
        bool isFlipped = match.Groups["flipped"].Success;
        string argument = match.Groups["argument"].Value;
        switch (match.Groups["name"].Value)
        {
            case "weights" when isFlipped:
                throw new FormatException($"'{part}' flips a weight penalty, which is no loss of elements");
            case "weights":
                penalties.Add(new WeightPenalty(weight, argument switch
                {
                    "l1" => false,
                    "l2" => true,
                    _ => throw new FormatException($"'{part}' needs l1 or l2"),
                }));
                break;
            case "huber":
                double delta = Positive(argument, part);
                Elementwise((graph, y, r) => ElementLosses.Huber(graph, y, r, delta), scale => scale <= delta ? scale * scale / 2 : delta * (scale - (delta / 2)));
                break;
            case "log-cosh":
                Elementwise(ElementLosses.LogCosh, scale => scale + Math.Log((1 + Math.Exp(-2 * scale)) / 2));
                break;
            default:
                Elementwise(ElementLosses.CrossEntropy, _ => ElementLosses.LargestCrossEntropy);
                break;
        }

        // Flipped in units of its value where |d| = s, like the metrics.
        void Elementwise(Func<Graph, GraphValue, GraphValue, GraphValue> loss, Func<double, double> largestOf)
        {
            double largest = isFlipped ? largestOf(MetricLosses.Checked(context)) : 1;
            terms.Add(new LossTerm(weight, (graph, y, r) => graph.Mean(isFlipped ? ElementLosses.Flipped(graph, loss(graph, y, r), largest, context.IsMetric) : loss(graph, y, r), 1)));
        }
    }

    private static double Positive(string text, string part) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double number) && number > 0 && double.IsFinite(number)
            ? number
            : throw new FormatException($"'{part}' needs a positive number where '{text}' stands");

    /// <summary>A plus that joins terms: not one of an exponent, which follows a digit and an e.</summary>
    [GeneratedRegex(@"(?<![0-9.][eE])\+")]
    private static partial Regex SumSign();

    [GeneratedRegex(@"^((?<weight>[^*]*)\*)?(?<flipped>fl\()?(?<name>huber(?=\()|weights(?=\()|log-cosh(?=\)?$)|bce(?=\)?$))(\((?<argument>[^)]*)\))?(?(flipped)\))$", RegexOptions.ExplicitCapture)]
    private static partial Regex OwnTerm();
}
