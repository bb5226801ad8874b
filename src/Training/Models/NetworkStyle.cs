namespace Thrum.Training.Models;

/// <summary>Normalisation inside a network.</summary>
internal enum NormKind
{
    None,
    Batch,
    Layer,
}

/// <summary>What the options behind a model's sizes choose.</summary>
internal sealed record NetworkStyle
{
    /// <summary>After each hidden layer.</summary>
    public Activation Hidden { get; init; } = Activation.Relu;

    /// <summary>After the last layer; none for values of any size, sigmoid for values in [0, 1].</summary>
    public Activation Output { get; init; } = Activation.None;

    /// <summary>Between a hidden layer and its activation.</summary>
    public NormKind Norm { get; init; }

    /// <summary>Share of hidden values switched off at each training step, [0, 1).</summary>
    public double Dropout { get; init; }

    /// <summary>Whether the decoder uses the encoder's weights.</summary>
    public bool IsTied { get; init; }

    /// <summary>Size of convolution kernels.</summary>
    public int Kernel { get; init; } = 3;

    /// <summary>Stride of convolutions.</summary>
    public int Stride { get; init; } = 2;
}
