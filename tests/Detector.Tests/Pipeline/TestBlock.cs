using Thrum.Detector.Commands;
using Thrum.Detector.Samples;
using Thrum.Detector.Tests.Models;

namespace Thrum.Detector.Tests.Pipeline;

/// <summary>Samples of one axis on the way in.</summary>
internal sealed record TestBlock(AxisId Axis, long FirstUnixNs, double RateHz, float[] Samples)
{
    /// <summary>The record of the journal it came from.</summary>
    public long Sequence { get; init; }

    /// <summary>How its time was told.</summary>
    public TimeSource Time { get; init; } = TimeSource.Stamped;

    /// <summary>Number that the sensor gave it.</summary>
    public uint? Number { get; init; }

    /// <summary>When it arrived; 0 when that is not known.</summary>
    public long ArrivalUnixNs { get; init; }

    /// <summary>A command that follows it, with the next sequence.</summary>
    public OperatorCommand? Command { get; init; }

    /// <summary>True when a barrier with its sequence follows it.</summary>
    public bool IsBarrier { get; init; }

    /// <summary>The same block as it comes without a journal.</summary>
    public TestBlock Unnumbered => this with { Sequence = 0, IsBarrier = false };

    /// <summary>Block <paramref name="index"/> of a seeded noise recording of an axis, <paramref name="count"/> samples at 1 kHz.</summary>
    public static TestBlock Noise(AxisId axis, int index, int count, double amplitude = 1)
    {
        var random = new Random((1000 * (int)(StableHash.Of(axis.ToString()) & 0xFFFF)) + index);
        float[] samples = [.. Enumerable.Range(0, count).Select(_ => (float)(amplitude * ((2 * random.NextDouble()) - 1)))];
        return new TestBlock(axis, PipelineRun.Origin + ((long)index * count * 1_000_000), TestModels.RateHz, samples);
    }

    /// <summary>Some samples of a recording at 1 kHz, each told by its index alone: whatever block it comes in, it is the same.</summary>
    public static TestBlock Of(AxisId axis, int first, int count, Func<int, float> sample) =>
        new(axis, PipelineRun.Origin + (first * 1_000_000L), TestModels.RateHz, [.. Enumerable.Range(first, count).Select(sample)]);

    /// <summary>A sample of such a recording, of noise; where it is loud it raises <see cref="PipelineRun.FixedRule"/>.</summary>
    public static float NoiseAt(int axis, int index, bool isLoud) => NoiseAt(axis, index, isLoud ? 200 : 2);

    /// <summary>A sample of such a recording, of noise from one peak to the other.</summary>
    public static float NoiseAt(int axis, int index, double peakToPeak) => (float)((new Random((axis * 1_000_003) + index).NextDouble() - 0.5) * peakToPeak);

    /// <summary>The blocks of several sources mixed, each source in its order, numbered and with barriers here and there.</summary>
    public static TestBlock[] Journal(Random random, IEnumerable<IEnumerable<TestBlock>> sources)
    {
        Queue<TestBlock>[] queues = [.. sources.Select(source => new Queue<TestBlock>(source))];
        var journal = new List<TestBlock>();
        while (queues.Where(queue => queue.Count > 0).ToArray() is { Length: > 0 } left)
        {
            journal.Add(left[random.Next(left.Length)].Dequeue() with { Sequence = journal.Count + 1, IsBarrier = random.Next(15) == 0 });
        }

        return [.. journal];
    }
}
