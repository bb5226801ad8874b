using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using Thrum.Gateway.Http;
using Thrum.Gateway.Live;

namespace Thrum.Gateway.Cli;

/// <summary>A snapshot of the fleet as text: state by word, and by colour where there is one.</summary>
internal static class TopView
{
    private const int AlarmsShown = 5;
    private const int TraceShown = 24;
    private const int PlainWidth = 240;
    private const string Bars = "▁▂▃▄▅▆▇█";

    /// <param name="snapshot">What to show.</param>
    /// <param name="rows">At most so many sensors.</param>
    public static IRenderable Of(FleetSnapshot snapshot, int rows)
    {
        List<IRenderable> parts = [new Markup(Headline(snapshot))];
        foreach (AlarmView alarm in snapshot.Alarms.Take(AlarmsShown))
        {
            parts.Add(new Markup($"[{(alarm.Severity == "alarm" ? "red" : "yellow")}]{Markup.Escape($"{alarm.Severity}, {alarm.To}")}[/] {Markup.Escape($"{alarm.Machine}/{alarm.Sensor}/{alarm.Axis} {alarm.Rule}, {alarm.Diagnosis}")} since {alarm.Time:u}"));
        }

        if (snapshot.Alarms.Count > AlarmsShown)
        {
            parts.Add(new Text(Number(snapshot.Alarms.Count - AlarmsShown) + " more alarms"));
        }

        parts.Add(Sensors(snapshot.Sensors, rows));
        parts.Add(new Text(string.Join("   ", snapshot.Gateway.Stages.Select(stage =>
            $"{stage.Stage} {Number(stage.Sent)}{(stage.Dropped.Count > 0 ? $" dropped {Number(stage.Dropped.Values.Sum())}" : "")}{(stage.Queue > 0 ? $" waiting {Number(stage.Queue)}" : "")}"))));
        return new Rows(parts);
    }

    /// <summary>Writes all of a snapshot as plain text: a file or pipe has no colours, and no width.</summary>
    public static void Write(TextWriter to, FleetSnapshot snapshot)
    {
        IAnsiConsole plain = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(to), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        plain.Profile.Width = PlainWidth;
        plain.Write(Of(snapshot, int.MaxValue));
    }

    private static string Headline(FleetSnapshot snapshot)
    {
        int machines = snapshot.Sensors.Select(sensor => sensor.Machine).Distinct().Count();
        (int alarming, int warned, int unwatched) = (Machines(snapshot, Attention.Alarm, Attention.Acknowledged), Machines(snapshot, Attention.Warning), Machines(snapshot, Attention.Unwatched));
        string ready = snapshot.Gateway.Ready ? "[green]ready[/]" : $"[red]not ready: {Markup.Escape(string.Join("; ", snapshot.Gateway.Reasons))}[/]";
        return $"[bold]Thrum[/] {ready}   {Number(machines)} machines, {Number(snapshot.Sensors.Count)} axes, {(alarming > 0 ? $"[red]{Number(alarming)} in alarm[/]" : "none in alarm")}"
            + $"{(warned > 0 ? $", [yellow]{Number(warned)} with a warning[/]" : "")}{(unwatched > 0 ? $", [yellow]{Number(unwatched)} not watched[/]" : "")}   "
            + $"{Number(snapshot.Gateway.ResidentBytes >> 20)} MiB, {Number((long)snapshot.Gateway.CpuSeconds)} s of processor time";
    }

    private static Table Sensors(IReadOnlyList<LiveAxisState> sensors, int rows)
    {
        Table table = new Table().Border(TableBorder.None).AddColumns("State", "Machine/sensor/axis", "Score");
        table.AddColumn(new TableColumn("").RightAligned()).AddColumn(new TableColumn("Threshold").RightAligned()).AddColumn(new TableColumn("mm/s").RightAligned()).AddColumns("Zone", "Why");
        foreach (LiveAxisState sensor in sensors.Take(rows))
        {
            table.AddRow(
                new Markup($"[{ColourOf(sensor)}]{Markup.Escape(WordOf(sensor))}[/]"), new Text($"{sensor.Machine}/{sensor.Sensor}/{sensor.Axis}"), new Text(Trace(sensor)),
                new Text(Value(sensor.Score)), new Text(Value(sensor.Threshold)), new Text(Value(sensor.Measure?.VelocityRmsMmS)), new Text(sensor.Measure?.Zone ?? "-"), new Text(sensor.Reason ?? ""));
        }

        return sensors.Count > rows ? table.Caption($"{Number(sensors.Count - rows)} more, none of them worse") : table;
    }

    private static int Machines(FleetSnapshot snapshot, params Attention[] attention) =>
        snapshot.Sensors.Where(sensor => attention.Contains(sensor.Attention)).Select(sensor => sensor.Machine).Distinct().Count();

    /// <summary>A warning's state is that of an alarm, so it says which it is.</summary>
    private static string WordOf(LiveAxisState sensor) => sensor.Attention == Attention.Warning ? $"warning, {sensor.State}" : sensor.State;

    private static string ColourOf(LiveAxisState sensor) => sensor.Attention switch
    {
        Attention.Alarm or Attention.Acknowledged => "red",
        Attention.Warning => "yellow",
        Attention.Unwatched when sensor.Severity is not null => "yellow",
        Attention.Normal => "green",
        _ => "grey",
    };

    private static string Trace(LiveAxisState sensor)
    {
        double[] levels = [.. sensor.Trace.TakeLast(TraceShown).Select(score => Math.Log10(Math.Max(score, 1e-9)))];
        if (levels.Length == 0)
        {
            return "";
        }

        double low = levels.Min(), range = Math.Max(levels.Max() - low, 0.3);
        return string.Concat(levels.Select(level => Bars[(int)((level - low) / range * (Bars.Length - 1))]));
    }

    private static string Value(double? value) => value?.ToString("G3", CultureInfo.InvariantCulture) ?? "-";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
