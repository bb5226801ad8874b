using System.ComponentModel.DataAnnotations;

namespace Thrum.Ingest.Simulation;

/// <summary>What a simulated machine cannot be.</summary>
internal static class SimulatorChecks
{
    public static IReadOnlyList<string> Faults(SimulatorOptions options)
    {
        List<ValidationResult> faults = [];
        Validator.TryValidateObject(options, new ValidationContext(options), faults, validateAllProperties: true);
        if (options.ResonanceHz >= options.SampleRateHz / 2)
        {
            faults.Add(new ValidationResult(FormattableString.Invariant(
                $"ResonanceHz is {options.ResonanceHz} and must be below half of SampleRateHz, {options.SampleRateHz / 2}.")));
        }

        return [.. faults.Select(fault => Describe(options, fault))];
    }

    public static void Check(SimulatorOptions options)
    {
        if (Faults(options) is { Count: > 0 } faults)
        {
            throw new ArgumentOutOfRangeException(nameof(options), string.Join(" ", faults));
        }
    }

    private static string Describe(SimulatorOptions options, ValidationResult fault)
    {
        IEnumerable<string> values = fault.MemberNames.Select(name =>
            FormattableString.Invariant($"{name} is {typeof(SimulatorOptions).GetProperty(name)?.GetValue(options)}: "));
        return string.Concat(values) + fault.ErrorMessage;
    }
}
