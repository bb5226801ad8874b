namespace Thrum.Training.Models;

/// <summary>How a file stores weights. It computes in single precision in any case; biases, gains and statistics are always stored so.</summary>
public enum WeightStorage
{
    /// <summary>float32: what was trained.</summary>
    Full,

    /// <summary>float16: half the size, a relative error of at most 2⁻¹¹ per weight.</summary>
    Half,

    /// <summary>int8 with a scale for each row of a weight: a quarter of the size, an error of at most 1/254 of the row's greatest weight.</summary>
    Quarter,
}
