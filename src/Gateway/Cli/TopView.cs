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
    private const int LinesPerAlarm = 5;
    private const int QuartersPerBar = 10;
    private const int PlainWidth = 240;
    private const string Bars = "▁▂▃▄▅▆▇█";

    // Below these widths of a terminal columns give way, the least important first.
    private const int RoomForReason = 132;
    private const int RoomForTrace = 100;
    private const int RoomForMeasure = 68;

    // Head of the table, and the line that tells of more.
    private const int TableFrame = 2;

    /// <summary>A snapshot as lines of a terminal: at most so many and so wide.</summary>
    /// <param name="snapshot">What to show.</param>
    /// <param name="fault">Why it is old; null when it is not.</param>
    /// <param name="width">Columns of the terminal.</param>
    /// <param name="height">Lines of the terminal.</param>
    /// <param name="colours">Whether it shows them.</param>
    public static IReadOnlyList<string> Frame(FleetSnapshot snapshot, string? fault, int width, int height, bool colours)
    {
        string[] Lines(IRenderable part) => Render(part, width, AnsiSupport.Yes, colours ? ColorSystem.Standard : ColorSystem.NoColors);
        IEnumerable<string> above = [.. fault is null ? [] : Lines(new Markup($"[red]{Markup.Escape(fault)}[/]")), .. Lines(Above(snapshot, Math.Clamp(height / LinesPerAlarm, 1, AlarmsShown)))];
        string[] below = Lines(Stages(snapshot));
        int rows = Math.Max(1, height - above.Count() - below.Length - TableFrame);
        return [.. above.Concat(Lines(Sensors(snapshot.Sensors, rows, width))).Concat(below).Take(height)];
    }

    /// <summary>Writes all of a snapshot as plain text: a file or pipe has no colours, and no width.</summary>
    public static void Write(TextWriter to, FleetSnapshot snapshot)
    {
        var all = new Rows(Above(snapshot, AlarmsShown), Sensors(snapshot.Sensors, int.MaxValue, PlainWidth), Stages(snapshot));
        foreach (string line in Render(all, PlainWidth, AnsiSupport.No, ColorSystem.NoColors))
        {
            to.WriteLine(line.TrimEnd());
        }
    }

    private static string[] Render(IRenderable part, int width, AnsiSupport escapes, ColorSystem colours)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(text),
            Ansi = escapes,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        console.Profile.Width = width;
        console.Profile.Capabilities.ColorSystem = colours;
        console.Write(part);
        return text.ToString().TrimEnd('\n').Split('\n');
    }

    private static Rows Above(FleetSnapshot snapshot, int alarms)
    {
        List<IRenderable> parts = [new Markup(Headline(snapshot))];
        foreach (AlarmView alarm in snapshot.Alarms.Take(alarms))
        {
            parts.Add(new Markup($"[{(alarm.Severity == "alarm" ? "red" : "yellow")}]{Word(alarm.Severity, alarm.To)}[/] {Markup.Escape($"{alarm.Machine}/{alarm.Sensor}/{alarm.Axis} {alarm.Rule}, {alarm.Diagnosis}")} since {alarm.Time:u}"));
        }

        if (snapshot.Alarms.Count > alarms)
        {
            parts.Add(new Text(Number(snapshot.Alarms.Count - alarms) + " more alarms"));
        }

        return new Rows(parts);
    }

    private static Text Stages(FleetSnapshot snapshot) => new(string.Join("   ", snapshot.Gateway.Stages.Select(stage =>
        $"{stage.Stage} {Number(stage.Sent)}{(stage.Dropped.Count > 0 ? $" dropped {Number(stage.Dropped.Values.Sum())}" : "")}{(stage.Queue > 0 ? $" waiting {Number(stage.Queue)}" : "")}")));

    private static string Headline(FleetSnapshot snapshot)
    {
        (int alarming, int warned, int unwatched) = (Machines(snapshot, Attention.Alarm, Attention.Acknowledged), Machines(snapshot, Attention.Warning), Machines(snapshot, Attention.Unwatched));
        string ready = snapshot.Gateway.Ready ? "[green]ready[/]" : $"[red]not ready: {Markup.Escape(string.Join("; ", snapshot.Gateway.Reasons))}[/]";
        return $"[bold]Thrum[/] {ready}   {Number(snapshot.Machines.Count)} machines, {Number(snapshot.Sensors.Count)} axes, {(alarming > 0 ? $"[red]{Number(alarming)} in alarm[/]" : "none in alarm")}"
            + $"{(warned > 0 ? $", [yellow]{Number(warned)} with a warning[/]" : "")}{(unwatched > 0 ? $", [yellow]{Number(unwatched)} not watched[/]" : "")}   "
            + $"{Number(snapshot.Gateway.ResidentBytes >> 20)} MiB, {Number((long)snapshot.Gateway.CpuSeconds)} s of processor time";
    }

    private static Rows Sensors(IReadOnlyList<LiveAxisState> sensors, int rows, int width)
    {
        (string Head, bool IsNumber, Func<LiveAxisState, string> Text)[] columns =
        [
            ("Machine/sensor/axis", false, sensor => $"{sensor.Machine}/{sensor.Sensor}/{sensor.Axis}"),
            .. width < RoomForTrace ? [] : (IEnumerable<(string, bool, Func<LiveAxisState, string>)>)[("Last minute", false, Trace)],
            ("Score", true, sensor => Value(sensor.Score)),
            ("Threshold", true, sensor => Value(sensor.Threshold)),
            .. width < RoomForMeasure ? [] : (IEnumerable<(string, bool, Func<LiveAxisState, string>)>)[("mm/s", true, sensor => Value(sensor.Measure?.VelocityRmsMmS)), ("Zone", false, sensor => sensor.Measure?.Zone ?? "-")],
            .. width < RoomForReason ? [] : (IEnumerable<(string, bool, Func<LiveAxisState, string>)>)[("Why", false, sensor => sensor.Reason ?? "")],
        ];
        Table table = new Table().Border(TableBorder.None).AddColumn(new TableColumn("State").NoWrap());
        foreach ((string head, bool isNumber, _) in columns)
        {
            table.AddColumn(new TableColumn(head) { Alignment = isNumber ? Justify.Right : Justify.Left, NoWrap = true });
        }

        foreach (LiveAxisState sensor in sensors.Take(rows))
        {
            table.AddRow([new Markup($"[{ColourOf(sensor)}]{WordOf(sensor)}[/]"), .. columns.Select(column => new Text(column.Text(sensor)) { Overflow = Overflow.Ellipsis })]);
        }

        return sensors.Count > rows ? new Rows(table, new Text($"{Number(sensors.Count - rows)} more, none of them worse")) : new Rows(table);
    }

    private static int Machines(FleetSnapshot snapshot, params Attention[] attention) =>
        snapshot.Machines.Count(machine => attention.Contains(machine.Attention));

    /// <summary>A warning's state is that of an alarm, so it says which it is.</summary>
    internal static string WordOf(LiveAxisState sensor) => Word(sensor.Severity ?? "", sensor.State);

    internal static string ColourOf(LiveAxisState sensor) => sensor.Attention switch
    {
        Attention.Alarm or Attention.Acknowledged => "red",
        Attention.Warning => "yellow",
        Attention.Unwatched when sensor.Severity is not null => "yellow",
        Attention.Normal => "green",
        _ => "grey",
    };

    private static string Trace(LiveAxisState sensor)
    {
        double[] levels = [.. sensor.Trace.Reverse().Chunk(QuartersPerBar).Select(bar => Math.Log10(Math.Max(bar.Max(), 1e-9))).Reverse()];
        if (levels.Length == 0)
        {
            return "";
        }

        double low = levels.Min(), range = Math.Max(levels.Max() - low, 0.3);
        return string.Concat(levels.Select(level => Bars[(int)((level - low) / range * (Bars.Length - 1))])).PadLeft(LiveAxis.TracePoints / QuartersPerBar);
    }

    /// <summary>A state as people say it.</summary>
    private static string Word(string severity, string state) => Markup.Escape(state switch
    {
        "activeUnacknowledged" => severity,
        "activeAcknowledged" => severity + ", seen",
        "returnedUnacknowledged" => severity + ", returned",
        _ => state,
    });

    private static string Value(double? value) => value?.ToString("G3", CultureInfo.InvariantCulture) ?? "-";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
