using Thrum.Detector.Samples;

namespace Thrum.Detector.Quality;

/// <summary>Whose data is looked at, and who hears of it.</summary>
internal sealed record QualitySource(AxisId Axis, ITransitionReceiver Receiver);
