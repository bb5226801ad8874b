namespace Thrum.Spectral.Vectors;

/// <summary>
/// Lanes that can stand for as many rows of a matrix, one float of each. Four neighbouring columns are moved at a time: register j of
/// four takes rows j, 4 + j, 8 + j, … as its quads of lanes, and a transposition within the quads leaves one column in each register.
/// </summary>
internal interface IRowLanes<TSelf> : ILanes<TSelf>
    where TSelf : struct, IRowLanes<TSelf>
{
    /// <summary>Four floats from each fourth row, the rows <paramref name="fourRows"/> floats apart.</summary>
    static abstract TSelf LoadRows(ref readonly float origin, int offset, int fourRows);

    /// <summary>The reverse of <see cref="LoadRows"/>.</summary>
    static abstract void StoreRows(TSelf value, ref float origin, int offset, int fourRows);

    /// <summary>a0 b0 a1 b1 of every quad.</summary>
    static abstract TSelf ZipLow(TSelf a, TSelf b);

    /// <summary>a2 b2 a3 b3 of every quad.</summary>
    static abstract TSelf ZipHigh(TSelf a, TSelf b);
}
