using System.Xml.Linq;

namespace Thrum.Architecture.Tests;

/// <summary>The projects and sources of the repository, without what was built or installed into it.</summary>
internal static class SourceTree
{
    private static readonly string[] Skipped = ["bin", "obj", "node_modules", "artifacts"];

    /// <summary>The projects of <c>src</c> whose code is ours: all but the ONNX Runtime built from its package.</summary>
    public static readonly string[] OurProjects = ["Spectral", "Detector", "Ingest", "Sink", "Training", "Gateway"];

    /// <summary>Files below the given folders of the repository, as paths from its root with forward slashes.</summary>
    public static IReadOnlyList<string> Files(string pattern, params string[] folders) =>
        [.. folders.Select(folder => Path.Combine(RepositoryPaths.Root, folder)).Where(Directory.Exists)
            .SelectMany(folder => Below(folder, pattern))
            .Select(file => Path.GetRelativePath(RepositoryPaths.Root, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    public static string Read(string path) => File.ReadAllText(Path.Combine(RepositoryPaths.Root, path));

    public static XElement Project(string path) => XElement.Parse(Read(path));

    /// <summary>The values of an attribute of all items of one kind, for instance the Include of every ProjectReference.</summary>
    public static string[] Items(this XElement project, string item) =>
        [.. project.Descendants(item).Select(element => (string?)element.Attribute("Include")).OfType<string>()];

    public static string ProjectName(string path) => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'));

    private static IEnumerable<string> Below(string folder, string pattern) =>
        Directory.EnumerateFiles(folder, pattern).Concat(
            Directory.EnumerateDirectories(folder).Where(inner => !Skipped.Contains(Path.GetFileName(inner))).SelectMany(inner => Below(inner, pattern)));
}
