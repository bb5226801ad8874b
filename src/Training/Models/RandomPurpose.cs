namespace Thrum.Training.Models;

/// <summary>What random numbers are for: each purpose draws from its own sequence, so that noise does not change the shuffle.</summary>
internal enum RandomPurpose
{
    None = 0,
    Weights = 1,
    Order = 2,
    Noise = 3,
    Resampling = 4,
    Dropout = 5,
    Search = 6,
}
