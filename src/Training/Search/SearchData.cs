using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Thrum.Training.Data;

namespace Thrum.Training.Search;

/// <summary>What a search trains and measures on.</summary>
/// <param name="Healthy">Samples of one axis each; folds are cut from them.</param>
/// <param name="Faulty">Samples with a fault, for the area under the ROC curve; empty where none are known.</param>
/// <param name="SampleRateHz">Rate of all.</param>
public sealed record SearchData(IReadOnlyList<ReadOnlyMemory<float>> Healthy, IReadOnlyList<ReadOnlyMemory<float>> Faulty, double SampleRateHz)
{
    internal string Fingerprint()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ReadOnlyMemory<float> samples in Healthy.Concat(Faulty))
        {
            hash.AppendData(BitConverter.GetBytes(samples.Length));
            hash.AppendData(MemoryMarshal.AsBytes(samples.Span));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    internal WindowSet Cut(IReadOnlyList<SampleRange> ranges, int windowSamples, int hopSamples, ZScoreNormaliser normaliser) =>
        normaliser.Apply(WindowSet.Cut(Healthy, ranges, windowSamples, hopSamples));
}
