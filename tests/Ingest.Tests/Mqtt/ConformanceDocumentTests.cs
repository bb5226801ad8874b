using System.Reflection;
using System.Text.RegularExpressions;

namespace Thrum.Ingest.Tests.Mqtt;

/// <summary>docs/mqtt-conformance.md names a test for every statement; here they are looked up.</summary>
public sealed partial class ConformanceDocumentTests
{
    [Fact]
    public void Document_EveryTestItNames_Exists()
    {
        string text = File.ReadAllText(Path.Combine(RepositoryPaths.Root, "docs", "mqtt-conformance.md"));
        string[] named = [.. TestName().Matches(text).Select(match => match.Groups[1].Value).Distinct()];
        HashSet<string> known = [.. typeof(ConformanceDocumentTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().Where(method => method.GetCustomAttribute<FactAttribute>() is not null).Select(method => $"{type.Name}.{method.Name}"))];
        Assert.True(named.Length > 30, $"only {named.Length} tests were found in the document");
        Assert.Empty(named.Except(known));
    }

    [Fact]
    public void Document_EveryStatement_HasATest()
    {
        string[] rows = [.. File.ReadLines(Path.Combine(RepositoryPaths.Root, "docs", "mqtt-conformance.md"))
            .Where(line => line.StartsWith("| MQTT-", StringComparison.Ordinal) || line.StartsWith("| 3.", StringComparison.Ordinal) || line.StartsWith("| 4.", StringComparison.Ordinal))];
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Matches(TestName(), row));
    }

    [GeneratedRegex("`([A-Za-z0-9]+Tests\\.[A-Za-z0-9_]+)`")]
    private static partial Regex TestName();
}
