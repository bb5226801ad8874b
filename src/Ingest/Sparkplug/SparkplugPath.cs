namespace Thrum.Ingest.Sparkplug;

/// <summary>
/// The path of a metric, <c>spBv1.0/group/node/device/metric</c>: what the templates of Sparkplug topics are written for. The node's own metrics have an empty
/// device, and a metric's name may have levels of its own. Inside, an empty level takes the place of the message's type, so that a path is never
/// taken for a topic.
/// </summary>
internal static class SparkplugPath
{
    public const string FormatName = "sparkplug";

    private const string Namespace = "spBv1.0/";

    // Group, node, device and at least one level of the metric.
    private const int LeastLevels = 5;

    /// <summary>The path as a topic.</summary>
    public static byte[] Of(in SparkplugTopic topic, ReadOnlySpan<byte> metric) =>
        [.. "spBv1.0//"u8, .. topic.Group, (byte)'/', .. topic.Node, (byte)'/', .. topic.Device, (byte)'/', .. metric];

    /// <summary>A configured template as one for such topics.</summary>
    public static string TemplateOf(string configured) => Namespace + "/" + configured[Namespace.Length..];

    /// <summary>The subscription that brings the messages of what a template asks for: those of the nodes, and with them of their devices.</summary>
    public static string FilterOf(string configured)
    {
        string[] levels = configured.Split('/');
        return $"{Namespace}{Level(levels[1])}/+/{Level(levels[2])}/#";
    }

    /// <summary>What is wrong with a configured template; null for nothing.</summary>
    public static string? FaultOf(string configured)
    {
        string[] levels = configured.Split('/');
        return !configured.StartsWith(Namespace, StringComparison.Ordinal) || levels.Length < LeastLevels || levels.AsSpan(1, 3).Contains("#") || levels[1].Length == 0 || levels[2].Length == 0
            ? "expected spBv1.0/group/node/device/metric, each level a name, + or a placeholder, as in spBv1.0/plant/{machine}/{sensor}/{axis}"
            : null;
    }

    private static string Level(string level) => level.StartsWith('{') ? "+" : level;
}
