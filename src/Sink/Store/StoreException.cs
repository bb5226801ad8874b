namespace Thrum.Sink.Store;

/// <summary>The local store cannot be opened, read or written; the message says which file and why.</summary>
public sealed class StoreException : SinkException
{
    /// <summary>Creates the exception.</summary>
    public StoreException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>True when the file's content is damaged, not its disk or its settings.</summary>
    internal bool IsDamage { get; init; }
}
