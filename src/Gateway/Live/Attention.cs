using System.Text.Json.Serialization;

namespace Thrum.Gateway.Live;

/// <summary>How much an axis or machine needs to be looked at, the most first.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Attention>))]
internal enum Attention
{
    /// <summary>An alarm stands that nobody has acknowledged, or that waits to be reset.</summary>
    [JsonStringEnumMemberName("alarm")]
    Alarm,

    /// <summary>An alarm stands and an operator has seen it.</summary>
    [JsonStringEnumMemberName("acknowledged")]
    Acknowledged,

    /// <summary>A warning stands, seen or not.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,

    /// <summary>Its data cannot be relied on, nothing comes, or nothing judged the last window: no news, so no good news.</summary>
    [JsonStringEnumMemberName("unwatched")]
    Unwatched,

    /// <summary>Somebody put it aside: an alarm is shelved, or the machine is under maintenance.</summary>
    [JsonStringEnumMemberName("aside")]
    Aside,

    /// <summary>Watched, and normal.</summary>
    [JsonStringEnumMemberName("normal")]
    Normal,
}
