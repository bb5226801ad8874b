using Thrum.Detector.Stages;

namespace Thrum.Detector.Tests.Samples;

public sealed class EpisodesTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ManualTimeProvider _time = new();
    private readonly Episodes<DropReason> _episodes;

    public EpisodesTests() => _episodes = new Episodes<DropReason>(_time);

    [Fact]
    public void Begins_OneSourceBadForEver_DoesNotHideAnother()
    {
        Assert.True(_episodes.Begins(DropReason.BadJson, 1));
        for (int i = 0; i < 10; i++)
        {
            _time.Advance(Minute / 2);
            Assert.False(_episodes.Begins(DropReason.BadJson, 1));
        }

        Assert.True(_episodes.Begins(DropReason.BadJson, 2));
        Assert.True(_episodes.Begins(DropReason.Empty, 1));
        Assert.False(_episodes.Begins(DropReason.BadJson, 2));
    }

    [Fact]
    public void Begins_AfterAQuietMinute_BeginsAnew()
    {
        Assert.True(_episodes.Begins(DropReason.Late, 1));
        Assert.True(_episodes.Begins(DropReason.Late));
        _time.Advance(Minute - TimeSpan.FromTicks(1));
        Assert.False(_episodes.Begins(DropReason.Late, 1));
        Assert.False(_episodes.Begins(DropReason.Late));
        _time.Advance(Minute);
        Assert.True(_episodes.Begins(DropReason.Late, 1));
        Assert.True(_episodes.Begins(DropReason.Late));
    }

    [Fact]
    public void Begins_MoreSourcesThanAreToldApart_ShareOneEpisodeUntilOthersEnd()
    {
        Assert.All(Enumerable.Range(0, Episodes<DropReason>.MaxSources), source => Assert.True(_episodes.Begins(DropReason.Late, (ulong)source)));

        Assert.True(_episodes.Begins(DropReason.Late, 5000));
        Assert.All(Enumerable.Range(5000, 5000), source => Assert.False(_episodes.Begins(DropReason.Late, (ulong)source)));
        Assert.False(_episodes.Begins(DropReason.Late, 7));
        Assert.True(_episodes.Begins(DropReason.BadJson, 5000));

        _time.Advance(Minute);
        Assert.True(_episodes.Begins(DropReason.Late, 5000));
        Assert.True(_episodes.Begins(DropReason.Late, 5001));
    }
}
