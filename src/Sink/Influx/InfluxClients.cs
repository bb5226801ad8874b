namespace Thrum.Sink.Influx;

/// <summary>Who may talk to a server in this build.</summary>
internal static class InfluxClients
{
#if EXTERNAL_ADAPTERS
    /// <summary>True in a program that has the package InfluxDB.Client.</summary>
    public static bool HasPackage => true;

    /// <summary>The writer that the options ask for.</summary>
    public static IPointWriter CreateWriter(InfluxOptions options, TimeProvider time) =>
        options.Client == InfluxClientKind.InfluxDbClient ? new InfluxDbClientWriter(options, time) : new HttpPointWriter(options, time);
#else
    /// <summary>True in a program that has the package InfluxDB.Client.</summary>
    public static bool HasPackage => false;

    /// <summary>The writer that the options ask for.</summary>
    public static IPointWriter CreateWriter(InfluxOptions options, TimeProvider time) => new HttpPointWriter(options, time);
#endif
}
