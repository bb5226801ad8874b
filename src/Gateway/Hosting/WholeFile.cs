using Thrum.Detector.Models;

namespace Thrum.Gateway.Hosting;

/// <summary>Files that are there as a whole or not at all, as a rename in the same folder makes them.</summary>
internal static class WholeFile
{
    /// <summary>Writes a model and its sidecar; one that was there for another model goes.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, ModelFile model)
    {
        if (model.Sidecar is not null)
        {
            Write(path + ModelFile.SidecarEnding, model.Sidecar);
        }
        else
        {
            File.Delete(path + ModelFile.SidecarEnding);
        }

        Write(path, model.Onnx);
    }

    /// <summary>Writes a file, on disk when this returns; its folder is made when it is missing.</summary>
    /// <exception cref="IOException">It cannot be written; what was there before still is.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using (FileStream file = new(path + ".tmp", FileMode.Create, FileAccess.Write))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".tmp", path, overwrite: true);
    }
}
