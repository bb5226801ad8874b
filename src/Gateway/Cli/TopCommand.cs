using System.CommandLine;
using Spectre.Console;
using Thrum.Gateway.Http;
using Thrum.Gateway.Live;

namespace Thrum.Gateway.Cli;

/// <summary><c>thrum top</c>: the fleet in a terminal, for people who came over SSH.</summary>
internal static class TopCommand
{
    /// <summary>Variable of the environment with the token, where no file is given.</summary>
    public const string TokenVariable = "THRUM_TOKEN";

    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(2);

    public static Command Create(TimeProvider time)
    {
        var url = new Option<string>("--url") { Description = "Address of a gateway", DefaultValueFactory = _ => "http://127.0.0.1:8420" };
        var token = new Option<string>("--token-file") { Description = $"File with the token; without one the variable {TokenVariable}", DefaultValueFactory = _ => "" };
        Option<TimeSpan?> every = OptionFactory.Duration("--every", "How often to look; 2s by default");
        Option<bool> json = OptionFactory.Json();
        var command = new Command("top", "Show a running gateway's machines, alarms and stages; once with --json or when standard output is no terminal") { url, token, every, json };
        command.Does(async (parsed, cancellationToken) =>
        {
            using var gateway = new GatewayClient(parsed.GetValue(url)!, TokenOf(parsed.GetValue(token)!));
            FleetSnapshot snapshot = await gateway.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(json))
            {
                Terminal.WriteJson(snapshot);
            }
            else if (Console.IsOutputRedirected)
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

    /// <summary>Until Ctrl-C; a gateway that is away for a while is told and asked again.</summary>
    private static async Task FollowAsync(GatewayClient gateway, FleetSnapshot snapshot, TimeSpan every, TimeProvider time, CancellationToken cancellationToken)
    {
        Terminal.Out.Clear();
        await Terminal.Out.Live(TopView.Of(snapshot, Rows())).StartAsync(async live =>
        {
            using var timer = new PeriodicTimer(every, time);
            try
            {
                while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
                {
                    try
                    {
                        snapshot = await gateway.ReadAsync(cancellationToken).ConfigureAwait(false);
                        live.UpdateTarget(TopView.Of(snapshot, Rows()));
                    }
                    catch (IOException e)
                    {
                        live.UpdateTarget(new Rows(new Markup($"[red]{Markup.Escape(e.Message)}[/]"), TopView.Of(snapshot, Rows())));
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // Ctrl-C is how one leaves.
            }
        }).ConfigureAwait(false);
    }

    /// <summary>As many sensors as fit below the rest.</summary>
    private static int Rows() => Math.Max(3, Terminal.Out.Profile.Height - 14);

    /// <summary>The token of a file, or of the environment; null for none.</summary>
    public static string? TokenOf(string file)
    {
        if (file.Length == 0)
        {
            return Environment.GetEnvironmentVariable(TokenVariable);
        }

        return File.ReadLines(file).FirstOrDefault()?.Trim() ?? throw new UsageException($"{file} is empty, expected a token on its first line");
    }
}

/// <summary>What a gateway says of itself at one moment.</summary>
/// <param name="Gateway">Readiness and stages.</param>
/// <param name="Sensors">The axes, the worst first.</param>
/// <param name="Alarms">The alarms that are not normal.</param>
internal sealed record FleetSnapshot(GatewayView Gateway, IReadOnlyList<LiveAxisState> Sensors, IReadOnlyList<AlarmView> Alarms);
