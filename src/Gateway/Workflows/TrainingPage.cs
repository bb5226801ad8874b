using System.Globalization;
using System.Net;
using System.Text;
using Thrum.Gateway.Inspect;
using Thrum.Training.Reports;
using Thrum.Training.Trainer;
using static System.FormattableString;

namespace Thrum.Gateway.Workflows;

/// <summary>A training as one page without script and without anything from elsewhere: findings, curves, reconstructions, spectra and scores.</summary>
internal static class TrainingPage
{
    /// <summary>In the head of every report.</summary>
    public const string Mark = "<title>Thrum: training of ";

    private const string ChartStyle = """
        .charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(440px, 100%), 1fr)); gap: 1rem 1.5rem; }
        .charts.third { grid-template-columns: repeat(auto-fill, minmax(min(320px, 100%), 1fr)); }
        .charts.small { grid-template-columns: repeat(auto-fill, minmax(min(240px, 100%), 1fr)); } summary { cursor: pointer; margin: 1rem 0 .5rem; }
        .key::before { content: "\2014\00a0"; color: var(--c0); } .key { white-space: nowrap; } .key.second::before { color: var(--c1); }
        svg { display: block; width: 100%; height: auto; font-size: 12px; font-variant-numeric: tabular-nums; }
        @media (max-width: 640px) { .charts:not(.small, .third) svg { font-size: 16px; } }
        table { margin-bottom: 1rem; } .hint { max-width: 75ch; } .finding p { max-width: 90ch; }
        """;

