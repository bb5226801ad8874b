namespace Thrum.Detector.Models;

/// <summary>How values are normalised before they enter a model.</summary>
public enum NormaliserKind
{
    /// <summary>(x − mean)/std of the training data.</summary>
    ZScore,

    /// <summary>(x − median)/iqr, or (x − median)/(1.4826·mad), of the training data.</summary>
    Robust,

    /// <summary>(x − min)/(max − min) of the training data, clamped to 0 … 1 unless told otherwise.</summary>
    MinMax,

    /// <summary>(x − mean)/rms of the window itself: its shape without its level. Nothing comes from training.</summary>
    Level,
}
