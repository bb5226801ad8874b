using Microsoft.Extensions.Logging.Abstractions;
using Thrum.Detector.Checkpoints;
using Thrum.Detector.Samples;
using Thrum.Sink.Store;
using Thrum.Sink.Tests.Support;

namespace Thrum.Sink.Tests.Store;

public sealed class StoreCopyTests
{
    [Fact]
    public async Task Copy_StoreWithACheckpoint_GoesOnFromIt()
    {
        await using TemporaryStore store = await TemporaryStore.OpenAsync(new StoreOptions { Durability = Durability.Journal });
        AxisId axis = new("pump", "bearing", "x");
        await store.Store.CheckpointAsync([(axis, [1, 2, 3])], 7, 6, [], CancellationToken.None);
        string target = store.Options.Path + ".copy";

        await StoreCopy.CopyAsync(store.Options.Path, target);

        await using LocalStore copy = await LocalStore.OpenAsync(store.Options with { Path = target }, store.Time, NullLogger<LocalStore>.Instance);
        (IReadOnlyList<StoredState> states, long through) = await copy.LoadCheckpointAsync(CancellationToken.None);
        StoredState state = Assert.Single(states);
        Assert.Equal((axis, 7L, 6L), (state.Id, state.Sequence, through));
        Assert.Equal([1, 2, 3], state.Bytes.ToArray());
    }
}
