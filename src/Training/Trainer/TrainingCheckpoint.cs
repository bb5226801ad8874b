using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Thrum.Training.Data;

namespace Thrum.Training.Trainer;

/// <summary>
/// A file from which an interrupted training goes on: written after an epoch, all or nothing, and there until it is deleted. A training that was done ends at once with the same result. What is no checkpoint, or one of other
/// options or data, is refused and left as it is: it may be what somebody recorded, or the work of hours. Not thread-safe.
/// </summary>
/// <param name="path">The file; its folder is made when it is missing.</param>
public sealed class TrainingCheckpoint(string path)
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web) { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    // Of every version, behind the hash and a byte with the text's length.
    private const string Family = "thrum-training-";
    private const string Magic = Family + "3";
    private const int WindowsInFingerprint = 512;

    // Of the hashes of options and data.
    private const char Between = '-';
    private const string Ways = "give another name to begin anew, or remove the file";

    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>Told once a checkpoint was found, before training goes on from it or, where it is damaged, anew.</summary>
    public Action<TrainingCheckpoint>? Found { get; init; }

    /// <summary>Epochs that were found to be done already, of the attempt that goes on; 0 when training began anew.</summary>
    public int ResumedEpoch { get; private set; }

    /// <summary>The attempt that the file is of, from 1.</summary>
    public int Attempt { get; private set; } = 1;

    /// <summary>Epochs of that attempt that the file holds.</summary>
    public int KeptEpochs { get; private set; }

    /// <summary>Whether a file is a checkpoint, whole or damaged, of this version or another.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static bool IsCheckpoint(string path)
    {
        byte[] head = new byte[SHA256.HashSizeInBytes + 1 + Family.Length];
        using FileStream file = File.OpenRead(path);
        return file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head.AsSpan(SHA256.HashSizeInBytes + 1).SequenceEqual(Encoding.ASCII.GetBytes(Family));
    }

    /// <exception cref="TrainingCheckpointException">The file is no checkpoint, or one of other options, data or another version.</exception>
    internal (AttemptState? Best, AttemptState Current)? Load(string fingerprint)
    {
        (ResumedEpoch, KeptEpochs, Attempt) = (0, 0, 1);
        if (!File.Exists(Path))
        {
            return null;
        }

        (AttemptState? Best, AttemptState Current)? loaded = null;
        try
        {
            loaded = IsCheckpoint(Path) ? Read(fingerprint) : throw new TrainingCheckpointException($"{Path} is there and is no checkpoint, expected the name of a new file or of a checkpoint");
        }
        catch (Exception e) when (e is EndOfStreamException or JsonException)
        {
            // As one whose hash is wrong: there is nothing to go on from.
        }

        (ResumedEpoch, KeptEpochs, Attempt) = loaded is { Current: var current } ? (current.History.Length, current.History.Length, current.Attempt + 1) : (0, 0, 1);
        Found?.Invoke(this);
        return loaded;
    }

    /// <summary>What a whole file holds; null of a damaged one.</summary>
    private (AttemptState? Best, AttemptState Current)? Read(string fingerprint)
    {
        byte[] bytes = File.ReadAllBytes(Path);
        if (!SHA256.HashData(bytes.AsSpan(SHA256.HashSizeInBytes)).AsSpan().SequenceEqual(bytes.AsSpan(0, SHA256.HashSizeInBytes)))
        {
            return null;
        }

        using var reader = new BinaryReader(new MemoryStream(bytes, SHA256.HashSizeInBytes, bytes.Length - SHA256.HashSizeInBytes));
        if (reader.ReadString() is not Magic and var magic)
        {
            throw new TrainingCheckpointException($"{Path} is a checkpoint of another version, {magic}, expected {Magic}: {Ways}");
        }

        string found = reader.ReadString();
        AttemptState? best = reader.ReadBoolean() ? AttemptState.Read(reader) : null;
        var current = AttemptState.Read(reader);
        return found == fingerprint
            ? (best, current)
            : throw new TrainingCheckpointException(FormattableString.Invariant(
                $"{Path} is the checkpoint of a training with {Difference(found, fingerprint)}, {current.History.Length} epochs of which are done; expected the options and recordings that it was written with: {Ways}"));
    }

    private static string Difference(string found, string expected) => (found.Split(Between)[0] == expected.Split(Between)[0], found.Split(Between)[^1] == expected.Split(Between)[^1]) switch
    {
        (false, true) => "other options",
        (true, false) => "other recordings",
        _ => "other options and other recordings or windows",
    };

    /// <param name="fingerprint">Of options and data.</param>
    /// <param name="before">The best of the attempts before, and their history.</param>
    /// <param name="current">The attempt that runs.</param>
    internal void Save(string fingerprint, AttemptState? before, AttemptState current)
    {
        using var memory = new MemoryStream();
        using (var writer = new BinaryWriter(memory, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Magic);
            writer.Write(fingerprint);
            writer.Write(before is not null);
            before?.Write(writer);
            current.Write(writer);
        }

        byte[] content = memory.ToArray();
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!);
        string beside = Path + ".new";
        using (var file = new FileStream(beside, FileMode.Create, FileAccess.Write))
        {
            file.Write(SHA256.HashData(content));
            file.Write(content);
        }

        File.Move(beside, Path, overwrite: true);
        (KeptEpochs, Attempt) = (current.History.Length, current.Attempt + 1);
    }

    /// <summary>Removes the file, if there is one and it is a checkpoint: what the training gave is kept elsewhere.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    public void Delete()
    {
        if (File.Exists(Path) && IsCheckpoint(Path))
        {
            File.Delete(Path);
        }
    }

    /// <summary>What a checkpoint must fit: all options, and behind them how many windows there are and the values of some hundred of them.</summary>
    internal static string FingerprintOf(TrainingOptions options, IWindowSource train, IWindowSource validation)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (IWindowSource windows in (IWindowSource[])[train, validation])
        {
            float[] window = new float[windows.WindowSamples];
            hash.AppendData(BitConverter.GetBytes(windows.Count));
            for (int i = 0; i < Math.Min(windows.Count, WindowsInFingerprint); i++)
            {
                windows.Read((int)((long)i * windows.Count / Math.Min(windows.Count, WindowsInFingerprint)), window);
                hash.AppendData(MemoryMarshal.AsBytes(window.AsSpan()));
            }
        }

        string settings = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(options, Json)));
        return $"{settings}{Between}{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }
}
