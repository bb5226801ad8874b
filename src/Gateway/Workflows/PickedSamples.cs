using Thrum.Training.Data;

namespace Thrum.Gateway.Workflows;

/// <summary>Some recordings of a source, in another order.</summary>
/// <param name="source">The source.</param>
/// <param name="places">Which of its recordings.</param>
internal sealed class PickedSamples(ISampleSource source, IReadOnlyList<int> places) : ISampleSource
{
    public IReadOnlyList<int> Lengths { get; } = Pick(source.Lengths, places);

    public void Read(int recording, int start, Span<float> samples) => source.Read(places[recording], start, samples);

    private static int[] Pick(IReadOnlyList<int> lengths, IReadOnlyList<int> places) => [.. places.Select(place => lengths[place])];
}
