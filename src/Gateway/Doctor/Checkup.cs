using System.Globalization;
using Thrum.Detector.Pipeline;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Hosting;
using Thrum.Gateway.Http;
using Thrum.Gateway.Http.Access;
using Thrum.Ingest.Pipeline;
using Thrum.Sink.Influx;
using Thrum.Sink.Webhooks;

namespace Thrum.Gateway.Doctor;

/// <summary>What a look at a configuration and its surroundings found.</summary>
internal sealed class Checkup
{
    private readonly List<Finding> _findings = [];
    private Secrets _secrets = Secrets.Of(new ConfigurationBuilder().Build());

    private Checkup()
    {
    }

    /// <summary>In the order of looking.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    public bool HasFailed => _findings.Any(finding => finding.Verdict == Verdict.Fail);

    /// <summary>Every setting in force, without secrets; empty when the file cannot be read.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; private set; } = new Dictionary<string, string?>();

    /// <summary>The models that load.</summary>
    public IReadOnlyList<ModelView> Models { get; private set; } = [];

    /// <summary>What a running gateway answered; null without one.</summary>
    public string? Metrics { get; private set; }

    /// <summary>A text without any secret of this configuration.</summary>
    public string Redact(string text) => _secrets.Redact(text);

    /// <summary>Looks at everything; what cannot be looked at because something before it failed is left out.</summary>
    public static async Task<Checkup> RunAsync(string file, IReadOnlyList<string> settings, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var checkup = new Checkup();
        if (checkup.Configuration(file, settings) is { } options)
        {
            checkup.ModelFiles(options.Detector);
            checkup._findings.AddRange(await new BrokerCheck(options.Mqtt.ToSession(), time, loggers).RunAsync(cancellationToken).ConfigureAwait(false));
            foreach (InfluxOptions influx in options.Influx)
            {
                checkup._findings.AddRange(await DestinationChecks.DatabaseAsync(influx, time, cancellationToken).ConfigureAwait(false));
            }

            foreach (WebhookOptions webhook in options.Webhooks)
            {
                checkup._findings.Add(await DestinationChecks.WebhookAsync(webhook, time, cancellationToken).ConfigureAwait(false));
            }

            checkup._findings.AddRange(MachineChecks.Disk(options));
            checkup._findings.Add(await MachineChecks.StoreAsync(options.Store).ConfigureAwait(false));
            if (await MachineChecks.JournalAsync(options.Store).ConfigureAwait(false) is { } journal)
            {
                checkup._findings.Add(journal);
            }

            (IReadOnlyList<Finding> page, checkup.Metrics) = await MachineChecks.PortAsync(options.Http, Environment.GetEnvironmentVariable(AccessToken.Variable), time, cancellationToken).ConfigureAwait(false);
            checkup._findings.AddRange(page);
        }

        checkup.Hide();
        return checkup;
    }

    private ThrumOptions? Configuration(string file, IReadOnlyList<string> settings)
    {
        try
        {
            IConfigurationRoot root = ConfigurationLoader.Read(file, settings);
            _secrets = Secrets.Of(root);
            Settings = root.AsEnumerable().Where(setting => setting.Value is not null).ToDictionary(setting => setting.Key, setting => _secrets.Show(setting.Key, setting.Value));
            ThrumOptions options = ConfigurationLoader.Load(file, settings);
            _secrets = _secrets.With(options);
            _findings.Add(Finding.Ok("configuration", string.Create(
                CultureInfo.InvariantCulture, $"{file}: {options.Mqtt.Topics.Count} topics, {options.Influx.Count} databases, {options.Webhooks.Count} webhooks")));
            _findings.AddRange(TopicChecks.Judge(options.Mqtt.Topics));
            return options;
        }
        catch (ConfigurationException e)
        {
            _findings.AddRange(e.Faults.Select(fault => Finding.Fail("configuration", fault, "correct the setting; docs/configuration.md lists them all")));
            return null;
        }
    }

    private void ModelFiles(DetectorOptions options)
    {
        try
        {
            using ModelSet models = ModelSet.Load(options);
            Models = [.. models.Assignments.Select(ModelView.Of)];
            _findings.Add(Finding.Ok("models", models.Assignments.Count == 0 ? "none; every axis learns its baseline" : string.Join(", ", Models.Select(model => $"{model.Name} for {model.Match}"))));
        }
        catch (ConfigurationException e)
        {
            _findings.AddRange(e.Faults.Select(fault => Finding.Fail("models", fault, "correct the path, or train the model again with this version")));
        }
    }

    /// <summary>Servers may quote what they were sent.</summary>
    private void Hide()
    {
        for (int i = 0; i < _findings.Count; i++)
        {
            _findings[i] = _findings[i] with { Text = Redact(_findings[i].Text) };
        }
    }
}
