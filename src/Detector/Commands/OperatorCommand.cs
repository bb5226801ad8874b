using System.Text.Json;
using System.Text.Json.Serialization;
using Thrum.Detector.Calibration;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Commands;

/// <summary>What an operator can do.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OperatorAction>))]
public enum OperatorAction
{
    /// <summary>Acknowledges an alarm.</summary>
    Acknowledge,

    /// <summary>Puts an alarm aside until <see cref="OperatorCommand.UntilUnixNs"/>.</summary>
    Shelve,

    /// <summary>Takes an alarm from the shelf.</summary>
    Unshelve,

    /// <summary>Resets a latched alarm.</summary>
    Reset,

    /// <summary>Says that what an alarm was raised for is normal: its levels are set above that, for this axis and model, and it ends.</summary>
    ThisWasNormal,

    /// <summary>Gives an alarm the levels of its model again.</summary>
    RestoreLevels,

    /// <summary>Puts another calibration of an axis in force, made of its own healthy scores.</summary>
    Recalibrate,

    /// <summary>Puts the calibration that an axis had before back in force.</summary>
    RestoreCalibration,

    /// <summary>Suppresses all alarms of a machine and leaves its windows unscored.</summary>
    BeginMaintenance,

    /// <summary>Ends that.</summary>
    EndMaintenance,

    /// <summary>Makes a revision of a configured model the live one, for all axes that it scores.</summary>
    UseModel,

    /// <summary>Has a revision of a configured model score beside the live one; without a revision, ends that.</summary>
    ShadowModel,
}

/// <summary>One thing that an operator does. Immutable.</summary>
public sealed record OperatorCommand
{
    /// <summary>Longest name or remark that is taken, in characters.</summary>
    public const int MaxText = 200;

    /// <summary>What is done.</summary>
    public required OperatorAction Action { get; init; }

    /// <summary>The axis of the alarm; for maintenance <see cref="AxisId.OfMachine"/>; for models <see cref="AxisId.OfGateway"/>.</summary>
    public required AxisId Target { get; init; }

    /// <summary>Id of the alarm's rule; empty for maintenance.</summary>
    public string RuleId { get; init; } = "";

    /// <summary>Shelve: the event time, ns since 1970 UTC, from whose window on the alarm is back.</summary>
    public long UntilUnixNs { get; init; }

    /// <summary>Models: the pattern of the configured entry, by which it is known.</summary>
    public string Model { get; init; } = "";

    /// <summary>Models: the revision's <see cref="Models.ModelFile.Hash"/>; empty to end a shadow.</summary>
    public string Revision { get; init; } = "";

    /// <summary>Recalibrate: the calibration, as <see cref="Thrum.Detector.Calibration.AxisRecalibration.ToJson"/>.</summary>
    public string Calibration { get; init; } = "";

    /// <summary>RestoreCalibration: name of the band of speed or load; empty without bands.</summary>
    public string Band { get; init; } = "";

    /// <summary>RestoreCalibration: whose; what a Recalibrate is for, its calibration says.</summary>
    public AxisScorer Scorer { get; init; }

    /// <summary>When it was given by the gateway's clock, ns since 1970 UTC; 0 in journals of earlier releases.</summary>
    public long GivenUnixNs { get; init; }

    /// <summary>Who does it; empty when unknown.</summary>
    public string By { get; init; } = "";

    /// <summary>True when it concerns a machine and not one alarm.</summary>
    [JsonIgnore]
    public bool IsOfMachine => Action is OperatorAction.BeginMaintenance or OperatorAction.EndMaintenance;

    /// <summary>True when it concerns the calibration of an axis.</summary>
    [JsonIgnore]
    public bool IsOfCalibration => Action is OperatorAction.Recalibrate or OperatorAction.RestoreCalibration;

    /// <summary>True when it concerns a model, and so the axes of all shards.</summary>
    [JsonIgnore]
    public bool IsOfModel => Action is OperatorAction.UseModel or OperatorAction.ShadowModel;

    /// <summary>The form in which a journal keeps it.</summary>
    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, JsonSerializerOptions.Web);

    /// <summary>Reads that form; null when it is none.</summary>
    public static OperatorCommand? Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            OperatorCommand? command = JsonSerializer.Deserialize<OperatorCommand>(bytes, JsonSerializerOptions.Web);
            return command is { RuleId: not null, By: not null, Model: not null, Revision: not null, Calibration: not null, Band: not null, Target: { Machine: not null, Sensor: not null, Axis: not null } } ? command : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
