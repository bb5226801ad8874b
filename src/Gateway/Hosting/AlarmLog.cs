using Thrum.Detector.Alarms;
using Thrum.Detector.Scores;

namespace Thrum.Gateway.Hosting;

/// <summary>Says every alarm transition in the log, so that a journal alone tells what happened.</summary>
internal sealed class AlarmLog(ILogger<AlarmLog> logger) : IScoreDestination
{
    public string Name => "log";

    public ValueTask WriteAsync(ScoreBatch batch, CancellationToken cancellationToken)
    {
        foreach (AlarmTransition transition in batch.Transitions)
        {
            if (transition.To.IsActive())
            {
                Log.AlarmRaised(logger, transition.Severity.ToWireName(), transition.Message);
            }
            else
            {
                Log.AlarmCleared(logger, transition.Severity.ToWireName(), transition.Message);
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask CompleteAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
