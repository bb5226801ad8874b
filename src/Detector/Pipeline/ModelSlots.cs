using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Pipeline;

/// <summary>
/// The configured entries for models as one shard has them: the lane of the revision that is live, that of its shadow, and those of other revisions that axes restored from a
/// checkpoint still use. The shard owns it; only <see cref="Offer"/> is for others.
/// </summary>
internal sealed class ModelSlots : IDisposable
{
    private readonly ModelRegister _register;
    private readonly int _maxBatch;
    private readonly ShardOutput _output;
    private readonly ILogger _logger;
    private readonly List<ModelLane?> _live = [];
    private readonly List<ModelLane?> _shadows = [];
    private readonly List<ModelLane> _lanes = [];
    private readonly ConcurrentDictionary<ModelAssignment, ModelLane> _offered = [];

    public ModelSlots(ModelRegister register, IReadOnlyList<ModelAssignment> assignments, int maxBatch, ShardOutput output, ILogger logger)
    {
        _register = register;
        _maxBatch = maxBatch;
        _output = output;
        _logger = logger;
        foreach (ModelAssignment assignment in assignments)
        {
            int slot = SlotOf(assignment.Match);
            SetLive(slot, Live(slot) ?? Open(assignment));
        }
    }

    /// <summary>The first entry that has a model and matches the axis; −1 when there is none.</summary>
    public int IndexOf(AxisId axis)
    {
        for (int i = 0; i < _live.Count; i++)
        {
            if (_live[i] is { } lane && lane.Assignment.Matches(axis))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The entry of that pattern; −1 when it is not configured.</summary>
    public int SlotOf(string match)
    {
        IReadOnlyList<string> matches = _register.Matches;
        int index = 0;
        while (index < matches.Count && matches[index] != match)
        {
            index++;
        }

        return index < matches.Count ? index : -1;
    }

    /// <summary>The lane of the live revision of an entry; null when it has none yet.</summary>
    public ModelLane? Live(int slot) => At(_live, slot);

    /// <summary>The lane of the shadow of an entry; null without one.</summary>
    public ModelLane? Shadow(int slot) => At(_shadows, slot);

    /// <summary>The shadow of an entry for the windows of an axis, as they are cut now; null without one, and where it would take other windows.</summary>
    public ModelLane? ShadowFor(int slot, AxisState axis) => slot >= 0 && Shadow(slot) is { } shadow && Fits(axis, shadow) ? shadow : null;

    /// <summary>The lane that an axis had before a restart, where its revision is at hand; else that of the entry that matches it now; null without one.</summary>
    public ModelLane? FindLive(AxisId axis, string revision) =>
        Restored(axis, revision, ModelRole.Live) ?? (IndexOf(axis) is >= 0 and int slot ? Live(slot) : null);

    /// <summary>The shadow that an axis had before a restart, for the lane that it has now; null without one.</summary>
    public ModelLane? FindShadow(AxisState axis, string revision) =>
        Restored(axis.Stream.Id, revision, ModelRole.Shadow) is { } shadow && Fits(axis, shadow) ? shadow : null;

    private ModelLane? Restored(AxisId axis, string revision, ModelRole role) => revision.Length == 0 ? null
        : Restored(axis, revision, role, slot => _register.WasUsed(_register.Matches[slot], revision, role)) ?? Restored(axis, revision, role, _ => true);

    // Those added while it ran first: a pattern for many axes must not take the revision of one.
    private ModelLane? Restored(AxisId axis, string revision, ModelRole role, Predicate<int> isAsked)
    {
        for (int slot = _register.Matches.Count - 1; slot >= 0; slot--)
        {
            if (isAsked(slot) && Find(slot, revision, role) is { } lane && lane.Assignment.Matches(axis))
            {
                return lane;
            }
        }

        return null;
    }

    // The windows of a member of a joint axis are those of the joint axis, which has the shadow.
    private static bool Fits(AxisState axis, ModelLane shadow) =>
        axis is { Member: null, Lane: ModelLane live } && shadow.Assignment.Model.Metadata.TakesWindowsOf(live.Assignment.Model.Metadata);

    /// <summary>The lane of a revision of an entry, opened if need be; null when the revision is not at hand.</summary>
    public ModelLane? Find(int slot, string revision, ModelRole role = ModelRole.Live)
    {
        string match = _register.Matches[slot];
        return _lanes.Find(lane => lane.Assignment.Match == match && lane.Assignment.Role == role && lane.Model.Revision == revision)
            ?? (_register.Find(match, revision, role) is { } assignment ? Open(assignment) : null);
    }

    /// <summary>Makes a lane the live one of an entry; null leaves it without one.</summary>
    public void SetLive(int slot, ModelLane? lane) => Put(_live, slot, lane);

    /// <summary>Makes a lane the shadow of an entry, or ends it.</summary>
    public void SetShadow(int slot, ModelLane? lane) => Put(_shadows, slot, lane);

    /// <summary>Closes a lane that no entry has; nothing may wait in it, and no axis use it.</summary>
    public void Close(ModelLane lane)
    {
        _lanes.Remove(lane);
        lane.Dispose();
    }

    /// <summary>Prepares a lane for a revision while the shard works, on the thread of the caller.</summary>
    public void Offer(ModelAssignment assignment)
    {
        var lane = new ModelLane(assignment, _maxBatch, _output, _logger);
        if (!_offered.TryAdd(assignment, lane))
        {
            lane.Dispose();
        }
    }

    /// <summary>Takes back a lane that was prepared and not used.</summary>
    public void Withdraw(ModelAssignment assignment)
    {
        if (_offered.TryRemove(assignment, out ModelLane? lane))
        {
            lane.Dispose();
        }
    }

    /// <summary>Scores the windows that wait in any lane.</summary>
    public void Flush()
    {
        foreach (ModelLane lane in _lanes)
        {
            lane.Flush();
        }
    }

    public void Dispose()
    {
        foreach (ModelLane lane in _lanes.Concat(_offered.Values))
        {
            lane.Dispose();
        }
    }

    private ModelLane Open(ModelAssignment assignment)
    {
        // In a replay nobody has prepared it, and nobody waits.
        ModelLane lane = _offered.TryRemove(assignment, out ModelLane? offered) ? offered : new ModelLane(assignment, _maxBatch, _output, _logger);
        _lanes.Add(lane);
        return lane;
    }

    // Entries are added while it runs.
    private static ModelLane? At(List<ModelLane?> lanes, int slot) => slot < lanes.Count ? lanes[slot] : null;

    private static void Put(List<ModelLane?> lanes, int slot, ModelLane? lane)
    {
        while (lanes.Count <= slot)
        {
            lanes.Add(null);
        }

        lanes[slot] = lane;
    }
}
