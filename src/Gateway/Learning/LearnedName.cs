using System.Globalization;
using Thrum.Detector.Samples;

namespace Thrum.Gateway.Learning;

/// <summary>File names for what belongs to an axis: what of its name a file system takes, and a hash that tells apart what is left.</summary>
internal static class LearnedName
{
    private const int LongestText = 60;

    public static string Of(AxisId axis)
    {
        string full = axis.ToString();
        string text = string.Concat(full.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' ? c : '_'));
        string hash = StableHash.Of(full).ToString("x16", CultureInfo.InvariantCulture);
        return $"{(text.Length <= LongestText ? text : text[..LongestText])}.{hash}";
    }
}
