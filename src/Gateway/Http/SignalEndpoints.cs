using Thrum.Detector.Questions;
using Thrum.Detector.Samples;
using Thrum.Detector.Signals;

namespace Thrum.Gateway.Http;

/// <summary>What the newest samples of an axis look like. Nothing of it is made unless somebody asks.</summary>
internal static class SignalEndpoints
{
    private const string Axis = "/api/v1/sensors/{machine}/{sensor}/{axis}/";

    /// <summary>
    /// <c>GET /api/v1/sensors/{machine}/{sensor}/{axis}/waveform?format=json|wav|npy&amp;newest=…</c> (samples; all of the buffer without it), <c>…/spectrum</c> and <c>…/spectrogram</c>; 404 for an axis that is not
    /// known, 409 while it has no full buffer.
    /// </summary>
    public static void Map(IEndpointRouteBuilder routes, AxisReader axes)
    {
        var analyser = new SignalAnalyser();
        routes.MapGet(Axis + "waveform", (string machine, string sensor, string axis, string? format, int? newest, CancellationToken ct) => newest is null or > 0
            ? ShowAsync(axes, new AxisId(machine, sensor, axis), signal => Waveform(signal, format, newest), ct)
            : Task.FromResult(Problems.BadRequest(FormattableString.Invariant($"newest is {newest}, expected a whole number above 0"))))
            .Produces<WaveformView>().Produces<byte[]>(contentType: "audio/wav").ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        Map<SignalSpectra>(routes, axes, "spectrum", signal => Results.Json(analyser.Spectra(signal)));
        Map<Spectrogram>(routes, axes, "spectrogram", signal => Results.Json(analyser.Spectrogram(signal)));
    }

    private static IResult Waveform(AxisSignal signal, string? format, int? newest)
    {
        IReadOnlyList<float> samples = newest < signal.Samples.Count ? [.. signal.Samples.Skip(signal.Samples.Count - newest.Value)] : signal.Samples;
        return SampleFile.Of(format, signal.Axis.ToString(), samples, signal.SampleRateHz, WaveformView.Of(signal, samples));
    }

    private static void Map<T>(IEndpointRouteBuilder routes, AxisReader axes, string what, Func<AxisSignal, IResult> show) => routes
        .MapGet(Axis + what, (string machine, string sensor, string axis, CancellationToken ct) => ShowAsync(axes, new AxisId(machine, sensor, axis), show, ct))
        .Produces<T>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);

    private static async Task<IResult> ShowAsync(AxisReader axes, AxisId axis, Func<AxisSignal, IResult> show, CancellationToken cancellationToken)
    {
        AxisAnswer<AxisSignal> answer = await axes.ReadSignalAsync(axis, cancellationToken).ConfigureAwait(false);
        return answer.Value is { } signal ? show(signal) : Problems.Of(answer);
    }
}

/// <summary>The newest samples of an axis.</summary>
/// <param name="End">Time of the last one.</param>
/// <param name="SampleRateHz">Their rate.</param>
/// <param name="Unit">Symbol of their unit; null where nobody says it.</param>
/// <param name="Values">The samples, oldest first.</param>
internal sealed record WaveformView(DateTimeOffset End, double SampleRateHz, string? Unit, IReadOnlyList<float> Values)
{
    public static WaveformView Of(AxisSignal signal, IReadOnlyList<float> samples) =>
        new(UnixTime.ToDateTimeOffset(signal.EndUnixNs), signal.SampleRateHz, signal.Unit, samples);
}
