using Thrum.Detector.Samples;

namespace Thrum.Detector.Baselines;

/// <summary>Where models go that were learned on the gateway. Thread-safe.</summary>
public interface ILearnedModels
{
    /// <summary>True when the axis has a learned model already, live or waiting to be.</summary>
    bool Has(AxisId axis);

    /// <summary>Keeps a model and has it take its axis over.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="model">The model.</param>
    /// <param name="cancellationToken">Ends the wait; the model may still go live.</param>
    /// <returns>What became of it, one sentence for people.</returns>
    Task<string> GoLiveAsync(AxisId axis, LearnedModel model, CancellationToken cancellationToken);
}
