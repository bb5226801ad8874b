using System.Security.Cryptography;
using System.Text.Json;
using Thrum.Gateway.Hosting;

namespace Thrum.Gateway.Calibration;

/// <summary>A calibration that waits for its confirmation.</summary>
/// <param name="Axis">The axis, <c>machine/sensor/axis</c>.</param>
/// <param name="NeedsForce">Whether the confirmation must say that it is meant though the report warns.</param>
/// <param name="Calibration">As the command carries it.</param>
internal sealed record Proposal(string Axis, bool NeedsForce, string Calibration);

/// <summary>The newest proposals, each in a file of its own beside the scores that it was made of, so that a restart keeps them. Thread-safe.</summary>
/// <param name="folder">Where they are kept.</param>
internal sealed class KeptProposals(string folder)
{
    /// <summary>So many are kept.</summary>
    public const int MostKept = 32;

    private const string Ending = ".proposal";
    private const int IdLength = 16;

    private readonly Lock _gate = new();

    /// <summary>Keeps a proposal, on disk when this returns.</summary>
    /// <returns>Its id, which its content tells.</returns>
    /// <exception cref="IOException">It cannot be kept.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be kept.</exception>
    public string Keep(Proposal proposal)
    {
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(proposal, JsonSerializerOptions.Web);
        string id = IdOf(bytes);
        lock (_gate)
        {
            WholeFile.Write(PathOf(id), bytes);
            foreach (FileInfo old in new DirectoryInfo(folder).EnumerateFiles("*" + Ending)
                .Where(file => file.Name != id + Ending).OrderByDescending(file => file.LastWriteTimeUtc).Skip(MostKept - 1))
            {
                old.Delete();
            }
        }

        return id;
    }

    /// <summary>The proposal of that id; null when there is none any more, or its file is not what was written.</summary>
    public Proposal? Find(string id)
    {
        // It names a file and comes from outside.
        if (id.Length != IdLength || !id.All(char.IsAsciiHexDigitLower))
        {
            return null;
        }

        try
        {
            byte[] bytes = File.ReadAllBytes(PathOf(id));
            return IdOf(bytes) == id ? JsonSerializer.Deserialize<Proposal>(bytes, JsonSerializerOptions.Web) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private string PathOf(string id) => Path.Combine(folder, id + Ending);

    private static string IdOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..IdLength];
}
