namespace Thrum.Gateway.Doctor;

/// <summary>How a check ended.</summary>
internal enum Verdict
{
    Ok,

    /// <summary>It works, but not as well as it should, or could not be told.</summary>
    Warn,

    /// <summary>It does not work.</summary>
    Fail,
}

/// <summary>What a check found. No text of it holds a secret.</summary>
/// <param name="Check">What was looked at, such as <c>broker</c>.</param>
/// <param name="Verdict">How it ended.</param>
/// <param name="Text">What was found.</param>
/// <param name="Advice">What to do about it; null when nothing.</param>
internal sealed record Finding(string Check, Verdict Verdict, string Text, string? Advice = null)
{
    public static Finding Ok(string check, string text) => new(check, Verdict.Ok, text);

    public static Finding Warn(string check, string text, string advice) => new(check, Verdict.Warn, text, advice);

    public static Finding Fail(string check, string text, string advice) => new(check, Verdict.Fail, text, advice);
}
