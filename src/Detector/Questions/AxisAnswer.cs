namespace Thrum.Detector.Questions;

/// <summary>How a question about an axis ended.</summary>
public enum AnswerOutcome
{
    /// <summary>Here it is.</summary>
    Found,

    /// <summary>Nothing of the axis was received yet, or it has no such thing.</summary>
    Unknown,

    /// <summary>There is nothing to show at present.</summary>
    Empty,

    /// <summary>The detector is stopping.</summary>
    Unavailable,
}

/// <summary>The answer to a question about an axis.</summary>
/// <typeparam name="T">What was asked for.</typeparam>
/// <param name="Outcome">How it ended.</param>
/// <param name="Value">What was asked for; null unless found.</param>
/// <param name="Message">Why there is none, as a sentence; empty where there is.</param>
public sealed record AxisAnswer<T>(AnswerOutcome Outcome, T? Value, string Message)
    where T : class
{
    internal static AxisAnswer<T> Found(T value) => new(AnswerOutcome.Found, value, "");

    internal static AxisAnswer<T> Unknown(string message) => new(AnswerOutcome.Unknown, null, message);

    internal static AxisAnswer<T> Empty(string message) => new(AnswerOutcome.Empty, null, message);

    internal static AxisAnswer<T> Unavailable(string message) => new(AnswerOutcome.Unavailable, null, message);
}
