using Thrum.Detector;

namespace Thrum.Gateway.Cli;

/// <summary>A command was called with values that do not fit together or do not fit the files they name.</summary>
internal sealed class UsageException(string message, Exception? innerException = null) : ThrumException(message, innerException);
