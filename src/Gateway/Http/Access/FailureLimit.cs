using System.Net;
using System.Net.Sockets;

namespace Thrum.Gateway.Http.Access;

/// <summary>
/// How often an address may show a wrong token: some at once, then one every few seconds. A token is too random to be guessed; this bounds what
/// wrong ones cost and write into the log. Thread-safe, and of bounded size.
/// </summary>
internal sealed class FailureLimit(TimeProvider time)
{
    public const int Burst = 10;

    private const int MaxAddresses = 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, DateTimeOffset> _emptyAt = [];

    public static TimeSpan Refill { get; } = TimeSpan.FromSeconds(6);

    /// <summary>Counts a wrong token.</summary>
    /// <returns>Whether the address is within its limit.</returns>
    public bool TryCount(IPAddress? address)
    {
        IPAddress key = Group(address ?? IPAddress.None);
        DateTimeOffset now = time.GetUtcNow();
        lock (_gate)
        {
            if (_emptyAt.Count >= MaxAddresses && !_emptyAt.ContainsKey(key))
            {
                Forget(now);
                key = _emptyAt.Count < MaxAddresses ? key : IPAddress.Any;
            }

            // Each failure costs one refill; the account may be overdrawn by the burst.
            DateTimeOffset until = (_emptyAt.GetValueOrDefault(key) is var known && known > now ? known : now) + Refill;
            if (until - now > Burst * Refill)
            {
                return false;
            }

            _emptyAt[key] = until;
            return true;
        }
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (IPAddress old in _emptyAt.Where(entry => entry.Value <= now).Select(entry => entry.Key).ToArray())
        {
            _emptyAt.Remove(old);
        }
    }

    /// <summary>Who has one IPv6 address has the 2⁶⁴ of its network.</summary>
    public static IPAddress Group(IPAddress address)
    {
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress([.. plain.GetAddressBytes().AsSpan(0, 8), 0, 0, 0, 0, 0, 0, 0, 0]) : plain;
    }
}
