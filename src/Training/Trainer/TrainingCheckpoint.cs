using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Thrum.Training.Data;

namespace Thrum.Training.Trainer;

/// <summary>
/// A file from which an interrupted training goes on: written after an epoch, all or nothing, and there until it is deleted. A training that was done ends at once with the same result. A file of other options or data is not
/// gone on from; it is overwritten. Not thread-safe.
/// </summary>
/// <param name="path">The file.</param>
public sealed class TrainingCheckpoint(string path)
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web) { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private const string Magic = "thrum-training-2";
    private const int WindowsInFingerprint = 512;

    /// <summary>Epochs that were found to be done already, of the attempt that goes on; 0 when training began anew.</summary>
    public int ResumedEpoch { get; private set; }

    internal (AttemptState? Best, AttemptState Current)? Load(string fingerprint)
    {
        ResumedEpoch = 0;
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            if (bytes.Length < SHA256.HashSizeInBytes
                || !SHA256.HashData(bytes.AsSpan(SHA256.HashSizeInBytes)).AsSpan().SequenceEqual(bytes.AsSpan(0, SHA256.HashSizeInBytes)))
            {
                return null;
            }

            using var reader = new BinaryReader(new MemoryStream(bytes, SHA256.HashSizeInBytes, bytes.Length - SHA256.HashSizeInBytes));
            if (reader.ReadString() != Magic || reader.ReadString() != fingerprint)
            {
                return null;
            }

            AttemptState? best = reader.ReadBoolean() ? AttemptState.Read(reader) : null;
            var current = AttemptState.Read(reader);
            ResumedEpoch = current.History.Length;
            return (best, current);
        }
        catch (Exception e) when (e is EndOfStreamException or JsonException)
        {
            return null;
        }
    }

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
        string beside = path + ".new";
        using (var file = new FileStream(beside, FileMode.Create, FileAccess.Write))
        {
            file.Write(SHA256.HashData(content));
            file.Write(content);
        }

        File.Move(beside, path, overwrite: true);
    }

    /// <summary>Removes the file, if there is one: what the training gave is kept elsewhere.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    public void Delete() => File.Delete(path);

    /// <summary>What a checkpoint must fit: all options, how many windows there are, and the values of some hundred of them.</summary>
    internal static string FingerprintOf(TrainingOptions options, IWindowSource train, IWindowSource validation)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(options, Json));
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

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
