using Thrum.Detector;

namespace Thrum.Gateway.Configuration;

/// <summary>The configuration is wrong; the message lists every fault, one sentence each.</summary>
internal sealed class ConfigurationException : ThrumException
{
    public ConfigurationException(IReadOnlyList<string> faults, Exception? innerException = null)
        : base(string.Join(Environment.NewLine, faults), innerException) => Faults = faults;

    public IReadOnlyList<string> Faults { get; }
}
