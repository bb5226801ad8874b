using Microsoft.ML.OnnxRuntime;
using Thrum.Detector.Metrics;
using Thrum.Detector.Scores;

namespace Thrum.Detector.Models;

/// <summary>
/// A loaded and checked autoencoder. The ONNX Runtime session in it is thread-safe; every shard runs it through a
/// <see cref="BatchRunner"/> of its own.
/// </summary>
public sealed class AutoencoderModel : IDisposable
{
    private readonly SessionOptions _options;

    private AutoencoderModel(
        ModelFile file, ModelMetadata metadata, ModelInput input, ModelSignature signature, SessionOptions options, InferenceSession session)
    {
        Path = file.Path;
        Hash = file.Hash;
        Metadata = metadata;
        InputLength = input.Length;
        Layout = signature.Layout;
        FixedBatch = signature.FixedBatch;
        Session = session;
        _options = options;
        Description = new ScoredModel(
            System.IO.Path.GetFileNameWithoutExtension(file.Path),
            file.Hash[..12],
            [.. metadata.Metrics.Select(metric => metric.Text)],
            [.. metadata.Metrics.Select(metric => metric.FieldKey)]);
    }

    /// <summary>Version of the native ONNX Runtime in use.</summary>
    public static string RuntimeVersion => RuntimeEnvironment.Instance.GetVersionString();

    /// <summary>The file it came from.</summary>
    public string Path { get; }

    /// <summary>Names its revision: <see cref="ModelFile.Hash"/>.</summary>
    public string Hash { get; }

    /// <summary>Window, rate, feature, normaliser, metrics and calibration.</summary>
    public ModelMetadata Metadata { get; }

    /// <summary>Name, revision and metrics as they leave with each score.</summary>
    public ScoredModel Description { get; }

    /// <summary>Values of one input: axes × values of the feature.</summary>
    public int InputLength { get; }

    /// <summary>Layout of its tensors.</summary>
    public ModelLayout Layout { get; }

    /// <summary>The same as <c>thrum.layout</c> has it: <c>batch,values</c>.</summary>
    public string LayoutName => ModelLayouts.Name(Layout);

    /// <summary>Windows per run where the file fixes them; 0 for a dynamic batch.</summary>
    public int FixedBatch { get; }

    internal InferenceSession Session { get; }

    internal ModelFileLimits Limits { get; private init; } = ModelFileLimits.Default;

    /// <summary>Loads a model file and checks that it is an autoencoder for its stated window.</summary>
    /// <param name="path">The ONNX file; a sidecar of the same name with <c>.json</c> appended is read where it exists.</param>
    /// <param name="overrides">Metadata properties that win over those in the file and the sidecar.</param>
    /// <param name="limits">What is refused before ONNX Runtime sees it; null for the defaults.</param>
    /// <exception cref="ModelFileException">The file is missing, too large, no ONNX model, of the wrong shape, or lacks metadata.</exception>
    public static AutoencoderModel Load(string path, IReadOnlyDictionary<string, string>? overrides = null, ModelFileLimits? limits = null) =>
        Load(ModelFile.Read(path, limits), overrides, limits);

    /// <summary>Loads a model from memory and checks it as <see cref="Load(string, IReadOnlyDictionary{string, string}?, ModelFileLimits?)"/> does.</summary>
    /// <param name="path">Name for messages and scores; a sidecar beside it is read.</param>
    /// <param name="bytes">The ONNX file's content.</param>
    /// <param name="overrides">Metadata properties that win.</param>
    /// <param name="limits">What is refused before ONNX Runtime sees it; null for the defaults.</param>
    /// <exception cref="ModelFileException">The model is refused.</exception>
    public static AutoencoderModel Load(
        string path, byte[] bytes, IReadOnlyDictionary<string, string>? overrides = null, ModelFileLimits? limits = null) =>
        Load(new ModelFile(path, bytes, ModelFile.ReadSidecar(path)), overrides, limits);

