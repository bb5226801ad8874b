using System.Buffers.Binary;
using System.Text;
using Thrum.Ingest.Mqtt;

namespace Thrum.Ingest.Tests.Mqtt;

/// <summary>Keeps what it gets and lets tests wait for it.</summary>
internal sealed class RecordingHandler : IMessageHandler
{
    private readonly Lock _gate = new();
    private readonly List<(Func<RecordingHandler, bool> Condition, TaskCompletionSource Reached)> _waiters = [];

    public List<(string Topic, byte[] Payload, MqttQos Qos, ulong Sequence, bool Duplicate)> Messages { get; } = [];

    /// <summary>The numbers that stand in the first four bytes of payloads, 0 left out.</summary>
    public HashSet<int> Distinct { get; } = [];

    public List<(string Topic, long Bytes)> Oversized { get; } = [];

    /// <summary>What was kept of the payload of the oversized message that came last.</summary>
    public byte[] Beginning { get; private set; } = [];

    public List<MqttConnected> Connects { get; } = [];

    public List<string> Faults { get; } = [];

    public int Flushes { get; private set; }

    /// <summary>What to answer; by default everything is taken.</summary>
    public Func<int, PublishVerdict> Verdict { get; init; } = _ => PublishVerdict.Taken;

    /// <summary>What a flush waits for.</summary>
    public Func<Task> Flush { get; set; } = () => Task.CompletedTask;

    public Task Until(Func<RecordingHandler, bool> condition)
    {
        lock (_gate)
        {
            if (condition(this))
            {
                return Task.CompletedTask;
            }

            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((condition, reached));
            return reached.Task.InTime();
        }
    }

    /// <summary>How many messages of one topic have come.</summary>
    public int CountOf(string topic)
    {
        lock (_gate)
        {
            return Messages.Count(message => message.Topic == topic);
        }
    }

    /// <summary>How many connections ended for a reason with these words.</summary>
    public int CountOfFaults(string words)
    {
        lock (_gate)
        {
            return Faults.Count(fault => fault.Contains(words, StringComparison.Ordinal));
        }
    }

    public PublishVerdict OnPublish(in PublishView message)
    {
        lock (_gate)
        {
            PublishVerdict verdict = Verdict(Messages.Count);
            if (verdict != PublishVerdict.NoRoom)
            {
                if (message.Payload.Length >= 4 && BinaryPrimitives.ReadInt32LittleEndian(message.Payload) is var number and not 0)
                {
                    Distinct.Add(number);
                }

                Messages.Add((Encoding.UTF8.GetString(message.Topic), message.Payload.ToArray(), message.Qos, message.Sequence, message.Duplicate));
                Changed();
            }

            return verdict;
        }
    }

    public void OnOversized(in PublishView beginning, long bytes)
    {
        lock (_gate)
        {
            Beginning = beginning.Payload.ToArray();
            Oversized.Add((Encoding.UTF8.GetString(beginning.Topic), bytes));
            Changed();
        }
    }

    public async ValueTask FlushAsync(CancellationToken ct)
    {
        lock (_gate)
        {
            Flushes++;
            Changed();
        }

        await Flush().WaitAsync(ct);
    }

    public void OnConnected(in MqttConnected connected)
    {
        lock (_gate)
        {
            Connects.Add(connected);
            Changed();
        }
    }

    public void OnDisconnected(string reason)
    {
        lock (_gate)
        {
            Faults.Add(reason);
            Changed();
        }
    }

    private void Changed()
    {
        foreach ((Func<RecordingHandler, bool> condition, TaskCompletionSource reached) in _waiters)
        {
            if (condition(this))
            {
                reached.TrySetResult();
            }
        }

        _waiters.RemoveAll(waiter => waiter.Reached.Task.IsCompleted);
    }
}
