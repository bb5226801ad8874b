using Thrum.Detector.Models;
using Thrum.Detector.Pipeline;
using Thrum.Gateway.Configuration;

namespace Thrum.Gateway.Hosting;

/// <summary>The files of a model and its shadow.</summary>
internal static class ShadowFiles
{
    /// <summary>What the path of a file ends with that was replaced.</summary>
    public const string KeptEnding = ".before";

    /// <summary>Puts the file of the shadow in the place of the model's, which is kept beside it.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="revision">The shadow in use.</param>
    /// <exception cref="ConfigurationException">The file is not that of the shadow in use.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Promote(ModelEntry entry, string revision)
    {
        ModelFile shadow = ModelSet.Read(entry, ModelRole.Shadow), live = ModelSet.Read(entry, ModelRole.Live);
        if (shadow.Hash != revision)
        {
            throw new ConfigurationException([$"{entry.Setting}: the file '{entry.Options.Shadow}' is not the shadow in use any more"]);
        }

        WholeFile.Write(entry.Options.Path + KeptEnding, live);
        WholeFile.Write(entry.Options.Path, shadow);
        File.Delete(entry.Options.Shadow);
        File.Delete(entry.Options.Shadow + ModelFile.SidecarEnding);
        ModelCardFile.Move(entry.Options.Shadow, entry.Options.Path);
    }
}
