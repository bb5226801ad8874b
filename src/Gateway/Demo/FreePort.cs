using System.Net;
using System.Net.Sockets;

namespace Thrum.Gateway.Demo;

/// <summary>Finds a port for a demonstration that must start whatever else runs.</summary>
internal static class FreePort
{
    /// <summary>The preferred loopback port if it is free, else 0, which stands for any.</summary>
    public static int PreferOrAny(int preferred)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, preferred);
            listener.Start();
            return preferred;
        }
        catch (SocketException)
        {
            return 0;
        }
    }
}
