using System.CommandLine;
using System.Globalization;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum reproduce lmse|skab|cwru|pronostia --data DIR</c>: published experiments on public data sets.</summary>
internal static class ReproduceCommand
{
    public static Command Create(TimeProvider time) => new("reproduce", "Repeat a published experiment on a public data set")
    {
        ReproduceLmseCommand.Create(),
        ReproduceSkabCommand.Create(),
        ReproduceCwruCommand.Create(time),
        ReproducePronostiaCommand.Create(),
    };

    /// <summary>The folder with the data set.</summary>
    internal static Option<string> DataOption() => new("--data") { Description = "Folder of the data set, or the folder above it", Required = true };

    /// <summary>The folder of a data set: the one of its name inside the given one, or the given one itself.</summary>
    internal static string Folder(string data, string name)
    {
        string inside = Path.Combine(data, name);
        return Directory.Exists(inside) ? inside
            : Directory.Exists(data) ? data
            : throw new UsageException($"--data is '{data}', expected an existing folder");
    }

    /// <summary>Numbers separated by commas or blanks.</summary>
    internal static T[] Numbers<T>(string option, string[] words)
        where T : IParsable<T>
    {
        string[] texts = [.. words.SelectMany(word => word.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        return [.. texts.Select(text => T.TryParse(text, CultureInfo.InvariantCulture, out T? number)
            ? number
            : throw new UsageException($"{option} is '{text}', expected numbers separated by commas"))];
    }
}
