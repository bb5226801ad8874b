namespace Thrum.Training.Search;

/// <summary>One combination of values. Immutable.</summary>
/// <param name="Names">What is varied.</param>
/// <param name="Values">As texts, in the same order.</param>
public sealed record SearchPoint(IReadOnlyList<string> Names, IReadOnlyList<string> Values)
{
    /// <summary>A setup with these values.</summary>
    /// <param name="setup">What the point does not vary.</param>
    /// <param name="axes">Axes that the model sees together.</param>
    /// <exception cref="FormatException">A text is no value of its name.</exception>
    public TrialSetup ApplyTo(TrialSetup setup, int axes = 1)
    {
        ArgumentNullException.ThrowIfNull(setup);
        for (int i = 0; i < Names.Count; i++)
        {
            setup = setup.With(Names[i], Values[i]);
        }

        return setup.Complete(axes);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', Names.Zip(Values, (name, value) => $"{name}={value}"));
}
