using FsCheck;
using FsCheck.Fluent;
using Thrum.Detector.Tests.Windows;

namespace Thrum.Detector.Tests.Checkpoints;

/// <summary>A recording, and how often the process that reads it dies.</summary>
/// <param name="Recording">What arrives.</param>
/// <param name="Crashes">See <see cref="Lives.Ends"/>.</param>
/// <param name="Shards">Of each life.</param>
internal sealed record ReplayCase(Scramble Recording, int[] Crashes, int[] Shards)
{
    public static Gen<ReplayCase> Gen { get; } =
        from recording in Scramble.Gen
        from crashes in Lives.Ends
        from shards in FsCheck.Fluent.Gen.Choose(1, 3).ArrayOf(3)
        select new ReplayCase(recording, crashes, shards);
}
