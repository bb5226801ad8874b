namespace Thrum.Training.Models;

/// <summary>What a network is built for.</summary>
internal enum PassKind
{
    /// <summary>A training step: dropout is on, batch normalisation uses the batch's own statistics.</summary>
    Training,

    /// <summary>The trained function, in the operations of training.</summary>
    Evaluation,

    /// <summary>The trained function, in the operations that run fastest.</summary>
    Inference,
}
