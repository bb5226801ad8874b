using Thrum.Ingest.Mqtt;

namespace Thrum.Ingest.Tests.Mqtt;

/// <summary>The adapter for MQTTnet behind mosquitto; in builds with <c>-p:ExternalAdapters=true</c>.</summary>
public sealed class MqttNetSessionTests() : SessionContractTests(MqttClientKind.MqttNet);

/// <summary>The same losses and restarts for the adapter.</summary>
public sealed class MqttNetLossTests : LossTests
{
    protected override MqttClientKind Client => MqttClientKind.MqttNet;
}
