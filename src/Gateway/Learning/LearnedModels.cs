using Thrum.Detector.Baselines;
using Thrum.Detector.Commands;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;
using Thrum.Gateway.Hosting;

namespace Thrum.Gateway.Learning;

/// <summary>
/// Takes learned models live by command. A model is in the folder and its list before the command is given, so that a replay of the journal finds it. Thread-safe.
/// </summary>
internal sealed class LearnedModels(LearnedModelFolder folder) : ILearnedModels
{
    private readonly TaskCompletionSource<LiveModels> _live = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The pipeline runs: from now on commands can be given.</summary>
    public void Begin(LiveModels live) => _live.TrySetResult(live);

    public bool Has(AxisId axis) => folder.Has(axis);

    /// <inheritdoc/>
    /// <exception cref="BaselineTrainingException">The model was refused.</exception>
    public async Task<string> GoLiveAsync(AxisId axis, LearnedModel model, CancellationToken cancellationToken)
    {
        ModelOptions options = folder.OptionsOf(folder.Keep(axis, model));
        LiveModels live = await _live.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        CommandResult result = await live.TakeLearnedAsync(options, cancellationToken).ConfigureAwait(false);
        if (result.Outcome is CommandOutcome.Applied or CommandOutcome.Unavailable)
        {
            // A gateway that stops takes it at its next start.
            return result.Message;
        }

        folder.Forget(axis);
        throw new BaselineTrainingException(result.Message);
    }
}
