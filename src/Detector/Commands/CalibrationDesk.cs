using System.Globalization;
using Thrum.Detector.Calibration;
using Thrum.Detector.Operating;
using Thrum.Detector.Pipeline;
using Thrum.Detector.Samples;

namespace Thrum.Detector.Commands;

/// <summary>Applies commands about the calibration of an axis. Nothing may wait in a lane.</summary>
internal static class CalibrationDesk
{
    public static CommandResult Apply(AxisState axis, OperatorCommand command)
    {
        CommandResult result = command.Action == OperatorAction.Recalibrate ? Set(axis, command) : Restore(axis, command);
        axis.IsDirty |= result.Outcome == CommandOutcome.Applied;
        return result;
    }

    private static CommandResult Set(AxisState axis, OperatorCommand command)
    {
        AxisRecalibration own;
        try
        {
            own = AxisRecalibration.Parse(command.Calibration);
        }
        catch (FormatException e)
        {
            return new CommandResult(CommandOutcome.Invalid, $"the calibration of {command.Target}: {e.Message}");
        }

        if (axis.Calibration.AlarmsOf(own).Length == 0)
        {
            return new CommandResult(CommandOutcome.WrongState, $"{command.Target} has no alarms that a calibration of its own gives levels, expected an axis that has some");
        }

        if (!axis.Calibration.IsFor(own))
        {
            return new CommandResult(CommandOutcome.WrongState, $"{command.Target} is scored by another revision than the one that the calibration was made for");
        }

        if (axis.Bands.Count == 0 ? own.Band is not null : !axis.Bands.Contains(own.Band))
        {
            string bands = string.Join(" or ", axis.Bands.Select(Limits).DefaultIfEmpty("none"));
            return new CommandResult(CommandOutcome.WrongState, $"the calibration of {command.Target} is of the band {(own.Band is { } band ? Limits(band) : "none")}, expected {bands}");
        }

        axis.Calibration.Set(own, command.Calibration);
        return new CommandResult(CommandOutcome.Applied, string.Create(
            CultureInfo.InvariantCulture, $"{command.Target}{Of(own.Band)} is calibrated by {own.Metrics.Values.First().Windows} windows from {Time(own.FromUnixNs)} to {Time(own.ToUnixNs)}"));
    }

    private static CommandResult Restore(AxisState axis, OperatorCommand command)
    {
        OperatingBand? band = command.Band.Length == 0 ? null : axis.Calibration.BandNamed(command.Band);
        if ((band is null && command.Band.Length > 0) || !axis.Calibration.TryRestore(band, command.Scorer))
        {
            return new CommandResult(CommandOutcome.WrongState, $"{command.Target}{(command.Band.Length > 0 ? $" in the band {command.Band}" : "")} has no calibration of its own");
        }

        return new CommandResult(CommandOutcome.Applied, axis.Calibration.OwnOf(command.Scorer, band) is { } own
            ? $"{command.Target}{Of(band)} has its calibration from {Time(own.FromUnixNs)} to {Time(own.ToUnixNs)} again"
            : $"{command.Target}{Of(band)} has the calibration of its {(command.Scorer == AxisScorer.Baseline || !axis.Calibration.Has(AxisScorer.Model) ? "baseline" : "model")} again");
    }

    private static string Limits(OperatingBand band) => FormattableString.Invariant($"{band.Name} ({band.From} to {band.To})");

    private static string Of(OperatingBand? band) => band is null ? "" : $" in the band {band.Name}";

    private static string Time(long unixNs) => UnixTime.ToDateTimeOffset(unixNs).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
