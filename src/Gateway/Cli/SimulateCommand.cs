using System.CommandLine;
using System.Globalization;
using Thrum.Gateway.Demo;
using Thrum.Ingest.Recordings;
using Thrum.Ingest.Simulation;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum simulate MACHINE -o file.wav</c>: a recording of a simulated machine.</summary>
internal static class SimulateCommand
{
    // About 2 GB for the two axes: more fits no .wav file either.
    private const double MostSamples = 250_000_000;

    public static Command Create()
    {
        string names = string.Join(", ", DemoFleet.Machines.Select(machine => machine.Name));
        var machine = new Argument<string>("machine") { Description = $"One of the demo's machines, which the options change: {names}" };
        var output = new Option<string>("--output", "-o") { Description = "The file to write: .wav or .npy", Required = true };
        Option<TimeSpan?> duration = OptionFactory.Duration("--duration", "Length of the recording; 60s by default");
        var simulator = new SimulatorOptionSet();
        var command = new Command("simulate", "Write a recording of a simulated machine, sound or faulty, in g, one axis per column") { machine, output, duration };
        simulator.AddTo(command);
        command.Does((parsed, _) =>
        {
            DemoMachine chosen = DemoFleet.Machines.FirstOrDefault(known => known.Name == parsed.GetValue(machine))
                ?? throw new UsageException($"the machine is '{parsed.GetValue(machine)}', expected one of {names}");
            SimulatorOptions options = simulator.Read(parsed, chosen.Simulator);
            double samples = Math.Round((parsed.GetValue(duration) ?? TimeSpan.FromSeconds(60)).TotalSeconds * options.SampleRateHz);
            if (samples is < 1 or > MostSamples)
            {
                throw new UsageException(string.Create(
                    CultureInfo.InvariantCulture, $"--duration gives {samples} samples at {options.SampleRateHz} Hz, expected 1 to {MostSamples}"));
            }

            OutputFile.Require([], new OutputFile(parsed.GetValue(output)!, MadeFile.Simulation, "another name after --output: what was measured cannot be simulated again"));
            RecordedAxis[] axes = [.. DemoFleet.Axes.Select(axis => Generate(options with { Axis = axis }, (int)samples))];
            Write(parsed.GetValue(output)!, axes, options.SampleRateHz);
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"Wrote {parsed.GetValue(output)}: {axes[0].Samples.Length} samples of {axes.Length} axes at {options.SampleRateHz} Hz"));
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static RecordedAxis Generate(SimulatorOptions options, int count)
    {
        float[] samples = new float[count];
        new MachineSimulator(options).Generate(samples);
        return new RecordedAxis(options.Axis, "g", samples);
    }

    private static void Write(string path, RecordedAxis[] axes, double rateHz)
    {
        try
        {
            MadeFile.MakeFolder(path);
            RecordingWriter.Write(path, axes, rateHz, isSimulated: true);
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"--output is '{path}': {e.Message.Split(" (Parameter", 2)[0]}");
        }
    }
}
