using Thrum.Detector.Checkpoints;

namespace Thrum.Detector.Baselines;

/// <summary>Mean and standard deviation of several streams of numbers, one pass (B. P. Welford, Technometrics 4, 1962). Not thread-safe.</summary>
internal sealed class Moments(int count)
{
    private readonly double[] _means = new double[count];
    private readonly double[] _squares = new double[count];

    /// <summary>How many numbers each stream had.</summary>
    public int Seen { get; private set; }

    /// <summary>Takes the next number of every stream.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        Seen++;
        for (int i = 0; i < _means.Length; i++)
        {
            double off = values[i] - _means[i];
            _means[i] += off / Seen;
            _squares[i] += off * (values[i] - _means[i]);
        }
    }

    public double Mean(int stream) => _means[stream];

    /// <summary>Standard deviation of the population seen.</summary>
    public double Deviation(int stream) => Math.Sqrt(_squares[stream] / Math.Max(1, Seen));

    public void Save(CheckpointWriter writer)
    {
        writer.Write(Seen);
        foreach (double value in _means)
        {
            writer.Write(value);
        }

        foreach (double value in _squares)
        {
            writer.Write(value);
        }
    }

    public void Load(ref CheckpointReader reader)
    {
        Seen = reader.ReadInt32();
        for (int i = 0; i < _means.Length; i++)
        {
            _means[i] = reader.ReadDouble();
        }

        for (int i = 0; i < _squares.Length; i++)
        {
            _squares[i] = reader.ReadDouble();
        }
    }

    /// <summary>True for numbers that <see cref="Add"/> can have led to.</summary>
    public bool IsConsistent => Seen >= 0 && _means.All(double.IsFinite) && _squares.All(square => square >= 0 && double.IsFinite(square));
}
