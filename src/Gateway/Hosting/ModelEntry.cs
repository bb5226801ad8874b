using Thrum.Detector.Pipeline;

namespace Thrum.Gateway.Hosting;

/// <summary>One entry of <c>Detector:Models</c>, or an axis that learned its own, and the revision that is live for it.</summary>
/// <param name="options">The entry.</param>
/// <param name="setting">Its name in the configuration, for messages.</param>
internal sealed class ModelEntry(ModelOptions options, string setting)
{
    private ModelAssignment? _live;

    public ModelOptions Options { get; } = options;

    public string Setting { get; } = setting;

    /// <summary>By which operators call it: the file's name without its ending.</summary>
    public string Name { get; } = Path.GetFileNameWithoutExtension(options.Path);

    /// <summary>True for a model that was learned on the gateway: it is in no configuration, and a fault of it is no fault of the configuration.</summary>
    public bool IsLearned { get; init; }

    /// <summary>The revision in use; null while an optional file is absent.</summary>
    public ModelAssignment? Live
    {
        get => Volatile.Read(ref _live);
        set => Volatile.Write(ref _live, value);
    }
}
