namespace Thrum.TestSupport;

/// <summary>Where things are in the source tree, found from the test's own assembly.</summary>
public static class RepositoryPaths
{
    /// <summary>The folder that holds <c>Stream.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Stream.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No Stream.sln above {AppContext.BaseDirectory}: tests run from a build inside the source tree.");
    }
}
