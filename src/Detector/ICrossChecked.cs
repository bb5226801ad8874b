namespace Thrum.Detector;

/// <summary>Options with rules that involve several settings.</summary>
public interface ICrossChecked
{
    /// <summary>One sentence per fault: setting, value, what was expected. Empty when there is none.</summary>
    IEnumerable<string> Faults();
}
