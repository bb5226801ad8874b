using System.Text.RegularExpressions;

namespace Thrum.Architecture.Tests;

/// <summary>Every promise of docs/guarantees.md names a test that shows it, and the test exists.</summary>
public sealed partial class GuaranteesTests
{
    public static TheoryData<string> Promises =>
    [
        .. File.ReadLines(Path.Combine(RepositoryPaths.Root, "docs", "guarantees.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.EndsWith("| shown by |", StringComparison.Ordinal)),
    ];

    [Theory]
    [MemberData(nameof(Promises))]
    public void Promise_IsShownByTestsThatExist(string promise)
    {
        string[] known = [.. SourceTree.Files("*.cs", "tests").Select(Path.GetFileNameWithoutExtension).OfType<string>()];
        string[] named = [.. TestName().Matches(promise[promise.TrimEnd(' ', '|').LastIndexOf('|')..]).Select(match => match.Groups[1].Value)];
        Assert.NotEmpty(named);
        Assert.Empty(named.Except(known));
    }

    [GeneratedRegex(@"`(\w+Tests)\b")]
    private static partial Regex TestName();
}
