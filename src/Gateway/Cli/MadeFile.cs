namespace Thrum.Gateway.Cli;

/// <summary>Keeps files that people wrote: what is written beside a model takes the place of its own kind only.</summary>
internal static class MadeFile
{
    // Where the mark stands in all that is written here.
    private const int Head = 4096;

    /// <summary>Checks that there is no file, or an earlier one of that kind.</summary>
    /// <param name="path">Of the file to write.</param>
    /// <param name="mark">A text that stands at the beginning of each of that kind.</param>
    /// <param name="expected">Ends the sentence for the user.</param>
    /// <exception cref="UsageException">Another file is there.</exception>
    public static void Require(string path, string mark, string expected)
    {
        if (!File.Exists(path))
        {
            return;
        }

        char[] head = new char[Head];
        using StreamReader reader = File.OpenText(path);
        if (!head.AsSpan(0, reader.ReadBlock(head)).Contains(mark, StringComparison.Ordinal))
        {
            throw new UsageException($"{path} is there and was not written by thrum, expected {expected}");
        }
    }
}
