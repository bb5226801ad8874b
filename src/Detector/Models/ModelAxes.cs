using System.Globalization;
using System.Text.Json;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Models;

/// <summary>The axes or quantities that a model sees together. Metadata form: a number, or a JSON array of names.</summary>
/// <param name="Count">How many, 1 to 256.</param>
/// <param name="Names">Their names in order; empty when only the number is known.</param>
public sealed record ModelAxes(int Count, IReadOnlyList<string> Names)
{
    private const int Most = 256;

    /// <summary>One axis, whatever its name.</summary>
    public static ModelAxes One { get; } = new(1, []);

    /// <summary>True when the model sees several axes in one joint window.</summary>
    public bool IsJoint => Count > 1;

    /// <summary>True when an axis of this name may be one of them. A model of one axis takes any.</summary>
    public bool Takes(string axis) => !IsJoint || (axis != AxisId.Joint && (Names.Count == 0 || Names.Contains(axis)));

    /// <summary>The metadata form.</summary>
    public override string ToString() => Names.Count > 0 ? JsonSerializer.Serialize(Names) : Count.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads the metadata form.</summary>
    /// <exception cref="FormatException">It is neither form.</exception>
    public static ModelAxes Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is >= 1 and <= Most)
        {
            return count == 1 ? One : new ModelAxes(count, []);
        }

        try
        {
            if (text.StartsWith('[') && JsonSerializer.Deserialize<string[]>(text) is { Length: >= 1 and <= Most } names
                && names.All(name => name.Length > 0) && names.Distinct().Count() == names.Length)
            {
                return new ModelAxes(names.Length, names);
            }
        }
        catch (JsonException)
        {
            // Falls through to the one sentence about both forms.
        }

        throw new FormatException($"expected a number from 1 to {Most} or a JSON array of distinct names, found {text}");
    }
}
