using System.Xml.Linq;

namespace Thrum.Architecture.Tests;

/// <summary>What the project files must say: docs/architecture.md, section on layout and the dependency rule.</summary>
public sealed class ProjectTests
{
    /// <summary>Spectral ← Detector ← {Ingest, Sink, Training} ← Gateway: what each project may name.</summary>
    private static readonly Dictionary<string, string[]> MayReference = new()
    {
        ["OnnxRuntime"] = [],
        ["Spectral"] = [],
        ["Detector"] = ["Spectral"],
        ["Ingest"] = ["Spectral", "Detector"],
        ["Sink"] = ["Spectral", "Detector"],
        ["Training"] = ["Spectral", "Detector"],
        ["Gateway"] = ["Spectral", "Detector", "Ingest", "Sink", "Training"],
    };

    /// <summary>One owner per outside thing.</summary>
    private static readonly (string Package, string[] Owners)[] Owned =
    [
        ("Microsoft.Data.Sqlite", ["Sink"]),
        ("SQLitePCLRaw", ["Sink"]),
        ("Npgsql", ["Sink"]),
        ("MQTTnet", ["Ingest"]),
        ("InfluxDB", ["Sink"]),
        ("Microsoft.ML.OnnxRuntime", ["Detector", "Training"]),
    ];

    public static TheoryData<string> SourceProjects => [.. SourceTree.Files("*.csproj", "src")];

    public static TheoryData<string> AllProjects => [.. SourceTree.Files("*.csproj", "src", "tests", "bench")];

    [Fact]
    public void SourceProjects_AreThoseOfTheDependencyRule() =>
        Assert.Equal(MayReference.Keys.Order(), SourceTree.Files("*.csproj", "src").Select(SourceTree.ProjectName).Order());

    [Theory]
    [MemberData(nameof(SourceProjects))]
    public void SourceProject_References_PointInwards(string path)
    {
        string[] references = [.. SourceTree.Project(path).Items("ProjectReference").Select(SourceTree.ProjectName)];

        Assert.Empty(references.Except(MayReference[SourceTree.ProjectName(path)]));
    }

    [Theory]
    [MemberData(nameof(SourceProjects))]
    public void SourceProject_OutsideThings_HaveOneOwner(string path)
    {
        XElement project = SourceTree.Project(path);
        string name = SourceTree.ProjectName(path);
        string[] strays = [.. project.Items("PackageReference").Where(package =>
            Owned.Any(owned => package.StartsWith(owned.Package, StringComparison.Ordinal) && !owned.Owners.Contains(name)))];

        Assert.Empty(strays);
        Assert.Equal(name is "Detector" or "Training", project.Descendants("UsesOnnxRuntime").Any(element => element.Value == "true"));
        Assert.Equal(name == "OnnxRuntime", project.Descendants("AllowUnsafeBlocks").Any(element => element.Value == "true"));
    }

    [Theory]
    [MemberData(nameof(SourceProjects))]
    public void SourceProject_Internals_AreVisibleToItsOwnTestsOnly(string path) =>
        Assert.Empty(SourceTree.Project(path).Items("InternalsVisibleTo").Except([$"Thrum.{SourceTree.ProjectName(path)}.Tests"]));

    [Fact]
    public void TestProject_OfEverySourceProject_Exists() =>
        Assert.All(SourceTree.OurProjects, name => Assert.Contains($"tests/{name}.Tests/{name}.Tests.csproj", SourceTree.Files("*.csproj", "tests")));

    [Theory]
    [MemberData(nameof(AllProjects))]
    public void Project_Packages_AreLockedAndVersionedInOnePlace(string path)
    {
        Assert.True(File.Exists(Path.Combine(RepositoryPaths.Root, Path.GetDirectoryName(path)!, "packages.lock.json")), $"no packages.lock.json beside {path}");
        Assert.DoesNotContain(SourceTree.Project(path).Descendants("PackageReference"), package => package.Attribute("Version") is not null);
    }

    [Theory]
    [MemberData(nameof(AllProjects))]
    public void Solution_IsOfTheClassicFormatAndListsTheProject(string path)
    {
        string solution = SourceTree.Read("Stream.sln");

        Assert.Contains("Microsoft Visual Studio Solution File, Format Version 12.00", solution, StringComparison.Ordinal);
        Assert.Contains($"\"{path.Replace('/', '\\')}\"", solution, StringComparison.Ordinal);
    }
}
