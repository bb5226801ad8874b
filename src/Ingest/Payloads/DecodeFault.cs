namespace Thrum.Ingest.Payloads;

/// <summary>Why a payload gave no samples: a closed list, fit for a metric's tag.</summary>
public enum DecodeFault
{
    /// <summary>The payload was decoded.</summary>
    None,

    /// <summary>No sample in it.</summary>
    Empty,

    /// <summary>The byte count is no multiple of the sample size.</summary>
    BadLength,

    /// <summary>Not JSON, or not one of the accepted shapes.</summary>
    BadJson,

    /// <summary>A sample is neither a number, null, nor one of the strings NaN, Infinity, -Infinity.</summary>
    BadNumber,

    /// <summary>The time is no integer of nanoseconds, RFC 3339 text or <c>time_ms</c>, or outside the years 1678 to 2261.</summary>
    BadTime,

    /// <summary>A flat JSON object has a member that may be its time but is neither <c>time</c> nor <c>time_ms</c>.</summary>
    AmbiguousTime,

    /// <summary>A flat JSON object has an array: how its samples lie beside single numbers is not said.</summary>
    AmbiguousArray,

    /// <summary>The sampling rate is not a finite number above 0.</summary>
    BadRate,

    /// <summary>An axis name is empty, escaped, not UTF-8 or given twice.</summary>
    BadAxis,

    /// <summary>Not CSV, line protocol, CBOR or a Thrum block, as the topic says it should be.</summary>
    BadPayload,

    /// <summary>The compressed bytes cannot be unpacked.</summary>
    BadCompression,

    /// <summary>More samples than the caller's memory takes.</summary>
    TooManySamples,

    /// <summary>More axes than the caller's memory takes.</summary>
    TooManyAxes,
}
