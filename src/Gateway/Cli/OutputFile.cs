namespace Thrum.Gateway.Cli;

/// <summary>A file that a command is to write.</summary>
/// <param name="Path">Where.</param>
/// <param name="Kind">What it will be.</param>
/// <param name="Expected">Ends the sentence for the user when it cannot be written there: what to do.</param>
internal sealed record OutputFile(string Path, MadeFile Kind, string Expected)
{
    /// <summary>
    /// Checks, before work is spent on them, that all files can be written and that none takes the place of an input, of another one or of a file that is not of its own kind. An empty file is nobody's loss.
    /// Nothing is left behind; folders that are missing are made when the files are written.
    /// </summary>
    /// <param name="inputs">Files that the command reads.</param>
    /// <param name="outputs">Files that it writes.</param>
    /// <exception cref="UsageException">One cannot be written, or should not be.</exception>
    public static void Require(IEnumerable<string> inputs, params IReadOnlyList<OutputFile> outputs)
    {
        HashSet<string> read = new(inputs.Where(input => input.Length > 0).Select(RealPath), Comparer);
        var written = new Dictionary<string, OutputFile>(Comparer);
        foreach (OutputFile output in outputs)
        {
            output.RequireFile();
            string place = RealPath(output.Path);
            if (read.Contains(place))
            {
                throw new UsageException($"{output.Path} is a file that this command reads, and {output.Kind.Name} would take its place, expected {output.Expected}");
            }

            if (!written.TryAdd(place, output))
            {
                throw new UsageException($"{output.Path} is to be {written[place].Kind.Name} and {output.Kind.Name}, expected {output.Expected}");
            }

            output.RequireOwnKind(place);
        }
    }

    /// <summary>Two names of one file are one here, where the file system tells them apart by case or not.</summary>
    private static StringComparer Comparer => OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    private void RequireFile()
    {
        if (Path.Length == 0 || System.IO.Path.EndsInDirectorySeparator(Path) || Directory.Exists(Path))
        {
            throw new UsageException($"'{Path}' is {(Path.Length == 0 ? "no name" : "a folder")} and {Kind.Name} needs a file, expected {Expected}");
        }
    }

    /// <param name="place">The path without links.</param>
    private void RequireOwnKind(string place)
    {
        bool isThere = File.Exists(Path);

        // What is there and has no length may be a device or a pipe, whose folder is nothing to write to.
        if (isThere && (!File.Exists(place) || new FileInfo(place).Length == 0) && Kind != MadeFile.Checkpoint)
        {
            return;
        }

        if (isThere && !Kind.IsMade(place))
        {
            throw new UsageException($"{Path} is there and is not {Kind.Name} that thrum wrote, expected {Expected}");
        }

        Probe();
    }

    /// <summary>Writes a file of another name where the file would go, or into the folder in which its own would be made, and removes it.</summary>
    private void Probe()
    {
        string? folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path));
        while (folder is not null && !Directory.Exists(folder))
        {
            if (File.Exists(folder))
            {
                throw new UsageException($"{Path} cannot be written: {folder} is a file and no folder, expected {Expected}");
            }

            folder = System.IO.Path.GetDirectoryName(folder);
        }

        try
        {
            using var probe = new FileStream(System.IO.Path.Combine(folder ?? "", $".thrum-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{Path} cannot be written: no file can be made in {folder}, expected {Expected}", e);
        }
    }

    /// <summary>The whole path with every link followed, so that a file has one name only.</summary>
    private static string RealPath(string path)
    {
        string full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        if (System.IO.Path.GetDirectoryName(full) is not { } folder)
        {
            return full;
        }

        string here = System.IO.Path.Combine(RealPath(folder), System.IO.Path.GetFileName(full));
        FileSystemInfo? target = File.Exists(here) ? File.ResolveLinkTarget(here, returnFinalTarget: true) : Directory.Exists(here) ? Directory.ResolveLinkTarget(here, returnFinalTarget: true) : null;
        return target is null ? here : RealPath(target.FullName);
    }
}
