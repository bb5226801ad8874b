using System.Globalization;
using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
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

    private AutoencoderModel(string path, byte[] bytes, ModelMetadata metadata, SessionOptions options, InferenceSession session)
    {
        Path = path;
        Metadata = metadata;
        Session = session;
        _options = options;
        Description = new ScoredModel(
            System.IO.Path.GetFileNameWithoutExtension(path),
            Convert.ToHexStringLower(SHA256.HashData(bytes))[..12],
            [.. metadata.Metrics.Select(metric => metric.Text)],
            [.. metadata.Metrics.Select(metric => metric.FieldKey)]);
    }

    /// <summary>Version of the native ONNX Runtime in use.</summary>
    public static string RuntimeVersion => OrtEnv.Instance().GetVersionString();

    /// <summary>The file it came from.</summary>
    public string Path { get; }

    /// <summary>Window, rate, normaliser, metrics and calibration.</summary>
    public ModelMetadata Metadata { get; }

    /// <summary>Name, revision and metrics as they leave with each score.</summary>
    public ScoredModel Description { get; }

    internal InferenceSession Session { get; }

    /// <summary>Loads a model file and checks that it is an autoencoder for its stated window.</summary>
    /// <param name="path">The ONNX file; a sidecar of the same name with <c>.json</c> appended is read where it exists.</param>
    /// <param name="overrides">Metadata properties that win over those in the file and the sidecar.</param>
    /// <exception cref="ModelFileException">The file is missing, no ONNX model, of the wrong shape, or lacks metadata.</exception>
    public static AutoencoderModel Load(string path, IReadOnlyDictionary<string, string>? overrides = null)
    {
        try
        {
            return Load(path, File.ReadAllBytes(path), overrides);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFileException(path, $"expected a readable ONNX file, found: {e.Message}", e);
        }
    }

    /// <summary>Loads a model from memory and checks it as <see cref="Load(string, IReadOnlyDictionary{string, string}?)"/> does.</summary>
    /// <param name="path">Name for messages and scores; a sidecar beside it is read.</param>
    /// <param name="bytes">The ONNX file's content.</param>
    /// <param name="overrides">Metadata properties that win.</param>
    /// <exception cref="ModelFileException">The model is refused.</exception>
    public static AutoencoderModel Load(string path, byte[] bytes, IReadOnlyDictionary<string, string>? overrides = null)
    {
        // One intra-op thread: scores do not depend on how the work is split, and shards are the unit of parallelism.
        var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, ExecutionMode = ExecutionMode.ORT_SEQUENTIAL };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
        InferenceSession? session = null;
        try
        {
            session = new InferenceSession(bytes, options);
            ModelMetadata metadata = ReadMetadata(path, session, overrides);
            CheckShapes(path, session, metadata.WindowSamples);
            _ = MetricSet.Compile(metadata.Metrics, metadata.WindowSamples, metadata.SampleRateHz, metadata.Scale, metadata.ShaftHz);
            return new AutoencoderModel(path, bytes, metadata, options, session);
        }
        catch (Exception e) when (e is OnnxRuntimeException or FormatException or ModelFileException)
        {
            session?.Dispose();
            options.Dispose();
            throw e switch
            {
                ModelFileException => e,
                OnnxRuntimeException => new ModelFileException(path, $"expected an ONNX model, found: {FirstLine(e.Message)}", e),
                _ => new ModelFileException(path, e.Message, e),
            };
        }
    }

    /// <summary>Releases the native session.</summary>
    public void Dispose()
    {
        Session.Dispose();
        _options.Dispose();
    }

    private static ModelMetadata ReadMetadata(string path, InferenceSession session, IReadOnlyDictionary<string, string>? overrides)
    {
        var properties = new Dictionary<string, string>(session.ModelMetadata.CustomMetadataMap);
        foreach ((string key, string value) in ModelSidecar.Read(path + ".json").Concat(overrides ?? new Dictionary<string, string>()))
        {
            properties[key.StartsWith(ModelMetadata.Keys.Prefix, StringComparison.Ordinal) ? key : ModelMetadata.Keys.Prefix + key] = value;
        }

        return ModelMetadata.FromProperties(properties);
    }

    private static void CheckShapes(string path, InferenceSession session, int window)
    {
        if (session.InputNames.Count != 1)
        {
            throw new ModelFileException(path, $"expected one input, found {session.InputNames.Count}: {string.Join(", ", session.InputNames)}");
        }

        Check("input", session.InputNames[0], session.InputMetadata[session.InputNames[0]]);
        Check("output", session.OutputNames[0], session.OutputMetadata[session.OutputNames[0]]);

        void Check(string role, string name, NodeMetadata node)
        {
            bool fits = node.IsTensor && node.ElementDataType == TensorElementType.Float && node.Dimensions is [< 0, int width] && (width < 0 || width == window);
            if (!fits)
            {
                throw new ModelFileException(path, $"expected {role} '{name}' to be Float [batch, {window}] with a dynamic batch, found {Describe(node)}");
            }
        }
    }

    private static string Describe(NodeMetadata node) => node.IsTensor
        ? $"{node.ElementDataType} [{string.Join(", ", node.Dimensions.Select(d => d < 0 ? "batch" : d.ToString(CultureInfo.InvariantCulture)))}]"
        : node.OnnxValueType.ToString();

    private static string FirstLine(string text) => text.Split('\n', 2)[0];
}
