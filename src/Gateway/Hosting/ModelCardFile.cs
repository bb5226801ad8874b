using System.Text;

namespace Thrum.Gateway.Hosting;

/// <summary>What is written about a model for people: the Markdown file of its name beside its file. It is nothing that a model needs.</summary>
internal static class ModelCardFile
{
    /// <summary>Longest card that is shown.</summary>
    public const int MaxBytes = 256 * 1024;

    private const string Ending = ".md";

    /// <summary>Where the card of a model's file is.</summary>
    public static string PathOf(string model) => Path.ChangeExtension(model, Ending);

    /// <summary>The card of a model's file; null when there is none.</summary>
    /// <exception cref="IOException">It cannot be read, or is too long.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static async Task<string?> ReadAsync(string model, CancellationToken cancellationToken)
    {
        if (!File.Exists(PathOf(model)))
        {
            return null;
        }

        byte[] bytes = new byte[MaxBytes + 1];
        FileStream file = File.OpenRead(PathOf(model));
        await using (file.ConfigureAwait(false))
        {
            int length = await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return length <= MaxBytes ? Encoding.UTF8.GetString(bytes.AsSpan(0, length)) : throw new IOException($"it has more than {MaxBytes} bytes");
        }
    }

    /// <summary>Puts the card of a model that was replaced aside, under another ending: it is none of the next one.</summary>
    /// <exception cref="IOException">It cannot be moved.</exception>
    public static void PutAside(string model)
    {
        string card = PathOf(model);
        if (File.Exists(card))
        {
            File.Move(card, card + ShadowFiles.KeptEnding, overwrite: true);
        }
    }

    /// <summary>Takes the card of a model's file along with it.</summary>
    /// <exception cref="IOException">It cannot be moved.</exception>
    public static void Move(string from, string to)
    {
        PutAside(to);
        if (File.Exists(PathOf(from)))
        {
            File.Move(PathOf(from), PathOf(to));
        }
    }
}
