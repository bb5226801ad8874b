using System.CommandLine;
using System.Globalization;
using Thrum.Gateway.Demo;
using Thrum.Ingest.Recordings;
using Thrum.Ingest.Simulation;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum simulate MACHINE -o file.wav</c>: a recording of a simulated machine.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        string names = string.Join(", ", DemoFleet.Machines.Select(machine => machine.Name));
        var machine = new Argument<string>("machine") { Description = $"One of the demo's machines: {names}" };
        var output = new Option<string>("--output", "-o") { Description = "The file to write: .wav or .npy", Required = true };
        Option<TimeSpan?> duration = OptionFactory.Duration("--duration", "Length of the recording; 60s by default");
        var fault = new Option<BearingFault>("--fault") { Description = "None, OuterRace or InnerRace", DefaultValueFactory = _ => BearingFault.None };
        Option<TimeSpan?> onset = OptionFactory.Duration("--onset", "When the fault begins; at the start by default");
        var seed = new Option<int>("--seed") { Description = "Seed: the same seed gives the same recording", DefaultValueFactory = _ => 1 };
        var command = new Command("simulate", "Write a recording of a simulated machine, in g, one axis per column") { machine, output, duration, fault, onset, seed };
        command.Does((parsed, _) =>
        {
            DemoMachine chosen = DemoFleet.Machines.FirstOrDefault(known => known.Name == parsed.GetValue(machine))
                ?? throw new UsageException($"the machine is '{parsed.GetValue(machine)}', expected one of {names}");
            double seconds = (parsed.GetValue(duration) ?? TimeSpan.FromSeconds(60)).TotalSeconds;
            RecordedAxis[] axes = [.. DemoFleet.Axes.Select(axis =>
            {
                float[] samples = new float[(int)Math.Round(seconds * DemoFleet.SampleRateHz)];
                new MachineSimulator(chosen.Simulator with
                {
                    Seed = parsed.GetValue(seed),
                    Axis = axis,
                    Fault = parsed.GetValue(fault),
                    FaultOnsetSeconds = (parsed.GetValue(onset) ?? TimeSpan.Zero).TotalSeconds,
                }).Generate(samples);
                return new RecordedAxis(axis, "g", samples);
            })];
            RecordingWriter.Write(parsed.GetValue(output)!, axes, DemoFleet.SampleRateHz);
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"Wrote {parsed.GetValue(output)}: {axes[0].Samples.Length} samples of {axes.Length} axes at {DemoFleet.SampleRateHz} Hz"));
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}