    public static string Text(TrainingStudy study, string path, DateOnly date) => string.Create(CultureInfo.InvariantCulture, $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        {Mark}{Encode(path)}</title>
        <style>
        {InspectionPage.Style}{ChartStyle}
        {SvgChart.Rules}
        </style>
        </head>
        <body>
        <header><h1>{Encode(path)}</h1><p>Trained by Thrum, {date:O}</p></header>
        <main>
        {Findings(study)}
        <section><h2>Training</h2><dl>{Facts(study)}</dl></section>
        <section><h2>Loss and metrics by epoch</h2><p class="hint">Without noise, dropout and penalties, over validation windows and as many training windows. The dotted line is the epoch that was kept.</p>
        {Table(study)}<div class="charts">{string.Concat(TrainingCharts.Epochs(study))}</div>
        {Others(study)}</section>
        <section><h2>Reconstructions</h2><p class="hint">Validation windows of the least, the middle and the largest mean squared error, in standard deviations of the training samples.{Cut(study)}
        <span class="key">window</span> <span class="key second">reconstruction</span></p>
        <div class="charts third">{string.Concat(ReconstructionCharts.Windows(study))}</div></section>
        <section><h2>Spectra and errors</h2><p class="hint">Root mean square of the amplitudes over {study.Probe.Windows.Count} validation windows. Where the error is as high as the signal, nothing was learned at that frequency.</p>
        <div class="charts">{string.Concat(ReconstructionCharts.Spectra(study))}{TrainingCharts.Errors(study.Probe)}</div></section>
        {Scores(study.Scores)}
        </main>
        </body>
        </html>

        """);

    private static string Findings(TrainingStudy study)
    {
        var html = new StringBuilder();
        foreach (TrainingFinding finding in study.Findings())
        {
            string kind = finding.Kind switch { FindingKind.Sound => "good", FindingKind.Collapsed or FindingKind.Indistinct or FindingKind.Overfitting or FindingKind.Underfitting => "bad", _ => "open" };
            html.Append(CultureInfo.InvariantCulture, $"<article class=\"finding {kind}\"><h2>{Encode(finding.Title)}</h2><p>{Encode(finding.Evidence)}</p><p><b>Try:</b> {Encode(finding.Try)}</p></article>\n");
        }

        return html.ToString();
    }

    private static string Facts(TrainingStudy study)
    {
        TrainedModel model = study.Model;
        TrainingOptions options = model.Options;
        (string Name, string Value)[] facts =
        [
            ("model", Invariant($"{options.Model}, {model.ParameterCount} parameters")),
            ("window", Window(study)),
            ("loss", options.Loss),
            ("optimiser", Invariant($"{options.Optimiser}, learning rate {options.LearningRate:G3}, {options.Schedule}, batches of {options.BatchSize}")),
            ("noise", options.Noise),
            ("kept", Invariant($"epoch {model.BestEpoch} of {study.Curves.Epochs.Count}{(model.BestAttempt > 1 ? Invariant($", attempt {model.BestAttempt}") : "")}, seed {options.Seed}")),
            ("stopped on", options.StopOn.Length > 0 ? options.StopOn : "the loss"),
            ("validation loss", Invariant($"{model.BestValidationLoss:G4}; a constant output has {model.ConstantOutputLoss:G4}")),
            ("export", study.Parity is { } parity ? Invariant($"differs from the trained network by at most {parity.GreatestDifference:G2} over {parity.Windows} validation windows") : "not checked"),
            ("recordings", study.Recordings.Count <= 4 ? string.Join(", ", study.Recordings.Select(recording => recording.Name)) : Invariant($"{study.Recordings.Count}")),
            .. study.Missing,
            ("hidden units", study.Hidden.Count == 0 ? "not looked at" : string.Join(", ", study.Hidden.Select(layer => Invariant($"{layer.Layer} {layer.Units - layer.Dead} of {layer.Units} alive")))),
        ];
        return string.Concat(facts.Select(fact => $"<div><dt>{Encode(fact.Name)}</dt><dd>{Encode(fact.Value)}</dd></div>"));
    }

    private static string Table(TrainingStudy study)
    {
        TrainingCurves curves = study.Curves;
        IEnumerable<string> rows = curves.Metrics.Prepend(curves.Loss).Select(curve => Invariant(
            $"<tr><td>{Encode(curves.TitleOf(curve))}</td><td>{curve.Train[curves.Best]:G4}</td><td>{curve.Validation[curves.Best]:G4}</td><td>{curve.Validation[curves.Best] / curve.Train[curves.Best]:F2}</td><td>{curve.Validation.Min():G4} (epoch {1 + curve.Validation.ToList().IndexOf(curve.Validation.Min())})</td></tr>"));
        return Invariant($"<table><thead><tr><th>at epoch {curves.Best + 1}, kept</th><th>training</th><th>validation</th><th>ratio</th><th>lowest validation</th></tr></thead><tbody>{string.Concat(rows)}</tbody></table>");
    }

    private static string Scores(ScoreComparison? scores)
    {
        if (scores is null || scores.Healthy.Count == 0)
        {
            return "";
        }

        string hint = scores.Faulty.Count == 0
            ? Invariant($"{scores.Healthy.Count} healthy windows that training did not see. With --faulty, recordings with a fault stand beside them.")
            : Invariant($"{scores.Healthy.Count} healthy windows that training did not see and {scores.Faulty.Count} with a fault, which decided nothing.");
        hint += scores.Threshold is { } level ? Invariant($" The default rule raises at {level:G4}: {scores.Origin}.") : "";
        return $"<section><h2>Scores</h2><p class=\"hint\">{Encode(hint)}</p><div class=\"charts\">{string.Concat(TrainingCharts.Scores(scores))}</div></section>";
    }

    private static string Others(TrainingStudy study) => study.ShownOnly.Count == 0 ? "" : $"""
        <details open><summary>Every other metric</summary><p class="hint">Followed to be looked at: no finding is made of them.
        <span class="key">training</span> <span class="key second">validation</span></p>
        <div class="charts small">{string.Concat(TrainingCharts.OtherEpochs(study))}</div></details>
        """;

    private static string Cut(TrainingStudy study)
    {
        int length = study.Model.WindowSamples / study.Axes;
        return (study.Axes == 1 ? "" : " The error is that of all axes together.")
            + (length <= ReconstructionCharts.MostSamples ? "" : Invariant($" Shown are the first {ReconstructionCharts.MostSamples} of {length} samples."));
    }

    private static string Window(TrainingStudy study)
    {
        int length = study.Model.WindowSamples / study.Axes;
        double rate = study.Model.Options.SampleRateHz;
        string axes = study.Axes == 1 ? "" : Invariant($"{study.Axes} axes together, {string.Join(", ", Enumerable.Range(0, study.Axes).Select(study.NameOf))}; ");
        return axes + Invariant($"{length} samples") + (rate > 0 ? Invariant($" at {rate:G6} Hz, {(length < rate ? Invariant($"{1000 * length / rate:G3} ms") : Invariant($"{length / rate:G3} s"))}") : "");
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
