using BenchmarkDotNet.Attributes;
using Thrum.Detector.Metrics;
using Thrum.Detector.Models;
using Thrum.Spectral.Transforms;

namespace Thrum.Micro;

/// <summary>What one window of 256 samples costs, part by part. In process: a generated project would not build under this repository's rules.</summary>
[MemoryDiagnoser]
[InProcess]
public class WindowBenchmarks : IDisposable
{
    private const int Window = 256;
    private const int Batch = 256;

    private readonly float[] _samples = new float[Window];
    private readonly float[] _window = new float[Window];
    private readonly float[] _reconstruction = new float[Window];
    private readonly float[] _values = new float[6];
    private readonly float[] _real = new float[(Window / 2) + 1];
    private readonly float[] _imaginary = new float[(Window / 2) + 1];
    private readonly Normaliser _normaliser = new(0, 0.5);
    private readonly RealFft _fft = RealFft.Get(Window);
    private readonly MetricSet _sums = Compile("mse", "lmse");
    private readonly MetricSet _all = Compile("mse", "lmse", "fft(2)", "fft(10)", "fft(20)", "fft(30)");
    private float[] _scratch = [];
    private AutoencoderModel? _model;
    private BatchRunner? _runner;

    [GlobalSetup]
    public void SetUp()
    {
        var random = new Random(1);
        for (int i = 0; i < Window; i++)
        {
            _samples[i] = random.NextSingle() - 0.5f;
            _reconstruction[i] = random.NextSingle() - 0.5f;
        }

        _scratch = new float[_fft.ScratchLength];
        _normaliser.TryApply(_samples, _window);
        _model = AutoencoderModel.Load(Path.Combine(AppContext.BaseDirectory, "models", "cwru.onnx"));
        _runner = new BatchRunner(_model, Batch);
    }

    [Benchmark]
    public bool Normalise() => _normaliser.TryApply(_samples, _window);

    [Benchmark]
    public void MseAndLmse() => _sums.Evaluate(_window, _reconstruction, _values);

    [Benchmark]
    public void MseLmseAndFourBins() => _all.Evaluate(_window, _reconstruction, _values);

    [Benchmark]
    public void RealFft256() => _fft.Forward(_samples, _real, _imaginary, _scratch);

    /// <summary>Dense 256-128-32-128-256, per window in a batch of 256.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public void Reconstruct() => _runner!.Run(Batch);

    [GlobalCleanup]
    public void Dispose()
    {
        _runner?.Dispose();
        _model?.Dispose();
        GC.SuppressFinalize(this);
    }

    private static MetricSet Compile(params string[] metrics) => MetricSet.Compile(MetricExpression.ParseList(metrics), Window, 12_800, 1);
}
