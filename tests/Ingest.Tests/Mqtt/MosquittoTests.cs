using Thrum.Ingest.Mqtt;

namespace Thrum.Ingest.Tests.Mqtt;

/// <summary>Thrum's own client behind mosquitto.</summary>
public sealed class MosquittoTests() : SessionContractTests(MqttClientKind.Thrum);
