using System.Net;
using System.Net.Sockets;

namespace Thrum.Sink.Http;

/// <summary>
/// Keeps requests away from addresses inside the own network. The address is judged when it is connected to, so that a name
/// which comes to mean another address is judged again.
/// </summary>
internal static class AddressGuard
{
    /// <summary>
    /// True for loopback, private (RFC 1918), shared (RFC 6598), link-local, unique local (RFC 4193), multicast and reserved addresses, and for an
    /// IPv6 address that carries such an IPv4 address: mapped, NAT64 (RFC 6052) or 6to4 (RFC 3056).
    /// </summary>
    public static bool IsPrivate(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return IsPrivate(address.MapToIPv4());
        }

        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.IsIPv6SiteLocal || address.IsIPv6UniqueLocal
                || address.IsIPv6Multicast || address.Equals(IPAddress.IPv6Any) || (Carried(address) is { } inner && IsPrivate(inner));
        }

        Span<byte> b = stackalloc byte[4];
        address.TryWriteBytes(b, out _);
        return b[0] is 0 or 10 or 127 or >= 224
            || (b[0] == 100 && b[1] is >= 64 and < 128)
            || (b[0] == 169 && b[1] == 254)
            || (b[0] == 172 && b[1] is >= 16 and < 32)
            || (b[0] == 192 && b[1] == 168);
    }

    /// <summary>The IPv4 address that a translated address leads to; null for any other.</summary>
    private static IPAddress? Carried(IPAddress address)
    {
        byte[] bytes = address.GetAddressBytes();
        return bytes.AsSpan(0, 12).SequenceEqual((ReadOnlySpan<byte>)[0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]) ? new IPAddress(bytes.AsSpan(12, 4))
            : bytes.AsSpan(0, 2).SequenceEqual((ReadOnlySpan<byte>)[0x20, 0x02]) ? new IPAddress(bytes.AsSpan(2, 4))
            : null;
    }

    /// <summary>True when an address names such a place outright; other names are judged when they are connected to.</summary>
    public static bool IsPrivate(Uri url) => url.IsLoopback || (IPAddress.TryParse(url.Host.Trim('[', ']'), out IPAddress? address) && IsPrivate(address));

    /// <summary>Connects to a host unless it is private. A proxy, which the user has chosen, may be.</summary>
    /// <param name="host">The host the requests are for.</param>
    /// <param name="target">What the client connects to: that host or the proxy.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="PrivateAddressException">The host's addresses are private.</exception>
    public static async ValueTask<System.IO.Stream> ConnectAsync(string host, DnsEndPoint target, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = await Dns.GetHostAddressesAsync(target.Host, cancellationToken);
        bool isHost = string.Equals(host, target.Host, StringComparison.OrdinalIgnoreCase);
        IPAddress[] allowed = isHost ? [.. addresses.Where(address => !IsPrivate(address))] : addresses;
        if (allowed.Length == 0)
        {
            throw new PrivateAddressException($"{host} is a private address, expected a public one, or AllowPrivateAddresses set to true");
        }

        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, target.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A request was about to go to a private address.</summary>
internal sealed class PrivateAddressException(string message) : IOException(message);
