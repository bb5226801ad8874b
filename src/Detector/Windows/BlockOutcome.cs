namespace Thrum.Detector.Windows;

/// <summary>What became of a block.</summary>
internal enum BlockOutcome : byte
{
    /// <summary>At least one sample was new.</summary>
    Accepted,

    /// <summary>Every sample was received before.</summary>
    Duplicate,

    /// <summary>It begins before the present grid.</summary>
    Late,

    /// <summary>Its stamp lay ahead, but the stream went on where it was.</summary>
    Stray,

    /// <summary>Its axis has the name under which the joint windows of the sensor are scored.</summary>
    Reserved,
}
