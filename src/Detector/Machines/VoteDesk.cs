using Thrum.Detector.Quality;

namespace Thrum.Detector.Machines;

/// <summary>Opens the votes of the machines of a shard.</summary>
internal sealed class VoteDesk(IReadOnlyList<VoteOptions> votes, ITransitionReceiver receiver)
{
    /// <summary>The votes that a machine has.</summary>
    public MachineVote[] Open(string machine) => [.. votes.Where(vote => vote.IsOf(machine)).Select(vote => new MachineVote(machine, vote, receiver))];
}
