namespace Thrum.Gateway.Hosting;

/// <summary>
/// Looks whether a model's file or its sidecar was replaced. Lengths and times of change tell; a change counts once it stayed the same from one look to the
/// next, so that a file is not taken while it is written. Not thread-safe.
/// </summary>
internal sealed class FileLook(string path)
{
    private string _settled = Of(path);
    private string _last = Of(path);

    /// <summary>Looks; true once for each change.</summary>
    public bool IsReplaced()
    {
        string now = Of(path);
        bool isReplaced = now == _last && now != _settled;
        _last = now;
        _settled = isReplaced ? now : _settled;
        return isReplaced;
    }

    private static string Of(string path) => string.Join(' ', new[] { path, path + Detector.Models.ModelFile.SidecarEnding }
        .Select(file => new FileInfo(file)).Select(file => file.Exists ? FormattableString.Invariant($"{file.Length} {file.LastWriteTimeUtc.Ticks}") : "absent"));
}
