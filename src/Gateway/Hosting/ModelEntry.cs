using Thrum.Detector.Pipeline;

namespace Thrum.Gateway.Hosting;

/// <summary>One entry of <c>Detector:Models</c>, or an axis that learned its own, and the revisions that are in use for it.</summary>
/// <param name="options">The entry.</param>
/// <param name="setting">Its name in the configuration, for messages.</param>
internal sealed class ModelEntry(ModelOptions options, string setting)
{
    private readonly ModelAssignment?[] _used = new ModelAssignment?[2];

    public ModelOptions Options { get; } = options;

    public string Setting { get; } = setting;

    /// <summary>By which operators call it: the file's name without its ending.</summary>
    public string Name { get; } = Path.GetFileNameWithoutExtension(options.Path);

    /// <summary>True for a model that was learned on the gateway: it is in no configuration, and a fault of it is no fault of the configuration.</summary>
    public bool IsLearned { get; init; }

    /// <summary>The revision in use; null while an optional file is absent.</summary>
    public ModelAssignment? Live
    {
        get => this[ModelRole.Live];
        set => this[ModelRole.Live] = value;
    }

    /// <summary>The shadow in use; null without one.</summary>
    public ModelAssignment? Shadow => this[ModelRole.Shadow];

    public ModelAssignment? this[ModelRole role]
    {
        get => Volatile.Read(ref _used[(int)role]);
        set => Volatile.Write(ref _used[(int)role], value);
    }

    /// <summary>Where the file of a role is; empty without one.</summary>
    public string PathOf(ModelRole role) => role == ModelRole.Live ? Options.Path : Options.Shadow;

    /// <summary>Whether a missing file of a role is no fault.</summary>
    public bool MayBeAbsent(ModelRole role) => role == ModelRole.Shadow || Options.Optional;
}
