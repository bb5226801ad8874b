using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Http;
using Thrum.Gateway.Http.Access;
using Thrum.Gateway.Live;
using Thrum.Sink.Store;

namespace Thrum.Gateway.Hosting;

/// <summary>Kestrel with the page, API and telemetry endpoint, on loopback unless there are tokens.</summary>
internal sealed class HttpServer : IAsyncDisposable
{
    /// <summary>Longest body of a request: commands are small.</summary>
    public const int MaxBodyBytes = 64 * 1024;

    private const int MaxConnections = 1024;

    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(2);

    private readonly WebApplication _app;
    private readonly HttpOptions _options;
    private readonly TimeProvider _time;
    private readonly RequestLimit _limit;

    public HttpServer(HttpOptions options, GatewayStatus status, LiveView live, TimeProvider time, ILoggerFactory loggers, ApiParts? parts = null)
    {
        _options = options;
        _time = time;
        TlsCertificate? certificate = options.Tls.IsOn ? new TlsCertificate(options.Tls, loggers.CreateLogger<TlsCertificate>()) : null;
        if (certificate is null && IPAddress.TryParse(options.Address, out IPAddress? address) && !IPAddress.IsLoopback(address))
        {
            Log.TokensInClear(loggers.CreateLogger<HttpServer>(), options.Address);
        }

        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options, certificate));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddOpenApi(OpenApiSecurity.Describe);
        builder.Services.Configure<RouteHandlerOptions>(handlers => handlers.ThrowOnBadRequest = true);
        _app = builder.Build();
        _app.Use(SecurityHeaders.InvokeAsync);
        _app.Use(new CommandAudit(parts?.Store is { } kept ? new AuditTrail(kept) : null, time, loggers.CreateLogger<CommandAudit>()).InvokeAsync);
        _app.Use(new Problems(loggers.CreateLogger<Problems>()).InvokeAsync);
        _app.UseRouting();
        _app.Use(new AccessGate(options, time, loggers.CreateLogger<AccessGate>()).InvokeAsync);
        _limit = new RequestLimit(options);
        _app.Use(_limit.InvokeAsync);
        _app.MapOpenApi("/api/v1/openapi.json");
        GatewayEndpoints.Map(_app, status, live, time);
        Map(parts ?? new ApiParts(), status, time);
    }

    private void Map(ApiParts parts, GatewayStatus status, TimeProvider time)
    {
        ModelEndpoints.MapLearning(_app, parts.Learning);
        if (parts.Meter is { } meter)
        {
            GatewayEndpoints.MapMetrics(_app, meter);
        }

        if (parts.Store is { } store)
        {
            AlarmEndpoints.Map(_app, store);
            HistoryEndpoint.Map(_app, store, time);
            EvidenceEndpoint.Map(_app, new EvidenceStore(store));
            StorageEndpoints.Map(_app, store, status);
        }

        if (parts.Commands is { } commands)
        {
            CommandEndpoints.Map(_app, commands, time);
        }

        if (parts.Models is { } models)
        {
            ModelEndpoints.Map(_app, models);
        }

        if (parts.Uploads is { } uploads)
        {
            ModelEndpoints.Map(_app, uploads);
        }

        if (parts.Axes is { } axes)
        {
            SignalEndpoints.Map(_app, axes);
        }

        if (parts.Recalibrator is { } recalibrator)
        {
            RecalibrationEndpoints.Map(_app, recalibrator, time);
        }

        if (parts.Options is { } settings)
        {
            StorageEndpoints.MapConfiguration(_app, settings);
        }
    }

    /// <summary>Everything that is served.</summary>
    internal IEnumerable<RouteEndpoint> Endpoints => ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

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

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync().ConfigureAwait(false);
        _limit.Dispose();
    }

    private static void Configure(KestrelServerOptions kestrel, HttpOptions options, TlsCertificate? certificate)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Listen(IPAddress.Parse(options.Address), options.Port, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(new TlsHandshakeCallbackOptions
                {
                    OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificateContext = certificate.Current() }),
                });
            }
        });
    }
}
