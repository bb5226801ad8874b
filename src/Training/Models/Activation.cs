namespace Thrum.Training.Models;

/// <summary>Function applied after a layer.</summary>
internal enum Activation
{
    /// <summary>The value as it is.</summary>
    None,
    Relu,

    /// <summary>ReLU with a slope of 0.01 on the negative side.</summary>
    Leaky,
    Elu,
    Selu,
    Tanh,
    Sigmoid,
}
