using Thrum.Detector.Alarms;
using Thrum.Detector.Evidence;

namespace Thrum.Detector.Quality;

/// <summary>Takes alarm transitions in the order they are decided.</summary>
internal interface ITransitionReceiver
{
    void OnTransition(AlarmTransition transition);

    /// <summary>Takes the evidence of a transition, behind it.</summary>
    void OnEvidence(AlarmEvidence evidence)
    {
    }
}
