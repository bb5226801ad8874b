using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Thrum.Training.Data;

namespace Thrum.Training.Search;

/// <summary>What a search trains and measures on.</summary>
/// <param name="Healthy">Folds are cut from it.</param>
/// <param name="Faulty">With a fault, for the area under the ROC curve, of as many axes; null where none is known.</param>
/// <param name="SampleRateHz">Rate of all.</param>
public sealed record SearchData(AxisSamples Healthy, AxisSamples? Faulty, double SampleRateHz)
{
    internal string Fingerprint()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (AxisSamples samples in Faulty is null ? [Healthy] : (AxisSamples[])[Healthy, Faulty])
        {
            foreach (SampleRange recording in samples.Whole)
            {
                hash.AppendData(BitConverter.GetBytes(recording.Length));
                for (int axis = 0; axis < samples.Axes; axis++)
                {
                    foreach (ReadOnlyMemory<float> block in samples.Blocks(recording, axis))
                    {
                        hash.AppendData(MemoryMarshal.AsBytes(block.Span));
                    }
                }
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
