using System.Globalization;

namespace Thrum.Training.Studies;

/// <summary>One labelled recording of the Skoltech Anomaly Benchmark: eight quantities at 1 Hz. Immutable by contract.</summary>
/// <param name="Name">Folder and file, <c>valve1/0.csv</c>.</param>
/// <param name="Rows">[rows][quantities]</param>
/// <param name="IsAnomalous">The label of each row.</param>
internal sealed record SkabFile(string Name, IReadOnlyList<double[]> Rows, bool[] IsAnomalous)
{
    public const int Quantities = 8;

    /// <summary>Their names, in the order of the columns.</summary>
    public static readonly IReadOnlyList<string> Names = ["vibration 1", "vibration 2", "current", "pressure", "temperature", "thermocouple", "voltage", "flow"];

    /// <summary>The rows that everything is fitted to; the others are the test.</summary>
    public const int TrainRows = 400;

    private const string LabelColumn = "anomaly";
    private static readonly string[] Folders = ["other", "valve1", "valve2"];

    /// <summary>The labels of the test rows.</summary>
    public ReadOnlySpan<bool> TestLabels => IsAnomalous.AsSpan(TrainRows);

    /// <summary>Every file in the sub-folders other, valve1 and valve2, in the order of their numbers.</summary>
    /// <exception cref="StudyDataException">There is none, or one cannot be read.</exception>
    public static IReadOnlyList<SkabFile> ReadAll(string folder)
    {
        SkabFile[] files = [.. Folders
            .Where(name => Directory.Exists(Path.Combine(folder, name)))
            .SelectMany(name => Directory.GetFiles(Path.Combine(folder, name), "*.csv")
                .OrderBy(path => path.Length).ThenBy(path => path, StringComparer.Ordinal)
                .Select(path => Read(path, $"{name}/{Path.GetFileName(path)}")))];
        return files.Length > 0 ? files : throw new StudyDataException($"{folder} holds no other/*.csv, valve1/*.csv or valve2/*.csv");
    }

    private static SkabFile Read(string path, string name)
    {
        string[] lines = File.ReadAllLines(path);
        int label = lines.Length == 0 ? -1 : Array.IndexOf(lines[0].Split(';'), LabelColumn);
        if (label != Quantities + 1 || lines.Length < TrainRows + 2)
        {
            throw new StudyDataException($"{path}: expected a time, {Quantities} quantities and the column '{LabelColumn}', separated by ';', and more than {TrainRows} rows");
        }

        var rows = new List<double[]>();
        var labels = new List<bool>();
        foreach (string line in lines.Skip(1).Where(line => line.Length > 0))
        {
            double[] numbers = Numbers(line, path);
            rows.Add(numbers[..Quantities]);
            labels.Add(numbers[label - 1] > 0);
        }

        return new SkabFile(name, rows, [.. labels]);
    }

    private static double[] Numbers(string line, string path)
    {
        string[] fields = line.Split(';');
        double[] numbers = new double[Quantities + 1];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (i + 1 >= fields.Length || !double.TryParse(fields[i + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) || !double.IsFinite(numbers[i]))
            {
                throw new StudyDataException($"{path}: '{line}' has no number in column {i + 2}");
            }
        }

        return numbers;
    }

    /// <summary>The rows with mean 0 and standard deviation 1 over the training rows; a quantity that never moved there is left centred.</summary>
    /// <param name="training">The rows to go by; null for the first <see cref="TrainRows"/>.</param>
    public float[][] Standardised(IReadOnlyList<double[]>? training = null)
    {
        training ??= [.. Rows.Take(TrainRows)];
        double[] mean = new double[Quantities], deviation = new double[Quantities];
        for (int q = 0; q < Quantities; q++)
        {
            mean[q] = training.Average(row => row[q]);
            deviation[q] = Math.Sqrt(training.Average(row => (row[q] - mean[q]) * (row[q] - mean[q])));
        }

        return [.. Rows.Select(row => row.Select((value, q) => (float)((value - mean[q]) / (deviation[q] > 0 ? deviation[q] : 1))).ToArray())];
    }
}
