using System.Diagnostics;
using System.Globalization;

namespace Thrum.TrainingSpeed;

/// <summary>PyTorch in a process of its own, which takes steps when it is told to.</summary>
internal sealed class Torch : IDisposable
{
    private readonly Process _process;

    /// <param name="python">The interpreter that has torch.</param>
    /// <param name="setting">Its threads.</param>
    /// <param name="blas">Folder of the BLAS to put before the system's; null for none.</param>
    public Torch(string python, TorchSetting setting, string? blas)
    {
        Setting = setting;
        var start = new ProcessStartInfo(python, [Path.Combine(AppContext.BaseDirectory, "torch_steps.py")]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        setting.ApplyTo(start.Environment);
        if (blas is not null)
        {
            start.Environment["LD_LIBRARY_PATH"] = blas;
        }

        _process = Process.Start(start)!;
    }

    public TorchSetting Setting { get; }

    /// <summary>PyTorch with the setting that takes most steps of this model per second, the best of a few blocks of each.</summary>
    public static Torch Fastest(string python, string? blas, string model, int threads, double seconds)
    {
        const int blocks = 3;
        IReadOnlyList<TorchSetting> settings = TorchSetting.UpTo(threads);
        return new Torch(python, settings.Count == 1 ? settings[0] : settings.MaxBy(setting =>
        {
            using var torch = new Torch(python, setting, blas);
            return Enumerable.Range(0, blocks).Max(_ => torch.Measure(model, seconds).Elapsed);
        })!, blas);
    }

    /// <summary>What one block came to.</summary>
    public Rate Measure(string model, double seconds)
    {
        _process.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{model} {seconds}"));
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
