using System.Runtime.Intrinsics;
using MathNet.Numerics;
using Thrum.Fft;

// Real float32 transforms beside FFTW (FFTW_MEASURE) and MathNet.Numerics, one thread, all in one run, turn by turn.
int rounds = args.Length > 0 ? int.Parse(args[0]) : 301;
int[] lengths = args.Length > 1 ? [.. args.Skip(1).Select(int.Parse)] : [256, 1024, 2048, 4096];
Control.UseManaged();
Control.UseSingleThread();
Console.WriteLine($"vectors of 512 bits: {Vector512.IsHardwareAccelerated}, of 256: {Vector256.IsHardwareAccelerated}; {rounds} turns of 2 ms each");
Console.WriteLine("| length | contender | ns, median | ns, best | million/s, median | bytes per call |");
Console.WriteLine("|---|---|---|---|---|---|");
List<string> ratios = [];
foreach (int length in lengths)
{
    using Comparison comparison = new(length);
    foreach (Contender contender in comparison.Contenders)
    {
        contender.WarmUp();
    }

    for (int round = 0; round < rounds; round++)
    {
        foreach (Contender contender in comparison.Contenders)
        {
            contender.Turn();
        }
    }

    foreach (Contender c in comparison.Contenders)
    {
        Console.WriteLine($"| {length} | {c.Name} | {c.Median:F0} | {c.Best:F0} | {1e3 / c.Median:F2} | {c.BytesPerCall} |");
    }

    ratios.Add(Ratios(length, comparison.Contenders, c => c.Median, "medians"));
    ratios.Add(Ratios(length, comparison.Contenders, c => c.Best, "best"));
}

Console.WriteLine();
Console.WriteLine("| length | of | rate over FFTW, single | rate over the faster FFTW, batch of 64 | rate over MathNet, single | over MathNet, batch |");
Console.WriteLine("|---|---|---|---|---|---|");
ratios.ForEach(Console.WriteLine);

static string Ratios(int length, IReadOnlyList<Contender> c, Func<Contender, double> of, string name) =>
    $"| {length} | {name} | {of(c[1]) / of(c[0]):F2} | {Math.Min(of(c[4]), of(c[5])) / of(c[3]):F2} | {of(c[2]) / of(c[0]):F0} | {of(c[2]) / of(c[3]):F0} |";
