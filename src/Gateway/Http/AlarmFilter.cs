using Thrum.Detector.Alarms;
using Thrum.Detector.Samples;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Http;

/// <summary>Which transitions a request asks for; what is absent stands for all.</summary>
/// <param name="State">Wire name of the state they led to.</param>
/// <param name="Severity">Wire name of their severity.</param>
/// <param name="From">Those at or after this event time.</param>
/// <param name="Until">Those before it.</param>
/// <param name="Machine">Of this machine.</param>
/// <param name="Sensor">Of this sensor.</param>
/// <param name="Axis">Of this axis.</param>
/// <param name="Rule">Of this rule.</param>
/// <param name="Limit">At most so many.</param>
/// <param name="Before">Id of the last one of the page before.</param>
internal sealed record AlarmFilter(
    string? State, string? Severity, DateTimeOffset? From, DateTimeOffset? Until, string? Machine, string? Sensor, string? Axis, string? Rule, int? Limit, Guid? Before)
{
    private static readonly Dictionary<string, AlarmState> States = Enum.GetValues<AlarmState>().ToDictionary(state => state.ToWireName());
    private static readonly Dictionary<string, AlarmSeverity> Severities = Enum.GetValues<AlarmSeverity>().ToDictionary(severity => severity.ToWireName());

    /// <summary>What is wrong with it; null when nothing is.</summary>
    public IResult? Fault() => FaultOf("state", State, States) ?? FaultOf("severity", Severity, Severities)
        ?? (From > Until ? Problems.BadRequest(FormattableString.Invariant($"from is {From:O}, expected a time before until ({Until:O})")) : null);

    /// <summary>The query, where there is no <see cref="Fault"/>.</summary>
    public AlarmQuery ToQuery() => new(Limit ?? Paging.UsualPerPage)
    {
        Machine = Machine,
        Sensor = Sensor,
        Axis = Axis,
        Rule = Rule,
        State = State is null ? null : States[State],
        Before = Before,
        Severity = Severity is null ? null : Severities[Severity],
        FromUnixNs = From is { } from ? UnixTime.ToNs(from) : null,
        UntilUnixNs = Until is { } until ? UnixTime.ToNs(until) : null,
    };

    private static IResult? FaultOf<T>(string name, string? value, Dictionary<string, T> known) =>
        value is null || known.ContainsKey(value) ? null : Problems.BadRequest($"{name} is '{Problems.Cut(value)}', expected {string.Join(" or ", known.Keys)}");
}
