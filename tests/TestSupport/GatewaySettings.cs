using System.Text.Json.Nodes;

namespace Thrum.TestSupport;

/// <summary>Builds configurations for gateways under test: quick retries, two alarm rules, whatever servers the test has.</summary>
public sealed class GatewaySettings
{
    private readonly JsonObject _root;

    /// <param name="brokerPort">Port of the broker on loopback.</param>
    /// <param name="model">Path of the model for every axis.</param>
    public GatewaySettings(int brokerPort, string model) => _root = new JsonObject
    {
        ["mqtt"] = new JsonObject
        {
            ["port"] = brokerPort,
            ["topics"] = new JsonArray(new JsonObject { ["template"] = "vibration/{machine}/{sensor}/{axis}", ["sampleRateHz"] = 12000 }),
        },
        ["detector"] = new JsonObject
        {
            ["models"] = new JsonArray(new JsonObject { ["path"] = model }),
            ["alarms"] = new JsonArray(
                new JsonObject { ["id"] = "score", ["severity"] = "alarm" },
                new JsonObject { ["id"] = "shape", ["severity"] = "warning", ["metric"] = "lmse", ["raiseCount"] = 5 }),
            // Without a measurement buffer and a baseline beside the model every point in a database is a window of the model or a transition, and can be counted.
            ["measures"] = new JsonObject { ["buffer"] = "00:00:00" },
            ["baseline"] = new JsonObject { ["besideModels"] = false },
        },
        ["store"] = new JsonObject { ["path"] = "data/thrum.db" },
        ["influx"] = new JsonArray(),
        ["webhooks"] = new JsonArray(),
    };

    /// <summary>The broker's section.</summary>
    public JsonObject Mqtt => _root["mqtt"]!.AsObject();

    /// <summary>Everything, for what has no method here.</summary>
    public JsonObject Root => _root;

    /// <summary>Adds InfluxDB 1, as destination <c>influx</c>.</summary>
    public GatewaySettings WithInflux(Uri url, string database) =>
        WithDatabase(new JsonObject { ["url"] = url.ToString(), ["api"] = "v1", ["database"] = database });

    /// <summary>Adds a server that speaks InfluxDB 2's protocol, as destination <c>influx</c>.</summary>
    public GatewaySettings WithInflux2(Uri url, string bucket) =>
        WithDatabase(new JsonObject { ["url"] = url.ToString(), ["api"] = "v2", ["bucket"] = bucket });

    /// <summary>Adds a webhook, as destination <c>webhook</c>.</summary>
    public GatewaySettings WithWebhook(Uri url)
    {
        _root["webhooks"]!.AsArray().Add(new JsonObject { ["url"] = url.ToString(), ["allowPrivateAddresses"] = true, ["retryDelay"] = "00:00:00.2", ["maxRetryDelay"] = "00:00:01" });
        return this;
    }

    /// <summary>Measures every second, and says what the machines are: <see cref="Cwru"/>'s motor.</summary>
    public GatewaySettings WithMeasures()
    {
        _root["detector"]!["measures"] = new JsonObject { ["interval"] = "00:00:01" };
        _root["machines"] = new JsonArray(new JsonObject { ["rpm"] = 1797, ["bearing"] = "6205", ["unit"] = "g" });
        return this;
    }

    private GatewaySettings WithDatabase(JsonObject influx)
    {
        (influx["batchDelay"], influx["retryDelay"], influx["maxRetryDelay"]) = ("00:00:00.2", "00:00:00.2", "00:00:01");
        _root["influx"]!.AsArray().Add(influx);
        return this;
    }
}
