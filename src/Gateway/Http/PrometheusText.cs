using System.Globalization;
using System.Text;
using Thrum.Detector.Stages;
using Thrum.Detector.Windows;
using Thrum.Gateway.Hosting;
using Thrum.Sink;

namespace Thrum.Gateway.Http;

/// <summary>The counters in the Prometheus text exposition format 0.0.4.</summary>
internal static class PrometheusText
{
    private const string DeliveryName = "thrum_delivery_seconds";

    private static readonly double StartUnixS = ProcessStart();

    public static string Write(GatewayStatus status)
    {
        IReadOnlyList<StageCounters> stages = status.Stages;
        var text = new StringBuilder();
        Family(text, "thrum_stage_received_total", "counter", "Items received by a stage.", stages, stage => stage.Received);
        Family(text, "thrum_stage_sent_total", "counter", "Items passed on by a stage.", stages, stage => stage.Sent);
        Family(text, "thrum_stage_errors_total", "counter", "Failed operations of a stage; a retry is an error, not a drop.", stages, stage => stage.Errors);
        Family(text, "thrum_stage_queue_length", "gauge", "Items waiting before a stage.", stages, stage => stage.QueueLength);
        Header(text, "thrum_stage_dropped_total", "counter", "Items dropped by a stage, by reason.");
        foreach (StageCounters stage in stages)
        {
            foreach (DropReason reason in Enum.GetValues<DropReason>())
            {
                if (stage.DroppedFor(reason) is > 0 and long dropped)
                {
                    text.Append(CultureInfo.InvariantCulture, $"thrum_stage_dropped_total{{stage=\"{stage.Stage}\",unit=\"{stage.Unit}\",reason=\"{reason.ToWireName()}\"}} {dropped}\n");
                }
            }
        }

        Header(text, "thrum_windows_total", "counter", "Windows that left the detector, by status.");
        foreach (WindowStatus window in Enum.GetValues<WindowStatus>())
        {
            text.Append(CultureInfo.InvariantCulture, $"thrum_windows_total{{status=\"{window.ToWireName()}\"}} {status.Windows.Of(window)}\n");
        }

        Header(text, DeliveryName, "histogram", "Time from reading a message to the confirmed delivery of its points.");
        foreach (DestinationLatency latency in status.Latencies)
        {
            Histogram(text, latency);
        }

        Header(text, "thrum_destination_circuit_open", "gauge", "1 while a destination is away and its circuit breaker lets no attempt through.");
        foreach (DeliveryHealth health in status.Deliveries)
        {
            text.Append(CultureInfo.InvariantCulture, $"thrum_destination_circuit_open{{destination=\"{health.Destination}\"}} {(health.Circuit == DeliveryCircuit.Open ? 1 : 0)}\n");
        }

        Header(text, "thrum_destination_oldest_seconds", "gauge", "How long the oldest that waits for a destination has waited; 0 when nothing does.");
        foreach (DeliveryHealth health in status.Deliveries)
        {
            text.Append(CultureInfo.InvariantCulture, $"thrum_destination_oldest_seconds{{destination=\"{health.Destination}\"}} {health.OldestAge.TotalSeconds:0.###}\n");
        }

        if (status.Storage is { } storage)
        {
            Written(text, storage);
        }

        Header(text, "process_cpu_seconds_total", "counter", "Processor time of the process in seconds.");
        text.Append(CultureInfo.InvariantCulture, $"process_cpu_seconds_total {Environment.CpuUsage.TotalTime.TotalSeconds:F3}\n");
        Header(text, "process_start_time_seconds", "gauge", "When the process started, seconds since 1970.");
        text.Append(CultureInfo.InvariantCulture, $"process_start_time_seconds {StartUnixS:F3}\n");
        Header(text, "process_resident_memory_bytes", "gauge", "Resident memory of the process.");
        text.Append(CultureInfo.InvariantCulture, $"process_resident_memory_bytes {Environment.WorkingSet}\n");
        return text.ToString();
    }

    private static double ProcessStart()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;
    }

    private static void Written(StringBuilder text, StorageStatus storage)
    {
        long store = storage.Store.WrittenBytes, journal = storage.Journal?.WrittenBytes ?? 0, samples = storage.Samples();
        Header(text, "thrum_samples_total", "counter", "Samples decoded.");
        text.Append(CultureInfo.InvariantCulture, $"thrum_samples_total {samples}\n");
        Header(text, "thrum_disk_written_bytes_total", "counter", "Bytes that commits handed to the write-ahead log of a file; merging the log writes at most as many again.");
        text.Append(CultureInfo.InvariantCulture, $"thrum_disk_written_bytes_total{{file=\"store\"}} {store}\n");
        text.Append(CultureInfo.InvariantCulture, $"thrum_disk_written_bytes_total{{file=\"journal\"}} {journal}\n");
        Header(text, "thrum_disk_written_bytes_per_sample", "gauge", "Both files together per sample decoded; 0 before the first.");
        text.Append(CultureInfo.InvariantCulture, $"thrum_disk_written_bytes_per_sample {(samples > 0 ? (double)(store + journal) / samples : 0)}\n");
        Header(text, "thrum_journal_bytes", "gauge", "Bytes of messages that the journal keeps.");
        text.Append(CultureInfo.InvariantCulture, $"thrum_journal_bytes {storage.Journal?.Bytes ?? 0}\n");
    }

    private static void Family(StringBuilder text, string name, string type, string help, IReadOnlyList<StageCounters> stages, Func<StageCounters, long> value)
    {
        Header(text, name, type, help);
        foreach (StageCounters stage in stages)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}{{stage=\"{stage.Stage}\",unit=\"{stage.Unit}\"}} {value(stage)}\n");
        }
    }

    private static void Histogram(StringBuilder text, DestinationLatency latency)
    {
        long count = 0;
        for (int i = 0; i < latency.Latency.Counts.Count; i++)
        {
            count += latency.Latency.Counts[i];
            string bound = i < LatencyHistogram.UpperBoundsSeconds.Count ? LatencyHistogram.UpperBoundsSeconds[i].ToString("R", CultureInfo.InvariantCulture) : "+Inf";
            text.Append(CultureInfo.InvariantCulture, $"{DeliveryName}_bucket{{destination=\"{latency.Destination}\",le=\"{bound}\"}} {count}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"{DeliveryName}_sum{{destination=\"{latency.Destination}\"}} {latency.Latency.SumSeconds}\n");
        text.Append(CultureInfo.InvariantCulture, $"{DeliveryName}_count{{destination=\"{latency.Destination}\"}} {count}\n");
    }

    private static void Header(StringBuilder text, string name, string type, string help) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");
}
