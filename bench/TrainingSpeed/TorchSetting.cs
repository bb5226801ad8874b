using System.Globalization;

namespace Thrum.TrainingSpeed;

/// <summary>
/// How PyTorch shares its work. It and OpenBLAS have a pool of threads each; which pool does better with all the threads depends on the model, and two large ones get in each
/// other's way.
/// </summary>
/// <param name="Threads">Of PyTorch itself.</param>
/// <param name="BlasThreads">Of its BLAS.</param>
/// <param name="IsPassive">Whether PyTorch's threads sleep while they wait; otherwise they spin for a while first.</param>
internal sealed record TorchSetting(int Threads, int BlasThreads, bool IsPassive)
{
    /// <summary>All that give it at most so many threads of either kind.</summary>
    public static IReadOnlyList<TorchSetting> UpTo(int threads) => threads == 1
        ? [new TorchSetting(1, 1, IsPassive: false)]
        : [
            new TorchSetting(threads, 1, IsPassive: false), new TorchSetting(threads, 1, IsPassive: true),
            new TorchSetting(threads, threads, IsPassive: false), new TorchSetting(threads, threads, IsPassive: true),
            new TorchSetting(1, threads, IsPassive: false), new TorchSetting(1, 1, IsPassive: false),
        ];

    /// <summary>As environment variables.</summary>
    public void ApplyTo(IDictionary<string, string?> environment)
    {
        environment["OMP_NUM_THREADS"] = Threads.ToString(CultureInfo.InvariantCulture);
        environment["OPENBLAS_NUM_THREADS"] = BlasThreads.ToString(CultureInfo.InvariantCulture);
        if (IsPassive)
        {
            environment["OMP_WAIT_POLICY"] = "passive";
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"torch {Threads}, BLAS {BlasThreads}{(IsPassive ? ", passive" : "")}");
}
