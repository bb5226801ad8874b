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
            string severity = transition.Severity.ToWireName();
            switch (transition.To)
            {
                case AlarmState.ActiveUnacknowledged:
                    Log.AlarmRaised(logger, severity, transition.Message);
                    break;
                case AlarmState.Normal or AlarmState.ReturnedUnacknowledged:
                    Log.AlarmCleared(logger, severity, transition.Message);
                    break;
                default:
                    Log.AlarmChanged(logger, transition.To.ToWireName(), severity, transition.Message);
                    break;
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask CompleteAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
