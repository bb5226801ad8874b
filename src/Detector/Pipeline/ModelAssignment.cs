using System.IO.Enumeration;
using Thrum.Detector.Alarms;
using Thrum.Detector.Models;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Pipeline;

/// <summary>What a model does for the axes of its entry.</summary>
public enum ModelRole
{
    /// <summary>Its scores raise the alarms.</summary>
    Live,

    /// <summary>It scores the same windows beside the live one, and raises nothing.</summary>
    Shadow,
}

/// <summary>A model, the axes it scores and the alarm rules resolved for it.</summary>
/// <param name="Match">Pattern over <c>machine/sensor/axis</c>; <c>*</c> stands for any text.</param>
/// <param name="Model">The model; its owner disposes it.</param>
/// <param name="Rules">The alarm rules with this model's levels.</param>
public sealed record ModelAssignment(string Match, AutoencoderModel Model, IReadOnlyList<AlarmRule> Rules)
{
    /// <summary>What it does for them.</summary>
    public ModelRole Role { get; init; }

    /// <summary>True when the model scores this axis.</summary>
    public bool Matches(AxisId axis)
    {
        // The joint axis is the model's where one of its axes is.
        ModelAxes axes = Model.Metadata.Axes;
        return axes.IsJoint && axis.Axis == AxisId.Joint
            ? axes.Names.Count == 0 ? Fits(axis) : axes.Names.Any(name => Fits(axis with { Axis = name }))
            : axes.Takes(axis.Axis) && Fits(axis);
    }

    private bool Fits(AxisId axis) => FileSystemName.MatchesSimpleExpression(Match, axis.ToString(), ignoreCase: false);
}
