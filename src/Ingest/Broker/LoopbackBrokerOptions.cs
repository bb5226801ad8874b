using System.Net;

namespace Thrum.Ingest.Broker;

/// <summary>How the in-process broker behaves.</summary>
public sealed record LoopbackBrokerOptions
{
    /// <summary>Where it listens; only loopback addresses are allowed.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>TCP port; 0: a free one, see <see cref="LoopbackBroker.Port"/>.</summary>
    public int Port { get; init; }

    /// <summary>Messages waiting per subscriber before publishers have to wait.</summary>
    public int MaxQueuedMessages { get; init; } = 1000;

    /// <summary>Payload bytes waiting per subscriber before publishers have to wait.</summary>
    public long MaxQueuedBytes { get; init; } = 64 << 20;

    /// <summary>The longest packet taken, bytes after its fixed header; the sender of a longer one is disconnected.</summary>
    public int MaxMessageBytes { get; init; } = 64 << 20;

    /// <summary>Most retained messages; further topics are refused and counted as dropped.</summary>
    public int MaxRetained { get; init; } = 10_000;

    /// <summary>True: sessions outlive connections where the client asks for it, until the broker ends.</summary>
    public bool KeepSessions { get; init; } = true;

    /// <summary>The only user name let in; null: everybody.</summary>
    public string? User { get; init; }

    /// <summary>The password of <see cref="User"/>.</summary>
    public string? Password { get; init; }

    /// <summary>Everything but the password.</summary>
    public override string ToString() => FormattableString.Invariant($"{Address}:{Port}, User = {User}");
}
