using System.Globalization;
using BenchmarkDotNet.Running;
using Thrum.Micro;

if (args is ["pipeline", .. string[] rest])
{
    await PipelineLimit.RunAsync(
        rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : 5,
        rest.Length > 1 ? int.Parse(rest[1], CultureInfo.InvariantCulture) : 400_000,
        [.. rest.Skip(2).Select(count => int.Parse(count, CultureInfo.InvariantCulture))]);
    return;
}

if (args is ["idle"])
{
    await PipelineLimit.RunIdleAsync();
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(WindowBenchmarks).Assembly).Run(args);
