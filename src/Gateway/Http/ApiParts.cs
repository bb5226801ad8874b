using Thrum.Detector.Commands;
using Thrum.Detector.Questions;
using Thrum.Gateway.Calibration;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Learning;
using Thrum.Gateway.Telemetry;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Http;

/// <summary>What the API shows and does beside the live state; what is null has no endpoints.</summary>
internal sealed record ApiParts
{
    public LocalStore? Store { get; init; }

    /// <summary>The gateway's own metrics.</summary>
    public GatewayMeter? Meter { get; init; }

    public OperatorCommands? Commands { get; init; }

    /// <summary>Changes of models.</summary>
    public LiveModels? Models { get; init; }

    /// <summary>Models that somebody sends.</summary>
    public ModelUpload? Uploads { get; init; }

    /// <summary>What axes learn.</summary>
    public LearningDesk? Learning { get; init; }

    /// <summary>Asks about axes, for their newest samples.</summary>
    public AxisReader? Axes { get; init; }

    /// <summary>Calibrates axes anew.</summary>
    public Recalibrator? Recalibrator { get; init; }

    /// <summary>The options in force.</summary>
    public Func<ThrumOptions>? Options { get; init; }
}
