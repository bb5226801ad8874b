using Thrum.Detector;

namespace Thrum.Gateway.Backup;

/// <summary>A backup cannot be made or put back; the message says why.</summary>
internal sealed class BackupException(string message, Exception? innerException = null) : ThrumException(message, innerException);
