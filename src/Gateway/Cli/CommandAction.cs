using System.CommandLine;
using Thrum.Detector;
using Thrum.Detector.Models;
using Thrum.Gateway.Configuration;
using Thrum.Ingest.Recordings;
using Thrum.Training.Trainer;

namespace Thrum.Gateway.Cli;

/// <summary>Runs a command's work and turns faults into one clear sentence and an exit code.</summary>
internal static class CommandAction
{
    /// <summary>Gives the command its action.</summary>
    public static void Does(this Command command, Func<ParseResult, CancellationToken, Task<int>> work) =>
        command.SetAction((parsed, cancellationToken) => RunAsync(() => work(parsed, cancellationToken)));

    private static async Task<int> RunAsync(Func<Task<int>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (ConfigurationException e)
        {
            foreach (string fault in e.Faults)
            {
                Terminal.Fault(fault);
            }

            return ExitCode.WrongUsage;
        }
        catch (Exception e) when (e is ModelFileException or RecordingException or TrainingCheckpointException or UsageException)
        {
            Terminal.Fault(e.Message);
            return ExitCode.WrongUsage;
        }
        catch (Exception e) when (e is ThrumException or IOException or UnauthorizedAccessException)
        {
            Terminal.Fault(e.Message);
            return ExitCode.Failed;
        }
        catch (OperationCanceledException)
        {
            Terminal.Fault("stopped before it was done");
            return ExitCode.Failed;
        }
    }
}
