using System.Text.RegularExpressions;

namespace Thrum.Architecture.Tests;

/// <summary>Rules on the text of the sources.</summary>
public sealed partial class SourceTests
{
    public static TheoryData<string> Projects => [.. SourceTree.OurProjects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Namespace_OfEveryFile_IsItsFolder(string project)
    {
        string[] strays = [.. SourceTree.Files("*.cs", $"src/{project}").Where(path => !IsInItsFolder(path))];

        Assert.Empty(strays);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Source_IsFinished(string project)
    {
        string[] strays = [.. SourceTree.Files("*.cs", $"src/{project}").SelectMany(path =>
            Unfinished().Matches(SourceTree.Read(path)).Select(match => $"{path}: {match.Value}"))];

        Assert.Empty(strays);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Source_File_HasAtMost400Lines(string project)
    {
        string[] strays = [.. SourceTree.Files("*.cs", $"src/{project}").Where(path => SourceTree.Read(path).AsSpan().Count('\n') > 400)];

        Assert.Empty(strays);
    }

    private static bool IsInItsFolder(string path)
    {
        Match declared = Declaration().Match(SourceTree.Read(path));
        string folder = Path.GetDirectoryName(path)!.Replace('\\', '/')["src/".Length..].Replace('/', '.');

        // A file of top-level statements or assembly attributes declares none.
        return declared.Success ? declared.Groups[1].Value == $"Thrum.{folder}" : Path.GetFileName(path) is "Program.cs" or "AssemblyInfo.cs" or "Placeholder.cs";
    }

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    // The letters in brackets keep these lines from matching themselves.
    [GeneratedRegex(@"\b(TOD[O]|FIXM[E]|HAC[K]|NotImplementedExceptio[n])\b|^\s*#regio[n]\b", RegexOptions.Multiline)]
    private static partial Regex Unfinished();
}
