using Xunit;

namespace Thrum.TestSupport;

/// <summary>
/// What a test needs from its surroundings. Where it is missing the test is skipped with the reason; with
/// <c>THRUM_REQUIRE_ALL=1</c>, as in CI, it fails instead.
/// </summary>
public static class Require
{
    private static bool EverythingIsRequired => Environment.GetEnvironmentVariable("THRUM_REQUIRE_ALL") == "1";

    /// <summary>The folder of public recordings beside the repository, or a file or folder in it.</summary>
    public static string SharedData(params string[] parts)
    {
        string path = Path.GetFullPath(Path.Combine([RepositoryPaths.Root, "..", "shared", "data", .. parts]));
        if (!Path.Exists(path))
        {
            Missing($"the recordings are not at {path}");
        }

        return path;
    }

    /// <summary>The full path of a server or tool on the PATH (or in /usr/sbin).</summary>
    public static string Program(string name)
    {
        string[] folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), "/usr/sbin"];
        string? found = folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        if (found is null)
        {
            Missing($"{name} is not installed (./test.sh installs it on Debian as root)");
        }

        return found!;
    }

    /// <summary>That a process may have a file system of its own, which needs user name spaces.</summary>
    public static void OwnFileSystems()
    {
        using var attempt = System.Diagnostics.Process.Start(Program("unshare"), ["-Urm", "true"]);
        attempt.WaitForExit();
        if (attempt.ExitCode != 0)
        {
            Missing("user name spaces are not permitted here");
        }
    }

    private static void Missing(string reason)
    {
        if (EverythingIsRequired)
        {
            Assert.Fail($"THRUM_REQUIRE_ALL=1 and {reason}");
        }

        Assert.Skip(reason);
    }
}
