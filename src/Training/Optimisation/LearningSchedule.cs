using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Thrum.Training.Optimisation;

/// <summary>
/// How the learning rate changes. It begins with a linear warm-up where one is asked for; positions are in epochs from the beginning of training, so a cosine moves at every
/// step. What a plateau has seen is its state. Not thread-safe.
/// </summary>
internal sealed class LearningSchedule
{
    public const string Forms = "constant, step:EPOCHS:FACTOR, cosine, cosine:FLOOR or plateau:EPOCHS:FACTOR, each behind warmup:EPOCHS+ at will";

    // A criterion must fall by so much of itself to count as progress (as PyTorch's ReduceLROnPlateau has it).
    private const double LeastProgress = 1e-4;

    private readonly ScheduleKind _kind;
    private readonly double _period;
    private readonly double _factor;
    private readonly double _warmUp;

    private LearningSchedule(ScheduleKind kind, double period, double factor, double warmUp)
    {
        _kind = kind;
        _period = period;
        _factor = factor;
        _warmUp = warmUp;
    }

    /// <summary>What a plateau has made of the rate, the best criterion it saw, and for how many epochs it has seen no better one.</summary>
    public (double Factor, double Best, int Waited) State { get; set; } = (1, double.PositiveInfinity, 0);

    /// <summary>Factor on the learning rate.</summary>
    /// <param name="position">Epochs behind, with a fraction for the steps of the present one.</param>
    /// <param name="stepsPerEpoch">Steps in an epoch.</param>
    /// <param name="epochs">Most epochs of the training.</param>
    public double Factor(double position, int stepsPerEpoch, int epochs)
    {
        if (position < _warmUp)
        {
            // The first step has a rate above 0, the last one the whole.
            return Math.Min(1, (position + (1.0 / stepsPerEpoch)) / _warmUp);
        }

        return _kind switch
        {
            ScheduleKind.Step => Math.Pow(_factor, Math.Floor(position / _period)),
            ScheduleKind.Cosine => _factor + ((1 - _factor) * (1 + Math.Cos(Math.PI * (position - _warmUp) / Math.Max(1, epochs - _warmUp))) / 2),
            ScheduleKind.Plateau => State.Factor,
            _ => 1,
        };
    }

    /// <summary>Tells what an epoch came to.</summary>
    public void Observe(double criterion)
    {
        (double factor, double best, int waited) = State;
        bool isBetter = criterion < best * (1 - LeastProgress);
        waited = isBetter ? 0 : waited + 1;
        bool isStuck = _kind == ScheduleKind.Plateau && waited >= _period;
        State = (isStuck ? factor * _factor : factor, isBetter ? criterion : best, isStuck ? 0 : waited);
    }

    /// <summary>Reads the text form.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out LearningSchedule? schedule, [NotNullWhen(false)] out string? fault)
    {
        const string warm = "warmup:";
        string[] joined = text.Split('+');
        double warmUp = 0;
        bool fits = joined.Length == 1
            || (joined.Length == 2 && joined[0].StartsWith(warm, StringComparison.Ordinal) && TryNumber(joined[0][warm.Length..], out warmUp) && warmUp is > 0 and <= 1e5);
        string[] parts = joined[^1].Split(':');
        double first = 0, second = 0;
        fits &= parts.Length <= 3 && (parts.Length < 2 || TryNumber(parts[1], out first)) && (parts.Length < 3 || TryNumber(parts[2], out second));
        schedule = !fits ? null : (parts[0], parts.Length - 1) switch
        {
            ("constant", 0) => new LearningSchedule(ScheduleKind.Constant, 0, 1, warmUp),
            ("step", 2) when first >= 1 && second is > 0 and <= 1 => new LearningSchedule(ScheduleKind.Step, first, second, warmUp),
            ("cosine", 0) => new LearningSchedule(ScheduleKind.Cosine, 0, 0, warmUp),
            ("cosine", 1) when first is >= 0 and <= 1 => new LearningSchedule(ScheduleKind.Cosine, 0, first, warmUp),
            ("plateau", 2) when first >= 1 && second is > 0 and < 1 => new LearningSchedule(ScheduleKind.Plateau, first, second, warmUp),
            _ => null,
        };
        fault = schedule is null ? $"Schedule is '{text}'; expected {Forms}" : null;
        return schedule is not null;
    }

    private static bool TryNumber(string text, out double number) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    private enum ScheduleKind
    {
        Constant,
        Step,
        Cosine,
        Plateau,
    }
}
