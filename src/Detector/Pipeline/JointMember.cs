using Thrum.Detector.Windows;

namespace Thrum.Detector.Pipeline;

/// <summary>An axis's place in a joint axis.</summary>
/// <param name="Joint">The joint axis.</param>
/// <param name="Queue">Where the axis's samples wait for the others'.</param>
internal sealed record JointMember(JointState Joint, JointQueue Queue);
