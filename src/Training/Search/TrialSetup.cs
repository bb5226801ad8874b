using System.Globalization;
using Thrum.Training.Models;
using Thrum.Training.Trainer;

namespace Thrum.Training.Search;

/// <summary>What one trial of a search trains.</summary>
/// <param name="Options">How; a model left empty is <c>dense:N-N/2-N/8-N/2-N</c> for the window.</param>
/// <param name="WindowSamples">Length of a window.</param>
/// <param name="HopSamples">Distance between the starts of windows; 0 for the window's length.</param>
public sealed record TrialSetup(TrainingOptions Options, int WindowSamples, int HopSamples)
{
    private const int LeastWindow = 8;
    private const int MostWindow = 1 << 20;

    // The most that a model file may say.
    private const int MostHop = 1 << 24;

    /// <summary>What a search may vary.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["model", "loss", "scale", "epochs", "batch", "optimiser", "learning-rate", "schedule", "clip-norm", "patience", "stop-on", "noise", "seed", "window", "hop"];

    /// <summary>Distance while training: overlapping windows show the network the same signal at more phases; they never straddle a split.</summary>
    public int TrainingHopSamples => Math.Max(1, Math.Min(HopSamples, WindowSamples / 4));

    /// <summary>The setup with the hop and the model that its window and its axes ask for.</summary>
    /// <param name="axes">Axes that the model sees together.</param>
    public TrialSetup Complete(int axes = 1) => this with
    {
        HopSamples = HopSamples == 0 ? WindowSamples : HopSamples,
        Options = Options with { Axes = axes, Model = Options.Model.Length > 0 ? Options.Model : UsualModel((long)axes * WindowSamples) },
    };

    private static string UsualModel(long values) =>
        string.Create(CultureInfo.InvariantCulture, $"dense:{values}-{values / 2}-{values / 8}-{values / 2}-{values}");

    /// <summary>Sets one thing by its name.</summary>
    /// <exception cref="FormatException">There is nothing of that name, or the text is no value of it.</exception>
    public TrialSetup With(string name, string text) => name switch
    {
        "model" => Of(Options with { Model = text }),
        "loss" => Of(Options with { Loss = text }),
        "scale" => Of(Options with { LossScale = Number(name, text) }),
        "epochs" => Of(Options with { Epochs = Whole(name, text) }),
        "batch" => Of(Options with { BatchSize = Whole(name, text) }),
        "optimiser" => Of(Options with { Optimiser = text }),
        "learning-rate" => Of(Options with { LearningRate = Number(name, text) }),
        "schedule" => Of(Options with { Schedule = text }),
        "clip-norm" => Of(Options with { ClipNorm = Number(name, text) }),
        "patience" => Of(Options with { Patience = Whole(name, text) }),
        "stop-on" => Of(Options with { StopOn = text }),
        "noise" => Of(Options with { Noise = text }),
        "seed" => Of(Options with { Seed = Whole(name, text) }),
        "window" => this with { WindowSamples = Whole(name, text) },
        "hop" => this with { HopSamples = Whole(name, text) },
        _ => throw new FormatException($"'{name}' cannot be varied; expected one of {string.Join(", ", Names)}"),
    };

    /// <summary>All faults, one sentence each with the name as of <see cref="Names"/> behind two hyphens; empty when there are none.</summary>
    /// <param name="axes">Axes that the model sees together.</param>
    public IReadOnlyList<string> Faults(int axes = 1)
    {
        List<string> faults = [];
        bool isWindow = Check(WindowSamples is >= LeastWindow and <= MostWindow, "window", WindowSamples, $"{LeastWindow} to {MostWindow}");
        bool isScale = Check(Options.LossScale is > 0 and < double.PositiveInfinity, "scale", Options.LossScale, "a positive number");
        Check(HopSamples is >= 1 and <= MostHop || (!isWindow && HopSamples == WindowSamples), "hop", HopSamples, $"1 to {MostHop}");

        // What follows from a fault that is told is no other one: a model of a wrong window, a loss of a wrong scale, axes that a model of another length does not hold.
        bool isOther = Options.TryNetwork(out Architecture? network, out _) && network.WindowSamples != (long)axes * WindowSamples;
        TrainingOptions others = isScale ? Options : Options with { LossScale = 1 };
        others = isWindow || others.Model != UsualModel((long)axes * WindowSamples) ? others : others with { Model = UsualModel(MostWindow / 256) };
        others = isOther || !isWindow ? others with { Axes = 1 } : others;
        faults.AddRange(others.Validate().Select(Named));
        if (faults.Count == 0 && isOther)
        {
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"{Options.Model} takes windows of {network!.WindowSamples} samples; expected {axes * WindowSamples}, the window{(axes > 1 ? $" of {axes} axes" : "")}"));
        }

        if (axes > 1 && Options.Loss.Contains("fft(", StringComparison.Ordinal))
        {
            faults.Add($"loss {Options.Loss}; expected no fft(…) for several axes together, because a loss sees them one after the other as one window");
        }

        return faults;

        bool Check(bool fits, string name, IFormattable value, string expected)
        {
            if (!fits)
            {
                faults.Add($"--{name} is {value.ToString(null, CultureInfo.InvariantCulture)}; expected {expected}");
            }

            return fits;
        }
    }

    /// <summary>A fault of the options under the name that people give the setting: its first word is the property's.</summary>
    private static string Named(string fault)
    {
        string[] words = fault.Split(' ', 2);
        string name = words[0] == nameof(TrainingOptions.BatchSize) ? "batch"
            : string.Concat(words[0].Select((letter, i) => (i > 0 && char.IsUpper(letter) ? "-" : "") + char.ToLowerInvariant(letter)));
        return $"--{name} {words[1]}";
    }

    private TrialSetup Of(TrainingOptions options) => this with { Options = options };

    private static double Number(string name, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : throw new FormatException($"{name} is '{text}'; expected a number");

    private static int Whole(string name, string text) =>
        int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int number) ? number : throw new FormatException($"{name} is '{text}'; expected a whole number");
}
