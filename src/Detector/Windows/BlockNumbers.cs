using Thrum.Detector.Checkpoints;

namespace Thrum.Detector.Windows;

/// <summary>
/// The numbers that a sensor gives the blocks of an axis that have no time stamp, modulo 2³²: by them alone it is seen that one is
/// missing or comes again. A part of its owner, such as a stream's <see cref="Windower"/>, not an object. Not thread-safe.
/// </summary>
public struct BlockNumbers
{
    /// <summary>A number at most so far behind the newest is a block that was overtaken or sent again; further behind, the sensor counts anew.</summary>
    public const uint MostBehind = 64;

    private uint? _newest;

    /// <summary>What is due after the newest block; 0 before the first.</summary>
    public readonly uint Due => unchecked(_newest.GetValueOrDefault(uint.MaxValue) + 1);

    /// <summary>Where a block stands among those before it.</summary>
    public readonly NumberStep StepTo(uint? number)
    {
        if (_newest is not { } newest || number is not { } found || found == Due)
        {
            return NumberStep.Next;
        }

        uint behind = unchecked(newest - found);
        return behind == 0 || (behind <= MostBehind && found != 0) ? NumberStep.Repeated
            : behind > int.MaxValue ? NumberStep.Ahead : NumberStep.Anew;
    }

    /// <summary>The block was taken.</summary>
    public void Take(uint? number) => _newest = number;

    /// <summary>Writes nothing without a number, which is what states had before there were numbers.</summary>
    internal readonly void Save(CheckpointWriter writer)
    {
        if (_newest is { } newest)
        {
            writer.Write(unchecked((int)newest));
        }
    }

    /// <summary>Reads what is left of the state.</summary>
    internal bool TryLoad(ref CheckpointReader reader)
    {
        _newest = reader.IsAtEnd ? null : unchecked((uint)reader.ReadInt32());
        return reader.IsValid;
    }
}

/// <summary>Where a numbered block stands among those before it.</summary>
public enum NumberStep : byte
{
    /// <summary>It follows, or there is nothing to tell by.</summary>
    Next,

    /// <summary>It was there already, or others took its place.</summary>
    Repeated,

    /// <summary>Blocks are missing before it.</summary>
    Ahead,

    /// <summary>The sensor began to count anew.</summary>
    Anew,
}
