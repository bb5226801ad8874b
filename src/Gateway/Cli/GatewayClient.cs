using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Thrum.Gateway.Http;
using Thrum.Gateway.Http.Access;
using Thrum.Gateway.Live;

namespace Thrum.Gateway.Cli;

/// <summary>Asks a running gateway over its API.</summary>
internal sealed class GatewayClient : IDisposable
{
    private readonly HttpClient _client;

    /// <param name="url">Its address.</param>
    /// <param name="token">The token to show; null for none.</param>
    /// <exception cref="UsageException">The address is none, or would send the token over a network in clear.</exception>
    public GatewayClient(string url, string? token)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address) || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            throw new UsageException($"--url is '{url}', expected an address such as http://127.0.0.1:8420");
        }

        if (!string.IsNullOrEmpty(token) && address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback)
        {
            throw new UsageException($"--url is '{url}', expected https: a token would go over the network in clear");
        }

        _client = new HttpClient { BaseAddress = new Uri(address.ToString().TrimEnd('/') + "/"), Timeout = TimeSpan.FromSeconds(10) };
        _client.DefaultRequestHeaders.Authorization = string.IsNullOrEmpty(token) ? null : new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>How everything stands.</summary>
    /// <exception cref="IOException">The gateway does not answer, or refuses.</exception>
    public async Task<FleetSnapshot> ReadAsync(CancellationToken cancellationToken) => new(
        await GetAsync<GatewayView>("api/v1/gateway", cancellationToken).ConfigureAwait(false),
        await GetAsync<IReadOnlyList<MachineView>>("api/v1/machines", cancellationToken).ConfigureAwait(false),
        await GetAsync<IReadOnlyList<LiveAxisState>>("api/v1/sensors", cancellationToken).ConfigureAwait(false),
        await GetAsync<IReadOnlyList<AlarmView>>("api/v1/alarms/active", cancellationToken).ConfigureAwait(false));

    public void Dispose() => _client.Dispose();

    /// <summary>Asks it to do something; a refusal is told in its own words.</summary>
    /// <param name="path">Path without a slash before it.</param>
    /// <param name="body">What is sent, as JSON.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The gateway does not answer, or refuses.</exception>
    public Task<T> PostAsync<T>(string path, object body, CancellationToken cancellationToken) =>
        AskAsync<T>(token => _client.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, token), cancellationToken);

    private Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) =>
        AskAsync<T>(token => _client.GetAsync(new Uri(path, UriKind.Relative), token), cancellationToken);

    private async Task<T> AskAsync<T>(Func<CancellationToken, Task<HttpResponseMessage>> ask, CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage response = await ask(cancellationToken).ConfigureAwait(false);
            if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            {
                throw new IOException($"{_client.BaseAddress} refuses: {(int)response.StatusCode}, expected a token of its Http:Tokens in {AccessToken.Variable} or --token-file");
            }

            using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            if (response.Content.Headers.ContentType?.MediaType == "application/problem+json")
            {
                JsonElement problem = await JsonSerializer.DeserializeAsync<JsonElement>(body, JsonSerializerOptions.Web, cancellationToken).ConfigureAwait(false);
                throw new IOException(problem.TryGetProperty("detail", out JsonElement detail) ? detail.ToString() : $"{_client.BaseAddress} refuses: {(int)response.StatusCode}");
            }

            response.EnsureSuccessStatusCode();
            return await JsonSerializer.DeserializeAsync<T>(body, JsonSerializerOptions.Web, cancellationToken).ConfigureAwait(false)
                ?? throw new JsonException("expected a document, found null");
        }
        catch (JsonException e)
        {
            throw new IOException($"{_client.BaseAddress} does not answer as a gateway of this version does: {e.Message}", e);
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new IOException($"No gateway answers at {_client.BaseAddress}: {e.Message}", e);
        }
    }
}
