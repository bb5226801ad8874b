using System.Globalization;

namespace Thrum.Training.Studies;

/// <summary>What is kept of one snapshot of 0.1 s.</summary>
/// <param name="HorizontalRms">About the mean, in g.</param>
/// <param name="HorizontalKurtosis">Pearson's: 3 for a Gaussian.</param>
/// <param name="VerticalKurtosis">Pearson's.</param>
internal sealed record SnapshotFeatures(double HorizontalRms, double HorizontalKurtosis, double VerticalKurtosis)
{
    private const int HorizontalColumn = 4;
    private const int VerticalColumn = 5;

    /// <summary>Reads a file of hour, minute, second, microsecond, horizontal and vertical acceleration, separated by comma or semicolon.</summary>
    /// <exception cref="StudyDataException">A line has no such numbers, or there is none.</exception>
    public static SnapshotFeatures Read(string path)
    {
        var horizontal = new List<double>();
        var vertical = new List<double>();
        foreach (string line in File.ReadLines(path).Where(line => line.Length > 0))
        {
            string[] fields = line.Split(',', ';');
            if (fields.Length <= VerticalColumn
                || !double.TryParse(fields[HorizontalColumn], NumberStyles.Float, CultureInfo.InvariantCulture, out double h)
                || !double.TryParse(fields[VerticalColumn], NumberStyles.Float, CultureInfo.InvariantCulture, out double v))
            {
                throw new StudyDataException($"{path}: '{line}' has no acceleration in columns 5 and 6");
            }

            horizontal.Add(h);
            vertical.Add(v);
        }

        if (horizontal.Count == 0)
        {
            throw new StudyDataException($"{path} is empty");
        }

        (double rms, double kurtosis) = Moments(horizontal);
        return new SnapshotFeatures(rms, kurtosis, Moments(vertical).Kurtosis);
    }

    private static (double Rms, double Kurtosis) Moments(List<double> samples)
    {
        double mean = samples.Average();
        double second = samples.Average(x => (x - mean) * (x - mean));
        double fourth = samples.Average(x => Math.Pow(x - mean, 4));
        return (Math.Sqrt(second), second > 0 ? fourth / (second * second) : 3);
    }
}