    /// <summary>Loads a model whose bytes are at hand, sidecar included, and checks it likewise.</summary>
    /// <param name="file">The model.</param>
    /// <param name="overrides">Metadata properties that win.</param>
    /// <param name="limits">What is refused before ONNX Runtime sees it; null for the defaults.</param>
    /// <exception cref="ModelFileException">The model is refused.</exception>
    public static AutoencoderModel Load(ModelFile file, IReadOnlyDictionary<string, string>? overrides = null, ModelFileLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        string path = file.Path;
        SessionOptions? options = null;
        InferenceSession? session = null;
        limits ??= ModelFileLimits.Default;
        try
        {
            ModelFileCheck.Check(file.Onnx, limits);
            (ModelMetadata metadata, ModelInput input, ModelSignature signature) = Examine(file, overrides, limits);
            options = SessionSetup.Options();
            session = new InferenceSession(file.Onnx, options);
            return new AutoencoderModel(file, metadata, input, signature, options, session) { Limits = limits };
        }
        catch (Exception e) when (e is OnnxRuntimeException or FormatException or ModelFileException)
        {
            session?.Dispose();
            options?.Dispose();
            throw e switch
            {
                ModelFileException => e,
                OnnxRuntimeException => new ModelFileException(path, $"expected an ONNX model, found: {FirstLine(e.Message)}", e),
                _ => new ModelFileException(path, e.Message, e),
            };
        }
    }

    /// <summary>The metrics of the metadata, compiled for its input.</summary>
    public MetricSet CompileMetrics() => CompileMetrics(Metadata, new ModelInput(Metadata));

    /// <summary>Releases the native session.</summary>
    public void Dispose()
    {
        Session.Dispose();
        _options.Dispose();
    }

    /// <summary>Reads what the file says, and runs it once on zeros as it stands there, within the limits of memory and time.</summary>
    private static (ModelMetadata Metadata, ModelInput Input, ModelSignature Signature) Examine(
        ModelFile file, IReadOnlyDictionary<string, string>? overrides, ModelFileLimits limits)
    {
        using SessionOptions options = SessionSetup.Trial();
        using var session = new InferenceSession(file.Onnx, options);
        ModelMetadata metadata = ReadMetadata(file, session, overrides);
        var input = new ModelInput(metadata);
        _ = CompileMetrics(metadata, input);
        ModelSignature signature = ModelSignature.Read(session, metadata, input.LengthPerAxis);
        int windows = Math.Max(1, signature.FixedBatch);
        using var zeros = OrtValue.CreateTensorValueFromMemory(
            new float[windows * input.Length], ModelLayouts.Shape(signature.Layout, windows, metadata.Axes.Count, input.LengthPerAxis));
        TimedRun.Run(limits, runOptions => session.Run(runOptions, session.InputNames, [zeros], session.OutputNames).Dispose());
        return (metadata, input, signature);
    }

    private static MetricSet CompileMetrics(ModelMetadata metadata, ModelInput input)
    {
        if (!metadata.Feature.IsInTime && metadata.Metrics.FirstOrDefault(metric => metric.Terms.Any(term => term.Bins is not null)) is { } bins)
        {
            throw new FormatException($"metric {bins} expected a feature in time, such as waveform, found {metadata.Feature}");
        }

        return MetricSet.Compile(metadata.Metrics, input.LengthPerAxis, metadata.SampleRateHz, metadata.Scale, metadata.ShaftHz, metadata.Axes.Count);
    }

    private static ModelMetadata ReadMetadata(ModelFile file, InferenceSession session, IReadOnlyDictionary<string, string>? overrides)
    {
        var properties = new Dictionary<string, string>(session.ModelMetadata.CustomMetadataMap);
        foreach ((string key, string value) in ModelSidecar.Read(file).Concat(overrides ?? new Dictionary<string, string>()))
        {
            properties[key.StartsWith(ModelMetadata.Keys.Prefix, StringComparison.Ordinal) ? key : ModelMetadata.Keys.Prefix + key] = value;
        }

        return ModelMetadata.FromProperties(properties);
    }

    private static string FirstLine(string text) => text.Split('\n', 2)[0];
}
