namespace Thrum.Detector.Pipeline;

/// <summary>From when on a revision of a configured model was in use.</summary>
/// <param name="Match">The pattern of the configured entry, by which it is known.</param>
/// <param name="Sequence">The command that took it; of what a run began with, the journal record behind which it began.</param>
/// <param name="Revision">The revision's <see cref="Models.ModelFile.Hash"/>; empty where a shadow ended.</param>
/// <param name="Role">What for.</param>
public sealed record ModelUse(string Match, long Sequence, string Revision, ModelRole Role = ModelRole.Live);

/// <summary>
/// The configured entries for models, the revisions that are loaded for them, and which of these was in use from when on: what a replay of the journal
/// needs to be given the same models at the same records. Thread-safe.
/// </summary>
public sealed class ModelRegister
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Match, string Revision, ModelRole Role), ModelAssignment> _loaded = [];
    private readonly List<ModelUse> _uses = [];
    private volatile string[] _matches;

    internal ModelRegister(IReadOnlyList<string> matches) => _matches = [.. matches];

    /// <summary>The patterns of the entries, asked in order: the configured ones, then those that were added. One whose model is not there yet is passed over.</summary>
    public IReadOnlyList<string> Matches => _matches;

    /// <summary>Adds an entry behind the others, unless there is one of this pattern; its model comes by command.</summary>
    public void AddEntry(string match)
    {
        lock (_gate)
        {
            if (!_matches.Contains(match))
            {
                _matches = [.. _matches, match];
            }
        }
    }

    /// <summary>Which revision was in use from when on, in the order of the sequences, for each entry.</summary>
    public IReadOnlyList<ModelUse> Uses
    {
        get
        {
            lock (_gate)
            {
                return [.. _uses];
            }
        }
    }

    /// <summary>Where a revision comes from that is not loaded: in a replay a shard asks for those that were in use then. Null for nowhere.</summary>
    public Func<string, string, ModelRole, ModelAssignment?>? Source { get; set; }

    /// <summary>Makes a loaded revision known; its owner keeps it until no entry can come to use it any more.</summary>
    public void Add(ModelAssignment assignment)
    {
        ArgumentNullException.ThrowIfNull(assignment);
        lock (_gate)
        {
            _loaded[(assignment.Match, assignment.Model.Hash, assignment.Role)] = assignment;
        }
    }

    /// <summary>Forgets a loaded revision.</summary>
    public void Remove(ModelAssignment assignment)
    {
        ArgumentNullException.ThrowIfNull(assignment);
        lock (_gate)
        {
            _loaded.Remove((assignment.Match, assignment.Model.Hash, assignment.Role));
        }
    }

    /// <summary>The revision of an entry; null when it is not at hand.</summary>
    public ModelAssignment? Find(string match, string revision, ModelRole role = ModelRole.Live)
    {
        lock (_gate)
        {
            if (!_loaded.TryGetValue((match, revision, role), out ModelAssignment? assignment) && Source?.Invoke(match, revision, role) is { } found)
            {
                _loaded.Add((match, revision, role), assignment = found);
            }

            return assignment;
        }
    }

    /// <summary>Notes that a revision is in use from a command on; each shard says so.</summary>
    public void Note(ModelUse use)
    {
        ArgumentNullException.ThrowIfNull(use);
        lock (_gate)
        {
            // Shards and replays say the same again.
            if (!_uses.Contains(use))
            {
                _uses.Insert(_uses.FindLastIndex(before => before.Sequence <= use.Sequence) + 1, use);
            }
        }
    }

    /// <summary>Whether an entry is known to have used a revision.</summary>
    public bool WasUsed(string match, string revision, ModelRole role)
    {
        lock (_gate)
        {
            return _uses.Exists(use => use.Match == match && use.Revision == revision && use.Role == role);
        }
    }

    /// <summary>Forgets what no replay asks for any more: what was in use no longer at or before a journal record.</summary>
    public void Forget(long through)
    {
        lock (_gate)
        {
            _uses.RemoveAll(use => _uses.Exists(later => later.Match == use.Match && later.Role == use.Role && later.Sequence > use.Sequence && later.Sequence <= through));
        }
    }
}
