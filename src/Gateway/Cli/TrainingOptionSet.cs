using System.CommandLine;
using Thrum.Gateway.Workflows;
using Thrum.Ingest.Recordings;
using Thrum.Training.Data;
using Thrum.Training.Search;
using Thrum.Training.Trainer;

namespace Thrum.Gateway.Cli;

/// <summary>The command-line options that say what to train and how.</summary>
internal sealed class TrainingOptionSet
{
    private readonly Option<bool> _joint = new("--joint") { Description = "One model that sees the axes or columns of a recording together; --axis then names several, separated by commas, all by default" };
    private readonly Option<bool> _onDisk = DiskOption();
    private readonly Option<int> _window = new("--window") { Description = "Samples per window", DefaultValueFactory = _ => 256 };
    private readonly Option<int?> _hop = new("--hop") { Description = "Samples between windows; the window by default" };
    private readonly Option<string?> _model = new("--model") { Description = "The network, such as conv1d:256-16-32/32 or lstm:16x16-32; dense:N-N/2-N/8-N/2-N for a window of N by default" };
    private readonly Option<string> _loss = new("--loss") { Description = "Any metric, huber(δ), log-cosh, bce, one of these flipped and log-scaled by fl(…), or a sum such as mse+0.5*fft(3..12)+1e-4*weights(l2)", DefaultValueFactory = _ => "mse" };
    private readonly Option<double> _scale = new("--scale") { Description = "Scale of lmse and fl(…) in standard deviations of the signal", DefaultValueFactory = _ => 4 };
    private readonly Option<int> _epochs = new("--epochs") { Description = "Most passes over the data", DefaultValueFactory = _ => 100 };
    private readonly Option<int> _batch = new("--batch") { Description = "Windows per step", DefaultValueFactory = _ => 128 };
    private readonly Option<string> _optimiser = new("--optimiser", "--optimizer") { Description = "adam, adamw:DECAY or sgd:MOMENTUM", DefaultValueFactory = _ => "adam" };
    private readonly Option<double> _rate = new("--learning-rate") { Description = "Step size of the optimiser", DefaultValueFactory = _ => 1e-3 };
    private readonly Option<string> _schedule = new("--schedule") { Description = "constant, step:EPOCHS:FACTOR, cosine:FLOOR or plateau:EPOCHS:FACTOR, behind warmup:EPOCHS+ at will", DefaultValueFactory = _ => "constant" };
    private readonly Option<double> _clip = new("--clip-norm") { Description = "Greatest norm of the gradient; 0 for any", DefaultValueFactory = _ => 0 };
    private readonly Option<int> _patience = new("--patience") { Description = "Epochs without progress after which training stops", DefaultValueFactory = _ => 10 };
    private readonly Option<string> _stopOn = new("--stop-on") { Description = "The metric that decides when to stop and which weights are best; the loss by default", DefaultValueFactory = _ => "" };
    private readonly Option<string> _noise = new("--noise") { Description = "Denoising: gaussian:LEVEL, mask:SHARE, salt-pepper:SHARE or multiplicative:LEVEL on the inputs; LEVEL 0.3..0.1 moves over the epochs", DefaultValueFactory = _ => "none" };
    private readonly Option<int> _seed = new("--seed") { Description = "Fixes weights, order and noise: the same seed gives the same file", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads of ONNX Runtime", DefaultValueFactory = _ => 1 };

    /// <summary>The options about recordings.</summary>
    public RecordingOptionSet Recordings { get; } = new();

    /// <summary>The options with those about recordings, in the order of help.</summary>
    public IReadOnlyList<Option> All =>
        [_joint, _onDisk, _window, _hop, _model, _loss, _scale, _epochs, _batch, _optimiser, _rate, _schedule, _clip, _patience, _stopOn, _noise, _seed, _threads, .. Recordings.All];

    public void AddTo(Command command)
    {
        foreach (Option option in All)
        {
            command.Options.Add(option);
        }
    }

    public bool IsJoint(ParseResult parsed) => parsed.GetValue(_joint);

    /// <summary>Keeps samples on disk.</summary>
    public static Option<bool> DiskOption() =>
        new("--on-disk") { Description = "Keep the samples in a temporary file: recordings may then be larger than memory, also one alone" };

    /// <summary>A temporary file for samples, where it is asked for.</summary>
    public SampleSpool? Spool(ParseResult parsed) => parsed.GetValue(_onDisk) ? new SampleSpool() : null;

    /// <summary>Reads the axes of a file that are to be used, each alone or all together.</summary>
    /// <exception cref="UsageException">Several axes are named, and not said to be used together.</exception>
    public IReadOnlyList<Signal> ReadSignals(ParseResult parsed, RecordingChoice choice, string file, SampleSpool? spool)
    {
        try
        {
            return IsJoint(parsed) ? choice.ReadTogether(file, spool) : choice.ReadChosen(file, spool);
        }
        catch (RecordingException e) when (!IsJoint(parsed) && choice.Axis is { } axes && axes.Contains(',', StringComparison.Ordinal) && e.Message.Contains(axes, StringComparison.Ordinal))
        {
            // A name may hold a comma, so this is known only once there is no such axis.
            throw new UsageException($"{e.Message}; several axes in one model take --joint", e);
        }
    }

    public int Window(ParseResult parsed) => parsed.GetValue(_window);

    public int Hop(ParseResult parsed) => parsed.GetValue(_hop) ?? Window(parsed);

    public double Scale(ParseResult parsed) => parsed.GetValue(_scale);

    /// <summary>As they stand, unchecked: what a search begins from.</summary>
    public TrialSetup Setup(ParseResult parsed) => new(Options(parsed), Window(parsed), parsed.GetValue(_hop) is { } hop ? RequireHop(hop) : 0);

    /// <param name="parsed">The command line.</param>
    /// <param name="axes">Axes that the model sees together.</param>
    /// <exception cref="UsageException">A setting is out of range; all are named.</exception>
    public TrainingOptions Read(ParseResult parsed, int axes = 1)
    {
        TrialSetup setup = Setup(parsed).Complete(axes);
        return setup.Faults(axes) is { Count: > 0 } faults ? throw new UsageException(string.Join("; ", faults)) : setup.Options;
    }

    // 0 would be taken for a hop that nobody gave.
    private static int RequireHop(int hop) => hop > 0 ? hop : throw new UsageException($"--hop is {hop}; expected at least 1");

    private TrainingOptions Options(ParseResult parsed) => new()
    {
        Model = parsed.GetValue(_model) ?? "",
        Loss = parsed.GetValue(_loss)!,
        LossScale = parsed.GetValue(_scale),
        Epochs = parsed.GetValue(_epochs),
        BatchSize = parsed.GetValue(_batch),
        Optimiser = parsed.GetValue(_optimiser)!,
        LearningRate = parsed.GetValue(_rate),
        Schedule = parsed.GetValue(_schedule)!,
        ClipNorm = parsed.GetValue(_clip),
        Patience = parsed.GetValue(_patience),
        StopOn = parsed.GetValue(_stopOn)!,
        Noise = parsed.GetValue(_noise)!,
        Seed = parsed.GetValue(_seed),
        Threads = parsed.GetValue(_threads),
    };
}
