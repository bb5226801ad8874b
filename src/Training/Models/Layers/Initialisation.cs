namespace Thrum.Training.Models.Layers;

/// <summary>Bounds of uniform starting weights; uniform in ±b has the variance b²/3.</summary>
internal static class Initialisation
{
    /// <summary>
    /// He's variance 2/fanIn before ReLU and its kin, LeCun's 1/fanIn before SELU, Glorot's 2/(fanIn + fanOut) elsewhere.
    /// </summary>
    public static double Bound(Activation activation, long fanIn, long fanOut) => activation switch
    {
        Activation.Relu or Activation.Leaky or Activation.Elu => Math.Sqrt(6.0 / fanIn),
        Activation.Selu => Math.Sqrt(3.0 / fanIn),
        _ => Math.Sqrt(6.0 / (fanIn + fanOut)),
    };
}
