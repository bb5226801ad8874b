using BenchmarkDotNet.Running;
using Thrum.Micro;

BenchmarkSwitcher.FromAssembly(typeof(WindowBenchmarks).Assembly).Run(args);
