using Thrum.Detector.Alarms;

namespace Thrum.Detector.Quality;

/// <summary>Takes alarm transitions in the order they are decided.</summary>
internal interface ITransitionReceiver
{
    void OnTransition(AlarmTransition transition);
}
