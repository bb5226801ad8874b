using System.Security.Cryptography;

namespace Thrum.Detector.Models;

/// <summary>The bytes that a model is made of: the ONNX file and, where there is one, the sidecar beside it. Immutable.</summary>
public sealed class ModelFile
{
    /// <summary>What the path of a sidecar ends with behind that of its model.</summary>
    public const string SidecarEnding = ".json";

    /// <summary>Takes the bytes; they are not copied.</summary>
    /// <param name="path">Name for messages and scores.</param>
    /// <param name="onnx">The ONNX file.</param>
    /// <param name="sidecar">The sidecar; null without one.</param>
    public ModelFile(string path, byte[] onnx, byte[]? sidecar)
    {
        ArgumentNullException.ThrowIfNull(onnx);
        Path = path;
        Onnx = onnx;
        Sidecar = sidecar;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(onnx);
        hash.AppendData(sidecar ?? []);
        Hash = Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Where it came from.</summary>
    public string Path { get; }

    /// <summary>The ONNX file.</summary>
    public byte[] Onnx { get; }

    /// <summary>The sidecar; null without one.</summary>
    public byte[]? Sidecar { get; }

    /// <summary>SHA-256 of the file and the sidecar behind it, as 64 hexadecimal digits: what names a revision.</summary>
    public string Hash { get; }

    /// <summary>Reads a model and its sidecar.</summary>
    /// <exception cref="ModelFileException">The file has no name, is missing, too large or cannot be read.</exception>
    public static ModelFile Read(string path, ModelFileLimits? limits = null)
    {
        if (path.Length == 0)
        {
            throw new ModelFileException("''", "expected the name of a file, found none");
        }

        try
        {
            long length = new FileInfo(path).Length;
            long most = (limits ?? ModelFileLimits.Default).MaxBytes;
            return length > most
                ? throw new ModelFileException(path, $"expected at most {most} bytes, found {length}")
                : new ModelFile(path, File.ReadAllBytes(path), ReadSidecar(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFileException(path, $"expected a readable ONNX file, found: {(e is FileNotFoundException or DirectoryNotFoundException ? "no such file" : e.Message)}", e);
        }
    }

    /// <summary>The sidecar of a model; null when there is none.</summary>
    internal static byte[]? ReadSidecar(string path) => File.Exists(path + SidecarEnding) ? File.ReadAllBytes(path + SidecarEnding) : null;
}
