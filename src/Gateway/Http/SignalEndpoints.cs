using Thrum.Detector.Samples;
using Thrum.Detector.Signals;

namespace Thrum.Gateway.Http;

/// <summary>What the newest samples of an axis look like. Nothing of it is made unless somebody asks.</summary>
internal static class SignalEndpoints
{
    private const string Axis = "/api/v1/sensors/{machine}/{sensor}/{axis}/";

    /// <summary>
    /// <c>GET /api/v1/sensors/{machine}/{sensor}/{axis}/waveform?format=json|wav|npy</c>, <c>…/spectrum</c> and <c>…/spectrogram</c>; 404 for an axis that is not
    /// known, 409 while it has no full buffer.
    /// </summary>
    public static void Map(IEndpointRouteBuilder routes, SignalReader signals)
    {
        var analyser = new SignalAnalyser();
        Map<WaveformView>(routes, signals, "waveform", (signal, format) => SampleFile.Of(format, signal.Axis.ToString(), signal.Samples, signal.SampleRateHz, WaveformView.Of(signal)))
            .Produces<byte[]>(contentType: "audio/wav");
        Map<SignalSpectra>(routes, signals, "spectrum", (signal, _) => Results.Json(analyser.Spectra(signal)));
        Map<Spectrogram>(routes, signals, "spectrogram", (signal, _) => Results.Json(analyser.Spectrogram(signal)));
    }

    private static RouteHandlerBuilder Map<T>(IEndpointRouteBuilder routes, SignalReader signals, string what, Func<AxisSignal, string?, IResult> show) => routes
        .MapGet(Axis + what, async (string machine, string sensor, string axis, string? format, CancellationToken ct) =>
        {
            SignalAnswer answer = await signals.ReadAsync(new AxisId(machine, sensor, axis), ct).ConfigureAwait(false);
            return answer.Signal is { } signal ? show(signal, format) : Results.Problem(answer.Message, statusCode: answer.Outcome switch
            {
                SignalOutcome.Unknown => StatusCodes.Status404NotFound,
                SignalOutcome.Empty => StatusCodes.Status409Conflict,
                _ => StatusCodes.Status503ServiceUnavailable,
            });
        }).Produces<T>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
}

/// <summary>The newest samples of an axis.</summary>
/// <param name="End">Time of the last one.</param>
/// <param name="SampleRateHz">Their rate.</param>
/// <param name="Unit">Symbol of their unit; null where nobody says it.</param>
/// <param name="Values">The samples, oldest first.</param>
internal sealed record WaveformView(DateTimeOffset End, double SampleRateHz, string? Unit, IReadOnlyList<float> Values)
{
    public static WaveformView Of(AxisSignal signal) =>
        new(DateTimeOffset.UnixEpoch.AddTicks(signal.EndUnixNs / TimeSpan.NanosecondsPerTick), signal.SampleRateHz, signal.Unit, signal.Samples);
}
