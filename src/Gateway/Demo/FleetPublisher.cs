using System.Runtime.InteropServices;
using Thrum.Detector.Samples;
using Thrum.Ingest.Mqtt;
using Thrum.Ingest.Replay;
using Thrum.Ingest.Simulation;

namespace Thrum.Gateway.Demo;

/// <summary>Publishes the fleet's vibration in real time over MQTT, stamped, as a sensor with a clock would.</summary>
internal sealed class FleetPublisher
{
    private const int BlockSamples = 600;
    private static readonly TimeSpan BlockTimeSpan = TimeSpan.FromSeconds(BlockSamples / DemoFleet.SampleRateHz);

    private readonly TimeProvider _time;
    private readonly List<(string Topic, MachineSimulator Simulator)> _axes = [];
    private readonly long _startUnixNs;

    public FleetPublisher(TimeSpan faultOnset, int seed, TimeProvider time)
    {
        _time = time;
        _startUnixNs = UnixTime.ToNs(time.GetUtcNow());
        FaultOnsetUnixNs = _startUnixNs + UnixTime.ToNs(faultOnset);
        foreach (DemoMachine machine in DemoFleet.Machines)
        {
            foreach (string axis in DemoFleet.Axes)
            {
                var simulator = new MachineSimulator(machine.Simulator with
                {
                    Seed = seed + DemoFleet.Machines.ToList().IndexOf(machine),
                    Axis = axis,
                    Fault = machine.Name == DemoFleet.Faulty ? MachineFault.OuterRace : MachineFault.None,
                    FaultOnsetSeconds = faultOnset.TotalSeconds,
                });
                _axes.Add(($"vibration/{machine.Name}/{DemoFleet.Sensor}/{axis}", simulator));
            }
        }
    }

    public long Messages { get; private set; }

    /// <summary>When the faulty machine's bearing breaks, ns since 1970-01-01 UTC.</summary>
    public long FaultOnsetUnixNs { get; }

    /// <summary>Publishes until stopped, then waits for the broker's acknowledgements.</summary>
    public async Task RunAsync(MqttSessionOptions broker, CancellationToken stopping)
    {
        await using MqttPublisher publisher = await MqttPublisher.ConnectAsync(broker, _time, CancellationToken.None).ConfigureAwait(false);
        byte[][] payloads = [.. _axes.Select(_ => new byte[BlockSamples * sizeof(float)])];
        using var timer = new PeriodicTimer(BlockTimeSpan, _time);
        long block = 0;
        long started = _time.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false))
            {
                // A late tick is made up for: real time is what the recording's clock says.
                while (block * BlockTimeSpan < _time.GetElapsedTime(started))
                {
                    await PublishAsync(publisher, payloads, block++).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            await publisher.DrainAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task PublishAsync(MqttPublisher publisher, byte[][] payloads, long block)
    {
        long time = BlockTime.Of(_startUnixNs, block * BlockSamples, DemoFleet.SampleRateHz);
        MqttUserProperty[] properties =
        [
            new("time", time.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            new("rate", DemoFleet.SampleRateHz.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ];
        for (int i = 0; i < _axes.Count; i++)
        {
            _axes[i].Simulator.Generate(MemoryMarshal.Cast<byte, float>(payloads[i].AsSpan()));
            await publisher.PublishAsync(_axes[i].Topic, payloads[i], MqttQos.AtLeastOnce, properties: properties).ConfigureAwait(false);
            Messages++;
        }
    }
}
