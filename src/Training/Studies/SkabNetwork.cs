using Thrum.Training.Graphs;
using Thrum.Training.Models;
using Thrum.Training.Models.Layers;

namespace Thrum.Training.Studies;

/// <summary>
/// The convolutional autoencoder of the benchmark's leaderboard, layer by layer as it is published (SKAB, <c>core/Conv_AE.py</c>), but for its last layer: the published one has a single
/// output that stands for all quantities, this one an output for each. Glorot's starting weights throughout, as Keras has them.
/// </summary>
internal static class SkabNetwork
{
    private const int Wide = 32;
    private const int Narrow = 16;
    private const double Dropout = 0.2;

    // Keras puts the odd zero of an even size behind, this geometry before.
    private static readonly ConvGeometry Halving = new(Kernel: 7, Stride: 2, Padding: 3);
    private static readonly ConvGeometry Level = new(Kernel: 7, Stride: 1, Padding: 3);

    /// <param name="quantities">Planes of a window.</param>
    /// <param name="rows">Of a window, a multiple of 4.</param>
    public static Architecture Create(int quantities, int rows) => new("conv1d", quantities * rows,
    [
        new ReshapeLayer("planes", [quantities, rows]),
        Down("conv1", quantities, Wide), Relu("conv1", Dropout),
        Down("conv2", Wide, Narrow), Relu("conv2", 0),
        Up("up1", Narrow, Narrow, rows / 2), Relu("up1", Dropout),
        Up("up2", Narrow, Wide, rows), Relu("up2", 0),
        new ConvLayer("out", Wide, quantities, Level, 1, Activation.None), new ActivationLayer("out.activation", Activation.None, 0),
        new ReshapeLayer("window", quantities * rows),
    ]);

    // Activation.None is what Glorot's variance belongs to.
    private static ConvLayer Down(string name, int inputs, int outputs) => new(name, inputs, outputs, Halving, 1, Activation.None);

    private static ConvTransposeLayer Up(string name, int inputs, int outputs, long size) => new(name, inputs, outputs, Halving, [size], Activation.None, tiedTo: null);

    private static ActivationLayer Relu(string name, double dropout) => new($"{name}.activation", Activation.Relu, dropout);
}
