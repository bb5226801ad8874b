using Thrum.Detector.Pipeline;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Hosting;
using Thrum.Training.Baselines;

namespace Thrum.Gateway.Learning;

/// <summary>All that a gateway needs for axes to learn their own models.</summary>
internal sealed class GatewayLearning : IAsyncDisposable
{
    private readonly LearnedModels _learned;

    private GatewayLearning(LearnedModels learned, LearningDesk desk, IReadOnlyList<ModelOptions> models)
    {
        _learned = learned;
        Desk = desk;
        Models = models;
    }

    /// <summary>The models of earlier runs.</summary>
    public IReadOnlyList<ModelOptions> Models { get; }

    public LearningDesk Desk { get; }

    /// <summary>Null when axes learn none.</summary>
    /// <exception cref="ConfigurationException">The folder beside the store cannot be used.</exception>
    public static GatewayLearning? Open(ThrumOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        if (options.Detector.Baseline is not { Enabled: true, Autoencoder: { Enabled: true } settings })
        {
            return null;
        }

        try
        {
            var folder = new LearnedModelFolder(Directory.CreateDirectory(options.Store.LearnedFolder).FullName);
            var learned = new LearnedModels(folder);
            var desk = new LearningDesk(
                options.Store.LearnedFolder, settings, options.Detector.MaxStreams, new DenseBaselineTrainer(), learned, time, loggers.CreateLogger<LearningDesk>());
            return new GatewayLearning(learned, desk, [.. folder.Entries.Select(folder.OptionsOf)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([$"Store:Path: the folder '{options.Store.LearnedFolder}' beside it cannot be used: {e.Message}"], e);
        }
    }

    /// <summary>Begins to train; models go live once the pipeline takes commands.</summary>
    public void Start(LiveModels live)
    {
        _learned.Begin(live);
        Desk.Start();
    }

    public ValueTask DisposeAsync() => Desk.DisposeAsync();
}
