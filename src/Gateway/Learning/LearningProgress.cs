namespace Thrum.Gateway.Learning;

/// <summary>How far an axis is with its own model.</summary>
internal sealed record LearningProgress
{
    public required string Machine { get; init; }

    public required string Sensor { get; init; }

    public required string Axis { get; init; }

    /// <summary><c>collecting</c>, <c>waiting</c> for other axes' training, <c>training</c>, <c>live</c> or <c>failed</c>.</summary>
    public required string Phase { get; init; }

    /// <summary>Share of the phase that is done, 0 to 1.</summary>
    public required double Share { get; init; }

    /// <summary>Healthy windows seen.</summary>
    public required int Windows { get; init; }

    /// <summary>Healthy windows that are wanted.</summary>
    public required int WindowsWanted { get; init; }

    /// <summary>Windows left out because they did not look healthy.</summary>
    public required long LeftOut { get; init; }

    /// <summary>One sentence: "collecting 37 %", or why it failed.</summary>
    public required string Message { get; init; }
}
