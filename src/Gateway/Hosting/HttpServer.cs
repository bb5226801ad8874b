using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Thrum.Detector.Commands;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Http;
using Thrum.Gateway.Live;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Hosting;

/// <summary>Kestrel with the page, API and telemetry endpoint, on loopback.</summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(2);

    private readonly WebApplication _app;
    private readonly HttpOptions _options;
    private readonly TimeProvider _time;

    public HttpServer(HttpOptions options, GatewayStatus status, LiveView live, TimeProvider time, ILoggerFactory loggers, LocalStore? store = null, OperatorCommands? commands = null)
    {
        _options = options;
        _time = time;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Parse(options.Address), options.Port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(loggers);
        _app = builder.Build();
        _app.UseRouting();
        GatewayEndpoints.Map(_app, status, live, time);
        if (store is not null)
        {
            HistoryEndpoint.Map(_app, store, time);
            EvidenceEndpoint.Map(_app, new EvidenceStore(store));
        }

        if (commands is not null)
        {
            CommandEndpoints.Map(_app, commands, time);
        }
    }

    /// <summary>Where it listens, once started.</summary>
    public Uri? Address { get; private set; }

    /// <exception cref="ConfigurationException">The port is taken, or not for this user.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _app.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new ConfigurationException([$"Http:Port is {_options.Port}, expected a free port on {_options.Address}: {e.Message}"], e);
        }

        Address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    /// <summary>Open event streams are cut after a short grace.</summary>
    public async Task StopAsync()
    {
        using var deadline = new CancellationTokenSource(StopTime, _time);
        await _app.StopAsync(deadline.Token).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
