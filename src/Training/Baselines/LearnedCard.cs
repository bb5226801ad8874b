using Thrum.Detector.Baselines;
using Thrum.Detector.Models;
using Thrum.Training.Reports;
using Thrum.Training.Trainer;
using static System.FormattableString;

namespace Thrum.Training.Baselines;

/// <summary>What the card of a model that was learned on the gateway tells beside what every card tells.</summary>
internal static class LearnedCard
{
    public static IReadOnlyList<CardFact> Facts(HealthyRecord record, TrainedModel trained, ExportParity parity, int dropped, int validation) =>
    [
        new("origin", "learned on the gateway from what looked healthy; nobody has checked that the machine was"),
        new("collected", $"{DenseBaselineTrainer.Time(record.FirstUnixNs)} to {DenseBaselineTrainer.Time(record.LastUnixNs)}"),
        new("windows", Invariant($"{record.TrainingWindows - dropped - validation} trained on; {validation} decided when to stop; {dropped} dropped as outliers")),
        .. TrainingFacts.Of(trained, parity),
        .. trained.IsBetterThanConstantOutput ? (CardFact[])[] : [new("beware", "The spectra vary too little, or too irregularly, for a network to reproduce more than their mean: the score is the deviation from that.")],
    ];
}
