using Thrum.Training.Graphs;

namespace Thrum.Training.Losses;

/// <summary><c>fft(bins)</c>: mean over the bins of the difference of single-sided amplitudes, by products with constant matrices.</summary>
internal static class SpectralLoss
{
    /// <summary>Keeps the root's slope finite at an amplitude of 0; below it amplitudes are not told apart.</summary>
    private const double Floor = 1e-12;

    /// <param name="graph">The graph to append to.</param>
    /// <param name="y">[batch, n]</param>
    /// <param name="reconstruction">[batch, n] or [1, n]</param>
    /// <param name="bins">Each from 0 to n/2.</param>
    /// <returns>[batch, bins]</returns>
    public static GraphValue Build(Graph graph, GraphValue y, GraphValue reconstruction, int[] bins) =>
        graph.Abs(graph.Sub(Amplitudes(graph, reconstruction, bins), Amplitudes(graph, y, bins)));

    private static GraphValue Amplitudes(Graph graph, GraphValue x, int[] bins)
    {
        GraphValue re = graph.MatMulConstant(x, Matrix(graph, (int)x.Shape[1], bins, isSine: false));
        GraphValue im = graph.MatMulConstant(x, Matrix(graph, (int)x.Shape[1], bins, isSine: true));
        return graph.Sqrt(graph.Add(graph.Add(graph.Square(re), graph.Square(im)), graph.Constant(Floor)));
    }

    /// <summary>[n, bins]: the amplitude's factor 2/n (1/n at 0 and at the Nyquist frequency) times cosine or sine.</summary>
    private static GraphValue Matrix(Graph graph, int n, int[] bins, bool isSine)
    {
        double[] values = new double[n * bins.Length];
        for (int sample = 0; sample < n; sample++)
        {
            for (int i = 0; i < bins.Length; i++)
            {
                double angle = 2 * Math.PI * ((long)sample * bins[i] % n) / n;
                double factor = bins[i] == 0 || 2 * bins[i] == n ? 1.0 / n : 2.0 / n;
                values[(sample * bins.Length) + i] = factor * (isSine ? Math.Sin(angle) : Math.Cos(angle));
            }
        }

        return graph.SharedConstant($"{(isSine ? "sine" : "cosine")}_{n}_{string.Join('_', bins)}", values, TensorShape.Of(n, bins.Length));
    }
}
