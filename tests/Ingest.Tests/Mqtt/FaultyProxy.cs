using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Thrum.Ingest.Mqtt.Codec;

namespace Thrum.Ingest.Tests.Mqtt;

/// <summary>
/// A TCP proxy in front of a broker that cuts, stalls and half-closes connections when told to, and watches the packets: every
/// connection's PUBLISH identifiers of QoS 1 on their way down and PUBACK identifiers on their way up, in order.
/// </summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<int, Link> _links = new();
    private readonly int _port;
    private readonly Task _accepting;

    public FaultyProxy(int brokerPort)
    {
        _port = brokerPort;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public enum Fault
    {
        /// <summary>Both sides are reset.</summary>
        Cut,

        /// <summary>What the client sends no longer arrives, then the connection is cut.</summary>
        SwallowThenCut,

        /// <summary>Nothing flows for a while, then all goes on.</summary>
        Stall,

        /// <summary>The client sees the end of the stream; what it sends still arrives.</summary>
        HalfCloseDown,

        /// <summary>The broker sees the end of the stream; what it sends still arrives.</summary>
        HalfCloseUp,

        /// <summary>Nothing flows any more, until the client has given the connection up and made another.</summary>
        StallForGood,
    }

    /// <summary>The faults to draw from: all but the one that takes as long as the client's patience.</summary>
    public const int QuickFaults = (int)Fault.StallForGood;

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections so far, oldest first.</summary>
    public IReadOnlyList<Link> Links => [.. _links.OrderBy(link => link.Key).Select(link => link.Value)];

    /// <summary>Does that to the youngest connection, if one is open.</summary>
    public async Task InflictAsync(Fault fault)
    {
        if (_links.IsEmpty)
        {
            return;
        }

        Link link = Links[^1];
        switch (fault)
        {
            case Fault.Cut:
                link.Cut();
                break;
            case Fault.SwallowThenCut:
                link.IsSwallowing = true;
                await Task.Delay(30);
                link.Cut();
                break;
            case Fault.Stall:
                link.IsStalled = true;
                await Task.Delay(50);
                link.IsStalled = false;
                break;
            case Fault.HalfCloseDown:
                link.HalfClose(isUp: false);
                break;
            case Fault.HalfCloseUp:
                link.HalfClose(isUp: true);
                break;
            default:
                link.IsStalled = true;
                await Patience.UntilAsync(() => Links[^1] != link, "another connection in the place of a stalled one");
                break;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        foreach (Link link in _links.Values)
        {
            link.Dispose();
            await link.Done.InTime();
        }

        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptSocketAsync(_stopping.Token);
                _links[_links.Count] = new Link(client, _port);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    /// <summary>One client's way to the broker.</summary>
    internal sealed class Link : IDisposable
    {
        private readonly Socket _client;
        private readonly Socket _broker = new(SocketType.Stream, ProtocolType.Tcp);
        private volatile bool _isDownClosed;
        private volatile bool _isUpClosed;

        public Link(Socket client, int port)
        {
            _client = client;
            Done = RunAsync(port);
        }

        public bool IsSwallowing { get; set; }

        public bool IsStalled { get; set; }

        public Task Done { get; }

        public PacketWatch Down { get; } = new(PacketType.Publish);

        public PacketWatch Up { get; } = new(PacketType.PubAck);

        public void Cut()
        {
            IsStalled = false;
            // No lingering: the peers see a reset, what was buffered is lost.
            foreach (Socket socket in (Socket[])[_client, _broker])
            {
                try
                {
                    socket.LingerState = new LingerOption(true, 0);
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException)
                {
                    // Gone already.
                }

                socket.Dispose();
            }
        }

        public void Dispose() => Cut();

        /// <summary>Ends one direction; the other goes on until one of the sides ends it.</summary>
        public void HalfClose(bool isUp)
        {
            (_isUpClosed, _isDownClosed) = (_isUpClosed || isUp, _isDownClosed || !isUp);
            try
            {
                (isUp ? _broker : _client).Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Gone already.
            }
        }

        private async Task RunAsync(int port)
        {
            try
            {
                await _broker.ConnectAsync(IPAddress.Loopback, port);
                await Task.WhenAny(PumpAsync(_client, _broker, Up, isUp: true), PumpAsync(_broker, _client, Down, isUp: false));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The broker is down.
            }

            Cut();
        }

        private async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes, bool isUp)
        {
            try
            {
                await to.SendAsync(bytes);
            }
            catch (SocketException) when (isUp ? _isUpClosed : _isDownClosed)
            {
                // Closed while this was on its way.
            }
        }

        private async Task PumpAsync(Socket from, Socket to, PacketWatch watch, bool isUp)
        {
            byte[] buffer = new byte[16 * 1024];
            try
            {
                int read;
                while ((read = await from.ReceiveAsync(buffer)) > 0)
                {
                    while (IsStalled)
                    {
                        await Task.Delay(5);
                    }

                    watch.Add(buffer.AsSpan(0, read));
                    if (!(isUp ? IsSwallowing || _isUpClosed : _isDownClosed))
                    {
                        await SendAsync(to, buffer.AsMemory(0, read), isUp);
                    }
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // One side is gone: so is the link.
            }
        }
    }
}

/// <summary>Cuts one direction of a connection into packets and keeps the identifiers of one type.</summary>
internal sealed class PacketWatch(PacketType type)
{
    private readonly List<byte> _rest = [];
    private readonly List<ushort> _identifiers = [];

    public IReadOnlyList<ushort> Identifiers
    {
        get
        {
            lock (_identifiers)
            {
                return [.. _identifiers];
            }
        }
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        _rest.AddRange(bytes);
        ReadOnlySpan<byte> rest = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_rest);
        int used = 0;
        while (FrameHeader.TryParse(rest[used..], out FrameHeader header) && rest.Length - used - header.Size >= header.BodyLength)
        {
            Note(header.First, rest.Slice(used + header.Size, header.BodyLength));
            used += header.Size + header.BodyLength;
        }

        _rest.RemoveRange(0, used);
    }

    private void Note(byte first, ReadOnlySpan<byte> body)
    {
        if ((PacketType)(first >> 4) != type || (type == PacketType.Publish && ((first >> 1) & 3) != 1))
        {
            return;
        }

        int at = type == PacketType.Publish ? 2 + ((body[0] << 8) | body[1]) : 0;
        lock (_identifiers)
        {
            _identifiers.Add((ushort)((body[at] << 8) | body[at + 1]));
        }
    }
}
