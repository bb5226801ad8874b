using System.Diagnostics;
using System.Globalization;
using Thrum.Training.Data;
using Thrum.Training.Trainer;
using Thrum.TrainingSpeed;

// Steps per second of the same models, batch and optimiser here and in PyTorch at its best, block by block in turn, so that what else the machine does falls on both.
const int batch = 128;
const int batches = 8;
int rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 7;
double seconds = args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 0.8;
(string Name, string Model, int Window)[] models =
[
    ("dense", "dense:256-128-32-128-256", 256),
    ("conv1d", "conv1d:256-16-32/32", 256),
    ("conv2d", "conv2d:28x28-16-32-64/64,out=sigmoid", 784),
    ("lstm", "lstm:16x16-32", 256),
];

string python = Environment.GetEnvironmentVariable("THRUM_PYTHON") ?? "python3";
string? blas = Environment.GetEnvironmentVariable("THRUM_BLAS");
Console.WriteLine("| model | threads | Thrum, steps per second (per processor second) | PyTorch | ratio (quartiles of the rounds) | ratio by processor time | PyTorch's fastest setting |");
Console.WriteLine("|---|---|---|---|---|---|---|");
foreach ((string name, string model, int window) in models)
{
    var random = new Random(1);
    var windows = new WindowSet([.. Enumerable.Range(0, batches * batch * window).Select(_ => random.NextSingle())], window);
    foreach (int threads in (int[])[1, 2])
    {
        using var torch = Torch.Fastest(python, blas, name, threads, seconds);
        using var steps = new TrainingSteps(new TrainingOptions { Model = model, BatchSize = batch, Threads = threads }, windows);
        var own = new List<Rate>();
        var theirs = new List<Rate>();
        for (int round = 0; round < rounds; round++)
        {
            own.Add(Measure(steps, seconds));
            theirs.Add(torch.Measure(name, seconds));
        }

        double[] ratios = [.. own.Zip(theirs, (a, b) => a.Elapsed / b.Elapsed).Order()];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| `{model}` | {threads} | {Text(own)} | {Text(theirs)} | {Median(ratios):F2} ({ratios[rounds / 4]:F2} to {ratios[rounds - 1 - (rounds / 4)]:F2}) | {Median(own.Zip(theirs, (a, b) => a.Processor / b.Processor)):F2} | {torch.Setting} |"));
    }
}

static string Text(IReadOnlyList<Rate> rates) => string.Create(CultureInfo.InvariantCulture, $"{Median(rates.Select(rate => rate.Elapsed)):F0} ({Median(rates.Select(rate => rate.Processor)):F0})");

static Rate Measure(TrainingSteps steps, double seconds)
{
    const int atOnce = 5;
    steps.Run(atOnce);
    int done = 0;
    long begin = Stopwatch.GetTimestamp();
    TimeSpan processor = Environment.CpuUsage.TotalTime;
    while (Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds)
    {
        steps.Run(atOnce);
        done += atOnce;
    }

    return new Rate(done / Stopwatch.GetElapsedTime(begin).TotalSeconds, done / (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
}

static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);
