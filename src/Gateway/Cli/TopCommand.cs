using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Spectre.Console;
using Thrum.Gateway.Http;
using Thrum.Gateway.Live;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum top</c>: the fleet in a terminal, for people who came over SSH.</summary>
internal static class TopCommand
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(2);

    public static Command Create(TimeProvider time)
    {
        var of = new GatewayOptionSet();
        Option<TimeSpan?> every = OptionFactory.Wait("--every", "How often to look; 2s by default");
        Option<bool> json = OptionFactory.Json();
        var command = new Command("top", "Show a running gateway's machines, alarms and stages; once with --json or when standard output is no terminal that can be drawn on") { every, json };
        of.AddTo(command);
        command.Does(async (parsed, cancellationToken) =>
        {
            using GatewayClient gateway = of.Connect(parsed);
            FleetSnapshot snapshot = await gateway.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(json))
            {
                Terminal.WriteJson(snapshot);
            }
            else if (Console.IsOutputRedirected || !Terminal.Out.Profile.Capabilities.Ansi)
            {
                TopView.Write(Console.Out, snapshot);
            }
            else
            {
                await FollowAsync(gateway, snapshot, parsed.GetValue(every) ?? Usual, time, cancellationToken).ConfigureAwait(false);
            }

            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Until Ctrl-C or q; a gateway that is away for a while is told and asked again.</summary>
    private static async Task FollowAsync(GatewayClient gateway, FleetSnapshot snapshot, TimeSpan every, TimeProvider time, CancellationToken cancellationToken)
    {
        string? fault = null;
        DateTimeOffset asOf = time.GetLocalNow();
        using var screen = new FrameScreen(Console.Out);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        void Draw() => screen.Show(TopView.Frame(snapshot, fault, Console.WindowWidth, Console.WindowHeight, Terminal.Out.Profile.Capabilities.ColorSystem != ColorSystem.NoColors));
        void Resume()
        {
            screen.Enter();
            Draw();
        }

        using SignalWatch signals = new(Draw, screen.Leave, Resume);
        Resume();
        StopAtKey(stop);
        using var timer = new PeriodicTimer(every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop.Token).ConfigureAwait(false))
            {
                try
                {
                    snapshot = await gateway.ReadAsync(stop.Token).ConfigureAwait(false);
                    (fault, asOf) = (null, time.GetLocalNow());
                }
                catch (IOException e)
                {
                    fault = string.Create(CultureInfo.InvariantCulture, $"{e.Message}. Below is how it was at {asOf:HH:mm:ss}");
                }

                Draw();
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how one leaves.
        }
    }

    /// <summary>People leave such views with q. What else they press is taken too, so that it does not appear between the lines.</summary>
    private static void StopAtKey(CancellationTokenSource stop)
    {
        if (Console.IsInputRedirected)
        {
            return;
        }

        // A thread of its own, because a read of the keyboard cannot be cancelled; it ends with the process.
        new Thread(() =>
        {
            while (Console.ReadKey(intercept: true).KeyChar is not ('q' or 'Q'))
            {
            }

            try
            {
                stop.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It had ended already.
            }
        })
        { IsBackground = true }.Start();
    }
}

/// <summary>What a terminal tells by signals, where there are some: another size, Ctrl-Z, and that it goes on.</summary>
file sealed class SignalWatch(Action resized, Action suspended, Action resumed) : IDisposable
{
    private readonly PosixSignalRegistration[] _all = OperatingSystem.IsWindows() ? [] :
    [
        PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => resized()),
        PosixSignalRegistration.Create(PosixSignal.SIGTSTP, _ => suspended()),
        PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => resumed()),
    ];

    public void Dispose() => Array.ForEach(_all, one => one.Dispose());
}

/// <summary>What a gateway says of itself at one moment.</summary>
/// <param name="Gateway">Readiness and stages.</param>
/// <param name="Machines">The machines, the worst first.</param>
/// <param name="Sensors">The axes, the worst first.</param>
/// <param name="Alarms">The alarms that are not normal.</param>
internal sealed record FleetSnapshot(GatewayView Gateway, IReadOnlyList<MachineView> Machines, IReadOnlyList<LiveAxisState> Sensors, IReadOnlyList<AlarmView> Alarms);
