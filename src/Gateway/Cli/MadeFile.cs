using System.IO.Compression;
using Thrum.Gateway.Workflows;
using Thrum.Ingest.Recordings;
using Thrum.Training.Onnx;
using Thrum.Training.Reports;
using Thrum.Training.Trainer;

namespace Thrum.Gateway.Cli;

/// <summary>A kind of file that a command makes, and how one that was made before is told from what anybody else put there.</summary>
/// <param name="Name">For people, with its article.</param>
/// <param name="IsMade">Whether a file that is there, and not empty, is one; it only reads.</param>
internal sealed record MadeFile(string Name, Func<string, bool> IsMade)
{
    // Where the mark stands in all pages and cards.
    private const int Head = 4096;

    // A larger model is none of ours: none is read.
    private const long MostModelBytes = 256 << 20;

    public static readonly MadeFile Model = new("a model", path => new FileInfo(path).Length <= MostModelBytes && OnnxProperties.IsMadeByThrum(File.ReadAllBytes(path)));
    public static readonly MadeFile Card = new("a model card", path => HasMark(path, $"\n\n{ModelCard.Opening}"));
    public static readonly MadeFile TrainingReport = new("a training report", path => HasMark(path, TrainingPage.Mark));
    public static readonly MadeFile Inspection = new("a report of a recording", path => HasMark(path, "<title>Thrum: ") && !HasMark(path, TrainingPage.Mark));
    public static readonly MadeFile Checkpoint = new("a checkpoint", TrainingCheckpoint.IsCheckpoint);
    public static readonly MadeFile Simulation = new("a simulated recording", RecordingWriter.IsSimulated);
    public static readonly MadeFile SearchTable = new("a table of a search", path => HasMark(path, SearchRequest.CsvMark));
    public static readonly MadeFile SearchPage = new("a page of a search", path => HasMark(path, Workflows.SearchPage.Mark));
    public static readonly MadeFile SearchLog = new("a log of a search", path => HasMark(path, "{\"key\":\"") && HasMark(path, "\"fold\":") && HasMark(path, "\"objective\":"));
    public static readonly MadeFile Plot = new("a plot of convergence", path => HasMark(path, ConvergencePlot.Mark));
    public static readonly MadeFile SupportBundle = new("a support bundle", IsSupportBundle);

    /// <summary>Writes a text in the place of an earlier one; its folder is made when it is missing.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void WriteText(string path, string text)
    {
        MakeFolder(path);
        File.WriteAllText(path, text);
    }

    /// <summary>Makes the folder of a file, when it is missing.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static void MakeFolder(string path) => Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);

    private static bool HasMark(string path, string mark)
    {
        char[] head = new char[Head];
        using StreamReader reader = File.OpenText(path);
        return head.AsSpan(0, reader.ReadBlock(head)).Contains(mark, StringComparison.Ordinal);
    }

    private static bool IsSupportBundle(string path)
    {
        try
        {
            using ZipArchive archive = ZipFile.OpenRead(path);
            return archive.GetEntry(Doctor.SupportBundle.FindingsName) is not null;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
