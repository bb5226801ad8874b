using System.Diagnostics;
using System.Globalization;

namespace Thrum.TrainingSpeed;

/// <summary>PyTorch in a process of its own, which takes steps when it is told to.</summary>
internal sealed class Torch : IDisposable
{
    private readonly Process _process;

    /// <param name="python">The interpreter that has torch.</param>
    /// <param name="threads">Threads of PyTorch and of its BLAS, which has some of its own.</param>
    /// <param name="blas">Folder of the BLAS to put before the system's; null for none.</param>
    public Torch(string python, int threads, string? blas)
    {
        var start = new ProcessStartInfo(python, [Path.Combine(AppContext.BaseDirectory, "torch_steps.py")]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        string count = threads.ToString(CultureInfo.InvariantCulture);
        start.Environment["OPENBLAS_NUM_THREADS"] = count;
        start.Environment["OMP_NUM_THREADS"] = count;
        if (blas is not null)
        {
            start.Environment["LD_LIBRARY_PATH"] = blas;
        }

        _process = Process.Start(start)!;
    }

    /// <summary>What one block came to.</summary>
    public Rate Measure(string model, int threads, double seconds)
    {
        _process.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{model} {threads} {seconds}"));
        _process.StandardInput.Flush();
        string[] answer = (_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("PyTorch ended")).Split(' ');
        return new Rate(double.Parse(answer[0], CultureInfo.InvariantCulture), double.Parse(answer[1], CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}

/// <summary>Speed of a block of steps.</summary>
/// <param name="Elapsed">Steps per second.</param>
/// <param name="Processor">Steps per second of processor time, of all threads: it does not count what other work on the machine took.</param>
internal readonly record struct Rate(double Elapsed, double Processor);
